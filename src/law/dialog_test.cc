#include "law/dialog.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <memory>
#include <sstream>

#include "law/report.h"
#include "law/test_law.h"

namespace comity::law {
namespace {

using testing::corpus;
using ::testing::HasSubstr;
using ::testing::Not;

// An officer who answers line by line.
struct Officer {
  std::string heard;
  std::unique_ptr<Decision> decision = std::make_unique<Decision>();
  Question question{};

  Officer(QuestionText text, Language language, const std::string& lines) {
    question = *ask(corpus(), text);
    decide(corpus(), question, *decision);
    std::istringstream in(lines);
    std::ostringstream out;
    ask_for_the_rest(corpus(), std::move(text), language, in, out, question, *decision);
    heard = out.str();
  }
  [[nodiscard]] bool knows(const char* fact, std::int32_t value) const {
    FactId id = *corpus().fact(fact);
    return std::ranges::any_of(
        question.facts, [&](const Fact& each) { return each.id == id && each.value == value; });
  }
};

QuestionText asked(const char* from, const char* to, const char* measure) {
  QuestionText text;
  text.from = from;
  text.to = to;
  text.measure = measure;
  text.offence = "data_interference";
  text.on = "2026-11-21";
  return text;
}
QuestionText extradition() {
  return asked("US", "PH", "extradition");
}
// Turns on who sends it, and on a fact for some senders.
QuestionText tip() {
  return asked("FR", "US", "spontaneous_info");
}

TEST(Dialog, asks_one_thing_at_a_time_until_a_road_is_open) {
  Officer officer(extradition(), Language::en, "ph\n");
  EXPECT_EQ(officer.decision->outcome, Outcome::open);
  EXPECT_TRUE(officer.knows("target_whereabouts", country_value({{'P', 'H'}})));
  EXPECT_THAT(officer.heard, HasSubstr("In which jurisdiction is the person sought?"));
  EXPECT_THAT(officer.heard, HasSubstr("[two letters: PH]"));
  EXPECT_THAT(officer.heard, Not(HasSubstr("us-ets185")));
}

TEST(Dialog, an_empty_line_and_unknown_pass_over) {
  for (const char* nothing : {"\n", "unknown\n", "Unknown \n", "?\n"}) {
    Officer officer(extradition(), Language::en, nothing + std::string("yes\n\n\n\n\n"));
    EXPECT_FALSE(officer.knows("target_whereabouts", country_value({{'P', 'H'}})));
    EXPECT_TRUE(officer.knows("us-ets185-4-2", 1)) << "the next road's: " << officer.heard;
    EXPECT_EQ(officer.decision->outcome, Outcome::needs);
  }
}

TEST(Dialog, a_wrong_answer_is_asked_again_with_what_is_near) {
  Officer officer(extradition(), Language::en, "Philippines\nZZ\nPH\n");
  EXPECT_THAT(officer.heard, HasSubstr("\"Philippines\" is no code of ISO 3166-1, nor EU; did "
                                       "you mean PH?"));
  EXPECT_THAT(officer.heard, HasSubstr("\"ZZ\" is no code"));
  EXPECT_EQ(officer.decision->outcome, Outcome::open);
}

TEST(Dialog, in_french_the_questions_hints_and_answers_are_french) {
  Officer officer(extradition(), Language::fr, "inconnu\npeut-être\nOui\n");
  EXPECT_TRUE(officer.heard.starts_with("Ce qui est inconnu est demandé"));
  EXPECT_THAT(officer.heard, HasSubstr("Dans quelle juridiction se trouve la personne"));
  EXPECT_THAT(officer.heard, HasSubstr("a causé un"));
  EXPECT_THAT(officer.heard, HasSubstr("[oui ou non]"));
  EXPECT_THAT(officer.heard, HasSubstr("répondez oui, non ou inconnu"));
  for (const char* english : {"yes", "not known", "answer", "one thing"})
    EXPECT_THAT(officer.heard, Not(HasSubstr(english)));
  EXPECT_TRUE(officer.knows("us-ets185-4-2", 1));
  EXPECT_TRUE(Officer(extradition(), Language::fr, "\nyes\n").knows("us-ets185-4-2", 1));
  EXPECT_TRUE(Officer(extradition(), Language::fr, "\nnon\n").knows("us-ets185-4-2", 0));
  EXPECT_TRUE(Officer(extradition(), Language::fr, "\nno\n").knows("us-ets185-4-2", 0));
  EXPECT_FALSE(Officer(extradition(), Language::en, "\noui\n").knows("us-ets185-4-2", 1));
}

TEST(Dialog, a_role_is_asked_for_before_the_facts_that_hang_on_it) {
  Officer officer(tip(), Language::en, "polise\nPolice\nno\n");
  EXPECT_THAT(officer.heard, HasSubstr("Who sends the request?"));
  EXPECT_THAT(officer.heard, HasSubstr("   6  police: Police"));
  EXPECT_THAT(officer.heard, HasSubstr("\"polise\" is not on the list; did you mean police?"));
  ASSERT_TRUE(officer.question.from_role.known());
  EXPECT_EQ(corpus().word(officer.question.from_role).code, "police");
  EXPECT_LT(officer.heard.find("Who sends"), officer.heard.find("adequacy decision"));
  EXPECT_TRUE(officer.knows("transfer_basis", 0));
}

TEST(Dialog, a_word_is_chosen_by_its_number_its_code_or_its_title) {
  for (const char* csirt :
       {"12\n", "csirt\n", "CSIRT\n", "computer security incident response team\n"}) {
    Officer officer(tip(), Language::en, csirt);
    ASSERT_TRUE(officer.question.from_role.known()) << officer.heard;
    EXPECT_EQ(corpus().word(officer.question.from_role).code, "csirt");
  }
  Officer french(tip(), Language::fr, "0\n13\nautorité centrale\n");
  EXPECT_THAT(french.heard, HasSubstr("Qui envoie la demande ?"));
  EXPECT_THAT(french.heard, HasSubstr("\"13\" n'est pas dans la liste ; répondez par son numéro"));
  ASSERT_TRUE(french.question.from_role.known());
  EXPECT_EQ(corpus().word(french.question.from_role).code, "central_authority");
}

TEST(Dialog, the_data_are_asked_for_where_a_road_turns_on_them) {
  std::string passes(20, '\n');
  Officer silent(asked("FR", "US", "emergency_disclosure"), Language::en, passes);
  std::size_t first = silent.heard.find("Which data are asked for?");
  ASSERT_NE(first, std::string::npos) << silent.heard;
  EXPECT_THAT(silent.heard, HasSubstr("   1  subscriber: Subscriber"));
  EXPECT_EQ(silent.heard.find("Which data are asked for?", first + 1), std::string::npos);
  Officer told(asked("FR", "US", "emergency_disclosure"), Language::fr, "abonné\n");
  ASSERT_TRUE(told.question.data.known()) << told.heard;
  EXPECT_EQ(corpus().word(told.question.data).code, "subscriber");
  EXPECT_THAT(told.heard, Not(HasSubstr("CLOUD Act"))) << "only content turns on it";
}

TEST(Dialog, ends_with_the_input_and_never_asks_twice_what_was_answered) {
  Officer officer(extradition(), Language::en, "");
  EXPECT_EQ(officer.decision->outcome, Outcome::needs);
  // An answer that leaves the road wanting is not asked for again.
  std::string noes;
  for (int i = 0; i < 50; ++i) noes += "no\n";
  Officer contrary(tip(), Language::en, "police\n" + noes);
  std::size_t first = contrary.heard.find("adequacy decision");
  ASSERT_NE(first, std::string::npos);
  EXPECT_EQ(contrary.heard.find("adequacy decision", first + 1), std::string::npos);
}

}  // namespace
}  // namespace comity::law
