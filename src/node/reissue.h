#pragma once
// After a key for acts was revoked: what it signed, and partners have not taken, is made void and
// said anew under the key in office. Blueprint, section 5: "revoked ones die at once: queued acts
// become void and are reissued under new ids".
//
//   member.card ──> sweep of the outbox, a batch a tick ──> signed voids in their places
//   receipt of a place: by the act (it had arrived: nothing to do) or by its void (taken back)
//   all places of a conversation settled ──> door two, and posted anew in the same order
//
// Law that we published is voided likewise and all of it told again: a partner knows again what it
// holds.
//
// A request is said anew only once the partner has signed that its void stands there, so it takes
// effect once, whatever the partner had taken before it learned of the revocation.
#include "node/work.h"

namespace comity::node {

// Has tick() search the outbox once the keys of the card `next` are in use.
//   told   outbox keys of the acts that carry that card. What stands before them in their lane
//          stays: the partner takes it before it can learn that the key is dead.
void begin_reissue(Work& work, const CardHash& next, const std::vector<std::string>& told);

// A batch of the search. False: there is nothing to search.
[[nodiscard]] Result<bool> void_revoked(Work& work);

// The partner's receipt says what stands in the place of `act`.
enum class Settled { by_act, by_void };
[[nodiscard]] Result<void> settle_reissue(Work& work, const std::string& conversation,
                                          const ActId& act, Settled by);
[[nodiscard]] Result<bool> awaits_reissue(Overlay& rows, const std::string& conversation,
                                          const ActId& act);
// The time in which `act` might be delivered is over: it will not be said anew.
[[nodiscard]] Result<void> lapse_reissue(Work& work, const ActId& act);

// Code::busy while the search runs: what a second card revokes, and law that is published, come
// after it.
[[nodiscard]] Result<void> refuse_while_searched(Overlay& rows);
// Code::busy while acts of this conversation wait to be said anew: another must not overtake them.
[[nodiscard]] Result<void> refuse_while_reissued(Overlay& rows, const std::string& conversation);

}  // namespace comity::node
