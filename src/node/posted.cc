// What is posted over TAXII.
#include "base/limits_alert.h"
#include "node/alert_acts.h"
#include "node/doors.h"
#include "node/push.h"

namespace comity::node {
namespace {

// Their ids begin with the time, so that the oldest come first.
Result<void> forget_old_statuses(Work& work) {
  std::vector<std::string> old;
  constexpr std::size_t at_once = 16;
  TRY_VOID(
      work.rows.scan(Space::taxii_status, "",
                     [&](const std::string& key, const json::Value& row) -> Result<Overlay::Walk> {
                       const json::Value* at = row.find("request_timestamp");
                       if (!at || !at->as_string())
                         return fail(Code::corrupt, "a status has its time", key);
                       TRY(Instant asked, instant_from_text(*at->as_string()));
                       if (asked + limits::taxii_status_kept > work.now || old.size() == at_once)
                         return Overlay::Walk::stop;
                       old.push_back(key);
                       return Overlay::Walk::on;
                     }));
  for (std::string& key : old) work.rows.erase(Space::taxii_status, std::move(key));
  return {};
}

}  // namespace

Result<void> post_objects(Work& work, const ObjectsPosted& in) {
  TRY(auto user, find_taxii_user(work.rows, in.user));
  if (!user || !user->write.contains(in.collection))
    return fail(Code::not_allowed, "this user may not write into this collection");
  TRY(Collection collection, load_collection(work.rows, in.collection));
  std::optional<MemberId> from;
  if (user->standing == alert::Standing::member) from = user->member;
  TRY(Taken taken, take_objects(work, collection, in.envelope, {.by = user->name, .from = from}));
  TRY_VOID(push_taken(work, collection, taken));
  if (!from) TRY_VOID(tell_sightings(work, collection, taken));
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
  TRY(std::size_t gone,
      delete_objects(work, collection, {in.object, in.versions, in.specs}, user->name));
  work.reply.body = json::Object{{"deleted", static_cast<std::uint64_t>(gone)}};
  return {};
}

}  // namespace comity::node
