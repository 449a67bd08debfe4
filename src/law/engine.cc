#include "law/engine.h"

#include <algorithm>
#include <bit>

#include "base/check.h"
#include "law/tables.h"

// Blueprint, section 5, "Law". Kleene's three values throughout: no < unknown < yes, so AND is the
// least and OR the greatest, and to learn a fact can turn an unknown but never a yes or a no.
namespace comity::law {
namespace {

enum class Side : std::uint8_t { requesting, requested };

struct Binding {  // whether one side is bound by an instrument, and by what row
  Tri is = Tri::unknown;
  bool through_union = false;
  Why why = Why::membership_unknown;
  CiteId cite;
  Confidence confidence = Confidence::unconfirmed;
};

struct Punished {  // whether the conduct is an offence on one side on one day
  Tri is = Tri::unknown;
  bool months_known = false;
  bool heavier_forms = false;
  std::int32_t months = 0;
  CiteId cite;
  Confidence confidence = Confidence::unconfirmed;
};

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

// Everything a question asks of a corpus, before any one road is looked at.
class Asked {
 public:
  Asked(const Tables& tables, const Question& question)
      : t(tables),
        q(question),
        on(day_of(question.on)),
        conduct(day_of(question.conduct.value_or(question.on))),
        from(tables.slot(question.from)),
        to(tables.slot(question.to)) {}

  [[nodiscard]] Slot slot(Side side) const { return side == Side::requesting ? from : to; }
  [[nodiscard]] const Profile* profile(Side side) const {
    const Jurisdiction& j = t.jurisdictions[slot(side)];
    return j.profiled ? &t.profiles[j.profile] : nullptr;
  }
  [[nodiscard]] const std::int32_t* fact(FactId id) const {
    for (const Fact& fact : q.facts) {
      if (fact.id == id) return &fact.value;
    }
    return nullptr;
  }
  [[nodiscard]] bool measure_in(std::uint64_t set) const { return set >> q.measure.value & 1; }

  [[nodiscard]] bool instrument_in_force(const Instrument& instrument) const {
    return instrument.in_force_known && instrument.period.holds(on);
  }
  [[nodiscard]] Binding bound(InstrumentId id, Side side) const;
  [[nodiscard]] Tri bound_by(InstrumentId id, Whom whom) const;
  // Which of measure_articles speak of these two on this day, by their place in the measure's
  // range.
  [[nodiscard]] std::uint64_t speaking() const;
  [[nodiscard]] bool roles_fit(const Article& article) const;
  // Facts about the offence, computed once for each side and day.
  [[nodiscard]] const Punished& punished(Side side, WhichDate date);

  [[nodiscard]] Tri holds(std::uint32_t at);
  [[nodiscard]] Tri holds(Range when) { return when.count ? holds(when.first) : Tri::yes; }

  const Tables& t;
  const Question& q;
  Day on, conduct;
  Slot from, to;

 private:
  [[nodiscard]] Tri atom(const Node& node);
  [[nodiscard]] Tri penalty_reaches(Side side, const Node& node);
  [[nodiscard]] bool speaks(const Article& article) const;
  [[nodiscard]] Punished punished_on(Side side, Day day) const;
  [[nodiscard]] Punished by_rows(const Profile& profile, Day day) const;
  void by_absence(Side side, Day day, Punished& out) const;

