#include "law/provision.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "law/test_law.h"

namespace comity::law {
namespace {

using testing::corpus;
using ::testing::HasSubstr;

Country country(std::string_view code) {
  return *country_from_text(code);
}
Date day(std::string_view text) {
  return *date_from_text(text);
}

TEST(Provision, gives_the_clocks_fields_and_grounds_of_preservation) {
  const Provision& p = **provision(corpus(), "ets185-29");
  EXPECT_EQ(p.effect, Effect::permit);
  EXPECT_TRUE(p.binding);
  EXPECT_EQ(p.required_fields.size(), 8u);
  EXPECT_EQ(p.approvals, std::vector<std::string>{"poc_officer"});
  ASSERT_EQ(p.grounds.size(), 2u);
  EXPECT_EQ(p.grounds[0].code, "political_offence");
  EXPECT_EQ(p.grounds[0].article, "ETS185 Art.29(5)(a)");
  ASSERT_NE(p.deadline("preserve_until_decided"), nullptr);
  EXPECT_EQ(p.deadline("preserve_until_decided")->length(), std::nullopt);
  EXPECT_EQ(p.deadline("none"), nullptr);
  EXPECT_EQ(p.channels.front(), "poc_24_7");
}

TEST(Provision, an_unknown_id_is_not_found) {
  EXPECT_EQ(provision(corpus(), "ets185-290").error().code, Code::not_found);
  EXPECT_THAT(provision(corpus(), "ets185-3O").error().what, HasSubstr("did you mean"));
}

TEST(Provision, a_reservation_adds_a_ground_outside_articles_2_to_11_only) {
  auto codes = [](const std::vector<Ground>& grounds) {
    std::vector<std::string> out;
    for (const Ground& ground : grounds) out.push_back(ground.code);
    return out;
  };
  OffenceId any = *corpus().offence("any_with_e_evidence"),
            virus = *corpus().offence("data_interference");
  Date on = day("2026-11-21");
  EXPECT_THAT(codes(refusal_grounds(corpus(), "ets185-29", country("DE"), any, on)),
              ::testing::Contains("dual_criminality_absent"));
  EXPECT_EQ(refusal_grounds(corpus(), "ets185-29", country("DE"), virus, on).size(), 2u);
  EXPECT_EQ(refusal_grounds(corpus(), "ets185-29", country("PH"), any, on).size(), 2u);
  EXPECT_TRUE(refusal_grounds(corpus(), "nothing", country("PH"), any, on).empty());
}

TEST(Provision, domestic_clocks_come_from_the_profile) {
  Date today = day("2026-11-21");
  const PreservationLaw* us = preservation_law(corpus(), country("US"), today);
  ASSERT_NE(us, nullptr);
  EXPECT_EQ(us->days, 90);
  EXPECT_EQ(us->renew_days, 90);
  EXPECT_FALSE(us->order_needed);
  EXPECT_EQ(us->secrecy, Secrecy::none);
  EXPECT_EQ(us->confidence, Confidence::confirmed);
  EXPECT_EQ(preservation_law(corpus(), country("IT"), today)->total_days, 180);
  EXPECT_EQ(preservation_law(corpus(), country("DE"), today)->days, std::nullopt);
  EXPECT_EQ(preservation_law(corpus(), country("AL"), today), nullptr);
}

TEST(Provision, a_power_that_was_not_commenced_begun_or_known_is_none) {
  EXPECT_TRUE(preservation_in_force(corpus(), country("PH"), day("2026-11-21")));
  EXPECT_FALSE(preservation_in_force(corpus(), country("PH"), day("2012-10-02")));
  EXPECT_TRUE(preservation_in_force(corpus(), country("PH"), day("2012-10-03")));
  EXPECT_FALSE(preservation_in_force(corpus(), country("PH"), day("2012-10-09")));
  EXPECT_TRUE(preservation_in_force(corpus(), country("PH"), day("2014-02-18")));
  EXPECT_FALSE(preservation_in_force(corpus(), country("ZA"), day("2026-11-21")));
  EXPECT_FALSE(preservation_in_force(corpus(), country("DE"), day("2026-11-21")));
  EXPECT_FALSE(preservation_in_force(corpus(), country("SO"), day("2026-11-21")));
}

std::vector<Warning> warned(const char* from, const char* to, const char* measure, const char* on) {
  Question question;
  question.from = country(from);
  question.to = country(to);
  question.measure = *corpus().measure(measure);
  question.on = day(on);
  return holder_warnings(corpus(), question);
}

TEST(Provision, holders_in_china_and_custodians_without_secrecy_are_warned_of) {
  const char* today = "2026-11-21";
  EXPECT_EQ(warned("JP", "CN", "stored_content", today).size(), 3u);
  EXPECT_EQ(warned("JP", "CN", "preservation", today).size(), 1u);
  auto us = warned("JP", "US", "preservation", today);
  ASSERT_EQ(us.size(), 1u);
  EXPECT_EQ(us[0].code, "holder_not_secret");
  auto za = warned("JP", "ZA", "preservation", today);
  ASSERT_EQ(za.size(), 1u);
  EXPECT_EQ(za[0].code, "no_domestic_power");
  EXPECT_TRUE(warned("JP", "SO", "stored_content", today).empty());
}

TEST(Provision,
     a_holder_in_the_union_is_warned_of_article_48_from_its_day_when_a_third_country_asks) {
  auto by_48 = [&](const char* from, const char* to, const char* on) {
    auto warnings = warned(from, to, "stored_content", on);
    return std::ranges::any_of(warnings, [](const Warning& one) {
      return one.code == "blocking_statute" && one.cite.ends_with("Art.48");
    });
  };
  EXPECT_TRUE(by_48("US", "FR", "2018-05-25"));
  EXPECT_FALSE(by_48("US", "FR", "2018-05-24"));
  EXPECT_FALSE(by_48("DE", "FR", "2018-05-25"));
  EXPECT_TRUE(by_48("US", "NO", "2026-11-21"));  // by its own row, of the European Economic Area
  EXPECT_FALSE(by_48("FR", "NO", "2026-11-21"));
  EXPECT_FALSE(by_48("US", "GB", "2026-11-21"));
  EXPECT_FALSE(by_48("US", "JP", "2026-11-21"));
}

TEST(Provision, every_provision_names_its_instrument_cite_and_approvals) {
  for (const Provision& p : provisions(corpus())) {
    EXPECT_FALSE(p.instrument.empty()) << p.id;
    EXPECT_FALSE(p.cite.empty()) << p.id;
    EXPECT_FALSE(p.approvals.empty()) << p.id;
    EXPECT_FALSE(p.channels.empty()) << p.id;
  }
}

}  // namespace
}  // namespace comity::law
