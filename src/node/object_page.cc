#include "node/object_page.h"

#include <fmt/format.h>

#include <algorithm>
#include <deque>
#include <iterator>

#include "base/limits_alert.h"
#include "node/overlay.h"

namespace comity::node {
namespace {

template <typename Values, typename Value>
bool is_any(const Values& wanted, const Value& value) {
  return wanted.empty() || std::ranges::find(wanted, value) != wanted.end();
}

bool is_wanted_version(const ObjectFilter::Versions& wanted, const ObjectEntry& entry) {
  if (wanted.all || (wanted.first && entry.first) || (wanted.last && entry.last)) return true;
  if (!wanted.exact.empty()) {
    auto moment = stix::moment_from_text(entry.version);
    return moment && std::ranges::find(wanted.exact, *moment) != wanted.exact.end();
  }
  return !wanted.first && !wanted.last && entry.last;
}

bool is_wanted(const ObjectFilter& filter, const ObjectEntry& entry) {
  bool spec = filter.specs.empty() ? entry.newest_spec : is_any(filter.specs, entry.spec);
  return spec && is_any(filter.ids, entry.id) && is_any(filter.types, entry.type()) &&
         is_wanted_version(filter.versions, entry);
}

// Blocks of a collection in their order: all from the one that `after` is in, or those that have
// objects of some types.
class Blocks {
 public:
  Blocks(View& view, const std::string& collection, Added after, BlockCache* cache)
      : view_(view), collection_(collection), after_(after), cache_(cache) {}
  // None: there is no more.
  Result<std::optional<FoundBlock>> next() { return cache_ ? next_cached() : next_stored(); }
  Result<void> begin(const std::vector<std::string>& types, std::size_t at_once);

 private:
  struct Walk {
    Space space;
    std::string prefix, after;
    std::deque<KeyedRow> rows;
    bool ended = false;
  };
  Result<void> start(Walk& walk, const std::string& until) const;
  Result<void> fill(Walk& walk) const;
  Result<std::optional<FoundBlock>> next_stored();
  Result<std::optional<FoundBlock>> next_cached();
  Result<FoundBlock> open(std::string_view time, std::optional<Row> index);

  View& view_;
  const std::string& collection_;
  Added after_;
  BlockCache* cache_;  // null: none, or a walk by types
  std::size_t at_once_ = 1;
  std::vector<Walk> walks_;
  std::string last_;                  // with a cache: the key of the block given last
  std::optional<std::string> ahead_;  //   "   of the one behind it; none: the store knows
};

Result<void> Blocks::begin(const std::vector<std::string>& types, std::size_t at_once) {
  at_once_ = at_once;
  std::vector<Walk> walks;
  if (types.empty()) walks.push_back({Space::object, collection_ + "/", {}, {}});
  for (const std::string& type : types)
    walks.push_back({Space::object_type, object_type_prefix(collection_, type), {}, {}});
  if (!types.empty()) cache_ = nullptr;
  for (Walk& walk : walks) {
    std::string until = fmt::format("{}{:016x}", walk.prefix, after_);
    const std::string* known = cache_ ? cache_->at(walk.prefix, until) : nullptr;
    if (known)
      ahead_ = *known;
    else
      TRY_VOID(start(walk, until));
  }
  walks_ = std::move(walks);
  return {};
}

Result<void> Blocks::start(Walk& walk, const std::string& until) const {
  TRY(auto first, view_.last_until(walk.space, walk.prefix, until));
  walk.after = first ? first->key : until;
  if (first) walk.rows.push_back(*std::move(first));
  return {};
}

Result<void> Blocks::fill(Walk& walk) const {
  if (!walk.rows.empty() || walk.ended) return {};
  TRY(auto rows, view_.scan(walk.space, walk.prefix, walk.after, at_once_));
  walk.ended = rows.size() < at_once_;
  if (!rows.empty()) walk.after = rows.back().key;
  walk.rows.assign(std::make_move_iterator(rows.begin()), std::make_move_iterator(rows.end()));
  return {};
}

Result<FoundBlock> Blocks::open(std::string_view time, std::optional<Row> index) {
  FoundBlock found{fmt::format("{}/{}", collection_, time), {}};
  if (!index) {
    TRY(index, view_.get(Space::object, found.key));
    if (!index)
      return fail(Code::corrupt, "a block of objects is missing: run comity store rebuild");
  }
  const BlockCache::Held* held = cache_ ? cache_->again(found.key, index->version) : nullptr;
  if (held) {
    found.block = held->block;
    return found;
  }
  std::size_t size = index->value.size();
  TRY(Added first, added_of_key(found.key));
  TRY(found.block, ObjectBlock::read(first, std::move(index->value)));
  if (cache_) cache_->put(found.key, index->version, found.block, size);
  return found;
}

// From block to block as they were found to follow each other; from the store where that is not
// known.
Result<std::optional<FoundBlock>> Blocks::next_cached() {
  if (ahead_ && ahead_->empty()) return std::nullopt;
  if (const BlockCache::Held* held = ahead_ ? cache_->current(*ahead_) : nullptr) {
    FoundBlock found{*std::move(ahead_), held->block};
    last_ = found.key;
    ahead_ = cache_->knows_next(*held) ? std::optional(held->next) : std::nullopt;
    walks_[0].rows.clear();
    walks_[0].after = last_;
    walks_[0].ended = false;
    return found;
  }
  ahead_.reset();
  TRY(auto found, next_stored());
  if (!last_.empty()) cache_->link(last_, found ? found->key : "");
  if (found) last_ = found->key;
  return found;
}

Result<std::optional<FoundBlock>> Blocks::next_stored() {
  const std::size_t digits = 16;
  auto time_of = [](const Walk& walk) {
    return std::string_view(walk.rows.front().key).substr(walk.prefix.size(), digits);
  };
  Walk* least = nullptr;
  for (Walk& walk : walks_) {
    TRY_VOID(fill(walk));
    if (!walk.rows.empty() && (!least || time_of(walk) < time_of(*least))) least = &walk;
  }
  if (!least) return std::nullopt;
  std::string time(time_of(*least));
  std::optional<Row> index;
  if (least->space == Space::object) index = std::move(least->rows.front().row);
  for (Walk& walk : walks_)
    if (!walk.rows.empty() && time_of(walk) == time) walk.rows.pop_front();
  TRY(FoundBlock found, open(time, std::move(index)));
  return found;
}

class Looking {
 public:
  Looking(View& view, const Collection& collection, const alert::Reader& reader,
          const ObjectFilter& filter, std::size_t count, With with, BlockCache* cache)
      : view_(view),
        rows_(view),
        collection_(collection),
        reader_(reader),
        markings_(rows_, collection, reader),
        filter_(filter),
        count_(count),
        with_(with),
        cache_(cache) {}

