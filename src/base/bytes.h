#pragma once
// Byte strings and their two texts, hex and base64 (RFC 4648, section 4), and what is UTF-8.
#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace comity {

using Bytes = std::vector<std::uint8_t>;
using BytesView = std::span<const std::uint8_t>;

// 32 bytes with a meaning: Tag keeps a digest of one thing apart from a digest of another.
template <typename Tag>
struct Fixed32 {
  std::array<std::uint8_t, 32> bytes{};
  friend auto operator<=>(const Fixed32&, const Fixed32&) = default;
  [[nodiscard]] BytesView view() const { return bytes; }
};
using Hash = Fixed32<struct HashTag>;  // SHA-256, unless the name of the value says otherwise

[[nodiscard]] inline BytesView as_bytes(std::string_view text) {
  return {reinterpret_cast<const std::uint8_t*>(text.data()), text.size()};
}
[[nodiscard]] inline std::string_view as_text(BytesView bytes) {
  return {reinterpret_cast<const char*>(bytes.data()), bytes.size()};
}
[[nodiscard]] inline Bytes to_bytes(BytesView view) {
  return {view.begin(), view.end()};
}

[[nodiscard]] std::string to_hex(BytesView bytes);  // lower case
// Code::malformed unless `text` is an even number of lower- or upper-case hex digits.
[[nodiscard]] Result<Bytes> from_hex(std::string_view text);

[[nodiscard]] std::string to_base64(BytesView bytes);  // with padding
// Strict: canonical padding, no white space, unused bits zero; else Code::malformed.
[[nodiscard]] Result<Bytes> from_base64(std::string_view text);

template <typename Tag>
[[nodiscard]] Result<Fixed32<Tag>> fixed32(BytesView bytes) {
  if (bytes.size() != 32) return fail(Code::bad_value, "must be 32 bytes");
  Fixed32<Tag> out;
  std::copy(bytes.begin(), bytes.end(), out.bytes.begin());
  return out;
}
template <typename Tag>
[[nodiscard]] std::string to_hex(const Fixed32<Tag>& value) {
  return to_hex(value.view());
}
[[nodiscard]] Result<Hash> hash_from_hex(std::string_view text);

// True when `text` is well-formed UTF-8 (RFC 3629: no surrogates, no overlong forms).
[[nodiscard]] bool is_utf8(std::string_view text);
// The length of the longest well-formed beginning of `text`: where the first bad byte stands.
[[nodiscard]] std::size_t utf8_prefix(std::string_view text);

}  // namespace comity
