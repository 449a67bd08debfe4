#pragma once
// In which people are asked and answered.
#include <cstdint>
#include <string>

#include "law/vocabulary.h"

namespace comity::law {

enum class Language : std::uint8_t { en, fr };

// A word's title; in English where nobody has given the other.
[[nodiscard]] inline const std::string& title_in(Language language, const Word& word) {
  return language == Language::fr && !word.fr.empty() ? word.fr : word.en;
}

}  // namespace comity::law
