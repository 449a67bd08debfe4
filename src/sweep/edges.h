#pragma once
// Where something may begin and end, seen from the bytes beside it. Both sides can be read.
#include "sweep/chars.h"

namespace comity::sweep {

// The byte before `at` belongs to a character that ends a name.
inline bool after_name_end(const char* at) {
  const char* lead = at - 1;
  for (int i = 0; i < 3 && (static_cast<unsigned char>(*lead) & 0xc0) == 0x80; ++i) --lead;
  return static_cast<unsigned char>(*lead) >= 0xc0 && ends_name(*lead);
}

// "%2F" stands before: what goes on from the left is an encoded byte.
inline bool after_encoded(const char* at) {
  return at[-3] == '%' && is(at[-2], in_hex) && is(at[-1], in_hex);
}

template <typename GoesOn>
bool may_begin(const char* at, GoesOn goes_on) {
  char before = at[-1];
  if (!goes_on(before)) return true;
  return after_encoded(at) || (static_cast<unsigned char>(before) >= 0x80 && after_name_end(at));
}

// No name goes on at `at`, not even after one dot.
inline bool may_end(const char* at) {
  auto goes_on = [](const char* p) { return is(*p, in_name) && !ends_name(*p); };
  return !goes_on(at) && !(*at == '.' && goes_on(at + 1));
}

}  // namespace comity::sweep
