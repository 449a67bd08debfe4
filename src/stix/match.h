#pragma once
// Evaluates patterns against observed data: STIX 2.1, section 9.5.
//
// An observed-data with number_observed n is n Observations, each at a moment of its own between
// first_observed and last_observed. A pattern holds when Observations can be chosen, a different
// one for each place that AND, FOLLOWEDBY and REPEATS make, and moments for them, so that every
// qualifier and order is met:
//   WITHIN x     the latest lies less than x seconds after the earliest
//   START, STOP  each lies at or after START and before STOP
//   FOLLOWEDBY   none of the right lies before one of the left
// Each of these can be met or not on its own: the moments are chosen for each anew.
//
// Work is bounded: OR gives two ways to try, WITHIN and FOLLOWEDBY one per observation, and
// whatever was chosen there the rest is one matching. All of it draws on one budget.
#include <cstdint>
#include <span>
#include <vector>

#include "base/limits_stix.h"
#include "base/result.h"
#include "stix/observed.h"
#include "stix/pattern.h"

namespace comity::stix {

struct Match {
  bool holds = false;
  std::vector<std::uint32_t> observations;  // by which it holds: indices, each once, ascending
};

//   Errors  too_large when the budget is spent before there is an answer, or beyond
//           limits::pattern_observations_max.
[[nodiscard]] Result<Match> match(const Pattern& pattern, std::span<const Observation> observations,
                                  std::uint64_t steps_max = limits::pattern_steps_max);

}  // namespace comity::stix
