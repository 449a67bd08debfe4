#pragma once
// Wakes people: looks at which alarm is due for which step (node/bell.h), runs the hook on a thread
// of its own, and hands back what came of it as an input.
//
// At least once: a step counts when its outcome is on disk, so one that a crash cut off is run
// again. When the store does not take an outcome, it is remembered here for as long as the process
// lives, so that a full disk does not ring without end.
#include <condition_variable>
#include <functional>
#include <list>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <thread>

#include "app/hook.h"
#include "base/log.h"
#include "node/input.h"
#include "node/ports.h"

namespace comity::app {

class Bell {
 public:
  struct Ports {
    std::function<void(std::vector<node::Input>, std::function<void(std::vector<node::Reply>)>)>
        submit;
    std::function<Result<std::unique_ptr<node::View>>()> snapshot;
    std::function<Instant()> now;
  };
  // Looks at once: what was due while the process was down is due now.
  Bell(net::Runtime& runtime, const Log& log, std::string node, Roster roster, Ports ports);
  ~Bell();  // stop()
  Bell(const Bell&) = delete;
  Bell& operator=(const Bell&) = delete;

  void wake();  // from any thread: an alarm was raised
  void stop();  // kills what runs; not from a thread of the bell or the runtime

 private:
  struct Due;
  struct Seen;
  struct Hand {  // that rings
    std::jthread thread;
    bool over = false;
  };
  void watch();
  [[nodiscard]] Result<Seen> look(Instant now);
  void ring(Due due);
  void run(const Due& due, const std::stop_token& stop);
  void settle(const node::AlarmRung& ring, const std::optional<node::RingRow>& before,
              bool recorded);

  net::Runtime& runtime_;
  const Log& log_;
  std::string node_;
  Roster roster_;
  std::vector<node::RosterStep> steps_;
  Ports ports_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false, woken_ = false;
  std::list<Hand> hands_;
  std::set<std::string> busy_;                       // alarms with a hook under way
  std::map<std::string, node::RingRow> unrecorded_;  // rung, and not taken by the store
  std::thread watcher_;
};

}  // namespace comity::app
