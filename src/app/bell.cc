#include "app/bell.h"

#include <pthread.h>

#include <algorithm>

#include "node/overlay.h"

namespace comity::app {
namespace {

constexpr Millis look_again{15'000};  // a look without a reason: clocks jump

}  // namespace

// One step that is due for one alarm.
struct Bell::Due {
  std::string key;
  node::Ringing alarm;
  std::string code, severity;
  node::Call call;
  std::optional<node::RingRow> before;
};

struct Bell::Seen {
  std::vector<Due> due;  // the gravest first, then the oldest
  std::optional<Instant> next;
};

Bell::Bell(net::Runtime& runtime, const Log& log, std::string node, Roster roster, Ports ports)
    : runtime_(runtime),
      log_(log),
      node_(std::move(node)),
      roster_(std::move(roster)),
      steps_(steps_of(roster_)),
      ports_(std::move(ports)) {
  watcher_ = std::thread([this] { watch(); });
  ::pthread_setname_np(watcher_.native_handle(), "bell");
}

Bell::~Bell() {
  stop();
}

void Bell::wake() {
  std::lock_guard lock(mutex_);
  woken_ = true;
  changed_.notify_one();
}

void Bell::stop() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
  }
  if (watcher_.joinable()) watcher_.join();
  hands_.clear();  // asks each to stop, and joins it
}

void Bell::watch() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    woken_ = false;
    std::list<Hand> done;
    for (auto hand = hands_.begin(); hand != hands_.end();) {
      auto next = std::next(hand);
      if (hand->over) done.splice(done.end(), hands_, hand);
      hand = next;
    }
    lock.unlock();
    done.clear();  // joins
    Instant now = ports_.now();
    auto seen = look(now);
    if (!seen) log_.write(Level::error, "alarms_unreadable", {{"what", seen.error().what}});
    Millis wait = look_again;
    if (seen) {
      for (Due& due : seen->due) ring(std::move(due));
      if (seen->next) wait = std::clamp<Millis>(*seen->next - now, Millis{10}, look_again);
    }
    lock.lock();
    changed_.wait_for(lock, wait, [this] { return stopping_ || woken_; });
  }
}

Result<Bell::Seen> Bell::look(Instant now) {
  TRY(auto view, ports_.snapshot());
  std::set<std::string> busy;
  std::map<std::string, node::RingRow> unrecorded;
  {
    std::lock_guard lock(mutex_);
    busy = busy_;
    unrecorded = unrecorded_;
  }
  Seen seen;
  node::Overlay rows(*view);
  auto each = [&](const std::string& key, const json::Value& row) -> Result<node::Overlay::Walk> {
    TRY(node::Ringing alarm, node::ringing_from_row(row));
    if (alarm.acknowledged || busy.contains(key)) return node::Overlay::Walk::on;
    std::optional<node::RingRow> before;
    TRY(auto held, rows.get(node::Space::ring, key));
    if (held) {
      TRY(before, node::ring_row_from_json(*held));
    }
    if (auto own = unrecorded.find(key); own != unrecorded.end()) before = own->second;
    auto call = node::next_call(steps_, alarm, before, now);
    if (!call) return node::Overlay::Walk::on;
    if (call->due > now) {
      seen.next = std::min(seen.next.value_or(call->due), call->due);
      return node::Overlay::Walk::on;
    }
    auto text = [&](const char* name) {
      const json::Value* value = row.find(name);
      return value && value->as_string() ? *value->as_string() : std::string();
    };
    seen.due.push_back({key, alarm, text("code"), text("severity"), *call, before});
    return node::Overlay::Walk::on;
  };
  TRY_VOID(rows.scan(node::Space::alarm, "", each));
  std::ranges::sort(seen.due, [](const Due& a, const Due& b) {
    bool graver = a.alarm.severity > b.alarm.severity;
    return a.alarm.severity == b.alarm.severity ? a.call.due < b.call.due : graver;
  });
  return seen;
}

// What finds no free hand stays due: a hand that is over wakes the watcher.
void Bell::ring(Due due) {
  std::lock_guard lock(mutex_);
  auto running = std::ranges::count_if(hands_, [](const Hand& hand) { return !hand.over; });
  if (stopping_ || running >= static_cast<std::ptrdiff_t>(limits::hooks_running_max)) return;
  busy_.insert(due.key);
  Hand& hand = hands_.emplace_back();
  hand.thread = std::jthread([this, &hand, due = std::move(due)](const std::stop_token& stop) {
    run(due, stop);
    std::lock_guard over(mutex_);
    hand.over = woken_ = true;
    changed_.notify_one();
  });
}

void Bell::run(const Due& due, const std::stop_token& stop) {
  std::size_t step = due.call.step;
  auto outcome = run_hook(runtime_, roster_[step],
                          to_text(Notice{.node = node_,
                                         .code = due.code,
                                         .severity = due.severity,
                                         .at = due.alarm.raised,
                                         .step = step + 1,
                                         .drill = false,
                                         .alarm = due.key}),
                          stop);
  if (!outcome) return;
  auto number = static_cast<std::int64_t>(step + 1);
  if (outcome->empty())
    log_.write(Level::info, "alarm_rung", {{"step", number}, {"code", due.code}});
  else
    log_.write(Level::error, "alarm_hook_failed",
               {{"step", number}, {"code", due.code}, {"why", *outcome}});
  node::AlarmRung rung{due.key, due.alarm.raised, step, *std::move(outcome)};
  ports_.submit({rung}, [this, rung, before = due.before](const std::vector<node::Reply>& replies) {
    settle(rung, before, !replies[0].error);
  });
}

void Bell::settle(const node::AlarmRung& ring, const std::optional<node::RingRow>& before,
                  bool recorded) {
  Instant now = ports_.now();
  std::lock_guard lock(mutex_);
  busy_.erase(ring.alarm);
  if (recorded)
    unrecorded_.erase(ring.alarm);
  else
    unrecorded_[ring.alarm] = node::rung(before, ring, now);
  woken_ = true;
  changed_.notify_one();
}

}  // namespace comity::app
