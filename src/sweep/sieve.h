#pragma once
// Where in a window something may stand. The masks give lists of places, and out of these is struck
// what no indicator can have: by lengths, a few bytes and a small filter, so that nearly nothing is
// left to be looked at. Next to no branch depends on what the text says: one that the processor
// guesses wrong costs as much as many bytes may take.
#include <array>
#include <cstddef>
#include <cstdint>

#include "sweep/index.h"
#include "sweep/masks.h"

namespace comity::sweep {

// Blocks of 64 bytes that are looked at together: their lists fit the nearest cache.
inline constexpr std::size_t sieve_blocks = 64;

// Positions in the window, ascending.
struct Places {
  static constexpr std::size_t room = sieve_blocks * 64 + 64;
  std::array<std::uint32_t, room> list;
  std::size_t size = 0;
  [[nodiscard]] const std::uint32_t* begin() const { return list.data(); }
  [[nodiscard]] const std::uint32_t* end() const { return list.data() + size; }
};

struct Candidates {
  // Behind a run of in_dotted that has a dot before a name. Runs of 64 bytes and more: long_dotted.
  Places dotted, long_dotted;
  Places hashes;      // in a run of sixteen letters and digits, several of one run
  Places mails;       // '@'
  Places brackets;    // "[."
  Places links;       // "://"
  Places v6;          // ':' of "::", and all where there are many
  Places registries;  // '\'
  Places words;       // the first byte of a word of two bytes and more
};

// Of the blocks from `first` to `last`; a block before and two behind have masks too, and sixteen
// bytes on either side of what a list names can be read.
struct Stretch {
  const char* window;
  const Masks* masks;
  std::size_t first, last;
};

void sift(const Index& index, const Stretch& stretch, Candidates& out);
// The lists as the masks give them, nothing struck out; for tests.
void list_all(const Index& index, const Stretch& stretch, Candidates& out);

}  // namespace comity::sweep
