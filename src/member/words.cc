#include "member/words.h"

#include "base/check.h"

namespace comity::member {
namespace {

// 8 x 4 x 16 x 4 = 2,048: a word is a mixed-radix number whose digits are letters, so no two are
// alike.
constexpr std::string_view first_consonants = "bdfhklms";
constexpr std::string_view second_consonants = "bdfghklmnprstvyz";
constexpr std::string_view vowels = "aiou";
static_assert(8 * 4 * 16 * 4 == word_count);

}  // namespace

std::string word(unsigned index) {
  check(index < word_count, "a word's index is 11 bits");
  return {first_consonants[index >> 8], vowels[index >> 6 & 3], second_consonants[index >> 2 & 15],
          vowels[index & 3]};
}

Result<unsigned> word_index(std::string_view word) {
  if (word.size() != 4) return fail(Code::bad_value, "a word has four letters");
  std::size_t a = first_consonants.find(word[0]), b = vowels.find(word[1]);
  std::size_t c = second_consonants.find(word[2]), d = vowels.find(word[3]);
  constexpr auto none = std::string_view::npos;
  if (a == none || b == none || c == none || d == none)
    return fail(Code::bad_value, "no such word in the list");
  return static_cast<unsigned>(a << 8 | b << 6 | c << 2 | d);
}

std::array<std::string, 6> six_words(const Hash& hash) {
  std::array<std::string, 6> words;
  std::uint64_t held = 0;
  unsigned bits = 0;
  std::size_t next = 0;
  for (std::string& each : words) {
    for (; bits < 11; bits += 8) held = held << 8 | hash.bytes[next++];
    bits -= 11;
    each = word(static_cast<unsigned>(held >> bits & (word_count - 1)));
  }
  return words;
}

}  // namespace comity::member
