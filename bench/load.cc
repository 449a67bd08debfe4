#include "load.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <openssl/ssl.h>
#include <sched.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

#include <cstring>
#include <memory>
#include <mutex>
#include <random>
#include <thread>

#include "base/check.h"
#include "figures.h"

namespace comity::bench {
namespace {

SSL_CTX* context() {
  static SSL_CTX* made = [] {
    SSL_CTX* fresh = SSL_CTX_new(TLS_client_method());
    SSL_CTX_set_min_proto_version(fresh, TLS1_3_VERSION);
    check(SSL_CTX_set_ciphersuites(fresh, "TLS_AES_256_GCM_SHA384") == 1, "a cipher suite");
    return fresh;
  }();
  return made;
}

class Connection {
 public:
  Connection(int port, Wire wire) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(static_cast<std::uint16_t>(port));
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int on = 1;
    ::setsockopt(fd_, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    check(::connect(fd_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0, "the server listens");
    if (wire == Wire::plain) return;
    ssl_ = SSL_new(context());
    SSL_set_fd(ssl_, fd_);
    check(SSL_connect(ssl_) == 1, "a TLS 1.3 handshake");
  }
  ~Connection() {
    SSL_free(ssl_);
    ::close(fd_);
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] int fd() const { return fd_; }
  void send(const std::string& bytes) {
    auto sent = ssl_ ? SSL_write(ssl_, bytes.data(), static_cast<int>(bytes.size()))
                     : ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    check(sent == static_cast<ssize_t>(bytes.size()), "a request is sent whole");
  }
  [[nodiscard]] Fetched receive();
  void expect(std::size_t bytes) { left_ = bytes; }
  // Throws away what came; true once the whole response has.
  [[nodiscard]] bool discard() { return ssl_ ? discard_records() : discard_bytes(); }

 private:
  [[nodiscard]] std::size_t read(char* into, std::size_t size) {
    auto count = ssl_ ? SSL_read(ssl_, into, static_cast<int>(size)) : ::recv(fd_, into, size, 0);
    check(count > 0, "the server answers");
    return static_cast<std::size_t>(count);
  }
  // 0: nothing is there now.
  [[nodiscard]] std::size_t drop(std::size_t most) {
    static char nowhere[1];
    ssize_t count = ::recv(fd_, nowhere, most, MSG_TRUNC | MSG_DONTWAIT);
    check(count > 0 || (count < 0 && errno == EAGAIN), "the server answers");
    return count < 0 ? 0 : static_cast<std::size_t>(count);
  }
  [[nodiscard]] bool discard_bytes() {
    while (left_ > 0) {
      std::size_t count = drop(left_);
      if (count == 0) return false;
      left_ -= count;
    }
    return true;
  }
  [[nodiscard]] bool discard_records();

  int fd_;
  SSL* ssl_ = nullptr;
  std::size_t left_ = 0;    // of the response, in plain bytes
  std::size_t record_ = 0;  // of the record under way, on the wire
  unsigned char head_[5]{};
  std::size_t head_size_ = 0;
};

// RFC 8446, section 5.2: five bytes of header; the record's type and a tag of 16 bytes are no
// content.
bool Connection::discard_records() {
  for (;;) {
    while (record_ > 0) {
      std::size_t count = drop(record_);
      if (count == 0) return false;
      record_ -= count;
    }
    if (left_ == 0) return true;
    ssize_t count = ::recv(fd_, head_ + head_size_, 5 - head_size_, MSG_DONTWAIT);
    if (count <= 0) return check(count < 0 && errno == EAGAIN, "the server answers"), false;
    head_size_ += static_cast<std::size_t>(count);
    if (head_size_ < 5) continue;
    head_size_ = 0;
    record_ = static_cast<std::size_t>(head_[3]) << 8 | head_[4];
    check(head_[0] == 23 && record_ > 17 && record_ - 17 <= left_, "records hold the response");
    left_ -= record_ - 17;
  }
}

Fetched Connection::receive() {
  Fetched out;
  std::vector<char> into(256u << 10);
  std::string all;
  std::size_t end = std::string::npos, length = 0;
  while (end == std::string::npos || all.size() < end + length) {
    all.append(into.data(), read(into.data(), into.size()));
    if (end != std::string::npos) continue;
    end = all.find("\r\n\r\n");
    if (end == std::string::npos) continue;
    end += 4;
    for (char& c : all)
      if (&c < all.data() + end && 'A' <= c && c <= 'Z') c = static_cast<char>(c + 32);
    std::size_t at = all.find("content-length: ");
    check(at < end, "the response says how long it is");
    length = std::stoul(all.substr(at + 16));
  }
  out.status = std::stoi(all.substr(9, 3));
  out.header = all.substr(0, end);
  out.body = all.substr(end);
  return out;
}

}  // namespace

Fetched fetch(int port, Wire wire, const std::string& request) {
  Connection connection(port, wire);
  connection.send(request);
  return connection.receive();
}

Load load(int port, Wire wire, const std::vector<Target>& targets, int connections, double seconds,
          pid_t process) {
  int epoll = ::epoll_create1(EPOLL_CLOEXEC);
  std::vector<std::unique_ptr<Connection>> open;
  std::mt19937_64 dice(4);
  auto ask = [&](Connection& connection) {
    const Target& target = targets[dice() % targets.size()];
    connection.expect(target.plain_bytes);
    connection.send(target.request);
  };
  for (int i = 0; i < connections; ++i) {
    open.push_back(std::make_unique<Connection>(port, wire));
    epoll_event event{.events = EPOLLIN, .data = {.u32 = static_cast<std::uint32_t>(i)}};
    ::epoll_ctl(epoll, EPOLL_CTL_ADD, open.back()->fd(), &event);
    // The first answer is read as it is meant: it comes after the tickets of TLS 1.3.
    open.back()->send(targets[0].request);
    check(open.back()->receive().status == 200, "a page");
  }
  Load measured;
  double before = processor_seconds_of(process);
  Stopwatch watch;
  for (auto& connection : open) ask(*connection);
  while ((measured.seconds = watch.seconds()) < seconds) {
    epoll_event ready[64];
    int count = ::epoll_wait(epoll, ready, 64, 1000);
    check(count > 0, "the server answers within a second");
    for (int i = 0; i < count; ++i) {
      Connection& connection = *open[ready[i].data.u32];
      if (!connection.discard()) continue;
      ++measured.requests;
      ask(connection);
    }
  }
  measured.server_seconds = processor_seconds_of(process) - before;
  ::close(epoll);
  return measured;
}

Posted post(int port, int connections, pid_t process,
            const std::function<std::optional<std::string>()>& make) {
  Posted sum;
  std::mutex mutex;  // guards `make` and `sum`
  auto count = [](const std::string& body, std::string_view name) {
    std::size_t at = body.find(name);
    return at == std::string::npos ? 0 : std::stoul(body.substr(at + name.size()));
  };
  auto work = [&] {
    Connection connection(port, Wire::plain);
    for (;;) {
      std::optional<std::string> request;
      {
        std::lock_guard lock(mutex);
        request = make();
      }
      if (!request) return;
      connection.send(*request);
      Fetched answer = connection.receive();
      check(answer.status == 202, answer.body);
      std::lock_guard lock(mutex);
      sum.taken += count(answer.body, "\"success_count\":");
      sum.refused += count(answer.body, "\"failure_count\":");
    }
  };
  double before = processor_seconds_of(process);
  Stopwatch watch;
  {
    std::vector<std::jthread> threads;
    for (int i = 0; i < connections; ++i) threads.emplace_back(work);
  }
  sum.seconds = watch.seconds();
  sum.server_seconds = processor_seconds_of(process) - before;
  return sum;
}

double processor_seconds_of(pid_t process) {
  clockid_t clock{};
  timespec used{};
  check(::clock_getcpuclockid(process, &clock) == 0 && ::clock_gettime(clock, &used) == 0,
        "the server's processor time can be read");
  return static_cast<double>(used.tv_sec) + static_cast<double>(used.tv_nsec) * 1e-9;
}

void stay_on(int core) {
  if (::sysconf(_SC_NPROCESSORS_ONLN) < 2) return;
  cpu_set_t cores;
  CPU_ZERO(&cores);
  CPU_SET(static_cast<std::size_t>(core), &cores);
  ::sched_setaffinity(0, sizeof cores, &cores);
}

}  // namespace comity::bench
