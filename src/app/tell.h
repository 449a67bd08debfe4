#pragma once
// JSON answers as a person reads them.
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "json/value.h"

namespace comity::app {

// Rows under their columns; long lists of words are joined, what is absent is "-". "nothing" when
// there is no row.
[[nodiscard]] std::string table(const json::Value& rows, const std::vector<std::string>& columns);
// "  name   value" lines of one object; nested values indented below their name.
[[nodiscard]] std::string details(const json::Value& object);
// "2026-11-21 21:40:05 UTC (22:40:05 CET)": UTC first, then this machine's zone.
[[nodiscard]] std::string both_zones(Instant at);

// A text member of an object, or "".
[[nodiscard]] std::string text_at(const json::Value& object, std::string_view name);

// Bytes that others wrote, as text: what is no UTF-8 is replaced; on a terminal, control characters
// are shown and not obeyed, nor is what turns the direction of writing.
[[nodiscard]] std::string as_utf8(std::string_view bytes);
[[nodiscard]] std::string for_terminal(std::string_view bytes);
// The same of a text of several lines.
[[nodiscard]] std::string lines_for_terminal(std::string_view bytes);

}  // namespace comity::app
