#pragma once
// SHA-256 (FIPS 180-4), HMAC-SHA256 (RFC 2104), HKDF-SHA256 (RFC 5869).
#include <initializer_list>

#include "base/bytes.h"

namespace comity::crypto {

[[nodiscard]] Hash sha256(BytesView data);
[[nodiscard]] Hash sha256(
    std::initializer_list<BytesView> parts);  // of the parts, one after another
[[nodiscard]] Hash hmac_sha256(BytesView key, BytesView data);
// One 32-byte subkey of a uniformly random `key`, for one purpose named by `label`. HKDF-Expand, L
// = 32.
[[nodiscard]] Hash derive_key(BytesView key, std::string_view label);
[[nodiscard]] bool equal_in_constant_time(BytesView a, BytesView b);

}  // namespace comity::crypto
