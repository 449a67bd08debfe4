#include "store/memory.h"

#include <algorithm>
#include <array>
#include <map>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <utility>

#include "base/check.h"
#include "ledger/leaf.h"
#include "ledger/tile.h"
#include "store/sealing.h"

namespace comity::store {
namespace {

using node::Space;

// Stamps order commits: a view at stamp s sees what was changed at s or before. The open group
// writes at the stamp above the last commit, where no snapshot looks.
using Stamp = std::uint64_t;
constexpr Stamp never = ~Stamp{0};

struct RowState {
  Stamp since = 0;
  std::optional<std::string> value;  // absent: deleted
  std::uint64_t version = 0;
};
using Rows = std::map<std::string, std::vector<RowState>, std::less<>>;  // states: oldest first

struct MemoryEntry {
  node::StoredEntry stored;  // tree_size 0 until its group commits
  ledger::CommitmentKey key;
  Stamp erased = never;
};

struct RowPlace {
  Space space{};
  std::string key;
  friend auto operator<=>(const RowPlace&, const RowPlace&) = default;
};

const RowState* seen_at(const std::vector<RowState>& states, Stamp at) {
  for (auto state = states.rbegin(); state != states.rend(); ++state) {
    if (state->since <= at) return &*state;
  }
  return nullptr;
}

// Everything, behind one lock: readers share it, a group takes it for each plan.
struct Data {
  std::shared_mutex mutex;
  std::array<Rows, node::space_count> rows;
  std::vector<MemoryEntry> entries;
  std::map<std::uint64_t, Hash> heads;
  std::map<ledger::TileId, Bytes> tiles;
  ledger::TileBuilder tree;
  Stamp committed = 0;
  std::uint64_t row_version = 0;
  bool group_open = false;

  std::multiset<Stamp> watched;    // by live snapshots
  std::set<RowPlace> old_rows;     // rows with states that only old snapshots need
  std::set<std::uint64_t> erased;  // entries whose record waits for old snapshots to go

  [[nodiscard]] Rows& of(Space space) { return rows[static_cast<std::size_t>(space)]; }
  void forget_unseen();
};

// Drops what no snapshot and no later view can see.
void Data::forget_unseen() {
  const Stamp oldest = watched.empty() ? committed : std::min(*watched.begin(), committed);
  std::erase_if(old_rows, [&](const RowPlace& place) {
    const auto row = of(place.space).find(place.key);
    if (row == of(place.space).end()) return true;
    auto& states = row->second;
    auto keep = states.begin();
    while (std::next(keep) != states.end() && std::next(keep)->since <= oldest) ++keep;
    states.erase(states.begin(), keep);
    if (states.size() > 1) return false;
    if (!states.front().value && states.front().since <= oldest) {
      of(place.space).erase(row);
      return true;
    }
    return states.front().value.has_value();
  });
  std::erase_if(erased, [&](std::uint64_t position) {
    MemoryEntry& entry = entries[position];
    if (entry.erased > oldest) return false;
    entry.stored.record.reset();
    entry.key = {};
    return true;
  });
}

// What a snapshot and a group have in common: reading at a stamp.
class Reading {
 public:
  Reading(Data& data, Stamp at, node::Head head) : data_(data), at_(at), head_(head) {}

  std::optional<node::Row> get(Space space, std::string_view key) const {
    const std::shared_lock lock(data_.mutex);
    return find(space, key);
  }

  // The caller holds the lock.
  std::optional<node::Row> find(Space space, std::string_view key) const {
    const auto row = data_.of(space).find(key);
    if (row == data_.of(space).end()) return std::nullopt;
    const RowState* state = seen_at(row->second, at_);
    if (state == nullptr || !state->value) return std::nullopt;
    return node::Row{*state->value, state->version};
  }

  std::vector<node::KeyedRow> scan(Space space, std::string_view prefix, std::string_view after,
                                   std::size_t count) const {
    const std::shared_lock lock(data_.mutex);
    const Rows& rows = data_.of(space);
    std::vector<node::KeyedRow> found;
    auto row = after < prefix ? rows.lower_bound(prefix) : rows.upper_bound(after);
    for (; row != rows.end() && found.size() < count && row->first.starts_with(prefix); ++row) {
      const RowState* state = seen_at(row->second, at_);
      if (state != nullptr && state->value)
        found.push_back({row->first, {*state->value, state->version}});
    }
    return found;
  }

