#pragma once
// Where a reader stands in a text, and what goes wrong there. Private to this room.
#include <algorithm>
#include <string>
#include <string_view>

#include "base/result.h"

namespace comity::toml {

class Cursor {
 public:
  Cursor(std::string_view text, std::string_view name) : text_(text), name_(name) {}

  [[nodiscard]] bool done() const { return at_ == text_.size(); }
  // The byte that is `ahead`; 0 behind the end, which is nowhere allowed in TOML.
  [[nodiscard]] char peek(std::size_t ahead = 0) const {
    return ahead < text_.size() - at_ ? text_[at_ + ahead] : '\0';
  }
  [[nodiscard]] std::string_view rest() const { return text_.substr(at_); }
  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] std::string_view since(std::size_t from) const {
    return text_.substr(from, at_ - from);
  }
  [[nodiscard]] int line() const { return line_; }

  // Not over the end of a line: line_break() counts those.
  void skip(std::size_t bytes) { at_ += bytes; }
  bool take(char c) {
    if (done() || text_[at_] != c) return false;
    ++at_;
    return true;
  }
  // LF or CRLF.
  bool line_break() {
    std::size_t bytes = peek() == '\n' ? 1 : peek() == '\r' && peek(1) == '\n' ? 2 : 0;
    at_ += bytes;
    line_ += bytes > 0;
    return bytes > 0;
  }
  void blanks() {
    while (peek() == ' ' || peek() == '\t') ++at_;
  }

  [[nodiscard]] std::unexpected<Error> malformed(std::string what) const {
    std::size_t begin = text_.substr(0, at_).rfind('\n') + 1;  // npos + 1 is 0
    return fail(Code::malformed, std::move(what), place() + ":" + std::to_string(at_ - begin + 1));
  }
  [[nodiscard]] std::unexpected<Error> refuse(Code code, std::string what) const {
    return fail(code, std::move(what), place());
  }

 private:
  [[nodiscard]] std::string place() const {
    return std::string(name_) + ":" + std::to_string(line_);
  }

  std::string_view text_;
  std::string_view name_;
  std::size_t at_ = 0;
  int line_ = 1;
};

}  // namespace comity::toml
