// What the offence does to a road: dual criminality, thresholds, nationals.
#include "law/judged.h"

namespace comity::law {

void Judged::dual_criminality(const Rule& rule) {
  if (rule.dual == Dual::none) return;
  const Punished& mine = a.punished(Side::requesting, rule.dual_date);
  const Punished& theirs = a.punished(Side::requested, rule.dual_date);
  if (rule.dual == Dual::require) return dual_criminality_required(rule, mine, theirs);
  // A requested Party that may ask for it: a risk unless it is met.
  if (mine.is == Tri::yes && theirs.is == Tri::yes) return;
  ReasonId code = t.reason(Why::dual_criminality_absent);
  for (const Punished* side : {&mine, &theirs}) {
    if (side->is == Tri::no && side->cite.known()) risk(code, side->cite, side->confidence);
  }
  risk(code, rule.dual_cite, rule.confidence);
}

void Judged::dual_criminality_required(const Rule& rule, const Punished& mine,
                                       const Punished& theirs) {
  if (mine.is == Tri::no || theirs.is == Tri::no) {
    for (Side side : {Side::requesting, Side::requested}) {
      const Punished& here = side == Side::requesting ? mine : theirs;
      if (here.is != Tri::no) continue;
      // An absence told by an officer has no row to cite: the clause that asks stands for it.
      CiteId cite = here.cite.known() ? here.cite : rule.dual_cite;
      of(side, [&] { closes(Why::dual_criminality_absent, cite, here.confidence); });
      // The clause closes the road by that side's law, and by nothing else.
      of(side, [&] { closes(Why::dual_criminality_absent, rule.dual_cite, rule.confidence); });
    }
    return;
  }
  for (Side side : {Side::requesting, Side::requested}) {
    const Punished& here = side == Side::requesting ? mine : theirs;
    CiteId cite = here.cite.known() ? here.cite : rule.dual_cite;
    if (here.is == Tri::yes) {
      supports(Why::dual_criminality_met, cite, here.confidence);
      continue;
    }
    of(side, [&] { lacks(Why::dual_criminality_unknown, cite, here.confidence); });
    needs(t.fact(side == Side::requesting ? Known::punishable_requesting
                                          : Known::punishable_requested),
          cite);
  }
}

// A threshold of a provision that prevails, and binds both, comes before the provision's own.
void Judged::threshold(const Rule& rule) {
  const Threshold* threshold = &rule.threshold;
  for (std::uint32_t i = 0; i < rule.prevailing.count; ++i) {
    const Rule& other = t.rules[t.prevailing[rule.prevailing.first + i]];
    if (!other.period.holds(a.on) || a.bound_by(other.instrument, Whom::both) != Tri::yes) continue;
    threshold = &other.threshold;
    supports(Why::prevails, other.prevails_cite, other.confidence);
    supports(Why::prevails, threshold->cite, other.confidence);
  }
  if (threshold->test == Test::none) return;
  for (Side side : {Side::requesting, Side::requested})
    of(side, [&] { threshold_of(rule, *threshold, side); });
}

void Judged::threshold_of(const Rule& rule, const Threshold& threshold, Side side) {
  const Punished& here = a.punished(side, rule.dual_date);
  if (here.is == Tri::no) return;  // dual criminality has spoken
  auto passes = [&](std::int32_t months) {
    return threshold.test == Test::at_least ? months >= threshold.months
                                            : months > threshold.months;
  };
  CiteId cite = here.cite.known() ? here.cite : threshold.cite;
  if (here.months_known && passes(here.months))
    return supports(Why::threshold_met, cite, here.confidence);
  if (here.months_known && !here.heavier_forms) {
    closes(Why::below_threshold, cite, here.confidence);
    return closes(Why::below_threshold, threshold.cite, rule.confidence);
  }
  // Not known, at the court's discretion, or heavier forms of the offence exist: it turns on the
  // form charged.
  FactId penalty =
      t.fact(side == Side::requesting ? Known::penalty_requesting : Known::penalty_requested);
  const std::int32_t* given = a.fact(penalty);
  if (given && passes(*given)) return supports(Why::threshold_met, cite, here.confidence);
  if (given) return closes(Why::below_threshold, threshold.cite, rule.confidence);
  lacks(Why::threshold_unknown, cite, here.confidence);
  needs(penalty, threshold.cite);
}

// The requested side's law on its own nationals, unless the treaty speaks of them itself.
void Judged::nationals(const Rule& rule) {
  const Profile* law = a.profile(Side::requested);
  if (!a.measure_in(t.words.surrenders) || rule.nationals == Nationals::surrendered) return;
  const ExtraditionRow* own = law ? row_on(law->extradition, a.on) : nullptr;
  if (!own || own->nationals) return;
  ReasonId code = t.reason(Why::own_national);
  Confidence confidence = as_of(*law, own->period, own->confidence);
  bool bars = rule.nationals == Nationals::as_law && rule.binding && own->holds(a.on);
  if (!bars) return risk(code, own->cite, confidence);
  const std::int32_t* nationality = a.fact(t.fact(Known::target_nationality));
  if (!nationality) {
    lacks(Why::fact_missing, own->cite, confidence);
    needs(t.fact(Known::target_nationality), own->cite);
  } else if (*nationality == country_value(a.q.to)) {
    closes(code, own->cite, confidence);
  }
}

}  // namespace comity::law
