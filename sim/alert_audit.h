#pragma once
// What must hold of alerts in the end: nobody has a byte that nobody was seen to tell it, and
// everybody has what it was to have, once, as it was said.
#include <map>
#include <set>
#include <string>
#include <vector>

#include "alerts.h"
#include "journal.h"
#include "node/collections.h"

namespace comity::sim {

class AlertAudit {
 public:
  AlertAudit(Stage& stage, const Alerts& alerts, const std::map<MemberId, Journal>& journals)
      : stage_(stage), alerts_(alerts), parties_(alerts.parties), journals_(journals) {}
  void conclude();

 private:
  // An object of a collection, as its owner sees it.
  struct Seen {
    std::string collection, bytes;
    std::optional<MemberId> from;
  };
  using Held = std::multimap<std::pair<std::string, std::string>, Seen>;  // by id and version

  [[nodiscard]] Result<Held> read_shelves(Party& party) const;
  [[nodiscard]] Result<std::set<std::string>> read_tokens(Party& party) const;
  void check_known(Party& party);
  void check_held(Party& party);
  void check_readers(Party& party);
  void check_readers_of(Party& party, node::View& view, const node::Collection& collection,
                        const Party& reader);
  void check_reached(Party& from, Party& to);
  void check_relayed(Party& from, Party& to);
  [[nodiscard]] bool has(const Party& party, const Said& said) const;
  [[nodiscard]] bool failed(const Party& from, const Party& to) const;
  void fault(const Party& party, const std::string& what) {
    stage_.fault(party.profile().name + ": " + what);
  }

  Stage& stage_;
  const Alerts& alerts_;
  const std::vector<Party*>& parties_;
  const std::map<MemberId, Journal>& journals_;
  std::map<std::size_t, Held> held_;  // by party
};

}  // namespace comity::sim
