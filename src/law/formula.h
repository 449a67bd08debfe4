#pragma once
// Boolean formulas over a question put to the engine: who asks whom, when, for what, which facts
// are known and what they say. Equal formulas are one term. Private to this room; meaning.h says in
// them what the law means, smt.h hands them to a solver.
#include <cstdint>
#include <map>
#include <span>
#include <tuple>
#include <vector>

#include "law/tables.h"

namespace comity::law {

// A formula, as a place in the Formulas that made it. What it is built of has lower places.
struct Term {
  std::uint32_t at = 0;
  friend auto operator<=>(const Term&, const Term&) = default;
};

// What a question holds, each a whole number: jurisdictions by country_value(), days since
// 1970-01-01, words by their place in the vocabulary, and `nothing` for a word that is not given.
enum class Input : std::uint8_t {
  from,
  to,
  on,
  conduct,
  measure,
  offence,
  data,
  from_role,
  to_role,
  later_data,  // what `data`, `from_role` and `to_role` are when more has been learnt, in their
               // order
  later_from_role,
  later_to_role,
  count_
};
inline constexpr std::int32_t nothing = -1;

// An input, or the value of a fact.
struct Variable {
  std::uint16_t at = 0;
  friend auto operator<=>(const Variable&, const Variable&) = default;
};
inline constexpr std::uint16_t inputs_count = static_cast<std::uint16_t>(Input::count_);
[[nodiscard]] constexpr Variable variable(Input input) {
  return {static_cast<std::uint16_t>(input)};
}
[[nodiscard]] constexpr Variable value_of(FactId fact) {
  return {static_cast<std::uint16_t>(inputs_count + fact.value)};
}

// A fact may be known now, or only later, when more has been learnt. Its value is the same. So with
// the roles and the data: `nothing` until they are said.
enum class Moment : std::uint8_t { now, later };
[[nodiscard]] constexpr Variable variable(Input input, Moment moment) {
  bool learnt = input == Input::data || input == Input::from_role || input == Input::to_role;
  if (!learnt || moment == Moment::now) return variable(input);
  auto shift = static_cast<int>(Input::later_data) - static_cast<int>(Input::data);
  return variable(static_cast<Input>(static_cast<int>(input) + shift));
}

class Formulas {
 public:
  enum class Kind : std::uint8_t { no, yes, known, at_most, is, same, negation, all, any };
  struct Part {
    Kind kind = Kind::no;
    Variable left{}, right{};  // of at_most, is and same
    std::int32_t number = 0;   // of at_most and is; of `known` the Moment
    FactId fact{};             // of `known`
    std::vector<Term> of{};    // of negation, all and any; sorted, without doubles
    friend auto operator<=>(const Part&, const Part&) = default;
  };

  Formulas() : no_(add({.kind = Kind::no})), yes_(add({.kind = Kind::yes})) {}

  [[nodiscard]] Term yes() const { return yes_; }
  [[nodiscard]] Term no() const { return no_; }
  Term known(FactId fact, Moment moment);
  Term at_most(Variable left, std::int32_t number);
  Term is(Variable left, std::int32_t number);
  Term same(Variable left, Variable right);
  Term negation(Term term);
  Term all(std::vector<Term> terms);
  Term any(std::vector<Term> terms);

  Term within(Variable day, const Period& period);
  // One of the numbers whose bit is set.
  Term among(Variable left, std::uint64_t set, std::size_t count);

  [[nodiscard]] std::size_t size() const { return parts_.size(); }
  [[nodiscard]] const Part& part(Term term) const { return parts_[term.at]; }

 private:
  Term add(Part part);
  Term junction(Kind kind, std::vector<Term> terms);

  std::vector<Part> parts_;
  std::map<Part, Term> term_of_;
  Term no_, yes_;
};

// One question, as numbers.
struct Point {
  std::vector<std::int32_t> values;  // by Variable
  std::vector<bool> known, later;    // by FactId
};
// Nothing more is learnt later: the two moments agree.
[[nodiscard]] Point point_of(const Tables& tables, const Question& question);

// What every formula made so far comes to at one point, by Term.
[[nodiscard]] std::vector<bool> evaluate(const Formulas& formulas, const Point& point);

}  // namespace comity::law
