#include "law/facts.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "law/provision.h"
#include "law/test_law.h"

namespace comity::law {
namespace {

using ::testing::Contains;
using testing::corpus;
using ::testing::HasSubstr;

const json::Value& fact_named(const json::Value& facts, std::string_view code) {
  for (const json::Value& fact : *facts.as_array())
    if (*fact.find("fact")->as_string() == code) return fact;
  static const json::Value none;
  ADD_FAILURE() << code;
  return none;
}

TEST(Facts, every_fact_is_listed_with_who_asks_for_it) {
  json::Value facts = facts_json(corpus());
  ASSERT_EQ(facts.as_array()->size(), corpus().facts().size());
  for (const json::Value& fact : *facts.as_array())
    EXPECT_FALSE(fact.find("asked_by")->as_array()->empty()) << json::write(fact);
  auto asked_by = [&](const char* code) {
    return *fact_named(facts, code).find("asked_by")->as_array();
  };
  EXPECT_THAT(asked_by("data_location"), Contains(json::Value("ets185-29")));
  EXPECT_THAT(asked_by("us-ets185-4-2"), Contains(json::Value("us-ets185-4-2")));
  EXPECT_THAT(asked_by("target_nationality"), Contains(json::Value("ets185-24")));
  EXPECT_THAT(asked_by("transfer_basis"), Contains(json::Value("eu-gdpr-44")));
  EXPECT_THAT(asked_by("holder_state_consents"), Contains(json::Value("cn-dsl-36")));
}

// Of the vocabulary, and of every reservation that asks.
TEST(Facts, everything_is_asked_in_french_too) {
  for (const Word& word : corpus().facts()) {
    FactId fact = *corpus().fact(word.code);
    std::string_view french = question_in(Language::fr, corpus(), fact);
    EXPECT_NE(french, question_in(Language::en, corpus(), fact)) << word.code;
    EXPECT_TRUE(french.ends_with(" ?") || french.ends_with(")")) << french;
    EXPECT_FALSE(word.fr.empty()) << word.code;
  }
  EXPECT_THAT(facts_text(corpus()), HasSubstr("Dans quelle juridiction"));
  EXPECT_THAT(facts_text(corpus()), HasSubstr("La condition des États-Unis est-elle remplie"));
}

// An operator's own folder need not have the French.
TEST(Facts, what_nobody_wrote_in_french_is_asked_in_english) {
  std::vector<SourceFile> files = testing::folder();
  std::string& text = testing::file_of(files, "instruments/ets185.toml").text;
  std::size_t line = text.find("question_fr = \"La condition des États-Unis");
  ASSERT_NE(line, std::string::npos);
  text.erase(line, text.find('\n', line) - line);
  Corpus without = testing::corpus_of(files);
  EXPECT_THAT(std::string(question_in(Language::fr, without, *without.fact("us-ets185-2"))),
              HasSubstr("as United States requires"));
}

}  // namespace
}  // namespace comity::law
