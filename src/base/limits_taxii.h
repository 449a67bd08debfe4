#pragma once
// The limits of taxii/ and node/ that came after limits_alert.h, which many include.
#include <cstddef>

namespace comity::limits {

// Of blocks of objects as they were opened, for the next reader of them (node/block_cache.h).
inline constexpr std::size_t taxii_blocks_bytes_max = 64u << 20;

}  // namespace comity::limits
