#include "stix/moment.h"

#include "base/limits_stix.h"

namespace comity::stix {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

int two(const char* at) {
  return is_digit(at[0]) && is_digit(at[1]) ? (at[0] - '0') * 10 + (at[1] - '0') : -1;
}

std::string padded(std::uint32_t value, std::size_t width) {
  std::string digits = std::to_string(value);
  return std::string(width - digits.size(), '0') + digits;
}

}  // namespace

std::optional<Moment> moment_from_text(std::string_view text) {
  if (text.size() < 20 || text[4] != '-' || text[7] != '-' || text[10] != 'T' || text[13] != ':' ||
      text[16] != ':' || text.back() != 'Z')
    return std::nullopt;
  int century = two(&text[0]), year = two(&text[2]), month = two(&text[5]), day = two(&text[8]);
  int hour = two(&text[11]), minute = two(&text[14]), second = two(&text[17]);
  if (century < 0 || year < 0 || month < 0 || day < 0 || hour < 0 || minute < 0 || second < 0)
    return std::nullopt;
  std::chrono::year_month_day civil{std::chrono::year{century * 100 + year},
                                    std::chrono::month{static_cast<unsigned>(month)},
                                    std::chrono::day{static_cast<unsigned>(day)}};
  bool leap = hour == 23 && minute == 59 && second == 60;
  if (!civil.ok() || hour > 23 || minute > 59 || (second > 59 && !leap)) return std::nullopt;

  Moment at;
  if (text.size() > 20) {
    std::size_t digits = text.size() - 21;
    if (text[19] != '.' || digits == 0 || digits > limits::stix_fraction_digits_max)
      return std::nullopt;
    std::uint32_t scale = 100'000'000;
    for (char c : text.substr(20, text.size() - 21)) {
      if (!is_digit(c)) return std::nullopt;
      at.nanos += static_cast<std::uint32_t>(c - '0') * scale;
      scale /= 10;
    }
  }
  auto days = std::chrono::sys_days{civil}.time_since_epoch().count();
  at.seconds = std::int64_t{days} * 86'400 + hour * 3600 + minute * 60 + second;
  return at;
}

std::size_t fraction_digits(std::string_view text) {
  return text.size() > 20 ? text.size() - 21 : 0;
}

std::string to_text(Moment at) {
  std::string out = comity::to_text(instant_of({at.seconds, 0})).substr(0, 19);
  if (at.nanos != 0) {
    std::string digits = padded(at.nanos, 9);
    while (digits.ends_with("000")) digits.resize(digits.size() - 3);
    out += "." + digits;
  }
  return out + "Z";
}

Instant instant_of(Moment at) {
  return Instant{std::chrono::seconds{at.seconds} + Millis{at.nanos / 1'000'000}};
}

}  // namespace comity::stix
