#pragma once
// How much work an evaluation may still do. When it is spent, the answer is an error, never a
// guess.
#include <cstdint>

namespace comity::stix {

struct Budget {
  std::uint64_t left = 0;
  [[nodiscard]] bool spent() const { return left == 0; }
  void spend(std::uint64_t steps) { left = steps < left ? left - steps : 0; }
};

}  // namespace comity::stix
