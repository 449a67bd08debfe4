#include "net/stream.h"

#include <openssl/err.h>
#include <sys/socket.h>
#include <sys/uio.h>

#include <algorithm>
#include <boost/asio/as_tuple.hpp>
#include <boost/asio/bind_executor.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <cerrno>

#include "base/check.h"
#include "base/limits.h"

namespace comity::net {
namespace asio = boost::asio;
namespace {

constexpr std::size_t tls_record_bytes = 16u << 10;  // RFC 8446, section 5.1

constexpr std::size_t pieces_at_once = 64;  // of one sendmsg()

// What is left of the pieces after so many bytes of them.
std::span<std::string_view> behind(std::span<std::string_view> pieces, std::size_t bytes) {
  while (!pieces.empty() && bytes >= pieces.front().size()) {
    bytes -= pieces.front().size();
    pieces = pieces.subspan(1);
  }
  if (!pieces.empty()) pieces.front().remove_prefix(bytes);
  return pieces;
}

constexpr auto as_value = asio::as_tuple(asio::use_awaitable);

}  // namespace

Stream::Stream(const Strand& strand)
    : strand_(strand),
      descriptor_(strand),
      bell_(strand),
      watch_(std::make_shared<Watch>(strand, this)) {}

Result<std::unique_ptr<Stream>> Stream::open(const Strand& strand, Fd fd) {
  std::unique_ptr<Stream> stream(new Stream(strand));
  boost::system::error_code error;
  stream->descriptor_.assign(fd.get(), error);
  if (error) return fail(Code::io, "cannot watch a socket: " + error.message());
  (void)fd.release();  // now the descriptor's
  return stream;
}

Stream::~Stream() {
  watch_->stream = nullptr;
  watch_->timer.cancel();
}

Result<void> Stream::still_good() const {
  if (cancelled_) return fail(Code::unreachable, "the connection was stopped");
  if (expired_) return fail(Code::expired, "the deadline has passed");
  return {};
}

Task<Result<void>> Stream::wait(Until until) {
  CO_TRY_VOID(still_good());
  const auto type = until == Until::readable ? asio::posix::descriptor_base::wait_read
                                             : asio::posix::descriptor_base::wait_write;
  const auto [error] = co_await descriptor_.async_wait(type, as_value);
  CO_TRY_VOID(still_good());
  if (error) co_return fail(Code::io, "waiting for a socket: " + error.message());
  co_return Result<void>{};
}

Task<Result<void>> Stream::wait_readable() {
  co_return co_await wait(Until::readable);
}

Task<Result<void>> Stream::finish_connecting() {
  CO_TRY_VOID(co_await wait(Until::writable));
  co_return finish_connect(fd());
}

Result<Stream::Until> Stream::wanted(int returned, std::string_view doing) {
  const int system_error = errno;
  switch (SSL_get_error(ssl_.get(), returned)) {
    case SSL_ERROR_WANT_READ:
      return Until::readable;
    case SSL_ERROR_WANT_WRITE:
      return Until::writable;
    case SSL_ERROR_SYSCALL:
      broken_ = true;
      ERR_clear_error();
      return std::unexpected(io_error(std::string(doing), system_error));
    default:
      broken_ = true;
      return std::unexpected(tls_error(doing));
  }
}

Task<Result<void>> Stream::handshake(TlsContext context) {
  CO_TRY(ssl_, make_ssl(context, fd()));
  while (true) {
    ERR_clear_error();
    const int done = SSL_do_handshake(ssl_.get());
    if (done == 1) co_return Result<void>{};
    CO_TRY(const Until until, wanted(done, "TLS handshake"));
    CO_TRY_VOID(co_await wait(until));
  }
}

std::optional<crypto::TlsPin> Stream::peer_pin() const {
  return ssl_ ? pin_of_peer(ssl_.get()) : std::nullopt;
}

Task<Result<std::size_t>> Stream::read_some(std::span<char> into) {
  // Records that OpenSSL holds already do not make the socket readable.
  if (just_wrote_ && (!ssl_ || SSL_has_pending(ssl_.get()) == 0))
    CO_TRY_VOID(co_await wait(Until::readable));
  just_wrote_ = false;
  while (true) {
    CO_TRY_VOID(still_good());
    Until until = Until::readable;
    if (ssl_) {
      ERR_clear_error();
      std::size_t count = 0;
      const int done = SSL_read_ex(ssl_.get(), into.data(), into.size(), &count);
      if (done == 1) co_return count;
      if (SSL_get_error(ssl_.get(), done) == SSL_ERROR_ZERO_RETURN) co_return std::size_t{0};
      CO_TRY(until, wanted(done, "reading"));
    } else {
      const ssize_t count = ::recv(fd(), into.data(), into.size(), 0);
      if (count >= 0) co_return static_cast<std::size_t>(count);
      if (errno != EAGAIN && errno != EINTR) co_return std::unexpected(io_error("reading", errno));
    }
    CO_TRY_VOID(co_await wait(until));
  }
}

Task<Result<void>> Stream::write_all(std::string_view bytes) {
  while (!bytes.empty()) {
    CO_TRY_VOID(still_good());
    Until until = Until::writable;
    if (ssl_) {
      ERR_clear_error();
      std::size_t count = 0;
      const int done = SSL_write_ex(ssl_.get(), bytes.data(), bytes.size(), &count);
      if (done == 1) {
        bytes.remove_prefix(count);
        continue;
      }
      CO_TRY(until, wanted(done, "writing"));
    } else {
      const ssize_t count = ::send(fd(), bytes.data(), bytes.size(), MSG_NOSIGNAL);
      if (count >= 0) {
        bytes.remove_prefix(static_cast<std::size_t>(count));
        continue;
      }
      if (errno != EAGAIN && errno != EINTR) co_return std::unexpected(io_error("writing", errno));
    }
    CO_TRY_VOID(co_await wait(until));
  }
  just_wrote_ = true;
  co_return Result<void>{};
}

Task<Result<void>> Stream::write_pieces(std::vector<std::string_view> pieces) {
  std::erase_if(pieces, [](std::string_view each) { return each.empty(); });
  if (ssl_) co_return co_await write_records(pieces);
  for (std::span<std::string_view> left(pieces); !left.empty();) {
    iovec parts[pieces_at_once];
    std::size_t count = std::min(left.size(), pieces_at_once);
    for (std::size_t i = 0; i < count; ++i)
      parts[i] = {const_cast<char*>(left[i].data()), left[i].size()};
    msghdr message{};
    message.msg_iov = parts;
    message.msg_iovlen = count;
    CO_TRY_VOID(still_good());
    const ssize_t sent = ::sendmsg(fd(), &message, MSG_NOSIGNAL);
    if (sent < 0 && errno != EAGAIN && errno != EINTR)
      co_return std::unexpected(io_error("writing", errno));
    if (sent < 0) CO_TRY_VOID(co_await wait(Until::writable));
    left = behind(left, sent < 0 ? 0 : static_cast<std::size_t>(sent));
  }
  just_wrote_ = true;
  co_return Result<void>{};
}

Task<Result<void>> Stream::write_records(std::span<const std::string_view> pieces) {
  std::string record;
  for (std::string_view piece : pieces) {
    while (!piece.empty()) {
      std::size_t size = std::min(piece.size(), tls_record_bytes - record.size());
      bool whole = record.empty() && size == tls_record_bytes;
      if (whole) {
        CO_TRY_VOID(co_await write_all(piece.substr(0, size)));
      } else {
        record += piece.substr(0, size);
      }
      piece.remove_prefix(size);
      if (record.size() < tls_record_bytes) continue;
      CO_TRY_VOID(co_await write_all(record));
      record.clear();
    }
  }
  co_return co_await write_all(record);
}

Task<Result<void>> Stream::sleep() {
  while (!woken_) {
    CO_TRY_VOID(still_good());
    bell_.expires_at(Time::max());
    (void)co_await bell_.async_wait(as_value);
  }
  woken_ = false;
  co_return still_good();
}

void Stream::wake() {
  woken_ = true;
  bell_.cancel();
}

Task<void> Stream::close_gently() {
  if (cancelled_) co_return;
  expire_after(limits::tls_shutdown_wait_max);
  ERR_clear_error();
  if (ssl_ && !broken_ && SSL_is_init_finished(ssl_.get()) == 1)
    (void)SSL_shutdown(ssl_.get());  // close_notify
  ::shutdown(fd(), SHUT_WR);
  char scrap[16 << 10];
  for (std::size_t drained = 0; drained < limits::http_drain_bytes_max;) {
    const ssize_t count = ::recv(fd(), scrap, sizeof scrap, 0);
    if (count > 0) {
      drained += static_cast<std::size_t>(count);
      if (!still_good()) co_return;
      continue;
    }
    if (count == 0 || (errno != EAGAIN && errno != EINTR)) co_return;
    if (!co_await wait(Until::readable)) co_return;
  }
}

void Stream::close() {
  boost::system::error_code ignored;
  descriptor_.close(ignored);
}

void Stream::expire_after(Millis wait) {
  expired_ = false;
  watch_->deadline = std::chrono::steady_clock::now() + wait;
  if (watch_->deadline < watch_->armed) arm(watch_);
}

void Stream::arm(const std::shared_ptr<Watch>& watch) {
  watch->armed = watch->deadline;
  watch->timer.expires_at(watch->deadline);
  const auto on_time = [watch, turn = ++watch->turn](const boost::system::error_code& error) {
    // A handler already queued when the timer was set anew comes without an error; its turn is over
    // all the same.
    if (error || watch->stream == nullptr || turn != watch->turn) return;
    if (std::chrono::steady_clock::now() < watch->deadline) return arm(watch);
    watch->armed = Time::max();
    watch->stream->expired_ = true;
    watch->stream->interrupt();
  };
  watch->timer.async_wait(on_time);
}

void Stream::cancel() {
  cancelled_ = true;
  interrupt();
}

void Stream::interrupt() {
  boost::system::error_code ignored;
  descriptor_.cancel(ignored);
  bell_.cancel();
}

}  // namespace comity::net
