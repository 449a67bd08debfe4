#define OPENSSL_SUPPRESS_DEPRECATED  // as in hash.cc: the plain functions do not allocate
#include "crypto/sha1.h"

#include <openssl/sha.h>

namespace comity::crypto {

std::array<std::uint8_t, 20> sha1_for_names(std::initializer_list<BytesView> parts) {
  SHA_CTX state;
  SHA1_Init(&state);
  for (BytesView part : parts) SHA1_Update(&state, part.data(), part.size());
  std::array<std::uint8_t, 20> digest{};
  SHA1_Final(digest.data(), &state);
  return digest;
}

}  // namespace comity::crypto
