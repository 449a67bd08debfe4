#include "party.h"

#include <fcntl.h>
#include <netinet/in.h>
#include <unistd.h>

#include <fstream>
#include <future>
#include <thread>

#include "base/check.h"
#include "figures.h"
#include "net/testing.h"
#include "node/rows.h"

namespace comity::bench {
namespace {

using net::testing::value_of;

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

template <typename Holds>
void await(Holds holds) {
  while (!holds()) std::this_thread::sleep_for(std::chrono::microseconds(30));
}

}  // namespace

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

std::vector<json::Value> Party::commands(const app::Desk& desk, std::string_view name,
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

json::Value Party::command(const app::Desk& desk, std::string_view name, json::Object args) {
  std::vector<json::Object> one;
  one.push_back(std::move(args));
  return commands(desk, name, std::move(one))[0];
}

json::Value Party::row(node::Space space, const std::string& key) {
  auto view = value_of(host->node().store().snapshot());
  auto held = value_of(view->get(space, key));
  return held ? value_of(json::parse(held->value)) : json::Value();
}

std::unique_ptr<Party> make_party(const std::filesystem::path& stage, const char* id,
                                  const char* country) {
  auto party = std::make_unique<Party>();
  app::Folder folder(stage / id);
  app::Unlocker unlocker{crypto::Secret(Bytes(32, 9)), true};
  party->endpoint = "127.0.0.1:" + std::to_string(free_port());
  party->taxii = free_port();
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
  std::ofstream(folder.config(), std::ios::app) << "taxii = \"127.0.0.1:" << party->taxii << "\"\n";
  auto started =
      app::Host::start(value_of(app::Node::open(folder, unlocker)), party->log,
                       [&counted = *party](const node::Input& input, const node::Reply& reply) {
                         if (reply.error) return;
                         if (std::holds_alternative<node::ReceiptArrived>(input))
                           counted.receipts.add();
                         if (std::holds_alternative<node::ActArrived>(input))
                           counted.arrivals.add();
                         if (std::holds_alternative<node::ObjectsPosted>(input))
                           counted.posted = std::chrono::steady_clock::now();
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

}  // namespace comity::bench
