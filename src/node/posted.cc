// What is posted over TAXII.
#include <algorithm>

#include "base/limits_alert.h"
#include "node/alert_acts.h"
#include "node/doors.h"
#include "node/push.h"
#include "node/recall.h"

namespace comity::node {
namespace {

// Their ids begin with the time, so that the oldest come first. Of each POST a few go, so that few
// have to be read: one of a hundred objects has 15 KB.
Result<void> forget_old_statuses(Work& work) {
  constexpr std::size_t at_once = 2;
  TRY(auto oldest, work.rows.below().scan(Space::taxii_status, "", "", at_once));
  for (KeyedRow& each : oldest) {
    TRY(json::Value row, json::parse(each.row.value, {.bytes_max = limits::alert_act_bytes_max}));
    const json::Value* at = row.find("request_timestamp");
    if (!at || !at->as_string()) return fail(Code::corrupt, "a status has its time", each.key);
    TRY(Instant asked, instant_from_text(*at->as_string()));
    if (asked + limits::taxii_status_kept > work.now) return {};
    work.rows.erase(Space::taxii_status, std::move(each.key));
  }
  return {};
}

Result<void> refuse_outsider(const Collection& collection, const TaxiiUser& user) {
  if (is_inside(collection, user)) return {};
  return fail(Code::not_allowed, "this user is not in the circle of this collection");
}

// Who is not of our organisation deletes what it brought itself, and nothing else.
Result<void> refuse_others(Work& work, const Collection& collection, const TaxiiUser& user,
                           const std::string& object) {
  if (user.standing == alert::Standing::own) return {};
  TRY(auto held, held_versions(work.rows, collection.id, object));
  bool all_its_own = std::ranges::all_of(held, [&](const HeldObject& each) {
    return user.standing == alert::Standing::client ? each.kind.client == user.name
                                                    : each.kind.from == user.member;
  });
  if (all_its_own) return {};
  return fail(Code::not_allowed, "somebody else brought this object, who alone deletes it");
}

}  // namespace

Result<void> post_objects(Work& work, const ObjectsPosted& in) {
  TRY(auto user, find_taxii_user(work.rows, in.user));
  if (!user || !user->write.contains(in.collection))
    return fail(Code::not_allowed, "this user may not write into this collection");
  TRY(Collection collection, load_collection(work.rows, in.collection));
  TRY_VOID(refuse_outsider(collection, *user));
  Giving giving{.by = user->name};
  if (user->standing == alert::Standing::member) giving.from = user->member;
  if (user->standing == alert::Standing::client) giving.client = user->name;
  TRY(Taken taken, take_objects(work, collection, in.envelope, giving));
  TRY_VOID(push_taken(work, collection, taken));
  TRY_VOID(tell_revocations(work, collection, taken));
  TRY_VOID(tell_sightings(work, collection, taken));
  TRY_VOID(forget_old_statuses(work));
  std::string id = uuid_text(make_uuid7(work.now, work.random));
  json::Object status{{"id", id},
                      {"request_timestamp", to_text(work.now)},
                      {"root", collection.root},
                      {"user", in.user},
                      {"successes", to_json(taken.taken)},
                      {"failures", to_json(taken.refused)}};
  work.rows.put(Space::taxii_status, id, status);
  work.reply.body = std::move(status);
  return {};
}

// TAXII 2.1, 5.7: whoever deletes needs to read and to write.
Result<void> delete_posted(Work& work, const ObjectsDeleted& in) {
  TRY(auto user, find_taxii_user(work.rows, in.user));
  if (!user || !user->write.contains(in.collection) || !user->read.contains(in.collection))
    return fail(Code::not_allowed, "this user may not delete from this collection");
  TRY(Collection collection, load_collection(work.rows, in.collection));
  TRY_VOID(refuse_outsider(collection, *user));
  TRY_VOID(refuse_others(work, collection, *user, in.object));
  TRY(std::size_t gone,
      delete_objects(work, collection, {in.object, in.versions, in.specs}, user->name));
  work.reply.body = json::Object{{"deleted", static_cast<std::uint64_t>(gone)}};
  return {};
}

}  // namespace comity::node
