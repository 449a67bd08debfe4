#pragma once
// Every row anew, from the journal and nothing else. Reads no clock, no law, no key.
#include <cstdint>
#include <functional>

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

}  // namespace comity::node
