#pragma once
// HTTP/1.1 client of one peer: a small pool of kept-alive connections, and a blocking call for the
// command line.
#include <functional>
#include <memory>
#include <optional>

#include "net/endpoint.h"
#include "net/http.h"
#include "net/runtime.h"
#include "net/tls.h"

namespace comity::net {

// Whether a request without an answer may be sent again on a fresh connection when a kept-alive one
// turns out to be closed: always for methods that are idempotent, for the others as said here (acts
// are: exactly once by their id).
enum class Repeat { idempotent_only, all };

struct ClientOptions {
  Endpoint peer;
  std::optional<TlsContext> tls{};  // none: plain
  Repeat repeat = Repeat::idempotent_only;
  std::size_t connections_max = 4;
  std::size_t waiting_max =
      limits::http_requests_waiting_max;  // requests not yet on a connection; beyond: Code::busy
  std::size_t body_bytes_max = limits::alert_act_bytes_max;  // of a reply
  Millis idle = limits::http_client_idle_max;
};

class Client {
 public:
  // Called exactly once, on a runtime thread. Any status is a value; without a reply:
  //   Errors  unreachable: not connected, connection lost, deadline passed, stopped; not_allowed:
  //   the server's pin is
  //           not the one expected, or ours was not admitted; busy: too many waiting; malformed,
  //           too_large: its reply; bad_value: the request cannot be written.
  using Done = std::function<void(Result<Response>)>;

  Client(Runtime& runtime, ClientOptions options);
  ~Client();  // stop()
  Client(const Client&) = delete;
  Client& operator=(const Client&) = delete;

  // From any thread. `Host` is added when missing. `within` covers everything from now to the
  // reply's last byte.
  void request(Request request, Millis within, Done done);
  // Every request under way ends with Code::unreachable; returns when no task is left. Not from a
  // runtime thread.
  void stop();

  struct Impl;  // for net/ itself

 private:
  std::shared_ptr<Impl> impl_;  // shared with what is posted and not yet run
};

// One request on one plain connection (TCP or UNIX), blocking, for the command line. Errors as
// above.
[[nodiscard]] Result<Response> call(const Endpoint& endpoint, Request request, Millis within,
                                    std::size_t body_bytes_max = limits::alert_act_bytes_max);

}  // namespace comity::net
