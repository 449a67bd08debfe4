#pragma once
// The `timestamp` type: STIX 2.1, 2.15. Finer than base's Instant, since two versions of an object
// may differ by a microsecond.
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/time.h"

namespace comity::stix {

struct Moment {
  std::int64_t seconds = 0;  // since 1970, UTC
  std::uint32_t nanos = 0;
  friend auto operator<=>(const Moment&, const Moment&) = default;
};

// A moment with the text in which it was given, which is what goes out again.
struct Stamp {
  Moment at;
  std::string text;
};

// "YYYY-MM-DDThh:mm:ss[.s+]Z" and nothing else: RFC 3339 in UTC, with capital letters. Digits
// beyond the ninth are read and not kept; there are limits::stix_fraction_digits_max. "23:59:60" is
// the second that follows.
[[nodiscard]] std::optional<Moment> moment_from_text(std::string_view text);

// The digits after the decimal point of a text that moment_from_text() took.
[[nodiscard]] std::size_t fraction_digits(std::string_view text);

// Always as long as it must be: no fraction, or 3, 6 or 9 digits of it.
[[nodiscard]] std::string to_text(Moment at);

[[nodiscard]] Instant instant_of(Moment at);  // to the millisecond, towards the past

}  // namespace comity::stix
