#pragma once
// 2,048 words for reading 11 bits over a telephone: consonant, vowel, consonant, vowel. README.md
// says how they are chosen and what a listener who mishears still keeps.
#include <array>
#include <string>

#include "base/bytes.h"

namespace comity::member {

inline constexpr unsigned word_count = 2048;

// The word of `index`, below word_count.
[[nodiscard]] std::string word(unsigned index);
// The index of a word, or Code::bad_value.
[[nodiscard]] Result<unsigned> word_index(std::string_view word);
// The first 66 bits of `hash`, most significant first, 11 to a word.
[[nodiscard]] std::array<std::string, 6> six_words(const Hash& hash);

}  // namespace comity::member
