#include "app/progress.h"

#include <cerrno>
#include <string>

namespace comity::app {

void Progress::write(std::string_view text) const {
  while (!text.empty()) {
    ssize_t n = ::write(fd_, text.data(), text.size());
    if (n < 0 && errno == EINTR) continue;
    if (n <= 0) return;  // a terminal that is gone needs no progress
    text.remove_prefix(static_cast<std::size_t>(n));
  }
}

void Progress::show(std::string_view line) {
  if (!terminal_) return;
  write("\r\x1b[K" + std::string(line));
  drawn_ = true;
}

void Progress::clear() {
  if (drawn_) write("\r\x1b[K");
  drawn_ = false;
}

}  // namespace comity::app
