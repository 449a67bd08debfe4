#include "crypto/sodium.h"

#include "base/check.h"

namespace comity::crypto {

void sodium_ready() {
  static const bool ready = sodium_init() >= 0;
  check(ready, "libsodium cannot start: no source of randomness");
}

}  // namespace comity::crypto
