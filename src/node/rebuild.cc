#include "node/rebuild.h"

#include "node/entry.h"

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
  TRY_VOID(group->commit());
  if (progress) progress(head.size, head.size);
  return rebuilt;
}

}  // namespace comity::node
