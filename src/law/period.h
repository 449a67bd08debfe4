#pragma once
// Days, periods, and law that changed on a day. Private to this room.
#include <algorithm>
#include <climits>
#include <cstdint>
#include <vector>

#include "base/time.h"

namespace comity::law {

using Day = std::int32_t;  // since 1970-01-01
inline constexpr Day day_first = INT32_MIN;
inline constexpr Day day_never = INT32_MAX;
[[nodiscard]] inline Day day_of(Date date) {
  return static_cast<Day>(date.time_since_epoch().count());
}

struct Period {
  Day from = day_first;
  Day until = day_never;  // exclusive
  [[nodiscard]] bool holds(Day day) const { return from <= day && day < until; }
};

// Law of one kind as it changed: rows by their first days, of which one at most holds on a day.
// The row that holds; else the last that had begun, else the first to come; none of none.
template <typename Row>
[[nodiscard]] const Row* row_on(const std::vector<Row>& rows, Day day) {
  if (rows.empty()) return nullptr;
  auto holds = std::ranges::find_if(rows, [&](const Row& row) { return row.holds(day); });
  if (holds != rows.end()) return &*holds;
  auto later =
      std::ranges::upper_bound(rows, day, {}, [](const Row& row) { return row.period.from; });
  return later == rows.begin() ? &rows.front() : &*(later - 1);
}

}  // namespace comity::law
