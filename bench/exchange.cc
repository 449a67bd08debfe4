// An act from one live node to another: two nodes of the real kind in one process, real store, real
// mutual TLS on loopback. The clock starts when an officer's signed "send" reaches the sender's
// node and stops when the receiver's receipt is verified and on the sender's disk.
#include <fcntl.h>
#include <netinet/in.h>
#include <unistd.h>

#include <condition_variable>
#include <fstream>
#include <future>
#include <map>
#include <mutex>
#include <thread>

#include "app/client.h"
#include "app/host.h"
#include "base/check.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "figures.h"
#include "net/testing.h"
#include "node/rows.h"

namespace comity::bench {
namespace {

using net::testing::value_of;

const json::Value& at(const json::Value& value, std::string_view name) {
  const json::Value* found = value.find(name);
  check(found != nullptr, name);
  return *found;
}

std::string text(const json::Value& value) {
  check(value.as_string() != nullptr, "a text");
  return *value.as_string();
}

std::uint16_t free_port() {
  net::Endpoint any{.host = "127.0.0.1", .port = 0};
  auto fd = value_of(net::listen_at(any));
  sockaddr_in address{};
  socklen_t size = sizeof address;
  ::getsockname(fd.get(), reinterpret_cast<sockaddr*>(&address), &size);
  return ntohs(address.sin_port);
}

// Receipts that are verified and on the sender's disk.
class Receipts {
 public:
  void note(const node::Input& input, const node::Reply& reply) {
    if (!std::holds_alternative<node::ReceiptArrived>(input) || reply.error) return;
    std::lock_guard lock(mutex_);
    ++count_;
    more_.notify_one();
  }
  void await(std::uint64_t count) {
    std::unique_lock lock(mutex_);
    more_.wait(lock, [&] { return count_ >= count; });
  }

 private:
  std::mutex mutex_;
  std::condition_variable more_;
  std::uint64_t count_ = 0;
};

struct Party {
  app::SystemClock clock;
  Receipts receipts;
  Log log{clock, Level::error,
          [](std::string_view line) { std::fwrite(line.data(), 1, line.size(), stderr); }};
  std::unique_ptr<app::Host> host;
  std::optional<app::Desk> author, approver;
  std::string endpoint;

