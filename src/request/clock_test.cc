// Reminders by absolute time. The bug this guards against: a reminder elsewhere that jumped to
// 1970-01-01.
#include "request/clock.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <random>

#include "request/testing.h"

namespace comity::request {
namespace {

using testing::start;
using testing::Talk;
using namespace std::chrono_literals;

State preserved_for(Days term, std::size_t targets = 1) {
  Rules rules = testing::rules();
  rules.domestic.total = Days{1000};
  rules.preserve_at_least.reset();
  Talk talk(Track::request, rules, targets);
  talk.say(Side::other, Accept{});
  std::vector<TargetAnswer> answers;
  for (std::size_t i = 1; i <= targets; ++i)
    answers.push_back(testing::preserved("t" + std::to_string(i), term * static_cast<int>(i)));
  talk.say(Side::other, Answer{"", answers});
  return talk.opener();
}

// A driver that has been away fires everything that is due, the earliest first.
std::vector<PersonNotice> fire_all(State& state, Instant now) {
  std::vector<PersonNotice> told;
  while (true) {
    auto due = std::ranges::min_element(state.timers, {}, [](const auto& t) { return t.second; });
    if (due == state.timers.end() || due->second > now) return told;
    auto out = on_timer(state, std::string(due->first), now);
    EXPECT_TRUE(out);
    state = out->next;
    told.insert(told.end(), out->notices.begin(), out->notices.end());
  }
}

TEST(Clock, warns_fourteen_seven_and_two_days_before_a_lapse_and_at_it) {
  State state = preserved_for(Days{90});
  EXPECT_EQ(state.timers.at("lapse"), start + Days{90});
  EXPECT_EQ(state.timers.at("lapse_in_14_days"), start + Days{76});
  EXPECT_EQ(state.timers.at("lapse_in_7_days"), start + Days{83});
  EXPECT_EQ(state.timers.at("lapse_in_2_days"), start + Days{88});
  EXPECT_EQ(state.timers.size(), 4u);

  std::vector<std::pair<int, Severity>> told;
  for (int day = 0; day <= 95; ++day)
    for (const auto& notice : fire_all(state, start + Days{day}))
      told.emplace_back(day, notice.severity);
  EXPECT_EQ(told, (std::vector<std::pair<int, Severity>>{{76, Severity::warn},
                                                         {83, Severity::warn},
                                                         {88, Severity::alarm},
                                                         {90, Severity::alarm}}));
  EXPECT_EQ(state.lapsed, std::vector<std::string>{"t1"});
  EXPECT_TRUE(state.timers.empty());
}

TEST(Clock, fired_early_or_twice_or_by_another_name_does_nothing) {
  State state = preserved_for(Days{90});
  for (auto [name, at] : {std::pair{"lapse", start + Days{90} - 1ms},
                          {"lapse_in_14_days", start},
                          {"answer_due", start + Days{900}},
                          {"", start + Days{900}}}) {
    auto out = on_timer(state, name, at);
    ASSERT_TRUE(out);
    EXPECT_TRUE(out->next == state && out->timers.empty() && out->notices.empty()) << name;
  }
  State once = on_timer(state, "lapse_in_14_days", start + Days{76})->next;
  auto twice = on_timer(once, "lapse_in_14_days", start + Days{77});
  EXPECT_TRUE(twice->next == once && twice->notices.empty());
}

TEST(Clock, a_node_that_was_away_says_only_the_most_pressing_thing) {
  for (auto [days, code] : {std::pair{77, "lapse_near"},
                            {84, "lapse_near"},
                            {89, "lapse_near"},
                            {90, "lapsed"},
                            {4000, "lapsed"}}) {
    State state = preserved_for(Days{90});
    auto told = fire_all(state, start + Days{days});
    ASSERT_EQ(told.size(), 1u) << days;
    EXPECT_EQ(told[0].code, code) << days;
  }
}

TEST(Clock, a_short_term_is_warned_of_at_once_and_once) {
  State state = preserved_for(Days{5});
  auto told = fire_all(state, start);
  ASSERT_EQ(told.size(), 1u);
  EXPECT_NE(told[0].text.find("5 day(s)"), std::string::npos) << told[0].text;
}

TEST(Clock, each_target_lapses_on_its_own_day) {
  State state = preserved_for(Days{30}, 3);
  int lapses = 0;
  for (int day = 0; day <= 100; ++day)
    for (const auto& notice : fire_all(state, start + Days{day}))
      if (notice.code == "lapsed") {
        EXPECT_TRUE(day == 30 || day == 60 || day == 90) << day;
        ++lapses;
      }
  EXPECT_EQ(lapses, 3);
}

TEST(Clock, an_extension_moves_the_reminders_and_a_release_ends_them) {
  Talk talk;
  talk.say(Side::other, Accept{});
  talk.say(Side::other, Answer{"", {testing::preserved("t1"), testing::preserved("t2")}});
  talk.wait(Days{80});
  talk.say(Side::opener, Extend{{}, start + Days{150}, "late", {}});
  talk.say(Side::other, ExtensionAnswer{talk.last(), "granted", start + Days{150}, {}, ""});
  EXPECT_EQ(talk.opener().timers.at("lapse"), start + Days{150});
  EXPECT_EQ(talk.other().timers.at("lapse_in_14_days"), start + Days{136});
  talk.say(Side::opener, Release{});
  EXPECT_TRUE(talk.opener().timers.empty());
  EXPECT_TRUE(talk.other().timers.empty());
}

TEST(Clock, after_the_notice_the_reminders_stay_for_the_custodian_s_term_is_real) {
  Talk talk;
  talk.say(Side::other, Accept{});
  talk.say(Side::other, Answer{"", {testing::preserved("t1"), testing::preserved("t2")}});
  talk.say(Side::opener, Notice{"MLA-1", "", {}});
  EXPECT_EQ(talk.other().timers.at("lapse"), start + Days{90});
}

TEST(Clock, set_back_makes_no_reminder_lost) {
  State state = preserved_for(Days{90});
  // The clock runs ahead by a year, everything fires; then it is set right.
  fire_all(state, start + Days{365});
  EXPECT_TRUE(state.timers.empty());
  auto out = local(state, TakenBack{testing::act_id(1), "void"}, start);
  EXPECT_FALSE(out);  // nothing to take back; but any act that follows heals:
  Said said{Speaker::ours,
            testing::act_id(60),
            state.conversation,
            state.counterpart,
            Query{"status", "Still there?", false},
            start + Days{1},
            {}};
  auto healed = apply(state, said, testing::rules(), start + Days{1});
  ASSERT_TRUE(healed);
  EXPECT_TRUE(healed->next.lapsed.empty());
  EXPECT_EQ(healed->next.timers.at("lapse"), start + Days{90});
  EXPECT_EQ(healed->next.timers.size(), 4u);
}

// ---- the provision's clock for the answer

Rules with_clock() {
  Rules rules = testing::rules();
  rules.answer_within = Days{10};
  return rules;
}

TEST(AnswerClock, runs_on_both_sides_and_ends_with_the_answer) {
  Talk talk(Track::request, with_clock());
  EXPECT_EQ(talk.opener().answer_due, start + Days{10});
  EXPECT_EQ(talk.other().timers.at("answer_due"), start + Days{10});
  EXPECT_EQ(on_the_clock(talk.opener()).due, start + Days{10});
  State late = talk.opener();
  auto told = fire_all(late, start + Days{11});
  ASSERT_EQ(told.size(), 1u);
  EXPECT_EQ(told[0].code, "answer_due");
  EXPECT_EQ(late.answer_due, start + Days{10});
  EXPECT_TRUE(fire_all(late, start + Days{30}).empty());

  talk.say(Side::other, Accept{});
  EXPECT_TRUE(talk.other().answer_due);
  talk.say(Side::other, Answer{"", {testing::preserved("t1"), testing::not_held("t2")}});
  EXPECT_FALSE(talk.other().answer_due);
  EXPECT_FALSE(talk.opener().timers.contains("answer_due"));
}

TEST(AnswerClock, pauses_for_a_stated_reason_only) {
  Talk talk(Track::request, with_clock());
  talk.wait(Days{2});
  ActId plain = talk.say(Side::other, Query{"scope", "Which?", false});
  EXPECT_TRUE(talk.other().timers.contains("answer_due"));
  ActId pausing = talk.say(Side::other, Query{"legal_basis", "Under which law?", true});
  EXPECT_FALSE(talk.other().timers.contains("answer_due"));
  EXPECT_TRUE(on_the_clock(talk.opener()).paused);
  EXPECT_EQ(on_the_clock(talk.opener()).who, "requester");
  talk.wait(Days{5});
  talk.say(Side::opener, Reply{plain, "the first"});
  EXPECT_FALSE(talk.other().timers.contains("answer_due"));
  talk.say(Side::opener, Reply{pausing, "our own"});
  EXPECT_EQ(talk.other().timers.at("answer_due"), start + Days{15});
  EXPECT_EQ(talk.opener().timers.at("answer_due"), start + Days{15});
  EXPECT_FALSE(on_the_clock(talk.opener()).paused);
}

TEST(AnswerClock, none_runs_where_the_law_gives_none) {
  Talk talk;
  EXPECT_FALSE(talk.other().answer_due);
  EXPECT_TRUE(talk.other().timers.empty());
}

// ---- properties

// Goal: a term written in any zone, on either side of a change of summer time, is the same moment,
// and the reminders stand exact days before it.
TEST(ClockProperty, zones_and_summer_time_move_nothing) {
  std::mt19937_64 random(7);
  auto pick = [&](int low, int high) {
    return std::uniform_int_distribution<int>(low, high)(random);
  };
  for (int i = 0; i < 400; ++i) {
    Instant until = start + std::chrono::minutes(pick(60 * 24 * 60, 60 * 24 * 700));
    int offset = pick(-14 * 60, 14 * 60);
    std::string local_text = to_text(until + std::chrono::minutes(offset));
    local_text.resize(23);
    char zone[8];
    std::snprintf(zone, sizeof zone, "%c%02d:%02d", offset < 0 ? '-' : '+', std::abs(offset) / 60,
                  std::abs(offset) % 60);
    json::Value body = to_json(Body(Answer{"", {testing::preserved("t1")}}));
    json::Value* target = &(*(*body.as_object())["targets"].as_array())[0];
    (*target->as_object())["preserved_until"] = local_text + zone;
    auto read = body_from_json(body);
    ASSERT_TRUE(read) << local_text << zone;

    Rules rules = testing::rules();
    rules.domestic.total = Days{1000};
    Talk talk(Track::request, rules);
    talk.say(Side::other, Accept{});
    talk.say(Side::other, *read);
    EXPECT_EQ(talk.opener().timers.at("lapse"), until) << local_text << zone;
    for (Days before : lapse_warnings)
      EXPECT_EQ(talk.opener().timers.at("lapse_in_" + std::to_string(before.count()) + "_days"),
                until - before);
  }
}

// Goal: whatever the clock does and however often the node restarts, each of a term's last days is
// spoken of, nothing is told twice, and no reminder falls into a time that nobody named.
TEST(ClockProperty, jumps_and_restarts_lose_and_double_nothing) {
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    std::mt19937_64 random(seed);
    auto pick = [&](int low, int high) {
      return std::uniform_int_distribution<int>(low, high)(random);
    };
    int term = pick(3, 400);
    State state = preserved_for(Days{term});
    Instant now = start;
    std::vector<std::string> told;
    while (!state.timers.empty()) {
      now += std::chrono::hours(pick(1, 24 * 40));                  // asleep, or a jump ahead
      if (pick(0, 3) == 0) now -= std::chrono::hours(pick(1, 72));  // set back a little
      for (const auto& notice : fire_all(state, now)) told.push_back(notice.code);
      for (const auto& [name, due] : state.timers) {
        EXPECT_GT(due, start - Days{15}) << name;
        EXPECT_LE(due, start + Days{term}) << name;
      }
      auto read = state_from_json(json::parse(json::write(to_json(state))).value());
      ASSERT_TRUE(read) << to_text(read.error());
      state = *read;
    }
    EXPECT_EQ(std::ranges::count(told, "lapsed"), 1) << "seed " << seed;
    EXPECT_EQ(told.back(), "lapsed") << "seed " << seed;
    EXPECT_LE(std::ranges::count(told, "lapse_near"), 3) << "seed " << seed;
  }
}

TEST(ClockProperty, an_epoch_is_no_date_anywhere) {
  for (const char* never : {"1970-01-01T00:00:00Z", "1970-01-01T00:00:00.001Z",
                            "1969-12-31T23:59:59Z", "1970-01-01T14:00:00+14:00"}) {
    json::Value body = to_json(Body(Extend{{}, start, "x", {}}));
    (*body.as_object())["until"] = never;
    EXPECT_FALSE(body_from_json(body)) << never;
  }
}

}  // namespace
}  // namespace comity::request
