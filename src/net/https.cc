#include "net/https.h"

#include <openssl/err.h>
#include <openssl/ssl.h>
#include <openssl/x509v3.h>
#include <poll.h>

#include <memory>
#include <vector>

#include "net/blocking.h"

namespace comity::net {
namespace {

using Time = std::chrono::steady_clock::time_point;

template <typename T, void (*free)(T*)>
struct Free {
  void operator()(T* owned) const { free(owned); }
};
using Context = std::unique_ptr<SSL_CTX, Free<SSL_CTX, SSL_CTX_free>>;
using Session = std::unique_ptr<SSL, Free<SSL, SSL_free>>;

Result<Context> context_for(const HttpsOptions& options) {
  Context context(SSL_CTX_new(TLS_client_method()));
  if (!context) return fail(Code::io, "TLS cannot be set up");
  SSL_CTX_set_min_proto_version(context.get(), TLS1_2_VERSION);
  SSL_CTX_set_verify(context.get(), SSL_VERIFY_PEER, nullptr);
  bool trusted =
      options.ca_file.empty()
          ? SSL_CTX_set_default_verify_paths(context.get()) == 1
          : SSL_CTX_load_verify_locations(context.get(), options.ca_file.c_str(), nullptr) == 1;
  ERR_clear_error();
  if (!trusted) return fail(Code::io, "the CA certificates cannot be read", options.ca_file);
  return context;
}

// The certificate must be for this name, or this address.
Result<Session> session_for(SSL_CTX* context, const Endpoint& endpoint, int fd) {
  Session session(SSL_new(context));
  if (!session || SSL_set_fd(session.get(), fd) != 1) return fail(Code::io, "TLS cannot be set up");
  bool numeric = numeric_address(endpoint).has_value();
  const char* host = endpoint.host.c_str();
  bool named = numeric ? X509_VERIFY_PARAM_set1_ip_asc(SSL_get0_param(session.get()), host) == 1
                       : SSL_set1_host(session.get(), host) == 1 &&
                             SSL_set_tlsext_host_name(session.get(), host) == 1;
  if (!named) return fail(Code::bad_value, "not a name that a certificate could be for", host);
  return session;
}

class Connection {
 public:
  Connection(Fd fd, Context context, Session session, Time deadline)
      : fd_(std::move(fd)),
        context_(std::move(context)),
        session_(std::move(session)),
        deadline_(deadline) {}

  Result<void> shake_hands() {
    return until([&] { return SSL_connect(session_.get()); });
  }
  Result<void> send(std::string_view bytes) {
    while (!bytes.empty()) {
      std::size_t count = 0;
      TRY_VOID(
          until([&] { return SSL_write_ex(session_.get(), bytes.data(), bytes.size(), &count); }));
      bytes.remove_prefix(count);
    }
    return {};
  }
  Result<Response> receive(ResponseParser parser) {
    std::vector<char> buffer(limits::http_read_bytes);
    while (true) {
      std::size_t count = 0;
      TRY_VOID(
          until([&] { return SSL_read_ex(session_.get(), buffer.data(), buffer.size(), &count); }));
      std::string_view bytes(buffer.data(), count);
      TRY(const State state, parser.feed(bytes));
      if (state == State::done) return parser.take();
    }
  }

 private:
  template <typename Step>
  Result<void> until(Step step) {
    while (true) {
      ERR_clear_error();
      int done = step();
      if (done == 1) return {};
      int why = SSL_get_error(session_.get(), done);
      bool waits = why == SSL_ERROR_WANT_READ || why == SSL_ERROR_WANT_WRITE;
      if (!waits) return failed();
      TRY_VOID(wait_for(fd_.get(), why == SSL_ERROR_WANT_READ ? POLLIN : POLLOUT, deadline_));
    }
  }
  [[nodiscard]] std::unexpected<Error> failed() const {
    long verified = SSL_get_verify_result(session_.get());
    ERR_clear_error();
    if (verified != X509_V_OK)
      return fail(Code::not_allowed, std::string("the server's certificate is not trusted: ") +
                                         X509_verify_cert_error_string(verified));
    return fail(Code::unreachable, "the server ended the connection without a whole reply");
  }

  Fd fd_;
  Context context_;
  Session session_;
  Time deadline_;
};

}  // namespace

Result<Response> call_https(const Endpoint& endpoint, Request request,
                            const HttpsOptions& options) {
  if (find_header(request.headers, "host") == nullptr)
    request.headers.emplace_back("host", to_text(endpoint));
  TRY(const std::string bytes, write(request));
  Time deadline = std::chrono::steady_clock::now() + options.within;
  TRY(Context context, context_for(options));
  TRY(Fd fd, connect_to(endpoint, deadline));
  TRY(Session session, session_for(context.get(), endpoint, fd.get()));
  Connection connection(std::move(fd), std::move(context), std::move(session), deadline);
  TRY_VOID(connection.shake_hands());
  // As call(): a reply counts more than a failed write.
  auto sent = connection.send(bytes);
  auto reply = connection.receive(ResponseParser(request.method, options.body_bytes_max));
  if (!reply && !sent) return std::unexpected(sent.error());
  return reply;
}

}  // namespace comity::net
