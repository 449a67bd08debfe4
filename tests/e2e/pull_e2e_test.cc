// A collection follows one of another node over TAXII, and survives a server that is hostile.
#include <gmock/gmock.h>
#include <sys/wait.h>

#include <atomic>
#include <cstdlib>

#include "kit.h"
#include "net/runtime.h"
#include "net/server.h"
#include "net/testing.h"
#include "taxii/media.h"

namespace comity::e2e {
namespace {

using ::testing::HasSubstr;

// A node at its shell, with a collection.
struct Site {
  Site(Stage& stage, const std::string& name) : name(name), stage(stage) {
    write(stage.file("secret"), std::string(32, 'n'));
    run({"init", "--name", name, "--jurisdiction", "EE", "--role", "csirt", "--listen",
         "127.0.0.1:" + std::to_string(*app::free_port()), "--callback", "+1 555 0100",
         "--language", "en"});
    run({"user", "add", "ann", "--roles", "admin,author"});
    run({"--as", "ann", "alert", "collection", "--title", "Worms", "--alias", "worms"});
  }
  Shell shell() { return {stage.file(name), {"--key-file", stage.file("secret")}}; }
  Ran run(std::vector<std::string> args) { return shell()(std::move(args)); }
  void import(const std::string& lines) {
    write(stage.file("lines"), lines);
    EXPECT_EQ(run({"--as", "ann", "alert", "import", "worms", stage.file("lines")}).exit, 0);
  }
  Ran pull(const std::string& url, std::vector<std::string> more = {}) {
    std::vector<std::string> args{"--as", "ann", "alert", "pull", url, "--into", "worms"};
    args.insert(args.end(), more.begin(), more.end());
    return run(args);
  }
  std::string name;
  Stage& stage;
};

std::string lines(int from, int count) {
  std::string out;
  for (int n = from; n < from + count; ++n) out += "w" + std::to_string(n) + ".example\n";
  return out;
}

class Following : public ::testing::Test {
 protected:
  // Serves A over TAXII, with a user that reads and writes.
  void serve(const std::string& more = "") {
    if (!more.empty()) scheme = "https";
    port = *app::free_port();
    std::string config = stage.file("a") + "/comity.toml";
    write(config, read(config) + "taxii = \"127.0.0.1:" + std::to_string(port) + "\"\n" + more);
    EXPECT_EQ(a.run({"--as", "ann", "alert", "user", "feed", "--read", "worms", "--write", "worms",
                     "--secret-file", stage.file("password")})
                  .exit,
              0);
    serving.emplace(a.shell());
    EXPECT_TRUE(eventually(
        [&] { return !b.pull(url("none/"), credential()).out.contains("unreachable"); }));
  }
  // The same over TLS. False: the openssl command is not here.
  bool serve_tls() {
    std::string command =
        "openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes "
        "-days 2 -subj /CN=x -addext subjectAltName=IP:127.0.0.1 -keyout " +
        stage.file("key") + " -out " + stage.file("certificate") + " 2>/dev/null";
    if (std::system(command.c_str()) != 0) return false;
    serve("taxii_certificate = \"" + stage.file("certificate") + "\"\ntaxii_key = \"" +
          stage.file("key") + "\"\n");
    return true;
  }
  [[nodiscard]] std::string url(const std::string& path = "taxii2/") const {
    return scheme + "://127.0.0.1:" + std::to_string(port) + "/" + path;
  }
  [[nodiscard]] std::vector<std::string> credential() const {
    return {"--user", "feed", "--password-file", stage.file("password")};
  }
  Stage stage;
  Site a{stage, "a"}, b{stage, "b"};
  std::uint16_t port = 0;
  std::string scheme = "http";
  std::optional<Serving> serving;
};

TEST_F(Following, what_is_new_is_taken_and_nothing_twice) {
  a.import(lines(0, 250));
  serve();
  Ran first = b.pull(url(), credential());
  ASSERT_EQ(first.exit, 0) << first;
  EXPECT_EQ(at(first.value(), "pages"), json::Value(3));
  EXPECT_EQ(at(first.value(), "added"), json::Value(250));
  Ran nothing = b.pull(url(), credential());
  EXPECT_EQ(at(nothing.value(), "given"), json::Value(0)) << nothing;
  a.import(lines(250, 5));
  Ran more = b.pull(url("taxii2/default/"), credential());
  EXPECT_EQ(at(more.value(), "added"), json::Value(5)) << more;
  auto all = credential();
  all.insert(all.end(), {"--again", "--remote", "worms"});
  Ran again = b.pull(url(), all);
  EXPECT_EQ(at(again.value(), "present"), json::Value(255)) << again;
  EXPECT_EQ(at(again.value(), "added"), json::Value(0));
}

TEST_F(Following, what_is_here_is_pushed_there_and_no_more_than_they_may_see) {
  b.import("# one\nbug.example\n");
  write(stage.file("strict"), "inside.example\n");
  b.run({"--as", "ann", "alert", "import", "worms", stage.file("strict"), "--tlp", "amber+strict"});
  b.run({"--as", "ann", "alert", "change", "worms", "--title", "Worms", "--alias", "worms",
         "--clients"});
  serve();
  std::vector<std::string> args{"alert", "push", url(), "--from", "worms", "--for", "client"};
  auto more = credential();
  args.insert(args.end(), more.begin(), more.end());
  Ran pushed = b.run(args);
  ASSERT_EQ(pushed.exit, 0) << pushed;
  EXPECT_GE(*at(pushed.value(), "success").as_int(), 1);
  EXPECT_GE(*at(at(pushed.value(), "withheld"), "strict").as_int(), 1) << pushed;
  EXPECT_THAT(
      a.run({"alert", "export", "worms", "--format", "csv", "--out", stage.file("csv")}).err, "");
  EXPECT_THAT(read(stage.file("csv")), HasSubstr("bug.example"));
  EXPECT_THAT(read(stage.file("csv")), ::testing::Not(HasSubstr("inside.example")));
  EXPECT_EQ(at(b.run(args).value(), "given"), json::Value(0));
}

TEST_F(Following, tls_is_verified) {
  a.import(lines(0, 3));
  if (!serve_tls()) GTEST_SKIP() << "the openssl command is not here";
  Ran untrusted = b.pull(url(), credential());
  EXPECT_EQ(untrusted.exit, 1) << untrusted;
  EXPECT_THAT(untrusted.out, HasSubstr("not trusted"));
  auto trusted = credential();
  trusted.insert(trusted.end(), {"--ca", stage.file("certificate")});
  Ran pulled = b.pull(url(), trusted);
  EXPECT_EQ(at(pulled.value(), "added"), json::Value(3)) << pulled;
  // The name counts too.
  std::string elsewhere = "https://localhost:" + std::to_string(port) + "/taxii2/";
  EXPECT_THAT(b.pull(elsewhere, trusted).out, HasSubstr("not trusted"));
}

TEST_F(Following, whoever_shows_a_certificate_is_its_user) {
  crypto::TlsIdentity siem = crypto::make_tls_identity(), stranger = crypto::make_tls_identity();
  a.import(lines(0, 3));
  write(stage.file("siem.pem"), siem.certificate_pem);
  Ran added = a.run({"--as", "ann", "alert", "user", "siem", "--read", "worms", "--certificate",
                     stage.file("siem.pem")});
  ASSERT_EQ(added.exit, 0) << added;
  if (!serve_tls()) GTEST_SKIP() << "the openssl command is not here";
  auto ask = [&](const crypto::TlsIdentity* identity) {
    net::testing::RawTls tls({.host = "127.0.0.1", .port = port}, {.identity = identity});
    if (!tls.handshake()) return std::string("no handshake");
    tls.send("GET /taxii2/default/collections/worms/objects/ HTTP/1.1\r\nHost: a\r\nAccept: " +
             std::string(taxii::taxii_media) + "\r\nConnection: close\r\n\r\n");
    return tls.receive("an end that never comes");
  };
  EXPECT_THAT(ask(&siem), HasSubstr("w2.example"));
  EXPECT_THAT(ask(&stranger), HasSubstr("HTTP/1.1 401"));
  EXPECT_THAT(ask(nullptr), HasSubstr("HTTP/1.1 401"));
}

TEST_F(Following, credentials_do_not_go_where_they_must_not) {
  write(stage.file("password"), "p", 0600);
  EXPECT_THAT(b.pull("http://192.0.2.1/taxii2/", credential()).out, HasSubstr("plain HTTP"));
  write(stage.file("open"), "p", 0644);
  EXPECT_THAT(
      b.pull("http://127.0.0.1:1/", {"--user", "feed", "--password-file", stage.file("open")}).out,
      HasSubstr("chmod 600"));
}

// A server that answers as a test wants it to.
class Hostile : public ::testing::Test {
 protected:
  using Answer = std::function<net::Response(const net::Request&)>;
  void serve(Answer answer) {
    auto opened = net::Server::open(
        runtime, {.listen = {.host = "127.0.0.1"},
                  .body_limit = [](const net::Request&) -> Result<std::size_t> { return 1u << 20; },
                  .handler =
                      [this, answer = std::move(answer)](net::RequestContext, net::Request request,
                                                         net::Responder respond) {
                        ++asked;
                        respond(answer(request));
                      }});
    ASSERT_TRUE(opened);
    server = *std::move(opened);
  }
  Ran pull() {
    return b.pull("http://" + to_text(server->endpoint()) + "/taxii2/r/collections/c/",
                  {"--user", "u"});
  }
  static net::Response taxii(std::string body) {
    return {.status = 200,
            .headers = {{"content-type", std::string(taxii::taxii_media)}},
            .body = std::move(body)};
  }
  Stage stage;
  Site b{stage, "b"};
  net::Runtime runtime{1};
  std::unique_ptr<net::Server> server;
  std::atomic<int> asked = 0;
};

TEST_F(Hostile, a_loop_is_seen) {
  serve([](const net::Request&) { return taxii(R"({"more":true,"next":"1","objects":[]})"); });
  Ran ran = pull();
  EXPECT_EQ(ran.exit, 3);
  EXPECT_THAT(ran.out, HasSubstr("loops"));
  EXPECT_LE(asked, 3);
}

TEST_F(Hostile, redirects_and_wrong_types_are_refused) {
  serve([this](const net::Request&) -> net::Response {
    if (asked == 1)
      return {.status = 302, .headers = {{"location", "http://127.0.0.1:1/"}}, .body = {}};
    if (asked == 2)
      return {.status = 200, .headers = {{"content-type", "text/html"}}, .body = "<html>"};
    if (asked == 3) return taxii("{\"objects\":");
    if (asked == 4) return taxii("{\"objects\":{}}");
    return {.status = 500, .headers = {}, .body = "\xff"};
  });
  EXPECT_THAT(pull().out, HasSubstr("elsewhere"));
  EXPECT_THAT(pull().out, HasSubstr("not TAXII"));
  for (int i = 0; i < 3; ++i) EXPECT_NE(pull().exit, 0);
}

TEST_F(Hostile, a_giant_page_is_asked_for_in_parts) {
  serve([](const net::Request& request) {
    if (request.target.contains("limit=1&") || request.target.ends_with("limit=1"))
      return taxii(R"({"objects":[]})");
    return taxii(std::string((std::size_t{64} << 20) + 1, ' '));
  });
  EXPECT_EQ(pull().exit, 0);
  EXPECT_EQ(asked, 5);  // all, 100, 20, 4, 1
}

TEST_F(Hostile, an_older_server_wants_the_other_accept_and_bad_objects_are_told) {
  serve([](const net::Request& request) -> net::Response {
    const std::string* accept = net::find_header(request.headers, "accept");
    if (!accept || *accept != "application/taxii+json")
      return {.status = 406, .headers = {}, .body = {}};
    return taxii(R"({"objects":[{"type":"tool"},7]})");
  });
  Ran ran = pull();
  EXPECT_EQ(ran.exit, 1) << ran;
  EXPECT_EQ(at(ran.value(), "refused").as_array()->size(), 2u) << ran;
}

TEST_F(Hostile, envelopes_are_as_short_as_the_root_wants_and_what_it_refuses_is_told) {
  b.import(lines(0, 20));
  std::size_t longest = 0;
  int posts = 0;
  serve([&](const net::Request& request) -> net::Response {
    if (request.method == "GET") return taxii(R"({"title":"r","max_content_length":2000})");
    longest = std::max(longest, request.body.size());
    net::Response answer =
        taxii(++posts == 1
                  ? R"({"total_count":1,"failure_count":1,"failures":[{"id":"x","message":"no"}]})"
                  : "{}");
    answer.status = 202;
    return answer;
  });
  std::vector<std::string> args{
      "alert",  "push",  "http://" + to_text(server->endpoint()) + "/r/collections/c/",
      "--from", "worms", "--for",
      "own"};
  Ran ran = b.run(args);
  EXPECT_EQ(ran.exit, 1) << ran;
  EXPECT_EQ(at(ran.value(), "given"), json::Value(20));
  EXPECT_EQ(at(ran.value(), "failure"), json::Value(1));
  EXPECT_LE(longest, 2000u);
  EXPECT_GE(posts, 3);
}

TEST_F(Hostile, what_is_pending_is_followed_up_for_a_while_and_by_the_next_push) {
  b.import("bug.example\n");
  int until = 2;  // so many answers say that nothing has been looked at
  serve([&](const net::Request& request) -> net::Response {
    if (request.target == "/r/") return taxii(R"({"title":"r"})");
    bool post = request.method == "POST";
    if (!post && request.target != "/r/status/s1/")
      return {.status = 404, .headers = {}, .body = {}};
    bool pending = post || --until > 0;
    net::Response answer =
        taxii(pending ? R"({"id":"s1","status":"pending","total_count":1,"pending_count":1})"
                      : R"({"id":"s1","status":"complete","total_count":1,"failure_count":1,)"
                        R"("failures":[{"id":"x","message":"no"}]})");
    answer.status = post ? 202 : 200;
    return answer;
  });
  std::vector<std::string> args{
      "alert",  "push",  "http://" + to_text(server->endpoint()) + "/r/collections/c/",
      "--from", "worms", "--for",
      "own"};
  Ran ran = b.run(args);
  EXPECT_EQ(ran.exit, 1) << ran;
  EXPECT_EQ(at(ran.value(), "pending"), json::Value(0)) << ran;
  EXPECT_EQ(at(ran.value(), "failure"), json::Value(1)) << ran;

  until = 1'000;
  b.import("worm.example\n");
  Ran waiting = b.run(args);
  EXPECT_EQ(waiting.exit, 1) << waiting;
  EXPECT_EQ(at(waiting.value(), "pending"), json::Value(1)) << waiting;
  until = 1;
  Ran later = b.run(args);
  EXPECT_EQ(at(later.value(), "given"), json::Value(0)) << later;
  EXPECT_EQ(at(later.value(), "failure"), json::Value(1)) << "of the run before: " << later;
  EXPECT_EQ(b.run(args).exit, 0) << "it is asked for once";
}

}  // namespace
}  // namespace comity::e2e
