#pragma once
// The character classes of RFC 9110 and RFC 3986, for net/ itself.
#include <array>
#include <string>
#include <string_view>

namespace comity::net {

[[nodiscard]] constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
[[nodiscard]] constexpr bool is_alpha(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}
[[nodiscard]] constexpr int hex_value(char c) {  // -1: not a hex digit
  if (is_digit(c)) return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}
// A set of characters as a table: parsers ask for every byte.
struct CharSet {
  constexpr explicit CharSet(std::string_view also) {
    for (char c = 'a'; c <= 'z'; ++c) add(c);
    for (char c = 'A'; c <= 'Z'; ++c) add(c);
    for (char c = '0'; c <= '9'; ++c) add(c);
    for (char c : also) add(c);
  }
  constexpr void add(char c) { has[static_cast<unsigned char>(c)] = true; }
  std::array<bool, 256> has{};
  [[nodiscard]] constexpr bool operator()(char c) const {
    return has[static_cast<unsigned char>(c)];
  }
};
// RFC 9110, section 5.6.2: tchar.
inline constexpr CharSet is_tchar("!#$%&'*+-.^_`|~");
// RFC 3986, sections 2.3 and 2.2: unreserved, and with sub-delims.
inline constexpr CharSet is_unreserved("-._~");
inline constexpr CharSet is_name_char("-._~!$&'()*+,;=");
// RFC 9110, section 5.5: VCHAR, SP and HTAB. DEVIATES: obs-text (0x80 up) is refused; nobody agrees
// what it means.
[[nodiscard]] constexpr bool is_field_char(char c) {
  return (c >= 0x20 && c <= 0x7e) || c == '\t';
}
[[nodiscard]] constexpr char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
[[nodiscard]] inline std::string lowered(std::string_view text) {
  std::string out(text);
  for (char& c : out) c = lower(c);
  return out;
}

}  // namespace comity::net