  // Answers in the order given; the commands share the turns of the node.
  std::vector<json::Value> commands(const app::Desk& desk, std::string_view name,
                                    std::vector<json::Object> args) {
    std::vector<std::promise<node::Reply>> promises(args.size());
    for (std::size_t i = 0; i < args.size(); ++i)
      host->submit({node::CommandGiven{desk.sign_command(name, std::move(args[i]))}},
                   [&promise = promises[i]](std::vector<node::Reply> replies) {
                     promise.set_value(std::move(replies[0]));
                   });
    std::vector<json::Value> answers;
    for (auto& promise : promises) {
      node::Reply reply = promise.get_future().get();
      check(!reply.error, reply.error ? to_text(*reply.error) : "");
      answers.push_back(std::move(reply.body));
    }
    return answers;
  }
  json::Value command(const app::Desk& desk, std::string_view name, json::Object args) {
    std::vector<json::Object> one;
    one.push_back(std::move(args));
    return commands(desk, name, std::move(one))[0];
  }
  json::Value row(node::Space space, const std::string& key) {
    auto view = value_of(host->node().store().snapshot());
    auto held = value_of(view->get(space, key));
    return held ? value_of(json::parse(held->value)) : json::Value();
  }
};

constexpr const char* tasks = "/proc/self/task";

// The threads of the node that has just started get its name behind theirs, to be told apart.
void name_threads(const char* id) {
  for (const auto& task : std::filesystem::directory_iterator(tasks)) {
    std::string name;
    std::ifstream comm(task.path() / "comm");
    std::getline(comm, name);
    if (name == "writer" || name == "network")
      std::ofstream(task.path() / "comm") << name << ' ' << id;
  }
}

std::unique_ptr<Party> make_party(const std::filesystem::path& stage, const char* id,
                                  const char* country) {
  auto party = std::make_unique<Party>();
  app::Folder folder(stage / id);
  app::Unlocker unlocker{crypto::Secret(Bytes(32, 9)), true};
  party->endpoint = "127.0.0.1:" + std::to_string(free_port());
  app::Founding founding;
  founding.config = {.name = id,
                     .jurisdiction = country,
                     .role = "poc",
                     .listen = value_of(net::endpoint_from_text(party->endpoint)),
                     .endpoint = party->endpoint,
                     .metrics = {},
                     .law = ""};
  founding.mandates = {{"preservation", "invented for a benchmark"}};
  value_of(app::found_node(folder, founding, unlocker));
  auto started = app::Host::start(
      value_of(app::Node::open(folder, unlocker)), party->log,
      [&receipts = party->receipts](const node::Input& input, const node::Reply& reply) {
        receipts.note(input, reply);
      });
  party->host = value_of(std::move(started));
  name_threads(id);
  std::string key_file = (stage / (std::string(id) + ".secret")).string();
  Bytes key(32, 9);
  check(app::write_file(key_file, as_text(key), app::Existing::replace).has_value(), "a key file");
  app::UnlockSource source{.key_file = key_file, .passphrase_file = ""};
  using member::OfficerRole;
  auto first = value_of(
      app::make_officer(folder, {"author", {OfficerRole::admin, OfficerRole::author}}, unlocker));
  party->author = value_of(app::Desk::open(folder, "author", source));
  party->command(*party->author, "user.add", {{"officer", member::to_json(first)}});
  auto second = value_of(
      app::make_officer(folder, {"approver", {OfficerRole::approver}, {"poc_officer"}}, unlocker));
  party->approver = value_of(app::Desk::open(folder, "approver", source));
  party->command(*party->author, "user.add", {{"officer", member::to_json(second)}});
  return party;
}

template <typename Holds>
void await(Holds holds) {
  while (!holds()) std::this_thread::sleep_for(std::chrono::microseconds(30));
}

std::string member_of(Party& who) {
  auto view = value_of(who.host->node().store().snapshot());
  auto rows = value_of(view->scan(node::Space::member, "", "", 2));
  return rows.empty() ? "" : rows[0].key;
}

void pair(Party& a, Party& b) {
  auto invited = a.command(*a.author, "member.invite",
                           {{"nickname", "b"}, {"endpoint", a.endpoint}, {"minutes", 10}});
  b.command(*b.author, "member.accept", {{"nickname", "a"}, {"invitation", at(invited, "text")}});
  std::string id = text(at(invited, "invitation"));
  auto comparing = [&](Party& who) {
    auto stage = at(at(who.row(node::Space::pairing, id), "ceremony"), "stage");
    return stage == json::Value("comparing");
  };
  await([&] { return comparing(a) && comparing(b); });
  json::Object match{{"invitation", id}, {"verdict", "match"}};
  a.command(*a.author, "member.confirm", match);
  b.command(*b.author, "member.confirm", match);
  await([&] { return !member_of(a).empty() && !member_of(b).empty(); });
  for (Party* who : {&a, &b})
    who->command(*who->author, "member.check",
                 {{"member", member_of(*who)},
                  {"measure", "preservation"},
                  {"method", "in_person"},
                  {"date", "2026-01-01"},
                  {"note", "invented"}});
}

json::Object ask(const std::string& to, int number) {
  json::Object authority{{"name", "A"},
                         {"country", "US"},
                         {"kind", "poc_24_7"},
                         {"office_hours", "24/7"},
                         {"time_zone", "Etc/UTC"},
                         {"contact", "x"}};
  json::Object target{{"id", "t1"},
                      {"identifier_type", "email_address"},
                      {"identifier", "n" + std::to_string(number) + "@example.com"},
                      {"service", "mail"},
                      {"categories", json::Array{"traffic"}},
                      {"period", json::Object{{"from", "2026-01-01T00:00:00.000Z"},
                                              {"to", "2026-01-02T00:00:00.000Z"},
                                              {"time_zone", "Etc/UTC"}}}};
  json::Object body{
      {"verb", "ask"},
      {"measure", "preservation"},
      {"date", to_text(app::SystemClock().now())},
      {"reference", "B"},
      {"status", "new"},
      {"requested_authority", "B"},
      {"requesting_authority", authority},
      {"callback",
       json::Object{{"name", "d"}, {"telephone", "+1 555 0100"}, {"languages", json::Array{"en"}}}},
      {"domestic_legal_basis", "x"},
      {"offence", json::Object{{"code", "data_interference"}, {"statute", "x"}, {"penalty", "x"}}},
      {"facts_summary", "invented for a benchmark"},
      {"targets", json::Array{std::move(target)}},
      {"custodian", json::Object{{"name", "P"}, {"location", "M"}, {"country", "PH"}}},
      {"relationship_to_offence", "x"},
      {"necessity", "x"},
      {"urgency", json::Object{{"level", "normal"}, {"why", ""}}},
      {"confidentiality", json::Object{{"requested", false}, {"why", ""}}},
      {"intent_to_request_mla", true},
      {"language", "en"}};
  return {{"to", to}, {"lane", "normal"}, {"provision", "ets185-29"}, {"body", std::move(body)}};
}

// Drafted and approved before the clock starts: what is measured is an act on its way, not a
// decision.
std::vector<std::string> approved_sends(Party& a, const std::string& to, int count) {
  std::vector<json::Object> drafts, approvals;
  for (int i = 0; i < count; ++i) drafts.push_back(ask(to, i));
  auto drafted = a.commands(*a.author, "request.draft", std::move(drafts));
  for (const json::Value& draft : drafted) {
    Hash subject = value_of(hash_from_hex(text(at(draft, "subject"))));
    std::string approval =
        a.approver->sign_approval({.subject = subject, .reason = "x", .gives = {"poc_officer"}});
    approvals.push_back(
        {{"draft", at(draft, "draft")}, {"approval", approval}, {"acknowledge_unconfirmed", true}});
  }
  a.commands(*a.approver, "request.approve", std::move(approvals));
  std::vector<std::string> sends;
  for (const json::Value& draft : drafted)
    sends.push_back(a.author->sign_command("request.send", {{"draft", at(draft, "draft")}}));
  return sends;
}

void send(Party& a, std::string command) {
  a.host->submit({node::CommandGiven{std::move(command)}},
                 [](const std::vector<node::Reply>& replies) {
                   check(!replies[0].error, replies[0].error ? to_text(*replies[0].error) : "");
                 });
}

double tls_round_trip_seconds() {
  using namespace net;
  using namespace net::testing;
  crypto::TlsIdentity server = crypto::make_tls_identity(), client = crypto::make_tls_identity();
  TlsContext server_tls = value_of(TlsContext::server(server, only(client.pin)));
  TlsContext client_tls = value_of(TlsContext::client(client, only(server.pin)));
  std::string question(900, 'q'), answer(900, 'a');
  Endpoint where{.host = "127.0.0.1", .port = 0};
  auto blocking = [](Fd fd) {
    ::fcntl(fd.get(), F_SETFL, ::fcntl(fd.get(), F_GETFL) & ~O_NONBLOCK);
    return fd;
  };
  const Fd listener = blocking(value_of(listen_at(where)));
  std::jthread serving([&] {
    const Fd fd(::accept(listener.get(), nullptr, nullptr));
    no_delay(fd.get());
    const SslPtr ssl = value_of(make_ssl(server_tls, fd.get()));
    char piece[4096];
    while (SSL_read(ssl.get(), piece, sizeof piece) > 0)
      SSL_write(ssl.get(), answer.data(), static_cast<int>(answer.size()));
  });
  Fd fd = value_of(start_connect(value_of(numeric_address(where))));
  pollfd item{.fd = fd.get(), .events = POLLOUT, .revents = 0};
  ::poll(&item, 1, -1);
  fd = blocking(std::move(fd));
  const SslPtr ssl = value_of(make_ssl(client_tls, fd.get()));
  std::vector<double> times;
  char piece[4096];
  for (int i = 0; i < 2000; ++i) {
    Stopwatch watch;
    SSL_write(ssl.get(), question.data(), static_cast<int>(question.size()));
    for (int left = static_cast<int>(answer.size()); left > 0;) {
      int got = SSL_read(ssl.get(), piece, sizeof piece);
      check(got > 0, "the other end answers");
      left -= got;
    }
    times.push_back(watch.seconds());
  }
  SSL_shutdown(ssl.get());
  ::shutdown(fd.get(), SHUT_RDWR);
  return quantile(times, 0.5);
}

// Seconds of processor time that every thread of this process has used, by its name.
std::map<std::string, double> cpu_seconds() {
  std::map<std::string, double> seconds;
  for (const auto& task : std::filesystem::directory_iterator(tasks)) {
    std::string name;
    double nanoseconds = 0;
    std::ifstream comm(task.path() / "comm");
    std::getline(comm, name);
    std::ifstream(task.path() / "schedstat") >> nanoseconds;
    seconds[name] += nanoseconds / 1e9;
  }
  return seconds;
}

void print_cpu(const std::map<std::string, double>& before, int acts) {
  auto used = cpu_seconds();
  for (const auto& [name, seconds] : before) used[name] -= seconds;
  double all = 0;
  for (const auto& [name, seconds] : used) {
    all += seconds;
    if (name.starts_with("writer") || name.starts_with("network"))
      std::fprintf(stderr, "  %-10s %4.0f us an act\n", name.c_str(), seconds / acts * 1e6);
  }
  print({"exchange_cpu_per_act", all / acts * 1e6, "us", 1000,
         "two cores for 2,000 acts a second, both nodes and TLS", 1, true});
}

double two_signatures_and_verifications_per_second() {
  crypto::SystemRandom random;
  auto key = crypto::SigningKey::generate(random);
  Bytes message(900, 'm');
  int rounds = 0;
  Stopwatch watch;
  while (watch.seconds() < 1.0) {
    for (int i = 0; i < 2; ++i)
      check(crypto::verify(key.public_key(), message, key.sign(message)), "verifies");
    ++rounds;
  }
  return rounds / watch.seconds();
}

}  // namespace

void exchange() {
  Scratch scratch;
  double sync = fdatasync_seconds(scratch.path());
  double round_trip = tls_round_trip_seconds();
  double crypto_rate = two_signatures_and_verifications_per_second();
  auto a = make_party(scratch.path(), "a", "US");
  auto b = make_party(scratch.path(), "b", "PH");
  pair(*a, *b);
  std::string to = member_of(*a);
  constexpr int lone = 300;
  auto sends = approved_sends(*a, to, lone);
  std::vector<double> times;
  for (std::string& command : sends) {
    Stopwatch watch;
    send(*a, std::move(command));
    a->receipts.await(times.size() + 1);
    times.push_back(watch.seconds());
  }
  double limit = 2 * sync + round_trip;
  print({"exchange_lone_act_p50", quantile(times, 0.5) * 1e3, "ms", limit * 1e3,
         "two fdatasyncs and one TLS round trip of this run", 2.5, true});

  constexpr int crowd = 4000, in_flight = 64;
  sends = approved_sends(*a, to, crowd);
  auto cpu = cpu_seconds();
  Stopwatch watch;
  for (std::uint64_t sent = 0; std::string & command : sends) {
    if (sent >= in_flight) a->receipts.await(lone + sent - in_flight + 1);
    send(*a, std::move(command));
    ++sent;
  }
  a->receipts.await(lone + crowd);
  double rate = crowd / watch.seconds();
  print_cpu(cpu, crowd);
  print({"exchange_acts_64_in_flight", rate, "1/s", crypto_rate,
         "2 signatures and 2 verifications on one core, in this run", 0.4, false});
  print({"exchange_acts_per_second", rate, "1/s", 2000,
         "target of the project, both nodes on this machine", 1, false});
}

}  // namespace comity::bench
