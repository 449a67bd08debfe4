#include "crypto/secret.h"

#include <sodium.h>

namespace comity::crypto {

Secret& Secret::operator=(Secret&& other) noexcept {
  if (this == &other) return *this;
  sodium_memzero(bytes_.data(), bytes_.size());
  bytes_ = std::move(other.bytes_);
  other.bytes_.clear();
  return *this;
}

Secret::~Secret() {
  sodium_memzero(bytes_.data(), bytes_.size());
}

}  // namespace comity::crypto
