// Alerts from node to node, and to those who watch. First: from the POST over TAXII at one node
// until a partner's readers can have it. Then: from the moment that an object is on disk until the
// last of fifty watchers has it, beside Redis, which writes nothing to disk.
#include <fcntl.h>
#include <fmt/format.h>
#include <poll.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include <netinet/in.h>
#include <thread>

#include "base/check.h"
#include "crypto/random.h"
#include "figures.h"
#include "load.h"
#include "net/sockets.h"
#include "net/testing.h"
#include "node/collections.h"
#include "party.h"

namespace comity::bench {
namespace {

using net::testing::value_of;

constexpr int posts = 300, watchers = 50, fans = 200;
constexpr const char* token = "0123456789abcdef0123456789abcdef";

std::string malware(int n) {
  return fmt::format(
      R"({{"type":"malware","spec_version":"2.1","id":"malware--{:08x}-17d4-4cbf-938f-98ee46b3cd3f",)"
      R"("created":"2026-11-01T00:00:00.000Z","modified":"2026-11-01T00:00:00.000Z",)"
      R"("is_family":false,"name":"w{}",)"
      R"("object_marking_refs":["marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"]}})",
      n, n);
}

std::string post_of(const std::string& collection, int n) {
  std::string body = R"({"objects":[)" + malware(n) + "]}";
  return fmt::format(
      "POST /taxii2/default/collections/{}/objects/ HTTP/1.1\r\nHost: localhost\r\n"
      "Authorization: Bearer {}\r\nAccept: application/taxii+json;version=2.1\r\n"
      "Content-Type: application/taxii+json;version=2.1\r\nContent-Length: {}\r\n\r\n{}",
      collection, token, body.size(), body);
}

std::string get_of(const std::string& collection, int n) {
  return fmt::format(
      "GET /taxii2/default/collections/{}/objects/malware--{:08x}-17d4-4cbf-938f-98ee46b3cd3f/ "
      "HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {}\r\n"
      "Accept: application/taxii+json;version=2.1\r\n\r\n",
      collection, n, token);
}

std::string make_collection(Party& who, const std::vector<std::string>& circle) {
  json::Value made =
      who.command(*who.author, "alert.collection",
                  {{"title", "Worms"}, {"members", json::Array(circle.begin(), circle.end())}});
  json::Array ids{at(made, "id")};
  who.command(*who.author, "alert.user",
              {{"name", "tool"},
               {"standing", "own"},
               {"key", node::bearer_key(token)},
               {"read", ids},
               {"write", ids}});
  return text(at(made, "id"));
}

void push_to_a_partner(const std::filesystem::path& stage) {
  double sync = fdatasync_seconds(stage), round_trip = tls_round_trip_seconds();
  auto a = make_party(stage, "a", "US"), b = make_party(stage, "b", "PH");
  pair(*a, *b);
  std::string ours = make_collection(*a, {member_of(*a)}), theirs = make_collection(*b, {});
  b->command(
      *b->author, "alert.subscribe",
      {{"member", member_of(*b)}, {"theirs", ours}, {"collection", theirs}, {"sightings", true}});
  std::vector<double> times;
  for (int n = 0; n < posts; ++n) {
    Stopwatch watch;
    Fetched taken = fetch(a->taxii, Wire::plain, post_of(ours, n));
    check(taken.status == 202, taken.body);
    b->arrivals.await(static_cast<std::uint64_t>(n) + 1);
    times.push_back(watch.seconds());
    Fetched read = fetch(b->taxii, Wire::plain, get_of(theirs, n));
    check(read.status == 200 && read.body.contains(malware(n)), "it is readable there");
  }
  print({"push_post_to_readable_p50", quantile(times, 0.5) * 1e3, "ms",
         (2 * sync + round_trip) * 1e3, "two fdatasyncs and one TLS round trip of this run", 3,
         true});
}

// ---- fifty watchers

// Connections that wait for the same thing. `look` says of what one has read whether it has it.
class Crowd {
 public:
  explicit Crowd(std::vector<net::Fd> connections) : connections_(std::move(connections)) {}
  void say_to_all(const std::string& words) {
    for (const net::Fd& each : connections_)
      check(::send(each.get(), words.data(), words.size(), MSG_NOSIGNAL) ==
                static_cast<ssize_t>(words.size()),
            "a watcher's question is sent");
  }
  // Until every one of them has read what ends with `end`. Returns the last of them's words.
  std::string await_all(std::string_view end) {
    std::vector<pollfd> polled;
    for (const net::Fd& each : connections_)
      polled.push_back({.fd = each.get(), .events = POLLIN, .revents = 0});
    std::vector<std::string> read(connections_.size());
    std::size_t left = connections_.size(), last = 0;
    while (left > 0) {
      check(::poll(polled.data(), polled.size(), 30'000) > 0, "every watcher is told");
      for (std::size_t i = 0; i < polled.size(); ++i) {
        if (polled[i].fd < 0 || polled[i].revents == 0) continue;
        char piece[8192];
        ssize_t got = ::recv(polled[i].fd, piece, sizeof piece, 0);
        check(got > 0, "a watcher's connection stays");
        read[i].append(piece, static_cast<std::size_t>(got));
        if (!read[i].ends_with(end)) continue;
        polled[i].fd = -1;
        last = i;
        --left;
      }
    }
    return read[last];
  }

 private:
  std::vector<net::Fd> connections_;
};

net::Fd connected(const net::Endpoint& where) {
  net::Fd fd = value_of(net::start_connect(value_of(net::numeric_address(where))));
  pollfd item{.fd = fd.get(), .events = POLLOUT, .revents = 0};
  ::poll(&item, 1, 10'000);
  ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) & ~O_NONBLOCK);
  net::no_delay(fd.get());
  return fd;
}

std::vector<net::Fd> connect_all(const net::Endpoint& where) {
  std::vector<net::Fd> all;
  for (int i = 0; i < watchers; ++i) all.push_back(connected(where));
  return all;
}

std::string watch_of(const std::string& asked) {
  return fmt::format(
      "POST /watch HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
      "Content-Length: {}\r\n\r\n{}",
      asked.size(), asked);
}

// "{"after":...}" of an answer, for the next question.
std::string asked_next(const std::string& answer) {
  json::Value body = value_of(json::parse(answer.substr(answer.find("\r\n\r\n") + 4)));
  return watch_of(json::write(json::Object{{"after", at(body, "after")}}));
}

double watched_seconds(const std::filesystem::path& stage, std::string& message) {
  auto party = make_party(stage, "w", "EE");
  std::string collection = make_collection(*party, {});
  Crowd crowd(connect_all({.host = "", .port = 0, .unix_path = stage / "w" / "admin.sock"}));
  crowd.say_to_all(watch_of("{}"));
  std::string answer = crowd.await_all("]}");
  std::vector<double> times;
  for (int n = 0; n < fans; ++n) {
    crowd.say_to_all(asked_next(answer));
    std::this_thread::sleep_for(std::chrono::milliseconds(3));  // until all of them wait
    std::jthread posting([&] {
      Fetched taken = fetch(party->taxii, Wire::plain, post_of(collection, n));
      check(taken.status == 202, taken.body);
    });
    answer = crowd.await_all("]}");
    auto told = std::chrono::steady_clock::now();
    posting.join();
    times.push_back(std::chrono::duration<double>(told - party->posted.load()).count());
  }
  message = answer.substr(answer.find("\r\n\r\n") + 4);
  return quantile(times, 0.5);
}

// ---- the same through Redis

class Redis {
 public:
  explicit Redis(const std::filesystem::path& folder) : port_(free_port()) {
    process_ = ::fork();
    if (process_ != 0) return;
    int null = ::open("/dev/null", O_WRONLY);
    ::dup2(null, STDOUT_FILENO);
    ::dup2(null, STDERR_FILENO);
    std::string port = std::to_string(port_);
    ::execlp("redis-server", "redis-server", "--port", port.c_str(), "--bind", "127.0.0.1",
             "--save", "", "--appendonly", "no", "--dir", folder.c_str(), nullptr);
    ::_exit(127);
  }
  ~Redis() {
    ::kill(process_, SIGTERM);
    ::waitpid(process_, nullptr, 0);
  }
  Redis(const Redis&) = delete;
  Redis& operator=(const Redis&) = delete;
  [[nodiscard]] bool starts() const {
    for (Stopwatch watch; watch.seconds() < 10;) {
      if (::waitpid(process_, nullptr, WNOHANG) == process_) return false;
      sockaddr_in to{};
      to.sin_family = AF_INET;
      to.sin_port = htons(port_);
      to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
      const net::Fd fd(::socket(AF_INET, SOCK_STREAM, 0));
      if (::connect(fd.get(), reinterpret_cast<sockaddr*>(&to), sizeof to) == 0) return true;
      std::this_thread::sleep_for(std::chrono::milliseconds(10));
    }
    return false;
  }
  [[nodiscard]] net::Endpoint endpoint() const { return {.host = "127.0.0.1", .port = port_}; }

