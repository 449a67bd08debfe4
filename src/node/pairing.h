#pragma once
// A pairing ceremony under way, as the node keeps it.
#include "member/pairing.h"
#include "node/work.h"

namespace comity::node {

struct PairingRow {
  member::Ceremony ceremony;
  std::string nickname;  // ours for the partner
  std::string pending;   // a message of ours that the partner has not taken yet; may be empty
};
[[nodiscard]] json::Value to_json(const PairingRow& row);
[[nodiscard]] Result<PairingRow> pairing_row_from_json(const json::Value& value);

[[nodiscard]] Result<std::vector<member::Member>> all_members(Overlay& rows);

// Stores the ceremony, with its timer, and the member once both sides have confirmed.
[[nodiscard]] Result<void> save_ceremony(Work& work, const PairingRow& row);

}  // namespace comity::node
