#pragma once
// File descriptors of sockets, for net/ itself.
#include <sys/socket.h>

#include <utility>

#include "net/endpoint.h"

namespace comity::net {

class Fd {
 public:
  Fd() = default;
  explicit Fd(int fd) : fd_(fd) {}
  Fd(Fd&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
  Fd& operator=(Fd&& other) noexcept;
  ~Fd();
  [[nodiscard]] int get() const { return fd_; }
  [[nodiscard]] int release() { return std::exchange(fd_, -1); }
  [[nodiscard]] explicit operator bool() const { return fd_ >= 0; }

 private:
  int fd_ = -1;
};

struct Address {
  sockaddr_storage bytes{};
  socklen_t size = 0;
};

// Without asking a resolver: a numeric host, or a UNIX path. Code::not_found for a name,
// Code::bad_value for a path that is too long.
[[nodiscard]] Result<Address> numeric_address(const Endpoint& endpoint);
// "192.0.2.7:443", "[2001:db8::7]:443" or "unix".
[[nodiscard]] std::string to_text(const Address& address);

// A listening, non-blocking socket; `endpoint.port` becomes the one bound. Asks the resolver for
// names, and blocks.
[[nodiscard]] Result<Fd> listen_at(Endpoint& endpoint);
// A non-blocking socket whose connection is under way (or made); TCP without Nagle's delay.
[[nodiscard]] Result<Fd> start_connect(const Address& address);
// After it became writable: was it connected?
[[nodiscard]] Result<void> finish_connect(int fd);
void no_delay(int fd);  // does nothing on a UNIX socket
// False when the peer of an idle connection has closed it, or has said something unasked.
[[nodiscard]] bool quiet_and_open(int fd);
[[nodiscard]] Error io_error(std::string what, int error_number);

}  // namespace comity::net
