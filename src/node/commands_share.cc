// What officers say of alerts that travel: whom to tell, and where to put what partners tell.
#include <algorithm>

#include "base/limits_alert.h"
#include "base/limits_push.h"
#include "member/plain.h"
#include "node/alert_acts.h"
#include "node/commands.h"
#include "node/push.h"
#include "node/recall.h"

namespace comity::node {
namespace {

// The last version of each object.
Result<std::vector<HeldObject>> last_versions(Work& work, const Collection& collection,
                                              const std::vector<std::string>& ids) {
  std::vector<HeldObject> objects;
  for (const std::string& id : ids) {
    TRY(auto object, last_version(work.rows, collection.id, id));
    if (!object) return fail(Code::not_found, "the collection does not hold this object", id);
    objects.push_back(*std::move(object));
  }
  return objects;
}

// Says again, or to somebody in particular, what a collection holds.
Result<void> share(Work& work, const Order& order, json::Reader& args, std::uint64_t) {
  std::string id = args.text("collection");
  std::vector<std::string> ids = args.texts("objects", limits::taxii_envelope_objects_max);
  std::optional<std::set<MemberId>> to;
  if (args.has("to")) to.emplace();
  for (const std::string& each : args.texts_or_none("to", limits::circle_members_max)) {
    TRY(MemberId member, member_id_from_text(each));
    TRY(PartnerPtr partner, know_partner(work.rows, member));
    if (partner->member.state != member::State::paired)
      return fail(Code::not_paired, partner->member.nickname + " is not paired with this node");
    to->insert(member);
  }
  bool urgent = args.boolean_or("urgent", false);
  bool law_enforcement = args.boolean_or("law_enforcement", false);
  bool despite_warnings = args.boolean_or("despite_warnings", false);
  TRY_VOID(args.finish());
  TRY(Collection collection, load_collection(work.rows, id));
  if (!to && collection.circle.members.empty())
    return fail(Code::bad_value,
                "nobody is in the circle of this collection; name somebody: --to PARTNER");
  TRY(auto objects, last_versions(work, collection, ids));
  TRY(Pushed pushed, push(work, {.collection = collection,
                                 .objects = objects,
                                 .to = std::move(to),
                                 .law_enforcement = law_enforcement,
                                 .lane = urgent ? std::optional(act::Lane::urgent) : std::nullopt,
                                 .actor = order.officer,
                                 .despite_warnings = despite_warnings}));
  json::Object answer = to_json(pushed);
  answer["collection"] = id;
  answer["objects"] = static_cast<std::uint64_t>(objects.size());
  work.reply.body = std::move(answer);
  return {};
}

// From now on what a partner shares from that collection of theirs goes into this one of ours.
Result<void> subscribe(Work& work, const Order&, json::Reader& args, std::uint64_t) {
  MemberId member = args.fixed<MemberTag>("member");
  std::string theirs = args.text("theirs", 36);
  Subscription row;
  row.collection = args.text_or("collection", "");
  row.sightings = args.boolean_or("sightings", false);
  TRY_VOID(args.finish());
  TRY_VOID(know_partner(work.rows, member));
  if (!alert::is_uuid(theirs))
    return fail(Code::bad_value, "a collection's id is a UUID; see: comity alert subscriptions",
                "/args/theirs");
  std::string key = subscription_key(member, theirs);
  TRY(auto before, work.rows.get(Space::subscription, key));
  if (before) {
    TRY(Subscription known, subscription_from_json(*before));
    row.title = known.title;
  }
  work.reply.body = json::Object{{"member", to_hex(member)},
                                 {"theirs", theirs},
                                 {"collection", row.collection},
                                 {"sightings", row.sightings}};
  if (!row.collection.empty()) TRY_VOID(load_collection(work.rows, row.collection));
  work.rows.put(Space::subscription, key, to_json(row));
  return {};
}

Result<void> recall(Work& work, const Order& order, json::Reader& args, std::uint64_t) {
  alert::Recall wanted;
  wanted.objects = args.texts("objects", limits::recall_objects_max);
  wanted.why = args.text("why", limits::request_line_bytes_max);
  TRY_VOID(args.finish());
  TRY_VOID(member::check_plain(wanted.why, "/args/why", limits::request_line_bytes_max));
  TRY(Recalled done, recall_objects(work, wanted, order.officer));
  json::Array asked;
  for (const MemberId& each : done.members) asked.push_back(to_hex(each));
  work.reply.body =
      json::Object{{"revoked", done.revoked}, {"dropped", done.dropped}, {"asked", asked}};
  return {};
}

// A partner's mistake, say: it is seen here no more, and nobody else is asked anything.
Result<void> drop(Work& work, const Order&, json::Reader& args, std::uint64_t) {
  auto objects = args.texts("objects", limits::recall_objects_max);
  std::string why = args.text("why", limits::request_line_bytes_max);
  TRY_VOID(args.finish());
  TRY_VOID(member::check_plain(why, "/args/why", limits::request_line_bytes_max));
  TRY(std::uint64_t dropped, drop_objects(work, objects));
  work.reply.body = json::Object{{"dropped", dropped}};
  return {};
}

}  // namespace

CarryOut share_command(std::string_view name) {
  if (name == "alert.share") return share;
  if (name == "alert.subscribe") return subscribe;
  if (name == "alert.recall") return recall;
  if (name == "alert.drop") return drop;
  return nullptr;
}

}  // namespace comity::node
