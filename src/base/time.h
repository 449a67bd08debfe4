#pragma once
// Instants in UTC, to the millisecond, and civil dates. Nothing here reads a clock.
#include <chrono>
#include <string>
#include <string_view>

#include "base/result.h"

namespace comity {

using Instant = std::chrono::sys_time<std::chrono::milliseconds>;  // UTC
using Date = std::chrono::sys_days;                                // a civil day, no zone
using Millis = std::chrono::milliseconds;

// The port through which the time enters. Implemented by app/ and by sim/.
class Clock {
 public:
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
};

// RFC 3339, always with milliseconds and Z: "2000-05-04T08:15:30.000Z". Years 0001 to 9999.
[[nodiscard]] std::string to_text(Instant at);
// Accepts what to_text writes, and RFC 3339 with 0 to 9 fraction digits and any offset.
// Code::malformed otherwise; a leap second (":60") is refused.
[[nodiscard]] Result<Instant> instant_from_text(std::string_view text);

[[nodiscard]] std::string to_text(Date day);  // "2000-05-04"
[[nodiscard]] Result<Date> date_from_text(std::string_view text);

[[nodiscard]] inline Date date_of(Instant at) {
  return std::chrono::floor<std::chrono::days>(at);
}

}  // namespace comity
