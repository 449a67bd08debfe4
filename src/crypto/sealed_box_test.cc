#include "crypto/sealed_box.h"

#include <gtest/gtest.h>
#include <sodium.h>

#include "crypto/random.h"

namespace comity::crypto {
namespace {

Bytes hex(std::string_view text) {
  return from_hex(text).value();
}

// RFC 7748, section 6.1: both parties' keys.
TEST(SealingKey, published_vectors) {
  EXPECT_EQ(to_hex(SealingKey::from_secret(
                       hex("77076d0a7318a57d3c16c17251b26645df4c2f87ebc0992ab177fba51db92c2a"))
                       ->public_key),
            "8520f0098930a754748b7ddcb43ef75a0dbf3a0d26381af4eba4a98eaa9b4e6a");
  EXPECT_EQ(to_hex(SealingKey::from_secret(
                       hex("5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb"))
                       ->public_key),
            "de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f");
}

TEST(SealingKey, comes_from_32_bytes_only) {
  for (std::size_t size : {0u, 31u, 33u})
    EXPECT_EQ(SealingKey::from_secret(Bytes(size)).error().code, Code::bad_value);
}

TEST(SealedBox, libsodium_opens_what_we_seal_and_we_what_it_seals) {
  SeededRandom random(9);
  for (std::size_t size : {0u, 1u, 32u, 10'000u}) {
    SealingKey key = SealingKey::generate(random);
    Bytes plain(size);
    random.fill(plain);
    Bytes ours = seal_to(key.public_key, plain, random).value();
    ASSERT_EQ(ours.size(), size + crypto_box_SEALBYTES);
    Bytes opened(size);
    EXPECT_EQ(crypto_box_seal_open(opened.data(), ours.data(), ours.size(),
                                   key.public_key.bytes.data(), key.secret.view().data()),
              0);
    EXPECT_EQ(opened, plain);
    EXPECT_EQ(open_sealed(key, ours).value(), plain);

    Bytes theirs(size + crypto_box_SEALBYTES);
    ASSERT_EQ(
        crypto_box_seal(theirs.data(), plain.data(), plain.size(), key.public_key.bytes.data()), 0);
    EXPECT_EQ(open_sealed(key, theirs).value(), plain);
  }
}

TEST(SealedBox, is_decided_by_the_randomness_given) {
  SeededRandom keys(1), one(2), same(2), other(3);
  SealingKey key = SealingKey::generate(keys);
  Bytes sealed = seal_to(key.public_key, as_bytes("x"), one).value();
  EXPECT_EQ(seal_to(key.public_key, as_bytes("x"), same).value(), sealed);
  EXPECT_NE(seal_to(key.public_key, as_bytes("x"), other).value(), sealed);
}

TEST(SealedBox, refuses_any_change_and_any_other_key) {
  SeededRandom random(4);
  SealingKey key = SealingKey::generate(random), other = SealingKey::generate(random);
  Bytes sealed = seal_to(key.public_key, as_bytes("hello"), random).value();
  auto refused = [](const Result<Bytes>& opened) {
    return !opened && opened.error().code == Code::corrupt;
  };
  EXPECT_TRUE(refused(open_sealed(other, sealed)));
  for (std::size_t i = 0; i < sealed.size(); ++i) {
    Bytes changed = sealed;
    changed[i] ^= 0x40;
    EXPECT_TRUE(refused(open_sealed(key, changed))) << i;
    EXPECT_TRUE(refused(open_sealed(key, BytesView(sealed).first(i)))) << i;
  }
}

TEST(SealedBox, is_not_made_for_a_key_of_small_order) {
  SeededRandom random(4);
  for (const char* small : {"0000000000000000000000000000000000000000000000000000000000000000",
                            "0100000000000000000000000000000000000000000000000000000000000000",
                            "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f"}) {
    auto to = fixed32<SealingPublicKeyTag>(hex(small)).value();
    auto sealed = seal_to(to, as_bytes("x"), random);
    ASSERT_FALSE(sealed) << small;
    EXPECT_EQ(sealed.error().code, Code::bad_value);
  }
}

}  // namespace
}  // namespace comity::crypto
