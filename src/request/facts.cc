#include "request/facts.h"

#include <algorithm>

namespace comity::request {
namespace {

using enum TargetStatus;

// An act that names no target means all of them.
bool names(const Event& event, const std::string& target) {
  return event.marks.empty() ||
         std::ranges::any_of(event.marks, [&](const TargetMark& m) { return m.target == target; });
}

TargetMark* find(std::vector<TargetMark>& marks, const std::string& target) {
  auto at = std::ranges::find(marks, target, &TargetMark::target);
  return at == marks.end() ? nullptr : &*at;
}

const Event* find_event(const std::vector<Event>& half, const ActId& act) {
  auto at = std::ranges::find(half, act, &Event::act);
  return at == half.end() ? nullptr : &*at;
}

void supersede(std::vector<Proposal>& proposals) {
  for (Proposal& each : proposals) each.superseded = true;
}

// The extension reaches the targets that the extend named and that are preserved at this point of
// the other half.
void grant(Facts& facts, const State& state, const Event& answer) {
  const Event* asked = answer.on ? find_event(state.opener, *answer.on) : nullptr;
  if (!asked || answer.word != "granted" || !answer.until) return;
  for (TargetMark& mark : facts.by_other)
    if (mark.status == preserved && names(*asked, mark.target))
      mark.preserved_until = std::max(*mark.preserved_until, *answer.until);
}

void take_answers(Facts& facts, const Event& event) {
  facts.answered = true;
  supersede(facts.objections);
  for (const TargetMark& said : event.marks) {
    if (TargetMark* mark = find(facts.by_other, said.target)) {
      auto asked = std::move(mark->asked);
      *mark = said;
      mark->asked = std::move(asked);
    }
    facts.ever_preserved |= said.status == preserved;
  }
}

void take_other(Facts& facts, const State& state, const Event& event) {
  switch (event.verb) {
    case Verb::acknowledge:
      facts.acknowledged = true;
      break;
    case Verb::query:
      facts.queries_of_other.push_back(&event);
      break;
    case Verb::reply:
      if (event.on) facts.replied_by_other.insert(*event.on);
      break;
    case Verb::accept:
      facts.accepted = true;
      supersede(facts.offers);
      break;
    case Verb::forward:
      facts.forwarded = true;
      break;
    case Verb::refuse:
      facts.refused = true;
      break;
    case Verb::counter_offer:
      facts.offers.push_back({&event});
      break;
    case Verb::warn:
      facts.warnings.push_back({&event});
      break;
    case Verb::objection:
      facts.objections.push_back({&event});
      break;
    case Verb::answer:
    case Verb::comply:
      take_answers(facts, event);
      break;
    case Verb::extension_answer:
      grant(facts, state, event);
      break;
    case Verb::expire:
      for (TargetMark& mark : facts.by_other)
        if (mark.status == preserved && names(event, mark.target)) mark.status = expired;
      break;
    default:
      break;
  }
}

// What the opener no longer asks for.
struct GivenUp {
  std::set<std::string> targets;
  std::vector<const Event*> narrowed;  // offers taken up: of other categories nothing is asked
};

void keep_only(const Facts& facts, const Event& kept, GivenUp& given_up) {
  for (const TargetMark& mark : facts.by_other)
    if (!names(kept, mark.target)) given_up.targets.insert(mark.target);
}

void keep_common(std::vector<std::string>& codes, const std::vector<std::string>& others) {
  std::erase_if(codes, [&](const auto& code) { return std::ranges::count(others, code) == 0; });
}

// Of what is preserved, too, nothing counts that is not asked for any more. False: nothing is left
// of this target.
bool narrow(TargetMark& mark, const GivenUp& given_up) {
  if (mark.asked.empty()) return true;
  for (const Event* offer : given_up.narrowed)
    if (!offer->codes.empty() && names(*offer, mark.target)) keep_common(mark.asked, offer->codes);
  bool held = !mark.categories.empty();
  keep_common(mark.categories, mark.asked);
  return !mark.asked.empty() && (!held || !mark.categories.empty());
}

// Art. 29(6) and the answers to offers and objections: what the opener's choice does.
void take_decision(Facts& facts, const State& state, const Event& event, GivenUp& given_up) {
  const Event* on = event.on ? find_event(state.other, *event.on) : nullptr;
  if (!on) return;
  facts.decided.insert(on->act);
  if (event.word == "do_not_execute" || event.word == "lift") facts.withdrawn = true;
  if (event.word == "take_up" && on->word == "other_route") facts.withdrawn = true;
  if (event.word == "take_up" && on->word == "narrow") {
    keep_only(facts, *on, given_up);
    given_up.narrowed.push_back(on);
  }
  if (event.word == "narrow") keep_only(facts, event, given_up);
}

void take_opener(Facts& facts, const State& state, const Event& event, GivenUp& given_up) {
  switch (event.verb) {
    case Verb::query:
      facts.queries_of_opener.push_back(&event);
      break;
    case Verb::reply:
      if (event.on) facts.replied_by_opener.insert(*event.on);
      break;
    case Verb::decide:
      take_decision(facts, state, event, given_up);
      break;
    case Verb::notice:
      facts.noticed = true;
      break;
    case Verb::withdraw:
      facts.withdrawn = true;
      break;
    case Verb::extend:
      facts.open_extend = &event;
      break;
    case Verb::release:
      for (const TargetMark& mark : facts.by_other)
        if (names(event, mark.target)) given_up.targets.insert(mark.target);
      break;
    default:
      break;
  }
}

// What the opener takes back stays taken back, whatever answer crosses it; what had been preserved
// is then released.
TargetStatus combined(TargetStatus by_other, bool removed, bool refused_whole) {
  if (by_other == awaiting && refused_whole) return refused;
  if (!removed) return by_other;
  if (by_other == preserved) return released;
  return by_other == awaiting ? cancelled : by_other;
}

Phase closed_by_targets(const Facts& facts) {
  if (facts.any(released)) return Phase::released;
  if (facts.any(expired)) return Phase::expired;
  if (facts.any(not_held) || facts.any(not_available)) return Phase::not_preserved;
  return facts.any(refused) ? Phase::refused : Phase::withdrawn;
}

Phase phase_of(const Facts& facts) {
  if (!facts.opened) return Phase::undelivered;
  if (facts.withdrawn) return Phase::withdrawn;
  if (facts.refused) return Phase::refused;
  if (!facts.any(awaiting) && !facts.any(preserved)) return closed_by_targets(facts);
  if (facts.undecided(facts.warnings, Stance::strict)) return Phase::warned;
  if (facts.undecided(facts.offers, Stance::strict)) return Phase::countered;
  if (facts.undecided(facts.objections, Stance::strict)) return Phase::objected;
  if (facts.any(preserved)) return facts.noticed ? Phase::kept : Phase::preserved;
  if (facts.any_open_query(Side::other)) return Phase::questioned;
  if (facts.accepted) return Phase::accepted;
  if (facts.forwarded) return Phase::forwarded;
  return facts.acknowledged ? Phase::acknowledged : Phase::asked;
}

bool opens(Verb verb) {
  return verb == Verb::ask || verb == Verb::order;
}

}  // namespace

bool Facts::any(TargetStatus status) const {
  return std::ranges::any_of(targets, [&](const TargetMark& m) { return m.status == status; });
}

bool Facts::any_by_other(TargetStatus status) const {
  return std::ranges::any_of(by_other, [&](const TargetMark& m) { return m.status == status; });
}

bool Facts::undecided(const std::vector<Proposal>& proposals, Stance stance) const {
  return std::ranges::any_of(proposals, [&](const Proposal& each) {
    return !decided.contains(each.said->act) && (stance == Stance::crossing || !each.superseded);
  });
}

const Event* Facts::open_query(Side asked_by, const ActId& act) const {
  bool of_other = asked_by == Side::other;
  if ((of_other ? replied_by_opener : replied_by_other).contains(act)) return nullptr;
  for (const Event* query : of_other ? queries_of_other : queries_of_opener)
    if (query->act == act) return query;
  return nullptr;
}

bool Facts::any_open_query(Side asked_by) const {
  const auto& asked = asked_by == Side::other ? queries_of_other : queries_of_opener;
  return std::ranges::any_of(
      asked, [&](const Event* query) { return open_query(asked_by, query->act) != nullptr; });
}

const Event* Facts::open_proposal(const ActId& act, Stance stance) const {
  if (decided.contains(act)) return nullptr;
  for (const auto* list : {&warnings, &offers, &objections})
    for (const Proposal& each : *list)
      if (each.said->act == act && (stance == Stance::crossing || !each.superseded))
        return each.said;
  return nullptr;
}

Facts facts_of(const State& state) {
  Facts facts;
  facts.opened = !state.opener.empty() && opens(state.opener.front().verb);
  if (!facts.opened) return facts;
  facts.by_other = state.opener.front().marks;
  for (const Event& event : state.other) take_other(facts, state, event);

  GivenUp given_up;
  for (const Event& event : state.opener) take_opener(facts, state, event, given_up);
  if (facts.open_extend)
    for (const Event& event : state.other)
      if (event.verb == Verb::extension_answer && event.on == facts.open_extend->act) {
        facts.open_extend = nullptr;
        break;
      }

  facts.targets = facts.by_other;
  for (TargetMark& mark : facts.targets) {
    bool removed = facts.withdrawn || given_up.targets.contains(mark.target);
    removed |= !narrow(mark, given_up);
    mark.status = combined(mark.status, removed, facts.refused);
  }
  facts.phase = phase_of(facts);
  return facts;
}

namespace {

// The speaker's own words may have closed the conversation; the listener's are known to it only
// under Stance::strict.
bool is_live(const Facts& facts, Side side, Stance stance) {
  if (stance == Stance::strict) return !is_closed(facts.phase);
  if (side == Side::opener) return !facts.withdrawn;
  return !facts.refused && (facts.any_by_other(awaiting) || facts.any_by_other(preserved));
}

bool has(const Facts& facts, TargetStatus status, Stance stance) {
  return stance == Stance::strict ? facts.any(status) : facts.any_by_other(status);
}

bool is_open_to_opener(Verb verb, const Facts& facts, Stance stance) {
  bool seen_preserved = stance == Stance::strict ? facts.any(preserved) : facts.ever_preserved;
  switch (verb) {
    case Verb::query:
    case Verb::withdraw:
      return true;
    case Verb::notice:
      return true;
    case Verb::reply:
      return facts.any_open_query(Side::other);
    case Verb::decide:
      return facts.undecided(facts.warnings, stance) || facts.undecided(facts.offers, stance) ||
             facts.undecided(facts.objections, stance);
    case Verb::extend:
      return seen_preserved && !facts.open_extend;
    case Verb::release:
      return seen_preserved;
    default:
      return false;
  }
}

bool is_open_to_requested(Verb verb, const Facts& facts, Stance stance) {
  bool warned = facts.undecided(facts.warnings, stance);
  switch (verb) {
    case Verb::accept:
      return !facts.accepted && !warned;
    case Verb::forward:
      return has(facts, awaiting, stance);
    case Verb::refuse:
      return !facts.answered;
    case Verb::counter_offer:
      return !facts.answered && !facts.undecided(facts.offers, Stance::strict);
    case Verb::warn:
      return !warned;
    case Verb::answer:
      return facts.accepted && !warned;
    default:
      return false;
  }
}

bool is_open_to_custodian(Verb verb, const Facts& facts, Stance stance) {
  switch (verb) {
    case Verb::objection:
      return has(facts, awaiting, stance) && !facts.undecided(facts.objections, Stance::strict);
    case Verb::comply:
      return true;
    default:
      return false;
  }
}

// What the one who was asked may say on either track.
bool is_open_to_other(Verb verb, Track track, const Facts& facts, Stance stance) {
  switch (verb) {
    case Verb::acknowledge:
      return !facts.acknowledged && !facts.accepted && !facts.answered;
    case Verb::query:
      return true;
    case Verb::reply:
      return facts.any_open_query(Side::opener);
    case Verb::extension_answer:
      return facts.open_extend != nullptr;
    case Verb::expire:
      return has(facts, preserved, stance);
    default:
      return track == Track::request ? is_open_to_requested(verb, facts, stance)
                                     : is_open_to_custodian(verb, facts, stance);
  }
}

}  // namespace

bool is_open(Verb verb, Side side, Track track, const Facts& facts, Stance stance) {
  if (!facts.opened || !is_live(facts, side, stance)) return false;
  if (track == Track::order && verb == Verb::notice) return false;
  return side == Side::opener ? is_open_to_opener(verb, facts, stance)
                              : is_open_to_other(verb, track, facts, stance);
}

}  // namespace comity::request
