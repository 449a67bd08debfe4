#include "law/show.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "law/tables.h"
#include "law/test_law.h"

namespace comity::law {
namespace {

using ::testing::Contains;
using testing::corpus;
using testing::folder;
using ::testing::HasSubstr;

json::Value show(std::string_view name) {
  auto shown = show_json(corpus(), folder(), name);
  EXPECT_TRUE(shown) << name << ": " << (shown ? "" : to_text(shown.error()));
  return shown ? *shown : json::Value(json::Object{});
}

std::string text(const json::Value& value, std::string_view member) {
  const json::Value* found = value.find(member);
  return found && found->as_string() ? *found->as_string() : "";
}

std::string refused(std::string_view name) {
  auto shown = show_json(corpus(), folder(), name);
  EXPECT_FALSE(shown) << name;
  if (shown) return {};
  EXPECT_EQ(shown.error().code, Code::not_found) << name;
  return shown.error().what;
}

TEST(Show, provisions_instruments_statutes_and_jurisdictions) {
  EXPECT_EQ(text(show("ets185-29"), "instrument"), "ETS185");
  EXPECT_EQ(show("ETS185").find("parties")->as_array()->size(), 99u);
  EXPECT_EQ(text(show("cn-dsl-36"), "effect"), "forbid");
  EXPECT_NE(show("PH").find("profile"), nullptr);
  EXPECT_EQ(show("AL").find("profile"), nullptr);
  EXPECT_EQ(text(show("SO"), "coverage"), "unresearched");
  EXPECT_THAT(show_text(show("PH")), HasSubstr("RA 10175"));
  EXPECT_EQ(text(show("inhope-1"), "instrument"), "INHOPE");
}

TEST(Show, capital_and_small_letters_are_alike) {
  for (const char* name : {"ph", "Ph", "ets185", "ETS185-29", "inhope", "Preservation"}) show(name);
  EXPECT_EQ(text(show("ph"), "jurisdiction"), "PH");
}

TEST(Show, an_absence_says_of_whom_of_what_and_where_it_was_read) {
  json::Value absence = show("ph-absent-data_interference");
  EXPECT_EQ(text(absence, "of"), "PH");
  EXPECT_EQ(text(absence, "offence"), "data_interference");
  EXPECT_EQ(text(absence, "until"), "2000-06-19");
  EXPECT_THAT(text(absence, "cite"), HasSubstr("RA 8792"));
  EXPECT_NE(text(absence, "source"), "");
}

TEST(Show, a_reservation_says_what_it_asks_and_how_to_answer) {
  json::Value reservation = show("us-ets185-4-2");
  EXPECT_EQ(text(reservation, "side"), "both");
  EXPECT_THAT(text(reservation, "question"), HasSubstr("serious harm"));
  EXPECT_THAT(text(reservation, "answer_with"), HasSubstr("--fact us-ets185-4-2=yes"));
  EXPECT_EQ(text(show("fr-ets185-27-9"), "channel"), "diplomatic");
  EXPECT_EQ(text(show("fr-ets185-21"), "when"), "penalty_requested is at least 24");
  EXPECT_EQ(text(show("us-untoc-16-5"), "only_with"), "a treaty between the two on: extradition");
}

TEST(Show, a_word_has_its_titles_and_what_uses_it) {
  json::Value measure = show("preservation");
  EXPECT_EQ(text(measure, "measure"), "preservation");
  EXPECT_EQ(text(measure, "fr"), "Conservation rapide de données stockées");
  auto used_by = [](const json::Value& word) { return *word.find("used_by")->as_array(); };
  EXPECT_THAT(used_by(measure), Contains(json::Value("ets185-29")));
  json::Value offence = show("data_interference");
  EXPECT_THAT(used_by(offence), Contains(json::Value("us-ets185-4-2")));
  EXPECT_EQ(text(offence, "article"), "ETS185 Art.4");
  EXPECT_THAT(*offence.find("absences")->as_array(),
              Contains(json::Value("ph-absent-data_interference")));
  EXPECT_THAT(show_text(offence), HasSubstr("RA 10175"));
  EXPECT_THAT(used_by(show("data_location")), Contains(json::Value("ets185-29")));
  EXPECT_THAT(used_by(show("political_offence")), Contains(json::Value("ets185-29")));
  EXPECT_THAT(*show("political_offence").find("own_law_of")->as_array(),
              Contains(json::Value("CA")));
  EXPECT_THAT(used_by(show("diplomatic")), Contains(json::Value("fr-ets185-27-9")));
  EXPECT_THAT(used_by(show("poc_officer")), Contains(json::Value("ets185-29")));
  EXPECT_EQ(text(show("status_doubtful"), "fr"), "Statut incertain");
}

// Every name that the law has is one that it shows.
TEST(Show, every_list_names_things_that_are_shown) {
  std::size_t count = 0;
  for (const char* kind :
       {"instruments", "codes", "provisions", "articles", "reservations", "statutes", "absences",
        "measures", "offences", "data", "personal_data", "roles", "channels", "grounds", "outcomes",
        "approvals", "facts", "reasons", "jurisdictions"}) {
    json::Value list = show(kind);
    EXPECT_FALSE(list.find("of")->as_array()->empty()) << kind;
    if (std::string_view(kind) == "jurisdictions") continue;  // 250 of them
    for (const json::Value& one : *list.find("of")->as_array()) {
      EXPECT_NE(show_text(show(text(one, "id"))), "") << kind;
      ++count;
    }
  }
  EXPECT_GT(count, 400u);
  EXPECT_THAT(show_text(show("measures")), HasSubstr("preservation  Expedited preservation"));
}

TEST(Show, several_things_of_one_name_come_together) {
  json::Value both = show("EU");
  ASSERT_EQ(both.find("things")->as_array()->size(), 2u);
  EXPECT_EQ(text((*both.find("things")->as_array())[0], "instrument"), "EU");
  EXPECT_EQ(text((*both.find("things")->as_array())[1], "jurisdiction"), "EU");
  json::Value roles = show("central_authority");
  EXPECT_EQ(roles.find("things")->as_array()->size(), 3u) << "a role, a channel, an approval";
}

TEST(Show, a_case_is_found_by_its_name_its_place_or_its_file) {
  json::Value all = show("love-bug");
  const json::Value& first = (*all.find("things")->as_array())[0];
  EXPECT_NE(first.find("ask"), nullptr);
  EXPECT_NE(first.find("expect"), nullptr);
  EXPECT_EQ(text(show(text(first, "where")), "case"), text(first, "case"));
  EXPECT_EQ(text(show(text(first, "case")), "where"), text(first, "where"));
  EXPECT_GE(show("cases").find("of")->as_array()->size(), 300u);
}

TEST(Show, what_is_near_a_misspelt_name_is_proposed) {
  EXPECT_THAT(refused("ets85-29"), HasSubstr("did you mean ets185-29 ("));
  EXPECT_THAT(refused("preservatoin"), HasSubstr("did you mean preservation ("));
  EXPECT_THAT(refused("us-ets185-4-3"), HasSubstr("did you mean us-ets185-"));
  EXPECT_THAT(refused("ph-absent-data-interference"),
              HasSubstr("did you mean ph-absent-data_interference"));
  EXPECT_THAT(refused("Budapest"), HasSubstr("in their title: ETS185"));
  EXPECT_THAT(refused("Philippines"), HasSubstr("PH"));
  EXPECT_THAT(refused("conservation"), HasSubstr("preservation"));
  EXPECT_THAT(refused("UK"), HasSubstr("did you mean GB"));
  EXPECT_THAT(refused("zz"), HasSubstr("comity law show instruments"));
}

}  // namespace
}  // namespace comity::law
