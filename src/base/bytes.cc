#include "base/bytes.h"

namespace comity {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t none = 0xff;

constexpr std::array<std::uint8_t, 256> hex_values = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(none);
  for (std::uint8_t i = 0; i < 16; ++i) {
    auto digit = static_cast<std::uint8_t>(hex_digits[i]);
    table[digit] = i;
    if (i >= 10) table[digit - 'a' + 'A'] = i;
  }
  return table;
}();

constexpr std::array<std::uint8_t, 256> base64_values = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(none);
  for (std::size_t i = 0; i < base64_digits.size(); ++i)
    table[static_cast<std::uint8_t>(base64_digits[i])] = static_cast<std::uint8_t>(i);
  return table;
}();

}  // namespace

std::string to_hex(BytesView bytes) {
  std::string text(bytes.size() * 2, '\0');
  char* out = text.data();
  for (std::uint8_t b : bytes) {
    *out++ = hex_digits[b >> 4];
    *out++ = hex_digits[b & 15];
  }
  return text;
}

Result<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return fail(Code::malformed, "hex needs an even number of digits");
  Bytes bytes(text.size() / 2);
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    std::uint8_t high = hex_values[static_cast<std::uint8_t>(text[2 * i])];
    std::uint8_t low = hex_values[static_cast<std::uint8_t>(text[2 * i + 1])];
    if ((high | low) == none)  // a digit's value has its upper bits clear
      return fail(Code::malformed, "not a hex digit", "byte " + std::to_string(2 * i));
    bytes[i] = static_cast<std::uint8_t>(high << 4 | low);
  }
  return bytes;
}

std::string to_base64(BytesView bytes) {
  std::string text((bytes.size() + 2) / 3 * 4, '=');
  char* out = text.data();
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    auto group = static_cast<std::uint32_t>(bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2]);
    for (int shift = 18; shift >= 0; shift -= 6) *out++ = base64_digits[group >> shift & 63];
  }
  std::size_t left = bytes.size() - i;
  if (left > 0) {
    auto group = static_cast<std::uint32_t>(bytes[i] << 16);
    if (left == 2) group |= static_cast<std::uint32_t>(bytes[i + 1] << 8);
    *out++ = base64_digits[group >> 18 & 63];
    *out++ = base64_digits[group >> 12 & 63];
    if (left == 2) *out = base64_digits[group >> 6 & 63];
  }
  return text;
}

Result<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0)
    return fail(Code::malformed, "base64 needs a multiple of four characters");
  std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  auto value = [&](std::size_t i) { return base64_values[static_cast<std::uint8_t>(text[i])]; };
  Bytes bytes(text.size() / 4 * 3 - padding);
  std::uint8_t* out = bytes.data();
  for (std::size_t i = 0; i < text.size(); i += 4) {
    std::size_t digits = i + 4 == text.size() ? 4 - padding : 4;
    std::uint32_t group = 0;
    for (std::size_t k = 0; k < 4; ++k) {
      std::uint8_t six = k < digits ? value(i + k) : std::uint8_t{0};
      if (six == none)
        return fail(Code::malformed, "not a base64 digit", "byte " + std::to_string(i + k));
      group = group << 6 | six;
    }
    for (std::size_t k = 0; k + 1 < digits; ++k)
      *out++ = static_cast<std::uint8_t>(group >> (16 - 8 * k));
    if (digits < 4 && (group & ((1u << (24 - 8 * (digits - 1))) - 1)) != 0)
      return fail(Code::malformed, "base64 with unused bits set");
  }
  return bytes;
}

Result<Hash> hash_from_hex(std::string_view text) {
  TRY(auto bytes, from_hex(text));
  return fixed32<HashTag>(bytes);
}

// RFC 3629, section 4. Ranges of the second byte keep out overlong forms, surrogates and what lies
// beyond U+10FFFF.
std::size_t utf8_prefix(std::string_view text) {
  auto at = [&](std::size_t i) { return static_cast<std::uint8_t>(text[i]); };
  std::size_t i = 0;
  while (i < text.size()) {
    std::uint8_t lead = at(i);
    if (lead < 0x80) {
      ++i;
      continue;
    }
    if (lead < 0xc2 || lead > 0xf4) return i;
    std::size_t more = lead < 0xe0 ? 1 : lead < 0xf0 ? 2 : 3;
    if (text.size() - i <= more) return i;
    std::uint8_t low = lead == 0xe0 ? 0xa0 : lead == 0xf0 ? 0x90 : 0x80;
    std::uint8_t high = lead == 0xed ? 0x9f : lead == 0xf4 ? 0x8f : 0xbf;
    if (at(i + 1) < low || at(i + 1) > high) return i;
    for (std::size_t k = 2; k <= more; ++k)
      if (at(i + k) >> 6 != 2) return i;
    i += more + 1;
  }
  return i;
}

bool is_utf8(std::string_view text) {
  return utf8_prefix(text) == text.size();
}

}  // namespace comity
