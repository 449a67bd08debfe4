#pragma once
// What the two halves of a conversation amount to. Private to this room.
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "request/machine.h"

namespace comity::request {

// From how much knowledge an act is judged. `strict`: by all that is known, for what we are about
// to say. `crossing`: by what the speaker may have known, as if the listener's closing words had
// not arrived.
enum class Stance { strict, crossing };

// Something said by the other side that waits for the opener's decision.
struct Proposal {
  const Event* said = nullptr;
  bool superseded = false;  // a later act of the same side has made it pointless
};

struct Facts {
  bool opened = false;
  // Of the opener's half, with its references into the other half resolved.
  bool withdrawn = false;
  bool noticed = false;
  std::set<ActId> decided;
  std::set<ActId> replied_by_opener, replied_by_other;
  const Event* open_extend = nullptr;
  // Of the other half.
  bool acknowledged = false, accepted = false, forwarded = false, refused = false, answered = false;
  bool ever_preserved = false;
  std::vector<TargetMark> by_other;  // per target, by the other half alone
  std::vector<Proposal> warnings, offers, objections;
  std::vector<const Event*> queries_of_opener, queries_of_other;
  // Of both.
  std::vector<TargetMark> targets;
  Phase phase = Phase::undelivered;

  [[nodiscard]] bool any(TargetStatus status) const;           // among targets
  [[nodiscard]] bool any_by_other(TargetStatus status) const;  // among by_other
  [[nodiscard]] bool undecided(const std::vector<Proposal>& proposals, Stance stance) const;
  // The query `act` of `asked_by` that nobody has answered yet; null when there is none.
  [[nodiscard]] const Event* open_query(Side asked_by, const ActId& act) const;
  [[nodiscard]] bool any_open_query(Side asked_by) const;
  // A proposal that the opener may still decide; null when there is none.
  [[nodiscard]] const Event* open_proposal(const ActId& act, Stance stance) const;
};

// Linear in the events, times targets for those that name all of them. Pointers lead into `state`.
[[nodiscard]] Facts facts_of(const State& state);

// Whether `side` may say `verb` now.
[[nodiscard]] bool is_open(Verb verb, Side side, Track track, const Facts& facts, Stance stance);

[[nodiscard]] inline Side side_of(Role role, Speaker by) {
  return (role == Role::requester) == (by == Speaker::ours) ? Side::opener : Side::other;
}

}  // namespace comity::request
