#include "toml/scalar.h"

#include <charconv>
#include <optional>

#include "base/time.h"

namespace comity::toml {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// ---------------------------------------------------------------- texts
void put_utf8(std::uint32_t point, std::string& out) {
  auto put = [&](std::uint32_t byte) { out += static_cast<char>(byte); };
  if (point < 0x80) return put(point);
  if (point < 0x800) {
    put(0xc0 | point >> 6);
  } else if (point < 0x10000) {
    put(0xe0 | point >> 12);
    put(0x80 | (point >> 6 & 0x3f));
  } else {
    put(0xf0 | point >> 18);
    put(0x80 | (point >> 12 & 0x3f));
    put(0x80 | (point >> 6 & 0x3f));
  }
  put(0x80 | (point & 0x3f));
}

// "\" is behind us. TOML 1.0, "String": \b \t \n \f \r \" \\ \uXXXX \UXXXXXXXX, and no other.
Result<void> read_escape(Cursor& in, std::string& out) {
  constexpr std::string_view names = "btnfr\"\\", meant = "\b\t\n\f\r\"\\";
  char c = in.peek();
  if (std::size_t which = c ? names.find(c) : names.npos; which != names.npos) {
    in.skip(1);
    out += meant[which];
    return {};
  }
  std::size_t digits = c == 'u' ? 4 : c == 'U' ? 8 : 0;
  if (digits == 0) return in.malformed("no such escape; a backslash is written \\\\");
  std::string_view hex = in.rest().substr(1, digits);
  std::uint32_t point = 0;
  auto [end, error] = std::from_chars(hex.data(), hex.data() + hex.size(), point, 16);
  bool whole = hex.size() == digits && end == hex.data() + hex.size() && error == std::errc{};
  bool scalar = point < 0xd800 || (point > 0xdfff && point <= 0x10ffff);
  if (!whole || !scalar) return in.malformed("an escape that is no letter");
  in.skip(1 + digits);
  put_utf8(point, out);
  return {};
}

// A backslash at the end of a line takes away the white space and the lines that follow.
bool joined_lines(Cursor& in) {
  Cursor ahead = in;
  ahead.skip(1);
  ahead.blanks();
  if (!ahead.line_break()) return false;
  do ahead.blanks();
  while (ahead.line_break());
  in = ahead;
  return true;
}

// Behind the opening quotes.
Result<std::string> read_line(Cursor& in, char quote) {
  std::string out;
  for (;;) {
    std::size_t from = in.at();
    while (in.peek() != quote && in.peek() != '\\' && !is_control(in.peek())) in.skip(1);
    out += in.since(from);
    if (in.take(quote)) return out;
    if (in.done() || is_control(in.peek())) return in.malformed("a text ends on its line");
    in.skip(1);
    if (quote == '\'') {
      out += '\\';
    } else {
      TRY_VOID(read_escape(in, out));
    }
  }
}

// Behind the opening quotes. A line break there does not count; CRLF is read as LF.
Result<std::string> read_lines(Cursor& in, char quote) {
  std::string out;
  in.line_break();
  for (;;) {
    std::size_t from = in.at();
    while (in.peek() != quote && in.peek() != '\\' && !is_control(in.peek())) in.skip(1);
    out += in.since(from);
    if (in.done()) return in.malformed("the text does not end");
    if (in.line_break()) {
      out += '\n';
    } else if (is_control(in.peek())) {
      return in.malformed("a control character");
    } else if (in.peek() == quote) {
      std::size_t quotes = 1;
      while (quotes < 5 && in.peek(quotes) == quote) ++quotes;  // two may stand before the fence
      in.skip(quotes);
      out.append(quotes < 3 ? quotes : quotes - 3, quote);
      if (quotes >= 3) return out;
    } else if (quote == '\'') {
      in.skip(1);
      out += '\\';
    } else if (!joined_lines(in)) {
      in.skip(1);
      TRY_VOID(read_escape(in, out));
    }
  }
}

// ---------------------------------------------------------------- dates
// So many digits at `at` of the text, or -1.
int digits(std::string_view text, std::size_t at, std::size_t count) {
  if (text.size() < at + count) return -1;
  int out = 0;
  for (char c : text.substr(at, count)) {
    if (!is_digit(c)) return -1;
    out = out * 10 + (c - '0');
  }
  return out;
}

bool starts_date(std::string_view text) {
  return digits(text, 0, 4) >= 0 && text.size() > 4 && text[4] == '-';
}
bool starts_time(std::string_view text) {
  return digits(text, 0, 2) >= 0 && text.size() > 2 && text[2] == ':';
}

// "08:15:30.250", at its first digit. None: it is no time.
Result<std::chrono::milliseconds> read_time(Cursor& in) {
  std::string_view text = in.rest();
  int h = digits(text, 0, 2), m = digits(text, 3, 2), s = digits(text, 6, 2);
  bool shape = text.size() >= 8 && text[2] == ':' && text[5] == ':';
  if (!shape || h < 0 || h > 23 || m < 0 || m > 59 || s < 0 || s > 59)
    return in.malformed("a time is written 08:15:00");
  in.skip(8);
  int ms = 0, scale = 100;
  if (in.peek() == '.') {
    if (!is_digit(in.peek(1))) return in.malformed("a point without digits");
    for (in.skip(1); is_digit(in.peek()); in.skip(1), scale /= 10) {
      if (scale == 0 && in.peek() != '0')
        return in.refuse(Code::bad_value, "a time is given to the millisecond at most");
      ms += (in.peek() - '0') * scale;
    }
  }
  return std::chrono::hours{h} + std::chrono::minutes{m} + std::chrono::seconds{s} +
         std::chrono::milliseconds{ms};
}

// "Z" or "+08:00"; none where neither stands.
Result<std::optional<std::chrono::minutes>> read_offset(Cursor& in) {
  if (in.take('Z') || in.take('z')) return std::chrono::minutes{0};
  if (in.peek() != '+' && in.peek() != '-') return std::nullopt;
  std::string_view text = in.rest();
  int h = digits(text, 1, 2), m = digits(text, 4, 2);
  if (h < 0 || h > 23 || m < 0 || m > 59 || text[3] != ':')
    return in.malformed("an offset is written +01:00");
  std::chrono::minutes offset = std::chrono::hours{h} + std::chrono::minutes{m};
  in.skip(6);
  return text[0] == '-' ? -offset : offset;
}

Result<json::Value> read_date(Cursor& in) {
  std::string_view text = in.rest().substr(0, 10);
  std::chrono::year_month_day day{
      std::chrono::year{digits(text, 0, 4)},
      std::chrono::month{static_cast<unsigned>(std::max(digits(text, 5, 2), 0))},
      std::chrono::day{static_cast<unsigned>(std::max(digits(text, 8, 2), 0))}};
  if (text.size() < 10 || text[7] != '-' || !day.ok())
    return in.malformed("no such day; a date is written 2001-11-23");
  in.skip(10);
  if (day.year() < std::chrono::year{1})
    return in.refuse(Code::bad_value, "a date lies in the years 1 to 9999");
  bool with_time =
      in.peek() == 'T' || in.peek() == 't' || (in.peek() == ' ' && is_digit(in.peek(1)));
  if (!with_time) return json::Value(to_text(Date{day}));
  in.skip(1);
  TRY(auto time, read_time(in));
  TRY(auto offset, read_offset(in));
  if (!offset)
    return in.refuse(Code::bad_value, "a time needs its offset: write 2000-05-04T08:15:00Z");
  std::string written = to_text(Instant{std::chrono::sys_days{day}} + time - *offset);
  if (!instant_from_text(written))
    return in.refuse(Code::bad_value, "a time lies in the years 1 to 9999");
  return json::Value(std::move(written));
}

// ---------------------------------------------------------------- numbers
// Digits of a base, "_" between two of them only.
template <typename IsDigit>
bool read_digits(Cursor& in, std::string& out, IsDigit is_one) {
  if (!is_one(in.peek())) return false;
  for (;;) {
    while (is_one(in.peek())) {
      out += in.peek();
      in.skip(1);
    }
    if (in.peek() != '_') return true;
    in.skip(1);
    if (!is_one(in.peek())) return false;
  }
}

template <typename N>
Result<json::Value> number(const Cursor& in, const std::string& text, int base) {
  N value{};
  const char* end = text.data() + text.size();
  std::from_chars_result read{};
  if constexpr (std::is_integral_v<N>)
    read = std::from_chars(text.data(), end, value, base);
  else
    read = std::from_chars(text.data(), end, value);
  if (read.ec != std::errc{} || read.ptr != end) return in.malformed("a number beyond 64 bits");
  auto out = json::number_from(value);
  if (!out) return in.refuse(out.error().code, out.error().what);
  return out;
}

Result<json::Value> read_based(Cursor& in) {
  char c = in.peek(1);
  int base = c == 'x' ? 16 : c == 'o' ? 8 : 2;
  in.skip(2);
  std::string text;
  auto is_one = [&](char d) {
    if (base == 16) return is_digit(d) || (d >= 'a' && d <= 'f') || (d >= 'A' && d <= 'F');
    return d >= '0' && d < '0' + base;
  };
  if (!read_digits(in, text, is_one)) return in.malformed("a number without digits");
  return number<std::int64_t>(in, text, base);
}

Result<json::Value> read_number(Cursor& in) {
  std::string text;
  bool sign = in.peek() == '+' || in.peek() == '-';
  if (in.peek() == '-') text += '-';
  if (sign) in.skip(1);
  if (in.rest().starts_with("inf") || in.rest().starts_with("nan"))
    return in.refuse(Code::bad_value, "a number must be finite");
  if (!sign && in.peek() == '0' && std::string_view("xob").contains(in.peek(1)) && in.peek(1))
    return read_based(in);
  if (in.peek() == '0' && (is_digit(in.peek(1)) || in.peek(1) == '_'))
    return in.malformed("a number does not begin with 0");
  if (!read_digits(in, text, is_digit)) return in.malformed("a number lacks a digit");
  bool whole = true;
  if (in.take('.')) {
    whole = false;
    text += '.';
    if (!read_digits(in, text, is_digit)) return in.malformed("a number lacks a digit");
  }
  if (in.take('e') || in.take('E')) {
    whole = false;
    text += 'e';
    if (in.peek() == '-') text += '-';
    if (in.peek() == '+' || in.peek() == '-') in.skip(1);
    if (!read_digits(in, text, is_digit)) return in.malformed("a number lacks a digit");
  }
  return whole ? number<std::int64_t>(in, text, 10) : number<double>(in, text, 10);
}

}  // namespace

Result<std::string> read_string(Cursor& in, Lines lines) {
  char quote = in.peek();
  bool fence = in.peek(1) == quote && in.peek(2) == quote;
  if (fence && lines == Lines::many) {
    in.skip(3);
    return read_lines(in, quote);
  }
  in.skip(1);
  return read_line(in, quote);
}

Result<json::Value> read_scalar(Cursor& in) {
  char c = in.peek();
  if (c == '"' || c == '\'') {
    TRY(std::string text, read_string(in, Lines::many));
    return json::Value(std::move(text));
  }
  for (std::string_view word : {"true", "false"}) {
    if (!in.rest().starts_with(word)) continue;
    in.skip(word.size());
    return json::Value(word == "true");
  }
  if (starts_date(in.rest())) return read_date(in);
  if (starts_time(in.rest()))
    return in.refuse(Code::bad_value,
                     "a time of day without a date says no instant; write it as text");
  if (is_digit(c) || c == '+' || c == '-' || c == 'i' || c == 'n') return read_number(in);
  return in.malformed("no value; a text stands between quotes");
}

}  // namespace comity::toml
