// An envelope of objects on its way into a collection.
#include <fmt/format.h>

#include <algorithm>
#include <set>
#include <utility>

#include "base/limits_alert.h"
#include "crypto/hash.h"
#include "node/blobs.h"
#include "node/object_edit.h"
#include "node/object_marking.h"
#include "node/objects.h"
#include "stix/marking.h"
#include "stix/split.h"

namespace comity::node {
namespace {

std::string_view spec_text(stix::Spec spec) {
  return spec == stix::Spec::v20 ? "2.0" : "2.1";
}

Added microseconds(Instant at) {
  return std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch()).count();
}

class Taking {
 public:
  Taking(Work& work, const Collection& collection, const Giving& giving, std::string_view envelope,
         std::uint64_t position)
      : work_(work),
        collection_(collection),
        giving_(giving),
        envelope_(envelope),
        position_(position),
        blocks_(work, collection.id) {}

  Result<void> begin() { return blocks_.begin(); }
  Result<void> take(std::string_view bytes, std::size_t nth);  // nth: of the envelope, from 1 on
  Taken& taken() { return taken_; }
  // What the journal keeps.
  std::string bytes() { return giving_.blob ? std::string(envelope_) : std::move(bytes_) + "]}"; }
  Result<std::string> sound_alone();
  Result<void> end();

 private:
  Result<void> refuse(const stix::Reading& reading, std::string why);
  ObjectBlock::Kind kind_of(std::optional<stix::Tlp> label) const;
  Result<void> know_labels(const stix::Reading& reading);
  std::optional<stix::Tlp> known(std::string_view marking) const;
  bool is_here(const std::string& marking) const;
  bool is_red(const stix::Object& object) const;
  std::optional<stix::Tlp> label_of(const stix::Object& object) const;
  std::string looked_at_anew(const stix::Object& object) const;
  using Versions = std::vector<ObjectVersion>;
  Result<bool> is_strangers(const Versions& versions);
  Result<void> take_again(const stix::Reading& reading, const ObjectVersion& held);
  Result<bool> narrow(const stix::Object& object, const ObjectVersion& held);
  Result<bool> says_the_same(const ObjectVersion& version, const stix::Reading& reading);
  Result<bool> is_same(const ObjectVersion& version, const stix::Object& object);
  Result<Versions::const_iterator> same_as(const stix::Object& object, const Versions& versions);
  Result<std::string> objection(const stix::Object& object, const Versions& versions);
  Result<std::string> creator_of(const ObjectVersion& version);
  Result<Versions*> versions_of(const std::string& id);
  Result<std::optional<ObjectBlock::Kind>> last_kind(const Versions& versions);
  Result<ObjectBlock::Kind> counted(const stix::Reading& reading, const Versions& versions);
  Result<void> add(const stix::Reading& reading, Versions& versions);
  std::size_t keep(std::string_view bytes);

