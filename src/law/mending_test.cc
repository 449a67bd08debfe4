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

TEST(Mending, yes_and_no_are_true_and_false) {
  for (std::string_view word : {"yes", "no", "True", "FALSE", "\"true\""})
    EXPECT_EQ(remedy("order_needed = true", "order_needed = " + std::string(word)),
              "write true or false in small letters, without quotes")
        << word;
  EXPECT_EQ(remedy("of = \"ZA\"", "of = NO"), "write \"NO\" for Norway, false for no");
}

TEST(Mending, a_day_has_no_time) {
  for (std::string_view time : {"T00:00:00", " 08:15:00", "T00:00:00Z"})
    EXPECT_TRUE(remedy("from = 2021-12-01", "from = 2010-01-01" + std::string(time))
                    .starts_with("write the day alone"))
        << time;
}

TEST(Mending, a_number_is_told_its_range_and_quotes_where_it_has_them) {
  for (std::string_view number : {"-36", "36.5", "99999"})
    EXPECT_EQ(remedy("max_months = 12", "max_months = " + std::string(number)),
              "write a whole number from 1 to 1200")
        << number;
  EXPECT_EQ(remedy("max_months = 12", "max_months = \"life\""),
            "write a whole number from 1 to 1200, without quotes");
  EXPECT_TRUE(remedy("max_months = 12", "max_months = 36,5").starts_with("write a whole number"));
}

TEST(Mending, what_stands_more_than_once_is_in_double_brackets) {
  EXPECT_TRUE(remedy("[production]", "[preservation]\n[production]").contains("[[preservation]]"));
  EXPECT_TRUE(
      remedy("[production]", "[[preservation]]\n[production]").contains("[[preservation]] each"));
  EXPECT_EQ(remedy("days = 21", "days = 21\ndays = 22"), "write it once");
}

// Not the next heading, which is sound.
TEST(Mending, the_heading_in_single_brackets_is_named) {
  std::vector<SourceFile> files = testing::folder();
  std::string& text = testing::file_of(files, "jurisdictions/ZA.toml").text;
  std::size_t at = text.find("[[offence]]");
  auto line = 1 + std::ranges::count(text.substr(0, at), '\n');
  text.replace(at, std::string_view("[[offence]]").size(), "[offence]");
  auto problems = Corpus::check(files);
  ASSERT_FALSE(problems.empty());
  EXPECT_EQ(problems[0].where, "jurisdictions/ZA.toml:" + std::to_string(line));
  EXPECT_TRUE(problems[0].remedy.starts_with("write [[offence]] each time"));
}

TEST(Mending, brackets_commas_and_remarks) {
  EXPECT_TRUE(remedy("[authorities]", "[authorities").starts_with("close the heading"));
  EXPECT_TRUE(remedy("[[offence]]", "[[offence]").starts_with("close the heading"));
  for (std::string_view list : {"[\"en\" \"fr\"]", "[\"en\""})
    EXPECT_TRUE(remedy("languages = [\"en\"]", "languages = " + std::string(list))
                    .starts_with("put a comma between the entries"))
        << list;
  EXPECT_TRUE(remedy("[\"en\"]", "[en]").starts_with("put the text between"));
  EXPECT_TRUE(remedy("{ code = \"discrimination\" }", "{ code = \"discrimination\" note = \"\" }")
                  .starts_with("put a comma between two keys"));
  for (std::string_view remark : {"// r\ndays = 21", "; r\ndays = 21", "days = 21 // r"})
    EXPECT_EQ(remedy("days = 21", remark), "begin a remark with #") << remark;
  EXPECT_EQ(remedy("days = 21", "days ="), "write the key, = and its value");
}

TEST(Mending, signs_that_a_word_processor_writes) {
  EXPECT_TRUE(remedy("name = \"South Africa\"", "name = 'South Africa's'").contains("apostrophe"));
  EXPECT_TRUE(remedy("2026-11-21", "2026–11–21").starts_with("write a hyphen"));
  EXPECT_TRUE(remedy("days = 21", "days\u00a0= 21").starts_with("write a plain space"));
  EXPECT_TRUE(remedy("\"South Africa\"", "\"C:\\South\"").starts_with("write two backslashes"));
}

TEST(Mending, a_file_is_saved_as_plain_text) {
  std::string_view head = "[jurisdiction]";
  EXPECT_TRUE(remedy(head, "# caf\xe9\n[jurisdiction]").contains("UTF-8"));
  EXPECT_TRUE(remedy("# South Africa", "\xff\xfe# South Africa").contains("UTF-8"));
}

