#include "law/cases.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "law/test_law.h"

namespace comity::law {
namespace {

using testing::corpus;
using testing::folder;
using ::testing::HasSubstr;

Result<CaseReport> run(const std::string& text) {
  return run_cases(corpus(), {{"cases/t.toml", text}});
}

constexpr const char* ask =
    "[[case]]\nname = \"n\"\nask = { from = \"US\", to = \"PH\", measure = \"extradition\", "
    "offence = \"data_interference\", on = 2000-05-04 }\n";

TEST(Cases, every_case_of_the_law_folder_passes) {
  auto report = run_cases(corpus(), folder());
  ASSERT_TRUE(report) << to_text(report.error());
  for (const CaseFailure& failure : report->failures) {
    ADD_FAILURE() << failure.where << " " << failure.name << ": " << failure.what;
  }
  EXPECT_GE(report->passed, 1300u);
}

TEST(Cases, a_case_that_fails_says_what_was_expected_and_what_came) {
  struct {
    const char* expect;
    const char* says;
  } wrong[] = {
      {"expect = { decision = \"open\" }", "decision: expected open, got blocked"},
      {"expect = { best = \"ets185-24\" }",
       "best road: expected ets185-24, got us-ph-extradition-2"},
      {"expect = { routes = { ets185-24 = \"open\" } }",
       "road ets185-24: expected open, got blocked"},
      {"expect = { routes = { ets185-24 = \"absent\" } }", "expected absent, got blocked"},
      {"expect = { routes = { ets185-29 = \"open\" } }", "expected open, got absent"},
      {"expect = { routes = { nothing = \"open\" } }", "no such provision"},
      {"expect = { reasons = { ets185-24 = \"below_threshold\" } }",
       "expected below_threshold among"},
      {"expect = { risks = { us-ph-extradition-2 = \"press_freedom\" } }",
       "expected press_freedom among"},
      {"expect = { requires = { ets185-24 = \"urgent\" } }", "expected urgent among: nothing"},
      {"expect = { channel = { ets185-24 = \"poc_24_7\" } }",
       "expected poc_24_7, got central_authority"},
      {"expect = { carriage = { ets185-24 = \"comity\" } }",
       "expected comity, got central_authority"},
      {"expect = { speed = { ets185-24 = \"hours\" } }", "expected hours, got months"},
      {"expect = { confidence = { us-ph-extradition-2 = \"unconfirmed\" } }",
       "expected unconfirmed, got confirmed"},
      {"expect = { cites = { ets185-24 = \"moon\" } }", "no reason of ets185-24 cites \"moon\""},
      {"expect = { reasons = { ets185-29 = \"in_force\" } }", "no road ets185-29 is shown"},
      {"expect = { notes = { ets185-24 = \"moon\" } }", "no note of ets185-24 says \"moon\""},
      {"expect = { rules = [\"cn-dsl-36\"] }", "rule cn-dsl-36: expected to be heard, is silent"},
      {"expect = { no_rules = [\"ph-absent-data_interference\"] }",
       "expected to be silent, is heard"},
      {"expect = { rules = [\"nothing\"] }", "is called nothing"},
      {"expect = { approvals = { ets185-24 = \"judge\" } }", "expected judge among"},
  };
  for (auto& one : wrong) {
    auto report = run(std::string(ask) + one.expect);
    ASSERT_TRUE(report) << to_text(report.error());
    ASSERT_EQ(report->failed(), 1u) << one.expect;
    EXPECT_THAT(report->failures[0].what, HasSubstr(one.says));
    EXPECT_THAT(report->failures[0].where, HasSubstr("cases/t.toml:1"));
  }
}

TEST(Cases, deadlines_and_approvals_are_those_of_the_provision) {
  std::string question =
      "[[case]]\nname = \"n\"\nask = { from = \"US\", to = \"FR\", measure = \"preservation\", "
      "offence = \"data_interference\", on = 2026-11-21 }\n";
  std::string clock = "expect = { deadlines = { ets185-29 = \"preserve_minimum: at least 60 d\" }";
  auto report = run(question + clock + ", approvals = { ets185-29 = \"poc_officer\" } }");
  ASSERT_TRUE(report) << to_text(report.error());
  EXPECT_EQ(report->passed, 1u) << report->failures[0].what;
  clock.replace(clock.find("60"), 2, "61");
  report = run(question + clock + " }");
  ASSERT_TRUE(report) << to_text(report.error());
  ASSERT_EQ(report->failed(), 1u);
  EXPECT_THAT(report->failures[0].what, HasSubstr("among: preserve_minimum: at least 60 d"));
}

TEST(Cases, a_case_that_cannot_be_read_is_an_error_with_its_line) {
  for (std::string text : {
           std::string(ask),                                      // expects nothing
           std::string(ask) + "expect = {}",                      //
           std::string(ask) + "expect = { decison = \"open\" }",  // unknown key
           std::string("[[case]]\nname = \"n\"\nexpect = { decision = \"open\" }"),
           std::string("[[case]]\nask = { from = \"US\" }\nexpect = { decision = \"open\" }"),
           std::string("title = \"none\""),
           std::string("[[case]\n"),
       }) {
    auto report = run(text);
    ASSERT_FALSE(report) << text;
    EXPECT_THAT(report.error().where, HasSubstr("cases/t.toml"));
  }
}

TEST(Cases, a_question_with_unknown_words_is_an_error) {
  std::string text = ask;
  text.replace(text.find("extradition"), 11, "rendition");
  auto report = run(text + "expect = { decision = \"open\" }");
  ASSERT_FALSE(report);
  EXPECT_THAT(report.error().what, HasSubstr("rendition"));
}

TEST(Cases, files_outside_cases_are_passed_over) {
  auto report = run_cases(corpus(), {{"jurisdictions/PH.toml", "not even TOML ["}});
  ASSERT_TRUE(report);
  EXPECT_EQ(report->passed, 0u);
}

}  // namespace
}  // namespace comity::law
