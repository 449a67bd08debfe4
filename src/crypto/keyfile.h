#pragma once
// Private keys at rest: a text that holds secrets sealed under a passphrase (Argon2id, RFC 9106) or
// a 32-byte key file. Pure: bytes to bytes; app/ reads and writes the file with mode 0600.
#include <string>

#include "base/bytes.h"
#include "base/random.h"
#include "crypto/secret.h"

namespace comity::crypto {

// Argon2id cost. `usual` takes about half a second and 256 MiB; `quick` is for tests.
enum class KdfCost { usual, quick };

// Text: "comity-key v1\n<kdf line>\n<base64 lines>\n". Authenticated as a whole, parameters
// included.
//   kdf line      "argon2id t=3 m=262144 p=1 salt=<16 bytes, base64>" (passes, KiB, lanes: RFC
//   9106's names)
//                 or "key-file"; the key must be 32 bytes, which lock_with_key() check()s.
//   base64 lines  of 64 characters, the last may be shorter: aead_seal() of the secret, with both
//   lines above as context.
// Throws std::bad_alloc when there is no memory for Argon2id.
[[nodiscard]] std::string lock_with_passphrase(const Secret& plain, const Secret& passphrase,
                                               KdfCost cost, Random& random);
[[nodiscard]] std::string lock_with_key(const Secret& plain, const Secret& key, Random& random);
// `unlocker` is the passphrase or the 32-byte key, as the text's kdf line says.
//   Errors  Code::malformed not such a text or parameters beyond bounds (t <= 10, m <= 1 GiB);
//   Code::too_large beyond
//           limits::keyfile_bytes_max; Code::not_allowed wrong passphrase or key, or a text that
//           was changed.
[[nodiscard]] Result<Secret> unlock(std::string_view text, const Secret& unlocker);
[[nodiscard]] Result<bool> needs_passphrase(std::string_view text);

}  // namespace comity::crypto
