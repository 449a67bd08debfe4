#pragma once
// The limits of formats other than STIX (intel/). Apart from limits.h, which everything includes.
#include <cstddef>
#include <cstdint>

namespace comity::limits {

// Of what comes in.
inline constexpr std::size_t intel_file_bytes_max = 64u << 20;  // one file to import
inline constexpr std::size_t intel_json_values_max = 4u << 20;  // in it
inline constexpr std::size_t intel_line_bytes_max = 4096;       // of a list
inline constexpr std::size_t intel_value_bytes_max = 4096;      // of a MISP attribute, of X-ARF
inline constexpr std::size_t intel_text_bytes_max = 64u << 10;  // a comment, a description
inline constexpr std::size_t intel_tags_max = 100;              // of one event or attribute
inline constexpr std::size_t intel_refs_max = 20'000;           // of one report; then another
inline constexpr std::size_t intel_said_max = 10'000;           // told one by one; all are counted

}  // namespace comity::limits
