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
  [[nodiscard]] static Result<SealingKey> from_secret(BytesView secret);
};

[[nodiscard]] Bytes seal_to(const SealingPublicKey& to, BytesView plain, Random& random);
[[nodiscard]] Result<Bytes> open_sealed(const SealingKey& key, BytesView sealed);  // Code::corrupt

}  // namespace comity::crypto
