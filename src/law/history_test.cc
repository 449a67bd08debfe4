#include "law/history.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "law/provision.h"
#include "law/report.h"
#include "law/test_law.h"

namespace comity::law {
namespace {

using testing::corpus;
using ::testing::HasSubstr;
using testing::Questions;

Date day(const char* text) {
  return *date_from_text(text);
}

Question love_bug() {
  return *ask(corpus(), {.from = "US",
                         .to = "PH",
                         .measure = "extradition",
                         .offence = "data_interference",
                         .on = "2000-05-04",
                         .conduct = "",
                         .data = "",
                         .from_role = "",
                         .to_role = "",
                         .facts = {{"target_whereabouts", "PH"}}});
}

const Turn* turn_on(const std::vector<Turn>& turns, const char* on) {
  for (const Turn& turn : turns)
    if (turn.on == day(on)) return &turn;
  return nullptr;
}

TEST(History, the_love_bug_s_road_opens_on_the_day_the_philippines_make_it_an_offence) {
  auto turns = history(corpus(), love_bug(), day("2000-05-04"), day("2026-01-01"));
  ASSERT_GT(turns.size(), 1u);
  EXPECT_EQ(turns[0].on, day("2000-05-04"));
  EXPECT_EQ(turns[0].after, Outcome::blocked);
  const Turn* opened = turn_on(turns, "2000-06-19");
  ASSERT_TRUE(opened);
  EXPECT_EQ(opened->before, Outcome::blocked);
  EXPECT_NE(opened->after, Outcome::blocked);
  ASSERT_FALSE(opened->routes.empty());
  auto lost = opened->routes[0].lost;
  EXPECT_TRUE(std::ranges::any_of(lost, [](const Reason& reason) {
    return corpus().word(reason.code).code == "dual_criminality_absent";
  }));
  // The Convention on Cybercrime binds both from 2018-07-01 on.
  ASSERT_TRUE(turn_on(turns, "2018-07-01"));
  EXPECT_THAT(to_text(corpus(), turns), HasSubstr("2018-07-01"));
}

std::string words_of(const json::Value& conditions) {
  std::string out;
  for (const json::Value& each : *conditions.as_array())
    out += *each.find("kind")->as_string() + ": " + *each.find("text")->as_string() + "\n";
  return out;
}

Question assistance(std::string from, std::string to, std::string measure) {
  return *ask(corpus(), {.from = from,
                         .to = to,
                         .measure = measure,
                         .offence = "illegal_access",
                         .on = "2026-01-01",
                         .conduct = "",
                         .data = "",
                         .from_role = "",
                         .to_role = "",
                         .facts = {}});
}

TEST(History, a_road_that_opens_brings_its_conditions) {
  Question q = assistance("US", "PH", "preservation");
  json::Value turns = to_json(corpus(), history(corpus(), q, day("2018-06-30"), day("2018-07-01")));
  ASSERT_EQ(turns.as_array()->size(), 2u);
  const json::Value& roads = *turns.as_array()->back().find("routes");
  auto road = std::ranges::find_if(*roads.as_array(), [](const json::Value& each) {
    return *each.find("provision")->as_string() == "ets185-29";
  });
  ASSERT_NE(road, roads.as_array()->end());
  std::string gained = words_of(*road->find("conditions_gained"));
  EXPECT_THAT(gained, HasSubstr("channel: 24/7 points of contact"));
  EXPECT_THAT(gained, HasSubstr("needs: follow_up_intended - "));
  EXPECT_THAT(gained, HasSubstr("approval: Officer of the 24/7 point of contact"));
  EXPECT_THAT(gained, HasSubstr("clock: preserved at least"));
  EXPECT_THAT(gained, HasSubstr("condition: every Party must be able"));
  EXPECT_EQ(words_of(*road->find("conditions_lost")), "");
}

// A declaration of 2020-07-17 says who answers in Australia; the road stands as before.
TEST(History, a_condition_that_comes_while_the_road_stands_is_a_turn) {
  Question q = assistance("CA", "AU", "mla");
  auto turns = history(corpus(), q, day("2020-07-16"), day("2020-07-17"));
  ASSERT_EQ(turns.size(), 2u);
  EXPECT_EQ(turns[1].before, turns[1].after);
  std::string text = to_text(corpus(), turns);
  EXPECT_THAT(text, HasSubstr("+ condition: addressee: International Crime Cooperation"));
}

TEST(History, nothing_outside_the_days_asked_about) {
  auto turns = history(corpus(), love_bug(), day("2001-01-01"), day("2010-01-01"));
  for (const Turn& turn : turns) {
    EXPECT_GE(turn.on, day("2001-01-01"));
    EXPECT_LE(turn.on, day("2010-01-01"));
  }
  EXPECT_EQ(history(corpus(), love_bug(), day("2001-01-01"), day("2001-01-01")).size(), 1u);
}

// On any day the answer is that of the last turn before it: no change is missed.
TEST(History, between_two_turns_the_answer_stands_still) {
  Questions questions(corpus(), 20000504);
  auto decision = std::make_unique<Decision>();
  Date first = day("1998-01-01"), last = day("2027-01-01");
  for (int i = 0; i < 150; ++i) {
    Question q = questions.next();
    q.conduct.reset();
    auto turns = history(corpus(), q, first, last);
    for (int j = 0; j < 20; ++j) {
      q.on = first + std::chrono::days(questions.below(10'000));
      decide(corpus(), q, *decision);
      auto after = std::ranges::upper_bound(turns, q.on, {}, &Turn::on);
      EXPECT_EQ(std::prev(after)->after, decision->outcome) << to_text(corpus(), q, *decision);
    }
  }
}

TEST(History, as_json_every_turn_names_its_day_and_roads) {
  auto turns = history(corpus(), love_bug(), day("2000-05-04"), day("2001-01-01"));
  json::Value out = to_json(corpus(), turns);
  ASSERT_EQ(out.as_array()->size(), turns.size());
  const json::Value& opened = out.as_array()->back();
  EXPECT_EQ(*opened.find("on")->as_string(), "2000-06-19");
  EXPECT_EQ(*opened.find("before")->as_string(), "blocked");
  EXPECT_FALSE(opened.find("routes")->as_array()->empty());
}

// Told once for all that share it, and again for each alone.
TEST(History, of_every_offence_says_the_same_as_of_each) {
  Question q = love_bug();
  auto every = history_of_every_offence(corpus(), q, day("1999-01-01"), day("2013-01-01"));
  EXPECT_TRUE(std::ranges::is_sorted(every, {}, &Turn::on));
  std::size_t told = 0;
  for (std::uint16_t i = 0; i < corpus().offences().size(); ++i) {
    q.offence = {i};
    for (const Turn& turn : history(corpus(), q, day("1999-01-01"), day("2013-01-01"))) {
      auto same = std::ranges::find_if(every, [&](const Turn& each) {
        return each.on == turn.on && each.routes == turn.routes &&
               std::ranges::count(each.offences, q.offence) == 1;
      });
      ASSERT_NE(same, every.end()) << comity::to_text(turn.on);
      ++told;
    }
  }
  std::size_t offences = 0;
  for (const Turn& turn : every) offences += turn.offences.size();
  EXPECT_EQ(offences, told);
  EXPECT_LT(every.size(), told);
  EXPECT_THAT(to_text(corpus(), every), HasSubstr("2000-06-19  for "));
}

}  // namespace
}  // namespace comity::law
