#pragma once
// A seeded hash of short texts, with or without the case of ASCII letters. Only for tables in
// memory: the seed comes from the edge, so that nobody can prepare names that collide.
#include <bit>
#include <cstdint>
#include <cstring>
#include <string_view>

namespace comity::sweep {

static_assert(std::endian::native == std::endian::little, "the first byte is the lowest");

inline std::uint64_t mix(std::uint64_t a, std::uint64_t b) {
  unsigned __int128 product = static_cast<unsigned __int128>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

// 'A' to 'Z' in each of eight bytes become small; all other bytes stay.
inline std::uint64_t fold8(std::uint64_t x) {
  constexpr std::uint64_t ones = 0x0101010101010101;
  std::uint64_t low = x & (0x7f * ones);
  std::uint64_t from_a = low + (0x80 - 'A') * ones;
  std::uint64_t beyond_z = low + (0x80 - 'Z' - 1) * ones;
  std::uint64_t upper = from_a & ~beyond_z & ~x & (0x80 * ones);
  return x | upper >> 2;
}

inline std::uint64_t load8(const char* p) {
  std::uint64_t x;
  std::memcpy(&x, p, 8);
  return x;
}
inline std::uint64_t load4(const char* p) {
  std::uint32_t x;
  std::memcpy(&x, p, 4);
  return x;
}

inline constexpr std::uint64_t hash_a = 0x9e3779b97f4a7c15, hash_b = 0xd6e8feb86659fd93;

enum class Case { folded, exact };

template <Case how = Case::folded>
inline std::uint64_t hash_of(std::string_view text, std::uint64_t seed) {
  auto fold = [](std::uint64_t x) { return how == Case::folded ? fold8(x) : x; };
  const char* p = text.data();
  std::size_t n = text.size();
  std::uint64_t h = seed ^ (n * hash_a), first = 0, last = 0;
  for (; n > 16; p += 8, n -= 8) h = mix(h ^ fold(load8(p)), hash_a);
  // At most sixteen are left: two loads that may overlap.
  if (n >= 8) {
    first = load8(p);
    last = load8(p + n - 8);
  } else if (n >= 4) {
    first = load4(p) | load4(p + n - 4) << 32;
  } else if (n > 0) {
    auto byte = [&](std::size_t i) { return std::uint64_t{static_cast<unsigned char>(p[i])}; };
    first = byte(0) | byte(n / 2) << 8 | byte(n - 1) << 16;
  }
  h = mix(h ^ fold(first), hash_b ^ fold(last));
  return h ^ h >> 29;
}

// The same of the length, the first and the last eight bytes alone, without a branch: for filters
// that are asked before anything else. `size` is not 0; eight bytes behind `text` can be read, and
// eight before its end.
inline std::uint64_t hash_of_ends(const char* text, std::size_t size, std::uint64_t seed) {
  std::size_t unused = 64 - 8 * (size < 8 ? size : 8);
  std::uint64_t first = fold8(load8(text) << unused),
                last = fold8(load8(text + size - 8) >> unused);
  std::uint64_t h = mix(first ^ seed ^ size * hash_a, last ^ hash_b);
  return h ^ h >> 29;
}

// The same for a text that grows at its end, asked after any byte.
class GrowingHash {
 public:
  explicit GrowingHash(std::uint64_t seed) : state_(seed) {}
  void add(char c) { state_ = (state_ ^ static_cast<unsigned char>(c)) * hash_a + (state_ >> 47); }
  [[nodiscard]] std::uint64_t value() const { return mix(state_, hash_b); }

 private:
  std::uint64_t state_;
};

}  // namespace comity::sweep
