#pragma once
// Who is who on the wire: TLS pins to members and back. A value, made anew when a card or a state
// changes.
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "base/ids.h"
#include "crypto/certificate.h"
#include "node/ports.h"

namespace comity::peer {

struct Address {
  std::string nickname;
  std::vector<std::string> endpoints;  // "host:port"
  std::vector<crypto::TlsPin> pins;    // the one in office first, then those in their overlap
};

struct Directory {
  // Who lists a pin that is good now. Several may: a card proves nothing of the keys that it lists,
  // so nobody loses a pin because somebody else lists it too.
  std::map<crypto::TlsPin, std::vector<MemberId>> members_of;
  std::map<MemberId, Address> address_of;  // paired members
  bool pairing_open = false;               // a ceremony is under way: strangers may knock
  std::optional<Instant> lapses;           // the next overlap ends then: read it anew
};

[[nodiscard]] Result<Directory> read_directory(node::View& view, Instant now);

}  // namespace comity::peer
