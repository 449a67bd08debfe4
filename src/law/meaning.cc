#include "law/meaning.h"

#include <algorithm>

namespace comity::law {
namespace {

constexpr Variable on = variable(Input::on);

Variable side(Party party) {
  return variable(party == Party::requesting ? Input::from : Input::to);
}

}  // namespace

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
    Range rows = t.party_ranges[id.value * slots + s];
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

// `make(profile, jurisdiction)` for whichever profiled jurisdiction stands on that side.
template <typename Make>
Term Meaning::of_profile(Party who, Make make) {
  std::vector<Term> each;
  for (const Jurisdiction& one : t.jurisdictions)
    if (one.profiled)
      each.push_back(f.all({party_is(who, one.country), make(t.profiles[one.profile], one)}));
  return f.any(std::move(each));
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
  if (node.op == Op::member) return bound_by({node.id}, node.whom);
  if (node.op == Op::not_member) {
    Three is = bound_by({node.id}, node.whom);
    return {is.no, is.yes};
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

// ---------------------------------------------------------------- one road, step by step
void Meaning::requires_that(Three three) {
  blocked_.push_back(three.no);
  lacking_.push_back(unknown(three));
}

void Meaning::forbids_that(Three three) {
  requires_that({three.no, three.yes});
}

void Meaning::requires_when(Range when) {
  if (when.count == 0) return;
  requires_that(condition(when));
  unresearched_.push_back(hangs_on_membership(when.first));
}

// A road is shown when it speaks of what is asked, and one side could know it: an open instrument
// when either has a row, a closed one between its own, a law of one State when that one is asked,
// and what everyone may use always.
Term Meaning::speaks(ProvisionId id) {
  const Rule& rule = t.rules[id.value];
  auto set_of = [&](const std::vector<std::uint64_t>& sets, std::size_t count) {
    std::uint64_t set = 0;
    for (std::size_t i = 0; i < count; ++i)
      set |= (sets[i * t.words_ + id.value / 64] >> id.value % 64 & 1) << i;
    return set;
  };
  std::size_t measures = std::min<std::size_t>(t.words.measures.size(), 64);
  std::size_t offences = std::min<std::size_t>(t.words.offences.size(), 64);
  Variable data = variable(Input::data);
  Term reached = f.any({f.is(data, nothing), f.among(data, rule.data, t.words.data.size())});
  Term mine = has_row(rule.instrument, Party::requesting);
  Term theirs = has_row(rule.instrument, Party::requested);
  Term known = f.yes();
  Membership membership = t.instruments[rule.instrument.value].membership;
  if (membership == Membership::open) known = f.any({mine, theirs});
  if (membership == Membership::unilateral) known = theirs;
  if (membership == Membership::closed)
    known = t.instruments[rule.instrument.value].two_sided ? across(rule.instrument)
                                                           : f.all({mine, theirs});
  Term ways =
      f.all({rule.only_from == Country{} ? f.yes() : party_is(Party::requesting, rule.only_from),
             rule.only_to == Country{} ? f.yes() : party_is(Party::requested, rule.only_to)});
  return f.all({researched(Party::requesting), researched(Party::requested),
                f.among(variable(Input::measure), set_of(t.by_measure, measures), measures),
                f.among(variable(Input::offence), set_of(t.by_offence, offences), offences),
                rule.data == 0 ? f.yes() : reached, known, ways});
}

void Meaning::party(InstrumentId id, Party who) {
  Three is = bound(id, who);
  requires_that(is);
  unresearched_.push_back(unknown(is));
}

// "No permit without a provision in force for both on that date": the instrument, each side, and
// the same of what it builds on.
void Meaning::parties(const Rule& rule) {
  std::vector<InstrumentId> all = t.instruments[rule.instrument.value].requires_;
  all.push_back(rule.instrument);
  for (InstrumentId each : all) {
    blocked_.push_back(f.negation(in_force(each)));
    // A State's own law asks nothing of the requesting side.
    bool own = t.instruments[each.value].membership == Membership::unilateral;
    if (!own) party(each, Party::requesting);
    // Access to what is public needs no leave of the State where it is.
    if (!rule.one_sided) party(each, Party::requested);
  }
}

// A wrong sender or addressee closes nothing: somebody else must walk the road. Who must receive, a
// declaration of the requested side may say instead.
void Meaning::roles(ProvisionId id) {
  const Rule& rule = t.rules[id.value];
  auto outside = [&](Input input, std::uint64_t allowed) {
    if (allowed == 0) return f.no();
    Variable role = variable(input);
    Term fits = f.among(role, allowed, t.words.roles.size());
    return f.negation(f.any({f.is(role, nothing), fits}));
  };
  lacking_.push_back(outside(Input::from_role, rule.from_roles));
  Term misses = outside(Input::to_role, rule.to_roles);
  for (const Reservation& one : t.reservations) {
    if (one.to_roles == 0 || std::ranges::find(one.provisions, id) == one.provisions.end())
      continue;
    Term here = applies(one, Party::requested);
    misses = f.any(
        {f.all({here, outside(Input::to_role, one.to_roles)}), f.all({f.negation(here), misses})});
  }
  lacking_.push_back(misses);
}

// Another treaty that binds both closes it; where one may, by a membership in doubt, whoever asks
// says whether it does. What nobody researched makes nothing give way.
void Meaning::other_treaty(const Rule& rule) {
  if (rule.unless_class < 0) return;
  blocked_.push_back(binding_both(rule.unless_class, rule.instrument));
  Term doubt = doubtful_between(rule.unless_class, rule.instrument);
  FactId fact = t.fact(Known::other_treaty_in_force);
  Three other = fact_is(fact, f.negation(f.is(value_of(fact), 0)));
  blocked_.push_back(f.all({doubt, other.yes}));
  lacking_.push_back(f.all({doubt, unknown(other)}));
}

// Each side is bound by it or in doubt, and one of them is in doubt.
Term Meaning::doubtful_between(std::int16_t of_class, InstrumentId except) {
  auto first = static_cast<std::size_t>(of_class) * t.instrument_words;
  std::vector<Term> some;
  for (std::size_t i = 0; i < t.instruments.size(); ++i) {
    InstrumentId other{static_cast<std::uint16_t>(i)};
    if (!(t.of_class[first + i / 64] >> i % 64 & 1) || other == except) continue;
    std::vector<Term> stands{in_force(other)}, in_doubt;
    for (Party who : {Party::requesting, Party::requested}) {
      std::vector<Term> rows;
      for (std::size_t s = 0; s < t.jurisdictions.size(); ++s) {
        Range range = t.party_ranges[i * t.jurisdictions.size() + s];
        for (std::uint32_t r = range.first; r < range.first + range.count; ++r)
          if (t.party_rows[r].status == Status::doubtful)
            rows.push_back(party_is(who, t.jurisdictions[s].country));
      }
      Term bound_here = bound(other, who).yes;
      Term doubt = f.all({f.any(std::move(rows)), f.negation(bound_here)});
      stands.push_back(f.any({bound_here, doubt}));
      in_doubt.push_back(doubt);
    }
    stands.push_back(f.any(std::move(in_doubt)));
    some.push_back(f.all(std::move(stands)));
  }
  return f.any(std::move(some));
}

// Some instrument of the class, other than one, binds both.
Term Meaning::binding_both(std::int16_t of_class, InstrumentId except) {
  auto first = static_cast<std::size_t>(of_class) * t.instrument_words;
  std::vector<Term> some;
  for (std::size_t i = 0; i < t.instruments.size(); ++i) {
    InstrumentId other{static_cast<std::uint16_t>(i)};
    bool member = t.of_class[first + i / 64] >> i % 64 & 1;
    if (member && other != except) some.push_back(bound_by(other, Whom::both).yes);
  }
  return f.any(std::move(some));
}

// `may` makes it a risk and closes nothing.
void Meaning::dual_criminality(const Rule& rule) {
  if (rule.dual != Dual::require) return;
  requires_that(punished(Party::requesting, rule.dual_date).is);
  requires_that(punished(Party::requested, rule.dual_date).is);
}

// The provision's own threshold, or that of one which prevails over it and binds both on that day.
void Meaning::threshold(const Rule& rule) {
  Term before = f.yes();  // no later one prevails
  auto apply = [&](const Threshold& threshold, Term applies) {
    if (threshold.test == Test::none) return;
    for (Party who : {Party::requesting, Party::requested}) {
      Three is = passes(threshold, who, rule.dual_date);
      blocked_.push_back(f.all({applies, is.no}));
      lacking_.push_back(f.all({applies, unknown(is)}));
    }
  };
  for (std::uint32_t i = rule.prevailing.count; i > 0; --i) {
    const Rule& other = t.rules[t.prevailing[rule.prevailing.first + i - 1]];
    Term prevails = f.all({f.within(on, other.period), bound_by(other.instrument, Whom::both).yes});
    apply(other.threshold, f.all({before, prevails}));
    before = f.all({before, f.negation(prevails)});
  }
  apply(rule.threshold, before);
}

// Made by that side, for such offences, on the day, and with no treaty beside it that silences it.
Term Meaning::applies(const Reservation& one, Party who) {
  bool speaks = who == Party::requested || one.both_sides;
  Term offence = one.offences == 0
                     ? f.yes()
                     : f.among(variable(Input::offence), one.offences, t.words.offences.size());
  Term alone =
      one.unless_class < 0 ? f.yes() : f.negation(binding_both(one.unless_class, one.instrument));
  return f.all(
      {speaks ? party_is(who, one.party) : f.no(), offence, f.within(on, one.period), alone});
}

// Each asks a question or sets a condition of its own: `excludes` closes when it is met,
// `adds_requirement` when it is not. Those of the requesting side only where they bind both ways.
void Meaning::reservations(ProvisionId id) {
  for (const Reservation& one : t.reservations) {
    if (std::ranges::find(one.provisions, id) == one.provisions.end()) continue;
    Term here = f.any({applies(one, Party::requested), applies(one, Party::requesting)});
    // `only_with`: closed unless an instrument of that class stands beside.
    if (one.only_with >= 0)
      blocked_.push_back(f.all({here, f.negation(binding_both(one.only_with, one.instrument))}));
    if (one.closes) blocked_.push_back(here);
    if (!one.when.count && !one.fact.known()) continue;
    Three met = one.when.count ? condition(one.when)
                               : fact_is(one.fact, f.negation(f.is(value_of(one.fact), 0)));
    if (one.effect == ReservationEffect::excludes) std::swap(met.yes, met.no);
    blocked_.push_back(f.all({here, met.no}));
    lacking_.push_back(f.all({here, unknown(met)}));
    if (one.when.count) unresearched_.push_back(f.all({here, hangs_on_membership(one.when.first)}));
  }
}

// The requested side's bar on surrendering its own, unless the treaty speaks of nationals itself or
// obliges nobody.
void Meaning::nationals(const Rule& rule) {
  if (rule.nationals != Nationals::as_law || !rule.binding) return;
  Term surrender = f.among(variable(Input::measure), t.words.surrenders, t.words.measures.size());
  Term bars = of_profile(Party::requested, [&](const Profile& law, const Jurisdiction&) {
    bool barred = law.extradition_known && !law.nationals;
    return barred ? f.within(on, law.extradition_period) : f.no();
  });
  FactId nationality = t.fact(Known::target_nationality);
  Three own = fact_is(nationality, f.same(value_of(nationality), side(Party::requested)));
  Term here = f.all({surrender, bars});
  blocked_.push_back(f.all({here, own.yes}));
  lacking_.push_back(f.all({here, unknown(own)}));
}

// A prohibition closes when its condition holds, and is lacking while that is unknown. A
// requirement closes nothing: it is lacking until it is met.
void Meaning::statutes(Party who) {
  auto each = [&](auto make) {
    return of_profile(who, [&](const Profile& law, const Jurisdiction&) {
      std::vector<Term> some;
      for (std::uint32_t i = law.statutes.first; i < law.statutes.first + law.statutes.count; ++i) {
        const Statute& statute = t.statutes[i];
        if (statute.requesting_side != (who == Party::requesting)) continue;
        some.push_back(
            f.all({f.among(variable(Input::measure), statute.measures, t.words.measures.size()),
                   f.within(on, statute.period), make(statute)}));
      }
      return f.any(std::move(some));
    });
  };
  // Before the day from which it surely stands, a prohibition is itself unknown.
  auto surely = [&](const Statute& statute) {
    return f.within(on, {statute.sure_from, day_never});
  };
  blocked_.push_back(each([&](const Statute& statute) {
    return statute.effect == Effect::forbid ? f.all({condition(statute.when).yes, surely(statute)})
                                            : f.no();
  }));
  lacking_.push_back(each([&](const Statute& statute) {
    Three when = condition(statute.when);
    if (statute.effect != Effect::forbid) return f.negation(when.yes);
    return f.any({unknown(when), f.all({when.yes, f.negation(surely(statute))})});
  }));
  unresearched_.push_back(each([&](const Statute& statute) {
    return statute.when.count ? hangs_on_membership(statute.when.first) : f.no();
  }));
}

// A role that is not said is none of those allowed.
Term Meaning::fits(Input role, std::uint64_t allowed) {
  return allowed == 0 ? f.yes() : f.among(variable(role), allowed, t.words.roles.size());
}

// An article that names no provision speaks where it binds a side, towards whom it says.
Term Meaning::speaks(const Article& article) {
  Term both = bound_by(article.instrument, Whom::both).yes;
  Term towards = article.towards == Towards::anyone    ? f.yes()
                 : article.towards == Towards::members ? both
                                                       : f.negation(both);
  return f.all({bound_by(article.instrument, article.binds).yes, towards});
}

// As statutes, save that a note is no more than read, and that a road which rests on a binding
// instrument satisfies what is meant for voluntary ones.
void Meaning::article(const Article& article, const Rule& rule, Term applies) {
  const Statute& s = article.rule;
  if (s.effect == Effect::permit || (article.voluntary_only && rule.binding)) return;
  Term of_measure = s.measures == 0
                        ? f.yes()
                        : f.among(variable(Input::measure), s.measures, t.words.measures.size());
  bool by_channel = article.channels == 0 || article.channels >> rule.channel.value & 1;
  Term of_data = article.data == 0
                     ? f.yes()
                     : f.among(variable(Input::data), article.data, t.words.data.size());
  Term here =
      f.all({applies, of_measure, of_data, by_channel ? f.yes() : f.no(), f.within(on, s.period),
             fits(Input::from_role, article.from_roles), fits(Input::to_role, article.to_roles)});
  Three when = condition(s.when);
  bool forbids = s.effect == Effect::forbid;
  if (forbids) blocked_.push_back(f.all({here, when.yes}));
  lacking_.push_back(f.all({here, forbids ? unknown(when) : f.negation(when.yes)}));
  if (s.when.count) unresearched_.push_back(f.all({here, hangs_on_membership(s.when.first)}));
}

void Meaning::articles(const Rule& rule) {
  const Instrument& own = t.instruments[rule.instrument.value];
  auto self = static_cast<std::size_t>(&rule - t.rules.data());
  for (const Article& one : t.articles) {
    if (one.provisions.empty()) {
      article(one, rule, speaks(one));
      continue;
    }
    bool named = std::ranges::find(one.provisions, ProvisionId{static_cast<std::uint16_t>(self)}) !=
                 one.provisions.end();
    Term lasts = own.in_force_known ? f.within(on, own.period) : f.yes();
    if (named) article(one, rule, lasts);
  }
}

// A bar that facts decide. Every other ground is a risk.
void Meaning::grounds(const Rule& rule) {
  for (std::uint32_t i = rule.grounds.first; i < rule.grounds.first + rule.grounds.count; ++i) {
    const GroundRule& ground = t.grounds[i];
    if (ground.when.count == 0) continue;
    forbids_that(condition(ground.when));
    unresearched_.push_back(hangs_on_membership(ground.when.first));
  }
}

Road Meaning::road(ProvisionId id) {
  const Rule& rule = t.rules[id.value];
  blocked_.clear();
  lacking_.clear();
  unresearched_.clear();
  parties(rule);
  blocked_.push_back(f.negation(f.within(on, rule.period)));
  roles(id);
  other_treaty(rule);
  requires_when(rule.when);
  dual_criminality(rule);
  threshold(rule);
  reservations(id);
  nationals(rule);
  statutes(Party::requesting);
  statutes(Party::requested);
  articles(rule);
  grounds(rule);
  return {speaks(id), f.any(std::move(blocked_)), f.any(std::move(lacking_)),
          f.any(std::move(unresearched_))};
}

Term Meaning::open(const Road& road) {
  return f.all({road.speaks, f.negation(road.blocked), f.negation(road.lacking)});
}

Term Meaning::needs(const Road& road) {
  return f.all({road.speaks, f.negation(road.blocked), road.lacking});
}

// The best state found. A "no" only between two profiled jurisdictions, and only when no road hangs
// on a membership that nobody researched.
Outcomes Meaning::outcomes(const std::vector<Road>& roads) {
  std::vector<Term> opens, waits, hangs, speak;
  for (const Road& road : roads) {
    speak.push_back(road.speaks);
    opens.push_back(open(road));
    waits.push_back(f.all({needs(road), f.negation(road.unresearched)}));
    hangs.push_back(f.all({needs(road), road.unresearched}));
  }
  auto yes = [&](const Profile&, const Jurisdiction&) { return f.yes(); };
  Term profiled = f.all({of_profile(Party::requesting, yes), of_profile(Party::requested, yes)});
  Outcomes out;
  out.open = f.any(std::move(opens));
  Term shut = f.negation(out.open);
  Term waiting = f.any(std::move(waits));
  out.needs = f.all({shut, waiting});
  Term said_no = f.all({shut, f.negation(waiting), f.negation(f.any(std::move(hangs))), profiled});
  Term spoken = f.any(std::move(speak));
  out.blocked = f.all({said_no, spoken});
  out.none = f.all({said_no, f.negation(spoken)});
  out.no_data = f.negation(f.any({out.open, out.needs, said_no}));
  return out;
}

Term Meaning::possible() {
  auto word = [&](Input input, std::size_t count, std::int32_t least) {
    Variable v = variable(input);
    return f.all(
        {f.negation(f.at_most(v, least - 1)), f.at_most(v, static_cast<std::int32_t>(count) - 1)});
  };
  std::vector<Term> out{f.negation(f.same(side(Party::requesting), side(Party::requested))),
                        word(Input::measure, t.words.measures.size(), 0),
                        word(Input::offence, t.words.offences.size(), 0),
                        word(Input::data, t.words.data.size(), nothing),
                        word(Input::from_role, t.words.roles.size(), nothing),
                        word(Input::to_role, t.words.roles.size(), nothing)};
  for (std::uint16_t i = 0; i < t.words.facts.size(); ++i) {
    Variable value = value_of({i});
    out.push_back(f.negation(f.at_most(value, -1)));
    if (t.words.fact_words[i].kind == FactKind::yes_no) out.push_back(f.at_most(value, 1));
  }
  return f.all(std::move(out));
}

}  // namespace comity::law
