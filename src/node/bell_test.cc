// Goal: an alarm wakes the roster in order until somebody acknowledges, whatever the clock does.
#include "node/bell.h"

#include <gtest/gtest.h>

#include "node/rebuild.h"
#include "node/testing.h"
#include "store/memory.h"

namespace comity::node {

void PrintTo(const Call& call, std::ostream* out) {
  *out << "step " << call.step << " at " << to_text(call.due);
}

namespace {

using namespace testing;
using namespace std::chrono_literals;

const std::vector<RosterStep> roster{
    {0min, Least::alarm}, {10min, Least::warn}, {30min, Least::alarm}};
const Ringing alarm{noon, Least::alarm, false};
const Ringing warning{noon, Least::warn, false};

RingRow rang(std::uint64_t step, Instant at, std::string outcome = "") {
  return {noon, step, step + 1, at, std::move(outcome)};
}

TEST(Bell, steps_follow_each_other_as_the_roster_says) {
  EXPECT_EQ(next_call(roster, alarm, {}, noon), (Call{0, noon}));
  EXPECT_EQ(next_call(roster, alarm, rang(0, noon), noon), (Call{1, noon + 10min}));
  EXPECT_EQ(next_call(roster, alarm, rang(1, noon + 10min), noon + 11min), (Call{2, noon + 30min}));
  EXPECT_EQ(next_call(roster, alarm, rang(2, noon + 30min), noon + 30min),
            (Call{0, noon + 30min + limits::ring_again}))
      << "after the last it begins again";
}

TEST(Bell, a_warning_wakes_only_who_asked_for_warnings) {
  EXPECT_EQ(next_call(roster, warning, {}, noon), (Call{1, noon + 10min}));
  EXPECT_EQ(next_call(roster, warning, rang(1, noon + 10min), noon + 10min),
            (Call{1, noon + 10min + limits::ring_again}));
  EXPECT_EQ(next_call(std::span(roster).first(1), warning, {}, noon), std::nullopt);
  EXPECT_EQ(next_call({}, alarm, {}, noon), std::nullopt);
}

TEST(Bell, an_acknowledged_alarm_wakes_nobody) {
  Ringing seen = alarm;
  seen.acknowledged = true;
  EXPECT_EQ(next_call(roster, seen, {}, noon), std::nullopt);
  EXPECT_EQ(next_call(roster, seen, rang(1, noon), noon + 1000h), std::nullopt);
}

TEST(Bell, who_could_not_be_reached_is_not_waited_for) {
  EXPECT_EQ(next_call(roster, alarm, rang(0, noon, "exit 1"), noon),
            (Call{1, noon + limits::ring_after_failure}));
  EXPECT_EQ(next_call(roster, alarm, rang(2, noon, "exit 1"), noon),
            (Call{0, noon + limits::ring_after_failure}));
}

TEST(Bell, an_alarm_raised_anew_begins_anew) {
  Ringing again{noon + 1h, Least::alarm, false};
  EXPECT_EQ(next_call(roster, again, rang(2, noon), noon + 1h), (Call{0, noon + 1h}));
  EXPECT_EQ(rung(rang(2, noon), {"k", noon + 1h, 0, ""}, noon + 1h).times, 1U);
  EXPECT_EQ(rung(rang(2, noon), {"k", noon, 0, ""}, noon + 1h).times, 4U);
}

TEST(Bell, of_what_a_hook_said_no_more_is_kept_than_may_be_read_back) {
  RingRow row =
      rung({}, {"k", noon, 0, std::string(limits::ring_outcome_bytes_max + 1, 'x')}, noon);
  EXPECT_EQ(row.outcome.size(), limits::ring_outcome_bytes_max);
  EXPECT_EQ(must(ring_row_from_json(to_json(row))), row);
  row.outcome += "x";
  EXPECT_FALSE(ring_row_from_json(to_json(row)));
}

TEST(Bell, a_roster_that_became_shorter_begins_again) {
  EXPECT_EQ(next_call(std::span(roster).first(2), alarm, rang(2, noon), noon),
            (Call{0, noon + limits::ring_again}));
}

TEST(Bell, a_clock_that_jumps_neither_silences_nor_floods) {
  // Set forward, or down for three days: one step, and the next after its own wait.
  auto late = next_call(roster, alarm, rang(0, noon), noon + 72h);
  EXPECT_EQ(late, (Call{1, noon + 10min}));
  EXPECT_EQ(next_call(roster, alarm, rang(1, noon + 72h), noon + 72h),
            (Call{2, noon + 72h + 20min}));
  // Set back: at once, and then as if nothing had been.
  EXPECT_EQ(next_call(roster, alarm, {}, noon - 72h), (Call{0, noon - 72h}));
  EXPECT_EQ(next_call(roster, alarm, rang(0, noon), noon - 72h), (Call{1, noon - 72h}));
  EXPECT_EQ(next_call(roster, alarm, rang(1, noon - 72h), noon - 72h),
            (Call{2, noon - 72h + 20min}));
  EXPECT_EQ(next_call(roster, alarm, rang(0, noon), noon - limits::ring_clock_slack),
            (Call{1, noon + 10min}));
  EXPECT_EQ(next_call(roster, alarm, rang(0, noon), noon - limits::ring_clock_slack - 1ms),
            (Call{1, noon - limits::ring_clock_slack - 1ms}));
  // A little back, as clocks are set every day: nothing out of turn.
  EXPECT_EQ(next_call(roster, alarm, rang(0, noon), noon - 1min), (Call{1, noon + 10min}));
}

// Any roster, any walk of the clock, any outcomes: steps come in the roster's order, each once a
// round; none after the acknowledgement; and nothing is silent for longer than its longest wait.
TEST(Bell, property_each_step_once_a_round_and_none_after_the_acknowledgement) {
  crypto::SeededRandom random(7);
  auto pick = [&](std::uint64_t below) {
    std::array<std::uint8_t, 8> bytes{};
    random.fill(bytes);
    std::uint64_t value = 0;
    for (std::uint8_t byte : bytes) value = value << 8 | byte;
    return value % below;
  };
  for (int walk = 0; walk < 300; ++walk) {
    std::vector<RosterStep> steps;
    Millis after{};
    for (std::uint64_t i = 0, count = 1 + pick(5); i < count; ++i) {
      steps.push_back({after, pick(2) == 0 ? Least::warn : Least::alarm});
      after += std::chrono::minutes(pick(40));
    }
    Ringing ringing{noon, pick(2) == 0 ? Least::warn : Least::alarm, false};
    std::vector<std::size_t> mine;
    for (std::size_t i = 0; i < steps.size(); ++i)
      if (ringing.severity == Least::alarm || steps[i].severity == Least::warn) mine.push_back(i);
    Instant now = noon;
    std::optional<RingRow> row;
    std::size_t count = 0;
    Millis silent{};  // as time truly passed
    for (int moment = 0; moment < 400; ++moment) {
      ringing.acknowledged = moment >= 350;
      auto call = next_call(steps, ringing, row, now);
      ASSERT_EQ(call.has_value(), !mine.empty() && !ringing.acknowledged);
      if (call && call->due <= now) {
        ASSERT_EQ(call->step, mine[count++ % mine.size()]);
        row = rung(row, {"k", noon, call->step, pick(4) == 0 ? "exit 1" : ""}, now);
        auto next = next_call(steps, ringing, row, now);
        ASSERT_TRUE(next && next->due - now <= std::max<Millis>(limits::ring_again, after));
        silent = {};
      }
      if (call)
        ASSERT_LE(silent, limits::roster_after_max + limits::ring_again) << "nobody is woken";
      Millis passes = std::chrono::minutes(pick(30));
      silent += passes;
      now += passes;
      if (pick(20) == 0) now += std::chrono::hours(pick(145)) - 72h;
    }
    EXPECT_EQ(count, row ? row->times : 0);
  }
}

TEST(Bell, rows_are_read_strictly) {
  RingRow row = rang(2, noon, "exit 1");
  EXPECT_EQ(must(ring_row_from_json(to_json(row))), row);
  for (
      const char* broken :
      {"{}", R"({"raised":"2026-11-21T12:00:00.000Z"})",
       R"({"at":"2026-11-21T12:00:00.000Z","outcome":"","raised":"x","step":0,"times":1})",
       R"({"at":"2026-11-21T12:00:00.000Z","outcome":"","raised":"2026-11-21T12:00:00.000Z","step":-1,"times":1})"})
    EXPECT_FALSE(ring_row_from_json(must(json::parse(broken)))) << broken;
  EXPECT_FALSE(ringing_from_row(json::Object{{"severity", "alarm"}}));
}

class Rung : public ::testing::Test {
 protected:
  Rung()
      : us(us_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory),
        ph(ph_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory) {
    pair(us, ph);
    us.send(ask_args(ph.id()));
    deliver(us, ph);
    for (const KeyedRow& row : ph.rows(Space::alarm)) {
      key = row.key;
      raised = must(ringing_from_row(must(json::parse(row.row.value)))).raised;
    }
  }
  Reply ring(std::uint64_t step, Instant of) { return ph.give(AlarmRung{key, of, step, ""}); }

  TestNode us, ph;
  std::string key;
  Instant raised;
};

TEST_F(Rung, what_has_rung_is_remembered_without_a_word_in_the_journal) {
  ASSERT_FALSE(key.empty());
  std::uint64_t size = ph.size();
  ASSERT_FALSE(ring(0, raised).error);
  ASSERT_FALSE(ring(1, raised).error);
  EXPECT_EQ(ph.size(), size);
  auto row = must(ring_row_from_json(*ph.row(Space::ring, key)));
  EXPECT_EQ(row, (RingRow{raised, 1, 2, ph.now, ""}));
  must(rebuild(ph.store(), ph.now));
  EXPECT_EQ(must(ring_row_from_json(*ph.row(Space::ring, key))), row) << "a rebuild wakes nobody";
}

TEST_F(Rung, what_nobody_waits_for_is_not_noted) {
  EXPECT_FALSE(ring(0, raised - 1h).error);
  EXPECT_FALSE(ph.give(AlarmRung{"self/nothing", raised, 0, ""}).error);
  ph.done("alarm.acknowledge", {{"alarm", key}});
  EXPECT_FALSE(ring(0, raised).error);
  EXPECT_TRUE(ph.rows(Space::ring).empty());
}

}  // namespace
}  // namespace comity::node
