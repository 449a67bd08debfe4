#include "law/there.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "law/test_law.h"

// What the side that is asked says of a road: from its profile, on its day, and beside the answer.
namespace comity::law {
namespace {

using testing::corpus;
using testing::corpus_of;
using ::testing::ElementsAre;
using testing::file_of;
using testing::folder;
using ::testing::HasSubstr;
using ::testing::IsEmpty;

struct Asking {
  std::string from, to, measure, road, on = "2026-11-21", to_role = {};
};

std::vector<There> heard(const Corpus& law, const Asking& asking) {
  auto question = ask(law, {.from = asking.from,
                            .to = asking.to,
                            .measure = asking.measure,
                            .offence = "data_interference",
                            .on = asking.on,
                            .conduct = "",
                            .data = "",
                            .from_role = "",
                            .to_role = asking.to_role,
                            .facts = {}});
  check(question.has_value(), question ? "" : to_text(question.error()));
  auto decision = std::make_unique<Decision>();
  decide(law, *question, *decision);
  const Route* route = decision->find(*law.provision(asking.road));
  check(route != nullptr, "the road is shown");
  return there(law, *question, *route);
}

std::vector<AtHome> kinds(const std::vector<There>& heard) {
  std::vector<AtHome> out;
  for (const There& each : heard) out.push_back(each.what);
  return out;
}

TEST(There, who_acts_follows_the_channel_the_measure_and_the_role_asked) {
  EXPECT_THAT(heard(corpus(), {"FR", "US", "preservation", "ets185-29"})[0].text,
              HasSubstr("CCIPS"));
  EXPECT_THAT(heard(corpus(), {"FR", "US", "subscriber_info", "ets185-31"})[0].text,
              HasSubstr("Office of International Affairs"));
  EXPECT_THAT(heard(corpus(), {"FR", "US", "extradition", "us-fr-extradition-1"})[0].text,
              HasSubstr("Department of State"));
  auto csirt =
      heard(corpus(), {"FR", "US", "spontaneous_info", "ets185-26", "2026-11-21", "csirt"});
  EXPECT_EQ(csirt[0].text, "CISA");
  EXPECT_EQ(csirt[0].cite, "profile of United States");
  EXPECT_EQ(csirt[0].confidence, Confidence::unconfirmed);
}

TEST(There, a_declared_addressee_comes_before_the_profile) {
  auto germany = heard(corpus(), {"FR", "DE", "preservation", "ets185-29"});
  EXPECT_THAT(kinds(germany), ::testing::Not(::testing::Contains(AtHome::authority)));
}

TEST(There, by_what_power_it_compels_these_data_and_what_protects_them) {
  auto asked = heard(corpus(), {"FR", "US", "subscriber_info", "ets185-31"});
  EXPECT_THAT(kinds(asked),
              ElementsAre(AtHome::authority, AtHome::production, AtHome::data_protection));
  EXPECT_THAT(asked[1].text, HasSubstr("2703(d)"));
  EXPECT_EQ(asked[1].cite, "law of United States");
}

TEST(There, an_emergency_is_heard_where_it_is_asked_for_alone) {
  auto emergency = heard(corpus(), {"FR", "JP", "emergency_disclosure", "provider-emergency-1"});
  EXPECT_THAT(kinds(emergency), ::testing::Contains(AtHome::emergency));
  auto calm = heard(corpus(), {"FR", "JP", "mla", "eu-jp-mla-1"});
  EXPECT_THAT(kinds(calm), ::testing::Not(::testing::Contains(AtHome::emergency)));
}

TEST(There, a_preservation_is_kept_for_the_days_of_its_own_law) {
  auto asked = heard(corpus(), {"FR", "US", "preservation", "ets185-29"});
  EXPECT_THAT(kinds(asked), ElementsAre(AtHome::authority, AtHome::preservation));
  EXPECT_EQ(asked[1].text, "kept for 90 days, renewable by 90");
  EXPECT_EQ(asked[1].confidence, Confidence::confirmed);
}

TEST(There, what_nobody_dated_is_recalled_for_a_day_before_the_review) {
  Asking china{"US", "CN", "mla", "us-cn-mlaa-1", "2026-11-21", ""};
  auto now = heard(corpus(), china);
  ASSERT_GT(now.size(), 1u);
  EXPECT_EQ(now[1].what, AtHome::production);
  EXPECT_EQ(now[1].confidence, Confidence::confirmed);
  china.on = "2026-11-20";
  EXPECT_EQ(heard(corpus(), china)[1].confidence, Confidence::unconfirmed);
}

TEST(There, only_what_is_in_force_on_the_day) {
  std::vector<SourceFile> files = folder();
  std::string& text = file_of(files, "jurisdictions/US.toml").text;
  std::string head = "[production]\n";
  text.replace(text.find(head), head.size(), head + "cite = \"18 USC 2703\"\nfrom = 1986-10-21\n");
  Corpus law = corpus_of(files);
  Asking asking{"FR", "US", "subscriber_info", "ets185-31", "2026-11-21", ""};
  EXPECT_EQ(heard(law, asking)[1].cite, "18 USC 2703");
  text.replace(text.find("from = 1986-10-21"), 17, "from = 2026-11-22");
  EXPECT_THAT(kinds(heard(corpus_of(files), asking)),
              ElementsAre(AtHome::authority, AtHome::data_protection));
}

TEST(There, nothing_is_said_of_a_closed_road_nor_by_who_has_no_profile) {
  EXPECT_THAT(heard(corpus(), {"US", "ZA", "preservation", "ets185-29"}), IsEmpty());
  EXPECT_THAT(heard(corpus(), {"US", "NL", "preservation", "ets185-29"}), IsEmpty());
}

TEST(There, it_opens_and_closes_nothing) {
  std::vector<SourceFile> files = folder();
  std::string& text = file_of(files, "jurisdictions/US.toml").text;
  std::size_t from = text.find("[production]"), until = text.find("\n[", from + 1);
  text.erase(from, until - from);
  Corpus silent = corpus_of(files);
  testing::Questions questions(corpus(), 31);
  auto one = std::make_unique<Decision>(), other = std::make_unique<Decision>();
  for (int i = 0; i < 300; ++i) {
    Question q = questions.next();
    q.to = *country_from_text("US");
    if (q.from == q.to) continue;
    decide(corpus(), q, *one);
    decide(silent, q, *other);
    ASSERT_EQ(one->outcome, other->outcome);
    ASSERT_EQ(one->routes.size(), other->routes.size());
    for (std::size_t r = 0; r < one->routes.size(); ++r)
      ASSERT_EQ(one->routes[r].state, other->routes[r].state);
  }
}

}  // namespace
}  // namespace comity::law
