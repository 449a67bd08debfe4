#include "sweep/both.h"

#include <algorithm>
#include <cstring>
#include <vector>

#include "base/limits_sweep.h"
#include "sweep/json_text.h"

namespace comity::sweep {
namespace {

// Behind the last byte that ends whatever is looked for: a string's end before any other.
std::size_t end_of_part(std::string_view text) {
  std::size_t half = text.size() / 2;
  for (std::size_t at = text.size(); at > half; --at)
    if (text[at - 1] == '"' && text[at - 2] != '\\') return at;
  for (std::size_t at = text.size(); at > half; --at)
    if (static_cast<unsigned char>(text[at - 1]) <= 0x20) return at;
  return text.size();
}

}  // namespace

BothReadings::BothReadings(const Index& index, std::function<void(const Found&)> see)
    : see_(std::move(see)), scanner_(index, [this](const Found& found) { take(found); }) {}

// A little at a time, so that what was looked through for backslashes is still near when it is
// swept.
void BothReadings::feed(std::string_view bytes) {
  constexpr std::size_t near = 32u << 10;
  for (; bytes.size() > near; bytes.remove_prefix(near)) some(bytes.substr(0, near));
  some(bytes);
}

void BothReadings::some(std::string_view bytes) {
  if (!rest_.empty() || in_parts_) {
    std::size_t end = bytes.find('\n');
    auto taken = bytes.substr(0, end == bytes.npos ? end : end + 1);
    rest_ += taken;
    bytes.remove_prefix(taken.size());
    if (end == std::string_view::npos) return hold_back();
    lines(rest_);
    rest_.clear();
    in_parts_ = false;
  }
  std::size_t last = bytes.rfind('\n');
  std::size_t whole = last == std::string_view::npos ? 0 : last + 1;
  lines(bytes.substr(0, whole));
  rest_ = bytes.substr(whole);
  hold_back();
}

// What is too long to be held goes on before its line's end is known.
void BothReadings::hold_back() {
  while (rest_.size() > limits::sweep_line_held_bytes_max) {
    std::string_view text(rest_);
    std::size_t end = end_of_part(text.substr(0, limits::sweep_line_held_bytes_max));
    in_parts_ = true;
    part(text.substr(0, end));
    rest_.erase(0, end);
  }
}

// Only lines with both a backslash and a quote can have escapes: all between them goes at once.
void BothReadings::lines(std::string_view text) {
  std::size_t looked = 0;
  for (;;) {
    std::size_t slash = text.find('\\', looked);
    if (slash == std::string_view::npos) return scanner_.feed(text);
    const void* feed = ::memrchr(text.data(), '\n', slash);  // rfind() goes byte by byte
    std::size_t begin =
        feed == nullptr
            ? 0
            : static_cast<std::size_t>(static_cast<const char*>(feed) - text.data()) + 1;
    std::size_t end = text.find('\n', slash);
    std::string_view line = text.substr(begin, end - begin);
    looked = end + 1;
    if (!line.contains('"')) continue;
    scanner_.feed(text.substr(0, begin));
    part(line);
    scanner_.feed("\n");
    text.remove_prefix(looked);
    looked = 0;
  }
}

// Behind the first reading the second, as if it stood at the same place. A NUL ends whatever is
// looked for, and no line.
void BothReadings::part(std::string_view text) {
  scanner_.feed(text);
  // JSON has escapes in strings alone. Of a line in parts nobody knows where its strings begin.
  if (!text.contains('\\') || (!in_parts_ && !text.contains('"'))) return;
  doubled_ = true;
  scanner_.feed(std::string_view("\0", 1));
  scanner_.skipped(-static_cast<std::int64_t>(text.size()) - 1);
  JsonText json(
      [this](std::string_view bytes) { scanner_.feed(bytes); },
      [this](std::uint64_t bytes) { scanner_.skipped(static_cast<std::int64_t>(bytes)); });
  json.feed(text);
  json.finish();
  if (!in_parts_) return;
  scanner_.feed(std::string_view("\0", 1));
  scanner_.skipped(-1);
}

void BothReadings::finish() {
  if (!rest_.empty()) part(rest_);
  scanner_.finish();
  give(UINT64_MAX);
}

void BothReadings::take(const Found& found) {
  if (!doubled_) return see_(found);
  if (found.line != line_) give(UINT64_MAX);
  line_ = found.line;
  // A second reading goes back by no more than a part.
  if (held_.size() >= give_at_) {
    give(found.offset - std::min(found.offset, std::uint64_t{limits::sweep_line_held_bytes_max}));
    give_at_ = 2 * held_.size() + give_at_least;
  }
  std::uint64_t end = found.offset + found.text.size();
  Held one{found.column, end, std::string(found.text)};
  auto after = held_.lower_bound({found.indicator, end});
  if (after != held_.begin())
    if (auto last = std::prev(after);
        last->first.first == found.indicator && last->second.end > found.offset)
      held_.erase(last);
  held_.emplace(std::pair(found.indicator, found.offset), std::move(one));
}

void BothReadings::give(std::uint64_t before) {
  std::vector<Hits::iterator> ready;
  for (auto one = held_.begin(); one != held_.end(); ++one)
    if (one->first.second < before) ready.push_back(one);
  std::ranges::sort(
      ready, {}, [](Hits::iterator one) { return std::pair(one->first.second, one->first.first); });
  for (auto one : ready) {
    auto [indicator, offset] = one->first;
    see_({offset, line_, one->second.column, indicator, one->second.text});
    held_.erase(one);
  }
}

}  // namespace comity::sweep
