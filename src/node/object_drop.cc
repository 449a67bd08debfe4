// Objects on their way out of a collection.
#include <algorithm>

#include "crypto/hash.h"
#include "node/object_edit.h"
#include "node/objects.h"
#include "stix/object.h"

namespace comity::node {
namespace {

// A row's words are apart by blanks: what is no identifier, in an object that has no versions or is
// of a type of its own, made none.
bool is_word(std::string_view text) {
  return std::ranges::all_of(
      text, [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; });
}

Result<ObjectVersion::Dropped> remains_of(std::string_view bytes, std::uint64_t position) {
  stix::Reading reading = stix::read_object(bytes);
  if (!reading.object) return fail(Code::corrupt, "an object that was taken is none", reading.id);
  std::string& creator = reading.object->created_by_ref;
  if (!is_word(creator)) creator.clear();
  return ObjectVersion::Dropped{.sha256 = crypto::sha256(as_bytes(bytes)),
                                .position = position,
                                .created_by = std::move(creator)};
}

Result<bool> is_meant(const ObjectVersion& version, const Place& place, const Deletion& what) {
  if (!what.specs.empty() && std::ranges::find(what.specs, version.spec) == what.specs.end())
    return false;
  if (what.versions.empty()) return true;
  // As a GET with this filter would show it: of what the newest specification has.
  if (what.specs.empty() && !place.newest_spec) return false;
  for (const std::string& wanted : what.versions) {
    if (wanted == "all" || (wanted == "first" && place.first) || (wanted == "last" && place.last))
      return true;
    if (wanted == "first" || wanted == "last") continue;
    auto moment = stix::moment_from_text(wanted);
    if (!moment) return fail(Code::bad_value, "first, last, all, or a version's timestamp");
    if (moment == stix::moment_from_text(version.version)) return true;
  }
  return false;
}

}  // namespace

Result<std::vector<HeldObject>> drop_versions(Work& work, const std::string& collection,
                                              const std::string& id,
                                              const std::function<bool(const HeldObject&)>& which) {
  std::vector<HeldObject> gone;
  TRY(auto versions, object_versions(work.rows, collection, id));
  TRY(auto held, held_versions(work.rows, collection, id));
  BlockEditor blocks(work, collection);
  TRY_VOID(blocks.begin());
  auto next = held.begin();
  for (ObjectVersion& version : versions) {
    if (version.dropped) continue;
    HeldObject& object = *next++;
    if (!which(object)) continue;
    TRY(std::string_view bytes, blocks.bytes_of(version.added));
    TRY(version.dropped, remains_of(bytes, object.position));
    TRY_VOID(blocks.remove(version.added));
    gone.push_back(std::move(object));
  }
  if (gone.empty()) return gone;
  TRY_VOID(blocks.put_versions(id, versions));
  blocks.end();
  work.effects.objects = true;
  return gone;
}

Result<std::size_t> delete_objects(Work& work, const Collection& collection, const Deletion& what,
                                   const std::string& by) {
  BlockEditor blocks(work, collection.id);
  TRY_VOID(blocks.begin());
  TRY(auto versions, object_versions(work.rows, collection.id, what.object));
  std::vector<ObjectVersion> left;
  json::Array gone;
  auto places = places_among(versions);
  for (std::size_t i = 0; i < versions.size(); ++i) {
    bool meant = false;
    if (!versions[i].dropped) {
      TRY(meant, is_meant(versions[i], places[i], what));
    }
    if (!meant) {
      left.push_back(versions[i]);
      continue;
    }
    TRY_VOID(blocks.remove(versions[i].added));
    gone.push_back(versions[i].version);
  }
  if (gone.empty())
    return fail(Code::not_found, "the collection has no such version of this object");
  std::size_t count = gone.size();
  TRY_VOID(blocks.put_versions(what.object, left));
  blocks.end();
  TRY_VOID(work.record(
      {EntryType::objects,
       by,
       "",
       {{"collection", collection.id}, {"deleted", what.object}, {"versions", std::move(gone)}},
       ""}));
  return count;
}

}  // namespace comity::node
