// One road, step by step, and the outcome over all of them.
#include "law/meaning.h"

#include <algorithm>

namespace comity::law {

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
  Variable data = said(Input::data);
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
    for (auto* in_doubt : {&lacking_, &unresearched_})
      in_doubt->push_back(f.all({in_force(each), f.negation(settled(each))}));
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
    Variable role = said(input);
    Term fits = f.among(role, allowed, t.words.roles.size());
    return f.negation(f.any({f.is(role, nothing), fits}));
  };
  others_.push_back(outside(Input::from_role, rule.from_roles));
  Term misses = outside(Input::to_role, rule.to_roles);
  for (const Reservation& one : t.reservations) {
    if (one.to_roles == 0 || std::ranges::find(one.provisions, id) == one.provisions.end())
      continue;
    Term here = applies(one, Party::requested);
    misses = f.any(
        {f.all({here, outside(Input::to_role, one.to_roles)}), f.all({f.negation(here), misses})});
  }
  others_.push_back(misses);
}

// law/README.md, `data` of a measure: what it is about by itself. A road that reaches only some of
// that, or of whatever it may be, is lacking while nobody says which data are asked for.
void Meaning::data(const Rule& rule) {
  if (rule.data == 0) return;
  std::vector<Term> within;
  for (std::size_t m = 0; m < t.words.measures.size(); ++m) {
    std::uint64_t about = t.words.measure_data[m];
    if (about != 0 && (about & rule.data) == about)
      within.push_back(f.is(variable(Input::measure), static_cast<std::int32_t>(m)));
  }
  lacking_.push_back(
      f.all({f.is(said(Input::data), nothing), f.negation(f.any(std::move(within)))}));
}

// Another treaty that binds both closes it; where one may, by a membership in doubt, whoever asks
// says whether it does. What nobody researched makes nothing give way.
void Meaning::other_treaty(const Rule& rule) {
  if (rule.unless_class < 0) return;
  blocked_.push_back(binding_both(rule.unless_class, rule.instrument, Among::of_the_measure));
  Term doubt = doubtful_between(rule.unless_class, rule.instrument, Among::of_the_measure);
  FactId fact = t.fact(Known::other_treaty_in_force);
  Three other = fact_is(fact, f.negation(f.is(value_of(fact), 0)));
  blocked_.push_back(f.all({doubt, other.yes}));
  lacking_.push_back(f.all({doubt, unknown(other)}));
}

// Each side is bound by it or in doubt, and one of them is in doubt.
Term Meaning::doubtful_between(std::int16_t of_class, InstrumentId except, Among among) {
  auto first = static_cast<std::size_t>(of_class) * t.instrument_words;
  std::vector<Term> some;
  for (std::size_t i = 0; i < t.instruments.size(); ++i) {
    InstrumentId other{static_cast<std::uint16_t>(i)};
    if (!(t.of_class[first + i / 64] >> i % 64 & 1) || other == except) continue;
    Term heard = among == Among::all ? f.yes() : speaks_of_the_measure(other);
    std::vector<Term> stands{in_force(other), heard}, in_doubt;
    for (Party who : {Party::requesting, Party::requested}) {
      std::vector<Term> rows;
      for (std::size_t s = 0; s < t.jurisdictions.size(); ++s) {
        Range range = t.rows_of(other, s);
        for (std::uint32_t r = range.first; r < range.first + range.count; ++r)
          if (t.party_rows[r].status == Status::doubtful)
            rows.push_back(party_is(who, t.jurisdictions[s].country));
      }
      Term bound_here = bound(other, who).yes;
      Term doubt = f.all({f.any(std::move(rows)), f.negation(bound_here)});
      stands.push_back(f.any({bound_here, doubt}));
      in_doubt.push_back(doubt);
    }
    in_doubt.push_back(f.all({bound_by(other, Whom::both).yes, f.negation(settled(other))}));
    stands.push_back(f.any(std::move(in_doubt)));
    some.push_back(f.all(std::move(stands)));
  }
  return f.any(std::move(some));
}

// Some provision of it is about what is asked for.
Term Meaning::speaks_of_the_measure(InstrumentId id) {
  std::vector<Term> each;
  for (const Provision& one : t.provisions)
    if (one.instrument == t.instruments[id.value].id)
      for (const std::string& code : one.measures)
        for (std::size_t m = 0; m < t.words.measures.size(); ++m)
          if (t.words.measures[m].code == code)
            each.push_back(f.is(variable(Input::measure), static_cast<std::int32_t>(m)));
  return f.any(std::move(each));
}

