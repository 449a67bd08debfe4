// Dotted names (domains, files, IPv4 addresses), and digits of hashes.
#include <algorithm>
#include <bit>

#include "base/limits_sweep.h"
#include "sweep/edges.h"
#include "sweep/scanner.h"

namespace comity::sweep {
namespace {

// A run is followed for that many blocks: longer ones are no names.
constexpr int blocks_max = 5;

std::uint64_t dotted_bits(const Masks& masks) {
  return masks.name | masks.dot;
}
std::uint64_t alnum_bits(const Masks& masks) {
  return masks.alnum;
}

}  // namespace

template <typename In>
std::size_t Scanner::run_begin(std::size_t at, In in) const {
  std::size_t block = at / 64, begin = block * 64;
  if (std::uint64_t gaps = ~in(masks_[block]) << (63 - at % 64))
    return at + 1 - static_cast<std::size_t>(std::countl_zero(gaps));
  for (int i = 0; i < blocks_max; ++i, begin -= 64)
    if (std::uint64_t gaps = ~in(masks_[--block]))
      return begin - static_cast<std::size_t>(std::countl_zero(gaps));
  return begin;
}

template <typename In>
std::size_t Scanner::run_end(std::size_t at, In in) const {
  std::size_t block = at / 64, end = block * 64 + 64;
  if (std::uint64_t gaps = ~in(masks_[block]) >> at % 64)
    return at + static_cast<std::size_t>(std::countr_zero(gaps));
  for (int i = 0; i < blocks_max; ++i, end += 64)
    if (std::uint64_t gaps = ~in(masks_[++block]))
      return end + static_cast<std::size_t>(std::countr_zero(gaps));
  return end;
}

bool Scanner::is_high(const char* begin, const char* end) const {
  return std::any_of(begin, end, [](char c) { return static_cast<unsigned char>(c) >= 0x80; });
}

std::size_t Scanner::dotted(std::size_t at) {
  std::size_t begin = run_begin(at, dotted_bits), end = run_end(at, dotted_bits);
  const char* text = window_.data();
  std::uint64_t high = masks_[begin / 64].high | masks_[at / 64].high | masks_[end / 64].high;
  if (high != 0 || end - begin > 128)
    if (is_high(text + begin, text + end)) {
      pieces(text + begin, text + end);
      return end;
    }
  std::string_view run(text + begin, end - begin);
  if (run.size() <= 2 * limits::sweep_name_bytes_max) token({run, run});
  return end;
}

// A run of 64 bytes or more, part by part from its beginning. Of one that goes on behind a stretch
// the parts in it were looked at there.
void Scanner::long_run(std::size_t end) {
  std::size_t begin = end;
  for (std::size_t stop = std::max(done_ - 64, dotted_done_);
       begin > stop && in_dotted(window_[begin - 1]);)
    --begin;
  for (std::size_t at = begin; at < end; ++at)
    if (window_[at] == '.' && is(window_[at + 1], in_name)) at = (dotted_done_ = dotted(at)) - 1;
  dotted_done_ = std::max(dotted_done_, end);
}

// The run as a whole, for names in other alphabets; and what stands between signs and characters of
// scripts that set no spaces. At an end that was cut a piece may be cut too: it is left off.
void Scanner::pieces(const char* begin, const char* end) {
  bool cut_left = in_dotted(begin[-1]), cut_right = in_dotted(*end);
  std::string_view whole(begin, static_cast<std::size_t>(end - begin));
  if (!cut_left && !cut_right) token({whole, whole});
  bool first = true;
  for (const char* from = begin; from < end; first = false) {
    const char* to = std::find_if(from, end, ends_name);
    bool cut = (first && cut_left) || (to == end && cut_right);
    std::string_view piece(from, static_cast<std::size_t>(to - from));
    if (!cut && piece.size() < whole.size() && piece.contains('.')) token({piece, piece});
    from = to == end ? end : to + 1;
    while (from < end && to < end && (static_cast<unsigned char>(*from) & 0xc0) == 0x80) ++from;
  }
}

void Scanner::token(Token token) {
  bool same = token.text.data() == token.shown.data();
  while (token.text.ends_with('.')) token.text.remove_suffix(1);
  if (same) token.shown = token.text;
  if (token.text.size() < 3 || token.text.size() > limits::sweep_name_bytes_max) return;
  const char* begin = token.text.data();
  bool encoded = same && begin[-1] == '%' && is(begin[0], in_hex) && is(begin[1], in_hex);
  if (encoded) token = {token.text.substr(2), token.shown.substr(2)};
  if (!token.text.empty()) names(token);
}

std::string_view Scanner::shown_of(const Token& whole, std::string_view part) const {
  return whole.text.data() == whole.shown.data() ? part : whole.shown;
}

void Scanner::names(Token token) {
  std::string_view text = token.text;
  if (index_.wants(Form::address)) {
    bool digits = is(text.front(), in_digit) && is(text.back(), in_digit);
    if (digits && address_v4(token, text)) return;
    addresses_v4(token);
  }
  if (index_.wants(Form::dotted) && text.size() >= 4 && index_.may_end_dotted(text)) {
    std::uint64_t hash = index_.hash(text);
    if (index_.may_have(Form::dotted, hash))
      index_.find(Form::dotted, text, hash, [&](auto found) { hit(found, token.shown); });
  }
  if (text.front() == '.') {  // "...evil.exe", but also ".profile" as above
    std::size_t dots = std::min(text.find_first_not_of('.'), text.size());
    std::string_view rest = text.substr(dots);
    if (rest.contains('.')) names({rest, shown_of(token, rest)});
    return;
  }
  if (index_.wants(Form::domain)) domains(token);
}

bool Scanner::address_v4(const Token& token, std::string_view text) {
  auto address = ipv4_from_text(text);
  if (!address) address = ipv4_from_text(text = without_port(text));
  if (address && index_.may_have_v4(*address))
    index_.find_address(prefix_of_v4(*address),
                        [&](auto found) { hit(found, shown_of(token, text)); });
  return address.has_value();
}

void Scanner::addresses_v4(Token token) {
  std::string_view text = token.text;
  // What is no address as a whole has one only beside '-' or '_'.
  if (text.size() < 8 || (!text.contains('-') && !text.contains('_'))) return;
  for (std::size_t from = 0; from < text.size();) {
    std::size_t to = from;
    while (to < text.size() && text[to] != '-' && text[to] != '_') ++to;
    std::string_view piece = text.substr(from, to - from);
    while (piece.ends_with('.')) piece.remove_suffix(1);
    while (piece.starts_with('.')) piece.remove_prefix(1);
    (void)address_v4(token, piece);
    from = to + 1;
  }
}

void Scanner::domains(Token token) {
  std::string_view text = token.text;
  const char *begin = text.data(), *end = begin + text.size(), *from = end;
  bool numeric = true;
  for (; from > begin && from[-1] != '.'; --from) numeric &= is(from[-1], in_digit);
  if (from == begin || numeric) return;
  while (from > begin) {
    const char* dot = --from;
    while (from > begin && from[-1] != '.') --from;
    if (from == dot) return;  // an empty label
    std::string_view tail(from, static_cast<std::size_t>(end - from));
    std::uint64_t hash = index_.hash(tail);
    if (!index_.may_have(Form::domain, hash)) return;
    index_.find(Form::domain, tail, hash, [&](auto found) { hit(found, token.shown); });
  }
}

// The digits around `at`, if they are as many as a hash has.
std::string_view Scanner::hash_run(std::size_t at) {
  std::size_t begin = run_begin(at, alnum_bits), end = run_end(at, alnum_bits);
  hash_done_ = end;
  std::string_view run(window_.data() + begin, end - begin);
  bool encoded = run.data()[-1] == '%' && (run.size() & 31) != 0 && run.size() != 40;
  if (encoded) run.remove_prefix(2);
  bool fits = run.size() == 32 || run.size() == 40 || run.size() == 64 || run.size() == 128;
  return fits ? run : std::string_view();
}

// In two rounds, so that one waits for the memory of all at once.
void Scanner::hashes(const Places& places) {
  runs_.clear();
  for (auto at : places) {
    if (at < hash_done_) continue;
    std::string_view run = hash_run(at);
    if (run.empty()) continue;
    runs_.push_back({run, index_.short_hash(run.data(), run.size())});
    index_.prefetch_short(Form::hash, runs_.back().key);
  }
  for (const auto& [run, key] : runs_)
    if (index_.may_have_short(Form::hash, key))
      index_.find(Form::hash, run, index_.hash(run), [&](auto found) { hit(found, run); });
}

}  // namespace comity::sweep