  Result<void> all();
  Result<void> by_id();
  ObjectPage& page() {
    if (!page_.next) page_.tally.add(behind_);
    return page_;
  }

 private:
  // Of one block: what is said of each kind of object in it, and its bytes once they are needed.
  struct Looked {
    FoundBlock found;
    std::vector<alert::Marked> marked;
    std::vector<alert::Verdict> verdicts;
    std::shared_ptr<const std::string> bytes;
  };
  Looked look_at(FoundBlock found);
  // True when nothing more is to be looked at. Behind a full page it is looked whether the reader
  // may see anything else, so that `next` says nothing of what is hidden.
  Result<bool> see(Looked& block, const ObjectEntry& entry);
  [[nodiscard]] bool is_full() const {
    return page_.objects.size() >= count_ || bytes_ >= limits::taxii_page_bytes_max;
  }
  struct Judged {
    alert::Verdict verdict = alert::Verdict::shown;
    std::string_view bytes;
    bool whole = true;
  };
  Result<Judged> judge(Looked& block, const ObjectEntry& entry);
  Result<void> redact(Looked& block, const ObjectEntry& entry, Judged& judged);
  Result<std::string_view> bytes_of(Looked& block, const ObjectEntry& entry);
  void add_piece(std::string_view bytes, const std::string* source);