  std::optional<node::KeyedRow> last_until(Space space, std::string_view prefix,
                                           std::string_view key) const {
    const std::shared_lock lock(data_.mutex);
    const Rows& rows = data_.of(space);
    for (auto row = rows.upper_bound(key); row != rows.begin();) {
      if (!(--row)->first.starts_with(prefix)) return std::nullopt;
      const RowState* state = seen_at(row->second, at_);
      if (state != nullptr && state->value)
        return node::KeyedRow{row->first, {*state->value, state->version}};
    }
    return std::nullopt;
  }

  std::optional<node::StoredEntry> entry(std::uint64_t position, std::uint64_t end) const {
    const std::shared_lock lock(data_.mutex);
    if (position >= end) return std::nullopt;
    const MemoryEntry& entry = data_.entries[position];
    node::StoredEntry stored = entry.stored;
    if (entry.erased <= at_) stored.record.reset();
    return stored;
  }

  std::vector<std::uint64_t> filed_under(std::string_view conversation, std::uint64_t end) const {
    const std::shared_lock lock(data_.mutex);
    std::vector<std::uint64_t> found;
    for (std::uint64_t i = 0; i < end && !conversation.empty(); ++i)
      if (data_.entries[i].stored.conversation == conversation) found.push_back(i);
    return found;
  }

  std::optional<Hash> commitment_key(std::uint64_t position, std::uint64_t end) const {
    const std::shared_lock lock(data_.mutex);
    if (position >= end || data_.entries[position].erased <= at_) return std::nullopt;
    return Hash{data_.entries[position].key.bytes};
  }

  std::optional<node::Head> head_at(std::uint64_t size) const {
    const std::shared_lock lock(data_.mutex);
    const auto found = data_.heads.find(size);
    if (size > head_.size || found == data_.heads.end()) return std::nullopt;
    return node::Head{size, found->second};
  }

  // A tile only grows: what it was at the head seen is the beginning of what it is.
  std::optional<Bytes> tile(unsigned level, std::uint64_t index) const {
    const std::shared_lock lock(data_.mutex);
    const std::size_t width = ledger::tile_width_at({level, index}, head_.size);
    const auto found = data_.tiles.find({level, index});
    if (width == 0 || found == data_.tiles.end()) return std::nullopt;
    check(found->second.size() >= width * 32, "a tile holds what its head says");
    return Bytes(found->second.begin(),
                 found->second.begin() + static_cast<std::ptrdiff_t>(width * 32));
  }

  [[nodiscard]] const node::Head& head() const { return head_; }
  [[nodiscard]] Stamp at() const { return at_; }

 private:
  Data& data_;
  Stamp at_;
  node::Head head_;
};

class Snapshot final : public node::View {
 public:
  // The caller holds the lock and has entered the stamp among those watched.
  explicit Snapshot(Data& data) : data_(data), reading_(data, data.committed, data.tree.head()) {}
  ~Snapshot() override {
    const std::unique_lock lock(data_.mutex);
    data_.watched.erase(data_.watched.find(reading_.at()));
  }
  Snapshot(const Snapshot&) = delete;
  Snapshot& operator=(const Snapshot&) = delete;

  Result<std::optional<node::Row>> get(Space space, std::string_view key) override {
    return reading_.get(space, key);
  }
  Result<std::vector<node::KeyedRow>> scan(Space space, std::string_view prefix,
                                           std::string_view after, std::size_t count) override {
    return reading_.scan(space, prefix, after, count);
  }
  Result<std::optional<node::KeyedRow>> last_until(Space space, std::string_view prefix,
                                                   std::string_view key) override {
    return reading_.last_until(space, prefix, key);
  }
  Result<std::optional<node::StoredEntry>> entry(std::uint64_t position) override {
    return reading_.entry(position, reading_.head().size);
  }
  Result<std::vector<std::uint64_t>> filed_under(std::string_view conversation) override {
    return reading_.filed_under(conversation, reading_.head().size);
  }
  Result<std::uint64_t> next_position() override { return reading_.head().size; }
  Result<std::optional<Hash>> commitment_key(std::uint64_t position) override {
    return reading_.commitment_key(position, reading_.head().size);
  }
  Result<node::Head> head() override { return reading_.head(); }
  Result<std::optional<node::Head>> head_at(std::uint64_t size) override {
    return reading_.head_at(size);
  }
  Result<std::optional<Bytes>> tile(unsigned level, std::uint64_t index) override {
    return reading_.tile(level, index);
  }

