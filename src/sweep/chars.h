#pragma once
// What a byte is, for those who read tokens. A byte of 0x80 and above belongs to a name: it is part
// of a letter, mostly; text.h says which are not.
#include <array>
#include <cstdint>

namespace comity::sweep {

enum Class : std::uint8_t {
  in_name = 1,    // letters, digits, '_', '-', 0x80 and above
  in_alnum = 2,   // letters and digits of ASCII
  in_hex = 4,     //
  ends_url = 16,  // what RFC 3986 has nowhere in a URL: space, control, quotes, brackets
  in_local = 32,  // RFC 5321, 4.1.2: an atom of the part before '@', or a '.'
  in_digit = 64,  //
  in_core = 128,  // of in_local, what no text puts before an address: letters, digits, . _ + % -
};

constexpr bool one_of(unsigned char c, const char* set) {
  for (; *set != 0; ++set)
    if (static_cast<unsigned char>(*set) == c) return true;
  return false;
}

constexpr std::uint8_t class_of(unsigned c) {
  auto byte = static_cast<unsigned char>(c);
  bool letter = (c | 0x20) >= 'a' && (c | 0x20) <= 'z';
  bool digit = c >= '0' && c <= '9';
  unsigned is = 0;
  if (letter || digit) is |= in_name | in_alnum | in_local | in_core;
  if (digit) is |= in_digit;
  if (digit || ((c | 0x20) >= 'a' && (c | 0x20) <= 'f')) is |= in_hex;
  if (c >= 0x80 || one_of(byte, "_-")) is |= in_name;
  if (c <= 0x20 || c == 0x7f || one_of(byte, "\"<>\\^`{}|")) is |= ends_url;
  if (one_of(byte, ".!#$%&'*+/=?^_`{|}~-")) is |= in_local;
  if (c >= 0x80 || one_of(byte, "._+%-")) is |= in_core;
  return static_cast<std::uint8_t>(is);
}

inline constexpr std::array<std::uint8_t, 256> classes = [] {
  std::array<std::uint8_t, 256> made{};
  for (unsigned c = 0; c < 256; ++c) made[c] = class_of(c);
  return made;
}();

constexpr bool is(char c, Class which) {
  return (classes[static_cast<unsigned char>(c)] & which) != 0;
}
// Of a name with its dots.
constexpr bool in_dotted(char c) {
  return is(c, in_name) || c == '.';
}
constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c | 0x20) : c;
}
constexpr unsigned hex_value(char c) {
  return static_cast<unsigned>(c <= '9' ? c - '0' : (c | 0x20) - 'a' + 10);
}

// The first byte of a UTF-8 character that ends a name: Latin-1 signs (U+0080 to U+00BF), general
// punctuation to the Chinese and Korean scripts, which set no space beside a foreign name, and all
// beyond the first plane.
constexpr bool ends_name(char c) {
  auto byte = static_cast<unsigned char>(c);
  return byte == 0xc2 || byte >= 0xe2;
}

}  // namespace comity::sweep
