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
  std::vector<crypto::TlsPin> pins;
};

struct Directory {
  std::map<crypto::TlsPin, MemberId> member_of;  // pins on the current cards of paired members
  std::map<MemberId, Address> address_of;        // paired members
  bool pairing_open = false;                     // a ceremony is under way: strangers may knock
};

[[nodiscard]] Result<Directory> read_directory(node::View& view);

}  // namespace comity::peer
