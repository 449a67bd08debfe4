#include "crypto/aead.h"

#include <gtest/gtest.h>

#include "crypto/random.h"

namespace comity::crypto {
namespace {

Bytes hex(std::string_view text) {
  return from_hex(text).value();
}

// Gives the bytes it was told to, so that published vectors' nonces can be met.
class Told final : public Random {
 public:
  explicit Told(Bytes bytes) : bytes_(std::move(bytes)) {}
  void fill(std::span<std::uint8_t> out) override {
    ASSERT_EQ(out.size(), bytes_.size());
    std::copy(bytes_.begin(), bytes_.end(), out.begin());
  }

 private:
  Bytes bytes_;
};

// McGrew and Viega, "The Galois/Counter Mode of Operation (GCM)", Appendix B, test cases 13, 14
// and 16.
TEST(Aead, published_vectors) {
  struct {
    std::string key, nonce, plain, context, cipher, tag;
  } cases[] = {
      {std::string(64, '0'), std::string(24, '0'), "", "", "", "530f8afbc74536b9a963b4f1c4cb738b"},
      {std::string(64, '0'), std::string(24, '0'), std::string(32, '0'), "",
       "cea7403d4d606b6e074ec5d3baf39d18", "d0d1c8a799996bf0265b98b5d48ab919"},
      {"feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
       "cafebabefacedbaddecaf888",
       "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a721c3c0c95956809532fcf0e2449a"
       "6b525b16aedf5aa0de6"
       "57ba637b39",
       "feedfacedeadbeeffeedfacedeadbeefabaddad2",
       "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa8cb08e48590dbb3da7b08b10568"
       "28838c5f61e6393ba7a"
       "0abcc9f662",
       "76fc6ece0f4e1768cddf8853bb2d551b"},
  };
  for (const auto& [key, nonce, plain, context, cipher, tag] : cases) {
    Told random(hex(nonce));
    Bytes sealed = aead_seal(hex(key), hex(plain), hex(context), random);
    EXPECT_EQ(to_hex(sealed), nonce + cipher + tag);
    EXPECT_EQ(aead_open(hex(key), sealed, hex(context)).value(), hex(plain));
  }
}

TEST(Aead, opens_what_it_sealed_at_any_size) {
  SeededRandom random(5);
  Bytes key(32);
  random.fill(key);
  for (std::size_t size : {0u, 1u, 15u, 16u, 17u, 4096u, 1u << 20}) {
    Bytes plain(size);
    random.fill(plain);
    Bytes sealed = aead_seal(key, plain, as_bytes("row 7"), random);
    EXPECT_EQ(sealed.size(), size + 28);
    EXPECT_EQ(aead_open(key, sealed, as_bytes("row 7")).value(), plain);
  }
}

TEST(Aead, never_seals_twice_alike) {
  SeededRandom random(5);
  Bytes key(32);
  EXPECT_NE(aead_seal(key, as_bytes("x"), {}, random), aead_seal(key, as_bytes("x"), {}, random));
}

TEST(Aead, refuses_any_change) {
  SeededRandom random(6);
  Bytes key(32);
  Bytes sealed = aead_seal(key, as_bytes("secret"), as_bytes("context"), random);
  auto refused = [](const Result<Bytes>& opened) {
    return !opened && opened.error().code == Code::corrupt;
  };
  for (std::size_t bit = 0; bit < sealed.size() * 8; ++bit) {
    Bytes changed = sealed;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    EXPECT_TRUE(refused(aead_open(key, changed, as_bytes("context")))) << bit;
  }
  for (std::size_t size = 0; size < sealed.size(); ++size)
    EXPECT_TRUE(refused(aead_open(key, BytesView(sealed).first(size), as_bytes("context"))))
        << size;
  Bytes longer = sealed;
  longer.push_back(0);
  EXPECT_TRUE(refused(aead_open(key, longer, as_bytes("context"))));
  EXPECT_TRUE(refused(aead_open(key, sealed, as_bytes("Context"))));
  EXPECT_TRUE(refused(aead_open(key, sealed, {})));
  Bytes other_key = key;
  other_key[31] = 1;
  EXPECT_TRUE(refused(aead_open(other_key, sealed, as_bytes("context"))));
}

TEST(AeadDeathTest, wants_a_whole_key) {
  SeededRandom random(1);
  EXPECT_DEATH((void)aead_seal(Bytes(16), {}, {}, random), "32 bytes");
  EXPECT_DEATH((void)aead_open(Bytes(33), Bytes(28), {}), "32 bytes");
}

}  // namespace
}  // namespace comity::crypto
