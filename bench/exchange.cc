// An act from one live node to another: two nodes of the real kind in one process, real store, real
// mutual TLS on loopback. The clock starts when an officer's signed "send" reaches the sender's
// node and stops when the receiver's receipt is verified and on the sender's disk.
#include <fstream>
#include <map>

#include "base/check.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "figures.h"
#include "net/testing.h"
#include "party.h"

namespace comity::bench {
namespace {

using net::testing::value_of;

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

// Seconds of processor time that every thread of this process has used, by its name.
std::map<std::string, double> cpu_seconds() {
  std::map<std::string, double> seconds;
  for (const auto& task : std::filesystem::directory_iterator("/proc/self/task")) {
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
