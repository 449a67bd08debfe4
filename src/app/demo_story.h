#pragma once
// The demo as it is told: on a terminal as it happens, or as one JSON text in the end.
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "json/value.h"

namespace comity::app {

// A step that does not hold ends the demo; this keeps those that did.
class Story {
 public:
  Story(bool json, bool colour) : json_(json), colour_(colour) {}

  void chapter(const std::string& title);
  void say(const std::string& line);
  void show(const std::string& lines);  // a text of several
  // A step that held, with how long it took where that means something.
  void held(const std::string& what, std::optional<double> ms = {}, json::Value data = {});
  [[nodiscard]] const json::Array& steps() const { return steps_; }

 private:
  [[nodiscard]] std::string paint(const char* code, const std::string& words) const;

  bool json_, colour_;
  std::string chapter_;
  json::Array steps_;
};

class Stopwatch {
 public:
  [[nodiscard]] double ms() const {
    return std::chrono::duration<double, std::milli>(std::chrono::steady_clock::now() - began_)
        .count();
  }

 private:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

// A member of an answer, null when it is not there; and as text.
[[nodiscard]] const json::Value& at(const json::Value& value, std::string_view name);
[[nodiscard]] std::string text(const json::Value& value);

}  // namespace comity::app
