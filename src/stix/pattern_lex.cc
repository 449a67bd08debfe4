#include "stix/pattern_lex.h"

#include <algorithm>
#include <charconv>
#include <cmath>

namespace comity::stix {
namespace {

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_name_start(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_';
}
bool is_name(char c) {
  return is_name_start(c) || is_digit(c);
}

// The white space of the grammar's rule WS, as UTF-8; returns its length, or 0.
std::size_t blank_at(std::string_view text) {
  if (text.empty()) return 0;
  if (std::string_view(" \t\r\n\v\f").contains(text[0])) return 1;
  for (std::string_view one : {"\xc2\x85", "\xc2\xa0", "\xe1\x9a\x80", "\xe2\x80\xa8",
                               "\xe2\x80\xa9", "\xe2\x80\xaf", "\xe2\x81\x9f", "\xe3\x80\x80"})
    if (text.starts_with(one)) return one.size();
  bool quad = text.size() >= 3 && text.starts_with("\xe2\x80") && text[2] >= '\x80' &&
              text[2] <= '\x8a';  // U+2000 to U+200A
  return quad ? 3 : 0;
}

}  // namespace

std::unexpected<Error> fail_at(Code code, std::size_t at, std::string what) {
  return fail(code, std::move(what), "character " + std::to_string(at + 1));
}

bool is_keyword(std::string_view word) {
  constexpr std::string_view keywords[] = {
      "AND",      "OR",     "NOT",    "FOLLOWEDBY", "LIKE",  "MATCHES", "ISSUPERSET",
      "ISSUBSET", "EXISTS", "LAST",   "IN",         "START", "STOP",    "SECONDS",
      "true",     "false",  "WITHIN", "REPEATS",    "TIMES"};
  return std::ranges::find(keywords, word) != std::end(keywords);
}

bool is_bare_name(std::string_view name) {
  return !name.empty() && is_name_start(name[0]) && std::ranges::all_of(name, is_name) &&
         !is_keyword(name);
}

Result<void> Lexer::skip_blank() {
  while (at_ < text_.size()) {
    std::string_view rest = text_.substr(at_);
    if (std::size_t blank = blank_at(rest)) {
      at_ += blank;
    } else if (rest.starts_with("//")) {
      at_ += std::min(rest.find_first_of("\r\n"), rest.size());
    } else if (rest.starts_with("/*")) {
      std::size_t end = rest.find("*/", 2);
      if (end == std::string_view::npos)
        return fail_at(Code::malformed, at_, "the comment does not end");
      at_ += end + 2;
    } else {
      break;
    }
  }
  return {};
}

Result<Token> Lexer::next() {
  TRY_VOID(skip_blank());
  std::size_t from = at_;
  if (at_ == text_.size())
    return Token{.kind = Token::Kind::end, .at = from, .text = {}, .value = {}};
  char c = text_[at_];
  if (c == '\'') return quoted(from, 0);
  if (is_name_start(c)) {
    if (at_ + 1 < text_.size() && text_[at_ + 1] == '\'' && std::string_view("bht").contains(c)) {
      ++at_;
      return quoted(from, c);
    }
    while (at_ < text_.size() && (is_name(text_[at_]) || text_[at_] == '-')) ++at_;
    std::string_view word = text_.substr(from, at_ - from);
    return Token{Token::Kind::word, from, word, word == "true"};
  }
  char after = at_ + 1 < text_.size() ? text_[at_ + 1] : '\0';
  char second = at_ + 2 < text_.size() ? text_[at_ + 2] : '\0';
  bool sign = c == '+' || c == '-';
  if (is_digit(c) || ((sign || c == '.') && is_digit(after)) ||
      (sign && after == '.' && is_digit(second)))
    return number(from);
  return symbol(from);
}

// IntPosLiteral, IntNegLiteral, FloatPosLiteral, FloatNegLiteral.
Result<Token> Lexer::number(std::size_t from) {
  if (!is_digit(text_[at_]) && text_[at_] != '.') ++at_;
  std::size_t whole = at_;
  while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
  std::size_t digits = at_ - whole;
  bool fraction = at_ + 1 < text_.size() && text_[at_] == '.' && is_digit(text_[at_ + 1]);
  if (fraction) {
    ++at_;
    while (at_ < text_.size() && is_digit(text_[at_])) ++at_;
  } else if (digits > 1 && text_[whole] == '0') {
    return fail_at(Code::malformed, from, "an integer does not begin with 0");
  }
  if (at_ < text_.size() && is_name(text_[at_]))
    return fail_at(Code::malformed, at_, "a number ends before a letter; there are no exponents");
  std::string_view written = text_.substr(from, at_ - from);
  std::string_view plain = written.starts_with('+') ? written.substr(1) : written;
  const char* end = plain.data() + plain.size();
  if (!fraction) {
    std::int64_t n = 0;
    if (std::from_chars(plain.data(), end, n).ec != std::errc())
      return fail_at(Code::bad_value, from, "the integer does not fit 64 bits");
    return Token{Token::Kind::whole, from, written, n};
  }
  double d = 0;
  if (std::from_chars(plain.data(), end, d).ec != std::errc() || !std::isfinite(d))
    return fail_at(Code::bad_value, from, "the number does not fit a double");
  return Token{Token::Kind::fraction, from, written, d};
}

// StringLiteral, and with a letter before it BinaryLiteral, HexLiteral, TimestampLiteral.
Result<Token> Lexer::quoted(std::size_t from, char prefix) {
  std::string held;
  for (++at_;; ++at_) {
    if (at_ >= text_.size()) return fail_at(Code::malformed, from, "the quote is not closed");
    char c = text_[at_];
    if (c == '\'') break;
    if (c == '\\') {
      ++at_;
      if (at_ >= text_.size() || (text_[at_] != '\'' && text_[at_] != '\\'))
        return fail_at(Code::malformed, at_ - 1, "a backslash is written \\\\, a quote \\'");
      c = text_[at_];
    }
    held += c;
  }
  ++at_;
  std::string_view written = text_.substr(from, at_ - from);
  if (prefix == 'b') {
    auto bytes = from_base64(held);
    if (!bytes) return fail_at(Code::malformed, from, "b'' holds base64 with padding");
    return Token{Token::Kind::binary, from, written, BinaryConstant{*std::move(bytes)}};
  }
  if (prefix == 'h') {
    auto bytes = from_hex(held);
    if (!bytes) return fail_at(Code::malformed, from, "h'' holds an even number of hex digits");
    return Token{Token::Kind::hex, from, written, HexConstant{*std::move(bytes)}};
  }
  if (prefix == 't') {
    auto moment = moment_from_text(held);
    if (!moment) return fail_at(Code::malformed, from, "t'' holds YYYY-MM-DDThh:mm:ss[.s]Z");
    return Token{Token::Kind::time, from, written, TimeConstant{*moment}};
  }
  return Token{Token::Kind::text, from, written, std::move(held)};
}

Result<Token> Lexer::symbol(std::size_t from) {
  for (std::string_view one :
       {"==", "!=", "<>", "<=", ">=", "=", "<", ">", ":", ".", ",", "(", ")", "[", "]", "*"}) {
    if (!text_.substr(at_).starts_with(one)) continue;
    at_ += one.size();
    return Token{Token::Kind::symbol, from, text_.substr(from, one.size()), {}};
  }
  return fail_at(Code::malformed, from, "this character does not stand in a pattern");
}

}  // namespace comity::stix
