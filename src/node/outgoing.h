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
  Instant expires;    // when, undelivered, it becomes void
  std::string actor;  // officer id as text; empty: the node itself
};

struct Posted {
  act::Act act;                         // as signed
  std::optional<request::Phase> phase;  // of a request: what its conversation came to
};

// Posts the act that the permit was given for.
[[nodiscard]] Result<Posted> post(Work& work, Permit permit, const Posting& posting);

// Puts a signed void in the place of an act that will not be delivered any more. docs/protocol.md,
// "Lanes".
[[nodiscard]] Result<void> post_void(Work& work, const MemberId& member, const ActId& expired);

}  // namespace comity::node
