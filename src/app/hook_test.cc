// Goal: a hook gets the notice and nothing else of ours, and cannot hold us up.
#include "app/hook.h"

#include <fcntl.h>
#include <gtest/gtest.h>

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>
#include <thread>

#include "net/server.h"

namespace comity::app {
namespace {

using namespace std::chrono_literals;
namespace fs = std::filesystem;

class Hooks : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (fs::temp_directory_path() / "comity-hook-XXXXXX").string();
    ASSERT_NE(::mkdtemp(name.data()), nullptr);
    folder = name;
  }
  void TearDown() override { fs::remove_all(folder); }

  Hook script(const std::string& body) {
    fs::path path = folder / "hook";
    std::ofstream(path) << "#!/bin/sh\nD=" << folder.string() << "\n" << body << "\n";
    fs::permissions(path, fs::perms::owner_all);
    return {.step = {}, .command = {path.string(), "two words"}, .webhook = {}};
  }
  std::string text(const char* name) {
    std::ostringstream all;
    all << std::ifstream(folder / name).rdbuf();
    return all.str();
  }
  std::optional<std::string> run(const Hook& hook, Millis within = 10s) {
    return run_hook(runtime, hook, "{\"code\":\"x\"}", {}, within);
  }

  net::Runtime runtime;
  fs::path folder;
};

TEST_F(Hooks, a_command_gets_the_notice_and_its_arguments_and_nothing_of_ours) {
  ::setenv("COMITY_TEST_SECRET", "hush", 1);
  int leak = ::fcntl(1, F_DUPFD, 100);  // open and inheritable, where no shell has its own
  EXPECT_EQ(run(script("cat > $D/in; echo \"$1\" > $D/argument; env > $D/env; pwd > $D/pwd\n"
                       "ls /proc/$$/fd > $D/fd; ps -o pgid= -p $$ > $D/group; echo $$ > $D/pid")),
            "");
  ::close(leak);
  ::unsetenv("COMITY_TEST_SECRET");
  EXPECT_EQ(text("in"), "{\"code\":\"x\"}");
  EXPECT_EQ(text("argument"), "two words\n");
  EXPECT_FALSE(text("env").contains("SECRET")) << text("env");
  EXPECT_FALSE(text("env").contains("HOME")) << text("env");
  EXPECT_EQ(text("pwd"), "/\n");
  std::istringstream fds(text("fd"));
  for (int fd = 0; fds >> fd;) EXPECT_NE(fd, leak);
  std::string stat = text("group");
  if (!stat.empty()) EXPECT_EQ(std::stol(stat), std::stol(text("pid"))) << "a group of its own";
}

TEST_F(Hooks, how_a_command_failed_is_said) {
  EXPECT_EQ(run(script("exit 3")), "exit 3");
  EXPECT_EQ(run(script("kill -9 $$")), "signal 9");
  EXPECT_EQ(run({.step = {}, .command = {"/nonexistent/page"}, .webhook = {}}),
            "could not be started (exit 127)");
}

TEST_F(Hooks, a_command_that_does_not_end_is_killed_with_all_it_started) {
  auto began = std::chrono::steady_clock::now();
  static_assert(3s < limits::hook_within);
  EXPECT_EQ(run(script("sleep 300 & echo $! > $D/child; wait"), 3s), "killed: too slow");
  EXPECT_LT(std::chrono::steady_clock::now() - began, 10s);
  std::string child = text("child");
  ASSERT_FALSE(child.empty());
  fs::path proc = fs::path("/proc") / child.substr(0, child.size() - 1);
  auto is_gone = [&] {
    std::ifstream stat(proc / "stat");
    std::string id, name, state;
    stat >> id >> name >> state;
    return !stat || state == "Z";
  };
  for (int i = 0; i < 1000 && !is_gone(); ++i) std::this_thread::sleep_for(5ms);
  EXPECT_TRUE(is_gone());
}

TEST_F(Hooks, a_node_that_stops_does_not_wait_for_hooks) {
  std::stop_source stopping;
  stopping.request_stop();
  EXPECT_EQ(run_hook(runtime, script("sleep 300"), "{}", stopping.get_token()), std::nullopt);
}

