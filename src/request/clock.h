#pragma once
// The timers that a state needs. Due times are absolute; nothing here counts ticks. Private to this
// room.
#include "request/facts.h"

namespace comity::request {

// Starts, pauses, resumes and ends the provision's clock for the answer, by our recorded times.
void run_answer_clock(State& state, const Facts& facts, const Rules* rules, Instant recorded_at);

// Brings `next.timers` to what the state needs and returns what changed against `before`. Forgets
// marks and firings that lie in the future of `now`: they were made by a clock that has since been
// set back.
[[nodiscard]] std::vector<TimerChange> settle_timers(const std::map<std::string, Instant>& before,
                                                     State& next, Instant now);

// The earliest preserved_until among the targets that are preserved and have not lapsed on our
// clock.
[[nodiscard]] std::optional<Instant> next_lapse(const State& state);

}  // namespace comity::request
