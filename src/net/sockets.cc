#include "net/sockets.h"

#include <arpa/inet.h>
#include <netdb.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <memory>
#include <system_error>

namespace comity::net {
namespace {

constexpr int backlog = 256;

Result<Address> unix_address(const std::string& path) {
  Address out;
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  if (path.size() >= sizeof address.sun_path) {
    return fail(Code::bad_value,
                "the path of a UNIX socket may have 107 bytes: use a shorter folder", path);
  }
  path.copy(address.sun_path, path.size());
  std::memcpy(&out.bytes, &address, sizeof address);
  out.size = sizeof address;
  return out;
}

Result<Address> listening_address(const Endpoint& endpoint) {
  auto numeric = numeric_address(endpoint);
  if (numeric || numeric.error().code != Code::not_found) return numeric;
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  hints.ai_flags = AI_PASSIVE;
  addrinfo* found = nullptr;
  const int error =
      getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &found);
  if (error != 0)
    return fail(Code::io, std::string("cannot resolve the name: ") + gai_strerror(error),
                endpoint.host);
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  Address out;
  std::memcpy(&out.bytes, found->ai_addr, found->ai_addrlen);
  out.size = found->ai_addrlen;
  return out;
}

Result<Fd> open_socket(int family) {
  Fd fd(::socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0));
  if (!fd) return std::unexpected(io_error("cannot make a socket", errno));
  return fd;
}

// A socket file that nobody answers at is left over from a process that died; a live one is not
// ours to take.
Result<void> clear_dead_socket(const std::string& path, const Address& address) {
  struct stat info{};
  if (::lstat(path.c_str(), &info) != 0) return {};
  if (!S_ISSOCK(info.st_mode))
    return fail(Code::io, "something that is not a socket is in the way", path);
  TRY(const Fd probe, open_socket(AF_UNIX));
  const auto* raw = reinterpret_cast<const sockaddr*>(&address.bytes);
  if (::connect(probe.get(), raw, address.size) == 0 || errno != ECONNREFUSED) {
    return fail(Code::io, "another process listens there already", path);
  }
  if (::unlink(path.c_str()) != 0)
    return std::unexpected(io_error("cannot remove a dead socket", errno));
  return {};
}

}  // namespace

Fd& Fd::operator=(Fd&& other) noexcept {
  std::swap(fd_, other.fd_);
  return *this;
}

Fd::~Fd() {
  if (fd_ >= 0) ::close(fd_);
}

Error io_error(std::string what, int error_number) {
  return {Code::io, std::move(what) + ": " + std::generic_category().message(error_number), ""};
}

Result<Address> numeric_address(const Endpoint& endpoint) {
  if (!endpoint.unix_path.empty()) return unix_address(endpoint.unix_path);
  Address out;
  sockaddr_in four{};
  if (inet_pton(AF_INET, endpoint.host.c_str(), &four.sin_addr) == 1) {
    four.sin_family = AF_INET;
    four.sin_port = htons(endpoint.port);
    std::memcpy(&out.bytes, &four, sizeof four);
    out.size = sizeof four;
    return out;
  }
  sockaddr_in6 six{};
  if (inet_pton(AF_INET6, endpoint.host.c_str(), &six.sin6_addr) == 1) {
    six.sin6_family = AF_INET6;
    six.sin6_port = htons(endpoint.port);
    std::memcpy(&out.bytes, &six, sizeof six);
    out.size = sizeof six;
    return out;
  }
  return fail(Code::not_found, "a name, not a numeric address", endpoint.host);
}

std::string to_text(const Address& address) {
  char host[INET6_ADDRSTRLEN] = {};
  if (address.bytes.ss_family == AF_INET) {
    sockaddr_in four{};
    std::memcpy(&four, &address.bytes, sizeof four);
    inet_ntop(AF_INET, &four.sin_addr, host, sizeof host);
    return std::string(host) + ":" + std::to_string(ntohs(four.sin_port));
  }
  if (address.bytes.ss_family == AF_INET6) {
    sockaddr_in6 six{};
    std::memcpy(&six, &address.bytes, sizeof six);
    inet_ntop(AF_INET6, &six.sin6_addr, host, sizeof host);
    return "[" + std::string(host) + "]:" + std::to_string(ntohs(six.sin6_port));
  }
  return "unix";
}

Result<Fd> listen_at(Endpoint& endpoint) {
  TRY(Address address, listening_address(endpoint));
  TRY(Fd fd, open_socket(address.bytes.ss_family));
  auto* raw = reinterpret_cast<sockaddr*>(&address.bytes);
  const std::string at = "cannot listen at " + to_text(endpoint);
  if (!endpoint.unix_path.empty()) {
    TRY_VOID(clear_dead_socket(endpoint.unix_path, address));
    // On Linux bind() gives the file the mode of the socket: it is never open to others, not even
    // for a moment.
    if (::fchmod(fd.get(), S_IRUSR | S_IWUSR) != 0) return std::unexpected(io_error(at, errno));
  } else {
    const int on = 1;
    ::setsockopt(fd.get(), SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  }
  if (::bind(fd.get(), raw, address.size) != 0) return std::unexpected(io_error(at, errno));
  if (::listen(fd.get(), backlog) != 0) return std::unexpected(io_error(at, errno));
  if (endpoint.unix_path.empty()) {
    if (::getsockname(fd.get(), raw, &address.size) != 0)
      return std::unexpected(io_error(at, errno));
    const std::string bound = to_text(address);
    endpoint.port = static_cast<std::uint16_t>(std::stoi(bound.substr(bound.rfind(':') + 1)));
  }
  return fd;
}

Result<Fd> start_connect(const Address& address) {
  TRY(Fd fd, open_socket(address.bytes.ss_family));
  no_delay(fd.get());
  const auto* raw = reinterpret_cast<const sockaddr*>(&address.bytes);
  if (::connect(fd.get(), raw, address.size) != 0 && errno != EINPROGRESS) {
    return std::unexpected(io_error("cannot connect", errno));
  }
  return fd;
}

Result<void> finish_connect(int fd) {
  int error = 0;
  socklen_t size = sizeof error;
  if (::getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
  if (error != 0) return std::unexpected(io_error("cannot connect", error));
  return {};
}

void no_delay(int fd) {
  const int on = 1;
  ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
}

bool quiet_and_open(int fd) {
  char byte = 0;
  return ::recv(fd, &byte, 1, MSG_PEEK | MSG_DONTWAIT) < 0 &&
         (errno == EAGAIN || errno == EWOULDBLOCK);
}

}  // namespace comity::net
