#include "law/corpus.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <random>

#include "base/limits.h"
#include "law/test_law.h"

namespace comity::law {
namespace {

using testing::corpus_of;
using testing::file_of;
using testing::folder;
using ::testing::HasSubstr;

std::vector<SourceFile> with(std::string_view name, std::string_view find, std::string_view replace,
                             std::vector<SourceFile> files = folder()) {
  std::string& text = file_of(files, name).text;
  std::size_t at = text.find(find);
  check(at != std::string::npos, "the text to replace is there");
  text.replace(at, find.size(), replace);
  return files;
}

std::vector<SourceFile> with_more(std::string_view name, std::string_view more) {
  std::vector<SourceFile> files = folder();
  file_of(files, name).text += more;
  return files;
}

TEST(Corpus, the_law_folder_has_no_problem) {
  std::vector<Problem> problems = Corpus::check(folder());
  for (const Problem& problem : problems) ADD_FAILURE() << to_text(problem);
}

TEST(Corpus, the_order_of_the_files_is_irrelevant) {
  std::vector<SourceFile> files = folder();
  CorpusHash first = corpus_of(files).hash();
  std::mt19937 random(7);
  for (int i = 0; i < 3; ++i) {
    std::shuffle(files.begin(), files.end(), random);
    EXPECT_EQ(corpus_of(files).hash(), first);
  }
}

TEST(Corpus, comments_leave_the_hash_and_facts_change_it) {
  CorpusHash first = corpus_of(folder()).hash();
  EXPECT_EQ(corpus_of(with_more("jurisdictions/PH.toml", "\n# a remark\n")).hash(), first);
  EXPECT_NE(corpus_of(with("jurisdictions/PH.toml", "max_months = 36", "max_months = 35")).hash(),
            first);
}

TEST(Corpus, cases_are_no_law) {
  std::vector<SourceFile> files = folder();
  std::erase_if(files, [](const SourceFile& file) { return file.name.starts_with("cases/"); });
  EXPECT_EQ(corpus_of(files).hash(), corpus_of(folder()).hash());
}

TEST(Corpus, coverage_says_what_was_researched) {
  Corpus corpus = corpus_of(folder());
  EXPECT_EQ(corpus.coverage(*corpus.country("PH")), Coverage::profiled);
  EXPECT_EQ(corpus.coverage(*corpus.country("IE")), Coverage::memberships);
  EXPECT_EQ(corpus.coverage(*corpus.country("SO")), Coverage::unresearched);
}

TEST(Corpus, a_code_that_is_wrong_is_answered_with_the_nearest) {
  Corpus corpus = corpus_of(folder());
  auto measure = corpus.measure("preservaton");
  ASSERT_FALSE(measure);
  EXPECT_EQ(measure.error().code, Code::not_found);
  EXPECT_THAT(measure.error().what, HasSubstr("did you mean preservation?"));
  EXPECT_EQ(corpus.country("ZZ").error().code, Code::not_found);
  EXPECT_EQ(corpus.country("ph").error().code, Code::bad_value);
  EXPECT_EQ(corpus.country("PHL").error().code, Code::bad_value);
  EXPECT_EQ(corpus.provision("ets185-99").error().code, Code::not_found);
}

TEST(Corpus, every_word_has_a_french_title) {
  Corpus corpus = corpus_of(folder());
  for (auto words : {corpus.measures(), corpus.offences(), corpus.data_categories(), corpus.roles(),
                     corpus.channels(), corpus.grounds(), corpus.approvals()}) {
    for (const Word& word : words) EXPECT_FALSE(word.fr.empty()) << word.code;
  }
}

TEST(Corpus, the_codes_that_rule_everywhere_are_all_there) {
  Corpus corpus = corpus_of(folder());
  EXPECT_EQ(corpus.measures().size(), 21u);
  EXPECT_EQ(corpus.offences().size(), 15u);  // and terrorism, for Reg.2021/784
  for (const char* code :
       {"political_offence", "not_held", "wrong_addressee", "de_facto_impossible", "speciality"}) {
    EXPECT_TRUE(corpus.ground(code)) << code;
  }
}

// ---------------------------------------------------------------- refused, with file, line and
// remedy
struct Refused {
  const char* what;
  const char* file;
  const char* find;
  const char* replace;
  const char* says;
  const char* remedy;
};

// Enough of the law for each mistake below, and quick to load.
std::vector<SourceFile> some_of_the_folder() {
  std::vector<SourceFile> files = folder();
  std::erase_if(files, [](const SourceFile& file) {
    constexpr std::string_view kept[] = {"vocabulary.toml",
                                         "instruments/ets185.toml",
                                         "jurisdictions/PH.toml",
                                         "agreements/us-ph-extradition.toml",
                                         "agreements/us-ph-mlat.toml",
                                         "instruments/us-sca.toml",
                                         "instruments/cets224.toml"};
    return std::ranges::find(kept, file.name) == std::end(kept);
  });
  return files;
}

TEST(Corpus, the_part_that_the_mistakes_are_made_in_loads) {
  EXPECT_TRUE(Corpus::load(some_of_the_folder()));
}

// The parameter's name in the test's own.
std::string name_of_case(const ::testing::TestParamInfo<Refused>& info) {
  std::string name = info.param.what;
  std::ranges::replace_if(
      name, [](char c) { return !std::isalnum(static_cast<unsigned char>(c)); }, '_');
  return name;
}

class RefusedLaw : public ::testing::TestWithParam<Refused> {};

TEST_P(RefusedLaw, is_named_with_its_line_and_remedy) {
  const Refused& p = GetParam();
  std::vector<SourceFile> files = with(p.file, p.find, p.replace, some_of_the_folder());
  std::vector<Problem> problems = Corpus::check(files);
  ASSERT_FALSE(problems.empty());
  bool said = false;
  for (const Problem& problem : problems) {
    bool here = problem.where.starts_with(std::string(p.file) + ":") &&
                problem.what.find(p.says) != std::string::npos;
    if (here) EXPECT_THAT(problem.remedy, HasSubstr(p.remedy));
    said = said || here;
  }
  EXPECT_TRUE(said) << to_text(problems.front());
  auto corpus = Corpus::load(files);
  ASSERT_FALSE(corpus);
  EXPECT_EQ(corpus.error().code, Code::invalid);
  EXPECT_FALSE(corpus.error().where.empty());
}

constexpr const char* ets185 = "instruments/ets185.toml";
constexpr const char* ph = "jurisdictions/PH.toml";

INSTANTIATE_TEST_SUITE_P(
    All, RefusedLaw,
    ::testing::Values(
        Refused{"toml", ph, "[jurisdiction]", "[jurisdiction", "", ""},
        Refused{"unknown key", ph, "[jurisdiction]", "[jurisdiction]\ncolour = 1",
                "`colour` is no key", "delete"},
        Refused{"another's file", ph, "of = \"PH\"", "of = \"FR\"", "speaks for FR",
                "jurisdictions/FR.toml"},
        Refused{"no country", ph, "of = \"PH\"", "of = \"XX\"", "no country", "ISO 3166-1"},
        Refused{"misspelt offence", ph, "code = \"illegal_access\"", "code = \"ilegal_access\"",
                "nothing defines", "did you mean \"illegal_access\"?"},
        Refused{"date as text", ph, "from = 2000-06-19", "from = \"June 2000\"", "must be a day",
                "2001-11-23"},
        Refused{"period upside down", ph, "suspended_from = 2012-10-09",
                "suspended_from = 2020-10-09", "ends before it begins", "first day"},
        Refused{"penalty missing", ph, "max_months = 36", "", "no `max_months`",
                "court_discretion"},
        Refused{"penalty contradicts", ph, "max_months = 36",
                "max_months = 36\npenalty = \"no_imprisonment\"", "contradict", "keep one"},
        Refused{"penalty negative", ph, "max_months = 36", "max_months = -1", "whole number",
                "write a whole number from 1 to"},
        Refused{"absent and present", ph, "until = 2000-06-19", "until = 2001-06-19",
                "absent, and that it exists", "end [[absent]]"},
        Refused{"confidence", ph, "confidence = \"confirmed\"", "confidence = \"sure\"",
                "none of the words", "confirmed, unconfirmed"},
        Refused{"empty cite", ph, "cite = \"RA 10175 s.13\"", "cite = \"\"", "`cite` is empty",
                "write its text"},
        Refused{"one number for a list", ph, "languages = [\"en\"]", "languages = \"en\"",
                "list of texts", "[\"...\""},
        Refused{"instrument twice", "agreements/us-ph-mlat.toml", "id = \"US-PH-MLAT\"",
                "id = \"ETS185\"", "exists already", "id of its own"},
        Refused{"article of others", ets185, "provisions = [\"ets185-33\"]\nconditions",
                "provisions = [\"us-ph-mlat-1\"]\nconditions", "no provision of this instrument",
                "name provisions of this file"},
        Refused{"article of nothing", ets185, "provisions = [\"ets185-33\"]\nconditions",
                "binds = \"requested\"\ntowards = \"anyone\"\nconditions",
                "neither provisions nor measures", "say provisions"},
        Refused{"article towards whom", ets185, "provisions = [\"ets185-33\"]\nconditions",
                "measures = [\"mla\"]\nbinds = \"requested\"\nconditions", "`towards` is missing",
                "add towards"},
        Refused{"statute that permits", ph, "[[offence]]",
                "[[statute]]\nid = \"s\"\ntitle = \"t\"\neffect = \"permit\"\nside = "
                "\"requested\"\nmeasures = [\"mla\"]\ncite = \"c\"\nconfidence = "
                "\"confirmed\"\n\n[[offence]]",
                "is none of the words for effect", "forbid, require, note"},
        Refused{"statute without its day", ph, "[[offence]]",
                "[[statute]]\nid = \"s\"\ntitle = \"t\"\neffect = \"forbid\"\nside = "
                "\"requested\"\nmeasures = [\"mla\"]\ncite = \"c\"\nconfidence = "
                "\"confirmed\"\n\n[[offence]]",
                "since when it stands is not said", "from_unknown = true"},
        Refused{"statute whose day is known and unknown", ph, "[[offence]]",
                "[[statute]]\nid = \"s\"\ntitle = \"t\"\neffect = \"forbid\"\nside = "
                "\"requested\"\nmeasures = [\"mla\"]\nfrom = 2001-01-01\nfrom_unknown = true\n"
                "cite = \"c\"\nconfidence = \"confirmed\"\n\n[[offence]]",
                "given and unknown at once", "keep one"},
        Refused{"article of an undated law without its day", "instruments/us-sca.toml",
                "from_unknown = true\nconditions", "conditions", "since when it stands is not said",
                "from_unknown = true"},
        Refused{"article that forbids and has no day", "instruments/us-sca.toml",
                "effect = \"require\"", "effect = \"forbid\"", "nobody can date forbids nothing",
                "write `from`"},
        Refused{"reservation that closes and asks", "instruments/cets224.toml", "closes = true",
                "closes = true\nasks = true", "only what excludes closes", "without `asks`"},
        Refused{"declaration with a condition", "instruments/cets224.toml",
                "effect = \"designates\"",
                "effect = \"designates\"\nwhen = { fact = \"urgent\", is = \"yes\" }",
                "decided by facts", "drop `when`"},
        Refused{"members of nothing", ets185, "of = \"AL\"", "of = \"AL\"\nmembers_of = \"EUU\"",
                "nothing defines", "use one of"},
        Refused{"exception that is no country", ets185, "of = \"AL\"",
                "of = \"AL\"\nexcept = [\"XX\"]", "no country", "ISO 3166-1"},
        Refused{"absence twice", ph, "[[absent]]\ncode = \"illegal_access\"",
                "[[absent]]\ncode = \"illegal_access\"\nid = \"ph-absent-data_interference\"",
                "exists already", "id of its own"},
        Refused{"source that is nowhere", ph, "source = \"https://",
                "source = \"read it somewhere\" # ", "neither an address nor a name",
                "name it in [sources]"},
        Refused{"bound since nobody says", ets185, "since = 2004-07-01\n", "",
                "since when it is bound is not said", "since_unknown = true"},
        Refused{"bound since known and unknown", ets185, "since = 2004-07-01\n",
                "since = 2004-07-01\nsince_unknown = true\n", "given and unknown at once",
                "keep one"},
        Refused{"bound before there was anything", ets185, "since = 2004-07-01\n",
                "since = 2004-06-30\n", "before the instrument itself is in force, on 2004-07-01",
                "mend `in_force`"},
        Refused{"provision twice", ets185, "id = \"ets185-25\"", "id = \"ets185-26\"",
                "exists already", "id of its own"},
        Refused{"unknown provision", ets185, "provisions = [\"ets185-29\"]\nside",
                "provisions = [\"ets185-92\"]\nside", "no provision is called",
                "`id` of a provision"},
        Refused{"no measure", ets185, "measures = [\"preservation\"]", "measures = []",
                "speaks of no measure", "at least one"},
        Refused{"no channel", ets185, "channels = [\"poc_24_7\", \"central_authority\"]",
                "channels = []", "no channel", "best first"},
        Refused{"nobody approves", ets185, "approvals = [\"poc_officer\"]", "approvals = []",
                "nobody approves", "none"},
        Refused{"unknown fact", ets185, "fact = \"follow_up_intended\"", "fact = \"follow_up\"",
                "nothing defines", ""},
        Refused{"yes/no fact", ets185, "fact = \"urgent\", is = \"yes\"",
                "fact = \"urgent\", is = \"maybe\"", "yes or no", "is = \"yes\""},
        Refused{"jurisdiction fact", ets185, "fact = \"data_location\", is = \"requested\"",
                "fact = \"data_location\", is = \"there\"", "is a jurisdiction", "requested"},
        Refused{"empty condition", ets185,
                "when = { all = [ { fact = \"urgent\", is = \"yes\" } ] }", "when = { all = [] }",
                "is empty", "list its conditions"},
        Refused{"condition without atom", ets185,
                "when = { all = [ { fact = \"urgent\", is = \"yes\" } ] }",
                "when = { all = [ { is = \"yes\" } ] }", "neither a fact nor a membership",
                "member"},
        Refused{"clock of nothing", ets185, "value = 60, unit = \"d\"", "value = 0, unit = \"d\"",
                "clock of nothing", "how many"},
        Refused{"prohibition in a treaty", ets185, "effect = \"permit\"", "effect = \"forbid\"",
                "permits", "[[statute]]"},
        Refused{"status", ets185, "status = \"in_force\"", "status = \"friendly\"",
                "none of the words", "signed"},
        Refused{"unequal thresholds", "agreements/us-ph-extradition.toml",
                "prevails_over = [\"ets185-24\"]", "prevails_over = []", "unequal thresholds",
                "prevails_over = [\""},
        Refused{"class without facts", "agreements/us-ph-mlat.toml", "membership = \"closed\"",
                "membership = \"club\"", "none of the words", "open, closed, everyone"},
        Refused{"missing reason", "vocabulary.toml", "code = \"not_in_force\"",
                "code = \"not_yet\"", "is missing", "[[reason]]"},
        Refused{"missing fact", "vocabulary.toml", "code = \"target_nationality\"",
                "code = \"target_nation\"", "is missing", "[[fact]]"},
        Refused{"code with blanks", "vocabulary.toml", "code = \"takedown\"",
                "code = \"take down\"", "no code", "a to z"},
        Refused{"word twice", "vocabulary.toml", "code = \"takedown\"", "code = \"mla\"",
                "defined twice", "delete one"},
        Refused{"speed", "vocabulary.toml", "speed = \"hours\"", "speed = \"soon\"",
                "none of the words", "immediate"}),
    name_of_case);

TEST(Corpus, all_problems_are_listed_not_only_the_first) {
  std::vector<SourceFile> files = with(ph, "max_months = 36", "max_months = \"36\"");
  std::string& text = file_of(files, "jurisdictions/US.toml").text;
  text += "\n[[offence]]\ncode = \"csam\"\n";
  std::vector<Problem> problems = Corpus::check(files);
  EXPECT_GE(problems.size(), 3u);
  auto error = Corpus::load(files).error();
  EXPECT_THAT(error.what, HasSubstr("more: comity law check"));
}

TEST(Corpus, two_files_may_not_speak_for_one_jurisdiction) {
  std::vector<SourceFile> files = folder();
  files.push_back({"jurisdictions/YY.toml", file_of(files, ph).text});
  EXPECT_FALSE(Corpus::load(files));
}

TEST(Corpus, a_file_in_no_place_of_the_folder_is_refused) {
  for (const char* name :
       {"notes.toml", "instruments/deep/x.toml", "instruments/x.txt", "jurisdictions/../PH.toml"}) {
    std::vector<SourceFile> files = folder();
    files.push_back({name, ""});
    auto corpus = Corpus::load(files);
    ASSERT_FALSE(corpus) << name;
    EXPECT_EQ(corpus.error().where, name);
  }
}

TEST(Corpus, a_file_given_twice_is_refused) {
  std::vector<SourceFile> files = folder();
  files.push_back(file_of(files, ph));
  EXPECT_FALSE(Corpus::load(files));
}

TEST(Corpus, without_a_vocabulary_nothing_loads) {
  EXPECT_FALSE(Corpus::load({}));
  std::vector<SourceFile> files = folder();
  std::erase_if(files, [](const SourceFile& file) { return file.name == "vocabulary.toml"; });
  EXPECT_THAT(Corpus::load(files).error().what, HasSubstr("no vocabulary"));
}

TEST(Corpus, more_files_and_larger_ones_than_the_limits_are_refused) {
  std::vector<SourceFile> many(limits::law_files_max + 1, SourceFile{"cases/x.toml", ""});
  EXPECT_EQ(Corpus::load(many).error().code, Code::too_large);
  std::vector<SourceFile> files = folder();
  files[0].text.append(limits::law_file_bytes_max, '#');
  EXPECT_EQ(Corpus::load(files).error().code, Code::too_large);
}

// One mistake is told once, not again by all that follows from it.
TEST(Check, an_unknown_country_is_one_mistake) {
  auto files = folder();
  file_of(files, "jurisdictions/PH.toml").text =
      "[jurisdiction]\nof = \"XX\"\nname = \"X\"\ncompiled = 2026-01-01\nconfidence = "
      "\"unconfirmed\"\n[authorities]\nconfidence = \"unconfirmed\"\n";
  auto problems = Corpus::check(files);
  std::erase_if(problems,
                [](const Problem& one) { return one.where != "jurisdictions/PH.toml:2"; });
  EXPECT_EQ(problems.size(), 1u);
  for (const Problem& one : Corpus::check(files))
    EXPECT_FALSE(one.where.starts_with("jurisdictions/PH.toml") && one.where != problems[0].where)
        << to_text(one);
}

}  // namespace
}  // namespace comity::law
