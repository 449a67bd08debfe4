// The window, and where in it to look. What stands at each of these places: tokens.cc.
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
constexpr std::size_t window_bytes = 256u << 10;
constexpr std::size_t beyond = 128;  // read by vectors and masks, never looked at

}  // namespace

Scanner::Scanner(const Index& index, std::function<void(const Found&)> see)
    : index_(index),
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
  look((end + 63) / 64 * 64);
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
  make_masks(window_.data(), masks_.data(), window_bytes / 64 + 2);
  for (std::size_t block = done_ / 64; block < limit / 64; ++block) look_at_block(block, limit);
}

std::uint64_t Scanner::next_bits(std::size_t block, std::uint64_t Masks::* mask) const {
  return masks_[block].*mask >> 1 | masks_[block + 1].*mask << 63;
}

void Scanner::look_at_block(std::size_t block, std::size_t) {
  const Masks& masks = masks_[block];
  if (std::uint64_t dots = masks.dot & next_bits(block, &Masks::name)) at_dots(block, dots);
  // A run of 32 has 16 or more in one block.
  std::uint64_t runs = masks.alnum;
  for (int n = 1; n < 16; n *= 2) runs &= runs >> n;
  if (runs != 0 && index_.wants(Form::hash)) at_runs(block, runs);
  if (masks.mark != 0) at_marks(block, masks.mark);
  if (masks.colon != 0) at_colons(block);
  if (!index_.wants(Form::phrase)) return;
  std::uint64_t before = masks.name << 1 | masks_[block - 1].name >> 63;
  at_words(block, masks.name & ~before);
}

// Bits before `until` are done with.
static std::uint64_t from(std::uint64_t bits, std::size_t block, std::size_t until) {
  if (until <= block * 64) return bits;
  return until >= block * 64 + 64 ? 0 : bits & ~std::uint64_t{0} << (until - block * 64);
}

void Scanner::at_dots(std::size_t block, std::uint64_t bits) {
  while ((bits = from(bits, block, dotted_done_)) != 0)
    dotted(block * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
}

void Scanner::at_runs(std::size_t block, std::uint64_t bits) {
  while ((bits = from(bits, block, hash_done_)) != 0)
    hash_run(block * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
}

void Scanner::at_marks(std::size_t block, std::uint64_t bits) {
  for (; bits != 0; bits &= bits - 1) {
    std::size_t at = block * 64 + static_cast<std::size_t>(std::countr_zero(bits));
    switch (window_[at]) {
      case '@':
        if (index_.wants(Form::mail)) mail(at);
        break;
      case '[':
        bracket(at);
        break;
      default:
        if (index_.wants(Form::registry)) registry(at);
    }
  }
}

// "://" begins a URL. An IPv6 address has "::", or seven colons in 39 bytes.
void Scanner::at_colons(std::size_t block) {
  std::uint64_t colons = masks_[block].colon, next = masks_[block + 1].colon;
  auto each = [&](std::uint64_t bits, auto see) {
    for (; bits != 0; bits &= bits - 1)
      see(block * 64 + static_cast<std::size_t>(std::countr_zero(bits)));
  };
  const std::uint64_t slash = masks_[block].slash, slash_next = masks_[block + 1].slash;
  std::uint64_t links = colons & (slash >> 1 | slash_next << 63) & (slash >> 2 | slash_next << 62);
  if (links != 0 && index_.wants(Form::url)) each(links, [&](std::size_t at) { url(at); });
  if (!index_.wants(Form::address)) return;
  std::uint64_t doubled = colons & (colons >> 1 | next << 63);
  bool many = std::popcount(colons) + std::popcount(next) >= 7;
  if (std::uint64_t bits = many ? colons : doubled)
    each(bits, [&](std::size_t at) {
      if (at >= v6_done_) address_v6(at);
    });
}

void Scanner::at_words(std::size_t block, std::uint64_t bits) {
  const char* begin = window_.data() + block * 64;
  std::uint64_t name = masks_[block].name, after = masks_[block + 1].name;
  for (; bits != 0; bits &= bits - 1) {
    int at = std::countr_zero(bits);
    std::uint64_t run = at == 0 ? name : name >> at | after << (64 - at);
    int size = std::countr_one(run);
    if (size < 2 || size == 64) continue;
    std::string_view word(begin + at, static_cast<std::size_t>(size));
    if (!index_.may_begin_anchor(word.data(), word.size())) continue;
    if (index_.may_anchor(index_.hash(word))) phrases(word);
  }
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
