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

// Warning lists.
inline constexpr std::size_t warning_list_bytes_max = 256u << 20;  // one file
inline constexpr std::size_t warning_lists_max = 1'000;
inline constexpr std::size_t warning_name_bytes_max = 256;     // of one list
inline constexpr std::size_t warning_entries_max = 4'000'000;  // in all
inline constexpr std::size_t warning_regexes_max = 10'000;     //   "; each is tried

// What is written.
inline constexpr std::size_t feed_objects_max = 100'000;  // indicators of one MISP feed
inline constexpr std::size_t suricata_urls_max = 80'000;  // rules of one export

}  // namespace comity::limits
