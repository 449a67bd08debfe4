#include "net/server.h"

#include <unistd.h>

#include <atomic>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/post.hpp>
#include <cerrno>
#include <condition_variable>
#include <list>
#include <map>
#include <mutex>
#include <unordered_set>

#include "base/check.h"
#include "net/budget.h"
#include "net/stream.h"

namespace comity::net {
namespace asio = boost::asio;
namespace {

constexpr Millis accept_pause{50};  // when the machine is out of descriptors

// Rethrown on the runtime's thread, where it ends the process: nothing here throws but for want of
// memory.
void must_not_throw(std::exception_ptr thrown) {
  if (thrown) std::rethrow_exception(thrown);
}

class Connection;

// Where an answer from any thread meets the connection that waits for it.
struct Pending {
  std::mutex mutex;
  Connection* connection = nullptr;  // null once it has ended
  std::uint64_t serial = 0;  // of the request being answered; answers to earlier ones are dropped
  bool waiting = false;
  std::optional<Response> response;
  ProblemWriter problem;  // never empty; the server may be gone when a Responder still asks

  void give(std::uint64_t to, Response answer);
};

}  // namespace

struct Responder::Slot {
  Slot(std::shared_ptr<Pending> waits, std::uint64_t number)
      : pending(std::move(waits)), serial(number) {}
  Slot(const Slot&) = delete;
  Slot& operator=(const Slot&) = delete;
  ~Slot() {
    if (!answered)
      answer(
          pending->problem({}, 500, {Code::io, "the request was dropped without an answer", ""}));
  }
  void answer(Response response) {
    if (!answered.exchange(true)) pending->give(serial, std::move(response));
  }
  std::shared_ptr<Pending> pending;  // shared: an answer may come after the connection has gone
  std::uint64_t serial;
  std::atomic<bool> answered = false;
};

void Responder::operator()(Response response) const {
  slot_->answer(std::move(response));
}

struct Server::Impl {
  Impl(Runtime& on, ServerOptions with)
      : runtime(on),
        options(std::move(with)),
        tls(options.tls),
        strand(asio::make_strand(on.io())) {
    if (!options.problem)
      options.problem = [](const Request&, int status, const Error& error) {
        return problem(status, error);
      };
  }

  Runtime& runtime;
  ServerOptions options;
  Endpoint bound;

  std::mutex mutex;  // guards what follows, down to `tasks`
  std::optional<TlsContext> tls;
  std::unordered_set<std::shared_ptr<Connection>>
      open;                         // shared with the handlers that run on its strand
  std::list<Connection*> greeting;  // whose handshake is not over, the oldest first
  std::map<crypto::TlsPin, std::size_t> per_peer;
  std::size_t strangers = 0;
  bool stopping = false;
  std::size_t tasks = 0;  // the accept loop, and stop()'s message to it
  std::condition_variable changed;

  std::atomic<std::uint64_t> connections = 0;
  std::atomic<std::uint64_t> requests = 0;
  std::atomic<std::uint64_t> refused = 0;

  Strand strand;  // of the accept loop
  std::unique_ptr<Stream> listener;
  Budget bodies{options.limits.bodies_bytes_max};

  Task<void> accept_loop();
  void admit(Fd fd, const Address& from);
  void ended(const std::shared_ptr<Connection>& connection);
  void task_ended();
  void refuse(const std::string& remote, const Error& error);
  [[nodiscard]] bool is_stopping();

  // Where a connection is counted.
  struct Seat {
    std::optional<crypto::TlsPin> peer;
    bool stranger = false;
  };
  // None: there is no room.
  std::optional<Seat> take_seat(const std::optional<crypto::TlsPin>& pin, bool paired);
  void leave_seat(const Seat& seat);
  void begin_greeting(const std::shared_ptr<Connection>& connection);
  void end_greeting(Connection* connection);
};

namespace {

// One connection: its coroutine, and what that works on. All on the stream's strand.
class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(Server::Impl& server, std::unique_ptr<Stream> stream, std::optional<TlsContext> tls,
             std::string remote)
      : server_(server),
        stream_(std::move(stream)),
        tls_(std::move(tls)),
        remote_(std::move(remote)),
        parser_([this](const Request& head) { return body_limit(head); }),
        pending_(std::make_shared<Pending>()) {
    pending_->connection = this;
    pending_->problem = server_.options.problem;
  }

  Task<void> run();
  [[nodiscard]] Stream& stream() { return *stream_; }

