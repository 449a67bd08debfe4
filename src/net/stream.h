#pragma once
// A connected socket, in the clear or under TLS, for net/ itself. Everything happens on its strand.
// OpenSSL works on the socket itself and Asio only waits: one copy and one system call a message
// less than asio::ssl::stream, and its templates need not be compiled.
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>
#include <boost/asio/strand.hpp>
#include <chrono>
#include <memory>
#include <optional>
#include <span>
#include <string_view>

#include "base/time.h"
#include "net/sockets.h"
#include "net/task.h"
#include "net/tls_state.h"

namespace comity::net {

using Strand = boost::asio::strand<boost::asio::io_context::executor_type>;

// Errors of every wait: Code::expired when the deadline passed, Code::unreachable after cancel(),
// Code::io when the connection is lost, Code::not_allowed when TLS refuses a pin.
class Stream {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Stream>> open(const Strand& strand, Fd fd);
  ~Stream();
  Stream(const Stream&) = delete;
  Stream& operator=(const Stream&) = delete;

  [[nodiscard]] int fd() { return descriptor_.native_handle(); }
  [[nodiscard]] const Strand& strand() const { return strand_; }

  Task<Result<void>> wait_readable();  // a listening socket: somebody calls
  Task<Result<void>> finish_connecting();
  Task<Result<void>> handshake(TlsContext context);
  [[nodiscard]] std::optional<crypto::TlsPin> peer_pin() const;

  // At least one byte; 0 when the other side has ended its half in order.
  Task<Result<std::size_t>> read_some(std::span<char> into);
  // One after the other as if they were one text. What they look at must stay until it returns.
  // Over TLS those that are short of a record share one.
  Task<Result<void>> write_pieces(std::vector<std::string_view> pieces);
  Task<Result<void>> write_all(std::string_view bytes);  // `bytes` must stay until it returns
  // Until wake(). One wake is remembered.
  Task<Result<void>> sleep();
  void wake();
  // Ends our half and lets the other side read what we sent before the socket goes: closing at once
  // with unread input would reset the connection and take the reply with it. Bounded by
  // limits::tls_shutdown_wait_max.
  Task<void> close_gently();

  void close();

  // One deadline at a time; it ends any wait under way or to come.
  void expire_after(Millis wait);
  // Ends every wait, for good.
  void cancel();

 private:
  using Time = std::chrono::steady_clock::time_point;
  // The timer fires rarely: a deadline that moves away only changes `deadline`, and the timer looks
  // when it gets there.
  struct Watch {
    Watch(const Strand& strand, Stream* of) : timer(strand), stream(of) {}
    boost::asio::steady_timer timer;
    Stream* stream;  // null once the stream is gone
    Time deadline = Time::max();
    Time armed = Time::max();
    std::uint64_t turn = 0;
  };
  static void arm(const std::shared_ptr<Watch>& watch);

  Stream(const Strand& strand);
  enum class Until { readable, writable };
  Task<Result<void>> wait(Until until);
  [[nodiscard]] Result<void> still_good() const;
  void interrupt();
  Task<Result<void>> write_records(std::span<const std::string_view> pieces);
  // What a TLS call that did not succeed waits for, or its error.
  [[nodiscard]] Result<Until> wanted(int returned, std::string_view doing);

  Strand strand_;
  boost::asio::posix::stream_descriptor descriptor_;
  SslPtr ssl_;  // none: in the clear
  boost::asio::steady_timer bell_;
  std::shared_ptr<Watch>
      watch_;  // shared with the timer's handler, which may be queued when the stream goes
  bool woken_ = false;
  bool expired_ = false;
  bool cancelled_ = false;
  bool just_wrote_ = false;  // so nothing is there to read yet: wait first
  bool broken_ = false;      // TLS failed: it may not be shut down in order
};

}  // namespace comity::net
