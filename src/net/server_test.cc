#include "net/server.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <sys/stat.h>
#include <unistd.h>

#include <condition_variable>
#include <filesystem>
#include <latch>
#include <mutex>
#include <thread>

#include "net/testing.h"

namespace comity::net::testing {
namespace {

using crypto::TlsIdentity;
using crypto::TlsPin;
using ::testing::EndsWith;
using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

// A server with its key, a peer that it knows, and a stranger.
// Until it holds, or patience ends.
bool eventually(const std::function<bool()>& holds) {
  const auto until = std::chrono::steady_clock::now() + patience;
  while (!holds()) {
    if (std::chrono::steady_clock::now() > until) return false;
    std::this_thread::sleep_for(Millis{2});
  }
  return true;
}

class Servers : public ::testing::Test {
 protected:
  ServerOptions options(Handler handler = echo) {
    return {.listen = loopback(), .body_limit = any_body, .handler = std::move(handler)};
  }
  ServerOptions tls_options(Handler handler = echo) {
    auto out = options(std::move(handler));
    out.tls = value_of(TlsContext::server(ours_, [this](const TlsPin& pin) {
      return (knows_peer_ && pin == peer_.pin) || admits_strangers_;
    }));
    out.paired = [this](const TlsPin& pin) { return knows_peer_ && pin == peer_.pin; };
    out.refused = [this](const std::string&, const Error& error) {
      const std::lock_guard lock(mutex_);
      refusals_.push_back(error);
      told_.notify_all();
    };
    return out;
  }
  std::unique_ptr<Server> serve(ServerOptions with) {
    return value_of(Server::open(runtime_, std::move(with)));
  }
  ClientOptions as(const TlsIdentity& who, const Server& server) {
    return {.peer = server.endpoint(), .tls = value_of(TlsContext::client(who, only(ours_.pin)))};
  }
  // The first one; a client may see the end of its connection before the server has told.
  Error refusal() {
    std::unique_lock lock(mutex_);
    told_.wait_for(lock, patience, [this] { return !refusals_.empty(); });
    check(refusals_.size() == 1, "one refusal");
    return refusals_[0];
  }