 private:
  enum class After { keep, close };
  Task<Result<void>> greet();
  Task<void> serve();
  Result<std::size_t> body_limit(const Request& head);
  // None: the connection is over, and has been closed as it should.
  Task<std::optional<Request>> next_request();
  Task<void> no_request(Error error);
  Task<Result<void>> body_begins();
  Task<Response> ask_handler(Request request, bool paired);
  Task<After> reply(Response response, Body body, After after);
  Task<void> refuse(int status, Error error);
  [[nodiscard]] bool is_paired() const {
    return pin_ && server_.options.paired && server_.options.paired(*pin_);
  }
  [[nodiscard]] bool still_admitted(bool paired) const;

  Server::Impl& server_;
  std::unique_ptr<Stream> stream_;
  std::optional<TlsContext> tls_;
  std::string remote_;
  RequestParser parser_;
  std::shared_ptr<Pending> pending_;  // shared with Responders
  std::optional<crypto::TlsPin> pin_;
  Budget::Share body_;  // room for the body of the request under way
  // Not touched before it is read into, so an idle connection costs no memory for it.
  std::unique_ptr<char[]> buffer_ = std::make_unique_for_overwrite<char[]>(limits::http_read_bytes);
  std::string_view unread_;  // into buffer_; cut from the front by the parser
};

void Pending::give(std::uint64_t to, Response answer) {
  const std::lock_guard lock(mutex);
  if (connection == nullptr || to != serial || response) return;
  response = std::move(answer);
  if (!waiting) return;
  waiting = false;
  asio::post(connection->stream().strand(),
             [kept = connection->shared_from_this()] { kept->stream().wake(); });
}

Task<void> Connection::run() {
  auto greeted = co_await greet();
  server_.end_greeting(this);
  if (!greeted) {
    server_.refuse(remote_, greeted.error());
  } else {
    auto seat = server_.take_seat(pin_, is_paired());
    if (!seat) {
      co_await refuse(503, {Code::busy, "too many connections; use those that are open", ""});
    } else {
      co_await serve();
      server_.leave_seat(*seat);
    }
  }
  // Here and not in the destructor, which may run after stop() has returned.
  body_ = {};
  stream_->close();
  const std::lock_guard lock(pending_->mutex);
  pending_->connection = nullptr;
}

Task<Result<void>> Connection::greet() {
  if (!tls_) co_return Result<void>{};
  stream_->expire_after(server_.options.limits.handshake_wait);
  CO_TRY_VOID(co_await stream_->handshake(*tls_));
  pin_ = stream_->peer_pin();
  co_return Result<void>{};
}

bool Connection::still_admitted(bool paired) const {
  if (paired || !tls_ || !tls_->state().check) return true;
  return pin_ && tls_->state().check(*pin_);
}

Task<void> Connection::serve() {
  for (auto after = After::keep; after == After::keep;) {
    auto request = co_await next_request();
    if (!request) co_return;
    const bool paired = is_paired();
    if (!still_admitted(paired)) {
      co_await refuse(403, {Code::not_allowed, "this key is no longer admitted", ""});
      co_return;
    }
    const Body body = request->method == "HEAD" ? Body::omitted : Body::sent;
    after = says_close(request->headers) ? After::close : After::keep;
    Response response = co_await ask_handler(*std::move(request), paired);
    body_ = {};
    after = co_await reply(std::move(response), body, after);
  }
}

// How large a body may be, and that there is room for this one: as many bytes as its header
// announces, or as it may have.
Result<std::size_t> Connection::body_limit(const Request& head) {
  const ServerOptions& options = server_.options;
  TRY(std::size_t limit,
      options.body_limit_for
          ? options.body_limit_for({.pin = pin_, .paired = false, .remote = remote_}, head)
          : options.body_limit(head));
  const std::uint64_t announced = parser_.announced().value_or(limit);
  if (announced == 0 || announced > limit) return limit;  // none, or refused as it is
  body_ = server_.bodies.take(announced);
  if (!body_)
    return fail(Code::busy, "too much is being sent here at once; send it again in a minute");
  return limit;
}

Task<std::optional<Request>> Connection::next_request() {
  const ServerLimits& limits = server_.options.limits;
  stream_->expire_after(limits.idle);
  State was = State::header;
  bool begun = false;
  while (true) {
    if (unread_.empty()) {
      auto count = co_await stream_->read_some({buffer_.get(), limits::http_read_bytes});
      if (!count || *count == 0) {
        co_await no_request(count ? Error{Code::io, "the client has closed", ""}
                                  : std::move(count).error());
        co_return std::nullopt;
      }
      unread_ = {buffer_.get(), *count};
    }
    if (!begun) stream_->expire_after(limits.header_wait);
    begun = true;
    auto state = parser_.feed(unread_);
    if (!state) {
      co_await refuse(parser_.refusal_status(), std::move(state).error());
      co_return std::nullopt;
    }
    if (*state == State::done) co_return parser_.take();
    if (*state == State::body && was == State::header && !co_await body_begins())
      co_return std::nullopt;
    was = *state;
  }
}

Task<Result<void>> Connection::body_begins() {
  stream_->expire_after(server_.options.limits.body_wait);
  if (!parser_.expects_continue()) co_return Result<void>{};
  co_return co_await stream_->write_all("HTTP/1.1 100 Continue\r\n\r\n");
}

Task<void> Connection::no_request(Error error) {
  // Between requests anyone may leave, and an idle connection is closed without a word.
  if (!parser_.begun()) {
    if (error.code == Code::expired) co_await stream_->close_gently();
  } else if (error.code == Code::expired) {
    co_await refuse(408, {Code::expired, "the request did not arrive in time", ""});
  } else {
    server_.refuse(remote_, error);
  }
}

Task<Response> Connection::ask_handler(Request request, bool paired) {
  server_.requests.fetch_add(1, std::memory_order_relaxed);
  std::uint64_t serial = 0;
  {
    const std::lock_guard lock(pending_->mutex);
    serial = ++pending_->serial;
    pending_->response.reset();
  }
  stream_->expire_after(server_.options.limits.respond_wait);
  server_.options.handler({.pin = pin_, .paired = paired, .remote = remote_}, std::move(request),
                          Responder(std::make_shared<Responder::Slot>(pending_, serial)));
  while (true) {
    {
      const std::lock_guard lock(pending_->mutex);
      if (pending_->response) co_return *std::exchange(pending_->response, std::nullopt);
      pending_->waiting = true;
    }
    // May wake for an answer that was taken when its deadline passed at the same moment: then sleep
    // again.
    const auto woken = co_await stream_->sleep();
    if (woken) continue;
    const std::lock_guard lock(pending_->mutex);
    pending_->waiting = false;
    if (pending_->response) co_return *std::exchange(pending_->response, std::nullopt);
    ++pending_->serial;  // too late is too late: the slot is closed
    co_return pending_->problem({}, 503,
                                {Code::busy, "no answer in time: " + woken.error().what, ""});
  }
}

Task<Connection::After> Connection::reply(Response response, Body body, After after) {
  if (after == After::close && !says_close(response.headers))
    response.headers.emplace_back("connection", "close");
  if (says_close(response.headers)) after = After::close;
  auto head = write_head(response);
  if (!head) {
    server_.refuse(remote_, head.error());
    after = After::close;
    response = pending_->problem({}, 500, {Code::io, "the answer could not be written", ""});
    response.headers.emplace_back("connection", "close");
    head = write_head(response);
    check(head.has_value(), "a problem can be written");
  }
  stream_->expire_after(server_.options.limits.write_wait);
  std::vector<std::string_view> pieces{*head};
  if (body == Body::sent && response.shared)
    pieces.insert(pieces.end(), response.shared->views.begin(), response.shared->views.end());
  else if (body == Body::sent)
    pieces.push_back(response.body);
  if (!co_await stream_->write_pieces(std::move(pieces))) co_return After::close;
  if (after == After::close) co_await stream_->close_gently();
  co_return after;
}

Task<void> Connection::refuse(int status, Error error) {
  server_.refuse(remote_, error);
  (void)co_await reply(pending_->problem(parser_.head(), status, error), Body::sent, After::close);
}

}  // namespace

