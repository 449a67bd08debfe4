#include "crypto/sign.h"

#include <gtest/gtest.h>

#include "crypto/aead.h"
#include "crypto/certificate.h"
#include "crypto/hash.h"
#include "crypto/keyfile.h"
#include "crypto/random.h"
#include "crypto/sealed_box.h"

namespace comity::crypto {
namespace {

TEST(First, all) {
  SeededRandom random(1);
  auto key = SigningKey::generate(random);
  auto sig = key.sign(as_bytes("x"));
  EXPECT_TRUE(verify(key.public_key(), as_bytes("x"), sig));
  EXPECT_FALSE(verify(key.public_key(), as_bytes("y"), sig));
  EXPECT_EQ(to_hex(sha256(as_bytes("abc"))),
            "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  auto box = SealingKey::generate(random);
  auto sealed = seal_to(box.public_key, as_bytes("hello"), random);
  EXPECT_EQ(*open_sealed(box, *sealed), to_bytes(as_bytes("hello")));
  auto id = make_tls_identity();
  EXPECT_EQ(*pin_of_certificate(id.certificate_pem), id.pin);
  auto t = lock_with_passphrase(id.key_pem, box.secret, KdfCost::quick, random);
  EXPECT_EQ(to_bytes(unlock(t, box.secret)->view()), to_bytes(id.key_pem.view()));
  auto t2 = lock_with_key(id.key_pem, box.secret, random);
  EXPECT_EQ(to_bytes(unlock(t2, box.secret)->view()), to_bytes(id.key_pem.view()));
}

}  // namespace
}  // namespace comity::crypto
