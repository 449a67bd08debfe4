#define OPENSSL_SUPPRESS_DEPRECATED  // as in hash.cc: the plain functions do not allocate
#include "crypto/md5.h"

#include <openssl/md5.h>

namespace comity::crypto {

std::array<std::uint8_t, 16> md5_for_feeds(BytesView data) {
  std::array<std::uint8_t, 16> digest{};
  MD5(data.data(), data.size(), digest.data());
  return digest;
}

}  // namespace comity::crypto
