#pragma once
// Where to listen or to call: TCP, or a UNIX domain socket on this machine.
#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace comity::net {

struct Endpoint {
  std::string host;         // a name, an IPv4 address, or an IPv6 address without brackets
  std::uint16_t port = 0;   // 0 when listening: any free one
  std::string unix_path{};  // when not empty, host and port are not used
  friend bool operator==(const Endpoint&, const Endpoint&) = default;
};

// "node.example:8443", "192.0.2.7:8443", "[2001:db8::7]:8443", "unix:/run/comity/admin.sock".
// Code::malformed.
[[nodiscard]] Result<Endpoint> endpoint_from_text(std::string_view text);
[[nodiscard]] std::string to_text(const Endpoint& endpoint);

}  // namespace comity::net
