#pragma once
// Doors three to five on the way out: the permitted act takes its place in its lane, is signed,
// journalled and queued.
#include "node/permit.h"

namespace comity::node {

inline constexpr std::chrono::hours act_life{
    24 * 7};  // undelivered for so long: expired, with a signed void
inline constexpr std::chrono::days never_expires{
    36'500};  // voids and cards: without them the lane could not go on

struct Posting {
  Instant expires;                  // when, undelivered, it becomes void
  std::string actor;                // officer id as text; empty: the node itself
  std::optional<ActId> reissues{};  // the act, made void, that says the same
  std::vector<Hash> blobs{};        // that its body names
};

struct Posted {
  act::Act act;                         // as signed
  std::optional<request::Phase> phase;  // of a request: what its conversation came to
};

// Posts the act that the permit was given for.
[[nodiscard]] Result<Posted> post(Work& work, Permit permit, const Posting& posting);

// Puts a signed void in the place of an act that will not be delivered any more: its time has come,
// or the key that signed it was revoked. docs/protocol.md, "Lanes". Nothing happens to an act that
// is not queued.
enum class Voided { expired, revoked };
[[nodiscard]] Result<void> post_void(Work& work, const MemberId& member, const ActId& act,
                                     Voided why);
// The same place under the key in office, for a void that a revoked key signed.
[[nodiscard]] Result<void> renew_void(Work& work, const MemberId& member, const ActId& void_);
// Code::conflict when our card was changed since the keys in use were loaded: in this very turn, or
// they could not be. Partners may hold the new card by now, and the old key be dead.
[[nodiscard]] Result<void> refuse_old_card(Work& work);
// Whether our current card says that the key of ours that speaks under `card` is revoked.
[[nodiscard]] Result<bool> is_revoked(const Work& work, const CardHash& card);

}  // namespace comity::node
