#pragma once
// One line on a terminal that moves while something long is done; elsewhere nothing.
#include <unistd.h>

#include <string_view>

namespace comity::app {

class Progress {
 public:
  explicit Progress(int fd = STDERR_FILENO) : fd_(fd), terminal_(::isatty(fd) == 1) {}
  ~Progress() { clear(); }
  Progress(const Progress&) = delete;
  Progress& operator=(const Progress&) = delete;

  [[nodiscard]] bool is_seen() const { return terminal_; }
  // What others wrote belongs through for_terminal() first.
  void show(std::string_view line);
  void clear();

 private:
  void write(std::string_view text) const;
  int fd_;
  bool terminal_, drawn_ = false;
};

}  // namespace comity::app
