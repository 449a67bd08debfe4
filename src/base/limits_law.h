#pragma once
// Bounds on the law that partners publish; the others are in limits.h. docs/protocol.md lists them
// all.
#include <cstddef>
#include <cstdint>

namespace comity::limits {

inline constexpr std::size_t law_edition_bytes_max =
    192u << 10;  // a published jurisdiction file: it travels in an act, and as text in its JSON
inline constexpr std::size_t law_file_name_bytes_max = 64;
inline constexpr std::uint64_t law_editions_per_day_max =
    8;  // of one member: each costs a compilation of the whole law

}  // namespace comity::limits