 private:
  std::uint16_t port_;
  pid_t process_;
};

double redis_seconds(const net::Endpoint& redis, const std::string& message) {
  Crowd crowd(connect_all(redis));
  crowd.say_to_all("SUBSCRIBE worms\r\n");
  crowd.await_all(":1\r\n");
  const net::Fd publisher = connected(redis);
  std::string words =
      fmt::format("*3\r\n$7\r\nPUBLISH\r\n$5\r\nworms\r\n${}\r\n{}\r\n", message.size(), message);
  std::vector<double> times;
  for (int n = 0; n < fans; ++n) {
    std::this_thread::sleep_for(std::chrono::milliseconds(3));
    Stopwatch watch;
    check(::send(publisher.get(), words.data(), words.size(), MSG_NOSIGNAL) ==
              static_cast<ssize_t>(words.size()),
          "Redis takes a message");
    crowd.await_all(message + "\r\n");
    times.push_back(watch.seconds());
    char answer[64];
    check(::recv(publisher.get(), answer, sizeof answer, 0) > 0, "Redis has published it");
  }
  return quantile(times, 0.5);
}

}  // namespace

void push() {
  Scratch scratch;
  push_to_a_partner(scratch.path());
  std::string message;
  double ours = watched_seconds(scratch.path(), message);
  Redis redis(scratch.path());
  if (!redis.starts()) {
    std::fputs("SKIPPED: redis-server is not there (Debian: redis-server)\n", stderr);
    return;
  }
  print({"push_last_of_50_watchers_p50", ours * 1e3, "ms",
         redis_seconds(redis.endpoint(), message) * 1e3,
         "the same bytes to 50 subscribers of Redis, in this run", 2, true});
}

}  // namespace comity::bench
