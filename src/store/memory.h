#pragma once
// The store's contract (node/ports.h) in memory: for tests, demonstrations and the simulator's
// thousand nodes.
#include <memory>

#include "base/random.h"
#include "node/ports.h"

namespace comity::store {

// Rows keep their past versions while a snapshot can still see them, so snapshots never block a
// group. `random` gives the record keys; it and the store outlive every view and group.
[[nodiscard]] std::unique_ptr<node::Store> open_memory(Random& random);

}  // namespace comity::store
