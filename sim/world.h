#pragma once
// One seed's run, from the founding of the nodes to the last judgement.
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "node/context.h"

namespace comity::sim {

struct RunOptions {
  std::uint64_t seed = 0;
  std::shared_ptr<const node::BaseLaw> law;
  bool show_trace = false;
};

struct Verdict {
  std::vector<std::string> faults;  // empty: all held
  std::uint64_t trace_hash = 0;
  std::map<std::string, std::uint64_t> counts;
};

[[nodiscard]] Verdict run(const RunOptions& options);

}  // namespace comity::sim
