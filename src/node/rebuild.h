#pragma once
// Every row anew, from the journal and nothing else. Reads no clock, no law, no key.
#include <cstdint>
#include <functional>
#include <string>
#include <vector>

#include "node/ports.h"

namespace comity::node {

struct Rebuilt {
  std::uint64_t entries = 0;
  std::uint64_t erased =
      0;  // entries without a record: what they changed is in the erasure's own entry
};

// Replaces all rebuilt spaces in one group. Errors: the store's; corrupt for a record that cannot
// be read.
[[nodiscard]] Result<Rebuilt> rebuild(
    Store& store, Instant now,
    const std::function<void(std::uint64_t done, std::uint64_t total)>& progress = {});

// The rows that a rebuild would change, as "space/key: why", at most limits::check_problems_max;
// none when the views are what the journal makes. Changes nothing. Holds every rebuilt row in
// memory.
[[nodiscard]] Result<std::vector<std::string>> compare_with_rebuild(
    View& view, const std::function<void(std::uint64_t done, std::uint64_t total)>& progress = {});

}  // namespace comity::node
