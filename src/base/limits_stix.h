#pragma once
// The limits of the threat-intelligence model (stix/). Apart from limits.h, which everything
// includes, since few files need them.
#include <cstddef>
#include <cstdint>

namespace comity::limits {

inline constexpr std::size_t stix_bundle_bytes_max = 64u << 20;  // one bundle or TAXII envelope
inline constexpr std::size_t stix_bundle_objects_max = 200'000;
inline constexpr std::size_t stix_object_bytes_max = 4u << 20;  // an artifact carries its payload
inline constexpr std::size_t stix_fraction_digits_max = 18;  // of a second: versions are kept by it
inline constexpr std::size_t stix_findings_max = 64;  // told of one object; later ones are counted
inline constexpr std::size_t stix_told_bytes_max = 120;  // of a value shown in a finding

// Patterns (stix/pattern.h).
inline constexpr std::size_t pattern_bytes_max = 256u << 10;
inline constexpr std::size_t pattern_depth_max = 64;  // brackets and parentheses in one another
inline constexpr std::size_t pattern_nodes_max = 20'000;
inline constexpr std::uint64_t pattern_repeats_max = 1'000'000;
inline constexpr std::int64_t pattern_regex_memory_max = 1 << 20;  // of one compiled MATCHES
inline constexpr std::uint64_t pattern_steps_max = 20'000'000;     // of one evaluation
inline constexpr std::size_t pattern_observations_max = 100'000;   // one evaluation looks at

}  // namespace comity::limits
