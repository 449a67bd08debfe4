#include "crypto/sealed_box.h"

#include "base/check.h"
#include "crypto/sodium.h"

namespace comity::crypto {

SealingKey SealingKey::generate(Random& random) {
  Bytes bytes(crypto_box_SECRETKEYBYTES);
  random.fill(bytes);
  Secret secret(std::move(bytes));
  return *from_secret(secret.view());
}

Result<SealingKey> SealingKey::from_secret(BytesView secret) {
  if (secret.size() != crypto_box_SECRETKEYBYTES)
    return fail(Code::bad_value, "a sealing key is 32 bytes");
  sodium_ready();
  SealingKey key{{}, Secret::copy_of(secret)};
  int done = crypto_scalarmult_base(key.public_key.bytes.data(), secret.data());
  check(done == 0, "the base point times a clamped scalar is a point");
  return key;
}

// libsodium's documentation, "Sealed boxes", algorithm details:
//   ephemeral_pk || box(m, recipient_pk, ephemeral_sk, nonce = blake2b(ephemeral_pk ||
//   recipient_pk))
// crypto_box_seal() draws the ephemeral key itself; here it comes from `random`, so that a step can
// be replayed.
Result<Bytes> seal_to(const SealingPublicKey& to, BytesView plain, Random& random) {
  SealingKey ephemeral = SealingKey::generate(random);
  std::array<std::uint8_t, crypto_box_NONCEBYTES> nonce;
  crypto_generichash_state state;
  crypto_generichash_init(&state, nullptr, 0, nonce.size());
  crypto_generichash_update(&state, ephemeral.public_key.bytes.data(),
                            ephemeral.public_key.bytes.size());
  crypto_generichash_update(&state, to.bytes.data(), to.bytes.size());
  crypto_generichash_final(&state, nonce.data(), nonce.size());

  Bytes sealed = to_bytes(ephemeral.public_key.view());
  sealed.resize(crypto_box_SEALBYTES + plain.size());
  int done = crypto_box_easy(sealed.data() + crypto_box_PUBLICKEYBYTES, plain.data(), plain.size(),
                             nonce.data(), to.bytes.data(), ephemeral.secret.view().data());
  if (done != 0)
    return fail(Code::bad_value, "the sealing key is of small order; ask for a new card");
  return sealed;
}

Result<Bytes> open_sealed(const SealingKey& key, BytesView sealed) {
  auto refused = [] { return fail(Code::corrupt, "not sealed to this key, or changed since"); };
  if (sealed.size() < crypto_box_SEALBYTES) return refused();
  sodium_ready();
  Bytes plain(sealed.size() - crypto_box_SEALBYTES);
  int done = crypto_box_seal_open(plain.data(), sealed.data(), sealed.size(),
                                  key.public_key.bytes.data(), key.secret.view().data());
  if (done != 0) return refused();
  return plain;
}

}  // namespace comity::crypto
