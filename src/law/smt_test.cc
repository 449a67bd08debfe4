#include "law/smt.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "law/meaning.h"
#include "law/test_law.h"
#include "law/test_meaning.h"
#include "toml/parse.h"

// Proofs over the compiled corpus, for every provision, pair, day, offence and set of facts at
// once. Each is the negation of what must hold, put to z3: "unsat" is the proof. What stands beside
// them shows that they say something: every road can be open, wanting and closed, each such
// question is put to the engine, and law that is wrong is found out, with a question that shows it.
namespace comity::law {
namespace {

using testing::corpus;
using testing::folder;
using testing::stricter;
using testing::without_other_offences;
using Model = SmtScript::Model;

// A bound, not a measure: on a machine that does other things besides, z3 takes its time.
constexpr int seconds_a_query = 120;

bool solver_is_there() {
  return std::system("z3 --version >/dev/null 2>&1") == 0;
}
// What is not proved is a failure, unless whoever runs the tests says that they go without.
#define NEEDS_SOLVER()                                                                       \
  if (!solver_is_there()) {                                                                  \
    if (std::getenv("COMITY_WITHOUT_Z3")) GTEST_SKIP() << "not proved: COMITY_WITHOUT_Z3";   \
    FAIL() << "z3 is not installed (Debian's package z3); COMITY_WITHOUT_Z3=1 goes without"; \
  }                                                                                          \
  static_assert(true)

std::vector<SmtAnswer> solved(const Tables& tables, const SmtScript& script) {
  std::string file = ::testing::TempDir() + "comity-" + std::to_string(getpid()) + ".smt2";
  std::ofstream(file) << script.text();
  std::FILE* pipe = popen(("z3 -T:300 -smt2 '" + file + "' 2>&1").c_str(), "r");
  check(pipe != nullptr, "a shell");
  std::string printed;
  std::array<char, 65536> buffer;
  while (std::size_t got = std::fread(buffer.data(), 1, buffer.size(), pipe))
    printed.append(buffer.data(), got);
  pclose(pipe);
  std::remove(file.c_str());
  auto answers = read_answers(tables, printed);
  EXPECT_TRUE(answers) << (answers ? "" : to_text(answers.error()));
  return answers ? *answers : std::vector<SmtAnswer>{};
}

// What decide() says of one road; open, needs, blocked, or absent.
std::string state_of(const Tables& tables, const Question& q, std::uint16_t provision) {
  auto decision = std::make_unique<Decision>();
  decide(tables, q, *decision);
  const Route* route = decision->find({provision});
  return route ? std::string(name_of(route->state)) : "absent";
}

// All roads of some law.
struct Roads {
  Roads(Formulas& formulas, const Tables& tables, Moment moment = Moment::now)
      : meaning(formulas, tables, moment) {
    for (std::uint16_t p = 0; p < tables.rules.size(); ++p) {
      roads.push_back(meaning.road({p}));
      open.push_back(meaning.open(roads.back()));
      needs.push_back(meaning.needs(roads.back()));
      blocked.push_back(formulas.all({roads.back().speaks, roads.back().blocked}));
    }
    outcomes = meaning.outcomes(roads);
  }
  Meaning meaning;
  std::vector<Road> roads;
  std::vector<Term> open, needs, blocked;
  Outcomes outcomes;
};

const std::string& id_of(const Tables& tables, std::size_t provision) {
  return tables.provisions[provision].id;
}

// From the files alone, with none of the compiler's tables: on which days a provision is in force
// for both. Only the words of the formulas are shared with what is to be proved.
class FromTheFiles {
 public:
  explicit FromTheFiles(Formulas& formulas) : f(formulas) {
    for (const SourceFile& file : folder()) {
      bool law = file.name.starts_with("instruments/") || file.name.starts_with("agreements/") ||
                 file.name.starts_with("codes/");
      if (!law) continue;
      auto document = toml::parse(file.text, file.name);
      check(document.has_value(), "the file parses");
      files_.emplace(*document->root.find("instrument")->find("id")->as_string(), document->root);
    }
    for (const auto& [id, file] : files_) {
      const json::Value* provisions = file.find("provision");
      if (!provisions) continue;
      for (const json::Value& each : *provisions->as_array())
        places_.emplace(*each.find("id")->as_string(), std::pair(&file, &each));
    }
  }

