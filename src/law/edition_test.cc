// Goal: an edition is taken when it is its publisher's own law and sound, and refused with the line
// and the reason when it is not.
#include "law/edition.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>

#include "json/reader.h"
#include "law/test_law.h"

namespace comity::law {
namespace {

const std::vector<SourceFile>& files() {
  static const auto held = testing::law_folder(COMITY_SOURCE_DIR);
  return held;
}

std::string ph() {
  auto copy = files();
  return testing::file_of(copy, "jurisdictions/PH.toml").text;
}

std::string replaced(std::string text, std::string_view what, std::string_view by) {
  std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

std::size_t line_of(const std::string& text, std::string_view what) {
  auto end = text.begin() + static_cast<std::ptrdiff_t>(text.find(what));
  return 1 + static_cast<std::size_t>(std::count(text.begin(), end, '\n'));
}

Edition edition(std::string text, std::string file = "jurisdictions/PH.toml") {
  return {.file = std::move(file),
          .version = 2,
          .from = *date_from_text("2026-12-01"),
          .text = std::move(text)};
}

const Date today{std::chrono::year{2026} / 11 / 21};

TEST(Edition, is_read_as_it_was_written) {
  Edition given = edition(ph());
  auto read = edition_from_json(to_json(given));
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_EQ(read->file, given.file);
  EXPECT_EQ(read->version, 2u);
  EXPECT_EQ(read->from, given.from);
  EXPECT_EQ(read->text, given.text);
}

TEST(Edition, is_read_strictly) {
  json::Object good = *to_json(edition("x = 1")).as_object();
  ASSERT_TRUE(edition_from_json(good));
  struct Case {
    const char* member;
    json::Value value;
    Code code;
  };
  const Case cases[] = {
      {"version", json::Value(0), Code::bad_value},
      {"version", json::Value(1'000'000), Code::bad_value},
      {"version", json::Value("2"), Code::bad_value},
      {"from", json::Value("2026-02-30"), Code::bad_value},
      {"from", json::Value("2026-12-01T00:00:00Z"), Code::too_large},
      {"file", json::Value(std::string(65, 'x')), Code::too_large},
      {"text", json::Value(std::string(limits::law_edition_bytes_max + 1, '#')), Code::too_large},
      {"note", json::Value("also"), Code::unknown_field},
  };
  for (const Case& each : cases) {
    json::Object bad = good;
    bad[each.member] = each.value;
    auto read = edition_from_json(bad);
    ASSERT_FALSE(read) << each.member << json::write(each.value).substr(0, 40);
    EXPECT_EQ(read.error().code, each.code) << each.member << ": " << to_text(read.error());
  }
  for (const char* member : {"file", "version", "from", "text"}) {
    json::Object bad = good;
    bad.erase(member);
    auto read = edition_from_json(bad);
    ASSERT_FALSE(read) << member;
    EXPECT_EQ(read.error().code, Code::missing_field);
  }
}

TEST(Edition, is_what_its_schema_says) {
  std::ifstream in(COMITY_SOURCE_DIR "/docs/schemas/law.json");
  std::string text{std::istreambuf_iterator<char>(in), {}};
  auto schema = json::parse(text);
  ASSERT_TRUE(schema) << to_text(schema.error());
  const json::Object& properties = *schema->find("properties")->as_object();
  json::Array members;
  for (const auto& [name, value] : *to_json(edition("x = 1")).as_object()) {
    EXPECT_TRUE(properties.contains(name)) << name;
    members.emplace_back(name);
  }
  EXPECT_EQ(properties.size(), members.size());
  EXPECT_THAT(*schema->find("required")->as_array(), ::testing::UnorderedElementsAreArray(members));
  auto bound = [&](const char* name, const char* what) {
    return *properties.find(name)->second.find(what)->as_int();
  };
  EXPECT_EQ(bound("text", "maxLength"), static_cast<std::int64_t>(limits::law_edition_bytes_max));
  EXPECT_EQ(bound("file", "maxLength"), static_cast<std::int64_t>(limits::law_file_name_bytes_max));
  EXPECT_EQ(bound("version", "minimum"), 1);
  EXPECT_EQ(bound("version", "maximum"), edition_version_max);
}

TEST(Edition, nobody_has_reviewed_it_on_a_day_to_come) {
  std::string text = ph(), day = "compiled = 2026-11-21";
  text.replace(text.find(day), day.size(), "compiled = 2026-11-23");
  auto refused = check_edition(files(), edition(text), "PH", today);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::invalid);
  EXPECT_THAT(refused.error().where, ::testing::HasSubstr("jurisdictions/PH.toml:5"));
  EXPECT_THAT(refused.error().what, ::testing::HasSubstr("write 2026-11-21 or an earlier day"));
  // It is tomorrow already east of us.
  EXPECT_TRUE(check_edition(files(), edition(text), "PH", today + std::chrono::days{1}));
}

TEST(Edition, of_the_law_as_it_stands_is_sound) {
  auto done = check_edition(files(), edition(ph()), "PH", today);
  EXPECT_TRUE(done) << to_text(done.error());
}

TEST(Edition, of_a_jurisdiction_without_a_file_is_sound_too) {
  std::string text =
      "[jurisdiction]\nof = \"KE\"\nname = \"Kenya\"\ncompiled = 2026-11-21\nlanguages = "
      "[\"en\"]\nconfidence = \"unconfirmed\"\n";
  auto done = check_edition(files(), edition(text, "jurisdictions/KE.toml"), "KE", today);
  EXPECT_TRUE(done) << to_text(done.error());
}

TEST(Edition, is_refused_with_the_line_and_the_reason) {
  std::string text = ph();
  struct Case {
    const char* why;
    std::string text;
    std::string at;  // what stands on the line that is named
    const char* says;
    Code code = Code::invalid;
  };
  const Case cases[] = {
      {"no TOML", replaced(text, "languages = [\"en\"]", "languages = [\"en\""), "death_penalty",
       "", Code::malformed},
      {"a word that is none", replaced(text, "code = \"illegal_access\"", "code = \"trespass\""),
       "trespass", "trespass"},
      {"a misspelt key", replaced(text, "max_months = 36", "max_months = 36\nmax_month = 3"),
       "max_month = 3\n", "max_month"},
      {"an offence that ends before it begins",
       replaced(text, "from = 2000-06-19", "from = 2000-06-19\nuntil = 1999-01-01"), "from = 2000",
       ""},
      {"another jurisdiction", replaced(text, "of = \"PH\"", "of = \"US\""), "of = \"US\"",
       "another jurisdiction", Code::not_allowed},
  };
  for (const Case& each : cases) {
    auto done = check_edition(files(), edition(each.text), "PH", today);
    ASSERT_FALSE(done) << each.why;
    EXPECT_EQ(done.error().code, each.code) << each.why << ": " << to_text(done.error());
    EXPECT_NE(done.error().what.find(each.says), std::string::npos)
        << each.why << ": " << to_text(done.error());
    ASSERT_TRUE(done.error().where.starts_with("jurisdictions/PH.toml:")) << done.error().where;
    auto line = static_cast<std::size_t>(
        std::atoi(done.error().where.c_str() + std::string("jurisdictions/PH.toml:").size()));
    std::size_t expected = line_of(each.text, each.at);
    EXPECT_LE(line > expected ? line - expected : expected - line, 1u)
        << each.why << ": " << to_text(done.error()) << ", expected line " << expected;
  }
}

TEST(Edition, that_contradicts_itself_is_refused) {
  std::string text = ph() +
                     "\n[[absent]]\ncode = \"illegal_access\"\nfrom = 2001-01-01\ncite = "
                     "\"invented\"\nconfidence = \"unconfirmed\"\n";
  auto done = check_edition(files(), edition(text), "PH", today);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().code, Code::invalid) << to_text(done.error());
  EXPECT_TRUE(done.error().where.starts_with("jurisdictions/PH.toml:")) << done.error().where;
}

TEST(Edition, of_another_file_is_refused_whatever_it_says) {
  for (const char* file : {"jurisdictions/US.toml", "vocabulary.toml", "instruments/ets185.toml",
                           "jurisdictions/../PH.toml", ""}) {
    auto done = check_edition(files(), edition(ph(), file), "PH", today);
    ASSERT_FALSE(done) << file;
    EXPECT_EQ(done.error().code, Code::not_allowed) << file;
  }
}

TEST(Edition, holds_only_what_a_jurisdictions_file_holds) {
  for (const char* more : {"\n[[party]]\nof = \"US\"\n", "\n[instrument]\nid = \"X\"\n",
                           "\n[[measure]]\ncode = \"m\"\n", "\n[[reservation]]\nparty = \"US\"\n",
                           "\n[country]\nUS = \"Elsewhere\"\n"}) {
    auto done = check_edition(files(), edition(ph() + more), "PH", today);
    ASSERT_FALSE(done) << more;
    EXPECT_EQ(done.error().code, Code::invalid) << to_text(done.error());
  }
}

TEST(Edition, takes_the_place_of_its_file_and_of_no_other) {
  Edition given = edition("# empty");
  auto out = with_editions(files(), {&given, 1});
  EXPECT_EQ(out.size(), files().size());
  EXPECT_EQ(testing::file_of(out, "jurisdictions/PH.toml").text, "# empty");
  for (const SourceFile& each : files())
    if (each.name != given.file) EXPECT_EQ(testing::file_of(out, each.name).text, each.text);
}

TEST(Edition, is_the_same_whatever_its_comments_and_another_with_another_fact) {
  auto plain = hash_of_facts(edition(ph()));
  auto commented = hash_of_facts(edition("# looked at again\n" + ph()));
  auto changed = hash_of_facts(edition(replaced(ph(), "max_months = 36", "max_months = 37")));
  ASSERT_TRUE(plain && commented && changed);
  EXPECT_EQ(*plain, *commented);
  EXPECT_NE(*plain, *changed);
}

TEST(Edition, says_what_differs_in_one_line) {
  auto copy = files();
  const SourceFile& before = testing::file_of(copy, "jurisdictions/PH.toml");
  auto same = diff(&before, edition("# a comment\n" + ph()));
  ASSERT_TRUE(same);
  EXPECT_TRUE(same->empty());
  auto changed = diff(&before, edition(replaced(ph(), "max_months = 36", "max_months = 37")));
  ASSERT_TRUE(changed);
  ASSERT_EQ(changed->size(), 1u);
  std::string line = in_one_line(*changed, 600);
  EXPECT_NE(line.find("max_months: 36 -> 37"), std::string::npos) << line;
  auto all = diff(nullptr, edition(ph()));
  ASSERT_TRUE(all);
  EXPECT_GT(all->size(), 5u);
  EXPECT_LE(in_one_line(*all, 200).size(), 200u);
}

TEST(Edition, one_line_is_one_line_of_whole_characters) {
  EXPECT_EQ(one_line("a\nb\x1b[31mc\x7f", 100), "a b [31mc ");
  EXPECT_EQ(one_line("short", 5), "short");
  std::string cut = one_line("\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9\xC3\xA9", 9);
  EXPECT_EQ(cut, "\xC3\xA9\xC3\xA9 ...");
}

}  // namespace
}  // namespace comity::law
