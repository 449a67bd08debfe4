#include "law/asked.h"

#include <algorithm>

namespace comity::law {
namespace {

Why why_not(Status status, Membership membership) {
  switch (status) {
    case Status::in_force:
      return Why::not_in_force;
    case Status::signed_only:
      return Why::signed_only;
    case Status::ratified:
      return Why::ratified_only;
    case Status::invited:
      return Why::invited_only;
    case Status::none:
      return membership == Membership::closed ? Why::no_treaty : Why::not_a_party;
    case Status::negotiating:
      return Why::negotiating;
    case Status::participates:
      return Why::participates_only;
    case Status::doubtful:
      return Why::status_doubtful;
  }
  return Why::status_doubtful;
}

}  // namespace

Binding Asked::bound(InstrumentId id, Side side) const {
  const Instrument& instrument = t.instruments[id.value];
  if (instrument.membership == Membership::everyone) {
    return {Tri::yes, false, Why::in_force, instrument.cite, instrument.confidence};
  }
  Range rows = t.rows_of(id, slot(side));
  if (rows.count == 0)
    return {Tri::unknown, false, Why::membership_unknown, instrument.nobody_knows,
            Confidence::unconfirmed};
  // The row of the day wins; else the last word on this jurisdiction by then says why not, and
  // before the first of them it had none.
  const PartyRow* last = nullptr;
  for (std::uint32_t i = rows.first; i < rows.first + rows.count; ++i) {
    const PartyRow& row = t.party_rows[i];
    if (row.status == Status::in_force && row.period.holds(on)) {
      return {Tri::yes, row.through_union, Why::in_force, row.cite, row.confidence};
    }
    if (!last || row.period.from <= on) last = &row;
  }
  bool later = last->period.from > on && last->status != Status::in_force;
  if (later) return {Tri::no, false, Why::not_a_party, instrument.cite, last->confidence};
  Why why = why_not(last->status, instrument.membership);
  if (why == Why::no_treaty) return {Tri::no, false, why, instrument.cite, instrument.confidence};
  return {Tri::no, false, why, last->cite, last->confidence};
}

Tri Asked::bound_by(InstrumentId id, Whom whom) const {
  if (!instrument_in_force(t.instruments[id.value])) return Tri::no;
  if (whom != Whom::both)
    return bound(id, whom == Whom::requesting ? Side::requesting : Side::requested).is;
  Binding mine = bound(id, Side::requesting), theirs = bound(id, Side::requested);
  bool one_side = t.instruments[id.value].two_sided && mine.through_union == theirs.through_union;
  Tri least = std::min(mine.is, theirs.is);
  return least == Tri::yes && one_side ? Tri::no : least;
}

bool Asked::doubtful(InstrumentId id, Side side) const {
  Range rows = t.rows_of(id, slot(side));
  for (std::uint32_t i = rows.first; i < rows.first + rows.count; ++i) {
    if (t.party_rows[i].status == Status::doubtful) return true;
  }
  return false;
}

Tri Asked::stands_between(InstrumentId id) const {
  if (bound_by(id, Whom::both) == Tri::yes)
    return settled(t.instruments[id.value]) ? Tri::yes : Tri::unknown;
  if (!instrument_in_force(t.instruments[id.value])) return Tri::no;
  bool doubt = false;
  for (Side side : {Side::requesting, Side::requested}) {
    if (bound(id, side).is == Tri::yes) continue;
    if (!doubtful(id, side)) return Tri::no;
    doubt = true;
  }
  return doubt ? Tri::unknown : Tri::no;
}

Tri Asked::concerned(const Article& article) const {
  auto within = [](auto one, std::uint64_t allowed) {
    if (allowed == 0) return Tri::yes;
    if (!one.known()) return Tri::unknown;
    return allowed >> one.value & 1 ? Tri::yes : Tri::no;
  };
  return std::min({within(q.from_role, article.from_roles), within(q.to_role, article.to_roles),
                   within(q.offence, article.offences), within(q.data, article.data)});
}

// Bound is whom the article binds; to an outsider is whoever is not known to be a member.
bool Asked::binds(const Article& article) const {
  std::size_t word = article.instrument.value / 64;
  std::uint64_t bit = std::uint64_t{1} << article.instrument.value % 64;
  auto has_row = [&](Slot slot) {
    std::size_t at = slot * t.instrument_words + word;
    return ((t.row_one[at] | t.row_other[at]) & bit) != 0;
  };
  if (!has_row(article.binds == Whom::requested ? to : from)) return false;
  if (!article.rule.period.holds(on)) return false;
  if (bound_by(article.instrument, article.binds) != Tri::yes) return false;
  if (article.towards == Towards::anyone) return true;
  bool both = bound_by(article.instrument, Whom::both) == Tri::yes;
  return both == (article.towards == Towards::members);
}

Speaking Asked::speaking() const {
  Range here = t.measure_article_ranges[q.measure.value];
  Speaking out;
  for (std::uint32_t i = 0; i < here.count; ++i) {
    const Article& article = t.articles[t.measure_articles[here.first + i]];
    Tri concerns = concerned(article);
    if (concerns == Tri::no || !binds(article)) continue;
    out.all |= std::uint64_t{1} << i;
    if (concerns == Tri::unknown) out.perhaps |= std::uint64_t{1} << i;
  }
  return out;
}

std::uint64_t Asked::statutes_of(Side side) const {
  const Profile* law = profile(side);
  std::uint64_t out = 0;
  for (std::uint32_t i = 0; law && i < law->statutes.count; ++i) {
    const Statute& statute = t.statutes[law->statutes.first + i];
    bool here = statute.requesting_side == (side == Side::requesting) &&
                measure_in(statute.measures) && statute.period.holds(on);
    if (here) out |= std::uint64_t{1} << i;
  }
  return out;
}

// What the corpus knows of the penalty comes before what an officer says, as everywhere.
Tri Asked::penalty_reaches(Side side, const Node& node) {
  const Punished& here = punished(side, WhichDate::on);
  if (here.is == Tri::yes && here.months_known) {
    if (here.months >= node.value) return Tri::yes;
    if (!here.heavier_forms) return Tri::no;
  }
  const std::int32_t* given = fact({node.id});
  if (!given) return Tri::unknown;
  return *given >= node.value ? Tri::yes : Tri::no;
}

Tri Asked::atom(const Node& node) {
  if (node.op == Op::member || node.op == Op::not_member) {
    Tri is = bound_by({node.id}, node.whom);
    if (is == Tri::yes && !settled(t.instruments[node.id])) is = Tri::unknown;
    if (node.op == Op::member || is == Tri::unknown) return is;
    return is == Tri::yes ? Tri::no : Tri::yes;
  }
  if (node.op == Op::fact_at_least && node.id == t.fact(Known::penalty_requesting).value)
    return penalty_reaches(Side::requesting, node);
  if (node.op == Op::fact_at_least && node.id == t.fact(Known::penalty_requested).value)
    return penalty_reaches(Side::requested, node);
  const std::int32_t* given = fact({node.id});
  if (!given) return Tri::unknown;
  if (node.op == Op::fact_at_least) return *given >= node.value ? Tri::yes : Tri::no;
  std::int32_t wanted = node.value;
  if (node.whom == Whom::requested) wanted = country_value(q.to);
  if (node.whom == Whom::requesting) wanted = country_value(q.from);
  return *given == wanted ? Tri::yes : Tri::no;
}

Tri Asked::holds(std::uint32_t at) {
  const Node& node = t.nodes[at];
  if (node.op != Op::all && node.op != Op::any) return atom(node);
  Tri value = node.op == Op::all ? Tri::yes : Tri::no;
  Tri settled = node.op == Op::all ? Tri::no : Tri::yes;
  for (std::uint32_t child = at + 1; child < node.next && value != settled;
       child = t.nodes[child].next)
    value = node.op == Op::all ? std::min(value, holds(child)) : std::max(value, holds(child));
  return value;
}

const Punished& Asked::punished(Side side, WhichDate date) {
  auto at = static_cast<std::size_t>(side) * 2 + static_cast<std::size_t>(date);
  if (!punished_known_[at]) {
    punished_[at] = punished_on(side, date == WhichDate::on ? on : conduct);
    punished_known_[at] = true;
  }
  return punished_[at];
}

// Among the rows of the day the gravest one counts: the request may charge it.
Punished Asked::by_rows(const Profile& profile, Day day) const {
  Punished out;
  auto of_profile =
      static_cast<std::size_t>(&profile - t.profiles.data()) * t.words.offences.size();
  Range rows = t.offence_ranges[of_profile + q.offence.value];
  for (std::uint32_t i = rows.first; i < rows.first + rows.count; ++i) {
    const OffenceRow& row = t.offence_rows[i];
    if (!row.period.holds(day)) continue;
    if (row.suspended.holds(day)) {
      if (!out.cite.known()) out.cite = row.suspended_cite;
      continue;
    }
    bool known = row.penalty != Penalty::court_discretion;
    bool graver = out.is != Tri::yes || !known || (out.months_known && row.months > out.months);
    out.heavier_forms = out.heavier_forms || row.heavier_forms;
    if (!graver) continue;
    out.is = Tri::yes;
    out.months_known = known;
    out.months = row.months;
    out.cite = row.cite;
    out.confidence = row.confidence;
    // For a day before the profile was compiled, a start that is recalled or not known makes the
    // answer unconfirmed.
    if (day < profile.compiled) {
      Confidence start = row.start_known ? row.start_confidence : Confidence::unconfirmed;
      out.confidence = weaker(out.confidence, start);
    }
  }
  return out;
}

void Asked::by_absence(Side side, Day day, Punished& out) const {
  Range absents = t.jurisdictions[slot(side)].absents;
  for (std::uint32_t i = absents.first; i < absents.first + absents.count; ++i) {
    const AbsentRow& row = t.absents[i];
    if (row.offence != q.offence.value || !row.period.holds(day)) continue;
    out = {Tri::no, false, false, 0, row.cite, row.confidence};
    return;
  }
}

Punished Asked::punished_on(Side side, Day day) const {
  Punished out;
  if (const Profile* known = profile(side)) {
    out = by_rows(*known, day);
    if (out.is != Tri::yes) by_absence(side, day, out);
  }
  if (out.is != Tri::unknown) return out;
  // What the corpus does not know an officer may; what it knows, a fact does not change.
  bool asking = side == Side::requesting;
  if (const std::int32_t* said =
          fact(t.fact(asking ? Known::punishable_requesting : Known::punishable_requested))) {
    out.is = *said ? Tri::yes : Tri::no;
  }
  return out;
}

}  // namespace comity::law
