#pragma once
// A text as bit masks, one bit a byte, made many bytes at a time.
#include <cstddef>
#include <cstdint>

namespace comity::sweep {

struct Masks {
  std::uint64_t name;     // Class in_name
  std::uint64_t alnum;    // Class in_alnum
  std::uint64_t dot;      //
  std::uint64_t mark;     // '@', '[', '\': something may stand around it
  std::uint64_t colon;    //
  std::uint64_t slash;    //
  std::uint64_t high;     // 0x80 and above
  std::uint64_t newline;  //
};

// Of 64 bytes a block, with the widest vectors that this machine has.
void make_masks(const char* text, Masks* out, std::size_t blocks);
// The same, a byte at a time; for tests, and wherever there are no vectors.
void make_masks_plainly(const char* text, Masks* out, std::size_t blocks);

}  // namespace comity::sweep
