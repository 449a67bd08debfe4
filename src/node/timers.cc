// What time alone does: deadlines of conversations, acts that could not be delivered, ceremonies
// that ran out.
#include "json/reader.h"
#include "node/conversations.h"
#include "node/doors.h"
#include "node/law_acts.h"
#include "node/outgoing.h"
#include "node/pairing.h"
#include "node/recall.h"
#include "node/reissue.h"
#include "node/review.h"
#include "node/rows.h"
#include "node/unwitnessed.h"

namespace comity::node {
namespace {

constexpr std::size_t fired_per_step_max = 64;  // the rest follows with the next tick

struct Due {
  std::string key, subject, name;
  json::Value row;
};

Result<std::vector<Due>> due_timers(Work& work) {
  std::vector<Due> due;
  TRY_VOID(
      work.rows.scan(Space::timer, "",
                     [&](const std::string& key, const json::Value& row) -> Result<Overlay::Walk> {
                       if (timer_due(key) > work.now || due.size() == fired_per_step_max)
                         return Overlay::Walk::stop;
                       if (timer_due(key) == Instant{}) {
                         TRY(bool waits, still_waits(row, work.now));
                         if (waits) return Overlay::Walk::on;
                       }
                       std::size_t first = key.find('/'), second = key.find('/', first + 1);
                       due.push_back({key, key.substr(first + 1, second - first - 1),
                                      key.substr(second + 1), row});
                       return Overlay::Walk::on;
                     }));
  return due;
}

std::string due_text(const Due& timer) {
  const json::Value* until = timer.row.find("until");
  return until ? *until->as_string() : to_text(timer_due(timer.key));
}

Result<void> expire_act(Work& work, const json::Value& row) {
  json::Reader in(row);
  ActId act = in.id<ActId>("act");
  MemberId to = in.fixed<MemberTag>("to");
  TRY_VOID(in.finish());
  TRY_VOID(post_void(work, to, act, Voided::expired));
  return lapse_reissue(work, act);
}

// A verdict of ours that is on its way must not be undone by a slow line: it has
// limits::pairing_confirm_grace more.
Result<void> expire_ceremony(Work& work, const std::string& id, Instant due) {
  TRY(auto held, work.rows.get(Space::pairing, id));
  if (!held) return {};
  TRY(PairingRow row, pairing_row_from_json(*held));
  row.ceremony = member::expire(row.ceremony, work.now);
  Instant last = row.ceremony.invitation.expires + limits::pairing_confirm_grace;
  if (row.ceremony.stage != member::Stage::ended && due < last) {
    work.rows.put(Space::timer, timer_key(last, id, "pairing"), json::Object{});
    return {};
  }
  row.pending.clear();
  work.rows.put(Space::pairing, id, to_json(row));
  return {};
}

}  // namespace

Result<void> tick(Work& work) {
  TRY(bool sweeps, void_revoked(work));
  if (sweeps) return {};  // the rest follows with the next tick
  TRY(auto due, due_timers(work));
  for (const Due& timer : due) {
    bool law = timer.name == law_begins || timer.name == law_to_tell;
    bool recalled = timer.name == recalled_bytes;
    bool conversation = timer.name != "pairing" && !law && !recalled;
    work.rows.erase(Space::timer, timer.key);
    TRY_VOID(work.record({EntryType::timer,
                          "",
                          conversation ? timer.subject : "",
                          {{"name", timer.name}, {"due", due_text(timer)}},
                          ""}));
    if (timer.name.starts_with("undelivered:")) {
      TRY_VOID(expire_act(work, timer.row));
    } else if (timer.name == "pairing") {
      TRY_VOID(expire_ceremony(work, timer.subject, timer_due(timer.key)));
    } else if (is_review_timer(timer.name)) {
      TRY_VOID(fire_review(work, timer.subject, timer.name));
    } else if (recalled) {
      TRY_VOID(fire_recalled(work, timer.subject));
    } else if (law) {
      TRY_VOID(fire_law_timer(work, timer.subject, timer.name));
    } else {
      TRY_VOID(fire_timer(work, timer.subject, timer.name));
    }
    work.end_part();
  }
  return due.empty() ? watch_witnesses(work) : Result<void>{};
}

}  // namespace comity::node
