#pragma once
// What a new version of the law does to the roads: which open, which close.
#include <functional>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "json/value.h"
#include "law/corpus.h"
#include "law/diff.h"
#include "law/engine.h"

namespace comity::law {

// The best that could be said, before and after, of one pair, measure and offence.
struct Shift {
  Country from, to;
  std::string measure, offence;  // codes
  Outcome before = Outcome::none, after = Outcome::none;
  std::string road;  // the provision that opened or closed it; may be empty
};

struct Impact {
  std::uint64_t asked = 0;  // how many questions were put to both
  std::vector<Shift> opened, closed, other;
};

// The jurisdictions whose roads the differences can touch: their own files, memberships and
// reservations. None: any.
[[nodiscard]] std::optional<std::set<Country>> touched(const Corpus& before, const Corpus& after,
                                                       const std::vector<Difference>& differences);

// Asks both versions about every pair of jurisdictions that either knows and of which one is
// touched, every measure and every offence that both name. `progress` is told how many of how many
// jurisdictions are done.
[[nodiscard]] Impact impact(const Corpus& before, const Corpus& after, Date on,
                            const std::optional<std::set<Country>>& touched,
                            const std::function<void(std::size_t, std::size_t)>& progress);

// {"asked","opened":[SHIFT],"closed":[SHIFT],"other":[SHIFT]};
// SHIFT {"from","to","measure","offence","before","after","road"?}
[[nodiscard]] json::Value to_json(const Impact& impact);
// Shifts that differ only in their offence are told together.
[[nodiscard]] std::string to_text(const Impact& impact);

}  // namespace comity::law
