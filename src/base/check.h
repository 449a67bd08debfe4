#pragma once
// Our own bugs, on in release too. Never for input: that is a Result.
#include <source_location>
#include <string_view>

namespace comity {

// Aborts with the place and `why` when `cond` is false.
void check_failed(std::string_view why, std::source_location at);

inline void check(bool cond, std::string_view why,
                  std::source_location at = std::source_location::current()) {
  if (!cond) [[unlikely]]
    check_failed(why, at);
}

}  // namespace comity
