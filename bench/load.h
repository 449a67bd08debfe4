#pragma once
// A reader of pages that costs next to nothing: what a server answers is counted and thrown away in
// the kernel, never copied, never decrypted. So the server is what is measured, not its client.
#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

namespace comity::bench {

enum class Wire { plain, tls };

struct Target {
  std::string request;      // as it is sent
  std::size_t plain_bytes;  // of the response, header and body; learnt by fetch()
};

// One request on a connection of its own; the response's header and body, and how long both are.
struct Fetched {
  int status = 0;
  std::string header, body;
};
[[nodiscard]] Fetched fetch(int port, Wire wire, const std::string& request);

struct Load {
  double requests = 0, seconds = 0;
  double server_seconds = 0;  // of processor time
  [[nodiscard]] double per_second() const { return requests / seconds; }
  [[nodiscard]] double processor_us() const { return 1e6 * server_seconds / requests; }
};

// `connections` at once ask for targets at random for `seconds`.
//   process  whose processor time is counted: the server's
[[nodiscard]] Load load(int port, Wire wire, const std::vector<Target>& targets, int connections,
                        double seconds, pid_t process);

// What `make` gives, posted by a few at once, each the next when the last is answered; none: the
// end.
struct Posted {
  std::size_t taken = 0, refused = 0;  // by the counts of the answers
  double seconds = 0, server_seconds = 0;
};
[[nodiscard]] Posted post(int port, int connections, pid_t process,
                          const std::function<std::optional<std::string>()>& make);

// Processor time of another process, in seconds.
[[nodiscard]] double processor_seconds_of(pid_t process);
// This thread runs on that core from now on, if the machine has so many.
void stay_on(int core);

}  // namespace comity::bench
