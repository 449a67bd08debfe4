#include "base/time.h"

#include <fmt/format.h>

namespace comity {
namespace {

using namespace std::chrono;

// Reads exactly `count` digits at `pos`, or -1.
int digits(std::string_view text, std::size_t pos, std::size_t count) {
  if (pos + count > text.size()) return -1;
  int value = 0;
  for (std::size_t i = pos; i < pos + count; ++i) {
    if (text[i] < '0' || text[i] > '9') return -1;
    value = value * 10 + (text[i] - '0');
  }
  return value;
}

}  // namespace

std::string to_text(Date day) {
  year_month_day ymd{day};
  return fmt::format("{:04}-{:02}-{:02}", static_cast<int>(ymd.year()),
                     static_cast<unsigned>(ymd.month()), static_cast<unsigned>(ymd.day()));
}

std::string to_text(Instant at) {
  Date day = date_of(at);
  auto ms = (at - day).count();
  return fmt::format("{}T{:02}:{:02}:{:02}.{:03}Z", to_text(day), ms / 3'600'000, ms / 60'000 % 60,
                     ms / 1000 % 60, ms % 1000);
}

Result<Date> date_from_text(std::string_view text) {
  int y = digits(text, 0, 4), m = digits(text, 5, 2), d = digits(text, 8, 2);
  if (text.size() != 10 || text[4] != '-' || text[7] != '-' || y < 1 || m < 1 || d < 1)
    return fail(Code::malformed, "a date is written YYYY-MM-DD");
  year_month_day ymd{year{y}, month{static_cast<unsigned>(m)}, day{static_cast<unsigned>(d)}};
  if (!ymd.ok()) return fail(Code::malformed, "no such day in the calendar");
  return Date{ymd};
}

// RFC 3339, section 5.6: date-time = full-date "T" full-time.
Result<Instant> instant_from_text(std::string_view text) {
  auto bad = [] {
    return fail(Code::malformed, "a time is written YYYY-MM-DDTHH:MM:SS[.fff]Z (RFC 3339)");
  };
  if (text.size() < 20 || (text[10] != 'T' && text[10] != 't')) return bad();
  auto day = date_from_text(text.substr(0, 10));
  if (!day) return bad();
  int h = digits(text, 11, 2), m = digits(text, 14, 2), s = digits(text, 17, 2);
  if (text[13] != ':' || text[16] != ':' || h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59)
    return bad();
  std::size_t pos = 19;
  int ms = 0;
  if (text[pos] == '.') {
    std::size_t from = ++pos;
    for (int scale = 100; pos < text.size() && digits(text, pos, 1) >= 0; ++pos, scale /= 10)
      ms += digits(text, pos, 1) * scale;
    if (pos == from || pos - from > 9) return bad();
  }
  minutes offset{0};
  if (pos + 1 == text.size() && (text[pos] == 'Z' || text[pos] == 'z')) {
  } else if (pos + 6 == text.size() && (text[pos] == '+' || text[pos] == '-') &&
             text[pos + 3] == ':') {
    int oh = digits(text, pos + 1, 2), om = digits(text, pos + 4, 2);
    if (oh < 0 || oh > 23 || om < 0 || om > 59) return bad();
    offset = minutes{(oh * 60 + om) * (text[pos] == '+' ? 1 : -1)};
  } else {
    return bad();
  }
  Instant at = Instant{*day} + hours{h} + minutes{m} + seconds{s} + milliseconds{ms} - offset;
  // The offset may lead out of the years that can be written.
  if (at < Instant{sys_days{year{1} / 1 / 1}} || at >= Instant{sys_days{year{10000} / 1 / 1}})
    return bad();
  return at;
}

}  // namespace comity