bool Server::Impl::is_stopping() {
  const std::lock_guard lock(mutex);
  return stopping;
}

void Server::Impl::refuse(const std::string& remote, const Error& error) {
  refused.fetch_add(1, std::memory_order_relaxed);
  if (options.refused) options.refused(remote, error);
}

std::optional<Server::Impl::Seat> Server::Impl::take_seat(const std::optional<crypto::TlsPin>& pin,
                                                          bool paired) {
  if (!pin) return Seat{};  // plain, or an open server: connections_max is the only bound
  const std::lock_guard lock(mutex);
  if (!paired) {
    if (strangers >= options.limits.unpaired_max) return std::nullopt;
    ++strangers;
    return Seat{.peer = {}, .stranger = true};
  }
  const crypto::TlsPin peer = options.seat_of ? options.seat_of(*pin) : *pin;
  const auto held = per_peer.find(peer);
  if (held != per_peer.end() && held->second >= options.limits.per_peer_max) return std::nullopt;
  ++per_peer[peer];
  return Seat{.peer = peer, .stranger = false};
}

void Server::Impl::leave_seat(const Seat& seat) {
  const std::lock_guard lock(mutex);
  if (seat.stranger) --strangers;
  if (!seat.peer) return;
  if (const auto held = per_peer.find(*seat.peer); --held->second == 0) per_peer.erase(held);
}

