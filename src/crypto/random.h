#pragma once
// Two sources: the system's, and one that a seed decides (ChaCha20, RFC 8439), for steps, replays
// and the simulator.
#include <array>

#include "base/bytes.h"
#include "base/random.h"

namespace comity::crypto {

class SystemRandom final : public Random {
 public:
  void fill(std::span<std::uint8_t> out) override;
};

class SeededRandom final : public Random {
 public:
  explicit SeededRandom(const Hash& seed) : seed_(seed) {}
  explicit SeededRandom(std::uint64_t seed);
  void fill(std::span<std::uint8_t> out) override;

 private:
  Hash seed_;
  std::uint64_t block_ = 0;
  std::array<std::uint8_t, 64> held_{};
  std::size_t used_ = 64;
};

}  // namespace comity::crypto
