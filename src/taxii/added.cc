#include "taxii/added.h"

#include <fmt/format.h>

#include "stix/moment.h"

namespace comity::taxii {

std::string added_text(Added added) {
  namespace chrono = std::chrono;
  chrono::sys_time<chrono::microseconds> at{chrono::microseconds{added}};
  auto day = chrono::floor<chrono::days>(at);
  chrono::year_month_day date{day};
  chrono::hh_mm_ss time{at - day};
  return fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}.{:06}Z", static_cast<int>(date.year()),
                     static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                     time.hours().count(), time.minutes().count(), time.seconds().count(),
                     time.subseconds().count());
}

std::optional<Added> added_from_text(std::string_view text) {
  auto moment = stix::moment_from_text(text);
  if (!moment) return std::nullopt;
  return moment->seconds * 1'000'000 + moment->nanos / 1'000;
}

}  // namespace comity::taxii
