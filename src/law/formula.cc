#include "law/formula.h"

#include <algorithm>

#include "base/check.h"

namespace comity::law {

Term Formulas::add(Part part) {
  auto [found, fresh] = term_of_.try_emplace(part, Term{static_cast<std::uint32_t>(size())});
  if (fresh) parts_.push_back(std::move(part));
  return found->second;
}

Term Formulas::known(FactId fact, Moment moment) {
  return add({.kind = Kind::known, .number = static_cast<std::int32_t>(moment), .fact = fact});
}

Term Formulas::at_most(Variable left, std::int32_t number) {
  return add({.kind = Kind::at_most, .left = left, .number = number});
}

Term Formulas::is(Variable left, std::int32_t number) {
  return add({.kind = Kind::is, .left = left, .number = number});
}

Term Formulas::same(Variable left, Variable right) {
  return add({.kind = Kind::same, .left = std::min(left, right), .right = std::max(left, right)});
}

Term Formulas::negation(Term term) {
  if (term == yes_) return no_;
  if (term == no_) return yes_;
  if (part(term).kind == Kind::negation) return part(term).of[0];
  return add({.kind = Kind::negation, .of = {term}});
}

Term Formulas::all(std::vector<Term> terms) {
  return junction(Kind::all, std::move(terms));
}

Term Formulas::any(std::vector<Term> terms) {
  return junction(Kind::any, std::move(terms));
}

Term Formulas::junction(Kind kind, std::vector<Term> terms) {
  Term neutral = kind == Kind::all ? yes_ : no_, absorbs = kind == Kind::all ? no_ : yes_;
  std::erase(terms, neutral);
  std::ranges::sort(terms);
  terms.erase(std::ranges::unique(terms).begin(), terms.end());
  if (std::ranges::binary_search(terms, absorbs)) return absorbs;
  if (terms.empty()) return neutral;
  if (terms.size() == 1) return terms[0];
  return add({.kind = kind, .of = std::move(terms)});
}

Term Formulas::within(Variable day, const Period& period) {
  if (period.from >= period.until) return no_;
  Term begun = period.from == day_first ? yes_ : negation(at_most(day, period.from - 1));
  Term lasts = period.until == day_never ? yes_ : at_most(day, period.until - 1);
  return all({begun, lasts});
}

Term Formulas::among(Variable left, std::uint64_t set, std::size_t count) {
  std::vector<Term> each;
  for (std::size_t i = 0; i < count && i < 64; ++i)
    if (set >> i & 1) each.push_back(is(left, static_cast<std::int32_t>(i)));
  return any(std::move(each));
}

Point point_of(const Tables& tables, const Question& q) {
  std::size_t facts = tables.words.facts.size();
  Point point{std::vector<std::int32_t>(inputs_count + facts), std::vector<bool>(facts), {}};
  auto set = [&](Input input, std::int32_t value) { point.values[variable(input).at] = value; };
  auto word = [&](Input input, auto id) {
    for (Moment moment : {Moment::now, Moment::later})
      point.values[variable(input, moment).at] =
          id.known() ? static_cast<std::int32_t>(id.value) : nothing;
  };
  set(Input::from, country_value(q.from));
  set(Input::to, country_value(q.to));
  set(Input::on, day_of(q.on));
  set(Input::conduct, day_of(q.conduct.value_or(q.on)));
  word(Input::measure, q.measure);
  word(Input::offence, q.offence);
  word(Input::data, q.data);
  word(Input::from_role, q.from_role);
  word(Input::to_role, q.to_role);
  for (const Fact& fact : q.facts) {
    point.known[fact.id.value] = true;
    point.values[value_of(fact.id).at] = fact.value;
  }
  point.later = point.known;
  return point;
}

namespace {

bool holds(const Formulas::Part& part, const Point& point, const std::vector<bool>& so_far) {
  auto is_true = [&](Term term) { return so_far[term.at]; };
  auto left = [&] { return point.values[part.left.at]; };
  using enum Formulas::Kind;
  switch (part.kind) {
    case no:
      return false;
    case yes:
      return true;
    case known: {
      bool now = part.number == static_cast<std::int32_t>(Moment::now);
      return (now ? point.known : point.later)[part.fact.value];
    }
    case at_most:
      return left() <= part.number;
    case is:
      return left() == part.number;
    case same:
      return left() == point.values[part.right.at];
    case negation:
      return !is_true(part.of[0]);
    case all:
      return std::ranges::all_of(part.of, is_true);
    case any:
      return std::ranges::any_of(part.of, is_true);
  }
  return false;
}

}  // namespace

std::vector<bool> evaluate(const Formulas& formulas, const Point& point) {
  std::vector<bool> out;
  out.reserve(formulas.size());
  for (std::uint32_t at = 0; at < formulas.size(); ++at)
    out.push_back(holds(formulas.part({at}), point, out));
  return out;
}

}  // namespace comity::law
