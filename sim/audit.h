#pragma once
// What must hold, watched from outside while nodes run, and proven from their journals afterwards.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "alerts.h"
#include "ledger/merkle.h"
#include "party.h"
#include "permits.h"

namespace comity::sim {

class Audit {
 public:
  Audit(Stage& stage, Alerts& alerts) : stage_(stage), alerts_(alerts) {}

  // A receipt left a node: from now on the act must stand in its journal, where the receipt says.
  void receipt_given(Party& by, const std::string& act, const std::string& receipt);
  // A sender holds the receipt of its act.
  void receipt_held(Party& by, const std::string& receipt);
  void sends(Party& from, const peer::Outgoing& sent);
  void before_turn(Party& party);
  // A node has come up: nothing acknowledged may be missing.
  void started(Party& party);

  // Permits name by its hash the law that they were given under.
  void keep_law(const law::Corpus& corpus) {
    book_.corpora.try_emplace(to_hex(corpus.hash()), corpus);
  }

  // After healing, over all of them.
  void conclude(const std::vector<Party*>& parties);

 private:
  struct Promise {
    std::uint64_t position = 0;
    Hash act_hash;
    MemberId sender;
    ActId act;
  };
  void keep_checkpoint(Party& party, const std::string& note);
  [[nodiscard]] static bool erased(node::View& view, const Promise& promise);
  void check_promises(Party& party, const std::vector<Promise>& promises);

  Stage& stage_;
  Alerts& alerts_;
  LawBook book_;
  std::map<MemberId, std::vector<Promise>> given_;                  // by receiver
  std::map<MemberId, std::map<std::uint64_t, Hash>> signed_heads_;  // by log: size to root
  std::map<MemberId, std::set<ActId>> held_;                        // by sender
  std::map<MemberId, bool> halted_;                                 // before the turn that runs
};

}  // namespace comity::sim