// Some instrument of the class, other than one, binds both; one that speaks of the measure, where
// something gives way to it.
Term Meaning::binding_both(std::int16_t of_class, InstrumentId except, Among among) {
  auto first = static_cast<std::size_t>(of_class) * t.instrument_words;
  std::vector<Term> some;
  for (std::size_t i = 0; i < t.instruments.size(); ++i) {
    InstrumentId other{static_cast<std::uint16_t>(i)};
    bool member = t.of_class[first + i / 64] >> i % 64 & 1;
    if (!member || other == except) continue;
    Term heard = among == Among::all ? f.yes() : speaks_of_the_measure(other);
    some.push_back(f.all({heard, settled(other), bound_by(other, Whom::both).yes}));
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
  bool speaks = one.side != (who == Party::requested ? Whom::requesting : Whom::requested);
  Term offence = one.offences == 0
                     ? f.yes()
                     : f.among(variable(Input::offence), one.offences, t.words.offences.size());
  Term alone =
      one.unless_class < 0
          ? f.yes()
          : f.negation(binding_both(one.unless_class, one.instrument, Among::of_the_measure));
  return f.all(
      {speaks ? party_is(who, one.party) : f.no(), offence, f.within(on, one.period), alone});
}

// Each asks a question or sets a condition of its own: `excludes` closes when it is met,
// `adds_requirement` when it is not. Those of the requesting side only where they bind both ways.
void Meaning::reservations(ProvisionId id) {
  for (const Reservation& one : t.reservations) {
    if (std::ranges::find(one.provisions, id) == one.provisions.end()) continue;
    Term here = f.any({applies(one, Party::requested), applies(one, Party::requesting)});
    if (one.only_with >= 0) only_with(one, here);
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

// Closed unless an instrument of that class stands beside; where one only may, whoever asks says
// whether it does.
void Meaning::only_with(const Reservation& one, Term here) {
  Term alone = f.all({here, f.negation(binding_both(one.only_with, one.instrument, Among::all))});
  Term doubt = doubtful_between(one.only_with, one.instrument, Among::all);
  FactId fact = t.fact(Known::other_treaty_in_force);
  Three other = fact_is(fact, f.negation(f.is(value_of(fact), 0)));
  blocked_.push_back(f.all({alone, f.any({f.negation(doubt), other.no})}));
  lacking_.push_back(f.all({alone, doubt, unknown(other)}));
}

// The requested side's bar on surrendering its own, unless the treaty speaks of nationals itself or
// obliges nobody.
void Meaning::nationals(const Rule& rule) {
  if (rule.nationals != Nationals::as_law || !rule.binding) return;
  Term surrender = f.among(variable(Input::measure), t.words.surrenders, t.words.measures.size());
  Term bars = of_profile(Party::requested, [&](const Profile& law, const Jurisdiction&) {
    std::vector<Term> barred;
    for (const ExtraditionRow& row : law.extradition)
      if (!row.nationals) barred.push_back(f.within(on, row.period));
    return f.any(barred);
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
        bool read_only = statute.effect == Effect::permit;  // a note
        if (read_only || statute.requesting_side != (who == Party::requesting)) continue;
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

// A role, or data, that nobody said may be one of those or not.
Three Meaning::fits(Input word, std::uint64_t allowed, std::size_t count) {
  if (allowed == 0) return {f.yes(), f.no()};
  Term in = f.among(said(word), allowed, count);
  return {in, f.negation(f.any({in, f.is(said(word), nothing)}))};
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
  Term of_offence = article.offences == 0 ? f.yes()
                                          : f.among(variable(Input::offence), article.offences,
                                                    t.words.offences.size());
  Three concerns[] = {fits(Input::from_role, article.from_roles, t.words.roles.size()),
                      fits(Input::to_role, article.to_roles, t.words.roles.size()),
                      fits(Input::data, article.data, t.words.data.size())};
  Term surely = f.all({concerns[0].yes, concerns[1].yes, concerns[2].yes});
  Term not_at_all = f.any({concerns[0].no, concerns[1].no, concerns[2].no});
  Term here = f.all({applies, of_measure, of_offence, by_channel ? f.yes() : f.no(),
                     f.within(on, s.period), f.negation(not_at_all)});
  Three when = condition(s.when);
  if (s.effect == Effect::forbid) {
    Term met = f.all({here, surely, when.yes});
    blocked_.push_back(met);
    lacking_.push_back(f.all({here, f.negation(when.no), f.negation(met)}));
  } else {
    lacking_.push_back(f.all({here, f.negation(when.yes)}));
  }
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

void Meaning::bars(const Rule& rule) {
  for (std::uint32_t i = rule.bars.first; i < rule.bars.first + rule.bars.count; ++i) {
    const Bar& bar = t.bars[i];
    forbids_that(condition(bar.when));
    unresearched_.push_back(hangs_on_membership(bar.when.first));
  }
}

// Whoever owes a preservation and has no law in force to order it by needs another power at home.
void Meaning::domestic_power(const Rule& rule) {
  if (!rule.binding) return;
  Term asleep = of_profile(Party::requested, [&](const Profile& law, const Jurisdiction&) {
    bool some_power = false;
    std::vector<Term> speaks;
    for (const PreservationRow& row : law.preservation) {
      some_power = some_power || row.power;
      if (row.law.in_force)
        speaks.push_back(
            f.all({f.within(on, row.period), f.negation(f.within(on, row.suspended))}));
    }
    return some_power ? f.negation(f.any(speaks)) : f.no();
  });
  FactId other = t.fact(Known::other_domestic_power);
  Three told = fact_is(other, f.negation(f.is(value_of(other), 0)));
  lacking_.push_back(
      f.all({f.among(variable(Input::measure), t.words.preserves, t.words.measures.size()), asleep,
             f.negation(told.yes)}));
}

Road Meaning::road(ProvisionId id) {
  const Rule& rule = t.rules[id.value];
  blocked_.clear();
  lacking_.clear();
  others_.clear();
  unresearched_.clear();
  parties(rule);
  blocked_.push_back(f.negation(f.within(on, rule.period)));
  roles(id);
  data(rule);
  other_treaty(rule);
  requires_when(rule.when);
  dual_criminality(rule);
  threshold(rule);
  reservations(id);
  nationals(rule);
  statutes(Party::requesting);
  statutes(Party::requested);
  articles(rule);
  bars(rule);
  domestic_power(rule);
  Term besides = f.any(std::move(lacking_));
  others_.push_back(besides);
  return {speaks(id), f.any(std::move(blocked_)), f.any(std::move(others_)), besides,
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
    Variable v = said(input);
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
