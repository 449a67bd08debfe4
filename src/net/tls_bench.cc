// What a lone request costs over mutual TLS on loopback, beside the least it could cost: two
// threads that ping-pong the same bytes over the same TLS, blocking, with nothing of ours between.
// p50 and p99 in microseconds.
#include <benchmark/benchmark.h>
#include <fcntl.h>

#include <algorithm>
#include <chrono>
#include <thread>
#include <vector>

#include "net/testing.h"

namespace comity::net::testing {
namespace {

class Times {
 public:
  void add(std::chrono::steady_clock::time_point since) {
    micros_.push_back(
        std::chrono::duration<double, std::micro>(std::chrono::steady_clock::now() - since)
            .count());
  }
  void report(benchmark::State& state) {
    std::ranges::sort(micros_);
    state.counters["p50_us"] = micros_[micros_.size() / 2];
    state.counters["p99_us"] = micros_[micros_.size() * 99 / 100];
  }

 private:
  std::vector<double> micros_;
};

struct Pair {
  crypto::TlsIdentity server = crypto::make_tls_identity();
  crypto::TlsIdentity client = crypto::make_tls_identity();
  TlsContext server_tls = value_of(TlsContext::server(server, only(client.pin)));
  TlsContext client_tls = value_of(TlsContext::client(client, only(server.pin)));
};

const Request sample = {"POST",
                        "/acts",
                        {{"host", "node.example:8443"}, {"content-type", "application/json"}},
                        std::string(400, 'x')};
const Response receipt = {200, {{"content-type", "application/json"}}, std::string(300, 'y')};

Fd blocking(Fd fd) {
  ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) & ~O_NONBLOCK);
  return fd;
}

void read_exactly(SSL* ssl, std::size_t count) {
  char piece[4096];
  while (count > 0) {
    const int got = SSL_read(ssl, piece, sizeof piece);
    if (got <= 0) return;
    count -= static_cast<std::size_t>(got);
  }
}

void raw_tls_round_trip(benchmark::State& state) {
  const Pair pair;
  const std::string question = *write(sample);
  const std::string answer = *write(receipt);
  Endpoint at = loopback();
  const Fd listener = blocking(value_of(listen_at(at)));
  std::jthread server([&] {
    const Fd fd(::accept(listener.get(), nullptr, nullptr));
    no_delay(fd.get());
    const SslPtr ssl = value_of(make_ssl(pair.server_tls, fd.get()));
    char piece[4096];
    while (SSL_read(ssl.get(), piece, sizeof piece) > 0) {
      SSL_write(ssl.get(), answer.data(), static_cast<int>(answer.size()));
    }
  });
  Fd fd = value_of(start_connect(value_of(numeric_address(at))));
  pollfd item{.fd = fd.get(), .events = POLLOUT, .revents = 0};
  ::poll(&item, 1, -1);
  fd = blocking(std::move(fd));
  const SslPtr ssl = value_of(make_ssl(pair.client_tls, fd.get()));
  Times times;
  for (auto _ : state) {
    const auto since = std::chrono::steady_clock::now();
    SSL_write(ssl.get(), question.data(), static_cast<int>(question.size()));
    read_exactly(ssl.get(), answer.size());
    times.add(since);
  }
  times.report(state);
  SSL_shutdown(ssl.get());
  ::shutdown(fd.get(), SHUT_RDWR);
}
BENCHMARK(raw_tls_round_trip)->UseRealTime();

struct Node {
  Pair pair;
  Runtime serving;
  Runtime calling;
  std::unique_ptr<Server> server;
  std::unique_ptr<Client> client;
  explicit Node(Handler handler) {
    server = value_of(Server::open(serving, {.listen = loopback(),
                                             .tls = pair.server_tls,
                                             .paired = only(pair.client.pin),
                                             .body_limit = any_body,
                                             .handler = std::move(handler)}));
    client = std::make_unique<Client>(
        calling, ClientOptions{.peer = server->endpoint(), .tls = pair.client_tls});
  }
};

// As the outbox sends: the next request from inside the answer to the last.
void request_from_callback(benchmark::State& state) {
  Node node(
      [](const RequestContext&, const Request&, const Responder& respond) { respond(receipt); });
  Times times;
  std::promise<void> end;
  std::chrono::steady_clock::time_point since;
  std::function<void(Result<Response>)> next = [&](const Result<Response>& reply) {
    check(reply.has_value(), "a reply");
    times.add(since);
    if (!state.KeepRunning()) return end.set_value();
    since = std::chrono::steady_clock::now();
    node.client->request(sample, patience, next);
  };
  if (state.KeepRunning()) {
    since = std::chrono::steady_clock::now();
    node.client->request(sample, patience, next);
    end.get_future().get();
  }
  times.report(state);
}
BENCHMARK(request_from_callback)->UseRealTime();

// Two more changes of thread: the caller waits for a future.
void request_from_another_thread(benchmark::State& state) {
  Node node(
      [](const RequestContext&, const Request&, const Responder& respond) { respond(receipt); });
  Times times;
  for (auto _ : state) {
    const auto since = std::chrono::steady_clock::now();
    check(ask(*node.client, sample).get().has_value(), "a reply");
    times.add(since);
  }
  times.report(state);
}
BENCHMARK(request_from_another_thread)->UseRealTime();

// Sixteen connections that never rest.
void requests_at_once(benchmark::State& state) {
  Pair pair;
  Runtime serving;
  Runtime calling;
  auto server = value_of(
      Server::open(serving, {.listen = loopback(),
                             .tls = pair.server_tls,
                             .paired = only(pair.client.pin),
                             .body_limit = any_body,
                             .handler = [](const RequestContext&, const Request&,
                                           const Responder& respond) { respond(receipt); }}));
  Client client(calling,
                {.peer = server->endpoint(), .tls = pair.client_tls, .connections_max = 16});
  for (auto _ : state) {
    std::vector<std::future<Result<Response>>> replies;
    for (int i = 0; i < 256; ++i) replies.push_back(ask(client, sample));
    for (auto& reply : replies) check(reply.get().has_value(), "a reply");
  }
  state.SetItemsProcessed(state.iterations() * 256);
}
BENCHMARK(requests_at_once)->UseRealTime();

// A body of 16 MiB to the server.
void upload(benchmark::State& state) {
  Node node(
      [](const RequestContext&, const Request&, const Responder& respond) { respond(receipt); });
  Request large = sample;
  large.body.assign(limits::alert_act_bytes_max, 'x');
  for (auto _ : state) check(ask(*node.client, large).get().has_value(), "a reply");
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(large.body.size()));
}
BENCHMARK(upload)->UseRealTime();

}  // namespace
}  // namespace comity::net::testing
