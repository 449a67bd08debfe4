#include "node/bell.h"

#include <algorithm>

#include "json/reader.h"
#include "node/doors.h"

namespace comity::node {
namespace {

constexpr std::int64_t count_max = (std::int64_t{1} << 53) - 1;

bool is_for(const RosterStep& step, const Ringing& alarm) {
  return alarm.severity == Least::alarm || step.severity == Least::warn;
}

std::optional<std::size_t> first_for(std::span<const RosterStep> roster, const Ringing& alarm,
                                     std::size_t from) {
  for (std::size_t i = from; i < roster.size(); ++i)
    if (is_for(roster[i], alarm)) return i;
  return std::nullopt;
}

}  // namespace

json::Value to_json(const RingRow& row) {
  return json::Object{{"raised", to_text(row.raised)},
                      {"step", row.step},
                      {"times", row.times},
                      {"at", to_text(row.at)},
                      {"outcome", row.outcome}};
}

Result<RingRow> ring_row_from_json(const json::Value& value) {
  json::Reader in(value);
  RingRow row;
  row.raised = in.instant("raised");
  row.step = static_cast<std::uint64_t>(in.integer("step", 0, count_max));
  row.times = static_cast<std::uint64_t>(in.integer("times", 0, count_max));
  row.at = in.instant("at");
  row.outcome = in.text("outcome", limits::ring_outcome_bytes_max);
  TRY_VOID(in.finish());
  return row;
}

Result<Ringing> ringing_from_row(const json::Value& alarm) {
  auto text = [&](const char* name) -> std::string_view {
    const json::Value* value = alarm.find(name);
    return value && value->as_string() ? *value->as_string() : std::string_view();
  };
  auto raised = instant_from_text(text("at"));
  if (!raised) return fail(Code::corrupt, "an alarm's row has no time");
  return Ringing{*raised, text("severity") == "alarm" ? Least::alarm : Least::warn,
                 alarm.find("acknowledged_at") != nullptr};
}

std::optional<Call> next_call(std::span<const RosterStep> roster, const Ringing& alarm,
                              const std::optional<RingRow>& rung, Instant now) {
  if (alarm.acknowledged) return std::nullopt;
  auto first = first_for(roster, alarm, 0);
  if (!first) return std::nullopt;
  Call call{*first, {}};
  Instant from = alarm.raised;
  Millis wait = roster[*first].after;
  if (rung && rung->raised == alarm.raised) {
    from = rung->at;
    wait = limits::ring_again;
    auto next = rung->step < roster.size() ? first_for(roster, alarm, rung->step + 1)
                                           : std::nullopt;  // of a longer roster than today's
    if (next) {
      call.step = *next;
      wait = std::max(Millis{0}, roster[*next].after - roster[rung->step].after);
    }
    if (!rung->outcome.empty()) wait = std::min<Millis>(wait, limits::ring_after_failure);
  }
  call.due = now < from - limits::ring_clock_slack ? now : from + wait;
  return call;
}

RingRow rung(const std::optional<RingRow>& before, const AlarmRung& ring, Instant now) {
  std::uint64_t times = before && before->raised == ring.raised ? before->times + 1 : 1;
  return {ring.raised, ring.step, times, now,
          ring.outcome.substr(0, limits::ring_outcome_bytes_max)};
}

// What was acknowledged, erased or raised anew while its hook ran is not noted: nothing waits for
// it.
Result<void> note_ring(Work& work, const AlarmRung& in) {
  TRY(auto row, work.rows.get(Space::alarm, in.alarm));
  if (!row) return {};
  TRY(Ringing alarm, ringing_from_row(*row));
  if (alarm.acknowledged || alarm.raised != in.raised) return {};
  TRY(auto held, work.rows.get(Space::ring, in.alarm));
  std::optional<RingRow> before;
  if (held) {
    TRY(before, ring_row_from_json(*held));
  }
  work.rows.put(Space::ring, in.alarm, to_json(rung(before, in, work.now)));
  return {};
}

Result<void> clear_alarm(Work& work, const std::string& key) {
  for (Space space : {Space::alarm, Space::ring}) {
    TRY(auto row, work.rows.get(space, key));
    if (row) work.rows.erase(space, key);
  }
  return {};
}

}  // namespace comity::node
