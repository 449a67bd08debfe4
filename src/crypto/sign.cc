#include "crypto/sign.h"

#include <algorithm>

#include "base/check.h"
#include "crypto/sodium.h"

namespace comity::crypto {

SigningKey SigningKey::generate(Random& random) {
  Bytes seed(crypto_sign_SEEDBYTES);
  random.fill(seed);
  Secret held(std::move(seed));
  return *from_seed(held.view());
}

Result<SigningKey> SigningKey::from_seed(BytesView seed) {
  if (seed.size() != crypto_sign_SEEDBYTES)
    return fail(Code::bad_value, "the seed of a signing key is 32 bytes");
  sodium_ready();
  SigningKey key;
  Bytes expanded(crypto_sign_SECRETKEYBYTES);
  crypto_sign_seed_keypair(key.public_.bytes.data(), expanded.data(), seed.data());
  key.expanded_ = Secret(std::move(expanded));
  return key;
}

Signature SigningKey::sign(BytesView message) const {
  check(!expanded_.empty(), "a key that was moved from signs nothing");
  Signature signature;
  crypto_sign_detached(signature.bytes.data(), nullptr, message.data(), message.size(),
                       expanded_.view().data());
  return signature;
}

BytesView SigningKey::seed() const {
  return expanded_.view().first(crypto_sign_SEEDBYTES);
}

SigningKey SigningKey::clone() const {
  SigningKey key;
  key.expanded_ = expanded_.clone();
  key.public_ = public_;
  return key;
}

// libsodium refuses S >= L (RFC 8032, section 5.1.7, step 1), and keys and R of small order or not
// canonical.
bool verify(const PublicKey& key, BytesView message, const Signature& signature) {
  sodium_ready();
  return crypto_sign_verify_detached(signature.bytes.data(), message.data(), message.size(),
                                     key.bytes.data()) == 0;
}

Result<Signature> signature_from(BytesView bytes) {
  Signature signature;
  if (bytes.size() != signature.bytes.size())
    return fail(Code::bad_value, "a signature is 64 bytes");
  std::ranges::copy(bytes, signature.bytes.begin());
  return signature;
}

}  // namespace comity::crypto
