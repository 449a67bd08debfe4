#include "app/hook.h"

#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include <array>
#include <future>
#include <thread>
#include <utility>

#include "net/client.h"

namespace comity::app {
namespace {

using Steady = std::chrono::steady_clock;
constexpr Millis look_every{50};  // whether the node is stopping
constexpr const char* not_started = "could not be started";

class Fd {
 public:
  explicit Fd(int fd = -1) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept {
    std::swap(fd_, other.fd_);
    return *this;
  }
  ~Fd() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

// Above the standard ones, so that to give it to the child as one of them is always a copy.
Fd moved_up(int fd) {
  Fd low(fd);
  return Fd(fd < 0 ? -1 : ::fcntl(fd, F_DUPFD_CLOEXEC, 3));
}

// A pipe that holds the whole notice: nobody has to wait until it is read.
Fd pipe_with(const std::string& bytes) {
  int ends[2];
  if (::pipe2(ends, O_CLOEXEC | O_NONBLOCK) != 0) return Fd();
  Fd out(ends[1]), in = moved_up(ends[0]);
  if (::write(out.get(), bytes.data(), bytes.size()) != static_cast<ssize_t>(bytes.size()))
    return Fd();
  if (in.get() >= 0) ::fcntl(in.get(), F_SETFL, 0);  // for the reader, a pipe like any other
  return in;
}

// After fork(), in the child of a process with threads: only calls that are async-signal-safe
// (signal-safety(7)).
[[noreturn]] void become(char* const* arguments, char* const* environment, int in, int null) {
  ::setpgid(0, 0);
  for (int signal : {SIGPIPE, SIGINT, SIGTERM, SIGHUP, SIGCHLD}) ::signal(signal, SIG_DFL);
  sigset_t none;
  ::sigemptyset(&none);
  ::sigprocmask(SIG_SETMASK, &none, nullptr);
  bool ready = ::dup2(in, 0) == 0 && ::dup2(null, 1) == 1 && ::dup2(null, 2) == 2 &&
               ::close_range(3, ~0U, 0) == 0 && ::chdir("/") == 0;
  if (ready) ::execve(arguments[0], arguments, environment);
  ::_exit(127);
}

pid_t start(const std::vector<std::string>& command, int in) {
  Fd null = moved_up(::open("/dev/null", O_WRONLY | O_CLOEXEC));
  if (null.get() < 0) return -1;
  std::vector<std::string> texts = command;
  std::vector<char*> arguments;
  for (std::string& text : texts) arguments.push_back(text.data());
  arguments.push_back(nullptr);
  // Ours may name files with secrets; a hook gets what a shell needs and no more.
  std::string path = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
  std::string language = "LANG=C.UTF-8";
  std::array<char*, 3> environment{path.data(), language.data(), nullptr};
  pid_t child = ::fork();
  if (child == 0) become(arguments.data(), environment.data(), in, null.get());
  if (child > 0) ::setpgid(child, child);  // whoever comes first, so that there is no gap
  return child;
}

enum class Ended { by_itself, late, stopped };

Ended wait_for(int process, Steady::time_point until, const std::stop_token& stop) {
  for (;;) {
    if (stop.stop_requested()) return Ended::stopped;
    auto left = std::chrono::ceil<Millis>(until - Steady::now());
    if (left <= Millis{0}) return Ended::late;
    pollfd item{.fd = process, .events = POLLIN, .revents = 0};
    if (::poll(&item, 1, static_cast<int>(std::min(left, look_every).count())) == 1)
      return Ended::by_itself;
  }
}

std::string ending(int status) {
  if (WIFSIGNALED(status)) return "signal " + std::to_string(WTERMSIG(status));
  int code = WEXITSTATUS(status);
  if (code == 127) return std::string(not_started) + " (exit 127)";
  return code == 0 ? "" : "exit " + std::to_string(code);
}

std::optional<std::string> run_command(const std::vector<std::string>& command,
                                       const std::string& notice, const std::stop_token& stop,
                                       Millis within) {
  Fd in = pipe_with(notice);
  pid_t child = in.get() < 0 ? -1 : start(command, in.get());
  if (child < 0) return not_started;
  Fd process(static_cast<int>(::syscall(SYS_pidfd_open, child, 0)));
  Ended ended =
      process.get() < 0 ? Ended::late : wait_for(process.get(), Steady::now() + within, stop);
  // Not reaped yet, so the group is still its own. What it left running when it ended by itself may
  // be a mail on its way.
  if (ended != Ended::by_itself) ::kill(-child, SIGKILL);
  int status = 0;
  while (::waitpid(child, &status, 0) < 0 && errno == EINTR) {
  }
  if (ended == Ended::stopped) return std::nullopt;
  return ended == Ended::late ? "killed: too slow" : ending(status);
}

Result<net::ClientOptions> options_for(const Webhook& webhook) {
  net::ClientOptions options{
      .peer = webhook.at, .connections_max = 1, .body_bytes_max = limits::hook_answer_bytes_max};
  if (webhook.pin) {
    // The server may ask who we are. It learns nothing that outlives the call.
    TRY(options.tls, net::TlsContext::client(crypto::make_tls_identity(), net::only(*webhook.pin)));
  }
  return options;
}

std::optional<std::string> run_webhook(net::Runtime& runtime, const Webhook& webhook,
                                       const std::string& notice, const std::stop_token& stop,
                                       Millis within) {
  auto options = options_for(webhook);
  if (!options) return not_started;
  // Shared with the callback, which may outlive a wait that was cut off.
  auto answer = std::make_shared<std::promise<Result<net::Response>>>();
  auto waiting = answer->get_future();
  net::Client client(runtime, *std::move(options));
  client.request(
      {.method = "POST",
       .target = webhook.target,
       .headers = {{"content-type", "application/json"}},
       .body = notice},
      within, [answer](Result<net::Response> response) { answer->set_value(std::move(response)); });
  while (waiting.wait_for(look_every) != std::future_status::ready)
    if (stop.stop_requested()) return std::nullopt;
  auto response = waiting.get();
  if (!response) return std::string(code_name(response.error().code));
  return response->status < 300 ? "" : "status " + std::to_string(response->status);
}

}  // namespace

std::string to_text(const Notice& notice) {
  std::string ack =
      notice.drill ? "a drill: nothing to acknowledge" : "comity alarm acknowledge " + notice.alarm;
  return json::write(json::Object{{"node", notice.node},
                                  {"code", notice.code},
                                  {"severity", notice.severity},
                                  {"at", comity::to_text(notice.at)},
                                  {"step", notice.step},
                                  {"drill", notice.drill},
                                  {"ack", ack}});
}

std::optional<std::string> run_hook(net::Runtime& runtime, const Hook& hook,
                                    const std::string& notice, std::stop_token stop,
                                    Millis within) {
  return hook.command.empty() ? run_webhook(runtime, hook.webhook, notice, stop, within)
                              : run_command(hook.command, notice, stop, within);
}

Result<json::Value> run_drill(net::Runtime& runtime, const Roster& roster, const std::string& node,
                              Instant now) {
  if (roster.empty())
    return fail(Code::not_found,
                "nobody is woken: comity.toml has no [[alarm]]; see docs/operations.md, \"Being "
                "woken\"");
  std::vector<json::Object> told(roster.size());
  {
    std::vector<std::jthread> steps;
    for (std::size_t i = 0; i < roster.size(); ++i)
      steps.emplace_back([&, i] {
        const Hook& hook = roster[i];
        const char* severity = hook.step.severity == node::Least::warn ? "warn" : "alarm";
        auto began = Steady::now();
        auto outcome = run_hook(runtime, hook,
                                to_text(Notice{node, "drill", severity, now, i + 1, true, ""}), {});
        told[i] = {
            {"step", i + 1},
            {"kind", hook.command.empty() ? "webhook" : "command"},
            {"after_s", std::chrono::duration_cast<std::chrono::seconds>(hook.step.after).count()},
            {"severity", severity},
            {"ms", std::chrono::duration_cast<Millis>(Steady::now() - began).count()},
            {"outcome", outcome.value_or("stopped")}};
      });
  }
  return json::Array(std::make_move_iterator(told.begin()), std::make_move_iterator(told.end()));
}

}  // namespace comity::app
