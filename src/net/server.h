#pragma once
// HTTP/1.1 server over TLS, plain TCP or a UNIX domain socket. Keep-alive; one request of a
// connection at a time; bytes sent ahead wait in the socket.
#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/limits_net.h"
#include "net/endpoint.h"
#include "net/http.h"
#include "net/runtime.h"
#include "net/tls.h"

namespace comity::net {

struct RequestContext {
  std::optional<crypto::TlsPin>
      pin;              // the client's, proven by the handshake; none without a client certificate
  bool paired = false;  // ServerOptions::paired said yes for this request
  std::string remote;   // "192.0.2.7:50123", "unix": for logs, never for trust
};

// The one answer to one request, given now or later, from any thread. Copies share it: the first
// call counts, later ones do nothing; when the last copy goes unanswered, the client gets 500.
// After the server has stopped, or the client has gone, an answer is dropped.
class Responder {
 public:
  struct Slot;
  explicit Responder(std::shared_ptr<Slot> slot) : slot_(std::move(slot)) {}
  void operator()(Response response) const;

 private:
  std::shared_ptr<Slot> slot_;  // shared with the connection that waits
};

// Called on a runtime thread; must not block. Requests of different connections may come at once
// when the runtime has several threads.
using Handler = std::function<void(RequestContext, Request, Responder)>;

// What the server answers by itself when there is no request for the handler, or no answer of it:
// 400, 403, 408, 413, 417, 431, 500, 501, 503, 505. `head` is what of the request was read; empty
// where nothing was, or it was handed on. On any thread; throws nothing.
using ProblemWriter = std::function<Response(const Request& head, int status, const Error& error)>;

struct ServerLimits {
  std::size_t connections_max = limits::connections_max;  // in all; one more is closed at once
  std::size_t greeting_max = limits::connections_greeting_max;  // over TLS; see there
  std::size_t per_peer_max =
      limits::connections_per_peer_max;  // one more is answered 503 and closed
  std::size_t unpaired_max = limits::connections_unpaired_max;  // all strangers together, likewise
  // Of bodies that arrive or wait for an answer, all together; what has no room is answered 503.
  std::size_t bodies_bytes_max = limits::bodies_bytes_max;
  Millis handshake_wait = limits::tls_handshake_wait_max;
  Millis header_wait =
      limits::http_header_wait_max;               // from a request's first byte to its empty line
  Millis body_wait = limits::http_body_wait_max;  // from there to its last byte
  Millis respond_wait = limits::http_respond_wait_max;  // for the handler's answer, then 503
  Millis write_wait = limits::http_body_wait_max;       // for the client to take a reply
  Millis idle = limits::http_idle_max;                  // between requests
};

struct ServerOptions {
  Endpoint listen;  // a UNIX path is created with mode 0600; a dead socket file there is replaced
  std::optional<TlsContext> tls{};  // none: plain
  // Which pins are peers; the others that the TLS context admits are strangers. Both checks are
  // asked again for each request, so that a revocation cuts connections already open. None:
  // everyone is a stranger.
  PinCheck paired{};
  // Under which name a peer's connections are counted: one peer may have several pins. None: each
  // pin by itself.
  std::function<crypto::TlsPin(const crypto::TlsPin&)> seat_of{};
  BodyLimit body_limit;
  // In its place, when it matters who asks.
  std::function<Result<std::size_t>(const RequestContext&, const Request&)> body_limit_for{};
  Handler handler;
  ServerLimits limits{};
  ProblemWriter problem{};  // none: problem() of net/http.h
  // Told of connections and requests refused, for logs; on a runtime thread.
  std::function<void(const std::string& remote, const Error&)> refused{};
};

struct ServerStats {
  std::uint64_t connections = 0;  // accepted, ever
  std::uint64_t open = 0;         // now
  std::uint64_t requests = 0;     // handed to the handler, ever
  std::uint64_t refused = 0;      // connections and requests refused, ever
};

class Server {
 public:
  // Listens at once. Errors  Code::io, with the address and the reason.
  [[nodiscard]] static Result<std::unique_ptr<Server>> open(Runtime& runtime,
                                                            ServerOptions options);
  ~Server();  // stop()
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  [[nodiscard]] const Endpoint& endpoint() const;  // with the port actually bound
  [[nodiscard]] ServerStats stats() const;
  // New connections use `tls`; open ones stay.
  void use(TlsContext tls);
  // Listens no more, cuts every connection, and returns when no task of the server is left. Not
  // from a runtime thread.
  void stop();

  struct Impl;  // for net/ itself

 private:
  explicit Server(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace comity::net
