#pragma once
// One request to a server of the open Internet, blocking, for the command line: TLS 1.2 or 1.3, the
// server known by a CA and by its name (RFC 9110, 4.3.4), not by a pin.
#include <string>

#include "net/client.h"

namespace comity::net {

struct HttpsOptions {
  std::string ca_file{};  // PEM; empty: those of the system
  Millis within{60'000};
  std::size_t body_bytes_max = limits::alert_act_bytes_max;
};

//   Errors  those of call(); not_allowed: the certificate is not the server's, or of no CA that is
//           trusted; io: the CA file cannot be read.
[[nodiscard]] Result<Response> call_https(const Endpoint& endpoint, Request request,
                                          const HttpsOptions& options);

}  // namespace comity::net
