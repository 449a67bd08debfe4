#pragma once
// One seed's run, from the founding of the nodes to the last judgement.
#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "law/corpus.h"

namespace comity::sim {

struct RunOptions {
  std::uint64_t seed = 0;
  const law::Corpus& corpus;
  bool show_trace = false;
};

struct Verdict {
  std::vector<std::string> faults;  // empty: all held
  std::uint64_t trace_hash = 0;
  std::map<std::string, std::uint64_t> counts;
};

[[nodiscard]] Verdict run(const RunOptions& options);

}  // namespace comity::sim
