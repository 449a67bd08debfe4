// The ledger hashes millions of 65-byte nodes. OpenSSL 3's EVP and its one-shot SHA256() look the
// algorithm up and allocate on each call; the plain functions, which OpenSSL calls deprecated and
// keeps, do neither. sign_bench measures.
#define OPENSSL_SUPPRESS_DEPRECATED
#include "crypto/hash.h"

#include <openssl/crypto.h>
#include <openssl/sha.h>
#include <sodium.h>

#include <algorithm>

namespace comity::crypto {
namespace {

constexpr std::size_t block_bytes = 64;  // of SHA-256

using Block = std::array<std::uint8_t, block_bytes>;

Hash sha256_from(const Block& first, std::initializer_list<BytesView> parts) {
  SHA256_CTX state;
  SHA256_Init(&state);
  SHA256_Update(&state, first.data(), first.size());
  for (BytesView part : parts) SHA256_Update(&state, part.data(), part.size());
  Hash hash;
  SHA256_Final(hash.bytes.data(), &state);
  OPENSSL_cleanse(&state, sizeof state);
  return hash;
}

// RFC 2104, section 2: H(K XOR opad, H(K XOR ipad, text)), a key longer than a block being hashed
// first.
Hash hmac_of(BytesView key, std::initializer_list<BytesView> parts) {
  Hash hashed;
  if (key.size() > block_bytes) {
    hashed = sha256(key);
    key = hashed.view();
  }
  Block inner, outer;
  inner.fill(0x36);
  outer.fill(0x5c);
  for (std::size_t i = 0; i < key.size(); ++i) {
    inner[i] ^= key[i];
    outer[i] ^= key[i];
  }
  Hash text_hash = sha256_from(inner, parts);
  Hash mac = sha256_from(outer, {text_hash.view()});
  for (Block* block : {&inner, &outer}) OPENSSL_cleanse(block->data(), block->size());
  OPENSSL_cleanse(hashed.bytes.data(), hashed.bytes.size());
  return mac;
}

}  // namespace

Hash sha256(BytesView data) {
  return sha256({data});
}

Hash sha256(std::initializer_list<BytesView> parts) {
  SHA256_CTX state;
  SHA256_Init(&state);
  for (BytesView part : parts) SHA256_Update(&state, part.data(), part.size());
  Hash hash;
  SHA256_Final(hash.bytes.data(), &state);
  return hash;
}

Hash hmac_sha256(BytesView key, BytesView data) {
  return hmac_of(key, {data});
}

// RFC 5869, section 2.3: T(1) = HMAC-Hash(PRK, T(0) | info | 0x01), T(0) empty; 32 bytes need no
// T(2).
Hash derive_key(BytesView key, std::string_view label) {
  constexpr std::uint8_t one[] = {1};
  return hmac_of(key, {as_bytes(label), one});
}

bool equal_in_constant_time(BytesView a, BytesView b) {
  return a.size() == b.size() && sodium_memcmp(a.data(), b.data(), a.size()) == 0;
}

}  // namespace comity::crypto
