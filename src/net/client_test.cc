#include "net/client.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <atomic>
#include <latch>
#include <mutex>
#include <thread>

#include "net/testing.h"

namespace comity::net::testing {
namespace {

using ::testing::HasSubstr;
using ::testing::StartsWith;

const std::string ok = "HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

// Takes connections one after another; each is served by `script` on a thread of its own.
class ScriptedServer {
 public:
  using Script = std::function<void(const RawSocket&, int number)>;
  explicit ScriptedServer(Script script)
      : listener_(value_of(listen_at(endpoint))), script_(std::move(script)) {
    thread_ = std::jthread([this](const std::stop_token& stop) {
      for (int number = 0; !stop.stop_requested();) {
        pollfd item{.fd = listener_.get(), .events = POLLIN, .revents = 0};
        if (::poll(&item, 1, 20) != 1) continue;
        const RawSocket caller{Fd(::accept(listener_.get(), nullptr, nullptr))};
        script_(caller, number++);
      }
    });
  }
  Endpoint endpoint = loopback();

 private:
  Fd listener_;
  Script script_;
  std::jthread thread_;
};

class Clients : public ::testing::Test {
 protected:
  std::unique_ptr<Server> serve(Handler handler, Endpoint at = loopback()) {
    return value_of(Server::open(
        runtime_,
        {.listen = std::move(at), .body_limit = any_body, .handler = std::move(handler)}));
  }
  Runtime runtime_{2};
};

TEST_F(Clients, come_back_after_the_server_was_restarted) {
  auto server = serve(echo);
  const Endpoint at = server->endpoint();
  Client client(runtime_, {.peer = at});
  const auto answer = [&] {
    const auto reply = ask(client, post("x")).get();
    return reply ? std::to_string(reply->status) : to_text(reply.error());
  };
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(answer(), "200");
    server.reset();
    EXPECT_THAT(answer(), StartsWith("unreachable"));
    server = serve(echo, at);
    EXPECT_EQ(answer(), "200");
    server.reset();
    server = serve(echo, at);  // the client has not noticed
    EXPECT_EQ(answer(), "200");
  }
}

TEST_F(Clients, open_as_many_connections_as_they_may_and_no_more) {
  std::mutex mutex;
  std::vector<Responder> held;
  auto three = std::make_shared<std::latch>(3);
  auto server = serve([&](const RequestContext&, const Request&, const Responder& respond) {
    const std::lock_guard lock(mutex);
    held.push_back(respond);
    if (held.size() <= 3) three->count_down();
  });
  Client client(runtime_, {.peer = server->endpoint(), .connections_max = 3});
  std::vector<std::future<Result<Response>>> replies;
  for (int i = 0; i < 9; ++i) replies.push_back(ask(client, get()));
  three->wait();
  EXPECT_EQ(server->stats().requests, 3u);
  for (std::size_t answered = 0; answered < 9;) {
    std::vector<Responder> now;
    {
      const std::lock_guard lock(mutex);
      now.swap(held);
    }
    answered += now.size();
    for (const Responder& respond : now) respond({200, {}, ""});
  }
  for (auto& reply : replies) EXPECT_EQ(reply.get()->status, 200);
  EXPECT_EQ(server->stats().connections, 3u);
}

TEST_F(Clients, ask_again_from_inside_an_answer_on_the_same_connection) {
  auto server = serve(echo);
  Client client(runtime_, {.peer = server->endpoint()});
  std::promise<int> end;
  int left = 100;
  std::function<void(Result<Response>)> next = [&](const Result<Response>& reply) {
    if (!reply || --left == 0) return end.set_value(left);
    client.request(get(), patience, next);
  };
  client.request(get(), patience, next);
  EXPECT_EQ(end.get_future().get(), 0);
  EXPECT_EQ(server->stats().connections, 1u);
}

TEST_F(Clients, give_up_at_the_deadline_and_recover) {
  std::mutex mutex;
  std::vector<Responder> held;
  auto server = serve([&](const RequestContext&, const Request& request, const Responder& respond) {
    if (request.target == "/now") return respond({200, {}, ""});
    const std::lock_guard lock(mutex);
    held.push_back(respond);
  });
  Client client(runtime_, {.peer = server->endpoint(), .connections_max = 1});
  auto first = ask(client, get("/never"), Millis{80});
  auto queued = ask(client, get("/never"), Millis{40});  // expires while it waits for the first
  EXPECT_EQ(queued.get().error().code, Code::unreachable);
  EXPECT_EQ(first.get().error().code, Code::unreachable);
  EXPECT_EQ(ask(client, get("/now")).get()->status, 200);
  const std::lock_guard lock(mutex);
  EXPECT_EQ(held.size(), 1u);
}

TEST_F(Clients, refuse_more_requests_than_may_wait) {
  std::mutex mutex;
  std::vector<Responder> held;
  auto server = serve([&](const RequestContext&, const Request&, const Responder& respond) {
    const std::lock_guard lock(mutex);
    held.push_back(respond);
  });
  Client client(runtime_, {.peer = server->endpoint(), .connections_max = 1, .waiting_max = 2});
  std::vector<std::future<Result<Response>>> replies;
  for (int i = 0; i < 4; ++i) replies.push_back(ask(client, get()));
  EXPECT_EQ(replies[3].get().error().code, Code::busy);
  client.stop();
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(replies[i].get().error().code, Code::unreachable);
  EXPECT_EQ(ask(client, get()).get().error().code, Code::unreachable);
}

TEST_F(Clients, let_as_many_wait_as_documented) {
  std::mutex mutex;
  std::vector<Responder> held;
  auto server = serve([&](const RequestContext&, const Request&, const Responder& respond) {
    const std::lock_guard lock(mutex);
    held.push_back(respond);
  });
  Client client(runtime_, {.peer = server->endpoint(), .connections_max = 1});
  std::vector<std::future<Result<Response>>> replies;
  for (std::size_t i = 0; i < limits::http_requests_waiting_max + 2; ++i)
    replies.push_back(ask(client, get()));
  EXPECT_EQ(replies.back().get().error().code, Code::busy);
  client.stop();
  EXPECT_EQ(replies[limits::http_requests_waiting_max].get().error().code, Code::unreachable);
}

TEST_F(Clients, report_a_peer_that_does_not_listen) {
  Endpoint nobody;
  {
    Endpoint at = loopback();
    const Fd gone = value_of(listen_at(at));
    nobody = at;
  }
  Client client(runtime_, {.peer = nobody});
  const auto reply = ask(client, get()).get();
  EXPECT_EQ(reply.error().code, Code::unreachable);
  EXPECT_THAT(reply.error().what, HasSubstr("refused"));
  EXPECT_EQ(call(nobody, get(), patience).error().code, Code::unreachable);
}

TEST_F(Clients, find_a_peer_by_name) {
  auto server = serve(echo);
  const Endpoint named{.host = "localhost", .port = server->endpoint().port};
  Client client(runtime_, {.peer = named});
  const auto reply = ask(client, get()).get();
  ASSERT_TRUE(reply) << to_text(reply.error());
  EXPECT_EQ(call(named, get(), patience)->status, 200);
}

TEST_F(Clients, refuse_a_request_that_cannot_be_written) {
  Client client(runtime_, {.peer = loopback(9)});
  EXPECT_EQ(ask(client, get("no slash")).get().error().code, Code::bad_value);
  EXPECT_EQ(ask(client, {"GET", "/", {{"x", "\r\n"}}, ""}).get().error().code, Code::bad_value);
  EXPECT_EQ(call(loopback(9), get("no slash"), patience).error().code, Code::bad_value);
}

TEST_F(Clients, refuse_replies_that_are_not_http) {
  ScriptedServer server([](const RawSocket& caller, int) {
    (void)caller.receive("\r\n\r\n");
    caller.send("220 mail.example ESMTP\r\n\r\n");
  });
  Client client(runtime_, {.peer = server.endpoint});
  EXPECT_EQ(ask(client, get()).get().error().code, Code::malformed);
  EXPECT_EQ(call(server.endpoint, get(), patience).error().code, Code::malformed);
}

TEST_F(Clients, refuse_replies_above_their_limit) {
  ScriptedServer server([](const RawSocket& caller, int) {
    (void)caller.receive("\r\n\r\n");
    caller.send("HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\nhello world");
  });
  Client client(runtime_, {.peer = server.endpoint, .body_bytes_max = 10});
  EXPECT_EQ(ask(client, get()).get().error().code, Code::too_large);
  EXPECT_EQ(call(server.endpoint, get(), patience, 10).error().code, Code::too_large);
  EXPECT_EQ(call(server.endpoint, get(), patience, 11)->body, "hello world");
}

TEST_F(Clients, refuse_replies_that_are_cut_off) {
  ScriptedServer server([](const RawSocket& caller, int) {
    (void)caller.receive("\r\n\r\n");
    caller.send("HTTP/1.1 200 OK\r\ncontent-length: 11\r\n\r\nhello");
  });
  Client client(runtime_, {.peer = server.endpoint});
  EXPECT_EQ(ask(client, get()).get().error().code, Code::unreachable);
  EXPECT_EQ(call(server.endpoint, get(), patience).error().code, Code::unreachable);
}

TEST_F(Clients, never_take_an_unasked_reply_for_an_answer) {
  ScriptedServer server([](const RawSocket& caller, int) {
    (void)caller.receive("\r\n\r\n");
    caller.send(ok + "HTTP/1.1 200 OK\r\ncontent-length: 6\r\n\r\nforged");
    (void)caller.receive();
  });
  Client client(runtime_, {.peer = server.endpoint});
  EXPECT_EQ(ask(client, get()).get()->body, "ok");
  EXPECT_EQ(ask(client, get()).get()->body, "ok");
}

TEST_F(Clients, let_go_of_idle_connections_and_lose_no_request_in_that_moment) {
  auto server = serve(echo);
  Client client(runtime_, {.peer = server->endpoint(), .idle = Millis{2}});
  for (int i = 0; i < 200; ++i) {
    const auto reply = ask(client, post("x")).get();
    ASSERT_TRUE(reply) << to_text(reply.error());
    const auto until = std::chrono::steady_clock::now() + std::chrono::microseconds(1900 + i);
    while (std::chrono::steady_clock::now() < until) std::this_thread::yield();
  }
  while (server->stats().open > 0) std::this_thread::yield();
  EXPECT_GT(server->stats().connections, 1u);
}

// The first connection answers once, and dies when the second request has arrived.
ScriptedServer::Script dies_at_second_request(std::atomic<int>& requests) {
  return [&requests](const RawSocket& caller, int number) {
    while (caller.receive("\r\n\r\n").ends_with("\r\n\r\n")) {
      if (++requests == 2 && number == 0) return;
      caller.send(ok);
    }
  };
}

TEST_F(Clients, repeat_an_idempotent_request_that_died_with_a_kept_connection) {
  std::atomic<int> requests = 0;
  ScriptedServer server(dies_at_second_request(requests));
  Client client(runtime_, {.peer = server.endpoint});
  EXPECT_EQ(ask(client, get()).get()->body, "ok");
  EXPECT_EQ(ask(client, get()).get()->body, "ok");
  EXPECT_EQ(requests, 3);
  client.stop();
}

TEST_F(Clients, repeat_a_post_only_when_told_to) {
  {
    std::atomic<int> requests = 0;
    ScriptedServer server(dies_at_second_request(requests));
    Client client(runtime_, {.peer = server.endpoint});
    EXPECT_EQ(ask(client, post("")).get()->body, "ok");
    EXPECT_EQ(ask(client, post("")).get().error().code, Code::unreachable);
    EXPECT_EQ(requests, 2);
    client.stop();
  }
  std::atomic<int> requests = 0;
  ScriptedServer server(dies_at_second_request(requests));
  Client client(runtime_, {.peer = server.endpoint, .repeat = Repeat::all});
  EXPECT_EQ(ask(client, post("")).get()->body, "ok");
  EXPECT_EQ(ask(client, post("")).get()->body, "ok");
  EXPECT_EQ(requests, 3);
  client.stop();
}

TEST_F(Clients, carry_large_bodies_both_ways_over_tls) {
  const auto identity = crypto::make_tls_identity();
  auto server = value_of(Server::open(
      runtime_, {.listen = loopback(),
                 .tls = value_of(TlsContext::server(identity, only(identity.pin))),
                 .paired = only(identity.pin),
                 .body_limit = any_body,
                 .handler = [](const RequestContext&, Request request, const Responder& respond) {
                   respond({200, {}, std::move(request.body)});
                 }}));
  Client client(runtime_, {.peer = server->endpoint(),
                           .tls = value_of(TlsContext::client(identity, only(identity.pin)))});
  std::string body(limits::alert_act_bytes_max, 'x');
  for (std::size_t i = 0; i < body.size(); i += 997) body[i] = static_cast<char>(i);
  std::vector<std::future<Result<Response>>> replies;
  for (int i = 0; i < 4; ++i) replies.push_back(ask(client, post(body)));
  for (auto& reply : replies) {
    const auto got = reply.get();
    ASSERT_TRUE(got) << to_text(got.error());
    EXPECT_TRUE(got->body == body);
  }
}

TEST(Calls, end_at_their_deadline) {
  ScriptedServer server([](const RawSocket& caller, int) { (void)caller.receive(); });
  const auto reply = call(server.endpoint, get(), Millis{50});
  EXPECT_EQ(reply.error().code, Code::unreachable);
}

TEST(Timers, fire_once_and_not_after_they_were_cancelled) {
  Runtime runtime;
  std::promise<void> fired;
  std::atomic<int> cancelled_fired = 0;
  Timer cancelled = runtime.after(Millis{5}, [&] { ++cancelled_fired; });
  cancelled.cancel();
  {
    const Timer dropped = runtime.after(Millis{5}, [&] { ++cancelled_fired; });
  }
  Timer replaced = runtime.after(Millis{5}, [&] { ++cancelled_fired; });
  replaced = runtime.after(Millis{20}, [&] { fired.set_value(); });
  fired.get_future().get();
  EXPECT_EQ(cancelled_fired, 0);
}

TEST(Timers, cancel_waits_for_the_function_that_runs) {
  Runtime runtime(2);
  std::latch running(1);
  std::atomic<bool> ended = false;
  Timer timer = runtime.after(Millis{0}, [&] {
    running.count_down();
    std::this_thread::sleep_for(Millis{30});
    ended = true;
  });
  running.wait();
  timer.cancel();
  EXPECT_TRUE(ended);
}

TEST(Timers, may_cancel_and_replace_themselves) {
  Runtime runtime;
  std::promise<int> end;
  Timer timer;
  std::promise<void> assigned;
  auto ready = assigned.get_future().share();
  int turns = 0;
  std::function<void()> tick = [&] {
    ready.wait();
    if (++turns == 3) return end.set_value(turns);
    timer = runtime.after(Millis{1}, tick);
  };
  timer = runtime.after(Millis{1}, tick);
  assigned.set_value();
  EXPECT_EQ(end.get_future().get(), 3);
  timer.cancel();
}

TEST(Runtimes, run_what_is_posted_on_their_own_threads) {
  Runtime runtime(2);
  std::promise<bool> own;
  runtime.post([&] { own.set_value(runtime.on_own_thread()); });
  EXPECT_TRUE(own.get_future().get());
  EXPECT_FALSE(runtime.on_own_thread());
  runtime.stop();
  runtime.stop();
}

TEST(Endpoints, are_read_and_written) {
  for (const std::string text : {"node.example:8443", "192.0.2.7:443", "[2001:db8::7]:8443",
                                 "unix:/run/comity/admin.sock"}) {
    const auto endpoint = endpoint_from_text(text);
    ASSERT_TRUE(endpoint) << text;
    EXPECT_EQ(to_text(*endpoint), text);
  }
  for (const std::string bad :
       {"", "node.example", ":8443", "node.example:", "node.example:65536", "node.example:8x",
        "2001:db8::7:8443", "[2001:db8::7]", "[]:1", "a b:1", "https://node.example:1", "unix:"}) {
    EXPECT_EQ(endpoint_from_text(bad).error().code, Code::malformed) << bad;
  }
}

}  // namespace
}  // namespace comity::net::testing
