// What formulas of roads are made of: who is bound and since when, conditions, offences.
#include "law/meaning.h"

namespace comity::law {

// ---------------------------------------------------------------- who, and since when
Term Meaning::party_is(Party who, Country country) {
  return f.is(side(who), country_value(country));
}

// Some file speaks of the jurisdiction.
Term Meaning::researched(Party who) {
  std::vector<Term> each;
  for (const Jurisdiction& one : t.jurisdictions) each.push_back(party_is(who, one.country));
  return f.any(std::move(each));
}

Term Meaning::in_force(InstrumentId id) {
  const Instrument& instrument = t.instruments[id.value];
  return instrument.in_force_known ? f.within(on, instrument.period) : f.no();
}

// law/README.md, `not_before`: of what nobody can date, it is known from the review on.
Term Meaning::settled(InstrumentId id) {
  return t.instruments[id.value].undated ? f.within(on, {t.reviewed, day_never}) : f.yes();
}

Term Meaning::has_row(InstrumentId id, Party who) {
  std::vector<Term> each;
  for (auto& [country, row] : t.instruments[id.value].parties)
    if (t.slot(country) != no_slot) each.push_back(party_is(who, country));
  return f.any(std::move(each));
}

// By a row of its own, or as a member of a union that stands for its members.
Term Meaning::stands(InstrumentId id, Party who, bool through_union) {
  std::vector<Term> each;
  for (auto& [country, row] : t.instruments[id.value].parties)
    if (row.through_union == through_union && t.slot(country) != no_slot)
      each.push_back(party_is(who, country));
  return f.any(std::move(each));
}

// law/README.md, `two_sided`: a union and its members on one side, the others on the other.
Term Meaning::across(InstrumentId id) {
  std::vector<Term> ways;
  for (bool through : {false, true})
    ways.push_back(
        f.all({stands(id, Party::requesting, through), stands(id, Party::requested, !through)}));
  return f.any(std::move(ways));
}

// law/README.md, rule 3: only `in_force` and `applies` bind, from `since` until the day before
// `until`. Rule 1: whoever has no row is unknown.
Three Meaning::bound(InstrumentId id, Party who) {
  auto [found, fresh] = bound_.try_emplace({id.value, who});
  if (!fresh) return found->second;
  const Instrument& instrument = t.instruments[id.value];
  if (instrument.membership == Membership::everyone) return found->second = {f.yes(), f.no()};
  std::vector<Term> yes;
  std::size_t slots = t.jurisdictions.size();
  for (std::size_t s = 0; s < slots; ++s) {
    Range rows = t.rows_of(id, s);
    for (std::uint32_t i = rows.first; i < rows.first + rows.count; ++i) {
      if (t.party_rows[i].status != Status::in_force) continue;
      yes.push_back(
          f.all({party_is(who, t.jurisdictions[s].country), f.within(on, t.party_rows[i].period)}));
    }
  }
  Term is = f.any(std::move(yes));
  return found->second = {is, f.all({has_row(id, who), f.negation(is)})};
}

Term Meaning::bound_through(InstrumentId id, Party who, bool through_union) {
  std::vector<Term> yes;
  for (auto& [country, row] : t.instruments[id.value].parties)
    if (row.through_union == through_union && row.status == Status::in_force)
      yes.push_back(f.all({party_is(who, country), f.within(on, row.period)}));
  return f.any(std::move(yes));
}

// Bound by an instrument that is itself in force: what a condition and "no other treaty" ask.
Three Meaning::bound_by(InstrumentId id, Whom whom) {
  std::vector<Term> yes{in_force(id)}, no{f.negation(in_force(id))};
  for (Party who : {Party::requesting, Party::requested}) {
    if (whom == (who == Party::requesting ? Whom::requested : Whom::requesting)) continue;
    Three one = bound(id, who);
    yes.push_back(one.yes);
    no.push_back(one.no);
  }
  if (whom == Whom::both && t.instruments[id.value].two_sided) {
    for (bool through : {false, true}) {
      Term one_side = f.all({bound_through(id, Party::requesting, through),
                             bound_through(id, Party::requested, through)});
      yes.push_back(f.negation(one_side));
      no.push_back(one_side);
    }
  }
  return {f.all(std::move(yes)), f.any(std::move(no))};
}

// ---------------------------------------------------------------- conditions
Term Meaning::unknown(Three three) {
  return f.negation(f.any({three.yes, three.no}));
}

Three Meaning::fact_is(FactId fact, Term holds) {
  Term known = f.known(fact, moment_);
  return {f.all({known, holds}), f.all({known, f.negation(holds)})};
}

Three Meaning::condition(Range when) {
  return when.count ? condition(when.first) : Three{f.yes(), f.no()};
}

Three Meaning::condition(std::uint32_t at) {
  const Node& node = t.nodes[at];
  FactId fact{node.id};
  Variable value = value_of(fact);
  if (node.op == Op::member || node.op == Op::not_member) {
    Three is = bound_by({node.id}, node.whom);
    is.yes = f.all({is.yes, settled({node.id})});
    return node.op == Op::member ? is : Three{is.no, is.yes};
  }
  // A penalty is looked up in the profiles before anybody is asked.
  if (node.op == Op::fact_at_least && fact == t.fact(Known::penalty_requesting))
    return reaches(punished(Party::requesting, WhichDate::on), Party::requesting, node.value);
  if (node.op == Op::fact_at_least && fact == t.fact(Known::penalty_requested))
    return reaches(punished(Party::requested, WhichDate::on), Party::requested, node.value);
  if (node.op == Op::fact_at_least)
    return fact_is(fact, f.negation(f.at_most(value, node.value - 1)));
  if (node.op == Op::fact_is) {
    if (node.whom == Whom::value) return fact_is(fact, f.is(value, node.value));
    Party who = node.whom == Whom::requested ? Party::requested : Party::requesting;
    return fact_is(fact, f.same(value, side(who)));
  }
  std::vector<Term> yes, no;
  for (std::uint32_t child = at + 1; child < node.next; child = t.nodes[child].next) {
    Three one = condition(child);
    yes.push_back(one.yes);
    no.push_back(one.no);
  }
  if (node.op == Op::all) return {f.all(std::move(yes)), f.any(std::move(no))};
  return {f.any(std::move(yes)), f.all(std::move(no))};
}

// Unknown, and among what makes it so is a membership.
Term Meaning::hangs_on_membership(std::uint32_t at) {
  const Node& node = t.nodes[at];
  if (node.op == Op::fact_is || node.op == Op::fact_at_least) return f.no();
  Term here = unknown(condition(at));
  if (node.op == Op::member || node.op == Op::not_member) return here;
  std::vector<Term> some;
  for (std::uint32_t child = at + 1; child < node.next; child = t.nodes[child].next)
    some.push_back(hangs_on_membership(child));
  return f.all({here, f.any(std::move(some))});
}

// ---------------------------------------------------------------- offences and penalties
// The rows of the day that no court has suspended; else an absence of the day; else what an officer
// says. Among several rows the gravest counts, and one at the court's discretion leaves it unknown.
Meaning::Punished Meaning::punished(Party who, WhichDate date) {
  Variable day = variable(date == WhichDate::on ? Input::on : Input::conduct);
  std::vector<Term> rows, absences, discretion, heavier;
  Punished out;
  for (const Jurisdiction& one : t.jurisdictions) {
    if (!one.profiled) continue;
    for (std::size_t o = 0; o < t.words.offences.size(); ++o) {
      Range range = t.offence_ranges[one.profile * t.words.offences.size() + o];
      for (std::uint32_t i = range.first; i < range.first + range.count; ++i) {
        const OffenceRow& row = t.offence_rows[i];
        Term here = f.all({party_is(who, one.country),
                           f.is(variable(Input::offence), static_cast<std::int32_t>(o)),
                           f.within(day, row.period), f.negation(f.within(day, row.suspended))});
        rows.push_back(here);
        if (row.heavier_forms) heavier.push_back(here);
        if (row.penalty == Penalty::court_discretion)
          discretion.push_back(here);
        else
          out.months.emplace_back(here, row.penalty == Penalty::months ? row.months : 0);
      }
    }
    for (std::uint32_t i = one.absents.first; i < one.absents.first + one.absents.count; ++i)
      absences.push_back(
          f.all({party_is(who, one.country), f.is(variable(Input::offence), t.absents[i].offence),
                 f.within(day, t.absents[i].period)}));
  }
  Term row = f.any(rows);
  Term absent = f.all({f.negation(row), f.any(std::move(absences))});
  FactId told =
      t.fact(who == Party::requesting ? Known::punishable_requesting : Known::punishable_requested);
  Three said = fact_is(told, f.negation(f.is(value_of(told), 0)));
  Term silent = f.negation(f.any({row, absent}));
  out.is = {f.any({row, f.all({silent, said.yes})}), f.any({absent, f.all({silent, said.no})})};
  out.months_known = f.all({row, f.negation(f.any(std::move(discretion)))});
  out.heavier_forms = f.any(std::move(heavier));
  return out;
}

// Whether the penalty on one side is that many months or more. What the corpus leaves open, the
// penalty of the form charged decides.
Three Meaning::reaches(const Punished& here, Party who, std::int32_t least) {
  std::vector<Term> enough;
  for (auto& [row, months] : here.months)
    if (months >= least) enough.push_back(row);
  Term reached = f.all({here.months_known, f.any(std::move(enough))});
  Term below = f.all({here.months_known, f.negation(reached), f.negation(here.heavier_forms)});
  FactId penalty =
      t.fact(who == Party::requesting ? Known::penalty_requesting : Known::penalty_requested);
  Three charged = fact_is(penalty, f.negation(f.at_most(value_of(penalty), least - 1)));
  Term open = f.negation(f.any({reached, below}));
  return {f.any({reached, f.all({open, charged.yes})}), f.any({below, f.all({open, charged.no})})};
}

// Where it is no offence at all, dual criminality has spoken.
Three Meaning::passes(const Threshold& threshold, Party who, WhichDate date) {
  std::int32_t least = threshold.months + (threshold.test == Test::more_than ? 1 : 0);
  Punished here = punished(who, date);
  Three is = reaches(here, who, least);
  return {f.any({here.is.no, is.yes}), f.all({f.negation(here.is.no), is.no})};
}

}  // namespace comity::law
