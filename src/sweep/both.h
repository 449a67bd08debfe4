#pragma once
// A text as it is, and beside it what its escapes mean: logs have JSON behind a date or a host's
// name, and paths of Windows in quotes, so no line says for certain whether its "\n" is one
// character or two. Both readings are swept, line by line; nothing hides behind the other.
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "sweep/scanner.h"

namespace comity::sweep {

class BothReadings {
 public:
  // Calls `see` in the order of offsets, line by line. What both readings have at one place is seen
  // once, without its escapes. Both references outlive this.
  BothReadings(const Index& index, std::function<void(const Found&)> see);

  // Memory: a line of up to limits::sweep_line_held_bytes_max. A longer one is read in parts, which
  // end behind a string or a word.
  void feed(std::string_view bytes);
  void finish();  // once, last

 private:
  struct Held {
    std::uint64_t column, end;
    std::string text;
  };
  using Hits = std::map<std::pair<std::uint32_t, std::uint64_t>, Held>;  // by indicator and offset
  static constexpr std::size_t give_at_least = 4096;
  void some(std::string_view bytes);
  void lines(std::string_view whole);   // ends with a line feed
  void part(std::string_view of_line);  // of one line, without its end
  void hold_back();
  void take(const Found& found);
  void give(std::uint64_t before);

  std::function<void(const Found&)> see_;
  Scanner scanner_;
  std::string rest_;  // of a line whose end has not come
  bool in_parts_ = false;
  bool doubled_ = false;  // some part of the input was read twice
  Hits held_;             // of one line, or of the last parts of a long one
  std::uint64_t line_ = 0;
  std::size_t give_at_ = give_at_least;
};

}  // namespace comity::sweep
