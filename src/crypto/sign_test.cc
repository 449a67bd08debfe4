#include "crypto/sign.h"

#include <gtest/gtest.h>
#include <openssl/evp.h>

#include <memory>

#include "crypto/random.h"

namespace comity::crypto {
namespace {

Bytes hex(std::string_view text) {
  return from_hex(text).value();
}
PublicKey key_of(std::string_view text) {
  return fixed32<PublicKeyTag>(hex(text)).value();
}

struct Vector {
  std::string seed, key, message, signature;
};

// RFC 8032, section 7.1, tests 1 to 3.
const Vector vectors[] = {
    {"9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
     "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
     "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b"
     "46bd25bf5f0595bbe"
     "24655141438e7a100b"},
    {"4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
     "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
     "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da085ac1e43e15996e458f3613d0f11"
     "d8c387b2eaeb4302a"
     "eeb00d291612bb0c00"},
    {"c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
     "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
     "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc"
     "6594a7c15e9716ed2"
     "8dc027beceea1ec40a"},
};

TEST(Sign, published_vectors) {
  for (const Vector& v : vectors) {
    SigningKey key = *SigningKey::from_seed(hex(v.seed));
    EXPECT_EQ(to_hex(key.public_key()), v.key);
    EXPECT_EQ(to_hex(key.seed()), v.seed);
    EXPECT_EQ(to_hex(key.sign(hex(v.message)).view()), v.signature);
    EXPECT_TRUE(verify(key_of(v.key), hex(v.message), *signature_from(hex(v.signature))));
  }
}

// An independent implementation takes what we sign.
TEST(Sign, openssl_verifies_what_we_sign) {
  SeededRandom random(3);
  for (std::size_t size : {0u, 1u, 63u, 64u, 65u, 1000u}) {
    SigningKey key = SigningKey::generate(random);
    Bytes message(size);
    random.fill(message);
    Signature signature = key.sign(message);
    std::unique_ptr<EVP_PKEY, decltype(&EVP_PKEY_free)> theirs(
        EVP_PKEY_new_raw_public_key(EVP_PKEY_ED25519, nullptr, key.public_key().bytes.data(), 32),
        &EVP_PKEY_free);
    std::unique_ptr<EVP_MD_CTX, decltype(&EVP_MD_CTX_free)> context(EVP_MD_CTX_new(),
                                                                    &EVP_MD_CTX_free);
    ASSERT_EQ(EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, theirs.get()), 1);
    EXPECT_EQ(
        EVP_DigestVerify(context.get(), signature.bytes.data(), 64, message.data(), message.size()),
        1);
  }
}

TEST(Verify, refuses_any_changed_bit) {
  const Vector& v = vectors[2];
  Bytes message = hex(v.message);
  Signature signature = *signature_from(hex(v.signature));
  PublicKey key = key_of(v.key);
  for (std::size_t bit = 0; bit < 512; ++bit) {
    Signature changed = signature;
    changed.bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    EXPECT_FALSE(verify(key, message, changed)) << bit;
  }
  for (std::size_t bit = 0; bit < 256; ++bit) {
    PublicKey changed = key;
    changed.bytes[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    EXPECT_FALSE(verify(changed, message, signature)) << bit;
  }
  for (std::size_t bit = 0; bit < 16; ++bit) {
    Bytes changed = message;
    changed[bit / 8] ^= static_cast<std::uint8_t>(1 << bit % 8);
    EXPECT_FALSE(verify(key, changed, signature)) << bit;
  }
  EXPECT_FALSE(verify(key, {}, signature));
}

// RFC 8032, section 5.1.7: S must be below L; S + L would verify otherwise, and give one message
// two signatures.
TEST(Verify, refuses_an_s_that_is_not_reduced) {
  Bytes order = hex("edd3f55c1a631258d69cf7a2def9de1400000000000000000000000000000010");
  for (const Vector& v : vectors) {
    Signature signature = *signature_from(hex(v.signature));
    unsigned carry = 0;
    for (std::size_t i = 0; i < 32; ++i) {
      carry += signature.bytes[32 + i] + order[i];
      signature.bytes[32 + i] = static_cast<std::uint8_t>(carry);
      carry >>= 8;
    }
    ASSERT_EQ(carry, 0u);
    EXPECT_FALSE(verify(key_of(v.key), hex(v.message), signature));
  }
}

// With the neutral element as key and as R, and S = 0, the equation holds for every message.
TEST(Verify, refuses_keys_of_small_order) {
  for (const char* small : {"0100000000000000000000000000000000000000000000000000000000000000",
                            "0000000000000000000000000000000000000000000000000000000000000000",
                            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
                            "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05"}) {
    Signature signature{};
    signature.bytes[0] = 1;
    EXPECT_FALSE(verify(key_of(small), as_bytes("anything"), signature)) << small;
  }
}

TEST(SigningKey, comes_from_a_seed_of_32_bytes_only) {
  for (std::size_t size : {0u, 31u, 33u, 64u}) {
    auto key = SigningKey::from_seed(Bytes(size));
    ASSERT_FALSE(key);
    EXPECT_EQ(key.error().code, Code::bad_value);
  }
  for (std::size_t size : {0u, 63u, 65u})
    EXPECT_EQ(signature_from(Bytes(size)).error().code, Code::bad_value);
}

TEST(SigningKey, is_decided_by_the_randomness_given) {
  SeededRandom one(1), same(1), other(2);
  SigningKey key = SigningKey::generate(one);
  EXPECT_EQ(key.public_key(), SigningKey::generate(same).public_key());
  EXPECT_NE(key.public_key(), SigningKey::generate(other).public_key());
  SigningKey clone = key.clone();
  EXPECT_EQ(clone.sign(as_bytes("x")), key.sign(as_bytes("x")));
}

TEST(SigningKeyDeathTest, signs_nothing_once_moved_from) {
  SeededRandom random(1);
  SigningKey key = SigningKey::generate(random);
  SigningKey taken = std::move(key);
  EXPECT_DEATH((void)key.sign({}), "moved from");  // NOLINT(bugprone-use-after-move)
}

}  // namespace
}  // namespace comity::crypto
