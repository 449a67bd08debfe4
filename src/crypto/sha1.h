#pragma once
// SHA-1 (FIPS 180-4) for one use: name-based UUIDs (RFC 9562, 5.5), where a standard demands it.
// It is broken against whoever chooses both texts; nothing may rest on it.
#include <array>
#include <initializer_list>

#include "base/bytes.h"

namespace comity::crypto {

// Of the parts, one after another.
[[nodiscard]] std::array<std::uint8_t, 20> sha1_for_names(std::initializer_list<BytesView> parts);

}  // namespace comity::crypto
