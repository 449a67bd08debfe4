#pragma once
// What is told of a file that was read or written: what was left out, and why.
#include <cstdint>
#include <string>
#include <vector>

namespace comity::intel {

struct Said {
  std::string where;  // "line 7", or a JSON pointer
  std::string what;   // and why
};

// At most limits::intel_said_max are kept, all are counted.
struct Told {
  std::vector<Said> list;
  std::uint64_t count = 0;
  void add(std::string where, std::string what);
};

}  // namespace comity::intel
