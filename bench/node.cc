// A node with 100,000 acts in its store: how soon it answers, and what it holds in memory while
// idle.
#include <fcntl.h>
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include <fstream>
#include <thread>

#include "app/client.h"
#include "base/check.h"
#include "crypto/random.h"
#include "figures.h"
#include "net/client.h"
#include "node/entry.h"
#include "node/rows.h"

namespace comity::bench {
namespace {

constexpr int acts = 100'000;

template <typename T>
T value_of(Result<T> result) {
  check(result.has_value(), result ? "" : to_text(result.error()));
  return *std::move(result);
}

// Acts as the journal holds them: an entry with a record of usual length, and its row.
void fill(const app::Folder& folder, const app::Unlocker& unlocker) {
  auto node = value_of(app::Node::open(folder, unlocker));
  Instant now = app::SystemClock().now();
  MemberId sender;
  for (int done = 0; done < acts;) {
    auto group = value_of(node->store().begin());
    for (int i = 0; i < 5000; ++i, ++done) {
      ActId id = make_id<ActId>(now, node->random());
      std::uint64_t position = value_of(group->next_position());
      node::ActRow row{.position = position,
                       .hash = {},
                       .card = {},
                       .lane = act::Lane::normal,
                       .epoch = 1,
                       .seq = position + 1,
                       .conversation = to_text(id),
                       .code = "",
                       .standing = "received",
                       .receipt = {},
                       .replaces = {},
                       .reissued = {}};
      node::Plan plan;
      plan.rows.push_back(
          {node::Space::act, node::act_key(sender, id), json::write(node::to_json(row))});
      node::Record record{.type = node::EntryType::act_in,
                          .recorded_at = now,
                          .about = {},
                          .bytes = std::string(1200, 'x'),
                          .rows = plan.rows};
      plan.entries.push_back(value_of(node::make_entry(record, Bytes(8, 0), to_text(id))));
      value_of(group->apply(plan, now));
    }
    value_of(group->commit());
  }
}

double resident_mib(pid_t process) {
  std::ifstream status("/proc/" + std::to_string(process) + "/status");
  for (std::string line; std::getline(status, line);)
    if (line.starts_with("VmRSS:")) return std::stod(line.substr(6)) / 1024;
  return 0;
}

}  // namespace

void node(const char* comity) {
  Scratch scratch;
  app::Folder folder(scratch.path() / "n");
  std::string key_file = (scratch.path() / "secret").string();
  Bytes key(32, 9);
  check(app::write_file(key_file, as_text(key), app::Existing::replace).has_value(), "a key file");
  app::Unlocker unlocker{crypto::Secret(Bytes(32, 9)), true};
  app::Founding founding;
  founding.config = {.name = "n",
                     .jurisdiction = "FR",
                     .role = "poc",
                     .listen = {.host = "127.0.0.1", .port = 0},
                     .endpoint = "127.0.0.1:8443",
                     .metrics = {},
                     .law = ""};
  value_of(app::found_node(folder, founding, unlocker));
  fill(folder, unlocker);

  std::string dir = folder.root().string();
  std::vector<double> starts;
  double resident = 0;
  net::Endpoint socket{.host = "", .port = 0, .unix_path = folder.admin_socket().string()};
  for (int i = 0; i < 5; ++i) {
    Stopwatch watch;
    pid_t process = ::fork();
    if (process == 0) {
      int null = ::open("/dev/null", O_WRONLY);
      ::dup2(null, STDOUT_FILENO);
      ::dup2(null, STDERR_FILENO);
      ::execl(comity, "comity", "--dir", dir.c_str(), "--key-file", key_file.c_str(), "serve",
              nullptr);
      ::_exit(127);
    }
    for (;;) {
      auto answer = net::call(
          socket, {.method = "GET", .target = "/status", .headers = {}, .body = {}}, Millis{2000});
      if (answer && answer->status == 200) break;
      check(watch.seconds() < 30, "the node starts");
      std::this_thread::sleep_for(std::chrono::milliseconds(1));
    }
    starts.push_back(watch.seconds());
    std::this_thread::sleep_for(std::chrono::seconds(2));
    resident = std::max(resident, resident_mib(process));
    ::kill(process, SIGTERM);
    ::waitpid(process, nullptr, 0);
  }
  print({"node_start_with_100000_acts", quantile(starts, 0.5) * 1e3, "ms", 300,
         "target of the project", 1, true});
  print({"node_idle_resident", resident, "MiB", 64, "target of the project", 1, true});
}

}  // namespace comity::bench
