#pragma once
// For tests: indicators from lines, and what is found in a text.
#include <stdexcept>
#include <string>
#include <tuple>
#include <vector>

#include "sweep/scanner.h"

namespace comity::sweep::testing {

inline stix::Moment noon() {
  return *stix::moment_from_text("2026-11-22T12:00:00Z");
}

// Of a list that must be good.
inline Indicators indicators_of(std::string_view list) {
  Loader loader(noon());
  if (!loader.add_list("list", list)) throw std::runtime_error("a list for a test");
  auto made = loader.finish();
  if (!made || made->tally().refused > 0)
    throw std::runtime_error("a good list: " + (made ? made->tally().told.at(0) : ""));
  return *std::move(made);
}

struct Seen {
  std::string value;  // of the indicator
  std::string text;   // as it was found
  std::uint64_t offset, line, column;
  friend auto operator<=>(const Seen&, const Seen&) = default;
};

// What is found when the text comes in pieces of so many bytes.
inline std::vector<Seen> scan(const Index& index, std::string_view text,
                              std::size_t piece = SIZE_MAX) {
  std::vector<Seen> seen;
  Scanner scanner(index, [&](const Found& found) {
    seen.push_back({std::string(index.indicators().at(found.indicator).value),
                    std::string(found.text), found.offset, found.line, found.column});
  });
  while (!text.empty()) {
    scanner.feed(text.substr(0, piece));
    text.remove_prefix(std::min(piece, text.size()));
  }
  scanner.finish();
  return seen;
}

}  // namespace comity::sweep::testing
