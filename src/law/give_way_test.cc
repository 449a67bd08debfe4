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

}  // namespace
}  // namespace comity::law
