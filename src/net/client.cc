#include "net/client.h"

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/dispatch.hpp>
#include <boost/asio/ip/tcp.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <condition_variable>
#include <cstring>
#include <deque>
#include <map>
#include <mutex>
#include <unordered_set>
#include <vector>

#include "base/check.h"
#include "net/stream.h"

namespace comity::net {
namespace asio = boost::asio;
namespace {

constexpr auto as_value = asio::as_tuple(asio::use_awaitable);
using Time = std::chrono::steady_clock::time_point;

class Link;

struct Job {
  std::string method;
  std::string bytes;  // the request as sent
  bool repeatable = false;
  Time deadline;
  Client::Done done;
  bool finished = false;
  std::multimap<Time, std::shared_ptr<Job>>::iterator place;  // in Impl::unfinished
};
using JobPtr = std::shared_ptr<Job>;  // shared by the queue, the deadlines and the link

// RFC 9110, section 9.2.2.
bool is_idempotent(std::string_view method) {
  return method != "POST" && method != "PATCH";
}

// For the caller a lost connection and a late reply are one thing: the peer was not reached.
Error for_caller(Error error) {
  if (error.code == Code::io || error.code == Code::expired) error.code = Code::unreachable;
  return error;
}

}  // namespace

// Everything down to `stopped` happens on the strand, so that jobs and links need no lock.
struct Client::Impl : std::enable_shared_from_this<Client::Impl> {
  Impl(Runtime& on, ClientOptions with)
      : runtime(on),
        options(std::move(with)),
        strand(asio::make_strand(on.io())),
        sweep_timer(strand) {}

  Runtime& runtime;
  ClientOptions options;
  Strand strand;

  std::deque<JobPtr> queue;                // not yet on a link
  std::multimap<Time, JobPtr> unfinished;  // by deadline
  std::unordered_set<std::shared_ptr<Link>> links;
  std::vector<Link*> idle;
  asio::steady_timer sweep_timer;
  Time sweep_at = Time::max();
  std::uint64_t sweep_turn = 0;
  bool stopped = false;

  std::mutex mutex;
  bool joined = false;  // stop() was carried out and no link is left
  std::condition_variable changed;

  void enqueue(JobPtr job);
  void pump();
  void add_link(JobPtr job);
  void link_ended(const std::shared_ptr<Link>& link);
  void finish(const JobPtr& job, Result<Response> result);
  void arm_sweep();
  void sweep();
  void stop_all();
  void join_if_done();
};

namespace {

// One connection, made when it is first needed, and the coroutine that works on it.
class Link : public std::enable_shared_from_this<Link> {
 public:
  Link(Client::Impl& client, JobPtr job) : client_(client), job_(std::move(job)) {}

  Task<void> run();
  void assign(JobPtr job) {
    job_ = std::move(job);
    stream_->wake();
  }
  void cancel() {
    cancelled_ = true;
    if (stream_) stream_->cancel();
  }

 private:
  enum class After { keep, close };
  struct Reply {
    Response response;
    After after;
  };
  Task<bool> next_job();
  Task<Result<Reply>> carry(JobPtr job);
  Task<Result<Reply>> exchange(JobPtr job);
  Task<Result<std::vector<Address>>> resolve();
  Task<Result<void>> connect(Time deadline);
  Task<Result<void>> connect_to(Address address, Millis within);

