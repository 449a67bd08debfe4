#include "sweep/mbox.h"

#include <algorithm>

#include "base/limits_sweep.h"
#include "sweep/chars.h"
#include "sweep/mail.h"

namespace comity::sweep {
namespace {

// "From eve@example.com Sun Nov 22 06:25:01 2026", perhaps with a zone.
bool ends_with_time(std::string_view line) {
  auto digits = [&](std::size_t at, std::size_t count) {
    return at + count <= line.size() &&
           std::ranges::all_of(line.substr(at, count), [](char c) { return is(c, in_digit); });
  };
  for (std::size_t colon = line.find(':'); colon != line.npos; colon = line.find(':', colon + 1))
    if (colon >= 2 && digits(colon - 2, 2) && digits(colon + 1, 2)) {
      auto behind = line.substr(colon + 3);
      std::size_t year =
          behind.rfind(" 19") == behind.npos ? behind.rfind(" 20") : behind.rfind(" 19");
      if (year != behind.npos && digits(colon + 3 + year + 1, 4)) return true;
    }
  return false;
}

}  // namespace

bool looks_like_mbox(std::string_view text) {
  std::size_t end = text.find('\n');
  return text.starts_with("From ") && end != text.npos && looks_like_mail(text.substr(end + 1));
}

void Mailbox::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t end = bytes.find('\n');
    bool whole = end != bytes.npos;
    auto part = bytes.substr(0, whole ? end + 1 : end);
    bytes.remove_prefix(part.size());
    if (whole && rest_.empty() && !long_) {
      line(part);
      continue;
    }
    rest_ += part;
    bool too_long = rest_.size() > limits::sweep_list_line_bytes_max;
    if (!whole && !too_long) continue;
    if (long_)
      sees_.bytes(rest_);
    else
      line(rest_);
    long_ = !whole;
    rest_.clear();
  }
}

// A line that may come in parts begins no message, so that it does not matter how it comes.
void Mailbox::line(std::string_view whole) {
  bool may_begin = whole.size() <= limits::sweep_list_line_bytes_max && whole.starts_with("From ");
  if (may_begin && (behind_empty_ || ends_with_time(whole)))
    sees_.begin();
  else
    sees_.bytes(whole);
  behind_empty_ = whole == "\n" || whole == "\r\n";
}

void Mailbox::finish() {
  if (!rest_.empty() && long_) sees_.bytes(rest_);
  if (!rest_.empty() && !long_) line(rest_);
}

}  // namespace comity::sweep
