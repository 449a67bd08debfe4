#include "crypto/random.h"

#include <gtest/gtest.h>

#include <set>

namespace comity::crypto {
namespace {

Bytes take(Random& random, std::size_t count) {
  Bytes bytes(count);
  random.fill(bytes);
  return bytes;
}

// RFC 8439, Appendix A.1, test vectors 1 and 2: key and nonce zero, blocks 0 and 1.
TEST(SeededRandom, is_the_key_stream_of_chacha20) {
  SeededRandom random(Hash{});
  EXPECT_EQ(to_hex(take(random, 64)),
            "76b8e0ada0f13d90405d6ae55386bd28bdd219b8a08ded1aa836efcc8b770dc7"
            "da41597c5157488d7724e03fb8d84a376a43b8f41518a11cc387b669b2ee6586");
  EXPECT_EQ(to_hex(take(random, 64)),
            "9f07e7be5551387a98ba977c732d080dcb0f29a048e3656912c6533e32ee7aed"
            "29b721769ce64e43d57133b074d839d531ed1f28510afb45ace10a1f4b794d6f");
}

TEST(SeededRandom, gives_the_same_bytes_however_they_are_asked_for) {
  SeededRandom whole(7);
  Bytes all = take(whole, 5000);
  for (std::size_t step : {1u, 7u, 63u, 64u, 65u, 128u, 1000u}) {
    SeededRandom random(7);
    Bytes bytes;
    while (bytes.size() < all.size()) {
      Bytes more = take(random, std::min(step, all.size() - bytes.size()));
      bytes.insert(bytes.end(), more.begin(), more.end());
    }
    EXPECT_EQ(bytes, all) << step;
  }
  SeededRandom mixed(7);
  Bytes bytes = take(mixed, 10), rest = take(mixed, 4990);
  bytes.insert(bytes.end(), rest.begin(), rest.end());
  EXPECT_EQ(bytes, all);
}

TEST(SeededRandom, copies_go_on_alike_and_seeds_differ) {
  SeededRandom random(7);
  (void)take(random, 100);
  SeededRandom copy = random;
  EXPECT_EQ(take(copy, 100), take(random, 100));
  std::set<std::uint64_t> firsts;
  for (std::uint64_t seed = 0; seed < 1000; ++seed) firsts.insert(SeededRandom(seed).u64());
  EXPECT_EQ(firsts.size(), 1000u);
}

TEST(SeededRandom, nothing_asked_changes_nothing) {
  SeededRandom random(7), same(7);
  random.fill({});
  EXPECT_EQ(random.u64(), same.u64());
}

TEST(SystemRandom, does_not_repeat_itself) {
  SystemRandom random;
  std::set<Bytes> seen;
  for (int i = 0; i < 100; ++i) EXPECT_TRUE(seen.insert(take(random, 16)).second);
  random.fill({});
}

}  // namespace
}  // namespace comity::crypto
