#include "member/plain.h"

#include <algorithm>
#include <cstdint>

#include "base/bytes.h"

namespace comity::member {
namespace {

// The code point at `at` of well-formed UTF-8; moves `at` past it.
char32_t next_code_point(std::string_view text, std::size_t& at) {
  auto lead = static_cast<std::uint8_t>(text[at++]);
  if (lead < 0x80) return lead;
  int more = lead >= 0xF0 ? 3 : lead >= 0xE0 ? 2 : 1;
  auto point = static_cast<char32_t>(lead & (0x3F >> more));
  for (; more > 0; --more) point = point << 6 | (static_cast<std::uint8_t>(text[at++]) & 0x3F);
  return point;
}

bool misleads(char32_t point) {
  return point < 0x20 || (point >= 0x7F && point < 0xA0) ||  // C0, DEL, C1
         point == 0x200B || point == 0xFEFF ||               // zero width, and no joiner
         point == 0x2028 || point == 0x2029 ||               // line and paragraph separators
         (point >= 0x202A && point <= 0x202E) ||             // embeddings and overrides
         (point >= 0x2066 && point <= 0x2069);               // isolates
}

}  // namespace

Result<void> check_plain(std::string_view text, std::string where, std::size_t bytes_max,
                         Emptiness emptiness) {
  if (text.empty()) {
    if (emptiness == Emptiness::allowed) return {};
    return fail(Code::bad_value, "must not be empty", std::move(where));
  }
  if (text.size() > bytes_max)
    return fail(Code::too_large, "must be at most " + std::to_string(bytes_max) + " bytes",
                std::move(where));
  if (!is_utf8(text)) return fail(Code::bad_utf8, "must be UTF-8 text", std::move(where));
  if (text.front() == ' ' || text.back() == ' ')
    return fail(Code::bad_value, "must not begin or end with a space", std::move(where));
  for (std::size_t at = 0; at < text.size();) {
    std::size_t from = at;
    if (misleads(next_code_point(text, at)))
      return fail(Code::bad_value,
                  "must not hold control, zero-width or direction characters (byte " +
                      std::to_string(from) + ")",
                  std::move(where));
  }
  return {};
}

Result<void> check_word(std::string_view text, std::string where) {
  auto letter = [](char c) { return c >= 'a' && c <= 'z'; };
  auto any = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '_'; };
  if (text.empty() || text.size() > 64 || !letter(text.front()) || !std::ranges::all_of(text, any))
    return fail(Code::bad_value, "must be lower-case letters, digits and underscores",
                std::move(where));
  return {};
}

}  // namespace comity::member
