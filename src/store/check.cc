#include "store/check.h"

#include <map>

#include "base/limits.h"
#include "ledger/leaf.h"
#include "ledger/tile.h"
#include "store/sqlite_impl.h"

namespace comity::store {
namespace {

constexpr std::size_t batch_leaves = 4096;

class Checker {
 public:
  Checker(const Sealer& sealer, SqliteStore::Impl::Reader reader, const Progress& progress)
      : sealer_(sealer),
        reader_(std::move(reader)),
        db_(reader_.connection()),
        progress_(progress) {}

  Report run() {
    told(check_pages());
    told(check_counts());
    told(check_journal());
    told(check_tile_places());
    return std::move(report_);
  }

 private:
  void problem(std::string text) {
    if (report_.problems.size() < limits::check_problems_max)
      report_.problems.push_back(std::move(text));
  }
  // A stage that damage stopped: the damage is what was looked for.
  void told(const Result<void>& stage) {
    if (!stage) problem(to_text(stage.error()));
  }
  void step(std::string_view stage, std::uint64_t done, std::uint64_t total) const {
    if (progress_) progress_(stage, done, total);
  }

  Result<void> check_pages();
  Result<void> check_counts();
  Result<void> check_journal();
  Result<void> check_tile_places();
  void check_entry(const EntryRow& entry);
  Result<void> check_record(const EntryRow& entry, const ledger::Leaf& leaf);
  void grow(const Hash& leaf);
  void compare_heads();
  void compare_tiles();
  void compare_tile(const ledger::TileWrite& made);

  const Sealer& sealer_;
  SqliteStore::Impl::Reader reader_;
  Connection& db_;
  const Progress& progress_;
  Report report_;

  std::uint64_t expected_ = 0;  // the position that should come next
  ledger::Frontier tree_;       // one leaf at a time, for the heads
  ledger::TileBuilder tiles_;   // in batches, for the tiles
  std::vector<Hash> batch_;
  std::map<ledger::TileId, ledger::TileWrite>
      growing_;  // tiles at the right edge, compared at the end
};

Result<void> Checker::check_pages() {
  step("pages", 0, 0);
  return store::check_pages(
      db_, [&](std::string_view found) { problem("pages: " + std::string(found)); });
}

Result<void> Checker::check_counts() {
  report_.head = reader_.head();
  TRY(const State state, read_state(db_));
  TRY(const Counts counts, count_all(db_));
  report_.rows = counts.rows;
  report_.heads = counts.heads;
  report_.entries = counts.entries;
  if (counts.last_row_version > state.row_version)
    problem("state: a row is newer than the store's last change");
  if (counts.entries != state.head.size) {
    problem("state: the head counts " + std::to_string(state.head.size) + " entries, there are " +
            std::to_string(counts.entries));
  }
  return {};
}

Result<void> Checker::check_journal() {
  compare_heads();  // that of the empty tree
  TRY_VOID(scan_entries(db_, 0, [&](const EntryRow& entry) {
    check_entry(entry);
    return true;
  }));
  compare_tiles();
  for (const auto& [place, tile] : growing_) {
    if (!is_made_of_leaves(place, tile.width())) compare_tile(tile);
  }
  if (tree_.head() != report_.head) problem("head: the leaves do not make the stored root");
  TRY(const auto last, read_head_at(db_, report_.head.size));
  if (last != report_.head) problem("head: the table of heads does not hold the last one");
  TRY(const auto beyond, read_head_from(db_, report_.head.size + 1));
  if (beyond) problem("head " + std::to_string(beyond->size) + ": beyond the journal's end");
  step("entries", expected_, report_.entries);
  return {};
}

void Checker::check_entry(const EntryRow& entry) {
  const std::string place = "entry " + std::to_string(entry.position);
  if (entry.position != expected_)
    problem(place + ": entry " + std::to_string(expected_) + " is missing before it");
  expected_ = entry.position + 1;
  const auto leaf = ledger::parse_leaf(entry.leaf);
  if (!leaf) {
    problem(place + ": the leaf is not one (" + leaf.error().what + ")");
  } else {
    if (leaf->at != ledger::coarse(entry.recorded_at))
      problem(place + ": its time is not the minute in its leaf");
    told(check_record(entry, *leaf));
  }
  grow(ledger::leaf_hash(entry.leaf));
  if (expected_ % batch_leaves == 0) step("entries", expected_, report_.entries);
}

Result<void> Checker::check_record(const EntryRow& entry, const ledger::Leaf& leaf) {
  const std::string place = "entry " + std::to_string(entry.position);
  if (!entry.sealed && !entry.wrapped) {
    ++report_.erased;
    return {};
  }
  if (!entry.wrapped)
    return fail(Code::corrupt, "the record is there, its key is not: restore the keys", place);
  if (!entry.sealed)
    return fail(Code::corrupt, "the record is gone, its key is not: erase the entry again", place);
  TRY(const crypto::Secret record_key, sealer_.unwrap(entry.position, *entry.wrapped));
  TRY(const std::string record, sealer_.open(entry.position, *entry.sealed, record_key));
  const auto key = ledger::commitment_key(record_key.view());
  if (!ledger::verify_commitment(leaf.commitment, key, as_bytes(record))) {
    return fail(Code::bad_commitment, "the record is not the one that its leaf commits to", place);
  }
  return {};
}

void Checker::grow(const Hash& leaf) {
  tree_.append(leaf);
  compare_heads();
  batch_.push_back(leaf);
  if (batch_.size() == batch_leaves) compare_tiles();
}

void Checker::compare_heads() {
  const auto stored = read_head_at(db_, tree_.size());
  if (!stored) return told(std::unexpected(stored.error()));
  if (*stored && (*stored)->root != tree_.root()) {
    problem("head " + std::to_string(tree_.size()) + ": the leaves make another root");
  }
}

void Checker::compare_tiles() {
  for (ledger::TileWrite& made : tiles_.append(batch_)) {
    const ledger::TileId place{made.level, made.index};
    if (made.width() == ledger::tile_width) {
      growing_.erase(place);
      compare_tile(made);
    } else {
      growing_[place] = std::move(made);
    }
  }
  batch_.clear();
}

void Checker::compare_tile(const ledger::TileWrite& made) {
  const std::string place = "tile " + std::to_string(made.level) + "/" + std::to_string(made.index);
  const auto stored = read_tile(db_, {made.level, made.index});
  ++report_.tiles;
  if (!stored) return told(std::unexpected(stored.error()));
  if (!*stored) return problem(place + ": missing");
  if (**stored != made.hashes) problem(place + ": not what the leaves make");
}

Result<void> Checker::check_tile_places() {
  step("tiles", report_.tiles, report_.tiles);
  return scan_tile_ids(db_, [&](const ledger::TileId& tile) {
    const unsigned width = ledger::tile_width_at(tile, report_.head.size);
    if (width > 0 && !is_made_of_leaves(tile, width)) return;
    problem("tile " + std::to_string(tile.level) + "/" + std::to_string(tile.index) +
            ": beyond the tree's end");
  });
}

}  // namespace

Result<Report> check_store(SqliteStore& store, const Progress& progress) {
  TRY(auto reader, store.impl().reader());
  return Checker(store.impl().sealer(), std::move(reader), progress).run();
}

}  // namespace comity::store
