#pragma once
// What many acts ask for and few change, as last parsed and verified: partners and their cards
// (some thousand bytes of signed JSON), and the last checkpoint of a partner that was found good
// (all acts that its node took in one turn carry the same), and our own officers. A memo changes no
// answer: what is held counts for the very version of the row and the very bytes that were looked
// at, and for nothing else. What one partner had read in this turn is here too: it answers `busy`.
#include <map>
#include <memory>

#include "ledger/checkpoint.h"
#include "member/member.h"
#include "member/officer.h"

namespace comity::node {

struct Partner {
  std::uint64_t version = 0;  // of the row; 0 when this step has changed it
  member::Member member;
  member::Card card;  // the current one
};
// Shared, since the memo may learn a later version while a step still holds the earlier.
using PartnerPtr = std::shared_ptr<const Partner>;

struct KnownOfficer {
  std::uint64_t version = 0;  // of the row
  member::Officer officer;
};
using OfficerPtr = std::shared_ptr<const KnownOfficer>;  // shared as a partner is

struct Memo {
  struct Checkpoint {
    std::uint64_t version = 0;  // of the partner's row, whose card has the key
    std::string bytes;
    ledger::Checkpoint checkpoint;
  };
  std::map<MemberId, PartnerPtr> partners;
  std::map<OfficerId, OfficerPtr> officers;
  std::map<MemberId, Checkpoint> checkpoints;
  // Of blobs that a partner's alerts name, in this turn: limits::alert_bytes_per_turn_max.
  std::map<MemberId, std::uint64_t> alert_bytes;
};

}  // namespace comity::node