  View& view_;
  Overlay rows_;
  const Collection& collection_;
  const alert::Reader& reader_;
  MarkingsSeen markings_;
  const ObjectFilter& filter_;
  std::size_t count_;
  With with_;
  BlockCache* cache_;
  std::size_t bytes_ = 0, looked_ = 0;
  const std::string* source_ = nullptr;  // in whose bytes the last piece lies
  ObjectPage page_;
  alert::Tally behind_;  // of what lies behind a full page: counted here if no page follows
};

Looking::Looked Looking::look_at(FoundBlock found) {
  Looked block{.found = std::move(found), .marked = {}, .verdicts = {}, .bytes = {}};
  for (const ObjectBlock::Kind& kind : block.found.block->kinds) {
    alert::Marked marked = marked_of(collection_, kind);
    block.marked.push_back(marked);
    block.verdicts.push_back(may_see(reader_, marked, collection_.circle));
  }
  return block;
}

Result<std::string_view> Looking::bytes_of(Looked& block, const ObjectEntry& entry) {
  if (!block.bytes) {
    const BlockCache::Held* held = cache_ ? cache_->current(block.found.key) : nullptr;
    if (held && held->block == block.found.block) block.bytes = held->bytes;
    if (!block.bytes) {
      TRY(std::string bytes, block_bytes(rows_, block.found.key, *block.found.block));
      block.bytes = std::make_shared<const std::string>(std::move(bytes));
      if (held && held->block == block.found.block) cache_->put_bytes(block.found.key, block.bytes);
    }
    page_.held.push_back(block.bytes);
    page_.held_bytes += block.bytes->size();
  }
  return std::string_view(*block.bytes).substr(entry.begin, entry.size);
}

// `source`: the block that they lie in; null: they are in none.
void Looking::add_piece(std::string_view bytes, const std::string* source) {
  auto& pieces = page_.pieces;
  if (source && source == source_ && pieces.back().end() + 1 == bytes.begin())
    pieces.back() = {pieces.back().data(), pieces.back().size() + 1 + bytes.size()};
  else
    pieces.push_back(bytes);
  source_ = source;
}

// What its bytes say: fields that are not for the reader go.
Result<void> Looking::redact(Looked& block, const ObjectEntry& entry, Judged& judged) {
  TRY(judged.bytes, bytes_of(block, entry));
  TRY(Redacted left, markings_.redacted(judged.bytes, block.found.block->kinds[entry.kind]));
  judged.verdict = left.verdict;
  judged.whole = left.bytes == judged.bytes;
  if (left.verdict != alert::Verdict::shown || judged.whole) return {};
  auto kept = std::make_shared<const std::string>(std::move(left.bytes));
  page_.held.push_back(kept);
  page_.held_bytes += kept->size();
  judged.bytes = *kept;
  return {};
}

Result<Looking::Judged> Looking::judge(Looked& block, const ObjectEntry& entry) {
  Judged judged{.verdict = block.verdicts[entry.kind], .bytes = {}};
  if (judged.verdict != alert::Verdict::shown) return judged;
  TRY(auto named, markings_.by_names(entry.markings, block.found.block->kinds[entry.kind]));
  judged.verdict = named.verdict;
  if (named.verdict != alert::Verdict::shown) return judged;
  if (named.look) {
    TRY_VOID(redact(block, entry, judged));
  } else if (with_ == With::bytes) {
    TRY(judged.bytes, bytes_of(block, entry));
  }
  return judged;
}

Result<bool> Looking::see(Looked& block, const ObjectEntry& entry) {
  bool behind = is_full();
  if (is_wanted(filter_, entry)) {
    TRY(Judged judged, judge(block, entry));
    bool shown = judged.verdict == alert::Verdict::shown;
    if (behind && shown) {
      page_.next = page_.objects.back().added;
      return true;
    }
    (behind ? behind_ : page_.tally).add(judged.verdict);
    if (shown) {
      if (with_ == With::bytes) add_piece(judged.bytes, judged.whole ? block.bytes.get() : nullptr);
      page_.objects.push_back({.added = entry.added,
                               .id = entry.id,
                               .version = entry.version,
                               .spec = entry.spec,
                               .from = block.found.block->kinds[entry.kind].from,
                               .tlp = block.marked[entry.kind].tlp,
                               .revoked = entry.revoked,
                               .bytes = judged.bytes});
      bytes_ += entry.size;
      return false;
    }
  }
  if (++looked_ < limits::taxii_scan_max) return false;
  page_.next = behind ? page_.objects.back().added : entry.added;
  return true;
}

Result<void> Looking::all() {
  Blocks blocks(view_, collection_.id, filter_.after, cache_);
  TRY_VOID(blocks.begin(filter_.types, 1 + count_ / limits::object_block_objects_max));
  for (;;) {
    TRY(auto found, blocks.next());
    if (!found) return {};
    Looked block = look_at(*std::move(found));
    page_.held.push_back(block.found.block);
    const auto& entries = block.found.block->entries;
    auto at = std::ranges::upper_bound(entries, filter_.after, {}, &ObjectEntry::added);
    for (; at != entries.end(); ++at) {
      TRY(bool done, see(block, *at));
      if (done) return {};
    }
  }
}

// The versions of a few objects, in the order in which they were added.
Result<void> Looking::by_id() {
  std::vector<Added> all;
  for (const std::string& id : filter_.ids) {
    TRY(auto versions, object_versions(rows_, collection_.id, id));
    for (const ObjectVersion& each : versions)
      if (each.added > filter_.after) all.push_back(each.added);
  }
  std::ranges::sort(all);
  auto repeated = std::ranges::unique(all);  // an id may be asked for twice
  all.erase(repeated.begin(), repeated.end());
  std::optional<Looked> block;
  for (Added added : all) {
    if (!block || !block->found.block->find(added)) {
      TRY(auto found, block_at(rows_, collection_.id, added));
      if (!found) continue;
      block = look_at(*std::move(found));
      page_.held.push_back(block->found.block);
    }
    const ObjectEntry* entry = block->found.block->find(added);
    if (!entry) continue;
    TRY(bool done, see(*block, *entry));
    if (done) return {};
  }
  return {};
}

}  // namespace

Result<ObjectPage> read_page(View& view, const Collection& collection, const alert::Reader& reader,
                             const ObjectFilter& filter, std::size_t count, With with,
                             BlockCache* cache) {
  Looking looking(view, collection, reader, filter, count, with, cache);
  TRY_VOID(filter.ids.empty() ? looking.all() : looking.by_id());
  return std::move(looking.page());
}

Result<bool> has_object(View& view, const Collection& collection, const alert::Reader& reader,
                        const std::string& id) {
  ObjectFilter filter;
  filter.ids = {id};
  filter.specs = {"2.0", "2.1"};
  filter.versions.all = true;
  TRY(ObjectPage page, read_page(view, collection, reader, filter, 1, With::rows));
  return !page.objects.empty();
}

}  // namespace comity::node
