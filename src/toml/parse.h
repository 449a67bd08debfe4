#pragma once
// TOML 1.0 in, as a json::Value that remembers its lines; toml++ does the parsing.
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace comity::toml {

// Where a value began, and how many it is with all that it holds.
struct Mark {
  int line = 1;
  std::uint32_t values = 1;
};

struct Document {
  json::Value root;         // local dates become "YYYY-MM-DD" text, offset times RFC 3339 text
  std::vector<Mark> marks;  // of every table, array and value, in the order of walking the root
  std::string name;         // as given: a file's name, for messages
};

// Errors  Code::malformed with "name:line:column" in `where`, and with "name:line" there:
//         too_large beyond limits::law_file_bytes_max, toml_values_max or toml_pointer_bytes_max;
//         too_deep beyond limits::json_depth_max;
//         bad_value for local times, times finer than a millisecond, dates outside the years 1 to
//         9999, and numbers that are no JSON numbers (json::number_from).
[[nodiscard]] Result<Document> parse(std::string_view text, std::string name);

// "law/instruments/ets185.toml:12" for a JSON pointer of the document, or of its nearest parent.
// Linear in the siblings on the way.
[[nodiscard]] std::string place(const Document& document, std::string_view pointer);

}  // namespace comity::toml
