// Alerts that a key of ours had signed which is revoked by now.
#include "alert/audience.h"
#include "node/alert_acts.h"
#include "node/blobs.h"
#include "node/outgoing.h"
#include "node/recall.h"
#include "node/roads.h"
#include "node/rows.h"
#include "stix/object.h"
#include "stix/split.h"

namespace comity::node {
namespace {

Result<bool> was_recalled(Work& work, const MemberId& from, const std::string& id) {
  bool found = false;
  TRY_VOID(work.rows.scan(Space::recall, id + "/",
                          [&](const std::string&, const json::Value& row) -> Result<Overlay::Walk> {
                            TRY(RecallRow recall, recall_row_from_json(row));
                            found |= recall.ours && recall.member == from;
                            return Overlay::Walk::on;
                          }));
  return found;
}

// What was recalled since must not come behind its recall; only the version that says so may.
Result<bool> holds_recalled(Work& work, const MemberId& to, const std::vector<Hash>& blobs) {
  for (const Hash& sha256 : blobs) {
    TRY(std::string bytes, load_blob(work.rows.below(), sha256));
    TRY(stix::Split split, stix::split_objects(bytes));
    for (std::string_view text : split.objects) {
      stix::Reading reading = stix::read_object(text);
      if (!reading.object || reading.object->revoked) continue;
      TRY(bool recalled, was_recalled(work, to, reading.object->id));
      if (recalled) return true;
    }
  }
  return false;
}

// The circle and the objects may have changed since it was said.
Result<std::string> why_not_again(Work& work, const act::Act& before, const alert::Share& share,
                                  const std::vector<Hash>& blobs) {
  TRY(bool recalled, holds_recalled(work, before.to, blobs));
  if (recalled) return std::string("some of it was recalled since");
  if (share.verb == alert::Share::Verb::sighting) return std::string();
  auto collection = load_collection(work.rows, share.collection);
  auto tlp = stix::tlp_from_name(before.handling.tlp);
  if (!collection || !tlp) return std::string("its collection is gone");
  TRY(alert::Reader reader, reader_of_member(work.rows, before.to, work.context.jurisdiction));
  TRY_VOID(judge_roads(work.rows, here(work.context, work.now), *collection, reader));
  alert::Marked marked{.tlp = *tlp, .ours = true};
  if (before.route) marked.personal = stix::personal_any;
  switch (may_see(reader, marked, collection->circle)) {
    case alert::Verdict::shown:
      return std::string();
    case alert::Verdict::no_road:
      return std::string("no lawful road is open for the personal data in it");
    default:
      return std::string("the member is not in the circle of its collection");
  }
}

Result<void> note_recall_again(Work& work, const alert::Recall& recall, const ActId& before,
                               const ActId& now) {
  for (const std::string& id : recall.objects) {
    std::string key = id + "/" + to_text(before);
    TRY(auto row, work.rows.get(Space::recall, key));
    if (row) work.rows.put(Space::recall, id + "/" + to_text(now), *row);
    work.rows.erase(Space::recall, std::move(key));
  }
  return {};
}

// The law of today is asked, not that of the day on which it was first said.
Result<void> take_road_again(Work& work, const act::Act& before, const alert::Body& body,
                             Proposal& proposal) {
  const auto* share = std::get_if<alert::Share>(&body);
  if (!share || !before.route) return {};
  TRY(Collection collection, load_collection(work.rows, share->collection));
  return take_road(work, collection, stix::personal_any, proposal);
}

Result<void> say_again(Work& work, const act::Act& before, const std::vector<Hash>& blobs,
                       const alert::Body& body) {
  const auto* recall = std::get_if<alert::Recall>(&body);
  Proposal proposal;
  act::Act& act = proposal.act;
  act.kind = before.kind;
  act.from = before.from;
  act.to = before.to;
  act.lane = before.lane;
  act.handling = before.handling;
  act.body = before.body;
  TRY_VOID(take_road_again(work, before, body, proposal));
  TRY(Permit permit, law_door(work, std::move(proposal)));
  Instant expires = recall ? work.now + never_expires : work.now + act_life;
  TRY(Posted posted,
      post(work, std::move(permit),
           {.expires = expires, .actor = "", .reissues = before.id, .blobs = blobs}));
  std::string key = act_key(work.context.self, before.id);
  TRY(auto held, work.rows.get(Space::act, key));
  TRY(ActRow row, act_row_from_json(*held));
  row.reissued = posted.act.id;
  work.rows.put(Space::act, std::move(key), to_json(row));
  if (recall) TRY_VOID(note_recall_again(work, *recall, before.id, posted.act.id));
  return {};
}

}  // namespace

Result<std::string> tell_alert_again(Work& work, const act::Act& before,
                                     const std::vector<Hash>& blobs) {
  TRY(alert::Body body, alert::body_from_json(before.body));
  if (const auto* share = std::get_if<alert::Share>(&body)) {
    TRY(std::string why, why_not_again(work, before, *share, blobs));
    if (!why.empty()) return why;
  }
  auto said = work.try_out([&] { return say_again(work, before, blobs, body); });
  if (said) return std::string();
  Code code = said.error().code;
  if (code != Code::busy && code != Code::not_signing) return std::unexpected(said.error());
  return said.error().what;
}

}  // namespace comity::node
