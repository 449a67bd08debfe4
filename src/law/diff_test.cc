#include "law/diff.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "law/impact.h"
#include "law/test_law.h"

namespace comity::law {
namespace {

using testing::corpus_of;
using testing::file_of;
using testing::folder;
using ::testing::HasSubstr;

void replace(SourceFile& file, std::string_view what, std::string_view with) {
  std::size_t at = file.text.find(what);
  check(at != std::string::npos, "the file says this");
  file.text.replace(at, what.size(), with);
}

std::vector<Difference> compared(const std::vector<SourceFile>& after) {
  auto differences = diff(folder(), after);
  check(differences.has_value(), "both versions are TOML");
  return *differences;
}

constexpr std::string_view philippine_row = R"([[party]]
of = "PH"
status = "in_force"
since = 2018-07-01)";

TEST(Diff, layout_comments_and_order_are_no_difference) {
  auto files = folder();
  for (SourceFile& file : files) file.text = "# another comment\n\n" + file.text + "\n";
  std::ranges::reverse(files);
  EXPECT_TRUE(compared(files).empty());
  EXPECT_EQ(to_text(compared(files)), "no difference in any fact\n");
}

TEST(Diff, a_changed_fact_is_named_with_its_entry_and_both_values) {
  auto files = folder();
  replace(file_of(files, "jurisdictions/ZA.toml"), "days = 21", "days = 30");
  auto differences = compared(files);
  ASSERT_EQ(differences.size(), 1u);
  EXPECT_EQ(differences[0].kind, Difference::Kind::changed);
  EXPECT_EQ(differences[0].file, "jurisdictions/ZA.toml");
  EXPECT_EQ(differences[0].entry, "preservation");
  EXPECT_EQ(differences[0].field, "days");
  EXPECT_EQ(differences[0].before, "21");
  EXPECT_EQ(differences[0].after, "30");
  EXPECT_THAT(to_text(differences), HasSubstr("days: 21 -> 30"));
}

TEST(Diff, an_entry_that_comes_or_goes_is_told_once) {
  auto files = folder();
  file_of(files, "jurisdictions/PH.toml").text +=
      "\n[[absent]]\ncode = \"csam\"\nuntil = 1990-01-01\ncite = \"invented\"\n"
      "confidence = \"unconfirmed\"\n";
  auto differences = compared(files);
  ASSERT_EQ(differences.size(), 1u);
  EXPECT_EQ(differences[0].kind, Difference::Kind::added);
  EXPECT_THAT(differences[0].entry, HasSubstr("absent csam"));
  auto back = diff(files, folder());
  ASSERT_TRUE(back);
  ASSERT_EQ(back->size(), 1u);
  EXPECT_EQ((*back)[0].kind, Difference::Kind::removed);
}

TEST(Diff, a_file_that_comes_or_goes_is_told_entry_by_entry) {
  auto files = folder();
  std::erase_if(files, [](const SourceFile& file) { return file.name == "jurisdictions/ZA.toml"; });
  auto differences = compared(files);
  ASSERT_FALSE(differences.empty());
  for (const Difference& each : differences) {
    EXPECT_EQ(each.kind, Difference::Kind::removed);
    EXPECT_EQ(each.file, "jurisdictions/ZA.toml");
  }
}

TEST(Diff, what_is_not_toml_is_an_error_with_its_place) {
  auto files = folder();
  files[0].text += "\n= nonsense\n";
  auto differences = diff(folder(), files);
  ASSERT_FALSE(differences);
  EXPECT_THAT(differences.error().where, HasSubstr(files[0].name));
}

TEST(Impact, leaving_a_treaty_closes_its_roads_and_joining_opens_them_again) {
  auto files = folder();
  replace(file_of(files, "instruments/ets185.toml"), philippine_row, R"([[party]]
of = "PH"
status = "none"
since = 2018-07-01)");
  Corpus before = corpus_of(folder()), after = corpus_of(files);
  Date on = *date_from_text("2026-11-22");
  auto whose = touched(before, after, compared(files));
  ASSERT_TRUE(whose);
  EXPECT_EQ(*whose, std::set{*country_from_text("PH")});
  std::size_t told = 0;
  Impact left = impact(before, after, on, whose, [&](std::size_t done, std::size_t of) {
    ++told;
    EXPECT_LE(done, of);
  });
  EXPECT_GT(told, 100u);
  EXPECT_TRUE(left.opened.empty());
  EXPECT_FALSE(left.closed.empty() && left.other.empty());
  for (const auto* list : {&left.closed, &left.other})
    for (const Shift& shift : *list)
      EXPECT_TRUE(shift.from.text() == "PH" || shift.to.text() == "PH");
  Impact joined = impact(after, before, on, whose, [](std::size_t, std::size_t) {});
  EXPECT_EQ(joined.opened.size(), left.closed.size());
  EXPECT_EQ(joined.asked, left.asked);
}

// What a union concludes binds its members, so a change of its row is not its alone.
TEST(Impact, of_a_union_that_leaves_reaches_its_members) {
  auto files = folder();
  replace(file_of(files, "instruments/eu-gdpr.toml"), "members_of = \"EU\"",
          "until = 2020-01-01\nmembers_of = \"EU\"");
  Corpus before = corpus_of(folder()), after = corpus_of(files);
  auto differences = compared(files);
  ASSERT_EQ(differences.size(), 1u);
  EXPECT_EQ(differences[0].table, "party");
  EXPECT_EQ(differences[0].key, "EU");
  EXPECT_FALSE(touched(before, after, differences));
  EXPECT_FALSE(touched(after, before, differences));
}

TEST(Impact, of_one_version_on_itself_there_is_none) {
  Corpus same = corpus_of(folder());
  std::set pair{*country_from_text("US"), *country_from_text("PH")};
  Impact none =
      impact(same, same, *date_from_text("2026-11-22"), pair, [](std::size_t, std::size_t) {});
  EXPECT_TRUE(none.opened.empty() && none.closed.empty() && none.other.empty());
  EXPECT_GT(none.asked, 100'000u);
}

TEST(Impact, whose_roads_a_difference_touches_is_read_from_its_place) {
  Corpus same = corpus_of(folder());
  auto at = [](const char* file, const char* table, const char* key) {
    return std::vector{Difference{.kind = {},
                                  .file = file,
                                  .entry = "",
                                  .table = table,
                                  .key = key,
                                  .field = "",
                                  .before = "",
                                  .after = ""}};
  };
  using Found = std::optional<std::set<Country>>;
  EXPECT_EQ(touched(same, same, at("jurisdictions/ZA.toml", "preservation", "")),
            Found({*country_from_text("ZA")}));
  EXPECT_EQ(touched(same, same, at("instruments/ets185.toml", "reservation", "ph-ets185-24-7")),
            Found({*country_from_text("PH")}));
  EXPECT_EQ(touched(same, same, at("instruments/ets185.toml", "provision", "ets185-29")), Found());
  EXPECT_EQ(touched(same, same, at("vocabulary.toml", "measure", "preservation")), Found());
}

}  // namespace
}  // namespace comity::law
