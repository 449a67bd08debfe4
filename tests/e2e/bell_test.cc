// Alarms that wake people: the real node, a command that writes down what it was told, and a
// webhook on this machine.
#include <fmt/format.h>
#include <signal.h>

#include <algorithm>
#include <mutex>

#include "base/limits_bell.h"
#include "kit.h"
#include "net/client.h"
#include "net/server.h"

namespace comity::e2e {
namespace {

namespace fs = std::filesystem;

class Waking : public ::testing::Test {
 protected:
  void SetUp() override {
    us = cast(stage, "us-poc", "US");
    ph = cast(stage, "ph-poc", "PH", metrics());
    ASSERT_TRUE(us && ph);
    auto words = app::pair(*us, *ph);
    ASSERT_TRUE(words) << to_text(words.error());
    auto opened = net::Server::open(
        runtime, {.listen = {.host = "127.0.0.1", .port = 0},
                  .tls = {},
                  .body_limit = [](const net::Request&) -> Result<std::size_t> { return 4096; },
                  .handler =
                      [this](net::RequestContext, net::Request request, net::Responder respond) {
                        std::lock_guard lock(mutex);
                        posted.push_back(request.body);
                        respond({.status = 200, .headers = {}, .body = ""});
                      }});
    ASSERT_TRUE(opened) << to_text(opened.error());
    webhook = *std::move(opened);
    // One write for each notice: hooks run side by side.
    write(stage.file("page"),
          fmt::format("#!/bin/sh\nnotice=$(cat)\necho \"$notice\" >> {}\n", heard_file()), 0700);
  }
  std::string metrics() {
    auto port = app::free_port();
    EXPECT_TRUE(port);
    metrics_at = {.host = "127.0.0.1", .port = port.value_or(0)};
    return net::to_text(metrics_at);
  }
  std::string heard_file() const { return stage.file("heard"); }
  std::string page() const { return stage.file("page"); }
  std::string hook_url() const {
    return fmt::format("http://127.0.0.1:{}/wake/token-of-its-own", webhook->endpoint().port);
  }
  static std::string step(const std::string& after, const std::string& how) {
    return fmt::format("\n[[alarm]]\nafter = \"{}\"\nseverity = \"warn\"\n{}\n", after, how);
  }
  // With this roster instead of the one before.
  void restart(const std::string& roster) {
    ph->stop(SIGTERM);
    fs::path config = ph->folder().config();
    std::string toml = read(config);
    write(config, toml.substr(0, toml.find("\n[[alarm]]")) + roster);
    MUST_VOID(ph->start());
  }
  std::vector<json::Value> heard() {
    std::vector<json::Value> notices;
    std::istringstream lines(fs::exists(heard_file()) ? read(heard_file()) : "");
    for (std::string line; std::getline(lines, line);)
      if (auto notice = json::parse(line)) notices.push_back(*std::move(notice));
    return notices;
  }
  std::size_t heard_of(const std::string& code, std::int64_t step) {
    std::size_t count = 0;
    for (const json::Value& notice : heard())
      count += at(notice, "code") == json::Value(code) && at(notice, "step") == json::Value(step);
    return count;
  }
  std::size_t webhook_heard_of(const std::string& code) {
    std::lock_guard lock(mutex);
    std::size_t count = 0;
    for (const std::string& body : posted) count += body.contains("\"" + code + "\"");
    return count;
  }
  json::Value alarm(const std::string& code) {
    auto alarms = ph->get("/alarms");
    if (alarms && alarms->as_array())
      for (const json::Value& each : *alarms->as_array())
        if (at(each, "code") == json::Value(code)) return each;
    return {};
  }
  void acknowledge_all() {
    MUST(json::Value alarms, ph->get("/alarms"));
    for (const json::Value& each : *alarms.as_array())
      MUST_VOID(ph->command("alarm.acknowledge", {{"alarm", at(each, "alarm")}}));
  }

