#include "member/words.h"

#include <gtest/gtest.h>

#include <cmath>
#include <map>
#include <set>

#include "crypto/random.h"

namespace comity::member {
namespace {

TEST(Words, are_2048_and_no_two_alike) {
  std::set<std::string> seen;
  for (unsigned i = 0; i < word_count; ++i) {
    std::string text = word(i);
    EXPECT_EQ(text.size(), 4U);
    EXPECT_TRUE(seen.insert(text).second) << text;
    EXPECT_EQ(*word_index(text), i);
  }
  EXPECT_EQ(seen.size(), 2048U);
}

TEST(Words, that_are_not_in_the_list_are_refused) {
  for (const char* bad : {"", "bab", "baba ", "Baba", "beba", "rava", "bace", "babe",
                          "b\xC3\xA4"
                          "b"})
    EXPECT_EQ(word_index(bad).error().code, Code::bad_value) << bad;
}

TEST(Words, take_the_first_66_bits_in_order) {
  Hash hash;
  // 66 bits: 1, then zeros, then 1 as the last bit of the sixth word.
  hash.bytes[0] = 0x80;
  hash.bytes[8] = 0x40;
  auto words = six_words(hash);
  EXPECT_EQ(words[0], word(1024));
  for (int i = 1; i < 5; ++i) EXPECT_EQ(words[static_cast<std::size_t>(i)], word(0));
  EXPECT_EQ(words[5], word(1));
  hash.bytes[8] = 0x7F;  // bits beyond the 66th change nothing
  hash.bytes[31] = 0xFF;
  EXPECT_EQ(six_words(hash), words);
}

TEST(Words, differ_when_any_of_the_66_bits_differs) {
  crypto::SeededRandom random(5);
  Hash hash;
  random.fill(hash.bytes);
  auto words = six_words(hash);
  for (unsigned bit = 0; bit < 256; ++bit) {
    Hash other = hash;
    other.bytes[bit / 8] ^= static_cast<std::uint8_t>(0x80 >> bit % 8);
    EXPECT_EQ(six_words(other) != words, bit < 66) << bit;
  }
}

// Pearson's statistic over 2,048 cells, 6 x 40,000 draws: mean 2,047, standard deviation 64. A
// bound of seven deviations does not fail by chance, and a word that were twice as likely would
// exceed it.
TEST(Words, come_up_equally_often) {
  crypto::SeededRandom random(6);
  std::map<std::string, double> counts;
  constexpr int draws = 40'000;
  for (int i = 0; i < draws; ++i) {
    Hash hash;
    random.fill(hash.bytes);
    for (const std::string& each : six_words(hash)) counts[each] += 1;
  }
  double expected = draws * 6.0 / word_count, statistic = 0;
  for (unsigned i = 0; i < word_count; ++i) {
    double off = counts[word(i)] - expected;
    statistic += off * off / expected;
  }
  EXPECT_LT(statistic, 2047 + 7 * std::sqrt(2 * 2047.0));
  EXPECT_GT(statistic, 2047 - 7 * std::sqrt(2 * 2047.0));
}

// The README's claim: whoever cannot tell voiced from voiceless consonants, l from r, m from n and
// o from u still compares more than 53 bits.
TEST(Words, keep_53_bits_for_a_listener_who_mishears) {
  const std::map<char, char> heard_as = {{'p', 'b'}, {'t', 'd'}, {'v', 'f'}, {'k', 'g'},
                                         {'r', 'l'}, {'n', 'm'}, {'z', 's'}, {'u', 'o'}};
  std::map<std::string, double> heard;
  for (unsigned i = 0; i < word_count; ++i) {
    std::string text = word(i);
    for (char& c : text)
      if (auto as = heard_as.find(c); as != heard_as.end()) c = as->second;
    heard[text] += 1.0 / word_count;
  }
  double collision = 0;
  for (const auto& [text, chance] : heard) collision += chance * chance;
  EXPECT_GT(-6 * std::log2(collision), 53.0);
}

}  // namespace
}  // namespace comity::member
