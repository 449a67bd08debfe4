// An envelope of objects on its way into a collection.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/limits_alert.h"
#include "crypto/hash.h"
#include "node/blobs.h"
#include "node/object_edit.h"
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
  Result<void> take(std::string_view bytes);
  Taken& taken() { return taken_; }
  // What the journal keeps.
  std::string bytes() { return giving_.blob ? std::string(envelope_) : std::move(bytes_) + "]}"; }
  Result<std::string> sound_alone();
  void end() { blocks_.end(); }

 private:
  Result<void> refuse(const stix::Reading& reading, std::string why);
  Result<void> know_labels(const stix::Reading& reading);
  std::optional<stix::Tlp> known(std::string_view marking) const;
  std::string too_secret(const stix::Object& object) const;
  std::optional<stix::Tlp> label_of(std::optional<stix::Tlp> own) const;
  using Versions = std::vector<ObjectVersion>;
  Result<bool> is_same(const ObjectVersion& version, const stix::Object& object);
  Result<Versions::const_iterator> same_as(const stix::Object& object, const Versions& versions);
  Result<std::string> objection(const stix::Object& object, const Versions& versions);
  Result<std::string> creator_of(const ObjectVersion& version);
  Result<void> add(const stix::Object& object, Versions versions);
  std::size_t keep(std::string_view bytes);

  Work& work_;
  const Collection& collection_;
  const Giving& giving_;
  std::string_view envelope_;
  std::uint64_t position_;
  BlockEditor blocks_;
  Taken taken_;
  std::string bytes_;
  std::vector<Added> added_;                               // of the fresh ones
  std::map<std::string, stix::Tlp, std::less<>> defined_;  // labels that are objects themselves
};

std::string version_of(const stix::Object& object) {
  if (object.modified) return object.modified->text;
  return object.created ? object.created->text : "";
}

Result<void> Taking::refuse(const stix::Reading& reading, std::string why) {
  taken_.refused.push_back(
      {reading.id, reading.object ? version_of(*reading.object) : "", std::move(why)});
  return {};
}

// Some products label with marking definitions of their own: those of this envelope, and those that
// the collection holds.
Result<void> Taking::know_labels(const stix::Reading& reading) {
  const stix::Object& object = *reading.object;
  if (object.type == "marking-definition")
    if (auto tlp = stix::tlp_of(*reading.value.as_object())) defined_[object.id] = *tlp;
  std::vector<std::string> markings = object.object_marking_refs;
  for (const auto& each : object.granular_markings) markings.push_back(each.marking_ref);
  for (const std::string& id : markings) {
    if (id.empty() || known(id)) continue;
    TRY(auto label, label_of_marking(work_.rows, collection_.id, id));
    if (label) defined_[id] = *label;
  }
  return {};
}

std::optional<stix::Tlp> Taking::known(std::string_view marking) const {
  if (auto tlp = stix::tlp_of_id(marking)) return tlp;
  auto found = defined_.find(marking);
  return found == defined_.end() ? std::nullopt : std::optional(found->second);
}

