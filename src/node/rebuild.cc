#include "node/rebuild.h"

#include <map>

#include "base/limits.h"
#include "node/entry.h"
#include "node/object_block.h"

namespace comity::node {

Result<Rebuilt> rebuild(
    Store& store, Instant now,
    const std::function<void(std::uint64_t done, std::uint64_t total)>& progress) {
  TRY(auto group, store.begin_rebuild());
  TRY(Head head, group->head());
  Rebuilt rebuilt;
  for (std::uint64_t position = 0; position < head.size; ++position) {
    TRY(auto entry, group->entry(position));
    if (!entry) return fail(Code::corrupt, "the journal has no entry " + std::to_string(position));
    ++rebuilt.entries;
    if (progress && position % 1000 == 0) progress(position, head.size);
    if (!entry->record) {
      ++rebuilt.erased;
      continue;
    }
    TRY(Record record, read_record(*entry->record));
    if (record.rows.empty()) continue;
    Plan plan;
    plan.rows = std::move(record.rows);
    TRY_VOID(group->apply(plan, now));
  }
  TRY_VOID(restore_bytes(*group, now));
  TRY_VOID(group->commit());
  if (progress) progress(head.size, head.size);
  return rebuilt;
}

namespace {

using Place = std::pair<Space, std::string>;
using Rows = std::map<Place, std::string>;

Result<Rows> fold(View& view, const std::function<void(std::uint64_t, std::uint64_t)>& progress) {
  TRY(Head head, view.head());
  Rows rows;
  for (std::uint64_t position = 0; position < head.size; ++position) {
    if (progress && position % 1000 == 0) progress(position, head.size);
    TRY(auto entry, view.entry(position));
    if (!entry) return fail(Code::corrupt, "the journal has no entry " + std::to_string(position));
    if (!entry->record) continue;
    TRY(Record record, read_record(*entry->record));
    for (RowChange& row : record.rows) {
      if (row.value)
        rows.insert_or_assign({row.space, std::move(row.key)}, *std::move(row.value));
      else
        rows.erase({row.space, row.key});
    }
  }
  if (progress) progress(head.size, head.size);
  return rows;
}

class Differences {
 public:
  void add(Space space, const std::string& key, std::string_view why) {
    if (found.size() == limits::check_problems_max) return;
    found.push_back("row " + std::string(space_name(space)) + "/" + key + ": " + std::string(why));
  }
  std::vector<std::string> found;
};

// Takes each row seen out of `made`.
Result<void> compare_space(View& view, Space space, Rows& made, Differences& differ) {
  constexpr std::size_t page_rows = 1000;
  std::string after;
  for (;;) {
    TRY(auto rows, view.scan(space, "", after, page_rows));
    for (KeyedRow& row : rows) {
      auto expected = made.find({space, row.key});
      if (expected == made.end())
        differ.add(space, row.key, "no entry of the journal makes it");
      else if (expected->second != row.row.value)
        differ.add(space, row.key, "the journal makes another value");
      if (expected != made.end()) made.erase(expected);
      after = std::move(row.key);
    }
    if (rows.size() < page_rows) return {};
  }
}

}  // namespace

Result<std::vector<std::string>> compare_with_rebuild(
    View& view, const std::function<void(std::uint64_t done, std::uint64_t total)>& progress) {
  TRY(Rows made, fold(view, progress));
  Differences differ;
  for (std::uint8_t i = 0; i < space_count; ++i) {
    auto space = static_cast<Space>(i);
    if (is_rebuilt(space)) TRY_VOID(compare_space(view, space, made, differ));
  }
  for (const auto& [place, value] : made)
    differ.add(place.first, place.second, "the journal makes it, and it is not there");
  return std::move(differ.found);
}

}  // namespace comity::node