  std::array<Punished, 4> punished_;
  std::array<bool, 4> punished_known_{};
};

Binding Asked::bound(InstrumentId id, Side side) const {
  const Instrument& instrument = t.instruments[id.value];
  if (instrument.membership == Membership::everyone) {
    return {Tri::yes, false, Why::in_force, instrument.cite, instrument.confidence};
  }
  Range rows = t.party_ranges[id.value * t.jurisdictions.size() + slot(side)];
  if (rows.count == 0)
    return {Tri::unknown, false, Why::membership_unknown, instrument.nobody_knows,
            Confidence::unconfirmed};
  // The row of the day wins; else the last word on this jurisdiction says why not.
  const PartyRow* last = nullptr;
  for (std::uint32_t i = rows.first; i < rows.first + rows.count; ++i) {
    const PartyRow& row = t.party_rows[i];
    if (row.status == Status::in_force && row.period.holds(on)) {
      return {Tri::yes, row.through_union, Why::in_force, row.cite, row.confidence};
    }
    last = &row;
  }
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

bool Asked::roles_fit(const Article& article) const {
  auto fits = [](RoleId role, std::uint64_t allowed) {
    return allowed == 0 || (role.known() && allowed >> role.value & 1);
  };
  return fits(q.from_role, article.from_roles) && fits(q.to_role, article.to_roles);
}

// Bound is whom the article binds; to an outsider is whoever is not known to be a member.
bool Asked::speaks(const Article& article) const {
  std::size_t word = article.instrument.value / 64;
  std::uint64_t bit = std::uint64_t{1} << article.instrument.value % 64;
  auto has_row = [&](Slot slot) {
    std::size_t at = slot * t.instrument_words + word;
    return ((t.row_one[at] | t.row_other[at]) & bit) != 0;
  };
  if (!has_row(article.binds == Whom::requested ? to : from)) return false;
  if (!article.rule.period.holds(on) || !roles_fit(article)) return false;
  if (bound_by(article.instrument, article.binds) != Tri::yes) return false;
  if (article.towards == Towards::anyone) return true;
  bool both = bound_by(article.instrument, Whom::both) == Tri::yes;
  return both == (article.towards == Towards::members);
}

std::uint64_t Asked::speaking() const {
  Range here = t.measure_article_ranges[q.measure.value];
  std::uint64_t out = 0;
  for (std::uint32_t i = 0; i < here.count; ++i) {
    if (speaks(t.articles[t.measure_articles[here.first + i]])) out |= std::uint64_t{1} << i;
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
  for (std::uint32_t child = at + 1; child < node.next; child = t.nodes[child].next) {
    value = node.op == Op::all ? std::min(value, holds(child)) : std::max(value, holds(child));
  }
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

// Reasons that wait until it is known what they amount to.
struct Scratch {
  Bounded<Reason, 24> lacks, supports;
};

// One road, being judged.
class Judged {
 public:
  Judged(Asked& asked, Route& route, Scratch& scratch, std::uint64_t speaking, bool& truncated)
      : a(asked),
        t(asked.t),
        r(route),
        scratch_(scratch),
        speaking_(speaking),
        truncated_(truncated) {}

  // Returns the key by which routes are ordered.
  std::uint64_t run(ProvisionId id);
  [[nodiscard]] bool unresearched() const { return unresearched_; }

 private:
  void reset(ProvisionId id, const Rule& rule);
  void parties(const Rule& rule);
  void party(InstrumentId id, Side side);
  void period(const Rule& rule);
  void roles(const Rule& rule);
  void other_treaty(const Rule& rule);
  template <typename Each>
  void binding_both(std::int16_t of, InstrumentId except, Each each);
  void condition(const Rule& rule);
  void missing(std::uint32_t at, Confidence asking);
  void contrary(std::uint32_t at, Confidence asking);
  void dual_criminality(const Rule& rule);
  void dual_criminality_required(const Rule& rule, const Punished& mine, const Punished& theirs);
  void threshold(const Rule& rule);
  void threshold_of(const Rule& rule, const Threshold& threshold, Side side);
  void reservations(ProvisionId id, Side side);
  void reservation(const Reservation& reservation);
  void nationals(const Rule& rule);
  void grounds(const Rule& rule);
  void statutes(Side side);
  void forbids(const Statute& statute);
  void articles(const Rule& rule);
  void article(const Article& article, const Rule& rule);
  void preservation();
  void finish();

  void closes(Why why, CiteId cite, Confidence confidence) {
    closes(t.reason(why), cite, confidence);
  }
  void closes(ReasonId code, CiteId cite, Confidence confidence);
  void supports(Why why, CiteId cite, Confidence confidence);
  void lacks(Why why, CiteId cite, Confidence confidence);  // unknown or unmet
  void needs(FactId fact, CiteId cite);
  void risk(ReasonId code, CiteId cite, Confidence confidence);
  void note(CiteId text, Confidence confidence);
  // Whatever `say` says rests on this side's own law.
  template <typename Say>
  void of(Side side, Say say) {
    Whose before = whose_;
    whose_ = side == Side::requesting ? Whose::requesting : Whose::requested;
    say();
    whose_ = before;
  }
  void truncate_if(bool full) { truncated_ = truncated_ || full; }

  Asked& a;
  const Tables& t;
  Route& r;
  Scratch& scratch_;
  std::uint64_t speaking_;  // Asked::speaking()
  bool& truncated_;
  bool blocked_ = false, lacking_ = false, unresearched_ = false, unbound_ = false;
  bool closed_by_confirmed_ = false;
  Whose whose_ = Whose::common;
  Confidence weakest_ = Confidence::confirmed;
};

void Judged::closes(ReasonId code, CiteId cite, Confidence confidence) {
  blocked_ = true;
  closed_by_confirmed_ = closed_by_confirmed_ || confidence == Confidence::confirmed;
  for (Reason& earlier : r.reasons) {
    if (earlier.code != code || !(earlier.cite == cite)) continue;
    // Said twice of one clause: as sure as the surer, and nobody's alone when it is not one side's.
    if (confidence == Confidence::confirmed) earlier.confidence = confidence;
    if (earlier.whose != whose_) earlier.whose = Whose::common;
    return;
  }
  truncate_if(!r.reasons.push({code, cite, confidence, whose_}));
}

void Judged::supports(Why why, CiteId cite, Confidence confidence) {
  weakest_ = weaker(weakest_, confidence);
  truncate_if(!scratch_.supports.push({t.reason(why), cite, confidence, whose_}));
}

void Judged::lacks(Why why, CiteId cite, Confidence confidence) {
  lacking_ = true;
  weakest_ = weaker(weakest_, confidence);
  truncate_if(!scratch_.lacks.push({t.reason(why), cite, confidence, whose_}));
}

void Judged::needs(FactId fact, CiteId cite) {
  lacking_ = true;
  for (const Need& earlier : r.requires_) {
    if (earlier.fact == fact) return;
  }
  truncate_if(!r.requires_.push({fact, cite}));
}

void Judged::risk(ReasonId code, CiteId cite, Confidence confidence) {
  for (const Reason& earlier : r.risks) {
    if (earlier.code == code && earlier.cite == cite) return;
  }
  truncate_if(!r.risks.push({code, cite, confidence, whose_}));
}

void Judged::note(CiteId text, Confidence confidence) {
  if (text.known()) truncate_if(!r.notes.push({text, confidence}));
}

void Judged::reset(ProvisionId id, const Rule& rule) {
  r.provision = id;
  r.binding = rule.binding;
  r.channel = rule.channel;
  r.carriage = rule.carriage;
  r.reasons.clear();
  r.requires_.clear();
  r.risks.clear();
  r.notes.clear();
  scratch_.lacks.clear();
  scratch_.supports.clear();
}

std::uint64_t Judged::run(ProvisionId id) {
  const Rule& rule = t.rules[id.value];
  reset(id, rule);
  weakest_ = rule.confidence;
  parties(rule);
  period(rule);
  roles(rule);
  other_treaty(rule);
  condition(rule);
  dual_criminality(rule);
  threshold(rule);
  reservations(id, Side::requesting);
  reservations(id, Side::requested);
  of(Side::requested, [&] { nationals(rule); });
  statutes(Side::requesting);
  statutes(Side::requested);
  articles(rule);
  grounds(rule);
  preservation();
  finish();
  // Open, needs, blocked; binding first; then those that both may use; the faster; those that ask
  // for less; the surer.
  return static_cast<std::uint64_t>(r.state) << 48 | static_cast<std::uint64_t>(!r.binding) << 44 |
         static_cast<std::uint64_t>(unbound_) << 40 | static_cast<std::uint64_t>(r.speed) << 36 |
         static_cast<std::uint64_t>(r.requires_.size()) << 28 |
         static_cast<std::uint64_t>(r.confidence) << 24 | id.value;
}

void Judged::party(InstrumentId id, Side side) {
  Binding bound = a.bound(id, side);
  if (bound.is == Tri::yes) return supports(Why::in_force, bound.cite, bound.confidence);
  unbound_ = true;
  if (bound.is == Tri::no) return closes(bound.why, bound.cite, bound.confidence);
  unresearched_ = true;
  lacks(Why::membership_unknown, bound.cite, bound.confidence);
}

// "No permit without a provision in force for both on that date": the instrument, each side's
// membership, and those of the instruments that it builds on.
void Judged::parties(const Rule& rule) {
  const Instrument& instrument = t.instruments[rule.instrument.value];
  weakest_ = weaker(weakest_, instrument.confidence);
  bool never = instrument.membership == Membership::closed && !instrument.in_force_known;
  if (!a.instrument_in_force(instrument) && !never) {
    unbound_ = true;
    closes(Why::not_in_force, instrument.cite, instrument.confidence);
  }
  if (instrument.membership == Membership::everyone) {
    supports(Why::in_force, instrument.cite, instrument.confidence);
  } else {
    if (instrument.membership != Membership::unilateral) party(rule.instrument, Side::requesting);
    party(rule.instrument, Side::requested);
  }
  if (never && !blocked_) closes(Why::not_in_force, instrument.cite, instrument.confidence);
  for (InstrumentId other : instrument.requires_) {
    const Instrument& ground = t.instruments[other.value];
    if (!a.instrument_in_force(ground)) closes(Why::not_in_force, ground.cite, ground.confidence);
    party(other, Side::requesting);
    party(other, Side::requested);
  }
}

void Judged::period(const Rule& rule) {
  if (!rule.period.holds(a.on)) closes(Why::not_in_force, rule.cite, rule.confidence);
}

// A wrong sender does not close the road: somebody else must walk it.
void Judged::roles(const Rule& rule) {
  auto outside = [](RoleId role, std::uint64_t allowed) {
    return role.known() && allowed != 0 && !(allowed >> role.value & 1);
  };
  if (outside(a.q.from_role, rule.from_roles)) lacks(Why::other_sender, rule.cite, rule.confidence);
  if (outside(a.q.to_role, rule.to_roles)) lacks(Why::other_addressee, rule.cite, rule.confidence);
}

// Every instrument of a class, save one, that binds both sides on this day.
template <typename Each>
void Judged::binding_both(std::int16_t of, InstrumentId except, Each each) {
  const std::uint64_t* of_class =
      t.of_class.data() + static_cast<std::size_t>(of) * t.instrument_words;
  for (std::size_t w = 0; w < t.instrument_words; ++w) {
    std::size_t from = a.from * t.instrument_words + w, to = a.to * t.instrument_words + w;
    std::uint64_t both =
        of_class[w] & ((t.row_one[from] & t.row_other[to]) | (t.row_other[from] & t.row_one[to]));
    for (; both; both &= both - 1) {
      InstrumentId other{
          static_cast<std::uint16_t>(w * 64 + static_cast<std::size_t>(std::countr_zero(both)))};
      if (other != except && a.bound_by(other, Whom::both) == Tri::yes)
        each(t.instruments[other.value]);
    }
  }
}

// "Only where no other treaty binds" tests memberships, never other roads' outcomes.
void Judged::other_treaty(const Rule& rule) {
  if (rule.unless_class < 0) return;
  binding_both(rule.unless_class, rule.instrument, [&](const Instrument& binds) {
    closes(Why::other_treaty_binds, rule.unless_cite, rule.confidence);
    closes(Why::other_treaty_binds, binds.cite, binds.confidence);
  });
}

void Judged::condition(const Rule& rule) {
  if (rule.when.count == 0) return;
  switch (a.holds(rule.when)) {
    case Tri::yes:
      return supports(Why::fact_given, rule.cite, rule.confidence);
    case Tri::unknown:
      return missing(rule.when.first, rule.confidence);
    case Tri::no:
      return contrary(rule.when.first, rule.confidence);
  }
}

// Asks for every fact that could still turn the condition. It is owed as surely as the law is known
// that asks for it.
void Judged::missing(std::uint32_t at, Confidence asking) {
  const Node& node = t.nodes[at];
  if (node.op == Op::all || node.op == Op::any) {
    for (std::uint32_t child = at + 1; child < node.next; child = t.nodes[child].next) {
      if (a.holds(child) == Tri::unknown) missing(child, asking);
    }
  } else if (node.op == Op::fact_is || node.op == Op::fact_at_least) {
    lacks(Why::fact_missing, node.cite, asking);
    needs({node.id}, node.cite);
  } else {
    unresearched_ = true;
    lacks(Why::membership_unknown, node.cite, Confidence::unconfirmed);
  }
}

void Judged::contrary(std::uint32_t at, Confidence asking) {
  const Node& node = t.nodes[at];
  if (node.op == Op::all || node.op == Op::any) {
    for (std::uint32_t child = at + 1; child < node.next; child = t.nodes[child].next) {
      if (a.holds(child) == Tri::no) contrary(child, asking);
    }
  } else {
    bool fact = node.op == Op::fact_is || node.op == Op::fact_at_least;
    closes(fact ? Why::fact_contrary : Why::condition_unmet, node.cite, asking);
  }
}

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

void Judged::reservations(ProvisionId id, Side side) {
  Range uses = t.jurisdictions[a.slot(side)].reservations;
  for (std::uint32_t i = uses.first; i < uses.first + uses.count; ++i) {
    const ReservationUse& use = t.reservation_uses[i];
    if (use.provision != id) continue;
    const Reservation& one = t.reservations[use.reservation];
    if (side == Side::requesting && !one.both_sides) continue;
    if (one.offences != 0 && !(one.offences >> a.q.offence.value & 1)) continue;
    if (one.period.holds(a.on)) of(side, [&] { reservation(one); });
  }
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
    binding_both(one.only_with, one.instrument, [&](const Instrument&) { beside = true; });
    if (!beside) closes(Why::reservation_excludes, one.cite, one.confidence);
  }
  if (one.effect == ReservationEffect::adds_risk) {
    risk(t.reason(Why::reservation_risk), one.cite, one.confidence);
  }
  if (!one.fact.known()) return;
  bool excludes = one.effect == ReservationEffect::excludes;
  Why why = excludes ? Why::reservation_excludes : Why::reservation_requires;
  const std::int32_t* given = a.fact(one.fact);
  if (!given) {
    lacks(why, one.cite, one.confidence);
    needs(one.fact, one.cite);
  } else if ((*given != 0) == excludes) {
    closes(why, one.cite, one.confidence);
  } else {
    supports(Why::fact_given, one.cite, one.confidence);
  }
}

// The requested side's law on its own nationals, unless the treaty speaks of them itself.
void Judged::nationals(const Rule& rule) {
  const Profile* law = a.profile(Side::requested);
  if (!a.measure_in(t.words.surrenders) || rule.nationals == Nationals::surrendered) return;
  if (!law || !law->extradition_known || law->nationals) return;
  ReasonId code = t.reason(Why::own_national);
  bool bars =
      rule.nationals == Nationals::as_law && rule.binding && law->extradition_period.holds(a.on);
  if (!bars) return risk(code, law->extradition_cite, law->extradition_confidence);
  const std::int32_t* nationality = a.fact(t.fact(Known::target_nationality));
  if (!nationality) {
    lacks(Why::fact_missing, law->extradition_cite, law->extradition_confidence);
    needs(t.fact(Known::target_nationality), law->extradition_cite);
  } else if (*nationality == country_value(a.q.to)) {
    closes(code, law->extradition_cite, law->extradition_confidence);
  }
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
      risk(ground.code, ground.cite, ground.confidence);
  }
  bool below = theirs.months_known && theirs.months < law->threshold_months;
  if (surrender && below && law->extradition_known) {
    risk(t.reason(Why::below_threshold), law->extradition_cite, law->extradition_confidence);
  }
}

void Judged::statutes(Side side) {
  const Profile* law = a.profile(side);
  if (!law) return;
  for (std::uint32_t i = law->statutes.first; i < law->statutes.first + law->statutes.count; ++i) {
    const Statute& statute = t.statutes[i];
    if (statute.requesting_side != (side == Side::requesting)) continue;
    if (a.measure_in(statute.measures) && statute.period.holds(a.on))
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
  if (holds == Tri::yes) return closes(warning, statute.cite, statute.confidence);
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
  if (article.rule.effect == Effect::permit) return note(article.note, article.rule.confidence);
  forbids(article.rule);
}

// How the requested side would carry a preservation out at home.
void Judged::preservation() {
  const Profile* law = a.profile(Side::requested);
  if (!law || !a.measure_in(t.words.preserves) || law->preservation.cite.empty()) return;
  Confidence confidence = law->preservation.confidence;
  bool power = law->preservation_power && law->preservation.in_force &&
               law->preservation_period.holds(a.on) && !law->preservation_suspended.holds(a.on);
  if (!power) return risk(t.reason(Why::no_domestic_power), law->preservation_gone, confidence);
  note(law->preservation_note, confidence);
  if (law->preservation.secrecy == Secrecy::none) {
    risk(t.reason(Why::holder_not_secret), law->secrecy_cite, confidence);
  }
}

void Judged::finish() {
  r.researched = !unresearched_;
  r.speed = t.words.channel_speed[r.channel.value];
  r.state = blocked_ ? State::blocked : lacking_ ? State::needs : State::open;
  r.confidence = weakest_;
  if (blocked_) {
    // One confirmed reason is enough to close a road for certain; what it would have needed besides
    // is moot.
    r.confidence = closed_by_confirmed_ ? Confidence::confirmed : Confidence::unconfirmed;
    r.requires_.clear();
    scratch_.lacks.clear();
  }
  r.closers = static_cast<std::uint8_t>(r.reasons.size());
  r.lacking = static_cast<std::uint8_t>(scratch_.lacks.size());
  for (const Reason& reason : scratch_.lacks) truncate_if(!r.reasons.push(reason));
  for (const Reason& reason : scratch_.supports) truncate_if(!r.reasons.push(reason));
}

// Selection: few routes, large, so the fewest moves.
void sort_routes(Decision& decision, std::array<std::uint64_t, routes_max>& keys) {
  std::size_t count = decision.routes.size();
  for (std::size_t i = 0; i + 1 < count; ++i) {
    std::size_t least = i;
    for (std::size_t j = i + 1; j < count; ++j) {
      if (keys[j] < keys[least]) least = j;
    }
    if (least == i) continue;
    std::swap(keys[i], keys[least]);
    std::swap(decision.routes[i], decision.routes[least]);
  }
}

Outcome outcome_of(const Asked& a, const Decision& decision, bool needs, bool unresearched) {
  for (const Route& route : decision.routes) {
    if (route.state == State::open) return Outcome::open;
  }
  if (needs) return Outcome::needs;
  // Where only memberships are known, what nobody researched may hold a road: no "no" without a
  // profile.
  bool profiled = a.profile(Side::requesting) && a.profile(Side::requested);
  if (unresearched || !profiled) return Outcome::no_data;
  return decision.routes.empty() ? Outcome::none : Outcome::blocked;
}

}  // namespace

std::string_view name_of(State state) {
  switch (state) {
    case State::open:
      return "open";
    case State::needs:
      return "needs";
    case State::blocked:
      return "blocked";
  }
  return "";
}

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::open:
      return "open";
    case Outcome::needs:
      return "needs";
    case Outcome::blocked:
      return "blocked";
    case Outcome::none:
      return "none";
    case Outcome::no_data:
      return "no_data";
  }
  return "";
}

std::string_view name_of(Whose whose) {
  switch (whose) {
    case Whose::common:
      return "common";
    case Whose::requesting:
      return "requesting";
    case Whose::requested:
      return "requested";
  }
  return "";
}

const Route* Decision::find(ProvisionId provision) const {
  for (const Route& route : routes) {
    if (route.provision == provision) return &route;
  }
  return nullptr;
}

void decide(const Corpus& corpus, const Question& question, Decision& decision) {
  decide(corpus.tables(), question, decision);
}

void decide(const Tables& t, const Question& question, Decision& decision) {
  check(question.measure.value < t.words.measures.size(), "a measure of this corpus");
  check(question.offence.value < t.words.offences.size(), "an offence of this corpus");
  decision.routes.clear();
  decision.truncated = false;
  decision.outcome = Outcome::no_data;
  Asked asked(t, question);
  if (asked.from == no_slot || asked.to == no_slot) return;

  std::array<std::uint64_t, routes_max> keys;
  Scratch scratch;
  std::uint64_t speaking = asked.speaking();
  bool needs = false, unresearched = false;
  for (std::size_t w = 0; w < t.words_; ++w) {
    const std::uint64_t* open = t.open_to.data();
    const std::uint64_t* one = t.closed_one.data();
    const std::uint64_t* other = t.closed_other.data();
    std::size_t from = asked.from * t.words_ + w, to = asked.to * t.words_ + w;
    std::uint64_t speak = t.by_measure[question.measure.value * t.words_ + w] &
                          t.by_offence[question.offence.value * t.words_ + w];
    std::uint64_t known = t.for_everyone[w] | open[from] | open[to] | t.alone_to[to] |
                          (one[from] & other[to]) | (other[from] & one[to]);
    for (std::uint64_t left = speak & known; left; left &= left - 1) {
      ProvisionId id{
          static_cast<std::uint16_t>(w * 64 + static_cast<std::size_t>(std::countr_zero(left)))};
      const Rule& rule = t.rules[id.value];
      std::uint64_t data = rule.data;
      if (rule.only_from != Country{} && rule.only_from != question.from) continue;
      if (rule.only_to != Country{} && rule.only_to != question.to) continue;
      if (question.data.known() && data != 0 && !(data >> question.data.value & 1)) continue;
      Route* route = decision.routes.extend();
      check(route != nullptr, "load() left room for every route");
      Judged judged(asked, *route, scratch, speaking, decision.truncated);
      keys[decision.routes.size() - 1] = judged.run(id);
      if (route->state == State::needs) (judged.unresearched() ? unresearched : needs) = true;
    }
  }
  sort_routes(decision, keys);
  decision.outcome = outcome_of(asked, decision, needs, unresearched);
}

}  // namespace comity::law
