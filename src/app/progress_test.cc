#include "app/progress.h"

#include <fcntl.h>
#include <gtest/gtest.h>
#include <stdlib.h>

#include <string>

namespace comity::app {
namespace {

std::string read_some(int fd) {
  char bytes[256];
  ssize_t n = ::read(fd, bytes, sizeof bytes);
  return n > 0 ? std::string(bytes, static_cast<std::size_t>(n)) : "";
}

TEST(Progress, moves_one_line_of_a_terminal_and_takes_it_away) {
  int terminal = ::posix_openpt(O_RDWR | O_NOCTTY);
  ASSERT_GE(terminal, 0);
  ASSERT_EQ(::grantpt(terminal), 0);
  ASSERT_EQ(::unlockpt(terminal), 0);
  int line = ::open(::ptsname(terminal), O_RDWR | O_NOCTTY);
  ASSERT_GE(line, 0);
  {
    Progress progress(line);
    EXPECT_TRUE(progress.is_seen());
    progress.clear();  // nothing was drawn
    progress.show("1 of 2");
    EXPECT_EQ(read_some(terminal), "\r\x1b[K1 of 2");
    progress.show("2 of 2");
    EXPECT_EQ(read_some(terminal), "\r\x1b[K2 of 2");
  }
  EXPECT_EQ(read_some(terminal), "\r\x1b[K");
  ::close(line);
  ::close(terminal);
}

TEST(Progress, writes_nothing_into_a_pipe) {
  int ends[2];
  ASSERT_EQ(::pipe(ends), 0);
  {
    Progress progress(ends[1]);
    EXPECT_FALSE(progress.is_seen());
    progress.show("1 of 2");
  }
  ::close(ends[1]);
  EXPECT_EQ(read_some(ends[0]), "");
  ::close(ends[0]);
}

}  // namespace
}  // namespace comity::app
