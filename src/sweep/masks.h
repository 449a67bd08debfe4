#pragma once
// A text as bit masks, one bit a byte, made many bytes at a time.
#include <cstddef>
#include <cstdint>

namespace comity::sweep {

struct Masks {
  std::uint64_t name;       // Class in_name
  std::uint64_t alnum;      // Class in_alnum
  std::uint64_t digit;      //
  std::uint64_t in_v6;      // hex digits, ':' and '.'
  std::uint64_t dot;        //
  std::uint64_t at;         // '@'
  std::uint64_t bracket;    // '['
  std::uint64_t backslash;  //
  std::uint64_t colon;      //
  std::uint64_t slash;      //
  std::uint64_t high;       // 0x80 and above
  std::uint64_t newline;    //
};

// The 64 bytes before `at`: the highest bit is the last of them.
inline std::uint64_t bits_before(const Masks* masks, std::uint64_t Masks::* mask, std::size_t at) {
  std::size_t block = at / 64, bit = at % 64;
  return masks[block].*mask << 1 << (63 - bit) | masks[block - 1].*mask >> bit;
}
// The 64 bytes from `at` on: the lowest bit is the first of them.
inline std::uint64_t bits_from(const Masks* masks, std::uint64_t Masks::* mask, std::size_t at) {
  std::size_t block = at / 64, bit = at % 64;
  return masks[block].*mask >> bit | masks[block + 1].*mask << 1 << (63 - bit);
}

// Of 64 bytes a block, with the widest vectors that this machine has.
void make_masks(const char* text, Masks* out, std::size_t blocks);
// The same, a byte at a time; for tests, and wherever there are no vectors.
void make_masks_plainly(const char* text, Masks* out, std::size_t blocks);

}  // namespace comity::sweep