  Client::Impl& client_;
  JobPtr job_;
  std::unique_ptr<Stream> stream_;
  bool heard_ = false;  // a byte of the reply has come, so the request may have been acted upon
  bool cancelled_ = false;
  std::unique_ptr<char[]> buffer_ = std::make_unique_for_overwrite<char[]>(limits::http_read_bytes);
};

Task<void> Link::run() {
  while (co_await next_job()) {
    const JobPtr job = job_;
    auto reply = co_await carry(job);
    job_ = nullptr;
    const bool keep = reply && reply->after == After::keep && !cancelled_;
    // Idle before the caller is told: its next request may come from inside `done` and should find
    // this link.
    if (keep && client_.queue.empty()) client_.idle.push_back(this);
    if (reply) {
      client_.finish(job, std::move(reply->response));
    } else {
      client_.finish(job, std::unexpected(for_caller(std::move(reply).error())));
    }
    if (!keep) break;
  }
  // Here and not in the destructor, which may run after stop() has returned; and in the same turn,
  // so that no job is given to a link that has ended.
  std::erase(client_.idle, this);
  stream_.reset();
}

// False when there is none and the link should end.
Task<bool> Link::next_job() {
  if (!job_ && !client_.queue.empty()) {
    job_ = std::move(client_.queue.front());
    client_.queue.pop_front();
  }
  if (stream_ && !job_) stream_->expire_after(client_.options.idle);
  while (!job_ && !cancelled_) {
    // A job may have come in the moment that the idle time was over: then it is carried all the
    // same.
    if (!co_await stream_->sleep() && !job_) co_return false;
  }
  co_return job_ && !cancelled_;
}

// Sends once more when a kept connection turns out to be dead before anything came back.
Task<Result<Link::Reply>> Link::carry(JobPtr job) {
  if (stream_ && quiet_and_open(stream_->fd())) {
    auto reply = co_await exchange(job);
    if (reply || heard_ || !job->repeatable || reply.error().code != Code::io) co_return reply;
  }
  stream_.reset();
  CO_TRY_VOID(co_await connect(job->deadline));
  co_return co_await exchange(job);
}

Task<Result<Link::Reply>> Link::exchange(JobPtr job) {
  heard_ = false;
  stream_->expire_after(
      std::chrono::ceil<Millis>(job->deadline - std::chrono::steady_clock::now()));
  const auto sent = co_await stream_->write_all(job->bytes);
  // A server may refuse a body before it has all of it: its reply counts more than our failed
  // write.
  if (!sent && sent.error().code != Code::io) co_return std::unexpected(sent.error());
  ResponseParser parser(job->method, client_.options.body_bytes_max);
  while (true) {
    auto count = co_await stream_->read_some({buffer_.get(), limits::http_read_bytes});
    if (!count) co_return std::unexpected(sent ? std::move(count).error() : sent.error());
    if (*count == 0)
      co_return fail(Code::io, "the server closed the connection without a whole reply");
    heard_ = true;
    std::string_view bytes(buffer_.get(), *count);
    CO_TRY(const State state, parser.feed(bytes));
    if (state != State::done) continue;
    Response response = parser.take();
    const bool reusable = sent && bytes.empty() && !says_close(response.headers);
    co_return Reply{std::move(response), reusable ? After::keep : After::close};
  }
}

Task<Result<std::vector<Address>>> Link::resolve() {
  const Endpoint& peer = client_.options.peer;
  auto numeric = numeric_address(peer);
  if (numeric) co_return std::vector{*numeric};
  if (numeric.error().code != Code::not_found)
    co_return std::unexpected(std::move(numeric).error());
  // The system's resolver cannot be interrupted; meanwhile the sweep keeps the caller's deadline.
  asio::ip::tcp::resolver resolver(client_.strand);
  auto [error, found] =
      co_await resolver.async_resolve(peer.host, std::to_string(peer.port), as_value);
  if (error)
    co_return fail(Code::unreachable, "cannot resolve the peer's name: " + error.message());
  std::vector<Address> out;
  for (const auto& entry : found) {
    Address address;
    std::memcpy(&address.bytes, entry.endpoint().data(), entry.endpoint().size());
    address.size = static_cast<socklen_t>(entry.endpoint().size());
    out.push_back(address);
  }
  co_return out;
}

// Each address gets an equal share of the time that is left.
Task<Result<void>> Link::connect(Time deadline) {
  CO_TRY(const auto addresses, co_await resolve());
  Error last{Code::unreachable, "the peer's name has no address", ""};
  for (std::size_t i = 0; i < addresses.size() && !cancelled_; ++i) {
    const auto left = std::chrono::ceil<Millis>(deadline - std::chrono::steady_clock::now());
    auto connected =
        co_await connect_to(addresses[i], left / static_cast<int>(addresses.size() - i));
    if (connected) co_return Result<void>{};
    last = std::move(connected).error();
    stream_.reset();
  }
  if (cancelled_) co_return fail(Code::unreachable, "the client was stopped");
  co_return std::unexpected(std::move(last));
}

Task<Result<void>> Link::connect_to(Address address, Millis within) {
  CO_TRY(Fd fd, start_connect(address));
  CO_TRY(stream_, Stream::open(client_.strand, std::move(fd)));
  stream_->expire_after(within);
  CO_TRY_VOID(co_await stream_->finish_connecting());
  if (client_.options.tls) CO_TRY_VOID(co_await stream_->handshake(*client_.options.tls));
  co_return Result<void>{};
}

}  // namespace

void Client::Impl::enqueue(JobPtr job) {
  job->place = unfinished.emplace(job->deadline, job);
  // Posted, so that a caller that asks again from inside `done` does not recurse.
  const auto reject = [&](Error error) {
    asio::post(strand, [self = shared_from_this(), job, error] {
      self->finish(job, std::unexpected(error));
    });
  };
  if (stopped) return reject({Code::unreachable, "the client was stopped", ""});
  if (queue.size() >= options.waiting_max)
    return reject({Code::busy, "too many requests wait for this peer", ""});
  queue.push_back(std::move(job));
  arm_sweep();
  pump();
}

void Client::Impl::pump() {
  while (!queue.empty() && !stopped) {
    if (idle.empty() && links.size() >= options.connections_max) return;
    JobPtr job = std::move(queue.front());
    queue.pop_front();
    if (idle.empty()) {
      add_link(std::move(job));
    } else {
      Link* link = idle.back();  // the warmest
      idle.pop_back();
      link->assign(std::move(job));
    }
  }
}

void Client::Impl::add_link(JobPtr job) {
  const auto link = std::make_shared<Link>(*this, std::move(job));
  links.insert(link);
  asio::co_spawn(strand, link->run(), [self = shared_from_this(), link](std::exception_ptr thrown) {
    if (thrown) std::rethrow_exception(thrown);  // for want of memory only: ends the process
    self->link_ended(link);
  });
}

void Client::Impl::link_ended(const std::shared_ptr<Link>& link) {
  links.erase(link);
  pump();
  join_if_done();
}

void Client::Impl::finish(const JobPtr& job, Result<Response> result) {
  if (job->finished) return;
  job->finished = true;
  unfinished.erase(job->place);
  const Done done = std::exchange(job->done, nullptr);
  done(std::move(result));
}

// As Stream's watch: the timer is set anew only for an earlier deadline than the one it waits for.
void Client::Impl::arm_sweep() {
  if (unfinished.empty() || unfinished.begin()->first >= sweep_at) return;
  sweep_at = unfinished.begin()->first;
  sweep_timer.expires_at(sweep_at);
  sweep_timer.async_wait(
      [self = shared_from_this(), turn = ++sweep_turn](const boost::system::error_code& error) {
        if (!error && turn == self->sweep_turn) self->sweep();
      });
}

void Client::Impl::sweep() {
  sweep_at = Time::max();
  const auto now = std::chrono::steady_clock::now();
  while (!unfinished.empty() && unfinished.begin()->first <= now) {
    const JobPtr job = unfinished.begin()->second;
    std::erase(queue, job);
    finish(job, fail(Code::unreachable, "no reply before the deadline"));
  }
  arm_sweep();
}

void Client::Impl::stop_all() {
  stopped = true;
  queue.clear();
  while (!unfinished.empty()) {
    const JobPtr job = unfinished.begin()->second;
    finish(job, fail(Code::unreachable, "the client was stopped"));
  }
  for (const auto& link : links) link->cancel();
  ++sweep_turn;
  sweep_timer.cancel();
  join_if_done();
}

void Client::Impl::join_if_done() {
  if (!stopped || !links.empty()) return;
  const std::lock_guard lock(mutex);
  joined = true;
  changed.notify_all();
}

Client::Client(Runtime& runtime, ClientOptions options)
    : impl_(std::make_shared<Impl>(runtime, std::move(options))) {}

Client::~Client() {
  stop();
}

void Client::request(Request request, Millis within, Done done) {
  check(static_cast<bool>(done), "a request has somebody who waits for its end");
  if (find_header(request.headers, "host") == nullptr) {
    const bool on_this_machine = !impl_->options.peer.unix_path.empty();
    request.headers.emplace_back("host",
                                 on_this_machine ? "localhost" : to_text(impl_->options.peer));
  }
  auto bytes = write(request);
  if (!bytes) {
    asio::post(impl_->strand, [done = std::move(done), error = std::move(bytes).error()] {
      done(std::unexpected(error));
    });
    return;
  }
  const auto job = std::make_shared<Job>();
  job->repeatable = impl_->options.repeat == Repeat::all || is_idempotent(request.method);
  job->method = std::move(request.method);
  job->bytes = *std::move(bytes);
  job->deadline = std::chrono::steady_clock::now() + within;
  job->done = std::move(done);
  asio::dispatch(impl_->strand, [impl = impl_, job] { impl->enqueue(job); });
}

void Client::stop() {
  check(!impl_->runtime.on_own_thread(), "a client cannot join its own runtime's thread");
  asio::post(impl_->strand, [impl = impl_] { impl->stop_all(); });
  std::unique_lock lock(impl_->mutex);
  impl_->changed.wait(lock, [this] { return impl_->joined; });
}

}  // namespace comity::net
