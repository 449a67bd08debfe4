#pragma once
// Limits of the picture of an outbreak. Named in docs/protocol.md, section 14.
#include <cstddef>

namespace comity::limits {

inline constexpr std::size_t outbreak_sightings_max = 1'000'000;  // looked at
inline constexpr std::size_t outbreak_names_max = 10'000;  // indicators; places that are listed
inline constexpr std::size_t outbreak_points_max = 400;    // of a curve that is shown

}  // namespace comity::limits
