#pragma once
// Proofs out of the store's tiles.
#include <vector>

#include "ledger/merkle.h"
#include "node/ports.h"

namespace comity::node {

//   Errors  Code::bad_value unless from <= to <= the head's size; the view's.
[[nodiscard]] Result<std::vector<Hash>> consistency_between(View& view, std::uint64_t from,
                                                            std::uint64_t to);
[[nodiscard]] Result<std::vector<Hash>> inclusion_of(View& view, std::uint64_t position,
                                                     std::uint64_t size);

}  // namespace comity::node
