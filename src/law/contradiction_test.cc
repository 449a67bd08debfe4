#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "law/test_law.h"

// A jurisdiction's file that contradicts itself is refused, and its neighbour that does not, loads.
namespace comity::law {
namespace {

using testing::file_of;
using testing::folder;
using ::testing::HasSubstr;

std::string mistakes_with(std::string_view more, std::string_view file = "jurisdictions/ZA.toml") {
  std::vector<SourceFile> files = folder();
  file_of(files, file).text += more;
  auto corpus = Corpus::load(files);
  return corpus ? "" : to_text(corpus.error());
}

std::string row(std::string_view months, std::string_view days) {
  return "\n[[offence]]\ncode = \"csam\"\nstatute = \"An Act s.1\"\nmax_months = " +
         std::string(months) + "\n" + std::string(days) +
         "confidence = \"confirmed\"\nsource = \"https://law.example\"\n";
}

TEST(Contradictions, two_maxima_of_one_statute_on_one_day) {
  std::string older = row("60", "until = 2020-01-01\n");
  EXPECT_THAT(mistakes_with(older + row("12", "from = 2019-12-31\n")),
              HasSubstr("hold on one day"));
  EXPECT_EQ(mistakes_with(older + row("12", "from = 2020-01-01\n")), "");
}

TEST(Contradictions, suspended_until_a_day_and_not_since_one) {
  EXPECT_THAT(mistakes_with(row("60", "suspended_until = 2020-01-01\n")),
              HasSubstr("suspended_from"));
  EXPECT_EQ(mistakes_with(row("60", "suspended_from = 2019-01-01\nsuspended_until = 2020-01-01\n")),
            "");
}

TEST(Contradictions, days_of_a_power_that_is_not_known_to_exist) {
  std::vector<SourceFile> files = folder();
  std::string& text = file_of(files, "jurisdictions/DE.toml").text;
  std::string before = "power = false\n";
  ASSERT_TRUE(text.contains(before));
  text.replace(text.find(before), before.size(), "power = false\ndays = 21\n");
  auto corpus = Corpus::load(files);
  ASSERT_FALSE(corpus);
  EXPECT_THAT(to_text(corpus.error()), HasSubstr("not known to exist"));
  text.replace(text.find(before), before.size(), "");
  EXPECT_TRUE(Corpus::load(files));
}

}  // namespace
}  // namespace comity::law
