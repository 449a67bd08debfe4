#pragma once
// A plain walk over JSON text, for what simdjson's DOM does not tell: where a text is wrong, and
// which zeros are negative. It runs only on refused texts and on those that may hold a "-0", so it
// is written to be checked by eye.
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace comity::json {

struct Fault {
  Code code;
  std::string what;
  std::size_t at;  // byte offset
};

// The first fault of `text`, which is UTF-8; none when it is one JSON text (RFC 8259) nested at
// most `depth_max` deep, all its integers are within +-(2^53 - 1) and no number overflows a double.
// Duplicate names are not looked for.
[[nodiscard]] std::optional<Fault> find_fault(std::string_view text, std::size_t depth_max);

// `text` with every number token "-0" as "-0.0", which simdjson reads as a double; none when there
// is no such token.
[[nodiscard]] std::optional<std::string> with_negative_zeros(std::string_view text);

}  // namespace comity::json