TEST(Mending, a_misspelt_key_is_told_what_it_may_mean) {
  EXPECT_EQ(remedy("death_penalty", "death_penality"), "did you mean `death_penalty`?");
  EXPECT_EQ(remedy("order_needed", "order_neded"), "did you mean `order_needed`?");
  EXPECT_EQ(remedy("[[offence]]", "[[offense]]"), "did you mean `offence`?");
  EXPECT_EQ(remedy("from = 2002-08-30", "form = 2002-08-30"), "did you mean `from`?");
  EXPECT_EQ(remedy("statute = \"E", "of = \"ZA\"\nstatute = \"E"),
            "see law/README.md, or delete it");
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
  EXPECT_EQ(problems[0].where, "cases/t.toml:3");
  EXPECT_TRUE(problems[0].what.contains("did you mean preservation?"));
  EXPECT_TRUE(case_problems(nullptr, files).empty());
  files.back().text = "[[case]]\nname = \"n\n";
  ASSERT_EQ(case_problems(nullptr, files).size(), 1u);
  EXPECT_TRUE(case_problems(nullptr, files)[0].remedy.starts_with("close the text"));
}

TEST(Mending, a_source_has_a_host) {
  for (std::string_view source : {"https://", "https:///act", "://law.example"}) {
    std::string_view was = "source = \"https://lawlibrary.org.za/akn/za/act/2020/19\"";
    EXPECT_TRUE(remedy(was, "source = \"" + std::string(source) + "\"").starts_with("write where"))
        << source;
  }
}

// A word that nothing defines is expected in vain, or never checked at all.
TEST(Mending, what_a_case_expects_is_in_words_that_there_are) {
  std::string ask =
      "[[case]]\nname = \"n\"\n\nask = { from = \"US\", to = \"PH\", measure = \"extradition\", "
      "offence = \"data_interference\", on = 2000-05-04 }\nexpect.decision = \"blocked\"\n";
  struct {
    std::string_view expect, remedy;
  } wrong[] = {
      {"best = \"ets185-24x\"", "did you mean \"ets185-24\"?"},
      {"routes = { ets185-29x = \"open\" }", "did you mean \"ets185-29\"?"},
      {"routes = { ets185-29 = \"opne\" }", "did you mean \"open\"?"},
      {"reasons = { ets185-24 = \"below_treshold\" }", "did you mean \"below_threshold\"?"},
      {"risks = { ets185-24 = \"pres_freedom\" }", "did you mean \"press_freedom\"?"},
      {"requires = { ets185-24 = \"urgnt\" }", "did you mean \"urgent\"?"},
      {"confidence = { ets185-24 = \"confirmd\" }", "did you mean \"confirmed\"?"},
      {"channel = { ets185-24 = \"poc_247\" }", "did you mean \"poc_24_7\"?"},
      {"carriage = { ets185-24 = \"comitty\" }", "did you mean \"comity\"?"},
      {"speed = { ets185-24 = \"month\" }", "did you mean \"months\"?"},
      {"cites = { ets185-24x = \"PH\" }", "did you mean \"ets185-24\"?"},
      {"approvals = { ets185-24 = \"poc_oficer\" }", "did you mean \"poc_officer\"?"},
      {"deadlines = { ets185-29 = \"preserve_minimun: at least 60 d\" }",
       "did you mean \"preserve_minimum\"?"},
      {"rules = [\"us-ets185-4-2x\"]", "did you mean \"us-ets185-4-2\"?"},
      {"no_rules = [\"us-ets185-4-2x\"]", "did you mean \"us-ets185-4-2\"?"},
  };
  for (auto& one : wrong) {
    auto problems = case_problems(&testing::corpus(),
                                  {{"cases/t.toml", ask + "expect." + std::string(one.expect)}});
    ASSERT_EQ(problems.size(), 1u) << one.expect;
    EXPECT_EQ(problems[0].remedy, one.remedy);
    EXPECT_EQ(problems[0].where, "cases/t.toml:6") << one.expect;
  }
  ask.replace(ask.find("\"blocked\""), 9, "\"need\"");
  auto problems = case_problems(&testing::corpus(), {{"cases/t.toml", ask}});
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].remedy, "did you mean \"needs\"?");
}

TEST(Mending, two_cases_of_one_name) {
  std::string one =
      "[[case]]\nname = \"n\"\nask = { from = \"US\", to = \"PH\", measure = \"extradition\", "
      "offence = \"data_interference\", on = 2000-05-04 }\nexpect = { decision = \"blocked\" }\n";
  auto problems = case_problems(nullptr, {{"cases/t.toml", one + one}});
  ASSERT_EQ(problems.size(), 1u);
  EXPECT_EQ(problems[0].where, "cases/t.toml:5");
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
