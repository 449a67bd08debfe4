#pragma once
// For tests: a reading with all that it made.
#include <algorithm>
#include <stdexcept>
#include <string>
#include <vector>

#include "intel/read.h"
#include "json/value.h"

namespace comity::intel::testing {

struct Made {
  Report report;
  std::vector<std::string> texts;
  std::vector<json::Value> objects;

  [[nodiscard]] std::vector<json::Value> of(std::string_view type) const {
    std::vector<json::Value> out;
    for (const json::Value& each : objects)
      if (*each.find("type") == json::Value(type)) out.push_back(each);
    return out;
  }
  [[nodiscard]] std::string why(std::string_view where) const {
    for (const Said& said : report.left.list)
      if (said.where == where) return said.what;
    return "";
  }
};

inline Instant now() {
  return *instant_from_text("2026-11-22T08:00:00Z");
}

inline Made make(Format format, std::string_view text, Options options = {}) {
  Made made;
  if (options.now == Instant{}) options.now = now();
  auto report = read(format, text, options, [&](const std::string& object) -> Result<void> {
    made.texts.push_back(object);
    made.objects.push_back(*json::parse(object));
    return {};
  });
  if (!report) throw std::runtime_error(to_text(report.error()));
  made.report = *std::move(report);
  return made;
}

inline std::string text(const json::Value& object, std::string_view name) {
  const json::Value* found = object.find(name);
  return found && found->as_string() ? *found->as_string() : "";
}

}  // namespace comity::intel::testing
