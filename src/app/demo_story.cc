#include "app/demo_story.h"

#include <fmt/format.h>

#include <iostream>

namespace comity::app {

std::string Story::paint(const char* code, const std::string& words) const {
  return colour_ ? fmt::format("\033[{}m{}\033[0m", code, words) : words;
}

void Story::chapter(const std::string& title) {
  if (!json_)
    std::cout << "\n" << paint("1", title) << "\n" << std::string(title.size(), '=') << "\n";
  chapter_ = title;
}

void Story::say(const std::string& line) {
  if (!json_) std::cout << "  " << line << "\n" << std::flush;
}

void Story::show(const std::string& lines) {
  for (std::size_t from = 0; from < lines.size();) {
    std::size_t end = std::min(lines.find('\n', from), lines.size());
    say(lines.substr(from, end - from));
    from = end + 1;
  }
}

void Story::held(const std::string& what, std::optional<double> ms, json::Value data) {
  json::Object step{{"chapter", chapter_}, {"step", what}, {"held", true}};
  if (ms) step["ms"] = *ms;
  if (!data.is_null()) step["data"] = std::move(data);
  steps_.push_back(std::move(step));
  if (json_) return;
  std::cout << "  " << paint("32", "✓")
            << (ms ? fmt::format(" {:>7.1f} ms  ", *ms) : "             ") << what << "\n"
            << std::flush;
}

const json::Value& at(const json::Value& value, std::string_view name) {
  static const json::Value none;
  const json::Value* found = value.find(name);
  return found ? *found : none;
}

std::string text(const json::Value& value) {
  return value.as_string() ? *value.as_string() : json::write(value);
}

}  // namespace comity::app