 private:
  Data& data_;
  Reading reading_;
};

enum class GroupKind : std::uint8_t { usual, rebuild };

class MemoryGroup final : public node::Group {
 public:
  MemoryGroup(Data& data, Random& random, GroupKind kind)
      : data_(data),
        random_(random),
        kind_(kind),
        reading_(data, data.committed + 1, data.tree.head()),
        row_version_before_(data.row_version) {}
  ~MemoryGroup() override;
  MemoryGroup(const MemoryGroup&) = delete;
  MemoryGroup& operator=(const MemoryGroup&) = delete;

  void empty_rebuilt_spaces();

  Result<std::optional<node::Row>> get(Space space, std::string_view key) override {
    TRY_VOID(usable());
    return reading_.get(space, key);
  }
  Result<std::vector<node::KeyedRow>> scan(Space space, std::string_view prefix,
                                           std::string_view after, std::size_t count) override {
    TRY_VOID(usable());
    return reading_.scan(space, prefix, after, count);
  }
  Result<std::optional<node::KeyedRow>> last_until(Space space, std::string_view prefix,
                                                   std::string_view key) override {
    TRY_VOID(usable());
    return reading_.last_until(space, prefix, key);
  }
  Result<std::optional<node::StoredEntry>> entry(std::uint64_t position) override {
    TRY_VOID(usable());
    return reading_.entry(position, end());
  }
  Result<std::vector<std::uint64_t>> filed_under(std::string_view conversation) override {
    TRY_VOID(usable());
    return reading_.filed_under(conversation, end());
  }
  Result<std::uint64_t> next_position() override {
    TRY_VOID(usable());
    return end();
  }
  Result<std::optional<Hash>> commitment_key(std::uint64_t position) override {
    TRY_VOID(usable());
    return reading_.commitment_key(position, end());
  }
  Result<node::Head> head() override {
    TRY_VOID(usable());
    return reading_.head();
  }
  Result<std::optional<node::Head>> head_at(std::uint64_t size) override {
    TRY_VOID(usable());
    return reading_.head_at(size);
  }
  Result<std::optional<Bytes>> tile(unsigned level, std::uint64_t index) override {
    TRY_VOID(usable());
    return reading_.tile(level, index);
  }

  Result<std::uint64_t> apply(const node::Plan& plan, Instant now) override;
  Result<node::Head> commit() override;

 private:
  Result<void> usable() const {
    if (committed_) return fail(Code::wrong_state, "the group is committed: begin another");
    return {};
  }
  // Only this group appends, so that no lock is needed to count.
  [[nodiscard]] std::uint64_t end() const { return data_.entries.size(); }
  Result<void> admit(const node::Plan& plan, Instant now) const;
  void change(Space space, const std::string& key, std::optional<std::string> value);
  void append(const node::Entry& entry);

