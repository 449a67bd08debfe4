#pragma once
// The words of a pattern. For pattern_parse.cc.
#include <cstddef>
#include <string>
#include <string_view>

#include "base/result.h"
#include "stix/pattern.h"

namespace comity::stix {

struct Token {
  enum class Kind { end, word, whole, fraction, text, binary, hex, time, symbol };
  Kind kind = Kind::end;
  std::size_t at = 0;     // of its first byte
  std::string_view text;  // as written
  Constant value;         // of a constant
  bool is(std::string_view written) const {
    return (kind == Kind::word || kind == Kind::symbol) && text == written;
  }
};

class Lexer {
 public:
  explicit Lexer(std::string_view text) : text_(text) {}
  [[nodiscard]] Result<Token> next();

 private:
  Result<void> skip_blank();
  Result<Token> number(std::size_t from);
  Result<Token> quoted(std::size_t from, char prefix);
  Result<Token> symbol(std::size_t from);

  std::string_view text_;
  std::size_t at_ = 0;
};

[[nodiscard]] std::unexpected<Error> fail_at(Code code, std::size_t at, std::string what);
[[nodiscard]] bool is_keyword(std::string_view word);
[[nodiscard]] bool is_bare_name(std::string_view name);  // may stand in a path without quotes

}  // namespace comity::stix
