#pragma once
// The limits of collections and of TAXII (alert/, taxii/, node/). Apart from limits.h, which
// everything includes.
#include <chrono>
#include <cstddef>

namespace comity::limits {

inline constexpr std::size_t collections_max = 1'000;
inline constexpr std::size_t circle_members_max = 1'000;
inline constexpr std::size_t collection_title_bytes_max = 200;
inline constexpr std::size_t object_versions_max = 1'000;  // of one object in one collection

// A block of objects (node/object_block.h) takes no more once it holds so many, or so many bytes.
inline constexpr std::size_t object_block_objects_max = 32;
inline constexpr std::size_t object_block_bytes_full = 48u << 10;
// So many markings of an object its block's index names; of more, readers look into its bytes.
inline constexpr std::size_t object_markings_named_max = 16;

inline constexpr std::size_t taxii_envelope_bytes_max = 16u << 20;  // of a POST
inline constexpr std::size_t taxii_envelope_objects_max = 10'000;   //   "
inline constexpr std::size_t taxii_stranger_bytes_max = 64u
                                                        << 10;  // of a POST by who may not write
inline constexpr std::size_t taxii_page_default = 100;          // objects, when none is asked for
inline constexpr std::size_t taxii_page_max = 1'000;
inline constexpr std::size_t taxii_page_bytes_max = 32u << 20;
inline constexpr std::size_t taxii_scan_max = 20'000;  // rows looked at for one page
inline constexpr std::size_t taxii_remembered_bytes_max = 8u
                                                          << 20;  // of pages, for the next reader
inline constexpr std::size_t taxii_remembered_users_max = 1'000;
inline constexpr std::size_t taxii_connections_max = 256;
inline constexpr std::size_t taxii_match_values_max = 100;  // of one filter
inline constexpr std::chrono::hours taxii_status_kept{48};

}  // namespace comity::limits
