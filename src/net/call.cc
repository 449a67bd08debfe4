// The blocking call of the command line: plain sockets and poll(), no runtime.
#include <netdb.h>
#include <poll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstring>
#include <memory>
#include <vector>

#include "net/blocking.h"
#include "net/client.h"

namespace comity::net {
namespace {

using Time = std::chrono::steady_clock::time_point;

Result<std::vector<Address>> addresses_of(const Endpoint& endpoint) {
  auto numeric = numeric_address(endpoint);
  if (numeric) return std::vector{*numeric};
  if (numeric.error().code != Code::not_found) return std::unexpected(std::move(numeric).error());
  addrinfo hints{};
  hints.ai_socktype = SOCK_STREAM;
  addrinfo* found = nullptr;
  const int error =
      getaddrinfo(endpoint.host.c_str(), std::to_string(endpoint.port).c_str(), &hints, &found);
  if (error != 0)
    return fail(Code::unreachable, std::string("cannot resolve the name: ") + gai_strerror(error),
                endpoint.host);
  const std::unique_ptr<addrinfo, decltype(&freeaddrinfo)> owner(found, freeaddrinfo);
  std::vector<Address> out;
  for (const addrinfo* at = found; at != nullptr; at = at->ai_next) {
    Address address;
    std::memcpy(&address.bytes, at->ai_addr, at->ai_addrlen);
    address.size = at->ai_addrlen;
    out.push_back(address);
  }
  return out;
}

}  // namespace

Result<void> wait_for(int fd, short events, Time deadline) {
  while (true) {
    const auto left = std::chrono::ceil<Millis>(deadline - std::chrono::steady_clock::now());
    pollfd item{.fd = fd, .events = events, .revents = 0};
    const int ready =
        ::poll(&item, 1, static_cast<int>(std::clamp<std::int64_t>(left.count(), 0, INT32_MAX)));
    if (ready > 0) return {};
    if (ready == 0) return fail(Code::unreachable, "no reply before the deadline");
    if (errno != EINTR) return std::unexpected(io_error("waiting for a socket", errno));
  }
}

Result<Fd> connect_to(const Endpoint& endpoint, Time deadline) {
  TRY(const auto addresses, addresses_of(endpoint));
  Error last{Code::unreachable, "the name has no address", endpoint.host};
  for (const Address& address : addresses) {
    auto fd = start_connect(address);
    if (!fd) {
      last = std::move(fd).error();
      continue;
    }
    TRY_VOID(wait_for(fd->get(), POLLOUT, deadline));
    auto connected = finish_connect(fd->get());
    if (connected) return fd;
    last = std::move(connected).error();
  }
  last.where = to_text(endpoint);
  return std::unexpected(std::move(last));
}

namespace {

Result<void> send_all(int fd, std::string_view bytes, Time deadline) {
  while (!bytes.empty()) {
    const ssize_t count = ::send(fd, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (count >= 0) {
      bytes.remove_prefix(static_cast<std::size_t>(count));
    } else if (errno == EAGAIN) {
      TRY_VOID(wait_for(fd, POLLOUT, deadline));
    } else if (errno != EINTR) {
      return std::unexpected(io_error("writing", errno));
    }
  }
  return {};
}

Result<Response> receive(int fd, ResponseParser parser, Time deadline) {
  std::vector<char> buffer(limits::http_read_bytes);
  while (true) {
    TRY_VOID(wait_for(fd, POLLIN, deadline));
    const ssize_t count = ::recv(fd, buffer.data(), buffer.size(), 0);
    if (count == 0) return fail(Code::io, "the server closed the connection without a whole reply");
    if (count < 0 && (errno == EAGAIN || errno == EINTR)) continue;
    if (count < 0) return std::unexpected(io_error("reading", errno));
    std::string_view bytes(buffer.data(), static_cast<std::size_t>(count));
    TRY(const State state, parser.feed(bytes));
    if (state == State::done) return parser.take();
  }
}

Result<Response> attempt(const Endpoint& endpoint, Request& request, Time deadline,
                         std::size_t body_bytes_max) {
  if (find_header(request.headers, "host") == nullptr) {
    request.headers.emplace_back("host",
                                 endpoint.unix_path.empty() ? to_text(endpoint) : "localhost");
  }
  TRY(const std::string bytes, write(request));
  TRY(const Fd fd, connect_to(endpoint, deadline));
  // A server may answer before it has the whole body: its reply counts more than our failed write.
  const auto sent = send_all(fd.get(), bytes, deadline);
  auto reply = receive(fd.get(), ResponseParser(request.method, body_bytes_max), deadline);
  if (!reply && !sent) return std::unexpected(sent.error());
  return reply;
}

}  // namespace

Result<Response> call(const Endpoint& endpoint, Request request, Millis within,
                      std::size_t body_bytes_max) {
  auto reply =
      attempt(endpoint, request, std::chrono::steady_clock::now() + within, body_bytes_max);
  if (!reply && reply.error().code == Code::io) reply.error().code = Code::unreachable;
  return reply;
}

}  // namespace comity::net
