#pragma once
// Private keys at rest: a text that holds secrets sealed under a passphrase (Argon2id, RFC 9106) or a 32-byte key file.
// Pure: bytes to bytes; app/ reads and writes the file with mode 0600.
#include <string>

#include "base/bytes.h"
#include "base/random.h"
#include "crypto/secret.h"

namespace comity::crypto {

// Argon2id cost. `usual` takes about half a second and 256 MiB; `quick` is for tests.
enum class KdfCost { usual, quick };

// Text: "comity-key v1\n<kdf line>\n<base64 lines>\n". Authenticated as a whole, parameters included.
[[nodiscard]] std::string lock_with_passphrase(const Secret& plain, const Secret& passphrase, KdfCost cost,
                                               Random& random);
[[nodiscard]] std::string lock_with_key(const Secret& plain, const Secret& key, Random& random);
// `unlocker` is the passphrase or the 32-byte key, as the text's kdf line says.
//   Errors  Code::malformed not such a text or parameters beyond bounds; Code::not_allowed wrong passphrase or key.
[[nodiscard]] Result<Secret> unlock(std::string_view text, const Secret& unlocker);
[[nodiscard]] Result<bool> needs_passphrase(std::string_view text);

}  // namespace comity::crypto
