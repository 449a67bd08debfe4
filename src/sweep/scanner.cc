// The window, and where in it to look. What stands at each of these places: scanner_names.cc and
// scanner_marks.cc.
#include "sweep/scanner.h"

#include <algorithm>
#include <bit>
#include <cstring>

#include "base/check.h"

namespace comity::sweep {
namespace {

// What is at an anchor depends on no byte further off than that, on either side: so a window with
// that much on both sides of the anchors decides as the whole stream would.
constexpr std::size_t reach = 4096;
constexpr std::size_t window_bytes = 128u << 10;  // with its masks within the second cache
constexpr std::size_t beyond = 128;               // read by vectors and masks, never looked at

}  // namespace

Scanner::Scanner(const Index& index, std::function<void(const Found&)> see, Sieving sieving)
    : index_(index),
      sieving_(sieving),
      candidates_(std::make_unique_for_overwrite<Candidates>()),
      see_(std::move(see)),
      window_(window_bytes + beyond, '\n'),
      masks_(window_bytes / 64 + 2),
      filled_(reach),
      done_(reach),
      base_(0),
      counted_(reach) {}

void Scanner::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    std::size_t n = std::min(bytes.size(), window_bytes - filled_);
    std::memcpy(window_.data() + filled_, bytes.data(), n);
    filled_ += n;
    bytes.remove_prefix(n);
    if (filled_ < window_bytes) return;
    look(filled_ - reach);
    report(filled_ - 2 * reach);
    slide(filled_ - reach);
  }
}

void Scanner::finish() {
  // Whatever stands last ends there: line feeds follow, which are not counted.
  std::size_t end = filled_;
  std::size_t with_feeds = std::min(end + reach, window_bytes);
  std::fill(window_.begin() + static_cast<long>(end), window_.end(), '\n');
  filled_ = with_feeds;
  look((end / 64 + 1) * 64);
  report(end);
  check(hits_.empty(), "every hit lies within what was fed");
  count_lines(end);
}

void Scanner::slide(std::size_t limit) {
  std::size_t gone = limit - reach;
  std::memmove(window_.data(), window_.data() + gone, filled_ - gone);
  filled_ -= gone;
  base_ += gone;
  done_ = limit - gone;
  check(counted_ >= gone, "lines are counted before they go");
  counted_ -= gone;
  for (std::size_t* done : {&dotted_done_, &hash_done_, &v6_done_, &bracket_done_})
    *done = std::max(*done, gone) - gone;
  for (Hit& hit : hits_) hit.at -= gone;
}

void Scanner::look(std::size_t limit) {
  make_masks(window_.data(), masks_.data(), filled_ / 64 + 2);
  auto look_for = sieving_ == Sieving::on ? sift : list_all;
  for (std::size_t block = done_ / 64, next = 0; block < limit / 64; block = next) {
    next = std::min(block + sieve_blocks, limit / 64);
    look_for(index_, {window_.data(), masks_.data(), block, next}, *candidates_);
    look_at(*candidates_);
  }
}

void Scanner::look_at(const Candidates& candidates) {
  for (auto at : candidates.dotted) (void)dotted(at - 1);
  for (auto at : candidates.long_dotted) long_run(at);
  hashes(candidates.hashes);
  for (auto at : candidates.mails) mail(at);
  for (auto at : candidates.brackets) bracket(at);
  for (auto at : candidates.links) url(at);
  for (auto at : candidates.v6)
    if (at >= v6_done_) address_v6(at);
  for (auto at : candidates.registries) registry(at);
  for (auto at : candidates.words) word(at);
}

// Bits before `until` are done with.
static std::uint64_t from(std::uint64_t bits, std::size_t block, std::size_t until) {
  if (until <= block * 64) return bits;
  return until >= block * 64 + 64 ? 0 : bits & ~std::uint64_t{0} << (until - block * 64);
}

void Scanner::hit(std::uint32_t indicator, std::string_view shown) {
  hits_.push_back(
      {static_cast<std::size_t>(shown.data() - window_.data()), shown.size(), indicator});
}

void Scanner::report(std::size_t before) {
  std::ranges::sort(hits_);
  auto same = std::ranges::unique(hits_);
  hits_.erase(same.begin(), same.end());
  auto later = std::ranges::find_if(hits_, [&](const Hit& one) { return one.at >= before; });
  for (auto one = hits_.begin(); one != later; ++one) report_one(*one);
  hits_.erase(hits_.begin(), later);
  count_lines(before);
}

void Scanner::report_one(const Hit& one) {
  count_lines(one.at);
  std::uint64_t offset = origin_of(base_ + one.at - reach);
  see_({offset, line_, offset - line_begin_ + 1, one.indicator,
        std::string_view(window_).substr(one.at, one.size)});
}

void Scanner::count_lines(std::size_t to) {
  std::size_t last = SIZE_MAX;
  for (std::size_t block = counted_ / 64; block * 64 < to; ++block) {
    std::uint64_t bits = from(masks_[block].newline, block, counted_);
    if (to < block * 64 + 64) bits &= ~(~std::uint64_t{0} << (to - block * 64));
    if (bits == 0) continue;
    line_ += static_cast<std::uint64_t>(std::popcount(bits));
    last = block * 64 + 63 - static_cast<std::size_t>(std::countl_zero(bits));
  }
  if (last != SIZE_MAX) line_begin_ = origin_of(base_ + last + 1 - reach);
  counted_ = std::max(counted_, to);
  while (jumps_.size() > 1 && jumps_[1].from <= base_ + counted_ - reach) jumps_.pop_front();
}

void Scanner::skipped(std::int64_t bytes) {
  jumped_ += static_cast<std::uint64_t>(bytes);  // modulo 2^64, as positions are added
  std::uint64_t at = base_ + filled_ - reach;
  if (!jumps_.empty() && jumps_.back().from == at)
    jumps_.back().by = jumped_;
  else
    jumps_.push_back({at, jumped_});
}

std::uint64_t Scanner::origin_of(std::uint64_t position) const {
  auto after = std::ranges::upper_bound(jumps_, position, {}, &Jump::from);
  return position + (after == jumps_.begin() ? 0 : std::prev(after)->by);
}

}  // namespace comity::sweep
