#include "crypto/hash.h"

#include <gtest/gtest.h>

namespace comity::crypto {
namespace {

Bytes hex(std::string_view text) {
  return from_hex(text).value();
}
Bytes times(std::uint8_t byte, std::size_t count) {
  return Bytes(count, byte);
}
std::string text_times(std::string_view text, std::size_t count) {
  std::string all;
  while (count-- > 0) all += text;
  return all;
}

// FIPS 180-4; NIST's example values "SHA256.pdf" and the empty and million-letter messages of its
// test suite.
TEST(Sha256, published_vectors) {
  struct {
    std::string message, digest;
  } cases[] = {
      {"", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"},
      {"abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"},
      {"abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
       "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"},
      {text_times("a", 1'000'000),
       "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0"},
  };
  for (const auto& [message, digest] : cases) EXPECT_EQ(to_hex(sha256(as_bytes(message))), digest);
}

TEST(Sha256, parts_are_hashed_one_after_another) {
  std::string text = text_times("0123456789", 20);
  for (std::size_t cut = 0; cut <= text.size(); ++cut) {
    std::string_view first = std::string_view(text).substr(0, cut),
                     second = std::string_view(text).substr(cut);
    EXPECT_EQ(sha256({as_bytes(first), {}, as_bytes(second)}), sha256(as_bytes(text)));
  }
  EXPECT_EQ(sha256(std::initializer_list<BytesView>{}), sha256(BytesView{}));
  EXPECT_NE(sha256(as_bytes("a")), sha256(as_bytes("b")));
}

// RFC 4231, section 4, test cases 1 to 4, 6 and 7.
TEST(HmacSha256, published_vectors) {
  struct {
    Bytes key, data;
    std::string mac;
  } cases[] = {
      {times(0x0b, 20), to_bytes(as_bytes("Hi There")),
       "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7"},
      {to_bytes(as_bytes("Jefe")), to_bytes(as_bytes("what do ya want for nothing?")),
       "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"},
      {times(0xaa, 20), times(0xdd, 50),
       "773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe"},
      {hex("0102030405060708090a0b0c0d0e0f10111213141516171819"), times(0xcd, 50),
       "82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b"},
      {times(0xaa, 131),
       to_bytes(as_bytes("Test Using Larger Than Block-Size Key - Hash Key First")),
       "60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54"},
      {times(0xaa, 131),
       to_bytes(as_bytes(
           "This is a test using a larger than block-size key and a larger than block-size data. "
           "The key needs to be hashed before being used by the HMAC algorithm.")),
       "9b09ffa71b942fcb27635fbcd5b0e944bfdc63644f0713938a7f51535c3a35e2"},
  };
  for (const auto& [key, data, mac] : cases) EXPECT_EQ(to_hex(hmac_sha256(key, data)), mac);
}

TEST(HmacSha256, a_key_of_a_block_is_not_hashed_and_a_longer_one_is) {
  Bytes block = times(7, 64), longer = times(7, 65);
  Hash hashed = sha256(longer);
  EXPECT_EQ(hmac_sha256(longer, as_bytes("x")), hmac_sha256(hashed.view(), as_bytes("x")));
  EXPECT_NE(hmac_sha256(block, as_bytes("x")), hmac_sha256(sha256(block).view(), as_bytes("x")));
}

// RFC 5869, Appendix A.1 and A.3: the PRK, the info, and the first 32 bytes of the OKM.
TEST(DeriveKey, published_vectors) {
  Bytes info = hex("f0f1f2f3f4f5f6f7f8f9");
  EXPECT_EQ(
      to_hex(derive_key(hex("077709362c2e32df0ddc3f0dc47bba6390b6c73bb50f9c3122ec844ad7c2b3e5"),
                        as_text(info))),
      "3cb25f25faacd57a90434f64d0362f2a2d2d0a90cf1a5a4c5db02d56ecc4c5bf");
  EXPECT_EQ(to_hex(derive_key(
                hex("19ef24a32c717b167f33a91d6f648bdf96596776afdb6377ac434c1c293ccb04"), "")),
            "8da4e775a563c18f715f802a063c5a31b8a11f5c5ee1879ec3454e5f3c738d2d");
}

TEST(DeriveKey, labels_keep_keys_apart) {
  Bytes key = times(1, 32);
  EXPECT_NE(derive_key(key, "a"), derive_key(key, "b"));
  EXPECT_NE(derive_key(key, "a"), derive_key(times(2, 32), "a"));
}

TEST(EqualInConstantTime, compares_length_and_every_byte) {
  Bytes a = times(5, 32);
  EXPECT_TRUE(equal_in_constant_time(a, times(5, 32)));
  EXPECT_TRUE(equal_in_constant_time({}, {}));
  EXPECT_FALSE(equal_in_constant_time(a, times(5, 31)));
  EXPECT_FALSE(equal_in_constant_time(a, {}));
  for (std::size_t i = 0; i < a.size(); ++i) {
    Bytes b = a;
    b[i] ^= 1;
    EXPECT_FALSE(equal_in_constant_time(a, b));
  }
}

}  // namespace
}  // namespace comity::crypto
