#pragma once
// Reading C2SP's line formats: the few steps that notes, checkpoints, proofs and requests share.
#include <charconv>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"

namespace comity::ledger {

// Takes newline-terminated lines off the front of a text, counting them from 1.
class Lines {
 public:
  explicit Lines(std::string_view text) : rest_(text) {}

  // Code::malformed at the end of the text, or when the last line has no newline.
  [[nodiscard]] Result<std::string_view> next() {
    ++number_;
    const std::size_t end = rest_.find('\n');
    if (end == std::string_view::npos) {
      return fail(Code::malformed,
                  rest_.empty() ? "a line is missing" : "the last line must end in a newline",
                  where());
    }
    const std::string_view line = rest_.substr(0, end);
    rest_.remove_prefix(end + 1);
    return line;
  }
  [[nodiscard]] bool done() const { return rest_.empty(); }
  [[nodiscard]] std::string_view rest() const { return rest_; }
  [[nodiscard]] std::string where() const { return "line " + std::to_string(number_); }

 private:
  std::string_view rest_;
  std::size_t number_ = 0;
};

// ASCII decimal without sign or leading zeroes; absent when it is anything else or does not fit.
[[nodiscard]] inline std::optional<std::uint64_t> parse_decimal(std::string_view text) {
  if (text.empty() || (text.size() > 1 && text[0] == '0')) return std::nullopt;
  std::uint64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc{} || end != text.data() + text.size()) return std::nullopt;
  return value;
}

[[nodiscard]] inline Result<Hash> parse_hash_line(std::string_view line, const Lines& at) {
  const auto bytes = from_base64(line);
  if (!bytes || bytes->size() != 32) {
    return fail(Code::malformed, "a hash must be the base64 of 32 bytes", at.where());
  }
  return fixed32<HashTag>(*bytes);
}

[[nodiscard]] inline Result<std::uint64_t> parse_size_line(std::string_view text, const Lines& at) {
  const auto size = parse_decimal(text);
  if (!size)
    return fail(Code::malformed, "must be a decimal number without leading zeroes", at.where());
  if (*size > limits::tree_size_max)
    return fail(Code::too_large, "beyond tree_size_max", at.where());
  return *size;
}

}  // namespace comity::ledger
