#include "json/scan.h"

#include <charconv>
#include <cstdint>

#include "base/bytes.h"

namespace comity::json {
namespace {

constexpr std::string_view spaces = " \t\n\r";

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// True when a grammatical number that std::from_chars finds out of range is too large, not too
// small: the place of its first significant digit, moved by the exponent, lies before the decimal
// point.
bool overflows(std::string_view token) {
  std::size_t mark = token.find_first_of("eE");
  std::string_view digits = token.substr(0, mark);
  if (digits.front() == '-') digits.remove_prefix(1);
  std::size_t point = std::min(digits.find('.'), digits.size());
  std::size_t first = digits.find_first_of("123456789");
  auto place = static_cast<std::int64_t>(point) - static_cast<std::int64_t>(first);
  if (mark == std::string_view::npos) return place > 0;
  std::string_view power = token.substr(mark + 1);
  bool negative = power.front() == '-';
  if (!is_digit(power.front())) power.remove_prefix(1);
  std::int64_t exponent = 0;
  if (std::from_chars(power.data(), power.data() + power.size(), exponent).ec != std::errc())
    return !negative;
  return negative ? place > exponent : place > -exponent;
}

class Scanner {
 public:
  Scanner(std::string_view text, std::size_t depth_max) : text_(text), depth_max_(depth_max) {}

  std::optional<Fault> run() {
    Next next = Next::value;
    do {
      skip_spaces();
      next = step(next);
    } while (next != Next::stop);
    return std::move(fault_);
  }

 private:
  enum class Next { value, value_or_close, name, name_or_close, colon, comma_or_close, end, stop };

  Next step(Next next) {
    if (next == Next::end) {
      return pos_ == text_.size() ? Next::stop : refuse("only one JSON text may stand here");
    }
    if (pos_ == text_.size()) return refuse("the text ends early");
    char c = text_[pos_];
    switch (next) {
      case Next::value_or_close:
        if (c == ']') return close(c);
        [[fallthrough]];
      case Next::value:
        return value(c);
      case Next::name_or_close:
        if (c == '}') return close(c);
        [[fallthrough]];
      case Next::name:
        if (c != '"') return refuse("a member's name in quotes must stand here");
        return string() ? Next::colon : Next::stop;
      case Next::colon:
        if (c != ':') return refuse("a colon must stand here");
        ++pos_;
        return Next::value;
      case Next::comma_or_close:
        if (c == ']' || c == '}') return close(c);
        if (c != ',') return refuse("a comma or the closing bracket must stand here");
        ++pos_;
        return open_.back() == '[' ? Next::value : Next::name;
      case Next::end:
      case Next::stop:
        break;
    }
    return Next::stop;
  }

  Next value(char c) {
    if (c == '[' || c == '{') {
      if (open_.size() >= depth_max_)
        return refuse("nested deeper than " + std::to_string(depth_max_) + " levels",
                      Code::too_deep);
      open_ += c;
      ++pos_;
      return c == '[' ? Next::value_or_close : Next::name_or_close;
    }
    if (c == '"') return string() ? after_value() : Next::stop;
    if (c == '-' || is_digit(c)) return number() ? after_value() : Next::stop;
    for (std::string_view word : {"true", "false", "null"}) {
      if (!text_.substr(pos_).starts_with(word)) continue;
      pos_ += word.size();
      return after_value();
    }
    return refuse("a JSON value must stand here");
  }

  Next close(char c) {
    if (open_.back() != (c == ']' ? '[' : '{')) return refuse("the wrong closing bracket");
    open_.pop_back();
    ++pos_;
    return after_value();
  }

  Next after_value() const { return open_.empty() ? Next::end : Next::comma_or_close; }

  bool string() {
    for (++pos_; pos_ < text_.size(); ++pos_) {
      auto c = static_cast<unsigned char>(text_[pos_]);
      if (c == '"') {
        ++pos_;
        return true;
      }
      if (c < 0x20) return refused("a control character must be escaped in a string");
      if (c == '\\' && !escape()) return false;
    }
    return refused("the string is not closed");
  }

  // At a backslash; leaves pos_ on the last byte of the escape.
  bool escape() {
    std::size_t start = pos_++;
    if (pos_ == text_.size()) return refused("the string is not closed");
    if (text_[pos_] != 'u')
      return std::string_view("\"\\/bfnrt").contains(text_[pos_]) ||
             refused("no such escape", start);
    int first = hex4(pos_ + 1);
    if (first < 0) return refused("\\u takes four hex digits", start);
    pos_ += 4;
    if (first < 0xd800 || first > 0xdfff) return true;
    // RFC 8259, section 8.2: a surrogate without its other half is no character.
    int second = text_.substr(pos_ + 1).starts_with("\\u") ? hex4(pos_ + 3) : -1;
    if (first > 0xdbff || second < 0xdc00 || second > 0xdfff)
      return refused("half of a surrogate pair", start);
    pos_ += 6;
    return true;
  }

