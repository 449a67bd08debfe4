#include <gtest/gtest.h>

#include <memory>

#include "law/test_law.h"

// "Only where no other treaty binds": of treaties that speak of what is asked for.
namespace comity::law {
namespace {

using testing::corpus;
using testing::corpus_of;
using testing::file_of;
using testing::folder;

// Germany asks Russia for a hearing by video, under Palermo.
State palermo(const Corpus& law) {
  auto question = ask(
      law,
      {.from = "DE",
       .to = "RU",
       .measure = "video_hearing",
       .offence = "computer_fraud",
       .on = "2026-11-21",
       .conduct = "",
       .data = "",
       .from_role = "",
       .to_role = "",
       .facts = {{"serious_crime", "yes"}, {"transnational", "yes"}, {"organised_group", "yes"}}});
  check(question.has_value(), question ? "" : to_text(question.error()));
  auto decision = std::make_unique<Decision>();
  decide(law, *question, *decision);
  const Route* route = decision->find(*law.provision("untoc-18"));
  check(route != nullptr, "Palermo speaks of hearings by video");
  return route->state;
}

TEST(GivingWay, to_a_treaty_that_speaks_of_the_measure) {
  EXPECT_EQ(palermo(corpus()), State::blocked);
}

TEST(GivingWay, never_to_one_that_is_silent_on_it) {
  std::vector<SourceFile> files = folder();
  std::string& text = file_of(files, "instruments/ets030.toml").text;
  std::string spoken = "measures = [\"video_hearing\"]";
  ASSERT_TRUE(text.contains(spoken));
  text.replace(text.find(spoken), spoken.size(), "measures = [\"confiscation\"]");
  EXPECT_EQ(palermo(corpus_of(files)), State::open);
}

// The United States extradite under a treaty only: Palermo works beside one that binds the two.
Route beside_treaty(const Corpus& law, std::string on, FactTexts more) {
  FactTexts facts{{"target_whereabouts", "US"},
                  {"serious_crime", "yes"},
                  {"transnational", "yes"},
                  {"organised_group", "yes"}};
  facts.insert(facts.end(), more.begin(), more.end());
  auto question = ask(law, {.from = "DE",
                            .to = "US",
                            .measure = "extradition",
                            .offence = "computer_fraud",
                            .on = on,
                            .conduct = "",
                            .data = "",
                            .from_role = "",
                            .to_role = "",
                            .facts = facts});
  check(question.has_value(), question ? "" : to_text(question.error()));
  auto decision = std::make_unique<Decision>();
  decide(law, *question, *decision);
  const Route* route = decision->find(*law.provision("untoc-16"));
  check(route != nullptr, "Palermo speaks of extradition");
  return *route;
}

Corpus with(std::string_view file, std::string_view before, std::string_view after) {
  std::vector<SourceFile> files = folder();
  std::string& text = file_of(files, file).text;
  check(text.contains(before), "the file says so");
  text.replace(text.find(before), before.size(), after);
  return corpus_of(files);
}

// In doubt is neither yes nor no: the road is wanting until somebody says.
void expect_asked(const Corpus& law, const std::string& on) {
  Route unsaid = beside_treaty(law, on, {});
  EXPECT_EQ(unsaid.state, State::needs);
  ASSERT_EQ(unsaid.requires_.size(), 1u);
  EXPECT_EQ(law.word(unsaid.requires_[0].fact).code, "other_treaty_in_force");
  EXPECT_EQ(law.word(unsaid.reasons[0].code).code, "status_doubtful");
  EXPECT_EQ(unsaid.confidence, Confidence::unconfirmed);
  EXPECT_EQ(beside_treaty(law, on, {{"other_treaty_in_force", "yes"}}).state, State::open);
  Route none = beside_treaty(law, on, {{"other_treaty_in_force", "no"}});
  EXPECT_EQ(none.state, State::blocked);
  EXPECT_EQ(law.word(none.reasons[0].code).code, "reservation_excludes");
}

TEST(BesideATreaty, one_that_surely_stands_is_enough_and_nobody_is_asked) {
  EXPECT_EQ(beside_treaty(corpus(), "2026-11-21", {}).state, State::open);
  EXPECT_EQ(beside_treaty(corpus(), "2026-11-21", {{"other_treaty_in_force", "no"}}).state,
            State::open);
}

TEST(BesideATreaty, a_membership_in_doubt_is_asked_about) {
  expect_asked(with("agreements/us-de-extradition.toml", "of = \"DE\"\nstatus = \"in_force\"",
                    "of = \"DE\"\nstatus = \"check\""),
               "2026-11-21");
}

TEST(BesideATreaty, one_that_nobody_can_date_is_asked_about_until_the_review) {
  Corpus law = with("agreements/us-de-extradition.toml", "in_force = 1980-08-29",
                    "in_force_known = true\nnot_before = 1978-01-01");
  expect_asked(law, "2026-11-20");
  EXPECT_EQ(beside_treaty(law, "2026-11-21", {}).state, State::open);
}

TEST(BesideATreaty, one_that_is_known_not_to_bind_closes_it) {
  Corpus law = with("agreements/us-de-extradition.toml", "of = \"DE\"\nstatus = \"in_force\"",
                    "of = \"DE\"\nstatus = \"none\"");
  EXPECT_EQ(beside_treaty(law, "2026-11-21", {{"other_treaty_in_force", "yes"}}).state,
            State::blocked);
}

}  // namespace
}  // namespace comity::law
