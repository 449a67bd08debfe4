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

// A reservation's own question is asked in the words of its file; the vocabulary's in both.
TEST(Facts, the_vocabulary_asks_in_french_too) {
  for (const Word& word : corpus().facts()) {
    FactId fact = *corpus().fact(word.code);
    bool of_reservation = word.fr.empty();
    EXPECT_EQ(
        question_in(Language::fr, corpus(), fact) == question_in(Language::en, corpus(), fact),
        of_reservation)
        << word.code;
  }
  EXPECT_THAT(facts_text(corpus()), HasSubstr("Dans quelle juridiction"));
}

}  // namespace
}  // namespace comity::law
