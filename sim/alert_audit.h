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

// An object of a collection, as its owner sees it.
struct Seen {
  std::string collection, bytes;
  std::optional<MemberId> from;
};
using Held = std::multimap<std::pair<std::string, std::string>, Seen>;  // by id and version

// What the parts of the last judgement look at.
struct AlertFacts {
  Stage& stage;
  const Alerts& alerts;
  const std::map<MemberId, Journal>& journals;
  std::map<std::size_t, Held> held;  // by party
  void fault(const Party& party, const std::string& what) const {
    stage.fault(party.profile().name + ": " + what);
  }
};
[[nodiscard]] bool is_sound(const Party& party);
// Whether something from one to the other never arrived, and was not said anew: a week had passed.
[[nodiscard]] bool has_failed(const AlertFacts& facts, const Party& from, const Party& to);

// A recall reached all that were told, each dropped it, and nobody says it again.
void check_recalls(const AlertFacts& facts);
// Sightings came back to who told of what was seen, and are counted once.
void check_sightings(const AlertFacts& facts);

class AlertAudit {
 public:
  AlertAudit(Stage& stage, const Alerts& alerts, const std::map<MemberId, Journal>& journals)
      : stage_(stage),
        alerts_(alerts),
        parties_(alerts.parties),
        facts_{.stage = stage, .alerts = alerts, .journals = journals, .held = {}} {}
  void conclude();

 private:
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
  [[nodiscard]] bool is_gone(const Party& party, const Said& said) const;
  [[nodiscard]] bool is_anothers(const Party& party, const Said& said, const Party& giver) const;
  void fault(const Party& party, const std::string& what) { facts_.fault(party, what); }

  Stage& stage_;
  const Alerts& alerts_;
  const std::vector<Party*>& parties_;
  AlertFacts facts_;
};

}  // namespace comity::sim
