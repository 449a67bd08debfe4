#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>

#include "law/provision.h"
#include "law/test_law.h"
#include "law/there.h"

// A law that changed on a day keeps its past: each of its rows is heard on its own days.
namespace comity::law {
namespace {

using testing::corpus_of;
using testing::file_of;
using testing::folder;
using ::testing::HasSubstr;

const std::string read_at = "confidence = \"confirmed\"\nsource = \"https://law.example\"\n\n";

// The folder with this part of France's file, however often it stands there, told anew.
std::vector<SourceFile> with(const std::string& part, const std::string& rows) {
  std::vector<SourceFile> files = folder();
  std::string& text = file_of(files, "jurisdictions/FR.toml").text;
  std::size_t from = text.find("[" + part + "]"), until = text.find("\n[", from + 1) + 1;
  text.replace(from, until - from, rows);
  return files;
}

std::string kept_for(int days, const std::string& when) {
  return "[[preservation]]\nrule = \"an order\"\ncite = \"Act of " + std::to_string(days) +
         " days\"\ndays = " + std::to_string(days) + "\n" + when + read_at;
}

// About a person of this nationality.
Question question(const Corpus& law, const char* measure, const char* on,
                  const char* national = "FR") {
  auto question = ask(law, {.from = "US",
                            .to = "FR",
                            .measure = measure,
                            .offence = "data_interference",
                            .on = on,
                            .conduct = "",
                            .data = "",
                            .from_role = "",
                            .to_role = "",
                            .facts = {{"target_nationality", national}}});
  check(question.has_value(), question ? "" : to_text(question.error()));
  return *question;
}

Decision decided(const Corpus& law, const char* measure, const char* on,
                 const char* national = "FR") {
  auto decision = std::make_unique<Decision>();
  decide(law, question(law, measure, on, national), *decision);
  return *decision;
}

std::string cited(const Corpus& law, const Route& route, Why why) {
  for (const Reason& reason : route.reasons)
    if (reason.code == law.tables().reason(why)) return std::string(law.cite(reason.cite));
  return "";
}

const PreservationLaw& power_on(const Corpus& law, const char* on) {
  const PreservationLaw* power =
      preservation_law(law, *country_from_text("FR"), *date_from_text(on));
  check(power != nullptr, "France has one");
  return *power;
}

bool in_force(const Corpus& law, const char* on) {
  return preservation_in_force(law, *country_from_text("FR"), *date_from_text(on));
}

TEST(HomeLaw, each_power_to_preserve_is_heard_on_its_own_days) {
  // The newer first: their order in the file says nothing.
  Corpus law = corpus_of(with(
      "preservation", kept_for(90, "from = 2015-01-01\n") + kept_for(30, "until = 2015-01-01\n")));
  EXPECT_EQ(power_on(law, "2014-12-31").days, 30);
  EXPECT_EQ(power_on(law, "2015-01-01").days, 90);
  EXPECT_TRUE(in_force(law, "2014-12-31") && in_force(law, "2015-01-01"));
  auto noted = [&](const char* on) {
    Decision decision = decided(law, "preservation", on);
    std::string all;
    for (const Note& note : decision.find(*law.provision("ets185-29"))->notes)
      all += law.cite(note.text);
    return all;
  };
  EXPECT_THAT(noted("2014-12-31"), HasSubstr("Act of 30 days"));
  EXPECT_THAT(noted("2015-01-01"), HasSubstr("Act of 90 days"));
}

TEST(HomeLaw, between_two_powers_the_road_needs_another_one) {
  Corpus law = corpus_of(with(
      "preservation", kept_for(30, "until = 2014-01-01\n") + kept_for(90, "from = 2015-01-01\n")));
  EXPECT_FALSE(in_force(law, "2014-06-01"));
  auto road = [&](const char* on) {
    return *decided(law, "preservation", on).find(*law.provision("ets185-29"));
  };
  EXPECT_THAT(cited(law, road("2014-06-01"), Why::no_domestic_power), HasSubstr("Act of 30 days"));
  EXPECT_EQ(cited(law, road("2013-12-31"), Why::no_domestic_power), "");
  EXPECT_EQ(cited(law, road("2015-01-01"), Why::no_domestic_power), "");
}

TEST(HomeLaw, while_a_power_sleeps_an_older_one_may_answer) {
  std::string asleep = "from = 2015-01-01\nsuspended_from = 2016-01-01\n";
  std::string woke = asleep + "suspended_until = 2017-01-01\n";
  std::string older = kept_for(30, "from = 2000-01-01\nuntil = 2015-01-01\n"),
              again = kept_for(30, "from = 2016-01-01\nuntil = 2017-01-01\n");
  Corpus law = corpus_of(with("preservation", older + kept_for(90, woke) + again));
  EXPECT_EQ(power_on(law, "2015-12-31").days, 90);
  EXPECT_EQ(power_on(law, "2016-01-01").days, 30);
  EXPECT_TRUE(in_force(law, "2016-06-01"));
  EXPECT_EQ(power_on(law, "2017-01-01").days, 90);
  // Nothing in its stead: the one that sleeps is named.
  Corpus silent = corpus_of(with("preservation", older + kept_for(90, woke)));
  EXPECT_EQ(power_on(silent, "2016-06-01").days, 90);
  EXPECT_FALSE(in_force(silent, "2016-06-01"));
}

TEST(HomeLaw, two_that_hold_on_one_day_are_refused_with_their_line) {
  auto refusal = [](const std::vector<SourceFile>& files) {
    auto corpus = Corpus::load(files);
    return corpus ? "" : to_text(corpus.error());
  };
  std::string newer = kept_for(90, "from = 2015-01-01\n");
  EXPECT_THAT(refusal(with("preservation", newer + kept_for(30, "until = 2015-01-02\n"))),
              ::testing::AllOf(HasSubstr("two entries of `preservation` hold on one day"),
                               HasSubstr("jurisdictions/FR.toml:")));
  EXPECT_EQ(refusal(with("preservation", newer + kept_for(30, "until = 2015-01-01\n"))), "");
  EXPECT_EQ(refusal(with("preservation", newer + kept_for(30, "in_force = false\n"))), "");
  // The days on which the newer one slept, and one more.
  std::string slept = kept_for(90, "suspended_from = 2016-01-01\nsuspended_until = 2017-01-01\n");
  std::string instead = "from = 2016-01-01\nuntil = 2017-01-0";
  EXPECT_EQ(refusal(with("preservation", slept + kept_for(30, instead + "1\n"))), "");
  EXPECT_THAT(refusal(with("preservation", slept + kept_for(30, instead + "2\n"))),
              HasSubstr("hold on one day"));
  std::string own = "[[extradition]]\nnationals = false\ncite = \"Act\"\n" + read_at;
  EXPECT_THAT(refusal(with("extradition", own + own)), HasSubstr("`extradition` hold on one day"));
}

TEST(HomeLaw, its_own_nationals_were_surrendered_until_a_day) {
  auto own = [](const std::string& given, const std::string& when) {
    return "[[extradition]]\nnationals = " + given + "\ncite = \"Act\"\n" + when + read_at;
  };
  Corpus law = corpus_of(with(
      "extradition", own("true", "until = 2015-01-01\n") + own("false", "from = 2015-01-01\n")));
  auto closed = [&](const char* on) {
    Decision decision = decided(law, "extradition", on);
    return cited(law, *decision.find(*law.provision("ets185-24")), Why::own_national);
  };
  EXPECT_EQ(closed("2014-12-31"), "");
  EXPECT_EQ(closed("2015-01-01"), "Act");
}

TEST(HomeLaw, who_acted_and_by_what_is_told_for_its_day) {
  auto told = [](const Corpus& law, const char* on, const char* measure, const char* road) {
    Decision decision = decided(law, measure, on, "US");
    std::string all;
    for (const There& one :
         there(law, question(law, measure, on, "US"), *decision.find(*law.provision(road))))
      all += one.text + "\n";
    return all;
  };
  auto rule = [](const std::string& text, const std::string& when) {
    return "[[production]]\nrule = \"" + text + "\"\n" + when + read_at;
  };
  Corpus power = corpus_of(with("production", rule("the old way", "until = 2015-01-01\n") +
                                                  rule("the new way", "from = 2015-01-01\n")));
  EXPECT_THAT(told(power, "2014-12-31", "stored_content", "ets185-31"), HasSubstr("the old way"));
  EXPECT_THAT(told(power, "2015-01-01", "stored_content", "ets185-31"), HasSubstr("the new way"));
  EXPECT_THAT(told(power, "2015-01-01", "stored_content", "ets185-31"),
              ::testing::Not(HasSubstr("the old way")));
  auto office = [](const std::string& name, const std::string& when) {
    return "[[authorities]]\nextradition = \"" + name + "\"\n" + when + read_at;
  };
  Corpus moved =
      corpus_of(with("authorities", office("the old office", "until = 2015-01-01\n") +
                                        office("the new office", "from = 2015-01-01\n")));
  EXPECT_THAT(told(moved, "2014-12-31", "extradition", "us-fr-extradition-1"),
              HasSubstr("the old office"));
  EXPECT_THAT(told(moved, "2015-01-01", "extradition", "us-fr-extradition-1"),
              HasSubstr("the new office"));
}

}  // namespace
}  // namespace comity::law
