#include "law/judged.h"

#include <algorithm>

namespace comity::law {

void Judged::closes(ReasonId code, CiteId cite, Confidence confidence) {
  blocked_ = true;
  closed_by_confirmed_ = closed_by_confirmed_ || confidence == Confidence::confirmed;
  if (seen(closed_, cite)) {
    for (Reason& earlier : r.reasons) {
      if (earlier.code != code || !(earlier.cite == cite)) continue;
      // Said twice of one clause: as sure as the surer, and nobody's alone when it is not one
      // side's.
      if (confidence == Confidence::confirmed) earlier.confidence = confidence;
      if (earlier.whose != whose_) earlier.whose = Whose::common;
      return;
    }
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
  if (seen(risked_, cite)) {
    for (const Reason& earlier : r.risks) {
      if (earlier.code == code && earlier.cite == cite) return;
    }
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
  data(rule);
  other_treaty(rule);
  condition(rule);
  dual_criminality(rule);
  threshold(rule);
  reservations(Side::requesting);
  reservations(Side::requested);
  of(Side::requested, [&] { nationals(rule); });
  statutes(Side::requesting);
  statutes(Side::requested);
  articles(rule);
  grounds(rule);
  preservation(rule);
  finish();
  // Open, needs, blocked; those that these two may walk; binding first; then those that both may
  // use; the faster; those that ask for less; the surer.
  return static_cast<std::uint64_t>(r.state) << 48 | static_cast<std::uint64_t>(others_) << 47 |
         static_cast<std::uint64_t>(!r.binding) << 44 | static_cast<std::uint64_t>(unbound_) << 40 |
         static_cast<std::uint64_t>(r.speed) << 36 |
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

// Of one that nobody can date, a day between its own first and the review says nothing.
void Judged::in_force(const Instrument& instrument) {
  if (!a.instrument_in_force(instrument))
    return closes(Why::not_in_force, instrument.cite, instrument.confidence);
  if (a.settled(instrument)) return;
  unresearched_ = true;
  lacks(Why::start_unknown, instrument.cite, Confidence::unconfirmed);
}

// "No permit without a provision in force for both on that date": the instrument, each side's
// membership, and those of the instruments that it builds on.
void Judged::parties(const Rule& rule) {
  const Instrument& instrument = t.instruments[rule.instrument.value];
  weakest_ = weaker(weakest_, instrument.confidence);
  bool never = instrument.membership == Membership::closed && !instrument.in_force_known;
  if (!never) {
    in_force(instrument);
    unbound_ = blocked_;
  }
  if (instrument.membership == Membership::everyone) {
    supports(Why::in_force, instrument.cite, instrument.confidence);
  } else {
    if (instrument.membership != Membership::unilateral) party(rule.instrument, Side::requesting);
    if (!rule.one_sided) party(rule.instrument, Side::requested);
  }
  if (never && !blocked_) closes(Why::not_in_force, instrument.cite, instrument.confidence);
  for (InstrumentId other : instrument.requires_) {
    const Instrument& ground = t.instruments[other.value];
    in_force(ground);
    party(other, Side::requesting);
    if (!rule.one_sided) party(other, Side::requested);
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
  std::uint64_t addressees = rule.to_roles;
  CiteId named = rule.cite;
  Confidence surely = rule.confidence;
  each_reservation(Side::requested, [&](const Reservation& one) {
    if (one.to_roles == 0) return;
    addressees = one.to_roles;
    named = one.cite;
    surely = as_of(one);
  });
  bool sender = outside(a.q.from_role, rule.from_roles);
  bool addressee = outside(a.q.to_role, addressees);
  others_ = sender || addressee;
  if (sender) lacks(Why::other_sender, rule.cite, rule.confidence);
  if (addressee) lacks(Why::other_addressee, named, surely);
}

// It reaches some data only, and neither the measure nor anybody says that those are meant.
void Judged::data(const Rule& rule) {
  if (rule.data == 0 || a.q.data.known()) return;
  if (t.words.turns_on_data(a.q.measure, rule.data))
    lacks(Why::data_unsaid, rule.cite, rule.confidence);
}

// "Only where no other treaty binds" tests memberships, never other roads' outcomes, of treaties
// that speak of the measure at all. Where one is doubtful, whoever asks must know.
void Judged::other_treaty(const Rule& rule) {
  if (rule.unless_class < 0) return;
  InstrumentId doubtful;
  auto each = [&](InstrumentId other, Tri is) {
    if (is == Tri::unknown) {
      doubtful = other;
      return;
    }
    const Instrument& binds = t.instruments[other.value];
    closes(Why::other_treaty_binds, rule.unless_cite, rule.confidence);
    closes(Why::other_treaty_binds, binds.cite, binds.confidence);
  };
  between(rule.unless_class, rule.instrument, Among::of_the_measure, each);
  if (doubtful.known()) other_treaty_in_doubt(rule, t.instruments[doubtful.value]);
}

void Judged::other_treaty_in_doubt(const Rule& rule, const Instrument& other) {
  FactId asked = t.fact(Known::other_treaty_in_force);
  const std::int32_t* given = a.fact(asked);
  if (!given) {
    lacks(Why::status_doubtful, other.cite, Confidence::unconfirmed);
    needs(asked, rule.unless_cite);
  } else if (*given != 0) {
    closes(Why::other_treaty_binds, rule.unless_cite, rule.confidence);
  } else {
    supports(Why::fact_given, rule.unless_cite, rule.confidence);
  }
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

void Judged::finish() {
  r.researched = !unresearched_;
  const Rule& rule = t.rules[r.provision.value];
  r.speed = rule.speed_fixed ? rule.speed
                             : t.words.measure_speed[a.q.measure.value].value_or(
                                   t.words.channel_speed[r.channel.value]);
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
  truncate_if(!r.reasons.append({scratch_.lacks.begin(), scratch_.lacks.size()}));
  truncate_if(!r.reasons.append({scratch_.supports.begin(), scratch_.supports.size()}));
}

}  // namespace comity::law
