#pragma once
// Reads the whole store and proves it sound: `comity store check`, `comity ledger fsck`.
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "node/ports.h"
#include "store/sqlite_store.h"

namespace comity::store {

struct Report {
  std::uint64_t rows = 0;
  std::uint64_t entries = 0;
  std::uint64_t erased = 0;  // of these, entries whose record and key are gone
  std::uint64_t tiles = 0;
  std::uint64_t heads = 0;
  node::Head head;
  // Each one sentence that names the place; at most limits::check_problems_max.
  std::vector<std::string> problems;
  [[nodiscard]] bool sound() const { return problems.empty(); }
};

// `stage` is a word for a person ("pages", "entries", "tiles"); `total` may be 0 when it is not
// known beforehand.
using Progress =
    std::function<void(std::string_view stage, std::uint64_t done, std::uint64_t total)>;

// Over one snapshot, beside a running node:
//   - SQLite's own integrity_check and foreign_key_check;
//   - positions without a gap; every record opens under its key and makes the commitment in its
//     leaf; record and key are both there or both erased;
//   - the tree computed anew from the leaves equals every tile, every head and the head.
// A store that is damaged is a Report with problems; an Error means that the check could not be
// carried out.
[[nodiscard]] Result<Report> check_store(SqliteStore& store, const Progress& progress = {});

}  // namespace comity::store
