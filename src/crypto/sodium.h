#pragma once
// For this room's own files: libsodium, after it has been asked to look at the processor.
#include <sodium.h>

namespace comity::crypto {

// sodium_init() once per process, whoever comes first. Everything that calls libsodium calls this
// before.
void sodium_ready();

}  // namespace comity::crypto
