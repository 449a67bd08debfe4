#pragma once
// What all of one run share: its time, its dice, its trace. Everything that happens is an event of
// one queue.
#include <cstdint>
#include <cstdio>
#include <functional>
#include <map>
#include <memory>
#include <queue>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "crypto/random.h"
#include "node/context.h"

namespace comity::sim {

class Dice final : public Random {
 public:
  explicit Dice(std::uint64_t seed) : source_(seed) {}
  void fill(std::span<std::uint8_t> out) override { source_.fill(out); }
  [[nodiscard]] std::size_t below(std::size_t n) { return n == 0 ? 0 : u64() % n; }
  [[nodiscard]] bool percent(unsigned chance) { return u64() % 100 < chance; }
  [[nodiscard]] Millis between(Millis from, Millis to) {
    return from + Millis(static_cast<std::int64_t>(
                      u64() % static_cast<std::uint64_t>((to - from).count() + 1)));
  }
  template <typename T>
  [[nodiscard]] const T& pick(const std::vector<T>& from) {
    return from[below(from.size())];
  }

 private:
  crypto::SeededRandom source_;
};

class Stage {
 public:
  Stage(std::uint64_t seed, std::shared_ptr<const node::BaseLaw> base, bool show)
      : dice(seed), law(std::move(base)), show_(show) {}

  Dice dice;
  std::shared_ptr<const node::BaseLaw> law;     // of every node when it begins; contexts share it
  std::map<std::string, std::uint64_t> counts;  // what happened how often
  std::vector<std::string> faults;              // what must not be

  [[nodiscard]] Instant now() const { return now_; }
  void after(Millis wait, std::function<void()> what) {
    queue_.push({now_ + wait, ++number_, std::move(what)});
  }
  // Runs events until `end`, or until a fault was found. What a leap left behind is due at once, in
  // its order.
  void run_until(Instant end) {
    while (!queue_.empty() && queue_.top().at <= end && faults.empty()) {
      Event next = queue_.top();
      queue_.pop();
      if (next.at > now_) now_ = next.at;
      next.what();
    }
    if (now_ < end) now_ = end;
  }
  void leap(Millis over) { now_ += over; }

  // The trace is hashed, and its hash is what two runs of one seed must share.
  void trace(std::string_view line) {
    auto mix = [this](std::uint8_t byte) { hash_ = (hash_ ^ byte) * 0x100000001b3; };
    for (std::int64_t at = now_.time_since_epoch().count(), i = 0; i < 8; ++i)
      mix(static_cast<std::uint8_t>(at >> (8 * i)));
    for (char c : line) mix(static_cast<std::uint8_t>(c));
    if (show_ && line.size() < 400)
      std::fprintf(stderr, "%s %.*s\n", to_text(now_).c_str(), static_cast<int>(line.size()),
                   line.data());
  }
  // As trace(), of bytes that nobody wants to read.
  void trace_bytes(std::string_view bytes) {
    for (char c : bytes) hash_ = (hash_ ^ static_cast<std::uint8_t>(c)) * 0x100000001b3;
  }
  void fault(std::string what) {
    trace("FAULT " + what);
    if (faults.size() < 20) faults.push_back(std::move(what));
  }
  [[nodiscard]] std::uint64_t trace_hash() const { return hash_; }

 private:
  struct Event {
    Instant at;
    std::uint64_t number = 0;
    std::function<void()> what;
    bool operator<(const Event& other) const {
      return at != other.at ? at > other.at : number > other.number;
    }
  };
  bool show_;
  Instant now_ =
      Instant{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21}} + std::chrono::hours{9};
  std::uint64_t number_ = 0;
  std::uint64_t hash_ = 0xcbf29ce484222325;
  std::priority_queue<Event> queue_;
};

}  // namespace comity::sim
