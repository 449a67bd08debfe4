// What each side's law does to a road: reservations, grounds, statutes, articles, powers at home.
#include "law/judged.h"

namespace comity::law {

bool Judged::applies(const Reservation& one, Side side) {
  if (side == Side::requesting && !one.both_sides) return false;
  if (one.offences != 0 && !(one.offences >> a.q.offence.value & 1)) return false;
  if (!one.period.holds(a.on)) return false;
  if (one.unless_class < 0) return true;
  bool other = false;
  between(one.unless_class, one.instrument,
          [&](InstrumentId, Tri is) { other = other || is == Tri::yes; });
  return !other;
}

void Judged::reservations(Side side) {
  each_reservation(side, [&](const Reservation& one) { of(side, [&] { reservation(one); }); });
}

void Judged::reservation(const Reservation& one) {
  if (one.channel.known()) {
    r.channel = one.channel;
    if (!t.rules[r.provision.value].carriage_fixed)
      r.carriage = t.words.channel_carriage[one.channel.value];
  }
  if (one.note.known()) note(one.note, one.confidence);
  if (one.only_with >= 0) {
    bool beside = false;
    between(one.only_with, one.instrument,
            [&](InstrumentId, Tri is) { beside = beside || is == Tri::yes; });
    if (!beside) closes(Why::reservation_excludes, one.cite, one.confidence);
  }
  if (one.effect == ReservationEffect::adds_risk) {
    risk(t.reason(Why::reservation_risk), one.cite, one.confidence);
  }
  bool excludes = one.effect == ReservationEffect::excludes;
  Why why = excludes ? Why::reservation_excludes : Why::reservation_requires;
  if (one.closes) return closes(why, one.cite, one.confidence);
  if (one.when.count || one.fact.known()) asks(one, why);
}

// By a condition of its own, or by the question that is named after it.
void Judged::asks(const Reservation& one, Why why) {
  const std::int32_t* given = one.when.count ? nullptr : a.fact(one.fact);
  Tri met = one.when.count ? a.holds(one.when)
            : !given       ? Tri::unknown
            : *given       ? Tri::yes
                           : Tri::no;
  bool excludes = one.effect == ReservationEffect::excludes;
  if (met == Tri::unknown) {
    lacks(why, one.cite, one.confidence);
    if (one.when.count) return missing(one.when.first, one.confidence);
    return needs(one.fact, one.cite);
  }
  if ((met == Tri::yes) == excludes) return closes(why, one.cite, one.confidence);
  supports(Why::fact_given, one.cite, one.confidence);
}

// Bars decided by facts close; everything else on which the other side may refuse is a listed risk.
void Judged::grounds(const Rule& rule) {
  for (std::uint32_t i = rule.grounds.first; i < rule.grounds.first + rule.grounds.count; ++i) {
    const GroundRule& ground = t.grounds[i];
    Tri holds = ground.when.count ? a.holds(ground.when) : Tri::unknown;
    if (ground.when.count && holds == Tri::yes)
      closes(ground.code, ground.cite, ground.confidence);
    else if (ground.when.count && holds == Tri::unknown)
      missing(ground.when.first, ground.confidence);
    else if (!ground.when.count)
      risk(ground.code, ground.cite, ground.confidence);
  }
  const Profile* law = a.profile(Side::requested);
  if (!rule.requested_law || !law) return;
  bool surrender = a.measure_in(t.words.surrenders);
  const Punished& theirs = a.punished(Side::requested, rule.dual_date);
  bool met = theirs.is == Tri::yes && a.punished(Side::requesting, rule.dual_date).is == Tri::yes;
  for (std::uint32_t i = law->grounds.first; i < law->grounds.first + law->grounds.count; ++i) {
    const GroundRule& ground = t.grounds[i];
    auto number = static_cast<std::size_t>(ground.code.value) - t.words.grounds_as_reasons;
    bool of_surrender = t.words.only_surrender >> number & 1;
    bool answered = met && ground.code == t.reason(Why::dual_criminality_absent);
    if ((surrender || !of_surrender) && !answered)
      risk(ground.code, ground.cite, as_of(*law, Period{}, ground.confidence));
  }
  bool below = theirs.months_known && theirs.months < law->threshold_months;
  if (surrender && below && law->extradition_known) {
    risk(t.reason(Why::below_threshold), law->extradition_cite,
         as_of(*law, law->extradition_period, law->extradition_confidence));
  }
}

void Judged::statutes(Side side) {
  const Profile* law = a.profile(side);
  if (!law) return;
  for (std::uint32_t i = law->statutes.first; i < law->statutes.first + law->statutes.count; ++i) {
    const Statute& statute = t.statutes[i];
    if (statute.requesting_side != (side == Side::requesting)) continue;
    if (!a.measure_in(statute.measures) || !statute.period.holds(a.on)) continue;
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
  for (std::uint32_t i = 0; i < rule.articles.count; ++i) {
    const Article& one = t.articles[t.article_uses[rule.articles.first + i]];
    if (own.in_force_known && !own.period.holds(a.on)) continue;
    bool of_measure = one.rule.measures == 0 || a.measure_in(one.rule.measures);
    if (of_measure && one.rule.period.holds(a.on) && a.roles_fit(one)) article(one, rule);
  }
  std::uint32_t first = t.measure_article_ranges[a.q.measure.value].first;
  for (std::uint64_t left = speaking_; left; left &= left - 1) {
    auto at = first + static_cast<std::uint32_t>(std::countr_zero(left));
    article(t.articles[t.measure_articles[at]], rule);
  }
}

void Judged::article(const Article& article, const Rule& rule) {
  if (article.voluntary_only && rule.binding) return;
  if (article.offences != 0 && !(article.offences >> a.q.offence.value & 1)) return;
  if (article.channels != 0 && !(article.channels >> rule.channel.value & 1)) return;
  bool of_data = a.q.data.known() && article.data >> a.q.data.value & 1;
  if (article.data != 0 && !of_data) return;
  if (article.rule.effect == Effect::permit) return note(article.note, article.rule.confidence);
  forbids(article.rule);
}

// Law of which nobody wrote down since when it is the law is recalled, for a day before its
// jurisdiction was reviewed.
Confidence Judged::as_of(const Profile& law, const Period& period, Confidence confidence) const {
  bool undated = period.from == day_first && a.on < law.compiled;
  return undated ? Confidence::unconfirmed : confidence;
}

// How the requested side would carry a preservation out at home.
void Judged::preservation() {
  const Profile* law = a.profile(Side::requested);
  if (!law || !a.measure_in(t.words.preserves) || law->preservation.cite.empty()) return;
  Confidence confidence = as_of(*law, law->preservation_period, law->preservation.confidence);
  bool power = law->preservation_power && law->preservation.in_force &&
               law->preservation_period.holds(a.on) && !law->preservation_suspended.holds(a.on);
  if (!power) return risk(t.reason(Why::no_domestic_power), law->preservation_gone, confidence);
  note(law->preservation_note, confidence);
  if (law->preservation.secrecy == Secrecy::none) {
    risk(t.reason(Why::holder_not_secret), law->secrecy_cite,
         weaker(confidence, law->secrecy_confidence));
  }
}

}  // namespace comity::law
