#pragma once
// Anonymous public-key encryption: libsodium's sealed box (X25519, XSalsa20-Poly1305).
#include "base/bytes.h"
#include "base/random.h"
#include "crypto/secret.h"

namespace comity::crypto {

using SealingPublicKey = Fixed32<struct SealingPublicKeyTag>;
struct SealingKey {
  SealingPublicKey public_key;
  Secret secret;  // 32 bytes
  [[nodiscard]] static SealingKey generate(Random& random);
  [[nodiscard]] static Result<SealingKey> from_secret(
      BytesView secret);  // 32 bytes, else Code::bad_value
};

// Ephemeral public key (32), tag (16), ciphertext. Code::bad_value when `to`, which comes from
// outside, is a point of small order: anyone could open what is sealed to it.
[[nodiscard]] Result<Bytes> seal_to(const SealingPublicKey& to, BytesView plain, Random& random);
// Code::corrupt when it was not sealed to this key, or changed since.
[[nodiscard]] Result<Bytes> open_sealed(const SealingKey& key, BytesView sealed);

}  // namespace comity::crypto
