#include "node/alert_acts.h"

#include <algorithm>
#include <set>

#include "base/limits_alert.h"
#include "base/limits_push.h"
#include "json/reader.h"
#include "member/plain.h"
#include "node/blobs.h"
#include "node/push.h"
#include "node/recall.h"
#include "node/spread.h"
#include "stix/object.h"

namespace comity::node {
namespace {

constexpr std::string_view received_key = "received";  // in Space::subscription: the collection

const std::string* beside(const Blobs& blobs, const Hash& sha256) {
  if (!blobs) return nullptr;
  auto found = blobs->find(sha256);
  return found == blobs->end() ? nullptr : &found->second;
}

// Where alerts go for which nobody has chosen a collection: one with an empty circle, made when the
// first comes. An alert never opens itself to others.
Result<Collection> received_collection(Work& work) {
  TRY(auto row, work.rows.get(Space::subscription, received_key));
  if (row) {
    TRY(Subscription held, subscription_from_json(*row));
    auto collection = load_collection(work.rows, held.collection);
    if (collection || collection.error().code != Code::not_found) return collection;
  }
  Collection made;
  made.id = uuid_text(make_uuid7(work.now, work.random));
  made.title = "Received";
  made.description = "What partners shared and nobody has chosen a place for";
  made.unmarked = stix::Tlp::amber_strict;
  work.rows.put(Space::collection, made.id, to_json(made));
  work.rows.put(Space::subscription, std::string(received_key),
                to_json(Subscription{.collection = made.id}));
  return made;
}

Result<std::optional<Subscription>> find_subscription(Overlay& rows, const MemberId& member,
                                                      const std::string& theirs) {
  TRY(auto row, rows.get(Space::subscription, subscription_key(member, theirs)));
  if (!row) return std::nullopt;
  TRY(Subscription held, subscription_from_json(*row));
  return held;
}

// What they share, so that an officer can choose a place for it.
Result<void> note_theirs(Work& work, const MemberId& from, const alert::Share& share,
                         const std::optional<Subscription>& known) {
  if (known && known->title == share.title) return {};
  TRY(auto all,
      work.rows.below().scan(Space::subscription, to_hex(from) + "/", "", limits::collections_max));
  if (!known && all.size() == limits::collections_max) return {};
  Subscription row = known.value_or(Subscription{});
  row.title = share.title;
  work.rows.put(Space::subscription, subscription_key(from, share.collection), to_json(row));
  return {};
}

// A sighting goes into the collection of ours that it is about, if the member is told of it.
Result<Collection> place_of(Work& work, const MemberId& from, const alert::Share& share) {
  if (share.verb == alert::Share::Verb::sighting) {
    auto ours = load_collection(work.rows, share.collection);
    if (ours && ours->circle.members.contains(from)) return ours;
    return fail(Code::not_found, "no collection of this id is shared with you", "/collection/id");
  }
  TRY(auto bound, find_subscription(work.rows, from, share.collection));
  TRY_VOID(note_theirs(work, from, share, bound));
  if (!bound || bound->collection.empty()) return received_collection(work);
  auto ours = load_collection(work.rows, bound->collection);
  return ours ? ours : received_collection(work);
}

Result<void> refuse_quota(Work& work, const MemberId& from, const alert::Share& share) {
  TRY(std::uint64_t held, blob_bytes_of(work.rows, from));
  for (const alert::BlobName& name : share.blobs) {
    TRY(auto here, find_blob(work.rows, name.sha256));
    if (!here) held += name.bytes;
  }
  if (held <= limits::blob_bytes_per_member_max) return {};
  return fail(Code::over_quota, "your alerts take up all that they may here, " +
                                    std::to_string(limits::blob_bytes_per_member_max) + " bytes");
}

// Whether a row says already that the member told us all of these: whoever says the same again and
// again fills nobody's disk.
Result<bool> was_told(Work& work, std::uint64_t position, const MemberId& by,
                      const std::vector<std::string>& ids) {
  TRY(auto told, spread_of(work.rows, position));
  return std::ranges::any_of(told, [&](const Spread& each) {
    if (each.member != by || each.row.way != Way::in) return false;
    if (each.row.only.empty()) return true;
    std::set<std::string_view> known(each.row.only.begin(), each.row.only.end());
    return !ids.empty() &&
           std::ranges::all_of(ids, [&](const std::string& id) { return known.contains(id); });
  });
}

// Whether the member sent these bytes or was told them. Who knows no more than a hash sends what it
// names: else the hash of what others keep from it would be as good as the bytes.
Result<bool> may_name(Work& work, const MemberId& member, const BlobRow& blob) {
  if (blob.from == member) return true;
  TRY(auto told, spread_of(work.rows, blob.position));
  return std::ranges::find(told, member, &Spread::member) != told.end();
}

// The member has each of these: told us, of what lies where.
Result<void> note_spread(Work& work, const act::Act& act, const alert::Share& share,
                         const Collection& collection, const Hash& blob, const Taken& taken) {
  struct Place {
    std::vector<std::string> ids;
    bool theirs = false;  // the copy is theirs, and so is their word on whose it was
  };
  std::map<std::uint64_t, Place> places;
  if (taken.alone) places[taken.fresh.front().position] = {.ids = {}, .theirs = true};
  for (const Taken::Entry& each : taken.taken) {
    if (taken.alone) break;
    TRY(auto versions, held_versions(work.rows, collection.id, each.id));
    for (const HeldObject& object : versions) {
      if (object.version != each.version) continue;
      Place& place = places[object.position];
      place.theirs = object.kind.from == act.from;
      if (place.ids.empty() || place.ids.back() != each.id) place.ids.push_back(each.id);
    }
  }
  for (auto& [position, place] : places) {
    TRY(bool known, was_told(work, position, act.from, place.ids));
    if (known) continue;
    put_spread(work, {.position = position,
                      .member = act.from,
                      .act = act.id,
                      .row = {.way = Way::in,
                              .collection = share.collection,
                              .blob = blob,
                              .at = work.now,
                              .only = std::move(place.ids),
                              .origin = place.theirs ? share.origin : std::nullopt}});
  }
  return {};
}

// Their words are not repeated here: people read this at a terminal.
Result<void> tell_refused(Work& work, const act::Act& act, const Taken& taken) {
  if (taken.refused.empty()) return {};
  TRY(PartnerPtr sender, know_partner(work.rows, act.from));
  return work.raise({"alert_refused_in_part", "warn", to_hex(act.from),
                     std::to_string(taken.refused.size()) + " objects of an alert of " +
                         sender->member.nickname + " were not taken (act " + to_text(act.id) +
                         "): ask them to run comity alert check on what they share"});
}

Result<void> take_turn(Work& work, const MemberId& from, const alert::Share& share) {
  if (!work.rows.memo()) return {};
  std::uint64_t& read = work.rows.memo()->alert_bytes[from];
  for (const alert::BlobName& name : share.blobs) read += name.bytes;
  if (read <= limits::alert_bytes_per_turn_max) return {};
  return fail(Code::busy, "more alerts than this node reads in one go: send the rest again later");
}

Result<std::vector<Relaying>> take_share(Work& work, const act::Act& act, const alert::Share& share,
                                         const Blobs& blobs, json::Object& about) {
  auto unmarked = stix::tlp_from_name(act.handling.tlp);
  if (!unmarked || *unmarked == stix::Tlp::red)
    return fail(Code::bad_value, "TLP:RED is for named individuals and goes into no collection",
                "/handling/tlp");
  TRY_VOID(member::check_plain(share.title, "/body/collection/title",
                               limits::collection_title_bytes_max, member::Emptiness::allowed));
  TRY_VOID(take_turn(work, act.from, share));
  TRY_VOID(refuse_quota(work, act.from, share));
  TRY(Collection collection, place_of(work, act.from, share));
  std::vector<Relaying> relaying;
  std::uint64_t added = 0, refused = 0;
  for (const alert::BlobName& name : share.blobs) {
    std::string held;
    const std::string* bytes = beside(blobs, name.sha256);
    if (!bytes) {
      TRY(auto row, find_blob(work.rows, name.sha256));
      if (!row) return fail(Code::corrupt, "a blob that was looked for is gone");
      TRY(held, load_bytes(work, row->position));
      bytes = &held;
    }
    if (bytes->size() != name.bytes)
      return fail(Code::bad_value, "a blob has another length than the alert says", "/body/blobs");
    Giving giving{.by = to_hex(act.from),
                  .from = act.from,
                  .origin = share.origin,
                  .csirts = share.csirts,
                  .unmarked = unmarked,
                  .at_least = share.relay ? stix::Tlp::clear : stix::Tlp::amber,
                  .blob = name.sha256};
    if (share.verb == alert::Share::Verb::sighting) giving.type = "sighting";
    TRY(Taken taken, take_objects(work, collection, *bytes, giving));
    TRY_VOID(note_spread(work, act, share, collection, name.sha256, taken));
    TRY_VOID(tell_refused(work, act, taken));
    added += taken.added;
    refused += taken.refused.size();
    relaying.push_back({collection, std::move(taken)});
  }
  about["collection"] = collection.id;
  about["added"] = added;
  about["refused"] = refused;
  return relaying;
}

}  // namespace

json::Value to_json(const Subscription& row) {
  return json::Object{
      {"collection", row.collection}, {"sightings", row.sightings}, {"title", row.title}};
}

Result<Subscription> subscription_from_json(const json::Value& value) {
  Subscription row;
  json::Reader in(value);
  row.collection = in.text("collection");
  row.sightings = in.boolean_or("sightings", false);
  row.title = in.text_or("title", "");
  TRY_VOID(in.finish());
  return row;
}

std::string subscription_key(const MemberId& member, const std::string& theirs) {
  return to_hex(member) + "/" + theirs;
}

Result<void> need_blobs(Work& work, const MemberId& from, const alert::Body& body,
                        const Blobs& blobs) {
  const auto* share = std::get_if<alert::Share>(&body);
  if (!share) return {};
  for (const alert::BlobName& name : share->blobs) {
    if (beside(blobs, name.sha256)) continue;
    TRY(auto held, find_blob(work.rows, name.sha256));
    bool known = false;
    if (held) {
      TRY(known, may_name(work, from, *held));
    }
    if (!known) return fail(Code::blob_missing, "send the blob with the act", to_hex(name.sha256));
  }
  return {};
}

Result<std::vector<Relaying>> take_alert(Work& work, const act::Act& act, const alert::Body& body,
                                         const Blobs& blobs, json::Object& about) {
  if (const auto* share = std::get_if<alert::Share>(&body))
    return take_share(work, act, *share, blobs, about);
  TRY_VOID(take_recall(work, act, std::get<alert::Recall>(body), about));
  return std::vector<Relaying>{};
}

namespace {

// Who told us of the object, and by which collection of theirs: those whose sightings go back, and
// that we share `collection` with or put into it what they share.
using Tellers = std::set<std::pair<MemberId, std::string>>;
Result<Tellers> told_by(Work& work, const Collection& collection, const std::string& id) {
  Tellers tellers;
  TRY(auto places, places_of(work.rows, id));
  for (std::uint64_t position : places) {
    TRY(auto told, spread_of(work.rows, position));
    for (const Spread& each : told) {
      if (each.row.way != Way::in || !speaks_of(each.row, id)) continue;
      TRY(auto bound, find_subscription(work.rows, each.member, each.row.collection));
      if (!bound || !bound->sightings) continue;
      bool meant =
          bound->collection == collection.id || collection.circle.members.contains(each.member);
      if (meant) tellers.emplace(each.member, each.row.collection);
    }
  }
  return tellers;
}

}  // namespace

Result<void> tell_sightings(Work& work, const Collection& collection, const Taken& taken) {
  for (const HeldObject& row : taken.fresh) {
    if (row.type() != "sighting") continue;
    TRY(std::string bytes, bytes_of_object(work, row));
    stix::Reading reading = stix::read_object(bytes);
    const json::Value* of = reading.value.find("sighting_of_ref");
    if (!reading.object || !of || !of->as_string()) continue;
    TRY(auto seen, last_version(work.rows, collection.id, *of->as_string()));
    auto is_strict = [&](const HeldObject& each) {
      return each.kind.tlp.value_or(collection.unmarked) >= stix::Tlp::amber_strict;
    };
    // What is for one organisation is not told by itself, but to who told of just that.
    if (is_strict(row) && !(seen && is_strict(*seen))) continue;
    TRY(Tellers tellers, told_by(work, collection, *of->as_string()));
    std::vector<HeldObject> one{row};
    one.front().kind.bound = false;  // for others it goes no further than what it is of
    for (const auto& [teller, theirs] : tellers) {
      TRY(Pushed pushed, push(work, {.collection = collection,
                                     .objects = one,
                                     .to = std::set<MemberId>{teller},
                                     .verb = alert::Share::Verb::sighting,
                                     .theirs = theirs}));
    }
  }
  return {};
}

}  // namespace comity::node
