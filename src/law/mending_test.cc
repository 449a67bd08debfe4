#include "law/mending.h"

#include <gtest/gtest.h>

#include "law/cases.h"
#include "law/test_law.h"

// What a lawyer is told whose file is no TOML, or whose key is none.
namespace comity::law {
namespace {

// The remedy for a profile in which `was` was replaced.
std::string remedy(std::string_view was, std::string_view is) {
  std::vector<SourceFile> files = testing::folder();
  std::string& text = testing::file_of(files, "jurisdictions/ZA.toml").text;
  std::size_t at = text.find(was);
  check(at != std::string::npos, "the file has this line");
  text.replace(at, was.size(), is);
  auto problems = Corpus::check(files);
  check(!problems.empty(), "the file is refused");
  EXPECT_TRUE(problems.front().where.starts_with("jurisdictions/ZA.toml:"));
  return problems.front().remedy;
}

TEST(Mending, a_day_is_written_with_the_year_first) {
  std::string_view line = "compiled = 2026-11-21";
  for (std::string_view day : {"21.11.2026", "11/21/2026", "2026-2-3", "2026-13-21"})
    EXPECT_TRUE(remedy(line, "compiled = " + std::string(day)).starts_with("write a day as 2001"))
        << day;
}

TEST(Mending, texts_stand_between_straight_quotes) {
  std::string_view line = "name = \"South Africa\"";
  EXPECT_TRUE(remedy(line, "name = “South Africa”").starts_with("write straight quotes"));
  EXPECT_TRUE(remedy(line, "name = South Africa").starts_with("put the text between"));
  EXPECT_TRUE(remedy(line, "name = \"South Africa").starts_with("close the text"));
  EXPECT_TRUE(remedy(line, "name = \"The \"South\" Africa\"").starts_with("put a backslash"));
  EXPECT_TRUE(remedy(line, "name: \"South Africa\"").starts_with("write = after"));
}

TEST(Mending, a_file_is_saved_as_plain_text) {
  std::string_view head = "[jurisdiction]";
  EXPECT_TRUE(remedy(head, "# caf\xe9\n[jurisdiction]").contains("UTF-8"));
  EXPECT_TRUE(remedy("# South Africa", "\xff\xfe# South Africa").contains("UTF-8"));
}

TEST(Mending, a_misspelt_key_is_told_what_it_may_mean) {
  EXPECT_EQ(remedy("death_penalty", "death_penality"), "did you mean `death_penalty`?");
  EXPECT_EQ(remedy("order_needed", "order_neded"), "did you mean `order_needed`?");
}

TEST(Mending, cases_are_looked_at_as_well) {
  std::vector<SourceFile> files = testing::folder();
  EXPECT_TRUE(case_problems(&testing::corpus(), files).empty());
  std::string ask = "[[case]]\nname = \"n\"\nask = { from = \"US\", to = \"ZA\", measure = \"";
  std::string rest =
      "\", offence = \"illegal_access\", on = 2020-01-01 }\nexpect = { decision = \"open\" }\n";
  files.push_back({"cases/t.toml", ask + "preservatoin" + rest});
  auto problems = case_problems(&testing::corpus(), files);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].where, "cases/t.toml:1");
  EXPECT_TRUE(problems[0].what.contains("did you mean preservation?"));
  EXPECT_TRUE(case_problems(nullptr, files).empty());
  files.back().text = "[[case]]\nname = \"n\n";
  ASSERT_EQ(case_problems(nullptr, files).size(), 1u);
  EXPECT_TRUE(case_problems(nullptr, files)[0].remedy.starts_with("close the text"));
}

TEST(Mending, what_is_confirmed_says_where_it_was_read) {
  std::vector<SourceFile> files = testing::folder();
  std::string& text = testing::file_of(files, "jurisdictions/ZA.toml").text;
  std::size_t confirmed = text.find("confidence = \"confirmed\"\nsource = ");
  ASSERT_NE(confirmed, std::string::npos);
  std::size_t source = text.find("source = ", confirmed);
  text.erase(source, text.find('\n', source) + 1 - source);
  auto problems = Corpus::check(files);
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].what, "confirmed, and nothing says where it was read");
}

}  // namespace
}  // namespace comity::law
