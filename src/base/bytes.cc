#include "base/bytes.h"

namespace comity {
namespace {

constexpr std::string_view hex_digits = "0123456789abcdef";
constexpr std::string_view base64_digits =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
constexpr std::uint8_t none = 0xff;

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr std::array<std::uint8_t, 256> base64_values = [] {
  std::array<std::uint8_t, 256> table{};
  table.fill(none);
  for (std::size_t i = 0; i < base64_digits.size(); ++i)
    table[static_cast<std::uint8_t>(base64_digits[i])] = static_cast<std::uint8_t>(i);
  return table;
}();

}  // namespace

std::string to_hex(BytesView bytes) {
  std::string text;
  text.reserve(bytes.size() * 2);
  for (std::uint8_t b : bytes) {
    text += hex_digits[b >> 4];
    text += hex_digits[b & 15];
  }
  return text;
}

Result<Bytes> from_hex(std::string_view text) {
  if (text.size() % 2 != 0) return fail(Code::malformed, "hex needs an even number of digits");
  Bytes bytes;
  bytes.reserve(text.size() / 2);
  for (std::size_t i = 0; i < text.size(); i += 2) {
    int high = hex_value(text[i]), low = hex_value(text[i + 1]);
    if (high < 0 || low < 0)
      return fail(Code::malformed, "not a hex digit", "byte " + std::to_string(i));
    bytes.push_back(static_cast<std::uint8_t>(high * 16 + low));
  }
  return bytes;
}

std::string to_base64(BytesView bytes) {
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  std::size_t i = 0;
  for (; i + 3 <= bytes.size(); i += 3) {
    std::uint32_t group =
        static_cast<std::uint32_t>(bytes[i] << 16 | bytes[i + 1] << 8 | bytes[i + 2]);
    for (int shift = 18; shift >= 0; shift -= 6) text += base64_digits[group >> shift & 63];
  }
  std::size_t left = bytes.size() - i;
  if (left > 0) {
    std::uint32_t group = static_cast<std::uint32_t>(bytes[i] << 16);
    if (left == 2) group |= static_cast<std::uint32_t>(bytes[i + 1] << 8);
    text += base64_digits[group >> 18 & 63];
    text += base64_digits[group >> 12 & 63];
    text += left == 2 ? base64_digits[group >> 6 & 63] : '=';
    text += '=';
  }
  return text;
}

Result<Bytes> from_base64(std::string_view text) {
  if (text.size() % 4 != 0)
    return fail(Code::malformed, "base64 needs a multiple of four characters");
  std::size_t padding = text.ends_with("==") ? 2 : text.ends_with("=") ? 1 : 0;
  std::string_view digits = text.substr(0, text.size() - padding);
  Bytes bytes;
  bytes.reserve(text.size() / 4 * 3);
  std::uint32_t held = 0;
  int bits = 0;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    std::uint8_t value = base64_values[static_cast<std::uint8_t>(digits[i])];
    if (value == none)
      return fail(Code::malformed, "not a base64 digit", "byte " + std::to_string(i));
    held = (held << 6 | value) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes.push_back(static_cast<std::uint8_t>(held >> bits & 0xff));
    }
  }
  if ((held & ((1u << bits) - 1)) != 0) return fail(Code::malformed, "base64 with unused bits set");
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