  // The provision within its own period, its instrument in force and binding both sides, and so
  // each instrument that it builds on.
  Term in_force_for_both(const std::string& provision) {
    auto [file, entry] = places_.at(provision);
    const json::Value& head = *file->find("instrument");
    bool one_sided = entry->find("one_sided") && *entry->find("one_sided")->as_bool();
    std::vector<Term> all{lasts(*entry, "from", "until"), binds_both(*file, one_sided)};
    if (const json::Value* needed = head.find("requires"))
      for (const json::Value& id : *needed->as_array())
        all.push_back(binds_both(files_.at(*id.as_string())));
    return f.all(std::move(all));
  }

  // No date of entry into force, and none known: shown, and never open.
  bool never_in_force(const std::string& provision) const {
    const json::Value& head = *places_.at(provision).first->find("instrument");
    const json::Value* known = head.find("in_force_known");
    bool everyone = *head.find("membership")->as_string() == "everyone";
    return !head.find("in_force") && !everyone && !(known && *known->as_bool());
  }
  // Nobody, or one alone, is bound.
  bool binds_nobody(const std::string& provision) const {
    const json::Value& file = *places_.at(provision).first;
    if (*file.find("instrument")->find("membership")->as_string() == "everyone") return false;
    int bound = 0;
    if (const json::Value* rows = file.find("party"))
      for (const json::Value& row : *rows->as_array())
        bound += is_bound(row) ? (row.find("members_of") ? 2 : 1) : 0;
    return bound < (unilateral(file) ? 1 : 2);
  }

 private:
  static bool unilateral(const json::Value& file) {
    return *file.find("instrument")->find("membership")->as_string() == "unilateral";
  }

  static bool is_bound(const json::Value& row) {
    const std::string& status = *row.find("status")->as_string();
    return status == "in_force" || status == "applies";
  }

  // Both sides; one that binds only who asks needs no more than that.
  Term binds_both(const json::Value& file, bool one_sided = false) {
    const json::Value& head = *file.find("instrument");
    if (head.find("in_force_known") && !*head.find("in_force_known")->as_bool()) return f.no();
    bool everyone = *head.find("membership")->as_string() == "everyone";
    bool dated = head.find("in_force") || head.find("in_force_known");
    if (!everyone && !dated) return f.no();
    Term lasting = lasts(head, head.find("in_force") ? "in_force" : "not_before", "until");
    if (everyone) return lasting;
    Term theirs = binds(file, variable(Input::to));
    if (unilateral(file)) return f.all({lasting, theirs});
    Term mine = binds(file, variable(Input::from));
    return one_sided ? f.all({lasting, mine}) : f.all({lasting, mine, theirs});
  }

  Term binds(const json::Value& file, Variable side) {
    std::vector<Term> rows;
    for (const json::Value& row : *file.find("party")->as_array()) {
      Country who = *country_from_text(*row.find("of")->as_string());
      if (!is_bound(row)) continue;
      Term lasting = lasts(row, "since", "until");
      rows.push_back(f.all({f.is(side, country_value(who)), lasting}));
      if (const json::Value* of = row.find("members_of"))
        rows.push_back(f.all({lasting, is_member(files_.at(*of->as_string()), row, side)}));
    }
    return f.any(std::move(rows));
  }

  // A member of the union on that day, and not among the exceptions.
  Term is_member(const json::Value& members, const json::Value& row, Variable side) {
    std::vector<Term> all{binds(members, side)};
    if (const json::Value* except = row.find("except"))
      for (const json::Value& one : *except->as_array())
        all.push_back(f.negation(f.is(side, country_value(*country_from_text(*one.as_string())))));
    return f.all(std::move(all));
  }

  Term lasts(const json::Value& entry, std::string_view from, std::string_view until) {
    auto before = [&](const json::Value& day) {
      return f.at_most(variable(Input::on), day_of(*date_from_text(*day.as_string())) - 1);
    };
    const json::Value* begins = entry.find(from);
    const json::Value* ends = entry.find(until);
    return f.all({begins ? f.negation(before(*begins)) : f.yes(), ends ? before(*ends) : f.yes()});
  }

