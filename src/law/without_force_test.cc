#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "law/test_law.h"

// What is law and has no force on the day: a power that sleeps, an instrument that nobody can date.
namespace comity::law {
namespace {

using testing::corpus_of;
using testing::file_of;
using testing::folder;
using ::testing::HasSubstr;

// Our law, with South Africa a party to the Convention on Cybercrime: its sections 41 and 42, under
// which it would order a preservation, were enacted and never commenced.
const Corpus& with_south_africa_bound() {
  static const Corpus one = [] {
    std::vector<SourceFile> files = folder();
    std::string& text = file_of(files, "instruments/ets185.toml").text;
    std::string before = "of = \"ZA\"\nstatus = \"signed\"\nsince = 2001-11-23";
    check(text.contains(before), "South Africa has signed");
    text.replace(text.find(before), before.size(),
                 "of = \"ZA\"\nstatus = \"in_force\"\nsince = 2010-01-01");
    return corpus_of(files);
  }();
  return one;
}

const Decision& decided(const Corpus& law, QuestionText text) {
  static auto decision = std::make_unique<Decision>();
  auto question = ask(law, text);
  check(question.has_value(), question ? "" : to_text(question.error()));
  decide(law, *question, *decision);
  return *decision;
}

QuestionText preservation(FactTexts more) {
  FactTexts facts{
      {"data_location", "ZA"}, {"data_already_stored", "yes"}, {"follow_up_intended", "yes"}};
  facts.insert(facts.end(), more.begin(), more.end());
  return {.from = "US",
          .to = "ZA",
          .measure = "preservation",
          .offence = "data_interference",
          .on = "2026-11-21",
          .conduct = "",
          .data = "",
          .from_role = "",
          .to_role = "",
          .facts = facts};
}

const Route& road(const Corpus& law, const Decision& decision, std::string_view id) {
  const Route* route = decision.find(*law.provision(id));
  check(route != nullptr, "the road is shown");
  return *route;
}

TEST(APowerThatSleeps, makes_a_road_on_which_an_answer_is_owed_need_another) {
  const Corpus& law = with_south_africa_bound();
  const Route& route = road(law, decided(law, preservation({})), "ets185-29");
  EXPECT_EQ(route.state, State::needs);
  ASSERT_EQ(route.requires_.size(), 1u);
  EXPECT_EQ(law.word(route.requires_[0].fact).code, "other_domestic_power");
  EXPECT_EQ(law.word(route.reasons[0].code).code, "no_domestic_power");
  EXPECT_EQ(route.reasons[0].whose, Whose::requested);
}

TEST(APowerThatSleeps, another_power_opens_it_and_none_leaves_it_wanting) {
  const Corpus& law = with_south_africa_bound();
  const Decision& with = decided(law, preservation({{"other_domestic_power", "yes"}}));
  EXPECT_EQ(road(law, with, "ets185-29").state, State::open);
  const Decision& without = decided(law, preservation({{"other_domestic_power", "no"}}));
  EXPECT_EQ(road(law, without, "ets185-29").state, State::needs);
  EXPECT_TRUE(road(law, without, "ets185-29").requires_.empty());
}

TEST(APowerThatSleeps, is_a_risk_where_nobody_owes_an_answer) {
  const Corpus& law = with_south_africa_bound();
  const Decision& d = decided(law, preservation({{"requested_side_agrees", "yes"}}));
  const Route& voluntary = road(law, d, "police-voluntary");
  EXPECT_EQ(voluntary.state, State::open);
  auto gone = law.tables().reason(Why::no_domestic_power);
  EXPECT_TRUE(
      std::ranges::any_of(voluntary.risks, [&](const Reason& risk) { return risk.code == gone; }));
}

// ---------------------------------------------------------------- an instrument that nobody can
// date
QuestionText extradition_by_china(Date on) {
  return {.from = "CN",
          .to = "ZA",
          .measure = "extradition",
          .offence = "computer_fraud",
          .on = comity::to_text(on),
          .conduct = "",
          .data = "",
          .from_role = "",
          .to_role = "",
          .facts = {{"target_whereabouts", "ZA"}, {"treaty_terms_checked", "yes"}}};
}

TEST(AnUndatedTreaty, is_unknown_until_the_day_of_the_review) {
  const Corpus& law = testing::corpus();
  Date reviewed{std::chrono::days(law.tables().reviewed)};
  auto undated = law.tables().reason(Why::start_unknown);
  const Decision& before = decided(law, extradition_by_china(reviewed - std::chrono::days(1)));
  const Route& doubtful = road(law, before, "za-cn-extradition-1");
  EXPECT_EQ(doubtful.state, State::needs);
  EXPECT_FALSE(doubtful.researched);
  EXPECT_EQ(doubtful.reasons[0].code, undated);
  const Decision& after = decided(law, extradition_by_china(reviewed));
  const Route& settled = road(law, after, "za-cn-extradition-1");
  EXPECT_TRUE(settled.researched);
  for (const Reason& reason : settled.reasons) EXPECT_NE(reason.code, undated);
}

// Every mistake of the file that an agreement is changed into.
std::string mistakes_with(std::string_view before, std::string_view after) {
  std::vector<SourceFile> files = folder();
  std::string& text = file_of(files, "agreements/za-cn-extradition.toml").text;
  check(text.contains(before), "the agreement says so");
  text.replace(text.find(before), before.size(), after);
  auto corpus = Corpus::load(files);
  return corpus ? "" : to_text(corpus.error());
}

TEST(AnUndatedTreaty, whose_name_carries_a_year_is_refused_without_a_bound) {
  EXPECT_EQ(mistakes_with("not_before = 2001-01-01\n", "not_before = 2001-06-01\n"), "");
  EXPECT_THAT(mistakes_with("not_before = 2001-01-01\n", ""), HasSubstr("not_before"));
  EXPECT_THAT(mistakes_with("not_before = 2001-01-01\n",
                            "not_before = 2001-01-01\nin_force = 2004-11-17\n"),
              HasSubstr("keep one of the two"));
}

// Numbers of a statute and of a request for comments are no years.
TEST(AnUndatedTreaty, needs_no_bound_where_no_year_is_carried) {
  std::vector<SourceFile> files = folder();
  std::string& text = file_of(files, "instruments/us-sca.toml").text;
  for (std::string_view bound = "not_before"; text.contains(bound);)
    text.erase(text.find(bound), text.find('\n', text.find(bound)) + 1 - text.find(bound));
  EXPECT_TRUE(Corpus::load(files));
}

}  // namespace
}  // namespace comity::law
