#pragma once
// Distinct observations for every demand: a bipartite matching with capacities. For match.cc.
#include <cstdint>
#include <span>
#include <vector>

#include "stix/budget.h"

namespace comity::stix {

struct Demand {
  std::vector<std::uint32_t> candidates;  // indices of observations
  std::uint64_t count = 1;                // how many distinct observations it wants
};

// True when each demand can have its count of observations, of which number i is there
// `capacity[i]` times. Then `used` holds those that were taken. False also when the budget is
// spent. Augmenting paths: polynomial in demands and candidates.
[[nodiscard]] bool assign(std::span<const Demand> demands, std::span<const std::uint64_t> capacity,
                          Budget& budget, std::vector<std::uint32_t>& used);

}  // namespace comity::stix
