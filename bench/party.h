#pragma once
// Nodes of the real kind in this process, for benches: real store, real mutual TLS on loopback.
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "app/client.h"
#include "app/host.h"

namespace comity::bench {

[[nodiscard]] const json::Value& at(const json::Value& value, std::string_view name);
[[nodiscard]] std::string text(const json::Value& value);
[[nodiscard]] std::uint16_t free_port();

// Counts what another thread does.
class Counter {
 public:
  void add() {
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
  Counter receipts, arrivals;                                 // of acts: verified and on disk
  std::atomic<std::chrono::steady_clock::time_point> posted;  // objects over TAXII, when on disk
  Log log{clock, Level::error,
          [](std::string_view line) { std::fwrite(line.data(), 1, line.size(), stderr); }};
  std::unique_ptr<app::Host> host;
  std::optional<app::Desk> author, approver;
  std::string endpoint;
  std::uint16_t taxii = 0;  // the port that it serves TAXII at

  // Answers in the order given; the commands share the turns of the node.
  std::vector<json::Value> commands(const app::Desk& desk, std::string_view name,
                                    std::vector<json::Object> args);
  json::Value command(const app::Desk& desk, std::string_view name, json::Object args);
  json::Value row(node::Space space, const std::string& key);
};

[[nodiscard]] std::unique_ptr<Party> make_party(const std::filesystem::path& stage, const char* id,
                                                const char* country);
// The first of its partners; empty: it has none.
[[nodiscard]] std::string member_of(Party& who);
void pair(Party& a, Party& b);

// Of 900 bytes each way.
[[nodiscard]] double tls_round_trip_seconds();

}  // namespace comity::bench
