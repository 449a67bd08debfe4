#include "law/report.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <set>
#include <sstream>

#include "law/provision.h"
#include "law/test_law.h"

namespace comity::law {
namespace {

using testing::corpus;
using ::testing::HasSubstr;

struct Answer {
  Question question;
  Decision decision;
};

Answer& answered(std::string from, std::string to, std::string measure, std::string on) {
  static Answer answer;
  QuestionText text;
  text.from = std::move(from);
  text.to = std::move(to);
  text.measure = std::move(measure);
  text.offence = "data_interference";
  text.on = std::move(on);
  answer.question = *ask(corpus(), text);
  decide(corpus(), answer.question, answer.decision);
  return answer;
}

std::set<std::string> keys(const json::Value& value) {
  std::set<std::string> out;
  for (auto& [name, member] : *value.as_object()) out.insert(name);
  return out;
}

TEST(Report, has_the_keys_of_the_blueprint_and_no_other) {
  Answer& a = answered("US", "PH", "preservation", "2026-11-21");
  json::Value value = to_json(corpus(), a.question, a.decision);
  EXPECT_EQ(keys(value), (std::set<std::string>{"on", "conduct", "from", "to", "measure", "offence",
                                                "corpus", "decision", "routes"}));
  std::set<std::string> route{"provision", "instrument", "cite",  "confidence", "state",
                              "channel",   "carriage",   "speed", "deadlines",  "approvals",
                              "requires",  "conditions", "there", "risks",      "reasons"};
  ASSERT_FALSE(value.find("routes")->as_array()->empty());
  for (const json::Value& one : *value.find("routes")->as_array()) {
    EXPECT_EQ(keys(one), route);
    for (const json::Value& reason : *one.find("reasons")->as_array()) {
      EXPECT_EQ(keys(reason), (std::set<std::string>{"code", "cite", "confidence"}));
    }
  }
  EXPECT_EQ(*value.find("corpus")->as_string(), to_hex(corpus().hash()));
  EXPECT_EQ(*value.find("conduct")->as_string(), "2026-11-21");
}

TEST(Report, tells_what_binds_the_holder_with_citation_and_confidence) {
  Answer& a = answered("JP", "CN", "stored_content", "2026-11-21");
  auto china = holder_warnings(corpus(), a.question);
  json::Value value = to_json(china);
  ASSERT_EQ(value.as_array()->size(), 3u);
  for (const json::Value& each : *value.as_array())
    EXPECT_EQ(keys(each), (std::set<std::string>{"code", "text", "cite", "confidence"}));
  std::string text = to_text(china);
  EXPECT_THAT(text, HasSubstr("Law Art.36)"));
  EXPECT_THAT(text, HasSubstr("[unconfirmed]"));
  EXPECT_EQ(to_text(std::vector<Warning>{}), "");
}

TEST(Report, a_road_that_reaches_some_data_only_says_which_while_nobody_names_them) {
  Answer& a = answered("FR", "US", "emergency_disclosure", "2026-11-21");
  std::string text = to_text(corpus(), a.question, a.decision);
  EXPECT_THAT(text, HasSubstr("Condition:  only for: Content, Other stored data"));
  EXPECT_THAT(json::write(to_json(corpus(), a.question, a.decision)),
              HasSubstr("\"only for: Content, Other stored data\""));
  auto named = std::ranges::find(corpus().tables().words.data, "content", &Word::code);
  a.question.data = {static_cast<std::uint16_t>(named - corpus().tables().words.data.begin())};
  decide(corpus(), a.question, a.decision);
  EXPECT_THAT(to_text(corpus(), a.question, a.decision), ::testing::Not(HasSubstr("only for")));
}

TEST(Report, what_was_recalled_and_what_an_article_adds_is_told) {
  Answer& a = answered("US", "GB", "stored_content", "2026-11-21");
  std::string text = to_text(corpus(), a.question, a.decision);
  EXPECT_THAT(text, HasSubstr("Recalled:"));
  json::Value value = to_json(corpus(), a.question, a.decision);
  bool told = false;
  for (const json::Value& route : *value.find("routes")->as_array())
    for (const json::Value& one : *route.find("conditions")->as_array())
      told = told || one.as_string()->starts_with("recalled, not read: ");
  EXPECT_TRUE(told);
  Answer& closed = answered("US", "PH", "extradition", "2000-05-04");
  EXPECT_THAT(to_text(corpus(), closed.question, closed.decision),
              HasSubstr("Closed for certain:"));
}

TEST(Report, a_voluntary_road_says_that_nobody_is_obliged) {
  Answer& a = answered("US", "CN", "preservation", "2026-11-21");
  json::Value value = to_json(corpus(), a.question, a.decision);
  const json::Value& best = (*value.find("routes")->as_array())[0];
  EXPECT_EQ(*best.find("provision")->as_string(), "police-voluntary");
  EXPECT_THAT(*(*best.find("conditions")->as_array())[0].as_string(), HasSubstr("not_binding:"));
}

TEST(Report, the_text_names_the_best_road_first_and_ends_with_what_it_is_not) {
  Answer& a = answered("US", "PH", "extradition", "2000-05-04");
  std::string text = to_text(corpus(), a.question, a.decision);
  EXPECT_THAT(text, HasSubstr("Answer: blocked."));
  EXPECT_THAT(text, HasSubstr("1. BLOCKED us-ph-extradition-2"));
  EXPECT_THAT(text, HasSubstr("RA 8792"));
  EXPECT_GT(text.find("Not legal advice"), text.find("BLOCKED"));
  EXPECT_TRUE(is_utf8(text));
}

TEST(Report, no_line_is_wider_than_a_hundred_columns_unless_it_is_one_word) {
  for (auto [from, to, measure] :
       {std::tuple{"US", "PH", "preservation"}, std::tuple{"US", "CN", "stored_content"},
        std::tuple{"FR", "DE", "extradition"}, std::tuple{"BR", "FR", "mla"}}) {
    Answer& a = answered(from, to, measure, "2026-11-21");
    std::string text = to_text(corpus(), a.question, a.decision);
    std::istringstream lines(text);
    for (std::string line; std::getline(lines, line);) {
      auto width =
          std::count_if(line.begin(), line.end(), [](char c) { return (c & 0xc0) != 0x80; });
      bool one_word = line.find(' ', line.find_first_not_of(" -")) == std::string::npos;
      EXPECT_TRUE(width <= 100 || one_word) << line;
    }
  }
}

TEST(Report, in_french_it_says_first_what_is_not) {
  Answer& a = answered("US", "PH", "extradition", "2026-11-21");
  std::string text = to_text(corpus(), a.question, a.decision, Language::fr);
  EXPECT_TRUE(notice(Language::fr).starts_with("En français, sauf ce qui vient des fichiers"));
  EXPECT_EQ(notice(Language::en), "");
  EXPECT_THAT(text, HasSubstr("Extradition, pour Atteinte à l'intégrité des données"));
  EXPECT_THAT(text, HasSubstr("Réponse : à compléter."));
  EXPECT_THAT(text, HasSubstr("1. À COMPLÉTER us-ph-extradition-2 : "));
  EXPECT_THAT(text, HasSubstr("Dans quelle juridiction se trouve la personne recherchée ?"));
  EXPECT_THAT(text, HasSubstr("En vigueur pour les deux : "));
  EXPECT_THAT(text, HasSubstr("[non confirmé]"));
  EXPECT_TRUE(is_utf8(text));
  for (const char* english : {"Answer", "Needs:", "Closed", "Why:", "Not legal advice", "[unconf",
                              "requesting side", "an estimate", "Condition:  "})
    EXPECT_FALSE(text.contains(english)) << english;
  Answer& closed = answered("US", "PH", "extradition", "2000-05-04");
  text = to_text(corpus(), closed.question, closed.decision, Language::fr);
  EXPECT_THAT(text, HasSubstr("1. FERMÉE us-ph-extradition-2"));
  EXPECT_THAT(text, HasSubstr("Fermée, avec certitude :"));
  EXPECT_THAT(text, HasSubstr("Absence de double incrimination : "));
  Answer& china = answered("JP", "CN", "stored_content", "2026-11-21");
  EXPECT_THAT(to_text(holder_warnings(corpus(), china.question), Language::fr),
              HasSubstr("Qui détient les données"));
}

TEST(Report, what_a_road_turns_on_is_told_once) {
  Answer& a = answered("FR", "US", "spontaneous_info", "2026-11-21");
  std::string text = to_text(corpus(), a.question, a.decision);
  std::string_view told = "Needs:      It turns on who sends it, which is not said (--from-role)";
  std::size_t first = text.find(told);
  ASSERT_NE(first, std::string::npos);
  EXPECT_GT(text.find(told, first + 1), text.find("  2. ")) << "of the first road, once";
}

TEST(Report, the_commitment_binds_question_and_answer) {
  Answer& a = answered("US", "PH", "extradition", "2000-05-04");
  Hash first = commitment(corpus(), a.question, a.decision);
  EXPECT_EQ(commitment(corpus(), a.question, a.decision), first);
  Answer& b = answered("US", "PH", "extradition", "2000-05-05");
  EXPECT_NE(commitment(corpus(), b.question, b.decision), first);
}

}  // namespace
}  // namespace comity::law