  Work& work_;
  const Collection& collection_;
  const Giving& giving_;
  std::string_view envelope_;
  std::uint64_t position_;
  BlockEditor blocks_;
  Taken taken_;
  std::string bytes_;
  std::size_t nth_ = 0;
  std::vector<Added> added_;                                   // of the fresh ones
  std::map<std::string, Versions, std::less<>> versions_;      // of the objects it speaks of
  std::set<std::string, std::less<>> changed_;                 // of these, those with fresh ones
  std::map<std::string, MarkingLabel, std::less<>> markings_;  // those that were looked for
};

std::string version_of(const stix::Object& object) {
  if (object.modified) return object.modified->text;
  return object.created ? object.created->text : "";
}

Result<void> Taking::refuse(const stix::Reading& reading, std::string why) {
  if (reading.id.empty()) why = fmt::format("object {}: {}", nth_, why);
  taken_.refused.push_back(
      {reading.id, reading.object ? version_of(*reading.object) : "", std::move(why)});
  return {};
}

ObjectBlock::Kind Taking::kind_of(std::optional<stix::Tlp> label) const {
  return {.tlp = label,
          .from = giving_.from,
          .origin = giving_.origin,
          .elsewhere = giving_.elsewhere,
          .client = giving_.client,
          .csirts = giving_.csirts};
}

// Some products label with marking definitions of their own: those of this envelope, and those that
// the collection holds. What is said twice counts as the stricter.
Result<void> Taking::know_labels(const stix::Reading& reading) {
  const stix::Object& object = *reading.object;
  std::vector<std::string> ids = object.object_marking_refs;
  for (const auto& each : object.granular_markings) ids.push_back(each.marking_ref);
  bool defines = object.type == "marking-definition";
  if (defines) ids.push_back(object.id);
  for (const std::string& id : ids) {
    if (id.empty() || markings_.contains(id)) continue;
    TRY(markings_[id], label_of_marking(work_.rows, collection_.id, id, kind_of({})));
  }
  if (!defines) return {};
  MarkingLabel& label = markings_[object.id];
  label.here = true;
  if (auto tlp = stix::tlp_of(*reading.value.as_object()); tlp > label.tlp) label.tlp = tlp;
  return {};
}

std::optional<stix::Tlp> Taking::known(std::string_view marking) const {
  auto found = markings_.find(marking);
  return found == markings_.end() ? std::nullopt : found->second.tlp;
}

bool Taking::is_here(const std::string& marking) const {
  auto found = markings_.find(marking);
  return found != markings_.end() && found->second.here;
}

bool Taking::is_red(const stix::Object& object) const {
  auto red = [&](const std::string& id) { return known(id) == stix::Tlp::red; };
  return std::ranges::any_of(object.object_marking_refs, red) ||
         std::ranges::any_of(object.granular_markings, red, &stix::GranularMarking::marking_ref);
}

// Whether the version says the same, perhaps in other bytes: members in another order, white space.
Result<bool> Taking::says_the_same(const ObjectVersion& version, const stix::Reading& reading) {
  TRY(bool same, is_same(version, *reading.object));
  if (same || version.dropped) return same;
  TRY(std::string_view held, blocks_.bytes_of(version.added));
  return stix::read_object(held).value == reading.value;
}

// Whether the version has the object's bytes.
Result<bool> Taking::is_same(const ObjectVersion& version, const stix::Object& object) {
  if (version.dropped) return version.dropped->sha256 == crypto::sha256(as_bytes(object.bytes));
  TRY(std::string_view held, blocks_.bytes_of(version.added));
  return held == object.bytes;
}

// The version that this one is, or would take the place of: it has the same time; where there is
// none, the same bytes.
Result<Taking::Versions::const_iterator> Taking::same_as(const stix::Object& object,
                                                         const Versions& versions) {
  std::string version = version_of(object);
  auto moment = stix::moment_from_text(version);
  for (auto each = versions.begin(); each != versions.end(); ++each) {
    if (each->spec != spec_text(object.spec)) continue;
    if (each->version == version) return each;
    // "01:00:00Z" and "01:00:00.000Z" are one time.
    if (moment && moment == stix::moment_from_text(each->version)) return each;
    if (!version.empty()) continue;
    TRY(bool same, is_same(*each, object));
    if (same) return each;
  }
  return versions.end();
}

Result<std::string> Taking::creator_of(const ObjectVersion& version) {
  if (version.dropped) return version.dropped->created_by;
  TRY(std::string_view bytes, blocks_.bytes_of(version.added));
  stix::Reading held = stix::read_object(bytes);
  if (!held.object) return fail(Code::corrupt, "an object that was taken is none", held.id);
  return held.object->created_by_ref;
}

// Whether somebody else brought what is here. Our own people may say more of everything; others of
// what they brought themselves, or what was relayed to us as theirs. That two relays name one
// origin proves nothing of the second.
Result<bool> Taking::is_strangers(const Versions& versions) {
  if (!giving_.from && giving_.client.empty()) return false;
  TRY(auto held, last_kind(versions));
  if (!held) return false;
  if (!giving_.from) return held->client != giving_.client;
  return !held->from || (held->from != giving_.from && held->origin != giving_.from);
}

Result<std::optional<ObjectBlock::Kind>> Taking::last_kind(const Versions& versions) {
  auto last = std::ranges::find_if(versions.rbegin(), versions.rend(),
                                   [](const ObjectVersion& each) { return !each.dropped; });
  if (last == versions.rend()) return std::nullopt;
  TRY(ObjectBlock::Kind kind, blocks_.kind_of(last->added));
  return kind;
}

// Why this version may not follow those that are there; empty when it may.
Result<std::string> Taking::objection(const stix::Object& object, const Versions& versions) {
  if (versions.empty()) return std::string();
  TRY(bool strangers, is_strangers(versions));
  if (strangers)
    return std::string("an object of this id is here from somebody else, who alone can change it");
  if (versions.size() >= limits::object_versions_max)
    return fmt::format("the collection holds {} versions of this object, which is the most",
                       versions.size());
  if (object.type == "marking-definition")
    return std::string("a marking definition never changes (STIX 7.2.1): give it another id");
  if (!object.modified) return std::string();
  const ObjectVersion& latest = versions.back();
  if (latest.revoked)
    return std::string("this object was revoked, which is final (STIX 3.2, revoked)");
  TRY(std::string creator, creator_of(latest));
  if (creator != object.created_by_ref)
    return std::string("only its creator makes a new version of an object (STIX 3.6.2)");
  return std::string();
}

// The same version with a stricter label: its content stays, and is shown to fewer.
Result<bool> Taking::narrow(const stix::Object& object, const ObjectVersion& held) {
  if (held.dropped) return false;
  TRY(bool strangers, is_strangers({held}));
  TRY(ObjectBlock::Kind kind, blocks_.kind_of(held.added));
  auto label = is_red(object) ? stix::Tlp::red : label_of(object);
  if (strangers || !label || label <= kind.tlp.value_or(collection_.unmarked)) return false;
  TRY_VOID(blocks_.narrow(held.added, *label));
  // It may have come just now, and is then about to be told.
  auto fresh = std::ranges::lower_bound(added_, held.added);
  if (fresh != added_.end() && *fresh == held.added)
    taken_.fresh[static_cast<std::size_t>(fresh - added_.begin())].kind.tlp = *label;
  ++taken_.narrowed;
  return true;
}

// A version that is here. Whether it is, a client may not know.
Result<void> Taking::take_again(const stix::Reading& reading, const ObjectVersion& held) {
  TRY(bool same, says_the_same(held, reading));
  TRY(bool narrowed, same ? Result<bool>(false) : narrow(*reading.object, held));
  if (!same && !narrowed) {
    TRY(bool strangers, is_strangers({held}));
    return refuse(reading, strangers
                               ? "an object of this id is here from somebody else, who alone can "
                                 "change it"
                               : "this version is here already, with other content");
  }
  taken_.taken.push_back({reading.object->id, held.version,
                          narrowed                 ? "was here already; its label is stricter now"
                          : giving_.client.empty() ? "was here already"
                                                   : ""});
  return {};
}

Result<void> Taking::take(std::string_view bytes, std::size_t nth) {
  nth_ = nth;
  stix::Reading reading = stix::read_object(bytes);
  if (!reading.object) {
    const auto& list = reading.findings.list;
    return refuse(reading, list.empty() ? "not a STIX object" : to_text(list.front()));
  }
  const stix::Object& object = *reading.object;
  TRY_VOID(know_labels(reading));
  if (giving_.type && object.type != *giving_.type)
    return refuse(reading, "nothing but objects of type " + *giving_.type + " is taken here");
  TRY(Versions * versions, versions_of(object.id));
  TRY(auto same, same_as(object, *versions));
  if (same != versions->end()) return take_again(reading, *same);
  if (is_red(object))
    return refuse(reading, "TLP:RED is for named individuals and goes into no collection");
  TRY(std::string why, objection(object, *versions));
  if (!why.empty()) return refuse(reading, std::move(why));
  return add(reading, *versions);
}

// Read once and written once, however many of them come.
Result<Taking::Versions*> Taking::versions_of(const std::string& id) {
  auto [held, is_new] = versions_.try_emplace(id);
  if (is_new) {
    TRY(held->second, object_versions(work_.rows, collection_.id, id));
  }
  return &held->second;
}

Result<void> Taking::end() {
  for (const std::string& id : changed_) TRY_VOID(blocks_.put_versions(id, versions_.at(id)));
  blocks_.end();
  return {};
}

// The label that the object counts under, whatever the collection says of unmarked ones.
std::optional<stix::Tlp> Taking::label_of(const stix::Object& object) const {
  auto own = stix::tlp_of_object(object, [&](std::string_view id) { return known(id); });
  if (!own) own = giving_.unmarked;
  return own ? std::max(*own, giving_.at_least) : own;
}

std::string Taking::looked_at_anew(const stix::Object& object) const {
  bool all_here = std::ranges::all_of(object.object_marking_refs,
                                      [&](const std::string& id) { return is_here(id); });
  if (all_here && object.granular_markings.empty()) return {};
  MarkingNames names;
  for (const std::string& id : object.object_marking_refs) names.of_all.push_back(id);
  for (const stix::GranularMarking& each : object.granular_markings)
    if (!each.marking_ref.empty()) names.of_fields.push_back(each.marking_ref);
  return markings_text(names);
}

// That something was seen tells of it: a sighting of ours goes no further than what it is of, and a
// later version of it no further than the one before.
Result<ObjectBlock::Kind> Taking::counted(const stix::Reading& reading, const Versions& versions) {
  ObjectBlock::Kind kind = kind_of(label_of(*reading.object));
  kind.personal = stix::personal_in(*reading.object, reading.value);
  const json::Value* of = reading.value.find("sighting_of_ref");
  if (reading.object->type != "sighting" || !kind.ours() || !of || !of->as_string()) return kind;
  auto narrow_to = [&](const ObjectBlock::Kind& other) {
    auto counted = other.tlp.value_or(collection_.unmarked);
    if (counted > kind.tlp.value_or(collection_.unmarked)) kind.tlp = counted;
  };
  TRY(auto before, last_kind(versions));
  kind.bound = before && before->bound;
  if (kind.bound) narrow_to(*before);
  TRY(Versions * seen, versions_of(*of->as_string()));
  TRY(auto held, last_kind(*seen));
  if (!held) return kind;
  narrow_to(*held);
  kind.bound |= !held->ours() || held->bound;
  return kind;
}

Result<void> Taking::add(const stix::Reading& reading, Versions& versions) {
  const stix::Object& object = *reading.object;
  TRY(ObjectBlock::Kind kind, counted(reading, versions));
  auto defined = object.type == "marking-definition" ? known(object.id) : std::nullopt;
  Added added = std::max(microseconds(work_.now), blocks_.last() + 1);
  ObjectVersion version{.version = version_of(object),
                        .spec = std::string(spec_text(object.spec)),
                        .added = added,
                        .revoked = object.revoked};
  if (version.version.empty())
    version.version = to_text(
        stix::Moment{added / 1'000'000, static_cast<std::uint32_t>(added % 1'000'000 * 1'000)});
  HeldObject held{.id = object.id,
                  .version = version.version,
                  .kind = std::move(kind),
                  .revoked = object.revoked,
                  .markings = looked_at_anew(object),
                  .position = position_,
                  .at = keep(object.bytes),
                  .size = object.bytes.size()};
  TRY_VOID(blocks_.append(
      added, held, {.spec = spec_text(object.spec), .defines = defined, .bytes = object.bytes}));
  taken_.taken.push_back({object.id, version.version, ""});
  ++taken_.added;
  taken_.fresh.push_back(std::move(held));
  added_.push_back(added);
  auto moment = [](const ObjectVersion& each) {
    return std::pair(each.spec, stix::moment_from_text(each.version));
  };
  auto place = std::ranges::upper_bound(versions, moment(version), {}, moment);
  versions.insert(place, std::move(version));
  changed_.insert(object.id);
  return {};
}

// Where the object lies in what the journal keeps.
std::size_t Taking::keep(std::string_view bytes) {
  if (giving_.blob) return static_cast<std::size_t>(bytes.data() - envelope_.data());
  bytes_ += bytes_.empty() ? R"({"objects":[)" : ",";
  std::size_t at = bytes_.size();
  bytes_ += bytes;
  return at;
}

// Of an envelope with objects that were refused, the others: what may be in no collection is not
// kept beside one either.
Result<std::string> Taking::sound_alone() {
  std::string sound;
  for (std::size_t i = 0; i < taken_.fresh.size(); ++i) {
    HeldObject& held = taken_.fresh[i];
    sound += sound.empty() ? R"({"objects":[)" : ",";
    std::size_t at = std::exchange(held.at, sound.size());
    sound += envelope_.substr(at, held.size);
    TRY_VOID(blocks_.put_at(added_[i], held.at));
  }
  return sound + "]}";
}

// Nothing beside the objects that could say something of its own.
bool is_plain(const json::Object& head) {
  constexpr std::string_view plain[] = {"type", "id", "spec_version", "more", "next"};
  return std::ranges::all_of(head, [&](const auto& member) {
    return std::ranges::find(plain, member.first) != std::end(plain);
  });
}

Result<stix::Split> split_envelope(std::string_view envelope) {
  if (envelope.size() > limits::taxii_envelope_bytes_max)
    return fail(Code::too_large,
                fmt::format("an envelope has at most {} bytes", limits::taxii_envelope_bytes_max));
  TRY(stix::Split split, stix::split_objects(envelope));
  if (!split.has_objects) return fail(Code::missing_field, "an envelope has objects", "/objects");
  if (split.objects.size() > limits::taxii_envelope_objects_max)
    return fail(Code::too_large, fmt::format("an envelope has at most {} objects",
                                             limits::taxii_envelope_objects_max));
  return split;
}

}  // namespace

Result<Taken> take_objects(Work& work, const Collection& collection, std::string_view envelope,
                           const Giving& giving) {
  TRY(stix::Split split, split_envelope(envelope));
  std::optional<BlobRow> held;
  if (giving.blob) {
    TRY(held, find_blob(work.rows, *giving.blob));
  }
  TRY(std::uint64_t next, work.next_position());
  Taking taking(work, collection, giving, envelope, held ? held->position : next);
  TRY_VOID(taking.begin());
  // Definitions first, wherever they stand: what they mark is judged by them. Sightings last: by
  // what they are of.
  auto rank = [](std::string_view bytes) {
    return bytes.contains("\"marking-definition\"") ? 0 : bytes.contains("\"sighting\"") ? 2 : 1;
  };
  for (int now : {0, 1, 2})
    for (std::size_t i = 0; i < split.objects.size(); ++i)
      if (rank(split.objects[i]) == now) TRY_VOID(taking.take(split.objects[i], i + 1));
  Taken& taken = taking.taken();
  if (taken.added == 0 && taken.narrowed == 0) return std::move(taken);
  bool verbatim = giving.blob && (held || taken.refused.empty());
  bool all_fresh = taken.refused.empty() && taken.taken.size() == taken.added;
  taken.alone = !verbatim || (all_fresh && is_plain(split.head));
  std::string kept;
  if (taken.added > 0 && giving.blob && !verbatim) {
    TRY(kept, taking.sound_alone());
  } else if (taken.added > 0 && !held) {
    kept = taking.bytes();
  }
  TRY_VOID(taking.end());
  work.effects.objects = true;
  if (held && taken.added > 0) return std::move(taken);
  json::Object about{{"collection", collection.id},
                     {"added", static_cast<std::uint64_t>(taken.added)}};
  if (taken.narrowed > 0) about["narrowed"] = static_cast<std::uint64_t>(taken.narrowed);
  // What is kept of an alert counts to who sent it, as it came or without what was refused.
  std::optional<Hash> counted;
  if (taken.added > 0 && giving.blob)
    counted = verbatim ? *giving.blob : crypto::sha256(as_bytes(kept));
  std::uint64_t bytes = kept.size();
  TRY_VOID(work.record({EntryType::objects, giving.by, "", std::move(about), std::move(kept)}));
  if (!counted) return std::move(taken);
  TRY(auto known, find_blob(work.rows, *counted));
  if (!known)
    TRY_VOID(put_blob(work, *counted, {.position = next, .bytes = bytes, .from = giving.from}));
  return std::move(taken);
}

}  // namespace comity::node