  Formulas& f;
  std::map<std::string, json::Value> files_;
  std::map<std::string, std::pair<const json::Value*, const json::Value*>> places_;
};

// ---------------------------------------------------------------- the proofs
TEST(Proofs, no_road_is_open_unless_its_provision_is_in_force_for_both_on_that_day) {
  NEEDS_SOLVER();
  const Tables& t = corpus().tables();
  Formulas f;
  Roads law(f, t);
  FromTheFiles files(f);
  SmtScript script(f, t, seconds_a_query);
  Term possible = law.meaning.possible();
  for (std::size_t p = 0; p < law.roads.size(); ++p)
    script.can(id_of(t, p),
               {possible, law.open[p], f.negation(files.in_force_for_both(id_of(t, p)))});
  std::vector<SmtAnswer> answers = solved(t, script);
  ASSERT_EQ(answers.size(), law.roads.size());
  for (const SmtAnswer& each : answers) EXPECT_EQ(each.said, Said::unsat) << each.name;
}

// In the order open, needs, blocked a road only falls, and comes or goes not at all; nor does the
// outcome better.
void expect_only_falls(const Tables& t, const Tables& strict) {
  Formulas f;
  Roads before(f, t), after(f, strict);
  SmtScript script(f, strict, seconds_a_query);
  Term possible = after.meaning.possible();
  for (std::size_t p = 0; p < before.roads.size(); ++p) {
    Term rises = f.any({f.all({after.open[p], f.negation(before.open[p])}),
                        f.all({before.blocked[p], f.negation(after.blocked[p])})});
    script.can(
        id_of(t, p),
        {possible,
         f.any({rises, f.all({after.roads[p].speaks, f.negation(before.roads[p].speaks)})})});
  }
  const Outcomes &was = before.outcomes, &is = after.outcomes;
  script.can("outcome",
             {possible, f.any({f.all({is.open, f.negation(was.open)}),
                               f.all({is.needs, f.negation(was.open), f.negation(was.needs)})})});
  std::vector<SmtAnswer> answers = solved(strict, script);
  ASSERT_EQ(answers.size(), before.roads.size() + 1);
  for (const SmtAnswer& each : answers) EXPECT_EQ(each.said, Said::unsat) << each.name;
}

TEST(Proofs, to_add_prohibitions_never_opens_a_road) {
  NEEDS_SOLVER();
  expect_only_falls(corpus().tables(), stricter(corpus().tables()));
}

TEST(Proofs, to_say_that_something_is_no_offence_never_opens_a_road) {
  NEEDS_SOLVER();
  expect_only_falls(corpus().tables(), without_other_offences(corpus().tables()));
}

constexpr Input learnt_words[] = {Input::data, Input::from_role, Input::to_role};

// Whatever was known is known later too, and says the same: facts, roles, data.
Term learnt(Formulas& f, const Tables& t, Moment first, Moment second) {
  std::vector<Term> each;
  for (Input input : learnt_words)
    each.push_back(f.any({f.is(variable(input, first), nothing),
                          f.same(variable(input, first), variable(input, second))}));
  for (std::uint16_t i = 0; i < t.words.facts.size(); ++i)
    each.push_back(f.any({f.negation(f.known({i}, first)), f.known({i}, second)}));
  return f.all(std::move(each));
}

// The data named later are some that the measure is about by itself.
Term of_the_measure(Formulas& f, const Tables& t) {
  std::vector<Term> each;
  for (std::size_t m = 0; m < t.words.measures.size(); ++m)
    each.push_back(f.all(
        {f.is(variable(Input::measure), static_cast<std::int32_t>(m)),
         f.among(variable(Input::later_data), t.words.measure_data[m], t.words.data.size())}));
  return f.any(std::move(each));
}

// A definite answer that becomes another. That somebody else must walk an open road is no other
// answer of the law; and a road that does not reach the data named is not among the roads, unless
// these are the data that the measure is about by itself.
Term turns(Formulas& f, const Tables& t, const Roads& now, const Roads& later, std::size_t p) {
  const Road &was = now.roads[p], &is = later.roads[p];
  Term same_data = f.same(variable(Input::data), variable(Input::later_data));
  return f.any({f.all({now.open[p], is.speaks, f.any({is.blocked, is.besides})}),
                f.all({now.blocked[p], is.speaks, f.negation(is.blocked)}),
                f.all({was.speaks, f.negation(is.speaks), same_data}),
                f.all({now.open[p], f.negation(is.speaks), of_the_measure(f, t)}),
                f.all({is.speaks, f.negation(was.speaks)})});
}

// The same for the outcome: "no" stays "no", and what is open stays so while an open road is left
// that reaches the data and that these two may walk.
Term turns(Formulas& f, const Roads& now, const Roads& later) {
  std::vector<Term> left;
  for (std::size_t p = 0; p < now.roads.size(); ++p) {
    const Road& is = later.roads[p];
    Term others = f.all({is.lacking, f.negation(is.besides)});
    left.push_back(f.all({now.open[p], is.speaks, f.negation(others)}));
  }
  const Outcomes &was = now.outcomes, &is = later.outcomes;
  return f.any({f.all({was.open, f.any(std::move(left)), f.negation(is.open)}),
                f.all({was.blocked, f.negation(f.any({is.blocked, is.none}))}),
                f.all({was.none, f.negation(is.none)})});
}

TEST(Proofs, to_learn_a_fact_never_turns_a_definite_answer) {
  NEEDS_SOLVER();
  const Tables& t = corpus().tables();
  Formulas f;
  Roads now(f, t), later(f, t, Moment::later);
  SmtScript script(f, t, seconds_a_query);
  Term possible = f.all(
      {now.meaning.possible(), later.meaning.possible(), learnt(f, t, Moment::now, Moment::later)});
  for (std::size_t p = 0; p < now.roads.size(); ++p)
    script.can(id_of(t, p), {possible, turns(f, t, now, later, p)});
  script.can("outcome", {possible, turns(f, now, later)});
  std::vector<SmtAnswer> answers = solved(t, script);
  ASSERT_EQ(answers.size(), now.roads.size() + 1);
  for (const SmtAnswer& each : answers) EXPECT_EQ(each.said, Said::unsat) << each.name;
}

// ---------------------------------------------------------------- that they say something
// For each road and state a question that leads there, and the engine says the same. A road that
// can never be open is a dead rule, save where its instrument is not in force or binds no two.
TEST(Proofs, every_road_can_be_open_and_wanting_and_closed) {
  NEEDS_SOLVER();
  const Tables& t = corpus().tables();
  Formulas f;
  Roads law(f, t);
  FromTheFiles files(f);
  SmtScript script(f, t, seconds_a_query);
  // Within the years that a file could speak of.
  Term possible = f.all({law.meaning.possible(), f.within(variable(Input::on), {-25'567, 47'482}),
                         f.within(variable(Input::conduct), {-25'567, 47'482})});
  struct Asked {
    std::size_t provision;
    std::string state;
    Term term;
  };
  std::vector<Asked> asked;
  for (std::size_t p = 0; p < law.roads.size(); ++p) {
    bool dead = files.never_in_force(id_of(t, p)) || files.binds_nobody(id_of(t, p));
    std::pair<std::string, Term> states[] = {
        {"open", law.open[p]}, {"needs", law.needs[p]}, {"blocked", law.blocked[p]}};
    for (auto& [state, term] : states) {
      if (dead && state != "blocked") continue;
      script.can(id_of(t, p) + " " + state, {possible, term}, Model::wanted);
      asked.push_back({p, state, term});
    }
  }
  std::vector<SmtAnswer> answers = solved(t, script);
  ASSERT_EQ(answers.size(), asked.size());
  for (std::size_t i = 0; i < asked.size(); ++i) {
    EXPECT_EQ(answers[i].said, Said::sat) << answers[i].name << ": a dead rule";
    if (answers[i].said != Said::sat) continue;
    auto question = question_of(f, answers[i].point, {asked[i].term});
    ASSERT_TRUE(question) << answers[i].name << ": " << to_text(question.error());
    EXPECT_EQ(state_of(t, *question, static_cast<std::uint16_t>(asked[i].provision)),
              asked[i].state)
        << answers[i].name;
  }
}

// ---------------------------------------------------------------- that they can fail
// Some question among the answers; what it is about is for the caller to see.
const SmtAnswer* first_found(const std::vector<SmtAnswer>& answers) {
  for (const SmtAnswer& each : answers)
    if (each.said == Said::sat) return &each;
  return nullptr;
}

TEST(Proofs, a_signature_that_is_taken_for_membership_is_found_out) {
  NEEDS_SOLVER();
  Tables wrong = corpus().tables();
  for (PartyRow& row : wrong.party_rows)
    if (row.status == Status::signed_only) row.status = Status::in_force;
  Formulas f;
  Roads law(f, wrong);
  FromTheFiles files(f);
  SmtScript script(f, wrong, seconds_a_query);
  Term possible = law.meaning.possible();
  std::vector<std::uint16_t> asked;
  for (std::uint16_t p = 0; p < law.roads.size(); ++p) {
    if (wrong.instruments[wrong.rules[p].instrument.value].id != "ETS185") continue;
    asked.push_back(p);
    Term claim = files.in_force_for_both(id_of(wrong, p));
    script.can(std::to_string(p), {possible, law.open[p], f.negation(claim)}, Model::left_out);
  }
  std::vector<SmtAnswer> answers = solved(wrong, script);
  ASSERT_EQ(answers.size(), asked.size());
  for (const SmtAnswer& each : answers) EXPECT_EQ(each.said, Said::sat) << each.name;

  SmtScript again(f, wrong, seconds_a_query);
  Term open = law.open[asked[0]];
  Term claim = files.in_force_for_both(id_of(wrong, asked[0]));
  again.can("again", {possible, open, f.negation(claim)}, Model::wanted);
  answers = solved(wrong, again);
  const SmtAnswer* found = first_found(answers);
  ASSERT_NE(found, nullptr);
  auto question = question_of(f, found->point, {open, claim});
  ASSERT_TRUE(question) << to_text(question.error());
  // The wrong law opens it, ours does not.
  EXPECT_EQ(state_of(wrong, *question, asked[0]), "open");
  EXPECT_EQ(state_of(corpus().tables(), *question, asked[0]), "blocked");
}

TEST(Proofs, a_period_that_is_forgotten_is_found_out) {
  NEEDS_SOLVER();
  Tables wrong = corpus().tables();
  for (Instrument& instrument : wrong.instruments) instrument.period = {};
  for (PartyRow& row : wrong.party_rows) row.period = {};
  Formulas f;
  Roads law(f, wrong);
  FromTheFiles files(f);
  SmtScript script(f, wrong, seconds_a_query);
  Term possible = law.meaning.possible();
  ProvisionId id = *corpus().provision("ets185-29");
  Term open = law.open[id.value], claim = files.in_force_for_both("ets185-29");
  script.can("ets185-29", {possible, open, f.negation(claim)}, Model::wanted);
  std::vector<SmtAnswer> answers = solved(wrong, script);
  const SmtAnswer* found = first_found(answers);
  ASSERT_NE(found, nullptr);
  auto question = question_of(f, found->point, {open, claim});
  ASSERT_TRUE(question) << to_text(question.error());
  EXPECT_EQ(state_of(wrong, *question, id.value), "open");
  EXPECT_NE(state_of(corpus().tables(), *question, id.value), "open");
}

TEST(Proofs, an_accession_is_no_prohibition) {
  NEEDS_SOLVER();
  const Tables& t = corpus().tables();
  Tables more = t;
  for (PartyRow& row : more.party_rows)
    if (row.status == Status::invited) row.status = Status::in_force;
  Formulas f;
  Roads before(f, t), after(f, more);
  SmtScript script(f, t, seconds_a_query);
  ProvisionId id = *corpus().provision("ets185-29");
  Term opens = f.all({after.open[id.value], f.negation(before.open[id.value])});
  script.can("ets185-29", {before.meaning.possible(), opens}, Model::wanted);
  std::vector<SmtAnswer> answers = solved(t, script);
  const SmtAnswer* found = first_found(answers);
  ASSERT_NE(found, nullptr);
  auto question = question_of(f, found->point, {opens});
  ASSERT_TRUE(question) << to_text(question.error());
  EXPECT_EQ(state_of(more, *question, id.value), "open");
  EXPECT_NE(state_of(t, *question, id.value), "open");
}

// The other way round it is no theorem.
TEST(Proofs, to_forget_a_fact_does_turn_a_definite_answer) {
  NEEDS_SOLVER();
  const Tables& t = corpus().tables();
  Formulas f;
  Roads now(f, t), later(f, t, Moment::later);
  SmtScript script(f, t, seconds_a_query);
  ProvisionId id = *corpus().provision("ets185-29");
  Term forgotten = f.all(
      {now.meaning.possible(), later.meaning.possible(), learnt(f, t, Moment::later, Moment::now)});
  Term turned = turns(f, t, now, later, id.value);
  script.can("ets185-29", {forgotten, turned}, Model::wanted);
  std::vector<SmtAnswer> answers = solved(t, script);
  const SmtAnswer* found = first_found(answers);
  ASSERT_NE(found, nullptr);
  auto before = question_of(f, found->point, {now.open[id.value], now.blocked[id.value]});
  Point then = found->point;
  then.known = then.later;
  for (Input input : learnt_words)
    then.values[variable(input).at] = then.values[variable(input, Moment::later).at];
  auto after = question_of(f, then, {now.open[id.value], now.blocked[id.value]});
  ASSERT_TRUE(before && after);
  EXPECT_NE(state_of(t, *before, id.value), "needs");
  EXPECT_EQ(state_of(t, *after, id.value), "needs");
}

// ---------------------------------------------------------------- what is printed and read
TEST(SmtScript, declares_each_symbol_once_and_keeps_the_queries_apart) {
  const Tables& t = corpus().tables();
  FactId urgent = *corpus().fact("urgent");
  Formulas f;
  Term known = f.known(urgent, Moment::now);
  Term yes = f.all({known, f.is(value_of(urgent), 1)});
  SmtScript script(f, t, 5);
  script.can("first", {yes, f.at_most(variable(Input::on), -3)}, Model::wanted);
  script.can("second", {f.negation(yes), f.same(variable(Input::from), variable(Input::to))});
  const std::string& text = script.text();
  for (const char* part :
       {"(set-option :timeout 5000)\n(set-logic QF_LIA)\n", "(declare-const known.urgent Bool)\n",
        "(declare-const value.urgent Int)\n", "(= value.urgent 1)", "(<= on (- 3))", "(= from to)",
        "(echo \"? first\")\n(push)\n", "(get-value (known.urgent on value.urgent))\n(pop)\n"})
    EXPECT_THAT(text, ::testing::HasSubstr(part));
  std::string declared = "(declare-const value.urgent ";
  EXPECT_EQ(text.find(declared), text.rfind(declared));
  EXPECT_EQ(text.find("get-value"), text.rfind("get-value"));
}

TEST(SmtAnswers, are_read_with_their_models) {
  const Tables& t = corpus().tables();
  FactId urgent = *corpus().fact("urgent");
  auto answers = read_answers(t,
                              "? a\nunsat\n? b c\nsat\n((on (- 3))\n (known.urgent true)\n "
                              "(value.urgent 1))\n? d\nunknown\n");
  ASSERT_TRUE(answers) << to_text(answers.error());
  ASSERT_EQ(answers->size(), 3u);
  EXPECT_EQ((*answers)[0].said, Said::unsat);
  EXPECT_EQ((*answers)[1].name, "b c");
  EXPECT_EQ((*answers)[1].said, Said::sat);
  EXPECT_EQ((*answers)[1].point.values[variable(Input::on).at], -3);
  EXPECT_TRUE((*answers)[1].point.known[urgent.value]);
  EXPECT_EQ((*answers)[1].point.values[value_of(urgent).at], 1);
  EXPECT_EQ((*answers)[2].said, Said::unknown);
}

TEST(SmtAnswers, anything_else_is_refused) {
  for (const char* bad :
       {"sat\n", "? a\n? b\nsat\n", "? a\n", "? a\nsat\nsat\n", "? a\n(error \"line 3\")\n",
        "? a\nsat\n((nobody 1))\n", "? a\nsat\n((on true))\n", "? a\nsat\n((known.urgent 1))\n",
        "? a\nsat\n((known.weather true))\n", "? a\nsat\n((on 99999999999))\n", "((on 1))\n"})
    EXPECT_FALSE(read_answers(corpus().tables(), bad)) << bad;
}

TEST(SmtModels, become_questions_without_the_facts_that_do_not_matter) {
  const Tables& t = corpus().tables();
  FactId urgent = *corpus().fact("urgent"), other = *corpus().fact("emergency");
  Formulas f;
  Term term = f.any({f.all({f.known(urgent, Moment::now), f.is(value_of(urgent), 1)}),
                     f.known(other, Moment::now)});
  Question q;
  q.from = {'U', 'S'};
  q.to = {'P', 'H'};
  q.measure = {0};
  q.offence = {0};
  ASSERT_TRUE(q.facts.push({urgent, 1}));
  ASSERT_TRUE(q.facts.push({other, 0}));
  Point point = point_of(t, q);
  auto back = question_of(f, point, {term});
  ASSERT_TRUE(back) << to_text(back.error());
  EXPECT_EQ(back->from, q.from);
  EXPECT_EQ(back->on, q.on);
  EXPECT_FALSE(back->data.known());
  ASSERT_EQ(back->facts.size(), 1u);
  EXPECT_EQ(evaluate(f, point_of(t, *back))[term.at], true);

  point.values[variable(Input::from).at] = 7;
  EXPECT_FALSE(question_of(f, point, {term}));
}

}  // namespace
}  // namespace comity::law