// Why the object goes into no collection at all; empty when it may.
std::string Taking::too_secret(const stix::Object& object) const {
  auto is_red = [&](const std::string& id) { return known(id) == stix::Tlp::red; };
  bool red =
      std::ranges::any_of(object.object_marking_refs, is_red) ||
      std::ranges::any_of(object.granular_markings, is_red, &stix::GranularMarking::marking_ref);
  return red ? "TLP:RED is for named individuals and goes into no collection" : "";
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
  for (auto each = versions.begin(); each != versions.end(); ++each) {
    if (each->spec != spec_text(object.spec)) continue;
    if (each->version == version) return each;
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

// Why this version may not follow those that are there; empty when it may.
Result<std::string> Taking::objection(const stix::Object& object, const Versions& versions) {
  if (versions.empty()) return std::string();
  if (versions.size() >= limits::object_versions_max)
    return fmt::format("the collection holds {} versions of this object, which is the most",
                       versions.size());
  if (!object.modified) return std::string();
  const ObjectVersion& latest = versions.back();
  if (latest.revoked)
    return std::string("this object was revoked, which is final (STIX 3.2, revoked)");
  TRY(std::string creator, creator_of(latest));
  if (creator != object.created_by_ref)
    return std::string("only its creator makes a new version of an object (STIX 3.6.2)");
  return std::string();
}

Result<void> Taking::take(std::string_view bytes) {
  stix::Reading reading = stix::read_object(bytes);
  if (!reading.object) {
    const auto& list = reading.findings.list;
    return refuse(reading, list.empty() ? "not a STIX object" : to_text(list.front()));
  }
  const stix::Object& object = *reading.object;
  TRY_VOID(know_labels(reading));
  if (std::string why = too_secret(object); !why.empty()) return refuse(reading, std::move(why));
  if (giving_.type && object.type != *giving_.type)
    return refuse(reading, "nothing but objects of type " + *giving_.type + " is taken here");
  TRY(auto versions, object_versions(work_.rows, collection_.id, object.id));
  TRY(auto same, same_as(object, versions));
  if (same != versions.end()) {
    TRY(bool held, is_same(*same, object));
    if (!held) return refuse(reading, "this version is here already, with other content");
    taken_.taken.push_back({object.id, same->version, "was here already"});
    return {};
  }
  TRY(std::string why, objection(object, versions));
  if (!why.empty()) return refuse(reading, std::move(why));
  return add(object, std::move(versions));
}

// The label that the object counts under, whatever the collection says of unmarked ones.
std::optional<stix::Tlp> Taking::label_of(std::optional<stix::Tlp> own) const {
  if (!own) own = giving_.unmarked;
  return own ? std::max(*own, giving_.at_least) : own;
}

Result<void> Taking::add(const stix::Object& object, Versions versions) {
  auto label = stix::tlp_of_object(object, [&](std::string_view id) { return known(id); });
  auto defined = defined_.find(object.id);
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
                  .kind = {.tlp = label_of(label), .from = giving_.from},
                  .revoked = object.revoked,
                  .granular = !object.granular_markings.empty(),
                  .position = position_,
                  .at = keep(object.bytes),
                  .size = object.bytes.size()};
  TRY_VOID(blocks_.append(
      added, held,
      {.spec = spec_text(object.spec),
       .defines = defined == defined_.end() ? std::nullopt : std::optional(defined->second),
       .bytes = object.bytes}));
  taken_.taken.push_back({object.id, version.version, ""});
  ++taken_.added;
  taken_.fresh.push_back(std::move(held));
  added_.push_back(added);
  auto moment = [](const ObjectVersion& each) {
    return std::pair(each.spec, stix::moment_from_text(each.version));
  };
  auto place = std::ranges::upper_bound(versions, moment(version), {}, moment);
  versions.insert(place, std::move(version));
  return blocks_.put_versions(object.id, versions);
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
  for (std::string_view bytes : split.objects) TRY_VOID(taking.take(bytes));
  Taken& taken = taking.taken();
  if (taken.added == 0) return std::move(taken);
  bool verbatim = giving.blob && (held || taken.refused.empty());
  bool all_fresh = taken.refused.empty() && taken.taken.size() == taken.added;
  taken.alone = !verbatim || (all_fresh && is_plain(split.head));
  std::string kept;
  if (giving.blob && !verbatim) {
    TRY(kept, taking.sound_alone());
  } else if (!held) {
    kept = taking.bytes();
  }
  taking.end();
  work.effects.objects = true;
  if (held) return std::move(taken);
  TRY_VOID(work.record(
      {EntryType::objects,
       giving.by,
       "",
       {{"collection", collection.id}, {"added", static_cast<std::uint64_t>(taken.added)}},
       std::move(kept)}));
  if (verbatim)
    TRY_VOID(put_blob(work, *giving.blob,
                      {.position = next, .bytes = envelope.size(), .from = giving.from}));
  return std::move(taken);
}

}  // namespace comity::node
