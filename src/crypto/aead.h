#pragma once
// AES-256-GCM (NIST SP 800-38D). Sealed bytes are nonce (12), ciphertext, tag (16).
#include <string>

#include "base/bytes.h"
#include "base/random.h"

namespace comity::crypto {

// `key` is 32 bytes. `context` is authenticated, not stored: the same must be given to open.
[[nodiscard]] Bytes aead_seal(BytesView key, BytesView plain, BytesView context, Random& random);
// Code::corrupt when the bytes, key or context are not those sealed.
[[nodiscard]] Result<Bytes> aead_open(BytesView key, BytesView sealed, BytesView context);
[[nodiscard]] Result<std::string> aead_open_text(BytesView key, BytesView sealed,
                                                 BytesView context);

}  // namespace comity::crypto
