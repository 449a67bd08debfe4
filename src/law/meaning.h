#pragma once
// What the law says of one road, as formulas over every question at once: the same answers as
// decide() (law/engine.h), for which meaning_test.cc compares the two, in a form about which a
// solver can prove something (law/smt.h). Written from README.md ("How it decides"), law/README.md
// and the blueprint's section 5, and not from engine.cc: whoever changes what decide() means
// changes it here too, or that test fails.
#include <array>
#include <map>
#include <utility>
#include <vector>

#include "law/formula.h"

namespace comity::law {

// Kleene's three values: neither yes nor no is unknown.
struct Three {
  Term yes, no;
};

// The two sides of a question.
enum class Party : std::uint8_t { requesting, requested };

// One road. Where it does not speak, the others mean nothing.
struct Road {
  Term speaks;        // the provision is among the routes of the decision
  Term blocked;       // something false
  Term lacking;       // something unknown, or a requirement that is not met
  Term besides;       // the same, save that somebody else must send or receive
  Term unresearched;  // it hangs on a membership that nobody researched
};

// The outcome over all roads. Exactly one holds.
struct Outcomes {
  Term open, needs, blocked, none, no_data;
};

class Meaning {
 public:
  // The formulas and the tables outlive it. `moment`: whose knowledge the facts are.
  Meaning(Formulas& formulas, const Tables& tables, Moment moment = Moment::now)
      : f(formulas), t(tables), moment_(moment) {}

  [[nodiscard]] Road road(ProvisionId id);
  [[nodiscard]] Term open(const Road& road);
  [[nodiscard]] Term needs(const Road& road);
  [[nodiscard]] Outcomes outcomes(const std::vector<Road>& roads);
  // The question is one that can be put: two parties, words of the vocabulary, values of a fact's
  // kind.
  [[nodiscard]] Term possible();

 private:
  struct Punished {
    Three is;
    Term months_known;  // by the corpus, of the gravest form without heavier ones
    Term heavier_forms;
    std::vector<std::pair<Term, std::int32_t>> months;  // a row of the day, and its maximum
  };

  static constexpr Variable on = variable(Input::on);
  static constexpr Variable side(Party party) {
    return variable(party == Party::requesting ? Input::from : Input::to);
  }

  // Who, and since when.
  Term party_is(Party side, Country country);
  Term researched(Party side);
  Term in_force(InstrumentId id);
  Term settled(InstrumentId id);
  Term has_row(InstrumentId id, Party side);
  Term stands(InstrumentId id, Party side, bool through_union);
  Term across(InstrumentId id);
  Three bound(InstrumentId id, Party side);
  Term bound_through(InstrumentId id, Party side, bool through_union);
  Three bound_by(InstrumentId id, Whom whom);
  template <typename Make>
  Term of_profile(Party side, Make make);

  // Conditions.
  Three fact_is(FactId fact, Term holds);
  Three condition(Range when);
  Three condition(std::uint32_t at);
  Term hangs_on_membership(std::uint32_t at);
  Term unknown(Three three);

  // Offences and penalties.
  Punished punished(Party side, WhichDate date);
  Three reaches(const Punished& here, Party side, std::int32_t least);
  Three passes(const Threshold& threshold, Party side, WhichDate date);

  // One road, step by step.
  Term speaks(ProvisionId id);
  void requires_that(Three three);  // false closes, unknown is lacking
  void forbids_that(Three three);
  void requires_when(Range when);
  void parties(const Rule& rule);
  void party(InstrumentId id, Party side);
  void roles(ProvisionId id);
  Term speaks_of_the_measure(InstrumentId id);
  Term binding_both(std::int16_t of_class, InstrumentId except, Among among);
  Term doubtful_between(std::int16_t of_class, InstrumentId except, Among among);
  void data(const Rule& rule);
  void other_treaty(const Rule& rule);
  void dual_criminality(const Rule& rule);
  void threshold(const Rule& rule);
  Term applies(const Reservation& reservation, Party side);
  void only_with(const Reservation& reservation, Term here);
  void reservations(ProvisionId id);
  void nationals(const Rule& rule);
  void statutes(Party side);
  Three fits(Input word, std::uint64_t allowed, std::size_t count);
  Variable said(Input input) const { return variable(input, moment_); }
  Term speaks(const Article& article);
  void article(const Article& article, const Rule& rule, Term applies);
  void articles(const Rule& rule);
  void bars(const Rule& rule);
  void domestic_power(const Rule& rule);

  Formulas& f;
  const Tables& t;
  Moment moment_;
  std::vector<Term> blocked_, lacking_, others_, unresearched_;
  std::map<std::pair<std::uint16_t, Party>, Three> bound_;
};

// `make(profile, jurisdiction)` for whichever profiled jurisdiction stands on that side.
template <typename Make>
Term Meaning::of_profile(Party who, Make make) {
  std::vector<Term> each;
  for (const Jurisdiction& one : t.jurisdictions)
    if (one.profiled)
      each.push_back(f.all({party_is(who, one.country), make(t.profiles[one.profile], one)}));
  return f.any(std::move(each));
}

}  // namespace comity::law
