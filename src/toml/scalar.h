#pragma once
// One value of TOML that holds no others: a text, a number, a date, true or false. Private.
#include "json/value.h"
#include "toml/cursor.h"

namespace comity::toml {

// At the first byte of the value; ends behind its last. Errors as parse() says.
[[nodiscard]] Result<json::Value> read_scalar(Cursor& in);

// At the quote. TOML 1.0, "String": within one line, or where `many_lines` between three quotes.
enum class Lines { one, many };
[[nodiscard]] Result<std::string> read_string(Cursor& in, Lines lines);

// Neither a tab nor a letter: what stands in no text and no comment.
[[nodiscard]] constexpr bool is_control(char c) {
  return (static_cast<unsigned char>(c) < 0x20 && c != '\t') || c == 0x7f;
}

}  // namespace comity::toml
