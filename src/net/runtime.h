#pragma once
// The owner of the event loop and its threads. Servers, clients and timers live on it and must go
// before it.
#include <functional>
#include <memory>

#include "base/time.h"

namespace boost::asio {
class io_context;
}

namespace comity::net {

// A call to come. Destroying or cancelling it is final: afterwards the function neither runs nor is
// running, except when cancelled from inside itself. So never cancel while holding a lock that the
// function takes.
class Timer {
 public:
  Timer();
  Timer(Timer&&) noexcept;
  Timer& operator=(Timer&&) noexcept;
  ~Timer();
  void cancel();

 private:
  friend class Runtime;
  struct State;
  std::shared_ptr<State> state_;  // shared with the loop, which may be about to call it
};

class Runtime {
 public:
  // Threads start at once, with SIGPIPE blocked. threads >= 1.
  explicit Runtime(std::size_t threads = 1);
  ~Runtime();  // stop()
  Runtime(const Runtime&) = delete;
  Runtime& operator=(const Runtime&) = delete;

  // Runs `fn` soon on a thread of the runtime; from any thread. With several threads two posts may
  // run at once.
  void post(std::function<void()> fn);
  // Runs `fn` once after `delay` on a thread of the runtime, unless the Timer goes first.
  [[nodiscard]] Timer after(Millis delay, std::function<void()> fn);
  // Ends the loop and joins the threads; what was posted and not begun is dropped. Not from a
  // runtime thread.
  void stop();
  [[nodiscard]] bool on_own_thread() const;

  [[nodiscard]] boost::asio::io_context& io();  // for net/ itself

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace comity::net
