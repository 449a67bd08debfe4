#include "node/object_edit.h"

#include <algorithm>
#include <iterator>

#include "base/check.h"
#include "json/reader.h"

namespace comity::node {
namespace {

constexpr std::int64_t exact_max = (std::int64_t{1} << 53) - 1;

}  // namespace

std::vector<Place> places_among(const std::vector<ObjectVersion>& versions) {
  std::vector<Place> places(versions.size());
  const ObjectVersion* before = nullptr;
  for (std::size_t i = 0; i < versions.size(); ++i) {
    if (versions[i].dropped) continue;
    places[i].first = !before || before->spec != versions[i].spec;
    before = &versions[i];
  }
  const ObjectVersion *newest = before, *behind = nullptr;
  for (std::size_t i = versions.size(); i-- > 0;) {
    if (versions[i].dropped) continue;
    places[i].last = !behind || behind->spec != versions[i].spec;
    places[i].newest_spec = versions[i].spec == newest->spec;
    behind = &versions[i];
  }
  return places;
}

// It stands under the empty id, and is put anew with every change of the collection's objects.
Result<void> BlockEditor::begin() {
  TRY(auto row, work_.rows.get(Space::object_id, object_id_key(collection_, "")));
  if (!row) return {};
  json::Reader in(*row);
  last_ = in.integer("added", 0, exact_max);
  return in.finish();
}

Result<BlockEditor::Blocks::iterator> BlockEditor::open_at(Added added) {
  // Most often it is the block that was last added to.
  if (!open_.empty()) {
    const auto& entries = open_.rbegin()->second.block->entries;
    if (!entries.empty() && entries.front().added <= added && entries.back().added >= added)
      return std::prev(open_.end());
  }
  auto after = open_.upper_bound(object_key(collection_, added));
  if (after != open_.begin()) {
    auto before = std::prev(after);
    const auto& entries = before->second.block->entries;
    if (!entries.empty() && entries.back().added >= added) return before;
  }
  TRY(auto found, block_at(work_.rows, collection_, added));
  if (!found) return open_.end();
  return open_.try_emplace(found->key, Open{.block = found->block, .bytes = {}}).first;
}

Result<void> BlockEditor::open_bytes(const std::string& key, Open& open) {
  if (open.has_bytes) return {};
  TRY(open.bytes, block_bytes(work_.rows, key, *open.block));
  open.has_bytes = true;
  return {};
}

Result<void> BlockEditor::append(Added added, const HeldObject& object, const Fresh& fresh) {
  check(added > last_, "objects are added one after another");
  TRY(auto at, open_at(last_));
  if (at == open_.end() || at->second.block->is_full()) {
    Open fresh_one{.block = std::make_shared<ObjectBlock>(added), .bytes = {}};
    fresh_one.has_bytes = true;
    at = open_.try_emplace(object_key(collection_, added), std::move(fresh_one)).first;
  }
  Open& open = at->second;
  TRY_VOID(open_bytes(at->first, open));
  ObjectBlock& block = *open.block;
  if (!block.has_type(object.type()))
    work_.rows.put_text(
        Space::object_type,
        object_type_prefix(collection_, object.type()) + at->first.substr(collection_.size() + 1),
        "1");
  std::size_t begin = block.entries.empty() ? 0 : block.bytes_size() + 1;
  block.entries.push_back({.added = added,
                           .id = block.keep(object.id),
                           .version = block.keep(object.version),
                           .spec = fresh.spec,
                           .kind = block.kind_of(object.kind),
                           .revoked = object.revoked,
                           .markings = block.keep(object.markings),
                           .defines = fresh.defines,
                           .position = object.position,
                           .at = object.at,
                           .size = fresh.bytes.size(),
                           .begin = begin});
  if (begin > 0) open.bytes += ',';
  open.bytes += fresh.bytes;
  open.index_changed = open.bytes_changed = true;
  last_ = added;
  return {};
}

Result<std::string_view> BlockEditor::bytes_of(Added added) {
  TRY(auto at, open_at(added));
  const ObjectEntry* entry = at == open_.end() ? nullptr : at->second.block->find(added);
  if (!entry) return fail(Code::corrupt, "an object is in no block: run comity store rebuild");
  TRY_VOID(open_bytes(at->first, at->second));
  return std::string_view(at->second.bytes).substr(entry->begin, entry->size);
}

Result<ObjectBlock::Kind> BlockEditor::kind_of(Added added) {
  TRY(auto at, open_at(added));
  const ObjectEntry* entry = at == open_.end() ? nullptr : at->second.block->find(added);
  if (!entry) return fail(Code::corrupt, "an object is in no block: run comity store rebuild");
  return at->second.block->kinds[entry->kind];
}

Result<void> BlockEditor::narrow(Added added, stix::Tlp label) {
  TRY(auto at, open_at(added));
  ObjectEntry* entry = at == open_.end() ? nullptr : at->second.block->find(added);
  if (!entry) return fail(Code::corrupt, "an object is in no block: run comity store rebuild");
  ObjectBlock::Kind kind = at->second.block->kinds[entry->kind];
  kind.tlp = label;
  entry->kind = at->second.block->kind_of(kind);
  at->second.index_changed = true;
  return {};
}

Result<void> BlockEditor::mark(Added added, const Place& place) {
  TRY(auto at, open_at(added));
  ObjectEntry* entry = at == open_.end() ? nullptr : at->second.block->find(added);
  if (!entry) return fail(Code::corrupt, "an object is in no block: run comity store rebuild");
  Place before{entry->first, entry->last, entry->newest_spec};
  if (before == place) return {};
  entry->first = place.first;
  entry->last = place.last;
  entry->newest_spec = place.newest_spec;
  at->second.index_changed = true;
  return {};
}

Result<void> BlockEditor::put_at(Added added, std::size_t where) {
  TRY(auto at, open_at(added));
  ObjectEntry* entry = at == open_.end() ? nullptr : at->second.block->find(added);
  if (!entry) return fail(Code::corrupt, "an object is in no block: run comity store rebuild");
  entry->at = where;
  at->second.index_changed = true;
  return {};
}

Result<void> BlockEditor::put_versions(const std::string& id,
                                       const std::vector<ObjectVersion>& versions) {
  std::vector<Place> places = places_among(versions);
  for (std::size_t i = 0; i < versions.size(); ++i)
    if (!versions[i].dropped) TRY_VOID(mark(versions[i].added, places[i]));
  std::string key = object_id_key(collection_, id);
  if (versions.empty())
    work_.rows.erase(Space::object_id, std::move(key));
  else
    work_.rows.put_text(Space::object_id, std::move(key), write(versions));
  return {};
}

Result<void> BlockEditor::remove(Added added) {
  TRY(auto at, open_at(added));
  ObjectEntry* entry = at == open_.end() ? nullptr : at->second.block->find(added);
  if (!entry) return {};
  Open& open = at->second;
  TRY_VOID(open_bytes(at->first, open));
  ObjectBlock& block = *open.block;
  std::string type(entry->type());
  bool is_only = block.entries.size() == 1, is_last = entry == &block.entries.back();
  std::size_t from = is_last && !is_only ? entry->begin - 1 : entry->begin;
  open.bytes.erase(from, entry->size + (is_only ? 0 : 1));
  block.entries.erase(block.entries.begin() + (entry - block.entries.data()));
  block.count();
  if (!block.has_type(type))
    work_.rows.erase(Space::object_type, object_type_prefix(collection_, type) +
                                             at->first.substr(collection_.size() + 1));
  open.index_changed = open.bytes_changed = true;
  return {};
}

void BlockEditor::end() {
  for (auto& [key, open] : open_) {
    bool gone = open.block->entries.empty();
    if (open.index_changed && gone) work_.rows.erase(Space::object, key);
    if (open.index_changed && !gone) work_.rows.put_text(Space::object, key, open.block->write());
    if (open.bytes_changed && gone) work_.rows.erase(Space::object_bytes, key);
    if (open.bytes_changed && !gone)
      work_.rows.put_text(Space::object_bytes, key, std::move(open.bytes));
  }
  open_.clear();
  work_.rows.put(Space::object_id, object_id_key(collection_, ""), json::Object{{"added", last_}});
}

}  // namespace comity::node
