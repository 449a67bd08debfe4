#pragma once
// A journal as an outsider reads it, and what it proves by itself: lanes without gaps, nothing
// twice, nothing released without its permit and the approvals of other people.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "node/entry.h"
#include "node/ports.h"
#include "permits.h"

namespace comity::sim {

struct Sent {
  MemberId to;
  Hash hash;             // of the envelope
  std::string standing;  // of its row: "delivered", "rejected", "expired", "queued"
  std::string code;      //   "
  bool request = true;   // else a card, a void, law, an alert
  bool alert = false;
};
struct Received {
  std::string rejected;  // why; empty: applied
};

struct Journal {
  std::map<ActId, Sent> sent;
  std::map<std::pair<MemberId, ActId>, Received> received;
  std::map<ActId, ActId> reissued;  // made void since its key was revoked; what says it anew
  std::uint64_t judged = 0, overridden = 0;  // permits whose law was asked anew
  std::vector<std::string> faults;
};

[[nodiscard]] Result<Journal> read_journal(node::View& view, const LawBook& book);

}  // namespace comity::sim