  Data& data_;
  Random& random_;
  const GroupKind kind_;
  const Reading reading_;
  const std::uint64_t row_version_before_;
  bool committed_ = false;
  std::vector<RowPlace> changed_;
  std::vector<std::uint64_t> erased_;
};

MemoryGroup::~MemoryGroup() {
  if (committed_) return;
  const std::unique_lock lock(data_.mutex);
  data_.group_open = false;
  for (const RowPlace& place : changed_) {
    const auto row = data_.of(place.space).find(place.key);
    if (row == data_.of(place.space).end()) continue;
    std::erase_if(row->second, [&](const RowState& state) { return state.since == reading_.at(); });
    if (row->second.empty()) data_.of(place.space).erase(row);
  }
  for (const std::uint64_t position : erased_) data_.entries[position].erased = never;
  data_.entries.resize(reading_.head().size);
  data_.row_version = row_version_before_;
}

void MemoryGroup::empty_rebuilt_spaces() {
  const std::unique_lock lock(data_.mutex);
  for (std::uint8_t i = 0; i < node::space_count; ++i) {
    const auto space = static_cast<Space>(i);
    if (!node::is_rebuilt(space)) continue;
    for (const auto& [key, states] : data_.of(space)) {
      if (reading_.find(space, key)) change(space, key, std::nullopt);
    }
  }
}

Result<void> MemoryGroup::admit(const node::Plan& plan, Instant now) const {
  if (plan.not_after && now > *plan.not_after) {
    return fail(Code::expired, "what permits this plan expired at " + to_text(*plan.not_after));
  }
  if (kind_ == GroupKind::rebuild && (!plan.entries.empty() || !plan.erase.empty())) {
    return fail(Code::wrong_state, "a rebuild changes rows alone: the journal stays as it is");
  }
  for (const node::Entry& entry : plan.entries) TRY_VOID(check_entry(entry));
  for (const std::uint64_t position : plan.erase) {
    if (position >= end())
      return fail(Code::not_found, "no such entry to erase", std::to_string(position));
  }
  for (const node::Expect& expect : plan.expects) {
    const auto row = reading_.find(expect.space, expect.key);
    if ((row ? row->version : 0) != expect.version) {
      return fail(Code::conflict, "a row has changed since it was read: load and step again",
                  expect.key);
    }
  }
  return {};
}

void MemoryGroup::change(Space space, const std::string& key, std::optional<std::string> value) {
  std::vector<RowState>& states = data_.of(space)[key];
  if (states.empty() || states.back().since != reading_.at()) {
    states.push_back({.since = reading_.at(), .value = {}, .version = 0});
    changed_.push_back({space, key});
  }
  states.back().value = std::move(value);
  if (states.back().value) states.back().version = ++data_.row_version;
}

void MemoryGroup::append(const node::Entry& entry) {
  Bytes fresh(32);
  random_.fill(fresh);
  const crypto::Secret record_key(std::move(fresh));
  data_.entries.push_back({.stored = {.position = end(),
                                      .type = entry.type,
                                      .recorded_at = entry.recorded_at,
                                      .actor = entry.actor,
                                      .conversation = entry.conversation,
                                      .tree_size = 0,
                                      .record = entry.record,
                                      .leaf = make_leaf(entry, record_key.view())},
                           .key = ledger::commitment_key(record_key.view()),
                           .erased = never});
}

Result<std::uint64_t> MemoryGroup::apply(const node::Plan& plan, Instant now) {
  TRY_VOID(usable());
  const std::unique_lock lock(data_.mutex);
  TRY_VOID(admit(plan, now));
  const std::uint64_t first = end();
  for (const std::uint64_t position : plan.erase) {
    if (data_.entries[position].erased != never) continue;
    data_.entries[position].erased = reading_.at();
    erased_.push_back(position);
  }
  for (const node::Entry& entry : plan.entries) append(entry);
  for (const node::RowChange& row : plan.rows) change(row.space, row.key, row.value);
  return first;
}

Result<node::Head> MemoryGroup::commit() {
  TRY_VOID(usable());
  const std::unique_lock lock(data_.mutex);
  std::vector<Hash> leaves;
  for (std::uint64_t i = reading_.head().size; i < end(); ++i) {
    leaves.push_back(ledger::leaf_hash(data_.entries[i].stored.leaf));
    data_.entries[i].stored.tree_size = end();
  }
  for (ledger::TileWrite& tile : data_.tree.append(leaves)) {
    data_.tiles[{tile.level, tile.index}] = std::move(tile.hashes);
  }
  data_.heads[data_.tree.head().size] = data_.tree.head().root;
  data_.committed = reading_.at();
  data_.old_rows.insert(changed_.begin(), changed_.end());
  data_.erased.insert(erased_.begin(), erased_.end());
  data_.forget_unseen();
  data_.group_open = false;
  committed_ = true;
  return data_.tree.head();
}

class MemoryStore final : public node::Store {
 public:
  explicit MemoryStore(Random& random) : random_(random) { data_.heads[0] = ledger::empty_root(); }

  Result<std::unique_ptr<node::Group>> begin() override { return open(GroupKind::usual); }
  Result<std::unique_ptr<node::Group>> begin_rebuild() override { return open(GroupKind::rebuild); }
  Result<std::unique_ptr<node::View>> snapshot() override {
    const std::unique_lock lock(data_.mutex);
    data_.watched.insert(data_.committed);
    return std::make_unique<Snapshot>(data_);
  }
  std::uint64_t generation() const override {
    const std::shared_lock lock(data_.mutex);
    return data_.committed;
  }

 private:
  Result<std::unique_ptr<node::Group>> open(GroupKind kind) {
    {
      const std::unique_lock lock(data_.mutex);
      if (data_.group_open)
        return fail(Code::busy, "one group is open already: commit it or let it go first");
      data_.group_open = true;
    }
    auto group = std::make_unique<MemoryGroup>(data_, random_, kind);
    if (kind == GroupKind::rebuild) group->empty_rebuilt_spaces();
    return group;
  }

  mutable Data data_;  // its lock too
  Random& random_;
};

}  // namespace

std::unique_ptr<node::Store> open_memory(Random& random) {
  return std::make_unique<MemoryStore>(random);
}

}  // namespace comity::store