// The oldest that has not finished its handshake makes room: who means it is done in a moment.
void Server::Impl::begin_greeting(const std::shared_ptr<Connection>& connection) {
  greeting.push_back(connection.get());
  if (greeting.size() <= options.limits.greeting_max) return;
  auto oldest = greeting.front()->shared_from_this();
  greeting.pop_front();
  asio::post(oldest->stream().strand(), [oldest] { oldest->stream().expire_after(Millis{0}); });
}

void Server::Impl::end_greeting(Connection* connection) {
  const std::lock_guard lock(mutex);
  greeting.remove(connection);
}

Task<void> Server::Impl::accept_loop() {
  while (!is_stopping()) {
    Address from;
    from.size = sizeof from.bytes;
    auto* raw = reinterpret_cast<sockaddr*>(&from.bytes);
    Fd fd(::accept4(listener->fd(), raw, &from.size, SOCK_NONBLOCK | SOCK_CLOEXEC));
    if (fd) {
      admit(std::move(fd), from);
    } else if (errno == EAGAIN) {
      if (!co_await listener->wait_readable()) co_return;
    } else if (errno != EINTR && errno != ECONNABORTED) {
      refuse("", io_error("cannot accept a connection", errno));
      listener->expire_after(accept_pause);
      (void)co_await listener->sleep();
    }
  }
}

void Server::Impl::admit(Fd fd, const Address& from) {
  connections.fetch_add(1, std::memory_order_relaxed);
  std::string remote = to_text(from);
  no_delay(fd.get());
  const Strand own = asio::make_strand(runtime.io());
  auto stream = Stream::open(own, std::move(fd));
  if (!stream) return refuse(remote, stream.error());
  std::shared_ptr<Connection> connection;
  {
    const std::lock_guard lock(mutex);
    if (stopping) return;
    if (open.size() < options.limits.connections_max) {
      connection = std::make_shared<Connection>(*this, *std::move(stream), tls, remote);
      open.insert(connection);
      if (tls) begin_greeting(connection);
    }
  }
  if (!connection) return refuse(remote, {Code::busy, "too many connections in all", ""});
  asio::co_spawn(own, connection->run(), [this, connection](std::exception_ptr thrown) {
    must_not_throw(thrown);
    ended(connection);
  });
}

void Server::Impl::ended(const std::shared_ptr<Connection>& connection) {
  const std::lock_guard lock(mutex);
  open.erase(connection);
  changed.notify_all();  // under the lock: stop() may end our life once it is released
}

void Server::Impl::task_ended() {
  const std::lock_guard lock(mutex);
  --tasks;
  changed.notify_all();
}

Server::Server(std::unique_ptr<Impl> impl) : impl_(std::move(impl)) {}
Server::~Server() {
  stop();
}

Result<std::unique_ptr<Server>> Server::open(Runtime& runtime, ServerOptions options) {
  check(options.handler && (options.body_limit || options.body_limit_for),
        "a server has a handler and a body limit");
  auto impl = std::make_unique<Impl>(runtime, std::move(options));
  impl->bound = impl->options.listen;
  TRY(Fd fd, listen_at(impl->bound));
  TRY(impl->listener, Stream::open(impl->strand, std::move(fd)));
  impl->tasks = 1;
  asio::co_spawn(impl->strand, impl->accept_loop(), [own = impl.get()](std::exception_ptr thrown) {
    must_not_throw(thrown);
    own->listener.reset();
    own->task_ended();
  });
  return std::unique_ptr<Server>(new Server(std::move(impl)));
}

const Endpoint& Server::endpoint() const {
  return impl_->bound;
}

ServerStats Server::stats() const {
  const std::lock_guard lock(impl_->mutex);
  return {.connections = impl_->connections,
          .open = impl_->open.size(),
          .requests = impl_->requests,
          .refused = impl_->refused};
}

void Server::use(TlsContext tls) {
  const std::lock_guard lock(impl_->mutex);
  impl_->tls = std::move(tls);
}

void Server::stop() {
  check(!impl_->runtime.on_own_thread(), "a server cannot join its own runtime's thread");
  std::unique_lock lock(impl_->mutex);
  if (!impl_->stopping) {
    impl_->stopping = true;
    ++impl_->tasks;
    asio::post(impl_->strand, [own = impl_.get()] {
      if (own->listener) own->listener->cancel();
      own->task_ended();
    });
    for (const auto& connection : impl_->open) {
      asio::post(connection->stream().strand(), [connection] { connection->stream().cancel(); });
    }
    if (!impl_->bound.unix_path.empty()) ::unlink(impl_->bound.unix_path.c_str());
  }
  impl_->changed.wait(lock, [this] { return impl_->tasks == 0 && impl_->open.empty(); });
}

}  // namespace comity::net
