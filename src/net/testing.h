#pragma once
// For the tests and benches of net/: peers with keys, raw clients that misbehave, and futures for
// callbacks.
#include <openssl/ssl.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>

#include <future>
#include <memory>
#include <string>
#include <string_view>

#include "base/check.h"
#include "net/client.h"
#include "net/server.h"
#include "net/sockets.h"
#include "net/tls_state.h"

namespace comity::net::testing {

inline constexpr Millis patience{10'000};  // far beyond what any test waits for

template <typename T>
T value_of(Result<T> result) {
  check(result.has_value(), result ? "" : to_text(result.error()));
  return *std::move(result);
}

// A blocking plain socket.
class RawSocket {
 public:
  explicit RawSocket(const Endpoint& to)
      : fd_(value_of(start_connect(value_of(numeric_address(to))))) {
    await(POLLOUT);
  }
  explicit RawSocket(Fd fd) : fd_(std::move(fd)) {}
  [[nodiscard]] int fd() const { return fd_.get(); }
  bool await(short events) const {
    pollfd item{.fd = fd_.get(), .events = events, .revents = 0};
    return ::poll(&item, 1, static_cast<int>(patience.count())) == 1;
  }
  void send(std::string_view bytes) const {
    while (!bytes.empty()) {
      const ssize_t count = ::send(fd_.get(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count > 0) bytes.remove_prefix(static_cast<std::size_t>(count));
      if (count < 0 && (errno != EAGAIN || !await(POLLOUT))) return;
    }
  }
  // Until `enough` is seen, or the end.
  std::string receive(std::string_view enough = {}) const {
    std::string all;
    char piece[4096];
    while ((enough.empty() || !all.contains(enough)) && await(POLLIN)) {
      const ssize_t count = ::recv(fd_.get(), piece, sizeof piece, 0);
      if (count == 0 || (count < 0 && errno != EAGAIN))
        return all + (count == 0 ? "<end>" : "<reset>");
      if (count > 0) all.append(piece, static_cast<std::size_t>(count));
    }
    return all;
  }

 private:
  Fd fd_;
};

// A TLS client without our scruples, blocking.
class RawTls {
 public:
  struct Options {
    const crypto::TlsIdentity* identity = nullptr;  // none: shows no certificate
    int version = TLS1_3_VERSION;
    std::string_view alpn{};  // in wire form
  };
  RawTls(const Endpoint& to, Options options)
      : socket_(to), context_(SSL_CTX_new(TLS_client_method())) {
    ::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes to servers that have hung up
    SSL_CTX_set_max_proto_version(context_.get(), options.version);
    if (options.identity != nullptr) {
      const auto ours =
          value_of(TlsContext::client(*options.identity, [](const auto&) { return true; }));
      SSL_CTX_use_certificate(context_.get(), SSL_CTX_get0_certificate(ours.state().context.get()));
      SSL_CTX_use_PrivateKey(context_.get(), SSL_CTX_get0_privatekey(ours.state().context.get()));
    }
    ssl_.reset(SSL_new(context_.get()));
    SSL_set_fd(ssl_.get(), socket_.fd());
    if (!options.alpn.empty()) {
      SSL_set_alpn_protos(ssl_.get(), reinterpret_cast<const unsigned char*>(options.alpn.data()),
                          static_cast<unsigned>(options.alpn.size()));
    }
  }
  bool handshake() {
    return retried([&] { return SSL_connect(ssl_.get()); }) == 1;
  }
  bool send(std::string_view bytes) {
    return retried([&] {
             return SSL_write(ssl_.get(), bytes.data(), static_cast<int>(bytes.size()));
           }) > 0;
  }
  // Until `enough` is seen, or the end.
  std::string receive(std::string_view enough) {
    std::string all;
    char piece[4096];
    while (!all.contains(enough)) {
      const int count = retried([&] { return SSL_read(ssl_.get(), piece, sizeof piece); });
      if (count <= 0) return all + "<end>";
      all.append(piece, static_cast<std::size_t>(count));
    }
    return all;
  }
  [[nodiscard]] SSL* ssl() const { return ssl_.get(); }

 private:
  template <typename Call>
  int retried(Call call) {
    while (true) {
      const int out = call();
      const int error = SSL_get_error(ssl_.get(), out);
      if (error != SSL_ERROR_WANT_READ && error != SSL_ERROR_WANT_WRITE) return out;
      if (!socket_.await(error == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT)) return -1;
    }
  }
  RawSocket socket_;
  std::unique_ptr<SSL_CTX, FreeSsl> context_;
  SslPtr ssl_;
};

inline std::future<Result<Response>> ask(Client& client, Request request,
                                         Millis within = patience) {
  auto promise = std::make_shared<std::promise<Result<Response>>>();  // std::function copies
  auto future = promise->get_future();
  client.request(std::move(request), within,
                 [promise](Result<Response> reply) { promise->set_value(std::move(reply)); });
  return future;
}

inline Request get(std::string target = "/") {
  return {"GET", std::move(target), {}, ""};
}
inline Request post(std::string body, std::string target = "/") {
  return {"POST", std::move(target), {}, std::move(body)};
}

inline Result<std::size_t> any_body(const Request&) {
  return limits::alert_act_bytes_max;
}
inline void echo(const RequestContext&, const Request& request, const Responder& respond) {
  respond({200,
           {{"content-type", "text/plain"}},
           request.method + " " + request.target + " " + request.body});
}

inline Endpoint loopback(std::uint16_t port = 0) {
  return {.host = "127.0.0.1", .port = port};
}

}  // namespace comity::net::testing
