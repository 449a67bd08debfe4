#pragma once
// Our next card: a fresh key for acts, and, when one was stolen, that one revoked.
#include "app/cli.h"

namespace comity::app {

// `revoke`: a public key in hex, or empty. The new private key is in keys/node.key before the card
// is known to anyone.
[[nodiscard]] Result<json::Value> rotate_act_key(Session& session, const std::string& revoke);

}  // namespace comity::app