  TlsIdentity ours_ = crypto::make_tls_identity();
  TlsIdentity peer_ = crypto::make_tls_identity();
  TlsIdentity stranger_ = crypto::make_tls_identity();
  std::atomic<bool> knows_peer_ = true;
  std::atomic<bool> admits_strangers_ = false;
  std::mutex mutex_;
  std::condition_variable told_;
  std::vector<Error> refusals_;
  Runtime runtime_{2};
};

const std::string crlf2 = "\r\n\r\n";

TEST_F(Servers, answer_a_peer_and_know_it_by_its_pin) {
  auto server = serve(tls_options(
      [this](const RequestContext& context, const Request& request, const Responder& respond) {
        const bool known =
            context.paired && context.pin == peer_.pin && context.remote.starts_with("127.0.0.1:");
        respond({known ? 201 : 500, {}, "hello " + request.body});
      }));
  Client client(runtime_, as(peer_, *server));
  for (int i = 0; i < 100; ++i) {
    const auto reply = ask(client, post(std::to_string(i))).get();
    ASSERT_TRUE(reply) << to_text(reply.error());
    EXPECT_EQ(*reply, (Response{201, {}, "hello " + std::to_string(i)}));
  }
  EXPECT_EQ(server->stats().connections, 1u);  // kept alive
  EXPECT_EQ(server->stats().requests, 100u);
}

TEST_F(Servers, refuse_a_client_with_an_unknown_pin) {
  auto server = serve(tls_options());
  Client client(runtime_, as(stranger_, *server));
  const auto reply = ask(client, get()).get();
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Code::not_allowed) << to_text(reply.error());
  EXPECT_EQ(server->stats().requests, 0u);
  EXPECT_EQ(refusal().code, Code::not_allowed);
}

TEST_F(Servers, are_refused_by_a_client_that_expects_another_pin) {
  auto server = serve(tls_options());
  Client client(runtime_, {.peer = server->endpoint(),
                           .tls = value_of(TlsContext::client(peer_, only(stranger_.pin)))});
  const auto reply = ask(client, get()).get();
  ASSERT_FALSE(reply);
  EXPECT_EQ(reply.error().code, Code::not_allowed) << to_text(reply.error());
  EXPECT_EQ(server->stats().requests, 0u);
}

TEST_F(Servers, refuse_a_client_without_a_certificate) {
  auto server = serve(tls_options());
  RawTls raw(server->endpoint(), {});
  // In TLS 1.3 the client ends its handshake before the server has judged it.
  if (raw.handshake()) raw.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_EQ(raw.receive(crlf2), "<end>");
  EXPECT_EQ(server->stats().requests, 0u);
  EXPECT_THAT(refusal().what, HasSubstr("no certificate"));
}

TEST_F(Servers, refuse_tls_1_2) {
  auto server = serve(tls_options());
  RawTls raw(server->endpoint(), {.identity = &peer_, .version = TLS1_2_VERSION});
  EXPECT_FALSE(raw.handshake());
  EXPECT_EQ(server->stats().requests, 0u);
}

TEST_F(Servers, refuse_another_application_protocol_and_accept_none) {
  auto server = serve(tls_options());
  RawTls other(server->endpoint(), {.identity = &peer_, .alpn = std::string_view("\x02h2", 3)});
  EXPECT_FALSE(other.handshake());
  RawTls none(server->endpoint(), {.identity = &peer_});
  ASSERT_TRUE(none.handshake());
  none.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(none.receive("GET /x"), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(Servers, give_no_session_to_resume) {
  auto server = serve(tls_options());
  RawTls raw(server->endpoint(), {.identity = &peer_});
  ASSERT_TRUE(raw.handshake());
  raw.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
  (void)raw.receive("GET /x");
  EXPECT_EQ(SSL_SESSION_is_resumable(SSL_get0_session(raw.ssl())), 0);
}

TEST_F(Servers, without_client_certificates_serve_anyone_over_tls) {
  auto with = options();
  with.tls = value_of(TlsContext::open_server(ours_));
  auto server = serve(std::move(with));
  RawTls raw(server->endpoint(), {});
  ASSERT_TRUE(raw.handshake());
  raw.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(raw.receive("GET /x"), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(Servers, that_are_open_take_tls_1_2_and_tell_the_handler_whose_certificate_is_shown) {
  auto with = options();
  with.tls = value_of(TlsContext::open_server(ours_));
  with.handler = [this](const RequestContext& context, const Request&, const Responder& respond) {
    respond({context.pin == stranger_.pin ? 200 : context.pin ? 500 : 401, {}, ""});
  };
  auto server = serve(std::move(with));
  for (int version : {TLS1_2_VERSION, TLS1_3_VERSION}) {
    RawTls nobody(server->endpoint(), {.version = version});
    ASSERT_TRUE(nobody.handshake()) << version;
    nobody.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(nobody.receive("\r\n\r\n"), StartsWith("HTTP/1.1 401")) << version;
    RawTls known(server->endpoint(), {.identity = &stranger_, .version = version});
    ASSERT_TRUE(known.handshake()) << version;
    known.send("GET /x HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(known.receive("\r\n\r\n"), StartsWith("HTTP/1.1 200")) << version;
  }
  RawTls old(server->endpoint(), {.version = TLS1_1_VERSION});
  EXPECT_FALSE(old.handshake());
}

// More pieces than one call takes, some of them empty, some longer than a TLS record.
Pieces in_pieces(const std::shared_ptr<const std::string>& whole) {
  Pieces out{.views = {}, .held = {whole}};
  std::size_t at = 0;
  for (std::size_t size : {1u, 0u, 16'384u, 16'383u, 2u, 70'000u}) {
    out.views.push_back(std::string_view(*whole).substr(at, size));
    at += size;
  }
  for (std::size_t size = 1; size <= 200; at += size++)
    out.views.push_back(std::string_view(*whole).substr(at, size));
  out.views.push_back(std::string_view(*whole).substr(at));
  return out;
}

TEST_F(Servers, a_body_that_somebody_else_holds_is_sent_whole) {
  std::string text;
  for (int i = 0; text.size() < 300'000; ++i) text += std::to_string(i);
  auto held = std::make_shared<const std::string>(text + "end");
  auto with = options();
  with.tls = value_of(TlsContext::open_server(ours_));
  auto handler = [held](const RequestContext&, const Request& request, const Responder& respond) {
    Response response{200, {}, ""};
    response.shared = std::make_shared<const Pieces>(
        request.target == "/small" ? pieces_of("small end") : in_pieces(held));
    respond(std::move(response));
  };
  with.handler = handler;
  auto over_tls = serve(std::move(with));
  auto plain_options = options();
  plain_options.handler = handler;
  auto plain = serve(std::move(plain_options));
  for (const char* target : {"/small", "/large"}) {
    std::string asked = std::string("GET ") + target + " HTTP/1.1\r\nHost: a\r\n\r\n";
    std::size_t size = target == std::string("/small") ? 9 : held->size();
    RawTls tls(over_tls->endpoint(), {});
    ASSERT_TRUE(tls.handshake());
    tls.send(asked);
    RawSocket raw(plain->endpoint());
    raw.send(asked);
    for (const std::string& reply : {tls.receive("end"), raw.receive("end")}) {
      EXPECT_THAT(reply, HasSubstr("content-length: " + std::to_string(size)));
      std::string body = reply.substr(reply.find("\r\n\r\n") + 4);
      EXPECT_TRUE(body == (target == std::string("/small") ? "small end" : *held)) << body.size();
    }
  }
}

TEST_F(Servers, refuse_what_is_not_tls) {
  auto server = serve(tls_options());
  RawSocket raw(server->endpoint());
  raw.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(raw.receive(), Not(HasSubstr("HTTP/1.1")));
  EXPECT_EQ(server->stats().requests, 0u);
}

TEST_F(Servers, admit_strangers_only_while_the_door_is_open) {
  admits_strangers_ = true;
  auto server = serve(
      tls_options([this](const RequestContext& context, const Request&, const Responder& respond) {
        respond({!context.paired && context.pin == stranger_.pin ? 200 : 500, {}, ""});
      }));
  Client client(runtime_, as(stranger_, *server));
  EXPECT_EQ(ask(client, get()).get()->status, 200);
  admits_strangers_ = false;
  EXPECT_EQ(ask(client, get()).get()->status, 403);  // on the open connection, which is closed
  EXPECT_EQ(ask(client, get()).get().error().code, Code::not_allowed);
  EXPECT_EQ(server->stats().requests, 1u);
}

TEST_F(Servers, cut_a_revoked_peer_at_its_next_request) {
  auto server = serve(tls_options());
  Client client(runtime_, as(peer_, *server));
  EXPECT_EQ(ask(client, get()).get()->status, 200);
  knows_peer_ = false;
  EXPECT_EQ(ask(client, get()).get()->status, 403);
  EXPECT_EQ(ask(client, get()).get().error().code, Code::not_allowed);
}

TEST_F(Servers, show_a_new_identity_to_new_connections) {
  auto server = serve(tls_options());
  Client before(runtime_, as(peer_, *server));
  EXPECT_EQ(ask(before, get()).get()->status, 200);
  const TlsIdentity next = crypto::make_tls_identity();
  server->use(value_of(TlsContext::server(next, [](const TlsPin&) { return true; })));
  EXPECT_EQ(ask(before, get()).get()->status, 200);  // still the old connection
  Client after(runtime_, {.peer = server->endpoint(),
                          .tls = value_of(TlsContext::client(peer_, only(next.pin)))});
  EXPECT_EQ(ask(after, get()).get()->status, 200);
}

TEST_F(Servers, show_of_several_identities_the_one_that_is_wanted) {
  std::vector<TlsIdentity> held;
  for (int i = 0; i < 3; ++i) held.push_back(crypto::make_tls_identity());
  auto with = options();
  with.tls = value_of(TlsContext::server(held, [](const TlsPin&) { return true; }));
  auto server = serve(std::move(with));
  auto reaches = [&](const TlsPin& expected, const std::optional<TlsPin>& wanted) {
    Client client(runtime_, {.peer = server->endpoint(),
                             .tls = value_of(TlsContext::client(peer_, only(expected), wanted))});
    auto answer = ask(client, get()).get();
    return answer && answer->status == 200;
  };
  for (const TlsIdentity& each : held) EXPECT_TRUE(reaches(each.pin, each.pin));
  EXPECT_TRUE(reaches(held[0].pin, std::nullopt)) << "nothing wanted: the first";
  EXPECT_TRUE(reaches(held[0].pin, TlsPin{})) << "wanted in vain: the first";
  EXPECT_FALSE(reaches(held[1].pin, std::nullopt));
  EXPECT_FALSE(reaches(held[0].pin, held[1].pin)) << "what is wanted does not weaken the check";
}

TEST_F(Servers, close_a_connection_that_stays_idle) {
  auto with = options();
  with.limits.idle = Millis{50};
  auto server = serve(std::move(with));
  RawSocket raw(server->endpoint());
  EXPECT_EQ(raw.receive(), "<end>");
}

TEST_F(Servers, close_a_header_that_drips) {
  auto with = options();
  with.limits.header_wait = Millis{100};
  auto server = serve(std::move(with));
  RawSocket raw(server->endpoint());
  std::jthread dripping([&](const std::stop_token& stop) {
    raw.send("GET / HTTP/1.1\r\nA: ");
    while (!stop.stop_requested()) {
      raw.send("a");
      std::this_thread::sleep_for(Millis{10});
    }
  });
  EXPECT_THAT(raw.receive(), StartsWith("HTTP/1.1 408 Request Timeout\r\n"));
  EXPECT_EQ(server->stats().requests, 0u);
}

TEST_F(Servers, close_a_body_that_does_not_come) {
  auto with = options();
  with.limits.body_wait = Millis{50};
  auto server = serve(std::move(with));
  RawSocket raw(server->endpoint());
  raw.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 9\r\n\r\nhalf");
  EXPECT_THAT(raw.receive(), StartsWith("HTTP/1.1 408 "));
}

TEST_F(Servers, close_a_handshake_that_does_not_end) {
  auto with = tls_options();
  with.limits.handshake_wait = Millis{50};
  auto server = serve(std::move(with));
  RawSocket raw(server->endpoint());
  raw.send(std::string_view("\x16\x03\x01", 3));
  EXPECT_EQ(raw.receive(), "<end>");
  EXPECT_EQ(refusal().code, Code::expired);
}

TEST_F(Servers, refuse_a_body_before_they_read_it) {
  auto with = options();
  with.body_limit = [](const Request& head) -> Result<std::size_t> {
    if (head.target == "/none") return fail(Code::not_found, "no such resource");
    return std::size_t{10};
  };
  auto server = serve(std::move(with));
  RawSocket large(server->endpoint());
  large.send(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n");  // and not a byte of the body
  EXPECT_THAT(large.receive(R"("code":"too_large")"), StartsWith("HTTP/1.1 413 "));
  RawSocket nowhere(server->endpoint());
  nowhere.send("POST /none HTTP/1.1\r\nHost: a\r\nContent-Length: 1\r\n\r\n");
  EXPECT_THAT(nowhere.receive(R"("code":"not_found")"), StartsWith("HTTP/1.1 404 "));
  EXPECT_EQ(server->stats().requests, 0u);
}

TEST_F(Servers, hold_no_more_of_all_bodies_together_than_they_have_room_for) {
  auto with = options();
  with.body_limit = [](const Request&) -> Result<std::size_t> { return std::size_t{80}; };
  with.limits.bodies_bytes_max = 100;
  auto server = serve(std::move(with));
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 60\r\n\r\n";
  const std::string chunked = "POST / HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n";
  RawSocket first(server->endpoint());
  first.send("POST / HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 60\r\n\r\n");
  ASSERT_THAT(first.receive("\r\n\r\n"), StartsWith("HTTP/1.1 100 ")) << "it has its room";
  RawSocket second(server->endpoint());
  second.send(head);
  EXPECT_THAT(second.receive(R"("code":"busy")"), StartsWith("HTTP/1.1 503 "));
  RawSocket unsaid(server->endpoint());
  unsaid.send(chunked);  // may become as large as any
  EXPECT_THAT(unsaid.receive(R"("code":"busy")"), StartsWith("HTTP/1.1 503 "));
  RawSocket small(server->endpoint());
  small.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 40\r\n\r\n" + std::string(40, 'x'));
  EXPECT_THAT(small.receive("\r\n\r\n"), StartsWith("HTTP/1.1 200 ")) << "there is room for it";
  first.send(std::string(60, 'x'));
  EXPECT_THAT(first.receive("\r\n\r\n"), StartsWith("HTTP/1.1 200 "));
  RawSocket third(server->endpoint());
  third.send(head + std::string(60, 'x'));
  EXPECT_THAT(third.receive("\r\n\r\n"), StartsWith("HTTP/1.1 200 ")) << "given back";
}

TEST_F(Servers, give_back_the_room_of_a_body_that_never_came) {
  auto with = options();
  with.limits.bodies_bytes_max = 100;
  auto server = serve(std::move(with));
  const std::string head = "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\n";
  {
    RawSocket(server->endpoint()).send(head + "x");
  }
  EXPECT_TRUE(eventually([&] {
    RawSocket again(server->endpoint());
    again.send(head + std::string(100, 'x'));
    return again.receive("\r\n\r\n").starts_with("HTTP/1.1 200 ");
  }));
}

TEST_F(Servers, let_a_client_that_sends_too_much_read_why) {
  auto with = tls_options();
  with.body_limit = [](const Request&) -> Result<std::size_t> { return std::size_t{10}; };
  auto server = serve(std::move(with));
  Client client(runtime_, as(peer_, *server));
  const auto reply = ask(client, post(std::string(8 << 20, 'x'))).get();
  ASSERT_TRUE(reply) << to_text(reply.error());
  EXPECT_EQ(reply->status, 413);
}

TEST_F(Servers, answer_a_bad_request_with_a_problem_and_close) {
  auto server = serve(options());
  RawSocket raw(server->endpoint());
  raw.send("GET / HTTP/1.1\r\n\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string reply = raw.receive();
  EXPECT_THAT(reply, StartsWith("HTTP/1.1 400 Bad Request\r\n"));
  EXPECT_THAT(reply, HasSubstr("connection: close\r\n"));
  EXPECT_THAT(reply, EndsWith(R"("type":"about:blank","where":"host"}<end>)"));
  EXPECT_EQ(server->stats().requests, 0u);
}

TEST_F(Servers, answer_requests_sent_ahead_in_their_order) {
  auto server = serve(options());
  RawSocket raw(server->endpoint());
  raw.send(
      "GET /1 HTTP/1.1\r\nHost: a\r\n\r\nPOST /2 HTTP/1.1\r\nHost: a\r\nContent-Length: "
      "1\r\n\r\nbGET /3 HTTP/1.1\r\nHost: a\r\n"
      "Connection: close\r\n\r\nGET /4 HTTP/1.1\r\nHost: a\r\n\r\n");
  const std::string replies = raw.receive();
  EXPECT_LT(replies.find("GET /1"), replies.find("POST /2 b"));
  EXPECT_LT(replies.find("POST /2 b"), replies.find("GET /3"));
  EXPECT_THAT(replies, EndsWith("GET /3 <end>"));
}

TEST_F(Servers, invite_a_body_that_waits_to_be_invited) {
  auto server = serve(options());
  RawSocket raw(server->endpoint());
  raw.send("POST /x HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(raw.receive(crlf2), "HTTP/1.1 100 Continue\r\n\r\n");
  raw.send("ok");
  EXPECT_THAT(raw.receive("POST /x ok"), StartsWith("HTTP/1.1 200 OK\r\n"));
}

TEST_F(Servers, send_the_length_and_no_body_to_head) {
  auto server = serve(options());
  RawSocket raw(server->endpoint());
  raw.send("HEAD /x HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  const std::string reply = raw.receive();
  EXPECT_THAT(reply, HasSubstr("content-length: 8\r\n"));
  EXPECT_THAT(reply, EndsWith("\r\n\r\n<end>"));
}

TEST_F(Servers, wait_for_an_answer_from_another_thread) {
  std::mutex mutex;
  std::vector<std::jthread> drivers;
  auto server = serve(tls_options([&](const RequestContext&, const Request& request,
                                      const Responder& respond) {
    const std::lock_guard lock(mutex);
    drivers.emplace_back([respond, body = request.body] { respond({200, {}, "durable " + body}); });
  }));
  Client client(runtime_, as(peer_, *server));
  std::vector<std::future<Result<Response>>> replies;
  for (int i = 0; i < 50; ++i) replies.push_back(ask(client, post(std::to_string(i))));
  for (int i = 0; i < 50; ++i)
    EXPECT_EQ(replies[static_cast<std::size_t>(i)].get()->body, "durable " + std::to_string(i));
}

TEST_F(Servers, count_only_the_first_answer) {
  auto server = serve(options([](const RequestContext&, const Request&, const Responder& respond) {
    const Responder copy = respond;
    respond({201, {}, ""});
    copy({202, {}, ""});
  }));
  EXPECT_EQ(call(server->endpoint(), get(), patience)->status, 201);
  EXPECT_EQ(call(server->endpoint(), get(), patience)->status, 201);
}

TEST_F(Servers, answer_500_when_the_handler_forgets) {
  auto server = serve(options([](const RequestContext&, const Request&, const Responder&) {}));
  const auto reply = call(server->endpoint(), get(), patience);
  EXPECT_EQ(reply->status, 500);
  EXPECT_THAT(reply->body, HasSubstr(R"("code":"io")"));
}

TEST_F(Servers, write_their_own_answers_in_the_form_that_they_are_told) {
  auto with = options([](const RequestContext&, const Request&, const Responder&) {});
  with.body_limit = [](const Request&) -> Result<std::size_t> { return std::size_t{10}; };
  with.problem = [](const Request& head, int status, const Error& error) -> Response {
    return {status, {{"x-of", head.target}}, "told: " + std::string(code_name(error.code))};
  };
  auto server = serve(std::move(with));
  const auto forgotten = call(server->endpoint(), get(), patience);
  ASSERT_TRUE(forgotten);
  EXPECT_EQ(forgotten->status, 500);
  EXPECT_EQ(forgotten->body, "told: io");
  struct Case {
    const char *sent, *head, *end;
  };
  for (const Case& one :
       {Case{"POST /large HTTP/1.1\r\nHost: a\r\nContent-Length: 11\r\n\r\n", "HTTP/1.1 413 ",
             "told: too_large"},
        Case{"BREW / HTTP/1.1\r\nHost: a\r\n\r\n", "HTTP/1.1 501 ", "told: malformed"},
        Case{"GET / HTTP/1.1\r\n\r\n", "HTTP/1.1 400 ", "told: malformed"}}) {
    RawSocket raw(server->endpoint());
    raw.send(one.sent);
    const std::string reply = raw.receive(one.end);
    EXPECT_THAT(reply, StartsWith(one.head));
    EXPECT_THAT(reply, HasSubstr(one.end));
    if (std::string_view(one.sent).starts_with("POST"))
      EXPECT_THAT(reply, HasSubstr("x-of: /large\r\n"));
  }
}

TEST_F(Servers, answer_500_when_the_answer_cannot_be_written) {
  auto server = serve(options([](const RequestContext&, const Request&, const Responder& respond) {
    respond({200, {{"x", "a\r\nset-cookie: b"}}, ""});
  }));
  const auto reply = call(server->endpoint(), get(), patience);
  EXPECT_EQ(reply->status, 500);
  EXPECT_EQ(find_header(reply->headers, "set-cookie"), nullptr);
}

TEST_F(Servers, answer_503_when_the_handler_takes_too_long_and_drop_what_it_says_then) {
  std::mutex mutex;
  std::vector<Responder> late;
  auto with = options([&](const RequestContext&, const Request& request, const Responder& respond) {
    if (request.target == "/now") return respond({200, {}, ""});
    const std::lock_guard lock(mutex);
    late.push_back(respond);
  });
  with.limits.respond_wait = Millis{50};
  auto server = serve(std::move(with));
  Client client(runtime_, {.peer = server->endpoint(), .connections_max = 1});
  EXPECT_EQ(ask(client, get("/late")).get()->status, 503);
  {
    const std::lock_guard lock(mutex);
    late.at(0)({299, {}, ""});
  }
  EXPECT_EQ(ask(client, get("/now")).get()->status, 200);
  EXPECT_EQ(ask(client, get("/now")).get()->status, 200);
  EXPECT_EQ(server->stats().connections, 1u);
}

TEST_F(Servers, survive_a_client_that_leaves_before_the_answer) {
  std::mutex mutex;
  std::vector<Responder> late;
  std::latch asked(1);
  auto server = serve(
      tls_options([&](const RequestContext&, const Request& request, const Responder& respond) {
        if (request.target == "/now") return respond({200, {}, ""});
        const std::lock_guard lock(mutex);
        late.push_back(respond);
        asked.count_down();
      }));
  {
    RawTls raw(server->endpoint(), {.identity = &peer_});
    ASSERT_TRUE(raw.handshake());
    raw.send("GET /late HTTP/1.1\r\nHost: a\r\n\r\n");
    asked.wait();
  }
  const std::lock_guard lock(mutex);
  late.at(0)(
      {200, {}, std::string(8 << 20, 'x')});  // more than the socket holds: a write meets the reset
  Client client(runtime_, as(peer_, *server));
  EXPECT_EQ(ask(client, get("/now")).get()->status, 200);
}

TEST_F(Servers, refuse_one_connection_too_many_of_a_peer) {
  auto with = tls_options();
  with.limits.per_peer_max = 2;
  auto server = serve(std::move(with));
  std::vector<std::unique_ptr<RawTls>> open;
  for (int i = 0; i < 2; ++i) {
    open.push_back(
        std::make_unique<RawTls>(server->endpoint(), RawTls::Options{.identity = &peer_}));
    ASSERT_TRUE(open.back()->handshake());
    open.back()->send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    EXPECT_THAT(open.back()->receive("GET /"), StartsWith("HTTP/1.1 200 "));
  }
  RawTls third(server->endpoint(), {.identity = &peer_});
  ASSERT_TRUE(third.handshake());
  EXPECT_THAT(third.receive(R"("code":"busy")"), StartsWith("HTTP/1.1 503 "));
  open.clear();
  // A seat that is left can be taken again, once the server has seen the close.
  for (bool seated = false; !seated;) {
    RawTls again(server->endpoint(), {.identity = &peer_});
    ASSERT_TRUE(again.handshake());
    again.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
    seated = again.receive(crlf2).starts_with("HTTP/1.1 200 ");
  }
}

TEST_F(Servers, let_nobody_crowd_out_others_by_handshakes_that_are_never_finished) {
  auto with = tls_options();
  with.limits.greeting_max = 4;
  auto server = serve(std::move(with));
  std::vector<std::unique_ptr<RawSocket>> silent;
  for (int i = 0; i < 40; ++i) silent.push_back(std::make_unique<RawSocket>(server->endpoint()));
  EXPECT_EQ(silent.front()->receive(), "<end>") << "the oldest made room";
  Client peer(runtime_, as(peer_, *server));
  EXPECT_EQ(ask(peer, get()).get()->status, 200);
  while (server->stats().open > 4u + 1u) std::this_thread::yield();
}

TEST_F(Servers, count_the_connections_of_one_peer_together_whichever_its_pins) {
  admits_strangers_ = true;
  auto with = tls_options();
  with.limits.per_peer_max = 1;
  with.paired = [](const crypto::TlsPin&) { return true; };
  with.seat_of = [](const crypto::TlsPin&) { return crypto::TlsPin{}; };
  auto server = serve(std::move(with));
  Client first(runtime_, as(peer_, *server));
  EXPECT_EQ(ask(first, get()).get()->status, 200);
  Client other(runtime_, as(stranger_, *server));
  EXPECT_EQ(ask(other, get()).get()->status, 503);
}

TEST_F(Servers, seat_all_strangers_together_and_apart_from_peers) {
  admits_strangers_ = true;
  auto with = tls_options();
  with.limits.unpaired_max = 1;
  auto server = serve(std::move(with));
  Client first(runtime_, as(stranger_, *server));
  EXPECT_EQ(ask(first, get()).get()->status, 200);
  Client second(runtime_, as(crypto::make_tls_identity(), *server));
  EXPECT_EQ(ask(second, get()).get()->status, 503);
  Client peer(runtime_, as(peer_, *server));
  EXPECT_EQ(ask(peer, get()).get()->status, 200);
}

TEST_F(Servers, close_connections_beyond_the_total) {
  auto with = options();
  with.limits.connections_max = 1;
  auto server = serve(std::move(with));
  RawSocket first(server->endpoint());
  first.send("GET /1 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(first.receive("GET /1"), HasSubstr("200 OK"));
  RawSocket second(server->endpoint());
  EXPECT_EQ(second.receive(), "<end>");
  first.send("GET /2 HTTP/1.1\r\nHost: a\r\n\r\n");
  EXPECT_THAT(first.receive("GET /2"), HasSubstr("200 OK"));
}

// What the tests above meet with small numbers is bounded by these where nobody says otherwise.
TEST_F(Servers, are_bounded_as_documented_unless_told_otherwise) {
  const ServerLimits usual;
  EXPECT_EQ(usual.connections_max, limits::connections_max);
  EXPECT_EQ(usual.handshake_wait, limits::tls_handshake_wait_max);
  EXPECT_EQ(usual.header_wait, limits::http_header_wait_max);
  EXPECT_EQ(usual.body_wait, limits::http_body_wait_max);
  EXPECT_EQ(usual.respond_wait, limits::http_respond_wait_max);
  EXPECT_EQ(usual.idle, limits::http_idle_max);
  EXPECT_LT(limits::http_client_idle_max, limits::http_idle_max) << "the client lets go first";
  EXPECT_EQ(ClientOptions{}.idle, limits::http_client_idle_max);
}

TEST_F(Servers, seat_as_many_connections_of_a_peer_and_of_strangers_as_documented) {
  admits_strangers_ = true;
  auto server = serve(tls_options());
  for (const auto& [who, seats] : {std::pair{&peer_, limits::connections_per_peer_max},
                                   {&stranger_, limits::connections_unpaired_max}}) {
    std::vector<std::unique_ptr<RawTls>> open;
    for (std::size_t i = 0; i <= seats; ++i) {
      open.push_back(
          std::make_unique<RawTls>(server->endpoint(), RawTls::Options{.identity = who}));
      ASSERT_TRUE(open.back()->handshake()) << i;
      open.back()->send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
      EXPECT_THAT(open.back()->receive(crlf2),
                  StartsWith(i < seats ? "HTTP/1.1 200 " : "HTTP/1.1 503 "))
          << i;
    }
  }
}

TEST_F(Servers, refuse_more_certificates_than_they_would_read) {
  auto server = serve(tls_options());
  for (bool too_many : {false, true}) {
    RawTls raw(server->endpoint(), {.identity = &peer_});
    const auto ours = value_of(TlsContext::client(peer_, [](const auto&) { return true; }));
    X509* certificate = SSL_CTX_get0_certificate(ours.state().context.get());
    const auto size = static_cast<std::size_t>(i2d_X509(certificate, nullptr));
    const std::size_t fit = limits::tls_certificates_bytes_max / (size + 8) - 2;
    for (std::size_t i = 0; i < (too_many ? fit + 4 : fit); ++i)
      ASSERT_EQ(SSL_add1_chain_cert(raw.ssl(), certificate), 1);
    const bool let_in = raw.handshake() && raw.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n") &&
                        raw.receive(crlf2).starts_with("HTTP/1.1 200 ");
    EXPECT_EQ(let_in, !too_many);
  }
}

TEST_F(Servers, read_on_after_a_refusal_up_to_a_bound) {
  auto with = options();
  with.body_limit = [](const Request&) -> Result<std::size_t> { return std::size_t{10}; };
  auto server = serve(std::move(with));
  RawSocket raw(server->endpoint());
  raw.send("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000000\r\n\r\n");
  const std::string piece(1 << 20, 'x');
  std::size_t sent = 0;
  for (ssize_t count = 1; count > 0 || errno == EAGAIN;) {
    count = ::send(raw.fd(), piece.data(), piece.size(), MSG_NOSIGNAL);
    if (count > 0) sent += static_cast<std::size_t>(count);
    if (count < 0 && errno == EAGAIN && !raw.await(POLLOUT)) break;
    ASSERT_LT(sent, limits::http_drain_bytes_max * 3);
  }
  EXPECT_GE(sent, limits::http_drain_bytes_max);
}

TEST_F(Servers, wait_only_so_long_for_a_refused_client_to_leave) {
  auto server = serve(options());
  const auto began = std::chrono::steady_clock::now();
  RawSocket raw(server->endpoint());
  raw.send("nonsense\r\n\r\n");
  EXPECT_THAT(raw.receive(), StartsWith("HTTP/1.1 400 "));  // and stays
  while (server->stats().open > 0) {
    ASSERT_LT(std::chrono::steady_clock::now() - began, limits::tls_shutdown_wait_max * 4);
    std::this_thread::sleep_for(Millis{10});
  }
  EXPECT_GE(std::chrono::steady_clock::now() - began, limits::tls_shutdown_wait_max);
}

TEST_F(Servers, take_bodies_of_about_one_read_and_of_several_whole) {
  auto server = serve(tls_options());
  Client client(runtime_, as(peer_, *server));
  for (std::size_t size : {limits::http_read_bytes - 1, limits::http_read_bytes,
                           limits::http_read_bytes + 1, limits::http_read_bytes * 3 + 7}) {
    const std::string body(size, 'x');
    const auto reply = ask(client, post(body)).get();
    ASSERT_TRUE(reply) << to_text(reply.error());
    EXPECT_THAT(reply->body, EndsWith(body)) << size;
  }
}

TEST_F(Servers, stop_while_requests_are_under_way) {
  std::mutex mutex;
  std::vector<Responder> held;
  std::latch asked(4);
  auto server =
      serve(tls_options([&](const RequestContext&, const Request&, const Responder& respond) {
        const std::lock_guard lock(mutex);
        held.push_back(respond);
        asked.count_down();
      }));
  Client client(runtime_, as(peer_, *server));
  std::vector<std::future<Result<Response>>> replies;
  for (int i = 0; i < 4; ++i) replies.push_back(ask(client, post("x")));
  asked.wait();
  RawSocket half(server->endpoint());  // a handshake under way, too
  server->stop();
  EXPECT_EQ(server->stats().open, 0u);
  for (auto& reply : replies) EXPECT_EQ(reply.get().error().code, Code::unreachable);
  const Endpoint was = server->endpoint();
  server.reset();
  for (const Responder& respond : held) respond({200, {}, ""});  // dropped
  EXPECT_EQ(call(was, get(), patience).error().code, Code::unreachable);
}

TEST_F(Servers, cannot_share_a_port_and_say_so) {
  auto server = serve(options());
  auto with = options();
  with.listen = server->endpoint();
  const auto second = Server::open(runtime_, std::move(with));
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, Code::io);
  EXPECT_THAT(second.error().what, HasSubstr(to_text(server->endpoint())));
}

TEST_F(Servers, refuse_keys_that_do_not_fit) {
  TlsIdentity mixed = crypto::make_tls_identity();
  mixed.certificate_pem = ours_.certificate_pem;
  EXPECT_EQ(TlsContext::open_server(mixed).error().code, Code::malformed);
  mixed.certificate_pem = "not PEM";
  EXPECT_EQ(TlsContext::open_server(mixed).error().code, Code::malformed);
  EXPECT_EQ(
      TlsContext::client({ours_.certificate_pem, crypto::Secret(), ours_.pin}, only(peer_.pin))
          .error()
          .code,
      Code::malformed);
}

class UnixSockets : public Servers {
 protected:
  UnixSockets() { listen_.unix_path = folder_ + "/admin.sock"; }
  ~UnixSockets() override { std::filesystem::remove_all(folder_); }
  ServerOptions at_path() {
    auto out = options();
    out.listen = listen_;
    return out;
  }
  static std::string make_folder() {
    std::string name = std::filesystem::temp_directory_path() / "comity-net-XXXXXX";
    check(::mkdtemp(name.data()) != nullptr, "a temporary folder");
    return name;
  }
  std::string folder_ = make_folder();
  Endpoint listen_;
};

TEST_F(UnixSockets, are_the_owners_alone_and_gone_afterwards) {
  {
    auto server = serve(at_path());
    struct stat info{};
    ASSERT_EQ(::stat(listen_.unix_path.c_str(), &info), 0);
    EXPECT_EQ(info.st_mode & 0777, 0600u);
    EXPECT_EQ(call(listen_, post("hello"), patience)->body, "POST / hello");
  }
  EXPECT_FALSE(std::filesystem::exists(listen_.unix_path));
  EXPECT_EQ(call(listen_, get(), patience).error().code, Code::unreachable);
}

TEST_F(UnixSockets, replace_a_dead_file_and_respect_a_live_one) {
  {
    Endpoint dead = listen_;
    const Fd left_over =
        value_of(listen_at(dead));  // closed without unlink, as a killed process leaves it
  }
  auto server = serve(at_path());
  EXPECT_EQ(Server::open(runtime_, at_path()).error().code, Code::io);
  EXPECT_EQ(call(listen_, get(), patience)->status, 200);
}

TEST_F(UnixSockets, never_replace_a_file_that_is_no_socket) {
  {
    const std::unique_ptr<FILE, int (*)(FILE*)> file(std::fopen(listen_.unix_path.c_str(), "w"),
                                                     std::fclose);
  }
  EXPECT_EQ(Server::open(runtime_, at_path()).error().code, Code::io);
  EXPECT_TRUE(std::filesystem::exists(listen_.unix_path));
}

TEST_F(UnixSockets, cannot_have_a_path_of_more_than_107_bytes) {
  auto with = at_path();
  with.listen.unix_path = "/tmp/" + std::string(103, 'a');
  EXPECT_EQ(Server::open(runtime_, std::move(with)).error().code, Code::bad_value);
}

}  // namespace
}  // namespace comity::net::testing
