#include "law/coverage.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "law/test_law.h"

namespace comity::law {
namespace {

using testing::corpus_of;
using testing::file_of;
using testing::folder;
using ::testing::HasSubstr;

std::vector<SourceFile> without_cases() {
  std::vector<SourceFile> files = folder();
  std::erase_if(files, [](const SourceFile& file) { return file.name.starts_with("cases/"); });
  return files;
}

// What is said of one rule of the whole folder when these are all the cases there are.
std::string said_of(const std::string& id, const std::string& cases) {
  std::vector<SourceFile> files = without_cases();
  files.push_back({"cases/t.toml", cases});
  auto out = uncovered(corpus_of(files), files);
  check(out.has_value(), out ? "" : to_text(out.error()));
  for (const Uncovered& one : *out) {
    if (one.id == id) return one.what;
  }
  return "";
}

std::string one_case(const std::string& ask, const std::string& expect) {
  return "[[case]]\nname = \"n\"\nask = { " + ask + " }\nexpect = { " + expect + " }\n";
}

std::string mla(const std::string& on, const std::string& more = "") {
  return "from = \"US\", to = \"GB\", measure = \"mla\", offence = \"computer_fraud\", on = " + on +
         more;
}

TEST(Coverage, no_rule_of_the_law_folder_is_dead) {
  auto out = uncovered(corpus_of(folder()), folder());
  ASSERT_TRUE(out) << to_text(out.error());
  for (const Uncovered& one : *out) ADD_FAILURE() << one.kind << " " << one.id << ": " << one.what;
}

TEST(Coverage, a_provision_that_somebody_adds_without_cases_is_named) {
  std::vector<SourceFile> files = folder();
  std::string& text = file_of(files, "agreements/us-gb-mlat.toml").text;
  text +=
      "\n[[provision]]\nid = \"us-gb-mlat-2\"\narticle = \"2\"\ntitle = \"t\"\neffect = "
      "\"permit\"\nmeasures = [\"jit\"]\nchannels = [\"central_authority\"]\napprovals = "
      "[\"none\"]\ncite = \"c\"\nconfidence = \"unconfirmed\"\n";
  auto out = uncovered(corpus_of(files), files);
  ASSERT_TRUE(out);
  ASSERT_EQ(out->size(), 1u);
  EXPECT_EQ(out->front().kind, "provision");
  EXPECT_EQ(out->front().id, "us-gb-mlat-2");
  EXPECT_THAT(out->front().what, HasSubstr("no case in which it fires"));
}

TEST(Coverage, every_kind_of_rule_is_asked_for) {
  std::vector<SourceFile> files = without_cases();
  Corpus corpus = corpus_of(files);
  auto out = uncovered(corpus, files);
  ASSERT_TRUE(out);
  const Tables& t = corpus.tables();
  EXPECT_EQ(out->size(), t.provisions.size() + t.reservations.size() + t.statutes.size() +
                             t.articles.size() + t.absents.size());
}

TEST(Coverage, a_day_that_the_corpus_knows_needs_the_day_before) {
  const std::string open = "routes = { us-gb-mlat-1 = \"needs\" }",
                    closed = "routes = { us-gb-mlat-1 = \"blocked\" }";
  std::string first = one_case(mla("1996-12-02"), open);
  EXPECT_THAT(said_of("us-gb-mlat-1", first), HasSubstr("no case that just misses it"));
  EXPECT_THAT(said_of("us-gb-mlat-1", one_case(mla("1996-12-01"), closed)),
              HasSubstr("no case in which it fires"));
  EXPECT_THAT(said_of("us-gb-mlat-1", first + one_case(mla("1996-11-30"), closed)),
              HasSubstr("one day only"));
  EXPECT_EQ(said_of("us-gb-mlat-1", first + one_case(mla("1996-12-01"), closed)), "");
}

TEST(Coverage, two_cases_that_differ_in_two_things_are_no_neighbours) {
  std::string first = one_case(mla("1996-12-02"), "routes = { us-gb-mlat-1 = \"needs\" }");
  std::string before = one_case(mla("1996-12-01", ", facts = { urgent = \"yes\" }"),
                                "routes = { us-gb-mlat-1 = \"blocked\" }");
  EXPECT_THAT(said_of("us-gb-mlat-1", first + before), HasSubstr("one day only"));
}

TEST(Coverage, a_road_that_can_never_open_is_only_shown) {
  std::string ask =
      "from = \"US\", to = \"CN\", offence = \"computer_fraud\", on = 2026-11-21, measure = ";
  std::string shown =
      one_case(ask + "\"extradition\"", "routes = { us-cn-extradition-none = \"blocked\" }");
  std::string silent =
      one_case(ask + "\"mla\"", "routes = { us-cn-extradition-none = \"absent\" }");
  EXPECT_EQ(said_of("us-cn-extradition-none", shown + silent), "");
  EXPECT_NE(said_of("us-cn-extradition-none", shown), "");
}

TEST(Coverage, a_reservation_is_heard_in_one_case_and_silent_in_its_neighbour) {
  auto ask = [](const char* to) {
    return std::string(
               "from = \"US\", measure = \"mla\", offence = \"csam\", on = 2026-11-21, to = ") +
           to;
  };
  std::string heard = one_case(ask("\"JP\""), "rules = [\"jp-ets185-27-2\"]");
  EXPECT_NE(said_of("jp-ets185-27-2", heard), "");
  EXPECT_EQ(
      said_of("jp-ets185-27-2", heard + one_case(ask("\"BR\""), "no_rules = [\"jp-ets185-27-2\"]")),
      "");
}

TEST(Coverage, a_case_that_cannot_be_read_is_an_error) {
  std::vector<SourceFile> files = without_cases();
  files.push_back({"cases/t.toml", "[[case]]\nname = \"n\"\n"});
  auto out = uncovered(corpus_of(files), files);
  ASSERT_FALSE(out);
  EXPECT_THAT(out.error().where, HasSubstr("cases/t.toml"));
}

}  // namespace
}  // namespace comity::law
