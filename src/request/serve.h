#pragma once
// Whether a domestic order is about what the request asks for that it serves. What the custodian
// answers to it is the most that we may answer, so another account's answer must not count.
#include <vector>

#include "request/machine.h"

namespace comity::request {

// What is still asked for: without the targets that were given up, and of each target what the
// offers that were taken up have left.
[[nodiscard]] std::vector<Target> still_asked(const Ask& ask, const State& state,
                                              const std::vector<Offer>& taken_up);

// Each target of the order is one of those asked for, of the same data, and reaches all that is
// asked of it: period and categories.
//   Errors  bad_value, with the place in the order
[[nodiscard]] Result<void> check_serves(const Order& order, const std::vector<Target>& asked);

}  // namespace comity::request
