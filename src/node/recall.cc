#include "node/recall.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <map>

#include "base/limits.h"
#include "base/limits_push.h"
#include "crypto/hash.h"
#include "json/reader.h"
#include "node/blobs.h"
#include "node/erasure.h"
#include "node/outgoing.h"
#include "node/push.h"
#include "node/rows.h"
#include "node/spread.h"
#include "stix/object.h"
#include "stix/split.h"

namespace comity::node {
namespace {

constexpr std::chrono::minutes look_again{10};  // whether an act that names the bytes still waits

// How we told a member of an object.
struct Telling {
  std::set<act::Lane> lanes;  // in which it is still on its way
  std::string theirs;         // of a sighting: the collection of theirs that it went to
};
using Told = std::map<MemberId, Telling>;

// From this collection, or from any: bytes that two gave are one entry, and lie in a collection of
// each.
Result<void> add_told_of(Work& work, std::uint64_t position, const std::string& id, Told& told,
                         const std::string* collection = nullptr) {
  TRY(auto spread, spread_of(work.rows, position));
  for (const Spread& each : spread) {
    if (each.row.way != Way::out || !speaks_of(each.row, id)) continue;
    if (collection && each.row.collection != *collection) continue;
    Telling& telling = told[each.member];
    if (!each.row.theirs.empty()) telling.theirs = each.row.theirs;
    TRY(auto act, last_said(work.rows, work.context.self, each.act));
    // One that was made void may have left before: until its place is settled it is on its way.
    if (act && !act->receipt) telling.lanes.insert(act->lane);
  }
  return {};
}

Result<void> add_told(Work& work, const std::string& id, Told& told) {
  TRY(auto places, ever_places_of(work.rows, id));
  for (std::uint64_t position : places) TRY_VOID(add_told_of(work, position, id, told));
  return {};
}

Result<void> ask_to_drop(Work& work, const MemberId& member, act::Lane lane,
                         const alert::Recall& recall, const std::string& officer) {
  Proposal proposal;
  act::Act& act = proposal.act;
  act.kind = act::Kind::alert;
  act.from = work.context.self;
  act.to = member;
  act.lane = lane;
  act.body = alert::to_json(recall);
  TRY(Permit permit, law_door(work, std::move(proposal)));
  TRY(Posted posted,
      post(work, std::move(permit), {.expires = work.now + never_expires, .actor = officer}));
  for (const std::string& id : recall.objects)
    work.rows.put(
        Space::recall, id + "/" + to_text(posted.act.id),
        to_json(RecallRow{.ours = true, .member = member, .why = recall.why, .at = work.now}));
  return {};
}

// Behind what is still on its way, in each lane that has some: it must not arrive first.
Result<std::set<MemberId>> ask_all(Work& work, const std::map<std::string, Told>& told,
                                   const std::string& why, const std::string& officer) {
  std::map<std::pair<MemberId, act::Lane>, std::vector<std::string>> asks;
  for (const auto& [id, members] : told)
    for (const auto& [member, telling] : members) {
      std::set<act::Lane> ways = telling.lanes;
      if (ways.empty()) ways.insert(act::Lane::urgent);
      for (act::Lane lane : ways) asks[{member, lane}].push_back(id);
    }
  std::set<MemberId> asked;
  for (auto& [to, ids] : asks) {
    TRY(PartnerPtr partner, know_partner(work.rows, to.first));
    if (partner->member.state != member::State::paired) {
      TRY_VOID(work.raise({"recall_not_asked", "alarm", to_hex(to.first),
                           partner->member.nickname + " was told of " + ids.front() +
                               ", which is recalled, and is no partner any more: call them"}));
      continue;
    }
    TRY_VOID(
        ask_to_drop(work, to.first, to.second, {.objects = std::move(ids), .why = why}, officer));
    asked.insert(to.first);
  }
  return asked;
}

// Whom we told of what this member gave, and that is in this collection no more.
Result<void> add_told_of_dropped(Work& work, const std::string& collection, const std::string& id,
                                 const std::optional<MemberId>& giver, Told& told) {
  TRY(auto versions, object_versions(work.rows, collection, id));
  for (const ObjectVersion& each : versions) {
    if (!each.dropped) continue;
    TRY(auto spread, spread_of(work.rows, each.dropped->position));
    bool its_own = std::ranges::any_of(spread, [&](const Spread& row) {
      return row.row.way == Way::in && row.member == giver && speaks_of(row.row, id);
    });
    if (its_own) TRY_VOID(add_told_of(work, each.dropped->position, id, told, &collection));
  }
  return {};
}

// Whom we told of what the giver of this version had given us: nobody but our own people revokes
// what somebody else told.
Result<void> add_told_by_its_giver(Work& work, const HeldObject& version, Told& told) {
  if (!version.kind.from && version.kind.client.empty()) return add_told(work, version.id, told);
  TRY(auto collections, all_collections(work.rows));
  for (const Collection& collection : collections) {
    TRY(auto held, held_versions(work.rows, collection.id, version.id));
    for (const HeldObject& each : held)
      if (each.kind.from == version.kind.from && each.kind.client == version.kind.client)
        TRY_VOID(add_told_of(work, each.position, version.id, told, &collection.id));
    if (version.kind.client.empty())
      TRY_VOID(add_told_of_dropped(work, collection.id, version.id, version.kind.from, told));
  }
  return {};
}

// ---- what is ours

struct Held {
  Collection collection;
  HeldObject last;
};

Result<std::vector<Held>> find_ours(Work& work, const std::string& id) {
  std::vector<Held> found;
  bool theirs = false;
  TRY(auto collections, all_collections(work.rows));
  for (Collection& each : collections) {
    TRY(auto last, last_version(work.rows, each.id, id));
    if (!last) continue;
    theirs |= last->kind.from.has_value();
    if (!last->kind.from) found.push_back({std::move(each), *std::move(last)});
  }
  if (!found.empty()) return found;
  if (theirs)
    return fail(Code::not_allowed, "this object is a partner's, who alone can recall it", id);
  return fail(Code::not_found, "no collection holds this object", id);
}

// STIX 2.1, 3.6: a version with a later `modified`, and `revoked` true. None: the object has no
// versions, or is revoked already.
Result<std::optional<std::string>> revoked_version(Work& work, const HeldObject& row) {
  TRY(std::string bytes, bytes_of_object(work, row));
  stix::Reading reading = stix::read_object(bytes);
  if (!reading.object) return fail(Code::corrupt, "an object that was taken is none", row.id);
  if (!reading.object->modified || reading.object->revoked) return std::nullopt;
  json::Object next = *reading.value.as_object();
  Instant after = work.now;
  if (auto before = instant_from_text(reading.object->modified->text); before && *before >= after)
    after = *before + Millis{1};
  next["modified"] = to_text(after);
  next["revoked"] = true;
  return json::write(next);
}

Result<void> tell_revoked(Work& work, const Held& held, const std::string& object,
                          const std::string& officer) {
  TRY(Taken taken,
      take_objects(work, held.collection, R"({"objects":[)" + object + "]}", {.by = officer}));
  if (taken.added == 0)
    return fail(Code::wrong_state, "the version that revokes it was not taken: " +
                                       (taken.refused.empty() ? "" : taken.refused[0].message));
  TRY(Pushed pushed, push_taken(work, held.collection, taken, officer));
  return tell_revocations(work, held.collection, taken, officer);
}

// ---- bytes

// One without versions is itself by its bytes: others may say another thing under its id.
Result<bool> is_seen(Work& work, const stix::Object& object, std::string_view text) {
  TRY(auto collections, all_collections(work.rows));
  for (const Collection& collection : collections) {
    TRY(auto versions, held_versions(work.rows, collection.id, object.id));
    for (const HeldObject& each : versions) {
      if (object.modified && each.version == object.modified->text) return true;
      if (object.modified) continue;
      TRY(std::string held, bytes_of_object(work, each));
      if (held == text) return true;
    }
  }
  return false;
}

// None of the objects that lie in the entry is anywhere to be seen, in that version.
Result<bool> is_dead(Work& work, std::string_view bytes) {
  TRY(stix::Split split, stix::split_objects(bytes));
  for (std::string_view text : split.objects) {
    stix::Reading reading = stix::read_object(text);
    if (!reading.object) continue;
    TRY(bool seen, is_seen(work, *reading.object, text));
    if (seen) return false;
  }
  return true;
}

// By an act of ours that is on its way: one that names these bytes, or any.
Result<bool> is_waited_for(Work& work, std::uint64_t position, const Hash* blob = nullptr) {
  TRY(auto spread, spread_of(work.rows, position));
  for (const Spread& each : spread) {
    if (each.row.way != Way::out || (blob && each.row.blob != *blob)) continue;
    TRY(auto act, last_said(work.rows, work.context.self, each.act));
    if (act && act->standing == "queued") return true;
  }
  return false;
}

// The same object may lie in other entries, and what was made of one for others is made once for
// all: an act that names it would never leave without it, nor what is behind it in its lane.
Result<bool> is_named_for(Work& work, std::string_view bytes, const Hash& blob) {
  TRY(stix::Split split, stix::split_objects(bytes));
  for (std::string_view text : split.objects) {
    stix::Reading reading = stix::read_object(text);
    TRY(auto places, ever_places_of(work.rows, reading.id));
    for (std::uint64_t position : places) {
      TRY(bool waited, is_waited_for(work, position, &blob));
      if (waited) return true;
    }
  }
  return false;
}

void look_later(Work& work, std::uint64_t position) {
  work.rows.put(Space::timer,
                timer_key(work.now + look_again, fmt::format("{}", position), recalled_bytes),
                json::Object{});
}

Result<void> erase_bytes(Work& work, std::uint64_t position) {
  auto record = load_record(work.rows.below(), position);
  if (!record && record.error().code == Code::not_found) return {};
  if (!record) return std::unexpected(record.error());
  if (record->type != EntryType::objects) return {};
  TRY(bool dead, is_dead(work, record->bytes));
  if (!dead) return {};
  Hash sha256 = crypto::sha256(as_bytes(record->bytes));
  TRY(bool named, is_named_for(work, record->bytes, sha256));
  if (named) {
    look_later(work, position);
    return {};
  }
  TRY_VOID(carry_rows(work, *record));
  TRY(auto blob, find_blob(work.rows, sha256));
  if (blob && blob->position == position) TRY_VOID(drop_blob(work, sha256));
  if (std::ranges::find(work.erase, position) == work.erase.end()) work.erase.push_back(position);
  return {};
}

// Also what was made of the entry for others: with fewer objects, or without some fields.
Result<void> let_go(Work& work, std::uint64_t position) {
  TRY(bool waited, is_waited_for(work, position));
  if (waited) {
    look_later(work, position);
    return {};
  }
  TRY(auto spread, spread_of(work.rows, position));
  for (const Spread& each : spread) {
    TRY(auto blob, find_blob(work.rows, each.row.blob));
    if (blob && blob->position != position) TRY_VOID(erase_bytes(work, blob->position));
  }
  return erase_bytes(work, position);
}

}  // namespace

json::Value to_json(const RecallRow& row) {
  return json::Object{{"ours", row.ours},
                      {"member", to_hex(row.member)},
                      {"why", row.why},
                      {"at", to_text(row.at)}};
}

Result<RecallRow> recall_row_from_json(const json::Value& value) {
  RecallRow row;
  json::Reader in(value);
  row.ours = in.boolean_or("ours", false);
  row.member = in.fixed<MemberTag>("member");
  row.why = in.text("why");
  row.at = in.instant("at");
  TRY_VOID(in.finish());
  return row;
}

Result<Recalled> recall_objects(Work& work, const alert::Recall& recall,
                                const std::string& officer) {
  Recalled done;
  std::map<std::string, Told> told;
  for (const std::string& id : recall.objects) {
    TRY(auto ours, find_ours(work, id));
    TRY_VOID(add_told(work, id, told[id]));
    for (const Held& held : ours) {
      // Of what is not ours there is nothing to sign: it is dropped.
      std::optional<std::string> next;
      if (held.last.kind.ours()) {
        TRY(next, revoked_version(work, held.last));
      }
      if (next) {
        TRY_VOID(tell_revoked(work, held, *next, officer));
        ++done.revoked;
      } else if (!held.last.revoked) {
        TRY(auto dropped, drop_versions(work, held.collection.id, id,
                                        [](const HeldObject& row) { return !row.kind.from; }));
        done.dropped += dropped.size();
      }
    }
  }
  work.end_part();
  // Those whom the new version is on its way to hear of the recall behind it.
  for (auto& [id, members] : told) TRY_VOID(add_told(work, id, members));
  TRY(done.members, ask_all(work, told, recall.why, officer));
  return done;
}

Result<void> tell_revocations(Work& work, const Collection& collection, const Taken& taken,
                              const std::string& officer) {
  for (const HeldObject& each : taken.fresh) {
    if (!each.revoked) continue;
    Told told;
    TRY_VOID(add_told_by_its_giver(work, each, told));
    std::map<std::string, std::set<MemberId>> by_theirs;
    for (const auto& [member, telling] : told) by_theirs[telling.theirs].insert(member);
    std::vector<HeldObject> one{each};
    // Who was told of a sighting of ours, by whatever rule, may hear that it is no more.
    one.front().kind.bound = false;
    for (auto& [theirs, members] : by_theirs) {
      using enum alert::Share::Verb;
      TRY(Pushed pushed, push(work, {.collection = collection,
                                     .objects = one,
                                     .to = std::move(members),
                                     .law_enforcement = true,
                                     .verb = theirs.empty() ? share : sighting,
                                     .theirs = theirs,
                                     .actor = officer}));
    }
  }
  return {};
}

Result<std::uint64_t> drop_objects(Work& work, const std::vector<std::string>& objects) {
  std::uint64_t dropped = 0;
  TRY(auto collections, all_collections(work.rows));
  for (const std::string& id : objects) {
    std::uint64_t before = dropped;
    for (const Collection& each : collections) {
      TRY(auto gone, drop_versions(work, each.id, id, [](const HeldObject&) { return true; }));
      dropped += gone.size();
    }
    if (dropped == before) return fail(Code::not_found, "no collection holds this object", id);
  }
  return dropped;
}

namespace {

// What others who told us the same had recalled before: its bytes were still said here then.
Result<void> add_recalled_before(Work& work, const std::string& id,
                                 std::set<std::uint64_t>& places) {
  std::set<MemberId> recalled_by;
  TRY_VOID(work.rows.scan(Space::recall, id + "/",
                          [&](const std::string&, const json::Value& row) -> Result<Overlay::Walk> {
                            TRY(RecallRow recall, recall_row_from_json(row));
                            if (!recall.ours) recalled_by.insert(recall.member);
                            return Overlay::Walk::on;
                          }));
  if (recalled_by.empty()) return {};
  TRY(auto dropped, dropped_places_of(work.rows, id));
  for (std::uint64_t position : dropped) {
    TRY(auto spread, spread_of(work.rows, position));
    for (const Spread& each : spread)
      if (each.row.way == Way::in && recalled_by.contains(each.member) && speaks_of(each.row, id))
        places.insert(position);
  }
  return {};
}

// Whom we told of what this member gave and our people have dropped since, save those who were
// asked before: members that told each other in a circle would ask each other for ever.
Result<void> add_told_and_not_asked(Work& work, const std::string& collection,
                                    const std::string& id, const MemberId& giver, Told& told) {
  Told all;
  TRY_VOID(add_told_of_dropped(work, collection, id, giver, all));
  TRY_VOID(work.rows.scan(Space::recall, id + "/",
                          [&](const std::string&, const json::Value& row) -> Result<Overlay::Walk> {
                            TRY(RecallRow recall, recall_row_from_json(row));
                            if (recall.ours) all.erase(recall.member);
                            return Overlay::Walk::on;
                          }));
  for (auto& [member, telling] : all) told.emplace(member, std::move(telling));
  return {};
}

}  // namespace

Result<void> take_recall(Work& work, const act::Act& act, const alert::Recall& recall,
                         json::Object& about) {
  std::map<std::string, Told> told;
  std::set<std::uint64_t> places;
  std::uint64_t dropped = 0;
  TRY(auto collections, all_collections(work.rows));
  for (const std::string& id : recall.objects) {
    Told theirs;
    for (const Collection& each : collections) {
      // A version that says itself that it is revoked stays, so that whoever polls learns of it.
      TRY(auto gone, drop_versions(work, each.id, id, [&](const HeldObject& row) {
            return row.kind.from == act.from && !row.revoked;
          }));
      dropped += gone.size();
      // Whom we told of what is dropped: of what others say under this id nothing is taken back.
      for (const HeldObject& row : gone) {
        places.insert(row.position);
        TRY_VOID(add_told_of(work, row.position, id, theirs, &each.id));
      }
      TRY_VOID(add_told_and_not_asked(work, each.id, id, act.from, theirs));
    }
    if (!theirs.empty()) told[id] = std::move(theirs);
    TRY_VOID(add_recalled_before(work, id, places));
    work.rows.put(
        Space::recall, id + "/" + to_text(act.id),
        to_json(RecallRow{.ours = false, .member = act.from, .why = recall.why, .at = work.now}));
  }
  about["dropped"] = dropped;
  for (std::uint64_t position : places) TRY_VOID(let_go(work, position));
  TRY(auto asked, ask_all(work, told, recall.why, ""));
  return {};
}

Result<void> fire_recalled(Work& work, const std::string& subject) {
  std::uint64_t position = 0;
  auto [end, error] = std::from_chars(subject.data(), subject.data() + subject.size(), position);
  if (error != std::errc() || end != subject.data() + subject.size())
    return fail(Code::corrupt, "a timer has no position", subject);
  return let_go(work, position);
}

}  // namespace comity::node
