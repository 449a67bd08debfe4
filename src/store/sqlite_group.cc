// The open group of the SQLite store. Changes are held in memory, where the next step finds them,
// and written into the open transaction in key order when the group commits or holds too many. So a
// plan that fails needs no savepoint, and a row that many plans touch is written once; it costs no
// more than writing each plan at once (README.md).
#include <array>
#include <map>
#include <set>
#include <utility>

#include "base/check.h"
#include "ledger/merkle.h"
#include "store/sqlite_impl.h"

namespace comity::store {
namespace {

using node::Space;

class SqliteGroup final : public node::Group {
 public:
  SqliteGroup(SqliteStore::Impl& store, const State& state, GroupKind kind)
      : store_(store),
        db_(store.writer()),
        kind_(kind),
        before_(state.head),
        row_version_(state.row_version),
        next_position_(state.head.size) {}

  ~SqliteGroup() override {
    if (stage_ != Stage::committed) store_.end_write(false);
  }

  Result<std::optional<node::Row>> get(Space space, std::string_view key) override;
  Result<std::vector<node::KeyedRow>> scan(Space space, std::string_view prefix,
                                           std::string_view after, std::size_t count) override;
  Result<std::optional<node::KeyedRow>> last_until(Space space, std::string_view prefix,
                                                   std::string_view key) override;
  Result<std::optional<node::StoredEntry>> entry(std::uint64_t position) override;
  Result<std::vector<std::uint64_t>> filed_under(std::string_view conversation) override;
  Result<std::uint64_t> next_position() override;
  Result<std::optional<Hash>> commitment_key(std::uint64_t position) override;
  Result<node::Head> head() override;
  Result<std::optional<node::Head>> head_at(std::uint64_t size) override;
  Result<std::optional<Bytes>> tile(unsigned level, std::uint64_t index) override;

  Result<std::uint64_t> apply(const node::Plan& plan, Instant now) override;
  Result<node::Head> commit() override;

 private:
  enum class Stage : std::uint8_t { open, lost, committed };
  struct Change {
    std::optional<std::string> value;  // absent: deleted
    std::uint64_t version = 0;
  };
  using Changes = std::map<std::string, Change, std::less<>>;
  using Seen = std::map<std::string, std::optional<node::Row>, std::less<>>;

  Result<void> usable() const;
  Error lose(Error error);
  Result<void> admit(const node::Plan& plan, Instant now);
  Result<std::optional<node::Row>> read(Space space, std::string_view key);
  Result<std::uint64_t> version_of(Space space, std::string_view key);
  void take_entry(const node::Entry& entry);
  void take_row(const node::RowChange& change);
  void take_erasure(std::uint64_t position);
  Result<std::optional<EntryRow>> find_entry(std::uint64_t position);

  Result<void> write_pending();
  Result<void> put(Space space, const std::string& key, const Change& change);
  Result<void> write_rows();
  Result<void> write_entries();
  Result<ledger::TileBuilder> write_tree();
  Result<void> write_all(ledger::TileBuilder& tree);

  [[nodiscard]] Changes& changes(Space space) { return changes_[static_cast<std::size_t>(space)]; }

  SqliteStore::Impl& store_;
  Connection& db_;
  const GroupKind kind_;
  const node::Head before_;
  Stage stage_ = Stage::open;

  std::uint64_t row_version_;
  std::uint64_t next_position_;
  std::vector<Hash> leaves_;  // of every entry of the group
  bool erased_any_ = false;

  // Rows as they lie in the transaction. Nobody else writes while it is open, and a crowd of plans
  // reads the same rows, each once more when what it expects is checked.
  std::array<Seen, node::space_count> seen_;

