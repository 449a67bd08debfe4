// What time alone does: deadlines of conversations, acts that could not be delivered, ceremonies that ran out.
#include "base/check.h"
#include "json/reader.h"
#include "member/pairing.h"
#include "node/conversations.h"
#include "node/doors.h"
#include "node/outgoing.h"
#include "node/rows.h"

namespace comity::node {
namespace {

constexpr std::size_t fired_per_step_max = 64;  // the rest follows with the next tick

struct Due {
  std::string key, subject, name;
  json::Value row;
};

Result<std::vector<Due>> due_timers(Work& work) {
  std::vector<Due> due;
  TRY_VOID(work.rows.scan(Space::timer, "", [&](const std::string& key, const json::Value& row) -> Result<Overlay::Walk> {
    if (timer_due(key) > work.now || due.size() == fired_per_step_max) return Overlay::Walk::stop;
    std::size_t first = key.find('/'), second = key.find('/', first + 1);
    due.push_back({key, key.substr(first + 1, second - first - 1), key.substr(second + 1), row});
    return Overlay::Walk::on;
  }));
  return due;
}

Result<void> expire_act(Work& work, const json::Value& row) {
  json::Reader in(row);
  ActId act = in.id<ActId>("act");
  MemberId to = in.fixed<MemberTag>("to");
  TRY_VOID(in.finish());
  return post_void(work, to, act);
}

Result<void> expire_ceremony(Work& work, const std::string& id) {
  TRY(auto row, work.rows.get(Space::pairing, id));
  if (!row) return {};
  const json::Value* held = row->find("ceremony");
  check(held != nullptr, "a pairing row has its ceremony");
  TRY(auto ceremony, member::ceremony_from_json(*held));
  json::Object next = *row->as_object();
  next["ceremony"] = member::to_json(member::expire(ceremony, work.now));
  next["pending"] = "";
  work.rows.put(Space::pairing, id, next);
  return {};
}

}  // namespace

Result<void> tick(Work& work) {
  TRY(auto due, due_timers(work));
  for (const Due& timer : due) {
    bool conversation = !timer.name.starts_with("undelivered:") && timer.name != "pairing";
    work.rows.erase(Space::timer, timer.key);
    TRY_VOID(work.record({EntryType::timer, "", conversation ? timer.subject : "",
                          {{"name", timer.name}, {"due", to_text(timer_due(timer.key))}}, ""}));
    if (timer.name.starts_with("undelivered:")) {
      TRY_VOID(expire_act(work, timer.row));
    } else if (timer.name == "pairing") {
      TRY_VOID(expire_ceremony(work, timer.subject));
    } else {
      TRY_VOID(fire_timer(work, timer.subject, timer.name));
    }
  }
  return {};
}

}  // namespace comity::node
