#include "sweep/masks.h"

#include <cstring>

#include "sweep/chars.h"

namespace comity::sweep {
namespace {

// Clang's vectors: the compiler makes SSE2, AVX2 or NEON of them.
template <int width>
struct Vectors {
  typedef unsigned char Bytes __attribute__((ext_vector_type(width)));
  typedef bool Bits __attribute__((ext_vector_type(width)));
};

template <int width>
[[gnu::always_inline]] inline void masks_of(const char* text, Masks* out, std::size_t blocks) {
  using Bytes = typename Vectors<width>::Bytes;
  using Bits = typename Vectors<width>::Bits;
  using Word = std::conditional_t<width == 32, std::uint32_t, std::uint16_t>;
  for (std::size_t block = 0; block < blocks; ++block, ++out) {
    *out = {};
    for (int at = 0; at < 64; at += width, text += width) {
      Bytes x;
      std::memcpy(&x, text, width);
      auto letter = static_cast<Bytes>((x | 0x20) - 'a') < 26;
      auto digit = static_cast<Bytes>(x - '0') < 10;
      auto high = x >= 0x80;
      auto alnum = letter | digit;
      auto name = alnum | (x == '_') | (x == '-') | high;
      auto mark = (x == '@') | (x == '[') | (x == '\\');
#define COMITY_BITS(v) \
  (std::uint64_t{__builtin_bit_cast(Word, __builtin_convertvector(v, Bits))} << at)
      out->name |= COMITY_BITS(name);
      out->alnum |= COMITY_BITS(alnum);
      out->dot |= COMITY_BITS(x == '.');
      out->mark |= COMITY_BITS(mark);
      out->colon |= COMITY_BITS(x == ':');
      out->slash |= COMITY_BITS(x == '/');
      out->high |= COMITY_BITS(high);
      out->newline |= COMITY_BITS(x == '\n');
#undef COMITY_BITS
    }
  }
}

void masks_16(const char* text, Masks* out, std::size_t blocks) {
  masks_of<16>(text, out, blocks);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void masks_32(const char* text, Masks* out, std::size_t blocks) {
  masks_of<32>(text, out, blocks);
}
#endif

}  // namespace

void make_masks(const char* text, Masks* out, std::size_t blocks) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx2")) return masks_32(text, out, blocks);
#endif
  masks_16(text, out, blocks);
}

void make_masks_plainly(const char* text, Masks* out, std::size_t blocks) {
  for (std::size_t i = 0; i < blocks * 64; ++i) {
    Masks& masks = out[i / 64];
    if (i % 64 == 0) masks = {};
    std::uint64_t bit = std::uint64_t{1} << (i % 64);
    char c = text[i];
    if (is(c, in_name)) masks.name |= bit;
    if (is(c, in_alnum)) masks.alnum |= bit;
    if (c == '.') masks.dot |= bit;
    if (c == '@' || c == '[' || c == '\\') masks.mark |= bit;
    if (c == ':') masks.colon |= bit;
    if (c == '/') masks.slash |= bit;
    if (static_cast<unsigned char>(c) >= 0x80) masks.high |= bit;
    if (c == '\n') masks.newline |= bit;
  }
}

}  // namespace comity::sweep
