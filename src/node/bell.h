#pragma once
// Whom an alarm wakes, and when: the roster is gone through step by step until somebody
// acknowledges, and begun again after the last. Pure: the clock is an argument, the hooks are
// app/bell.h.
//
// Each wait counts from the step before it, as it was rung, and never from the alarm: so a node
// that was down, or whose clock was set forward, goes on with the next step alone instead of all at
// once. A clock set back would stretch a wait by the jump; where the last ring lies in the future,
// the next step is due at once, and its own time mends the row.
#include <optional>
#include <span>
#include <string>

#include "base/limits_bell.h"
#include "json/value.h"
#include "node/work.h"

namespace comity::node {

enum class Least { warn, alarm };  // the least severity that a step is for

struct RosterStep {
  Millis after{};  // from the alarm, when nobody acknowledges; ascending along the roster
  Least severity = Least::alarm;
};

// Space::ring, by the alarm's key: how far along the roster its alarm has come. Not rebuilt.
struct RingRow {
  Instant raised;           // the alarm's own time: of another one, the row says nothing
  std::uint64_t step = 0;   // the last that was run, from 0
  std::uint64_t times = 0;  // steps run since it was raised
  Instant at;               // when that last one was
  std::string outcome;      // of it: empty when it went well
  friend bool operator==(const RingRow&, const RingRow&) = default;
};
[[nodiscard]] json::Value to_json(const RingRow& row);
[[nodiscard]] Result<RingRow> ring_row_from_json(const json::Value& value);

// What the schedule needs to know of an alarm's row.
struct Ringing {
  Instant raised;
  Least severity = Least::warn;
  bool acknowledged = false;
};
// Code::corrupt when the row is no alarm's.
[[nodiscard]] Result<Ringing> ringing_from_row(const json::Value& alarm);

struct Call {
  std::size_t step = 0;  // of the roster
  Instant due;           // not above `now`: at once
  friend bool operator==(const Call&, const Call&) = default;
};
// The next step to run; none when it was acknowledged, or when no step is for it.
[[nodiscard]] std::optional<Call> next_call(std::span<const RosterStep> roster,
                                            const Ringing& alarm,
                                            const std::optional<RingRow>& rung, Instant now);
// The row once `step` was run.
[[nodiscard]] RingRow rung(const std::optional<RingRow>& before, const AlarmRung& ring,
                           Instant now);

// Of this room: an alarm that is over by itself goes, and what it has rung.
[[nodiscard]] Result<void> clear_alarm(Work& work, const std::string& key);

}  // namespace comity::node
