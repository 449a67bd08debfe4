#pragma once
// Ed25519 (RFC 8032) by libsodium alone: libraries differ on edge cases, so one of them signs and
// verifies everything.
#include "base/bytes.h"
#include "base/random.h"
#include "crypto/secret.h"

namespace comity::crypto {

using PublicKey = Fixed32<struct PublicKeyTag>;
struct Signature {
  std::array<std::uint8_t, 64> bytes{};
  friend bool operator==(const Signature&, const Signature&) = default;
  [[nodiscard]] BytesView view() const { return bytes; }
};

class SigningKey {
 public:
  [[nodiscard]] static SigningKey generate(Random& random);
  [[nodiscard]] static Result<SigningKey> from_seed(
      BytesView seed);  // 32 bytes, else Code::bad_value
  [[nodiscard]] const PublicKey& public_key() const { return public_; }
  [[nodiscard]] Signature sign(BytesView message) const;
  [[nodiscard]] BytesView seed() const;  // 32 bytes, secret
  [[nodiscard]] SigningKey clone() const;

 private:
  SigningKey() = default;
  Secret expanded_;  // libsodium's 64 bytes: seed, then public key
  PublicKey public_;
};

// False for a bad signature, a non-canonical S, or a small-order key.
[[nodiscard]] bool verify(const PublicKey& key, BytesView message, const Signature& signature);
[[nodiscard]] Result<Signature> signature_from(BytesView bytes);

}  // namespace comity::crypto