  // Not yet in the transaction:
  std::array<Changes, node::space_count> changes_;
  std::vector<EntryRow> entries_;  // the last ones, up to next_position_
  std::set<std::uint64_t> erased_;
  std::size_t pending_bytes_ = 0;
};

Result<void> SqliteGroup::usable() const {
  if (stage_ == Stage::committed)
    return fail(Code::wrong_state, "the group is committed: begin another");
  if (stage_ == Stage::lost)
    return fail(Code::io, "the group was lost to an earlier failure: begin another");
  // SQLite rolls back by itself after some failures, of reads too.
  if (!db_.in_transaction())
    return fail(Code::io, "the disk failed under the open group: begin another");
  return {};
}

Error SqliteGroup::lose(Error error) {
  if (stage_ == Stage::open) {
    stage_ = Stage::lost;
    db_.rollback();
  }
  return error;
}

Result<std::optional<node::Row>> SqliteGroup::get(Space space, std::string_view key) {
  TRY_VOID(usable());
  const Changes& pending = changes(space);
  const auto found = pending.find(key);
  if (found == pending.end()) return read(space, key);
  if (!found->second.value) return std::nullopt;
  return node::Row{*found->second.value, found->second.version};
}

// A merge: both sides are in key order, and where both have a key the pending one counts.
Result<std::vector<node::KeyedRow>> SqliteGroup::scan(Space space, std::string_view prefix,
                                                      std::string_view after, std::size_t count) {
  TRY_VOID(usable());
  std::vector<node::KeyedRow> rows;
  if (count == 0) return rows;
  const std::string start = scan_start(prefix, after);
  const Changes& pending = changes(space);
  auto next = pending.lower_bound(start);
  std::optional<Error> failed;
  const auto take_pending = [&] {
    if (next->second.value)
      rows.push_back({next->first, {*next->second.value, next->second.version}});
    ++next;
  };
  const auto pending_below = [&](std::string_view key) {
    return next != pending.end() && next->first < key;
  };

  const auto take = [&](std::string_view key, std::string_view value, std::uint64_t version) {
    if (!key.starts_with(prefix)) return false;
    while (rows.size() < count && pending_below(key)) take_pending();
    if (rows.size() == count) return false;
    if (next != pending.end() && next->first == key) {
      take_pending();
    } else {
      auto opened = opened_value(store_.sealer(), space, key, value);
      if (!opened) {
        failed = std::move(opened).error();
        return false;
      }
      rows.push_back({std::string(key), {*std::move(opened), version}});
    }
    return rows.size() < count;
  };
  TRY_VOID(scan_rows(db_, space, start, take));
  if (failed) return std::unexpected(*std::move(failed));
  while (rows.size() < count && next != pending.end() && next->first.starts_with(prefix))
    take_pending();
  return rows;
}

// Of both sides the greatest; what is pending hides what is stored, and may have deleted it.
Result<std::optional<node::KeyedRow>> SqliteGroup::last_until(Space space, std::string_view prefix,
                                                              std::string_view key) {
  TRY_VOID(usable());
  const Changes& pending = changes(space);
  std::optional<node::KeyedRow> mine;
  for (auto at = pending.upper_bound(key); at != pending.begin() && !mine;) {
    if (!(--at)->first.starts_with(prefix)) break;
    if (at->second.value) mine = {at->first, {*at->second.value, at->second.version}};
  }
  std::optional<node::KeyedRow> stored;
  TRY_VOID(scan_rows_down(db_, space, key,
                          [&](std::string_view at, std::string_view value, std::uint64_t version) {
                            if (!at.starts_with(prefix) || (mine && at <= mine->key)) return false;
                            if (pending.contains(at))
                              return true;  // deleted: had it a value, it were `mine` or below
                            stored = {std::string(at), {std::string(value), version}};
                            return false;
                          }));
  if (!stored) return mine;
  TRY(stored->row.value, opened_value(store_.sealer(), space, stored->key, stored->row.value));
  return stored;
}

Result<std::optional<EntryRow>> SqliteGroup::find_entry(std::uint64_t position) {
  if (position >= next_position_) return std::nullopt;
  const std::uint64_t first_pending = next_position_ - entries_.size();
  if (position >= first_pending) return entries_[position - first_pending];
  TRY(auto row, read_entry(db_, position));
  if (row && erased_.contains(position)) row->sealed = row->wrapped = std::nullopt;
  return row;
}

Result<std::optional<node::StoredEntry>> SqliteGroup::entry(std::uint64_t position) {
  TRY_VOID(usable());
  TRY(auto row, find_entry(position));
  if (!row) return std::nullopt;
  TRY(const std::uint64_t tree_size, read_tree_size_of(db_, position));
  TRY(auto stored, stored_entry(store_.sealer(), *std::move(row), tree_size));
  return stored;
}

Result<std::optional<Hash>> SqliteGroup::commitment_key(std::uint64_t position) {
  TRY_VOID(usable());
  TRY(const auto row, find_entry(position));
  if (!row) return std::nullopt;
  return opened_commitment_key(store_.sealer(), position, row->wrapped);
}

Result<std::vector<std::uint64_t>> SqliteGroup::filed_under(std::string_view conversation) {
  TRY_VOID(usable());
  TRY(auto positions, read_filed(db_, conversation));
  if (conversation.empty()) return positions;
  for (const EntryRow& entry : entries_)
    if (entry.conversation == conversation) positions.push_back(entry.position);
  return positions;
}

Result<std::uint64_t> SqliteGroup::next_position() {
  TRY_VOID(usable());
  return next_position_;
}

Result<node::Head> SqliteGroup::head() {
  TRY_VOID(usable());
  return before_;
}

Result<std::optional<node::Head>> SqliteGroup::head_at(std::uint64_t size) {
  TRY_VOID(usable());
  return read_head_at(db_, size);
}

Result<std::optional<Bytes>> SqliteGroup::tile(unsigned level, std::uint64_t index) {
  TRY_VOID(usable());
  return store_.tile(db_, {level, index}, before_);
}

Result<std::optional<node::Row>> SqliteGroup::read(Space space, std::string_view key) {
  Seen& seen = seen_[static_cast<std::size_t>(space)];
  if (const auto found = seen.find(key); found != seen.end()) return found->second;
  TRY(auto row, opened_row(store_.sealer(), db_, space, key));
  pending_bytes_ += sizeof(node::Row) + key.size() + (row ? row->value.size() : 0);
  seen.emplace(key, row);
  return row;
}

Result<std::uint64_t> SqliteGroup::version_of(Space space, std::string_view key) {
  const Changes& pending = changes(space);
  const auto found = pending.find(key);
  if (found == pending.end()) {
    const Seen& seen = seen_[static_cast<std::size_t>(space)];
    if (const auto read = seen.find(key); read != seen.end())
      return read->second ? read->second->version : 0;
    return read_row_version(db_, space, key);
  }
  return found->second.value ? found->second.version : 0;
}

// All that can be wrong with a plan is found here, before any of it is taken.
Result<void> SqliteGroup::admit(const node::Plan& plan, Instant now) {
  if (plan.not_after && now > *plan.not_after) {
    return fail(Code::expired, "what permits this plan expired at " + to_text(*plan.not_after));
  }
  if (kind_ == GroupKind::rebuild && (!plan.entries.empty() || !plan.erase.empty())) {
    return fail(Code::wrong_state, "a rebuild changes rows alone: the journal stays as it is");
  }
  for (const node::Entry& entry : plan.entries) TRY_VOID(check_entry(entry));
  for (const std::uint64_t position : plan.erase) {
    if (position >= next_position_)
      return fail(Code::not_found, "no such entry to erase", std::to_string(position));
  }
  for (const node::Expect& expect : plan.expects) {
    TRY(const std::uint64_t version, version_of(expect.space, expect.key));
    if (version != expect.version) {
      return fail(Code::conflict, "a row has changed since it was read: load and step again",
                  expect.key);
    }
  }
  return {};
}

void SqliteGroup::take_entry(const node::Entry& entry) {
  SealedEntry sealed = store_.sealer().seal(next_position_, entry, store_.random());
  leaves_.push_back(ledger::leaf_hash(sealed.leaf));
  pending_bytes_ +=
      sizeof(EntryRow) + sealed.sealed.size() + sealed.wrapped.size() + sealed.leaf.size();
  entries_.push_back({.position = next_position_,
                      .recorded_at = entry.recorded_at,
                      .conversation = entry.conversation,
                      .leaf = std::move(sealed.leaf),
                      .sealed = std::move(sealed.sealed),
                      .wrapped = std::move(sealed.wrapped)});
  ++next_position_;
}

void SqliteGroup::take_row(const node::RowChange& change) {
  Change& pending = changes(change.space)[change.key];
  pending_bytes_ += sizeof(Change) + change.key.size() + (change.value ? change.value->size() : 0);
  pending.value = change.value;
  if (change.value) pending.version = ++row_version_;
}

void SqliteGroup::take_erasure(std::uint64_t position) {
  erased_any_ = true;
  const std::uint64_t first_pending = next_position_ - entries_.size();
  if (position < first_pending) {
    erased_.insert(position);
    return;
  }
  EntryRow& entry = entries_[position - first_pending];
  entry.sealed = entry.wrapped = std::nullopt;
}

Result<std::uint64_t> SqliteGroup::apply(const node::Plan& plan, Instant now) {
  if (auto good = usable(); !good) return std::unexpected(lose(std::move(good).error()));
  if (auto admitted = admit(plan, now); !admitted) {
    Error& error = admitted.error();
    const bool lost = error.code == Code::io || error.code == Code::corrupt;
    return std::unexpected(lost ? lose(std::move(error)) : std::move(error));
  }
  const std::uint64_t first = next_position_;
  for (const std::uint64_t position : plan.erase) take_erasure(position);
  for (const node::Entry& entry : plan.entries) take_entry(entry);
  for (const node::RowChange& change : plan.rows) take_row(change);
  if (pending_bytes_ > store_.options().pending_bytes_max) {
    if (auto written = write_pending(); !written)
      return std::unexpected(lose(std::move(written).error()));
  }
  return first;
}

Result<void> SqliteGroup::put(Space space, const std::string& key, const Change& change) {
  if (!node::is_sealed(space)) return put_row(db_, space, key, *change.value, change.version);
  const Bytes sealed = store_.sealer().seal_row(space, key, *change.value, store_.random());
  return put_row(db_, space, key, as_text(sealed), change.version);
}

Result<void> SqliteGroup::write_rows() {
  for (std::size_t i = 0; i < changes_.size(); ++i) {
    const auto space = static_cast<Space>(i);
    for (const auto& [key, change] : changes_[i]) {
      TRY_VOID(change.value ? put(space, key, change) : delete_row(db_, space, key));
    }
  }
  return {};
}

Result<void> SqliteGroup::write_entries() {
  for (const EntryRow& entry : entries_) TRY_VOID(insert_entry(db_, entry));
  for (const std::uint64_t position : erased_) TRY_VOID(erase_entry(db_, position));
  return {};
}

Result<void> SqliteGroup::write_pending() {
  TRY_VOID(write_entries());
  TRY_VOID(write_rows());
  for (Changes& pending : changes_) pending.clear();
  for (Seen& seen : seen_) seen.clear();
  entries_.clear();
  erased_.clear();
  pending_bytes_ = 0;
  return {};
}

Result<ledger::TileBuilder> SqliteGroup::write_tree() {
  ledger::TileBuilder tree = *store_.tree();
  for (const ledger::TileWrite& tile : tree.append(leaves_)) {
    if (!is_made_of_leaves({tile.level, tile.index}, tile.width())) TRY_VOID(put_tile(db_, tile));
  }
  check(tree.head().size == next_position_, "as many leaves as entries");
  return tree;
}

Result<void> SqliteGroup::write_all(ledger::TileBuilder& tree) {
  TRY_VOID(write_pending());
  TRY(tree, write_tree());
  const node::Head after = tree.head();
  if (after != before_) TRY_VOID(insert_head(db_, after));
  TRY_VOID(put_head(db_, before_.size, after, row_version_));
  return db_.run("COMMIT");
}

Result<node::Head> SqliteGroup::commit() {
  if (auto good = usable(); !good) return std::unexpected(lose(std::move(good).error()));
  ledger::TileBuilder tree;
  if (auto written = write_all(tree); !written)
    return std::unexpected(lose(std::move(written).error()));
  stage_ = Stage::committed;
  const node::Head after = tree.head();
  store_.set_tree(std::move(tree));
  store_.end_write(erased_any_);
  return after;
}

}  // namespace

std::unique_ptr<node::Group> make_group(SqliteStore::Impl& store, const State& state,
                                        GroupKind kind) {
  return std::make_unique<SqliteGroup>(store, state, kind);
}

}  // namespace comity::store
