#pragma once
// Randomness is always an argument. crypto/random.h has the system's and the seeded kind.
#include <cstdint>
#include <span>

namespace comity {

class Random {
 public:
  virtual ~Random() = default;
  virtual void fill(std::span<std::uint8_t> out) = 0;

  [[nodiscard]] std::uint64_t u64() {
    std::uint8_t b[8];
    fill(b);
    std::uint64_t value = 0;
    for (std::uint8_t x : b) value = value << 8 | x;
    return value;
  }
};

}  // namespace comity
