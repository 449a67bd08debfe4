#include "sweep/masks.h"

#include <cstring>
#include <type_traits>

#include "sweep/chars.h"

namespace comity::sweep {
namespace {

// Clang's vectors: the compiler makes SSE2, AVX2, AVX-512 or NEON of them.
template <int width>
struct Vectors {
  typedef unsigned char Bytes __attribute__((ext_vector_type(width)));
  typedef bool Bits __attribute__((ext_vector_type(width)));
  using Word = std::conditional_t<width == 64, std::uint64_t,
                                  std::conditional_t<width == 32, std::uint32_t, std::uint16_t>>;
};

template <int width>
[[gnu::always_inline]] inline void masks_of(const char* text, Masks* out, std::size_t blocks) {
  using Bytes = typename Vectors<width>::Bytes;
  using Bits = typename Vectors<width>::Bits;
  using Word = typename Vectors<width>::Word;
  for (std::size_t block = 0; block < blocks; ++block, ++out) {
    Masks made{};
    for (int at = 0; at < 64; at += width, text += width) {
      Bytes x;
      std::memcpy(&x, text, width);
      auto folded = static_cast<Bytes>((x | 0x20) - 'a');
      auto digit = static_cast<Bytes>(x - '0') < 10;
      auto high = x >= 0x80;
      auto alnum = (folded < 26) | digit;
#define COMITY_BITS(v) \
  (std::uint64_t{__builtin_bit_cast(Word, __builtin_convertvector(v, Bits))} << at)
      made.name |= COMITY_BITS(alnum | (x == '_') | (x == '-') | high);
      made.alnum |= COMITY_BITS(alnum);
      made.digit |= COMITY_BITS(digit);
      made.in_v6 |= COMITY_BITS(digit | (folded < 6) | (x == ':') | (x == '.'));
      made.dot |= COMITY_BITS(x == '.');
      made.at |= COMITY_BITS(x == '@');
      made.bracket |= COMITY_BITS(x == '[');
      made.backslash |= COMITY_BITS(x == '\\');
      made.colon |= COMITY_BITS(x == ':');
      made.slash |= COMITY_BITS(x == '/');
      made.high |= COMITY_BITS(high);
      made.newline |= COMITY_BITS(x == '\n');
#undef COMITY_BITS
    }
    *out = made;
  }
}

void masks_16(const char* text, Masks* out, std::size_t blocks) {
  masks_of<16>(text, out, blocks);
}

#if defined(__x86_64__)
[[gnu::target("avx2")]] void masks_32(const char* text, Masks* out, std::size_t blocks) {
  masks_of<32>(text, out, blocks);
}
[[gnu::target("avx512bw")]] void masks_64(const char* text, Masks* out, std::size_t blocks) {
  masks_of<64>(text, out, blocks);
}
#endif

}  // namespace

void make_masks(const char* text, Masks* out, std::size_t blocks) {
#if defined(__x86_64__)
  if (__builtin_cpu_supports("avx512bw")) return masks_64(text, out, blocks);
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
    if (is(c, in_digit)) masks.digit |= bit;
    if (is(c, in_hex) || c == ':' || c == '.') masks.in_v6 |= bit;
    if (c == '@') masks.at |= bit;
    if (c == '[') masks.bracket |= bit;
    if (c == '\\') masks.backslash |= bit;
    if (c == ':') masks.colon |= bit;
    if (c == '/') masks.slash |= bit;
    if (static_cast<unsigned char>(c) >= 0x80) masks.high |= bit;
    if (c == '\n') masks.newline |= bit;
  }
}

}  // namespace comity::sweep
