#include "net/runtime.h"

#include <pthread.h>

#include <csignal>

#include <boost/asio/executor_work_guard.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/steady_timer.hpp>
#include <mutex>
#include <thread>
#include <vector>

#include "base/check.h"

namespace comity::net {
namespace asio = boost::asio;
namespace {

thread_local const void* own_runtime = nullptr;  // which Runtime this thread serves

}  // namespace

struct Timer::State {
  explicit State(asio::io_context& io) : timer(io) {}
  // Held while the function runs: cancel() from another thread waits for its end, from inside it
  // goes through.
  std::recursive_mutex mutex;
  asio::steady_timer timer;
  std::function<void()> fn;
};

Timer::Timer() = default;
Timer::Timer(Timer&&) noexcept = default;
Timer& Timer::operator=(Timer&& other) noexcept {
  cancel();
  state_ = std::move(other.state_);
  return *this;
}
Timer::~Timer() {
  cancel();
}

void Timer::cancel() {
  if (!state_) return;
  const auto state = std::move(state_);
  const std::lock_guard lock(state->mutex);
  state->fn = nullptr;
  state->timer.cancel();
}

struct Runtime::Impl {
  explicit Impl(std::size_t threads_wanted)
      : io(static_cast<int>(threads_wanted)), work(asio::make_work_guard(io)) {}
  asio::io_context io;
  asio::executor_work_guard<asio::io_context::executor_type> work;
  std::vector<std::thread> threads;

  void run() {
    // OpenSSL writes to sockets without MSG_NOSIGNAL: a peer that has gone must be an error, not a
    // signal.
    sigset_t set;
    sigemptyset(&set);
    sigaddset(&set, SIGPIPE);
    pthread_sigmask(SIG_BLOCK, &set, nullptr);
    own_runtime = this;
    io.run();
  }
};

Runtime::Runtime(std::size_t threads) : impl_(std::make_unique<Impl>(threads)) {
  check(threads >= 1, "a runtime has a thread");
  for (std::size_t i = 0; i < threads; ++i) {
    impl_->threads.emplace_back([impl = impl_.get()] { impl->run(); });
    ::pthread_setname_np(impl_->threads.back().native_handle(), "network");
  }
}

Runtime::~Runtime() {
  stop();
}

void Runtime::stop() {
  check(!on_own_thread(), "a runtime cannot join its own thread");
  impl_->io.stop();
  for (std::thread& thread : impl_->threads) thread.join();
  impl_->threads.clear();
}

bool Runtime::on_own_thread() const {
  return own_runtime == impl_.get();
}

void Runtime::post(std::function<void()> fn) {
  asio::post(impl_->io, std::move(fn));
}

Timer Runtime::after(Millis delay, std::function<void()> fn) {
  Timer out;
  out.state_ = std::make_shared<Timer::State>(impl_->io);
  out.state_->fn = std::move(fn);
  out.state_->timer.expires_after(delay);
  const std::lock_guard lock(out.state_->mutex);
  out.state_->timer.async_wait([state = out.state_](const boost::system::error_code& error) {
    const std::lock_guard guard(state->mutex);
    if (error || !state->fn) return;
    // Moved out first: the function may replace or destroy its own Timer.
    const auto run = std::exchange(state->fn, nullptr);
    run();
  });
  return out;
}

asio::io_context& Runtime::io() {
  return impl_->io;
}

}  // namespace comity::net
