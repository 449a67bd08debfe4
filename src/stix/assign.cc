#include "stix/assign.h"

#include <algorithm>
#include <map>

namespace comity::stix {
namespace {

class Assignment {
 public:
  Assignment(std::span<const Demand> demands, std::span<const std::uint64_t> capacity,
             Budget& budget)
      : demands_(demands), free_(capacity.begin(), capacity.end()), budget_(budget) {
    given_.resize(demands.size());
  }

  bool run() {
    for (std::size_t d = 0; d < demands_.size(); ++d) {
      std::uint64_t open = demands_[d].count;
      for (std::uint32_t one : demands_[d].candidates) {
        if (open == 0) break;
        open -= take(d, one, open);
      }
      while (open > 0) {
        seen_.assign(free_.size(), false);
        std::uint64_t moved = augment(d, open, 0);
        if (moved == 0) return false;
        open -= moved;
      }
    }
    return !budget_.spent();
  }

  std::vector<std::uint32_t> used() const {
    std::vector<std::uint32_t> all;
    for (const auto& given : given_)
      for (const auto& [one, count] : given)
        if (count > 0) all.push_back(one);
    std::ranges::sort(all);
    all.erase(std::unique(all.begin(), all.end()), all.end());
    return all;
  }

 private:
  std::uint64_t take(std::size_t d, std::uint32_t one, std::uint64_t wanted) {
    budget_.spend(1);
    std::uint64_t count = std::min(free_[one], wanted);
    if (count == 0) return 0;
    free_[one] -= count;
    given_[d][one] += count;
    return count;
  }

  // Gives demand `d` up to `wanted` more, others giving way where they can take something else.
  std::uint64_t augment(std::size_t d, std::uint64_t wanted, std::size_t depth) {
    for (std::uint32_t one : demands_[d].candidates) {
      if (std::uint64_t count = take(d, one, wanted)) return count;
      if (budget_.spent() || seen_[one] || depth >= demands_.size()) continue;
      seen_[one] = true;
      for (std::size_t other = 0; other < demands_.size(); ++other) {
        budget_.spend(1);
        auto held = given_[other].find(one);
        if (other == d || held == given_[other].end() || held->second == 0) continue;
        std::uint64_t count = augment(other, std::min(held->second, wanted), depth + 1);
        if (count == 0) continue;
        given_[other][one] -= count;
        given_[d][one] += count;
        return count;
      }
    }
    return 0;
  }

  std::span<const Demand> demands_;
  std::vector<std::uint64_t> free_;
  Budget& budget_;
  std::vector<std::map<std::uint32_t, std::uint64_t>> given_;  // to each demand
  std::vector<bool> seen_;
};

}  // namespace

bool assign(std::span<const Demand> demands, std::span<const std::uint64_t> capacity,
            Budget& budget, std::vector<std::uint32_t>& used) {
  Assignment assignment(demands, capacity, budget);
  if (!assignment.run()) return false;
  used = assignment.used();
  return true;
}

}  // namespace comity::stix