  int hex4(std::size_t at) const {
    std::string_view digits = text_.substr(std::min(at, text_.size()), 4);
    int value = 0;
    auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), value, 16);
    bool whole = digits.size() == 4 && digits[0] != '-' && end == digits.data() + 4;
    return whole && error == std::errc() ? value : -1;
  }

  void skip_digits() {
    while (pos_ < text_.size() && is_digit(text_[pos_])) ++pos_;
  }
  bool at_digit() const { return pos_ < text_.size() && is_digit(text_[pos_]); }
  bool at_any(std::string_view chars) const {
    return pos_ < text_.size() && chars.contains(text_[pos_]);
  }

  // RFC 8259, section 6: number = [ minus ] int [ frac ] [ exp ].
  bool number() {
    std::size_t start = pos_;
    if (text_[pos_] == '-') ++pos_;
    if (!at_digit()) return refused("a digit must stand here");
    bool zero = text_[pos_] == '0';
    ++pos_;
    if (zero && at_digit()) return refused("a number may not begin with 0", start);
    skip_digits();
    bool integer = true;
    if (at_any(".")) {
      integer = false;
      ++pos_;
      if (!at_digit()) return refused("a digit must stand here");
      skip_digits();
    }
    if (at_any("eE")) {
      integer = false;
      ++pos_;
      if (at_any("+-")) ++pos_;
      if (!at_digit()) return refused("a digit must stand here");
      skip_digits();
    }
    return in_range(text_.substr(start, pos_ - start), integer, start);
  }

  bool in_range(std::string_view token, bool integer, std::size_t start) {
    const char* end = token.data() + token.size();
    if (integer) {
      std::int64_t value = 0;
      bool fits = std::from_chars(token.data(), end, value).ec == std::errc();
      constexpr std::int64_t max = (std::int64_t{1} << 53) - 1;
      if (fits && value >= -max && value <= max) return true;
      return refused("an integer must lie within +-(2^53 - 1); send a larger one as text", start,
                     Code::bad_value);
    }
    double value = 0;
    if (std::from_chars(token.data(), end, value).ec == std::errc() || !overflows(token))
      return true;
    return refused("the number is too large for a double; send it as text", start, Code::bad_value);
  }

  void skip_spaces() {
    while (pos_ < text_.size() && spaces.contains(text_[pos_])) ++pos_;
  }

  bool refused(std::string what, std::size_t at, Code code = Code::malformed) {
    fault_ = Fault{code, std::move(what), at};
    return false;
  }
  bool refused(std::string what) { return refused(std::move(what), pos_); }
  Next refuse(std::string what, Code code = Code::malformed) {
    refused(std::move(what), pos_, code);
    return Next::stop;
  }

  std::string_view text_;
  std::size_t depth_max_;
  std::size_t pos_ = 0;
  std::string open_;  // the brackets that are open
  std::optional<Fault> fault_;
};

// "-0" that ends there, after something that a value may follow. Within strings it finds false
// ones.
bool looks_negative_zero(std::string_view text, std::size_t at) {
  bool before = at == 0 || std::string_view("[:, \t\n\r").contains(text[at - 1]);
  bool after = at + 2 == text.size() || std::string_view("]}, \t\n\r").contains(text[at + 2]);
  return before && after;
}

}  // namespace

std::optional<Fault> find_fault(std::string_view text, std::size_t depth_max) {
  return Scanner(text, depth_max).run();
}

std::optional<std::string> with_negative_zeros(std::string_view text) {
  bool likely = false;
  for (std::size_t at = text.find("-0"); at != std::string_view::npos && !likely;
       at = text.find("-0", at + 2))
    likely = looks_negative_zero(text, at);
  if (!likely) return std::nullopt;

  std::string marked;
  marked.reserve(text.size() + 16);
  bool in_string = false, found = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    marked += text[i];
    if (text[i] == '"') in_string = !in_string;
    if (in_string && text[i] == '\\' && i + 1 < text.size()) marked += text[++i];
    if (in_string || !text.substr(i).starts_with("-0") || !looks_negative_zero(text, i)) continue;
    marked += "0.0";
    ++i;
    found = true;
  }
  return found ? std::optional(std::move(marked)) : std::nullopt;
}

}  // namespace comity::json