  Stage stage;
  net::Runtime runtime;
  net::Endpoint metrics_at;
  std::mutex mutex;
  std::vector<std::string> posted;
  std::unique_ptr<net::Server> webhook;
  std::unique_ptr<app::Player> us, ph;
};

TEST_F(Waking, the_roster_is_gone_through_over_a_restart_until_somebody_acknowledges) {
  std::string command = fmt::format("command = [\"{}\"]", page());
  std::string url = fmt::format("webhook = \"{}\"", hook_url());
  acknowledge_all();
  restart(step("0s", command) + step("1h", url));
  MUST_VOID(ask(*us, *ph));
  ASSERT_TRUE(eventually([&] { return heard_of("request_received", 1) == 1; }))
      << read(heard_file());
  ASSERT_TRUE(eventually([&] { return at(alarm("request_received"), "rung").as_object(); }));
  json::Value rung = at(alarm("request_received"), "rung");
  EXPECT_EQ(at(rung, "step"), json::Value(1));
  EXPECT_EQ(at(rung, "outcome"), json::Value(""));
  for (const json::Value& notice : heard()) {
    EXPECT_EQ(at(notice, "drill"), json::Value(false));
    EXPECT_EQ(at(notice, "node"), json::Value(ph->casting().name));
    EXPECT_TRUE(text(at(notice, "ack")).starts_with("comity alarm acknowledge "));
    EXPECT_EQ(notice.as_object()->size(), 7U) << json::write(notice);
  }
  EXPECT_FALSE(read(heard_file()).contains("someone@provider.example"));
  EXPECT_EQ(webhook_heard_of("request_received"), 0U) << "its hour has not come";

  // After a restart the first step is not run again, and the second is due by now.
  restart(step("0s", command) + step("1s", url));
  ASSERT_TRUE(eventually([&] { return webhook_heard_of("request_received") == 1; }));
  EXPECT_EQ(heard_of("request_received", 1), 1U);
  ASSERT_TRUE(eventually(
      [&] { return at(at(alarm("request_received"), "rung"), "step") == json::Value(2); }));

  // Acknowledged: not one more, for what would be due next either.
  acknowledge_all();
  restart(step("0s", command) + step("1s", command) + step("2s", command) + step("3s", url));
  Ran drill = shell_of(*ph)({"alarm", "test"});  // as a clock that the bell has passed
  EXPECT_EQ(drill.exit, 0) << drill;
  EXPECT_EQ(heard_of("request_received", 1), 1U);
  EXPECT_EQ(heard_of("request_received", 3), 0U);
  EXPECT_EQ(webhook_heard_of("request_received"), 1U);
  std::string log = read(ph->folder().root() / "serve.log");
  EXPECT_TRUE(log.contains("alarm_rung")) << log;
  EXPECT_FALSE(log.contains("token-of-its-own")) << "a webhook's path may be a secret";
}

TEST_F(Waking, a_hook_that_fails_is_seen_everywhere) {
  acknowledge_all();
  restart(step("0s", "command = [\"/bin/false\"]"));
  MUST_VOID(ask(*us, *ph));
  ASSERT_TRUE(eventually([&] {
    return at(at(alarm("request_received"), "rung"), "outcome") == json::Value("exit 1");
  }));
  MUST(json::Value status, ph->get("/status"));
  const std::int64_t* failed = at(at(status, "alarms"), "hook_failed").as_int();
  EXPECT_TRUE(failed && *failed >= 1) << json::write(status);
  EXPECT_TRUE(shell_of(*ph)({"alarm", "list"}).out.contains("exit 1"));
  EXPECT_TRUE(eventually([&] {
    auto page = net::call(
        metrics_at, net::Request{.method = "GET", .target = "/metrics", .headers = {}, .body = {}},
        patience);
    return page && page->body.contains("comity_alarm_rings_total{outcome=\"failed\"}");
  }));
  std::string log = read(ph->folder().root() / "serve.log");
  EXPECT_TRUE(log.contains("alarm_hook_failed")) << log;
}

TEST_F(Waking, of_many_alarms_at_once_so_many_hooks_run_and_no_more) {
  acknowledge_all();
  std::size_t alarms = limits::hooks_running_max * 2;
  for (std::size_t i = 0; i < alarms; ++i) MUST_VOID(ask(*us, *ph));
  std::string hands = stage.file("hands");
  write(stage.file("slow"),
        fmt::format("#!/bin/sh\ncat >/dev/null\necho + >> {0}\nsleep 0.5\necho - >> {0}\n", hands),
        0700);
  restart(step("0s", fmt::format("command = [\"{}\"]", stage.file("slow"))));
  ASSERT_TRUE(eventually([&] {
    return fs::exists(hands) &&
           static_cast<std::size_t>(std::ranges::count(read(hands), '-')) >= alarms;
  }));
  std::size_t running = 0, most = 0;
  for (char c : read(hands)) {
    if (c == '+') most = std::max(most, ++running);
    if (c == '-') --running;
  }
  EXPECT_EQ(most, limits::hooks_running_max);
}

TEST_F(Waking, a_drill_runs_every_step_and_counts_nowhere) {
  Ran none = shell_of(*ph)({"alarm", "test"});
  EXPECT_EQ(none.exit, 3) << none;
  EXPECT_TRUE(none.out.contains("[[alarm]]")) << none;
  restart(step("1h", fmt::format("command = [\"{}\"]", page())) +
          step("2h", fmt::format("webhook = \"{}\"", hook_url())));
  Ran good = shell_of(*ph)({"alarm", "test"});
  EXPECT_EQ(good.exit, 0) << good;
  EXPECT_EQ(heard_of("drill", 1), 1U);
  EXPECT_EQ(webhook_heard_of("drill"), 1U);
  EXPECT_EQ(at(heard().front(), "drill"), json::Value(true));
  auto page = net::call(
      metrics_at, net::Request{.method = "GET", .target = "/metrics", .headers = {}, .body = {}},
      patience);
  ASSERT_TRUE(page);
  EXPECT_FALSE(page->body.contains("comity_alarm_rings_total{")) << "drills are no statistics";
  EXPECT_EQ(alarm("drill"), json::Value());

  restart(step("0s", "command = [\"/bin/false\"]") +
          step("2h", fmt::format("webhook = \"{}\"", hook_url())));
  Ran bad = shell_of(*ph)({"alarm", "test"});
  EXPECT_EQ(bad.exit, 1) << bad;
  EXPECT_EQ(at(at(bad.value(), 0), "outcome"), json::Value("exit 1"));
  EXPECT_EQ(at(at(bad.value(), 1), "outcome"), json::Value(""));
  ph->stop(SIGTERM);
  Ran stopped = shell_of(*ph)({"alarm", "test"});
  EXPECT_EQ(stopped.exit, 1) << "from the shell, when the node does not run" << stopped;
}

TEST_F(Waking, a_roster_that_cannot_work_keeps_the_node_from_starting) {
  ph->stop(SIGTERM);
  fs::path config = ph->folder().config();
  write(config, read(config) + step("0s", "webhook = \"http://hooks.example.org/\""));
  Ran served = shell_of(*ph)({"serve"});
  EXPECT_EQ(served.exit, 3) << served;
  EXPECT_TRUE((served.out + served.err).contains("this machine alone")) << served;
  EXPECT_TRUE((served.out + served.err).contains("comity.toml:")) << served;
}

}  // namespace
}  // namespace comity::e2e
