#pragma once
// Sockets for a thread that waits, for net/ itself.
#include <chrono>

#include "net/sockets.h"

namespace comity::net {

// Until poll() reports one of `events`.  Errors: unreachable at the deadline.
[[nodiscard]] Result<void> wait_for(int fd, short events,
                                    std::chrono::steady_clock::time_point deadline);
// To the first address of the name that answers; non-blocking.
[[nodiscard]] Result<Fd> connect_to(const Endpoint& endpoint,
                                    std::chrono::steady_clock::time_point deadline);

}  // namespace comity::net