class Webhooks : public ::testing::Test {
 protected:
  std::unique_ptr<net::Server> serve(int status, std::optional<net::TlsContext> tls = {},
                                     std::string says = "") {
    auto server = net::Server::open(
        runtime, {.listen = {.host = "127.0.0.1", .port = 0},
                  .tls = std::move(tls),
                  .body_limit = [](const net::Request&) -> Result<std::size_t> { return 4096; },
                  .handler =
                      [this, status, says](net::RequestContext, net::Request request,
                                           net::Responder respond) {
                        got = std::move(request);
                        if (status != 0)
                          respond({.status = status, .headers = {}, .body = says});
                        else
                          waiting.push_back(respond);
                      }});
    EXPECT_TRUE(server) << to_text(server.error());
    return *std::move(server);
  }
  static Hook to(const net::Server& server, std::optional<crypto::TlsPin> pin = {}) {
    return {.step = {},
            .command = {},
            .webhook = {.at = server.endpoint(), .target = "/wake?x=y", .pin = pin}};
  }
  net::Runtime runtime;
  net::Request got;
  std::vector<net::Responder> waiting;
};

TEST_F(Webhooks, the_notice_is_posted_and_only_a_status_of_2xx_is_a_success) {
  auto good = serve(204), bad = serve(500), moved = serve(302);
  EXPECT_EQ(run_hook(runtime, to(*good), "{\"a\":1}", {}), "");
  EXPECT_EQ(got.method, "POST");
  EXPECT_EQ(got.target, "/wake?x=y");
  EXPECT_EQ(got.body, "{\"a\":1}");
  EXPECT_EQ(run_hook(runtime, to(*bad), "{}", {}), "status 500");
  EXPECT_EQ(run_hook(runtime, to(*moved), "{}", {}), "status 302")
      << "nobody is followed elsewhere";
}

TEST_F(Webhooks, an_answer_is_read_up_to_its_limit) {
  auto brief = serve(200, {}, std::string(limits::hook_answer_bytes_max, 'x'));
  EXPECT_EQ(run_hook(runtime, to(*brief), "{}", {}), "");
  auto talkative = serve(200, {}, std::string(limits::hook_answer_bytes_max + 1, 'x'));
  EXPECT_EQ(run_hook(runtime, to(*talkative), "{}", {}), "too_large");
}

TEST_F(Webhooks, silence_is_a_failure_in_time) {
  auto silent = serve(0);
  EXPECT_EQ(run_hook(runtime, to(*silent), "{}", {}, 200ms), "unreachable");
  std::stop_source stopping;
  stopping.request_stop();
  EXPECT_EQ(run_hook(runtime, to(*silent), "{}", stopping.get_token()), std::nullopt);
  Hook gone = to(*silent);
  silent.reset();
  waiting.clear();
  EXPECT_EQ(run_hook(runtime, gone, "{}", {}), "unreachable");
}

TEST_F(Webhooks, https_speaks_to_the_pinned_key_and_to_no_other) {
  auto identity = crypto::make_tls_identity();
  auto tls = net::TlsContext::open_server(identity);
  ASSERT_TRUE(tls) << to_text(tls.error());
  auto server = serve(200, *tls);
  EXPECT_EQ(run_hook(runtime, to(*server, identity.pin), "{}", {}), "");
  got = {};
  EXPECT_EQ(run_hook(runtime, to(*server, crypto::make_tls_identity().pin), "{}", {}),
            "not_allowed");
  EXPECT_EQ(got, net::Request{}) << "nothing was said to it";
}

TEST_F(Webhooks, a_drill_tries_every_step_and_says_so) {
  auto server = serve(200);
  Hook failing{.step = {.after = 10min}, .command = {"/bin/false"}, .webhook = {}};
  auto told = run_drill(runtime, {to(*server), failing}, "Node \"A\"", Instant{});
  ASSERT_TRUE(told) << to_text(told.error());
  const json::Array& steps = *told->as_array();
  ASSERT_EQ(steps.size(), 2U);
  EXPECT_EQ(*steps[0].find("outcome"), json::Value(""));
  EXPECT_EQ(*steps[1].find("outcome"), json::Value("exit 1"));
  EXPECT_EQ(*steps[1].find("after_s"), json::Value(600));
  auto notice = json::parse(got.body);
  ASSERT_TRUE(notice);
  EXPECT_EQ(*notice->find("drill"), json::Value(true));
  EXPECT_EQ(*notice->find("node"), json::Value("Node \"A\""));
  EXPECT_FALSE(run_drill(runtime, {}, "A", Instant{}));
}

}  // namespace
}  // namespace comity::app
