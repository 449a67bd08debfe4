#pragma once
// Our next card: fresh keys, and whatever else the organisation changes over the years.
#include <set>

#include "app/cli.h"
#include "member/card_change.h"

namespace comity::app {

enum class Fresh { act, tls, checkpoint, cosignature, sealing, root };
[[nodiscard]] Result<Fresh> fresh_from_name(std::string_view name);

struct CardOrder {
  std::set<Fresh> keys;
  member::Overlap overlap = member::Overlap::kept;
  std::string revoke;  // an act key in hex, or empty
  member::CardChanges changes;
};
// Signs the card with the root key, or, for Fresh::root, with the one that was committed to. The
// new private keys are on disk before the card is known to anyone; a crash at any moment leaves a
// node that starts, under the card before or under the new one.
//   Errors  those of the key files, of member/card_change.h, and of the node's command member.card.
[[nodiscard]] Result<json::Value> issue_card(Session& session, const CardOrder& order);

}  // namespace comity::app
