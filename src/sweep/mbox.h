#pragma once
// Mailboxes as one file, message behind message: RFC 4155.
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace comity::sweep {

// A "From " line, and behind it what looks like a message.
[[nodiscard]] bool looks_like_mbox(std::string_view beginning);

// Cuts a stream at its "From " lines: those behind an empty line, and those that end with a time
// and a year, since some writers set no empty line.
class Mailbox {
 public:
  struct Sees {
    std::function<void()> begin;  // another message
    std::function<void(std::string_view bytes)> bytes;
  };
  explicit Mailbox(Sees sees) : sees_(std::move(sees)) {}
  void feed(std::string_view bytes);
  void finish();  // once, last

 private:
  void line(std::string_view whole);
  Sees sees_;
  std::string rest_;  // of a line whose end has not come
  bool behind_empty_ = true;
  bool long_ = false;  // the line's beginning was handed on
};

}  // namespace comity::sweep
