#include "node/objects.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <utility>

#include "base/check.h"
#include "base/limits_alert.h"
#include "crypto/hash.h"
#include "json/reader.h"
#include "node/blobs.h"
#include "stix/marking.h"
#include "stix/split.h"

namespace comity::node {
namespace {

constexpr std::int64_t exact_max = (std::int64_t{1} << 53) - 1;

std::string spec_text(stix::Spec spec) {
  return spec == stix::Spec::v20 ? "2.0" : "2.1";
}

Added microseconds(Instant at) {
  return std::chrono::duration_cast<std::chrono::microseconds>(at.time_since_epoch()).count();
}

// The last time at which something was added stands under the empty id.
Result<Added> last_added(Work& work, const std::string& collection) {
  TRY(auto row, work.rows.get(Space::object_id, object_id_key(collection, "")));
  if (!row) return Added{0};
  json::Reader in(*row);
  Added added = in.integer("added", 0, exact_max);
  TRY_VOID(in.finish());
  return added;
}

// Which version is the first, the last and of the newest specification may have changed. Versions
// that were dropped have no row any more, and do not count.
//   fresh   the row of the one added then, which is not there yet; null: there is none
Result<void> mark_versions(Overlay& rows, const std::string& collection,
                           const std::vector<ObjectVersion>& versions, const ObjectRow* fresh,
                           Added then) {
  struct Live {
    std::string key;
    ObjectRow row;
    bool is_new = false;
  };
  std::vector<Live> live;
  for (const ObjectVersion& each : versions) {
    std::string key = object_key(collection, each.added);
    if (fresh && each.added == then) {
      live.push_back({std::move(key), *fresh, true});
      continue;
    }
    TRY(auto held, rows.get(Space::object, key));
    if (!held) continue;
    TRY(ObjectRow row, object_row_from_json(*held));
    live.push_back({std::move(key), std::move(row)});
  }
  for (std::size_t i = 0; i < live.size(); ++i) {
    auto& [key, row, is_new] = live[i];
    bool first = i == 0 || live[i - 1].row.spec != row.spec;
    bool last = i + 1 == live.size() || live[i + 1].row.spec != row.spec;
    bool newest_spec = row.spec == live.back().row.spec;
    bool same = first == row.first && last == row.last && newest_spec == row.newest_spec;
    if (same && !is_new) continue;
    row.first = first;
    row.last = last;
    row.newest_spec = newest_spec;
    rows.put(Space::object, key, to_json(row));
  }
  return {};
}

// One envelope on its way into a collection.
class Taking {
 public:
  Taking(Work& work, const Collection& collection, const Giving& giving, std::string_view envelope,
         std::uint64_t position)
      : work_(work),
        collection_(collection),
        giving_(giving),
        envelope_(envelope),
        position_(position) {}

  Result<void> begin() {
    TRY(last_, last_added(work_, collection_.id));
    return {};
  }
  Result<void> take(std::string_view bytes);
  Taken& taken() { return taken_; }
  // What the journal keeps.
  std::string bytes() { return giving_.blob ? std::string(envelope_) : std::move(bytes_) + "]}"; }
  Result<std::string> sound_alone();
  void end() {
    work_.rows.put(Space::object_id, object_id_key(collection_.id, ""),
                   json::Object{{"added", last_}});
  }

 private:
  Result<void> refuse(const stix::Reading& reading, std::string why);
  Result<void> know_labels(const stix::Reading& reading);
  std::optional<stix::Tlp> known(std::string_view marking) const;
  std::string too_secret(const stix::Object& object) const;
  Result<std::vector<ObjectVersion>> versions_of(const std::string& id);
  Result<void> add(const stix::Object& object, const Hash& hash,
                   std::vector<ObjectVersion> versions);
  std::size_t keep(std::string_view bytes);
  std::optional<stix::Tlp> label_of(std::optional<stix::Tlp> own) const;

