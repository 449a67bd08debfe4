// What each side's law does to a road: reservations, grounds, statutes, articles, powers at home.
#include "law/judged.h"

namespace comity::law {

bool Judged::applies(const Reservation& one, Side side) {
  Whom other = side == Side::requesting ? Whom::requested : Whom::requesting;
  if (one.side == other) return false;
  if (one.offences != 0 && !(one.offences >> a.q.offence.value & 1)) return false;
  if (!one.period.holds(a.on)) return false;
  if (one.unless_class < 0) return true;
  bool silent = false;
  between(one.unless_class, one.instrument, Among::of_the_measure,
          [&](InstrumentId, Tri is) { silent = silent || is == Tri::yes; });
  return !silent;
}

void Judged::reservations(Side side) {
  each_reservation(side, [&](const Reservation& one) { of(side, [&] { reservation(one); }); });
}

void Judged::reservation(const Reservation& one) {
  Confidence sure = as_of(one);
  if (one.channel.known()) {
    r.channel = one.channel;
    if (!t.rules[r.provision.value].carriage_fixed)
      r.carriage = t.words.channel_carriage[one.channel.value];
  }
  if (one.note.known()) note(one.note, sure);
  if (one.only_with >= 0) only_with(one, sure);
  if (one.effect == ReservationEffect::adds_risk) {
    risk(t.reason(Why::reservation_risk), one.cite, sure);
  }
  bool excludes = one.effect == ReservationEffect::excludes;
  Why why = excludes ? Why::reservation_excludes : Why::reservation_requires;
  if (one.closes) return closes(why, one.cite, sure);
  if (one.when.count || one.fact.known()) asks(one, why, sure);
}

// Closed unless a treaty of that class stands beside. Where one may, by a membership in doubt or
// since nobody can date it, whoever asks must know.
void Judged::only_with(const Reservation& one, Confidence sure) {
  Tri beside = Tri::no;
  InstrumentId doubtful;
  between(one.only_with, one.instrument, Among::all, [&](InstrumentId other, Tri is) {
    beside = std::max(beside, is);
    if (is == Tri::unknown) doubtful = other;
  });
  if (beside == Tri::yes) return;
  FactId asked = t.fact(Known::other_treaty_in_force);
  const std::int32_t* given = beside == Tri::unknown ? a.fact(asked) : nullptr;
  if (beside == Tri::no || (given && *given == 0))
    return closes(Why::reservation_excludes, one.cite, sure);
  if (given) return supports(Why::fact_given, one.cite, sure);
  lacks(Why::status_doubtful, t.instruments[doubtful.value].cite, Confidence::unconfirmed);
  needs(asked, one.cite);
}

// By a condition of its own, or by the question that is named after it.
void Judged::asks(const Reservation& one, Why why, Confidence sure) {
  const std::int32_t* given = one.when.count ? nullptr : a.fact(one.fact);
  Tri met = one.when.count ? a.holds(one.when)
            : !given       ? Tri::unknown
            : *given       ? Tri::yes
                           : Tri::no;
  bool excludes = one.effect == ReservationEffect::excludes;
  if (met == Tri::unknown) {
    lacks(why, one.cite, sure);
    if (one.when.count) return missing(one.when.first, sure);
    return needs(one.fact, one.cite);
  }
  if ((met == Tri::yes) == excludes) return closes(why, one.cite, sure);
  supports(Why::fact_given, one.cite, sure);
}

// Bars decided by facts close; everything else on which the other side may refuse is a listed risk.
void Judged::grounds(const Rule& rule) {
  for (std::uint32_t i = rule.bars.first; i < rule.bars.first + rule.bars.count; ++i) {
    const Bar& bar = t.bars[i];
    Tri holds = a.holds(bar.when);
    if (holds == Tri::yes) closes(bar.code, bar.cite, bar.confidence);
    if (holds == Tri::unknown) missing(bar.when.first, bar.confidence);
  }
  risks(rule.risks);
  const Profile* law = a.profile(Side::requested);
  if (!rule.requested_law || !law) return;
  bool surrender = a.measure_in(t.words.surrenders);
  const Punished& theirs = a.punished(Side::requested, rule.dual_date);
  bool met = theirs.is == Tri::yes && a.punished(Side::requesting, rule.dual_date).is == Tri::yes;
  std::size_t before = r.risks.size();
  risks(law->risks[surrender][met]);
  for (std::size_t i = before; a.on < law->compiled && i < r.risks.size(); ++i)
    r.risks[i].confidence = Confidence::unconfirmed;  // see as_of(): none has a period of its own
  const ExtraditionRow* own = surrender ? row_on(law->extradition, a.on) : nullptr;
  if (own && theirs.months_known && theirs.months < own->threshold_months)
    risk(t.reason(Why::below_threshold), own->cite, as_of(*law, own->period, own->confidence));
}

// All at once, when nothing said before can be among them.
void Judged::risks(const Risks& more) {
  if (risked_ & more.clauses) {
    for (const Reason& one : said(more)) risk(one.code, one.cite, one.confidence);
    return;
  }
  risked_ |= more.clauses;
  truncate_if(!r.risks.append(said(more)));
}

void Judged::statutes(Side side) {
  for (std::uint64_t left = a.statutes(side); left; left &= left - 1) {
    const Statute& statute =
        t.statutes[a.profile(side)->statutes.first + static_cast<unsigned>(std::countr_zero(left))];
    if (statute.effect == Effect::permit)
      note(statute.cite, statute.confidence);
    else
      of(side, [&] { forbids(statute); });
  }
}

void Judged::forbids(const Statute& statute) {
  bool requirement = statute.effect == Effect::require;
  ReasonId warning = t.reason(requirement ? Why::statute_requires : Why::blocking_statute);
  Tri holds = a.holds(statute.when);
  if (requirement) {
    if (holds == Tri::yes) return supports(Why::fact_given, statute.cite, statute.confidence);
    lacks(Why::statute_requires, statute.cite, statute.confidence);
    if (holds == Tri::unknown) missing(statute.when.first, statute.confidence);
    return;
  }
  if (holds == Tri::yes && a.on >= statute.sure_from)
    return closes(warning, statute.cite, statute.confidence);
  if (holds == Tri::yes) lacks(Why::blocking_statute, statute.cite, statute.confidence);
  risk(warning, statute.cite, statute.confidence);
  if (holds == Tri::unknown) missing(statute.when.first, statute.confidence);
}

// Articles of the road's own instrument, then those of any other that binds a side here.
void Judged::articles(const Rule& rule) {
  const Instrument& own = t.instruments[rule.instrument.value];
  std::uint64_t named = t.article_sets[a.q.measure.value * t.rules.size() + r.provision.value];
  if (own.in_force_known && !own.period.holds(a.on)) named = 0;
  for (std::uint64_t left = named; left; left &= left - 1) {
    auto at = rule.articles.first + static_cast<std::uint32_t>(std::countr_zero(left));
    const Article& one = t.articles[t.article_uses[at]];
    if (one.rule.period.holds(a.on)) article(one, rule, a.concerned(one));
  }
  std::uint32_t first = t.measure_article_ranges[a.q.measure.value].first;
  for (std::uint64_t left = speaking_.all; left; left &= left - 1) {
    auto place = static_cast<std::uint32_t>(std::countr_zero(left));
    Tri concerns = speaking_.perhaps >> place & 1 ? Tri::unknown : Tri::yes;
    article(t.articles[t.measure_articles[first + place]], rule, concerns);
  }
}

void Judged::article(const Article& article, const Rule& rule, Tri concerns) {
  if (concerns == Tri::no || (article.voluntary_only && rule.binding)) return;
  if (article.channels != 0 && !(article.channels >> rule.channel.value & 1)) return;
  bool surely = concerns == Tri::yes;
  if (article.rule.effect != Effect::permit)
    surely ? forbids(article.rule) : in_doubt(article);
  else if (surely)
    note(article.note, article.rule.confidence);
}

// It binds some senders, addressees or data only, and nobody said which these are: what it would
// close or ask for is unknown. Where its own condition settles it either way, who asks is moot.
void Judged::in_doubt(const Article& article) {
  const Statute& rule = article.rule;
  bool requirement = rule.effect == Effect::require;
  if (!requirement) risk(t.reason(Why::blocking_statute), rule.cite, rule.confidence);
  Tri holds = a.holds(rule.when);
  if (holds == (requirement ? Tri::yes : Tri::no)) return;
  if (article.from_roles != 0 && !a.q.from_role.known())
    lacks(Why::sender_unsaid, rule.cite, rule.confidence);
  if (article.to_roles != 0 && !a.q.to_role.known())
    lacks(Why::addressee_unsaid, rule.cite, rule.confidence);
  if (article.data != 0 && !a.q.data.known()) lacks(Why::data_unsaid, rule.cite, rule.confidence);
  if (holds == Tri::unknown) missing(rule.when.first, rule.confidence);
}

// Law of which nobody wrote down since when it is the law is recalled, for a day before its
// jurisdiction was reviewed.
Confidence Judged::as_of(const Profile& law, const Period& period, Confidence confidence) const {
  bool undated = period.from == day_first && a.on < law.compiled;
  return undated ? Confidence::unconfirmed : confidence;
}

// A reservation of which nobody wrote down since when it holds is recalled, for a day before the
// law was first reviewed.
Confidence Judged::as_of(const Reservation& one) const {
  bool undated = one.period.from == day_first && a.on < t.reviewed;
  return undated ? Confidence::unconfirmed : one.confidence;
}

// How the requested side would carry a preservation out at home. What it owes and can order under
// no law that is in force needs another power there; what nobody owes is at a risk.
void Judged::preservation(const Rule& rule) {
  const Profile* law = a.profile(Side::requested);
  if (!law || !a.measure_in(t.words.preserves)) return;
  const PreservationRow* row = row_on(law->preservation, a.on);
  if (!row) return;
  Confidence confidence = as_of(*law, row->period, row->law.confidence);
  bool asleep = law->power_asleep(a.on);
  if (asleep && rule.binding)
    return of(Side::requested, [&] { another_power(row->gone, confidence); });
  if (asleep || !row->power) return risk(t.reason(Why::no_domestic_power), row->gone, confidence);
  note(row->note, confidence);
  if (row->law.secrecy == Secrecy::none) {
    risk(t.reason(Why::holder_not_secret), row->secrecy_cite,
         weaker(confidence, row->secrecy_confidence));
  }
}

void Judged::another_power(CiteId gone, Confidence confidence) {
  FactId other = t.fact(Known::other_domestic_power);
  const std::int32_t* given = a.fact(other);
  if (given && *given) return supports(Why::fact_given, gone, confidence);
  lacks(Why::no_domestic_power, gone, confidence);
  if (!given) needs(other, gone);
}

}  // namespace comity::law
