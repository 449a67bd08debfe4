#include "request/clock.h"

#include <algorithm>

namespace comity::request {
namespace {

std::string warning_name(Days before) {
  return "lapse_in_" + std::to_string(before.count()) + "_days";
}

bool has_lapsed(const State& state, const std::string& target) {
  return std::ranges::find(state.lapsed, target) != state.lapsed.end();
}

std::map<std::string, Instant> wanted(const State& state) {
  std::map<std::string, Instant> timers;
  if (is_closed(state.phase)) return timers;
  if (state.answer_due && !state.pause) timers["answer_due"] = *state.answer_due;
  auto lapse = next_lapse(state);
  if (!lapse) return timers;
  timers["lapse"] = *lapse;
  for (Days before : lapse_warnings) timers[warning_name(before)] = *lapse - before;
  return timers;
}

}  // namespace

std::optional<Instant> next_lapse(const State& state) {
  std::optional<Instant> first;
  for (const TargetMark& mark : state.targets) {
    if (mark.status != TargetStatus::preserved || has_lapsed(state, mark.target)) continue;
    if (!first || *mark.preserved_until < *first) first = mark.preserved_until;
  }
  return first;
}

void run_answer_clock(State& state, const Facts& facts, const Rules* rules, Instant recorded_at) {
  if (rules && rules->answer_within && !state.answer_due && state.other.empty() &&
      state.opener.size() == 1)
    state.answer_due = recorded_at + *rules->answer_within;
  if (!state.answer_due) return;
  if (is_closed(state.phase) || !facts.any(TargetStatus::awaiting)) {
    state.answer_due.reset();
    state.pause.reset();
    return;
  }

  // A clock pauses only for a stated reason and by an act: a query that says so, until its reply.
  const Event* pausing = nullptr;
  for (const Event* query : facts.queries_of_other)
    if (query->flag && facts.open_query(Side::other, query->act)) {
      pausing = query;
      break;
    }
  if (pausing && !state.pause) state.pause = Pause{pausing->act, recorded_at};
  if (pausing || !state.pause) return;
  state.answer_due = *state.answer_due + std::max(Millis{0}, recorded_at - state.pause->from);
  state.pause.reset();
}

std::vector<TimerChange> settle_timers(const std::map<std::string, Instant>& before, State& next,
                                       Instant now) {
  std::erase_if(next.fired, [&](const auto& each) { return each.second > now; });
  std::erase_if(next.lapsed, [&](const std::string& target) {
    auto mark = std::ranges::find(next.targets, target, &TargetMark::target);
    return mark == next.targets.end() || mark->status != TargetStatus::preserved ||
           *mark->preserved_until > now;
  });

  next.timers = wanted(next);
  std::erase_if(next.timers, [&](const auto& each) {
    auto fired = next.fired.find(each.first);
    return fired != next.fired.end() && fired->second == each.second;
  });

  std::vector<TimerChange> changes;
  for (const auto& [name, due] : before)
    if (!next.timers.contains(name)) changes.push_back({name, due, std::nullopt});
  for (const auto& [name, due] : next.timers) {
    auto was = before.find(name);
    if (was == before.end())
      changes.push_back({name, std::nullopt, due});
    else if (was->second != due)
      changes.push_back({name, was->second, due});
  }
  return changes;
}

}  // namespace comity::request
