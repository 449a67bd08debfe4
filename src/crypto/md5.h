#pragma once
// MD5 (RFC 1321) for one use: the index of a MISP feed, whose format demands it. It is broken;
// nothing may rest on it.
#include <array>

#include "base/bytes.h"

namespace comity::crypto {

[[nodiscard]] std::array<std::uint8_t, 16> md5_for_feeds(BytesView data);

}  // namespace comity::crypto
