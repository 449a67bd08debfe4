#pragma once
// A journal as an outsider reads it, and what it proves by itself: lanes without gaps, nothing
// twice, nothing released without its permit and the approvals of other people.
#include <map>
#include <optional>
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
  std::uint64_t position = 0;
};
struct Received {
  std::string rejected;  // why; empty: applied
  std::uint64_t position = 0;
};
// A wish to drop what was told.
struct Wish {
  std::uint64_t position = 0;
  std::optional<MemberId> by;  // none: our own officers
  std::set<std::string> objects;
};

struct Journal {
  std::map<ActId, Sent> sent;
  std::map<std::pair<MemberId, ActId>, Received> received;
  std::map<ActId, ActId> reissued;  // made void since its key was revoked; what says it anew
  std::vector<Wish> recalls;
  std::uint64_t judged = 0, overridden = 0;  // permits whose law was asked anew
  std::vector<std::string> faults;
};

[[nodiscard]] Result<Journal> read_journal(node::View& view, const LawBook& book);

}  // namespace comity::sim