  Work& work_;
  const Collection& collection_;
  const Giving& giving_;
  std::string_view envelope_;
  std::uint64_t position_;
  Added last_ = 0;
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

Result<std::vector<ObjectVersion>> Taking::versions_of(const std::string& id) {
  TRY(auto row, work_.rows.get(Space::object_id, object_id_key(collection_.id, id)));
  if (!row) return std::vector<ObjectVersion>{};
  return object_versions_from_json(*row);
}

// Why this version may not follow those that are there; empty when it may.
std::string objection(const stix::Object& object, const std::vector<ObjectVersion>& versions) {
  if (versions.empty()) return {};
  if (versions.size() >= limits::object_versions_max)
    return fmt::format("the collection holds {} versions of this object, which is the most",
                       versions.size());
  const ObjectVersion& latest = versions.back();
  if (object.modified && latest.revoked)
    return "this object was revoked, which is final (STIX 3.2, revoked)";
  if (object.modified && latest.created_by != object.created_by_ref)
    return "only its creator makes a new version of an object (STIX 3.6.2)";
  return {};
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
  TRY(auto versions, versions_of(object.id));
  Hash hash = crypto::sha256(as_bytes(object.bytes));
  std::string version = version_of(object), spec = spec_text(object.spec);
  auto same = std::ranges::find_if(versions, [&](const ObjectVersion& each) {
    return each.spec == spec && (version.empty() ? each.hash == hash : each.version == version);
  });
  if (same != versions.end()) {
    if (same->hash != hash)
      return refuse(reading, "this version is here already, with other content");
    taken_.taken.push_back({object.id, same->version, "was here already"});
    return {};
  }
  if (std::string why = objection(object, versions); !why.empty())
    return refuse(reading, std::move(why));
  return add(object, hash, std::move(versions));
}

Result<void> Taking::add(const stix::Object& object, const Hash& hash,
                         std::vector<ObjectVersion> versions) {
  auto label = stix::tlp_of_object(object, [&](std::string_view id) { return known(id); });
  auto defined = defined_.find(object.id);
  last_ = std::max(microseconds(work_.now), last_ + 1);
  ObjectRow row{
      .id = object.id,
      .type = object.type,
      .version = version_of(object),
      .spec = spec_text(object.spec),
      .tlp = label_of(label),
      .from = giving_.from,
      .defines = defined == defined_.end() ? std::nullopt : std::optional(defined->second),
      .revoked = object.revoked,
      .granular = !object.granular_markings.empty(),
      .position = position_,
      .at = keep(object.bytes),
      .size = object.bytes.size()};
  if (row.version.empty())
    row.version = to_text(
        stix::Moment{last_ / 1'000'000, static_cast<std::uint32_t>(last_ % 1'000'000 * 1'000)});
  ObjectVersion version{.version = row.version,
                        .spec = row.spec,
                        .added = last_,
                        .hash = hash,
                        .revoked = object.revoked,
                        .created_by = object.created_by_ref};
  auto moment = [](const ObjectVersion& each) {
    return std::pair(each.spec, stix::moment_from_text(each.version));
  };
  auto place = std::ranges::upper_bound(versions, moment(version), {}, moment);
  versions.insert(place, version);
  work_.rows.put(Space::object_id, object_id_key(collection_.id, object.id), to_json(versions));
  taken_.taken.push_back({object.id, row.version, ""});
  ++taken_.added;
  taken_.fresh.push_back(row);
  added_.push_back(last_);
  return mark_versions(work_.rows, collection_.id, versions, &row, last_);
}

// The label that the object counts under, whatever the collection says of unmarked ones.
std::optional<stix::Tlp> Taking::label_of(std::optional<stix::Tlp> own) const {
  if (!own) own = giving_.unmarked;
  return own ? std::max(*own, giving_.at_least) : own;
}

// Of an envelope with objects that were refused, the others: what may be in no collection is not
// kept beside one either.
Result<std::string> Taking::sound_alone() {
  std::string sound;
  for (std::size_t i = 0; i < taken_.fresh.size(); ++i) {
    std::string key = object_key(collection_.id, added_[i]);
    TRY(auto held, work_.rows.get(Space::object, key));
    check(held.has_value(), "what was taken has a row");
    TRY(ObjectRow row, object_row_from_json(*held));
    sound += sound.empty() ? R"({"objects":[)" : ",";
    std::size_t at = std::exchange(row.at, sound.size());
    sound += envelope_.substr(at, row.size);
    work_.rows.put(Space::object, key, to_json(row));
    taken_.fresh[i].at = row.at;
  }
  return sound + "]}";
}

// Where the object lies in what the journal keeps.
std::size_t Taking::keep(std::string_view bytes) {
  if (giving_.blob) return static_cast<std::size_t>(bytes.data() - envelope_.data());
  bytes_ += bytes_.empty() ? R"({"objects":[)" : ",";
  std::size_t at = bytes_.size();
  bytes_ += bytes;
  return at;
}

// Nothing beside the objects that could say something of its own.
bool is_plain(const json::Object& head) {
  constexpr std::string_view plain[] = {"type", "id", "spec_version", "more", "next"};
  return std::ranges::all_of(head, [&](const auto& member) {
    return std::ranges::find(plain, member.first) != std::end(plain);
  });
}

}  // namespace

std::string object_key(const std::string& collection, Added added) {
  return fmt::format("{}/{:016x}", collection, added);
}

std::string object_id_key(const std::string& collection, std::string_view id) {
  return collection + "/" + std::string(id);
}

Result<std::optional<stix::Tlp>> label_of_marking(Overlay& rows, const std::string& collection,
                                                  const std::string& id) {
  if (auto tlp = stix::tlp_of_id(id)) return tlp;
  TRY(auto held, rows.get(Space::object_id, object_id_key(collection, id)));
  if (!held || id.empty()) return std::nullopt;
  TRY(auto versions, object_versions_from_json(*held));
  if (versions.empty()) return std::nullopt;
  TRY(auto last, rows.get(Space::object, object_key(collection, versions.back().added)));
  if (!last) return std::nullopt;
  TRY(ObjectRow row, object_row_from_json(*last));
  return row.defines;
}

Result<Added> added_of_key(std::string_view key) {
  Added added = 0;
  std::string_view digits = key.substr(key.rfind('/') + 1);
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), added, 16);
  if (error != std::errc()) return fail(Code::corrupt, "an object's key has no time");
  return added;
}

json::Value to_json(const ObjectRow& row) {
  json::Object out{{"id", row.id},
                   {"type", row.type},
                   {"version", row.version},
                   {"spec", row.spec},
                   {"marks", (row.revoked ? 1 : 0) | (row.first ? 2 : 0) | (row.last ? 4 : 0) |
                                 (row.newest_spec ? 8 : 0) | (row.granular ? 16 : 0)},
                   {"position", row.position},
                   {"at", static_cast<std::uint64_t>(row.at)},
                   {"size", static_cast<std::uint64_t>(row.size)}};
  if (row.tlp) out["tlp"] = static_cast<int>(*row.tlp);
  if (row.from) out["from"] = to_hex(*row.from);
  if (row.defines) out["defines"] = static_cast<int>(*row.defines);
  return out;
}

Result<ObjectRow> object_row_from_json(const json::Value& value) {
  ObjectRow row;
  json::Reader in(value);
  row.id = in.text("id");
  row.type = in.text("type");
  row.version = in.text("version");
  row.spec = in.text("spec");
  auto marks = in.integer("marks", 0, 31);
  row.revoked = marks & 1;
  row.first = marks & 2;
  row.last = marks & 4;
  row.newest_spec = marks & 8;
  row.granular = marks & 16;
  row.position = static_cast<std::uint64_t>(in.integer("position", 0, exact_max));
  row.at = static_cast<std::size_t>(in.integer("at", 0, exact_max));
  row.size = static_cast<std::size_t>(in.integer("size", 0, exact_max));
  if (in.has("tlp")) row.tlp = static_cast<stix::Tlp>(in.integer("tlp", 0, 4));
  if (in.has("defines")) row.defines = static_cast<stix::Tlp>(in.integer("defines", 0, 4));
  if (in.has("from")) row.from = in.fixed<MemberTag>("from");
  TRY_VOID(in.finish());
  return row;
}

json::Value to_json(const std::vector<ObjectVersion>& versions) {
  json::Array list;
  for (const ObjectVersion& each : versions)
    list.push_back(json::Object{{"version", each.version},
                                {"spec", each.spec},
                                {"added", each.added},
                                {"hash", to_hex(each.hash)},
                                {"revoked", each.revoked},
                                {"created_by", each.created_by}});
  return json::Object{{"versions", std::move(list)}};
}

Result<std::vector<ObjectVersion>> object_versions_from_json(const json::Value& value) {
  std::vector<ObjectVersion> versions;
  json::Reader in(value);
  in.objects("versions", limits::object_versions_max, [&](json::Reader& each) {
    ObjectVersion version;
    version.version = each.text("version");
    version.spec = each.text("spec");
    version.added = each.integer("added", 0, exact_max);
    version.hash = each.hash("hash");
    version.revoked = each.boolean_or("revoked", false);
    version.created_by = each.text("created_by");
    versions.push_back(std::move(version));
  });
  TRY_VOID(in.finish());
  return versions;
}

json::Array to_json(const std::vector<Taken::Entry>& list) {
  json::Array out;
  for (const Taken::Entry& entry : list)
    out.push_back(
        json::Object{{"id", entry.id}, {"version", entry.version}, {"message", entry.message}});
  return out;
}

Result<std::optional<ObjectRow>> last_version(Overlay& rows, const std::string& collection,
                                              const std::string& id) {
  TRY(auto held, rows.get(Space::object_id, object_id_key(collection, id)));
  if (!held || id.empty()) return std::nullopt;
  TRY(auto versions, object_versions_from_json(*held));
  for (auto each = versions.rbegin(); each != versions.rend(); ++each) {
    TRY(auto row, rows.get(Space::object, object_key(collection, each->added)));
    if (!row) continue;
    TRY(ObjectRow object, object_row_from_json(*row));
    return object;
  }
  return std::nullopt;
}

Result<std::vector<ObjectRow>> drop_versions(Work& work, const std::string& collection,
                                             const std::string& id,
                                             const std::function<bool(const ObjectRow&)>& which) {
  std::vector<ObjectRow> dropped;
  TRY(auto held, work.rows.get(Space::object_id, object_id_key(collection, id)));
  if (!held || id.empty()) return dropped;
  TRY(auto versions, object_versions_from_json(*held));
  for (const ObjectVersion& each : versions) {
    std::string key = object_key(collection, each.added);
    TRY(auto row, work.rows.get(Space::object, key));
    if (!row) continue;
    TRY(ObjectRow object, object_row_from_json(*row));
    if (!which(object)) continue;
    work.rows.erase(Space::object, std::move(key));
    dropped.push_back(std::move(object));
  }
  if (dropped.empty()) return dropped;
  work.effects.objects = true;
  TRY_VOID(mark_versions(work.rows, collection, versions, nullptr, 0));
  return dropped;
}

Result<std::string> bytes_of_object(Work& work, const ObjectRow& row) {
  TRY(const Record* made, work.made(row.position));
  std::string entry;
  if (!made) {
    TRY(entry, load_bytes(work, row.position));
  }
  const std::string& bytes = made ? made->bytes : entry;
  if (row.at > bytes.size() || row.size > bytes.size() - row.at)
    return fail(Code::corrupt, "an object lies outside its record", row.id);
  return bytes.substr(row.at, row.size);
}

Result<Taken> take_objects(Work& work, const Collection& collection, std::string_view envelope,
                           const Giving& giving) {
  if (envelope.size() > limits::taxii_envelope_bytes_max)
    return fail(Code::too_large,
                fmt::format("an envelope has at most {} bytes", limits::taxii_envelope_bytes_max));
  TRY(stix::Split split, stix::split_objects(envelope));
  if (!split.has_objects) return fail(Code::missing_field, "an envelope has objects", "/objects");
  if (split.objects.size() > limits::taxii_envelope_objects_max)
    return fail(Code::too_large, fmt::format("an envelope has at most {} objects",
                                             limits::taxii_envelope_objects_max));
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
  bool verbatim = giving.blob && taken.refused.empty();
  taken.alone = !verbatim || (taken.taken.size() == taken.added && is_plain(split.head));
  taking.end();
  work.effects.objects = true;
  if (held) return std::move(taken);
  std::string kept;
  if (giving.blob && !verbatim) {
    TRY(kept, taking.sound_alone());
  } else {
    kept = taking.bytes();
  }
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
