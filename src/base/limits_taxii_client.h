#pragma once
// The limits of pulling from and pushing to TAXII servers of others (taxii/client.h). Apart from
// limits.h, which everything includes.
#include <cstddef>

namespace comity::limits {

inline constexpr std::size_t taxii_resource_bytes_max = 4u << 20;  // discovery, collections, status
inline constexpr std::size_t taxii_pull_bytes_max = 64u << 20;     // one page
inline constexpr std::size_t taxii_pull_pages_max = 1'000'000;     // of one run
inline constexpr std::size_t taxii_roots_max = 1'000;
inline constexpr std::size_t taxii_next_bytes_max = 1'024;
inline constexpr std::size_t taxii_push_bytes = 4u << 20;  // of one envelope that we send
inline constexpr std::size_t taxii_push_objects = 1'000;   //   "
inline constexpr std::size_t taxii_statuses_max = 1'000;   // of envelopes that are pending
inline constexpr int taxii_status_rounds = 6;  // in which these are asked for; each waits longer

}  // namespace comity::limits
