#pragma once
// Finds indicators in a stream of bytes, in one pass and without keeping more than a window of it.
// Pieces may be cut anywhere: what is found is the same.
//
// What counts as found, by form (item.h); a name's characters are letters, digits, '_', '-' and
// bytes of 0x80 and above, and a boundary has none of them on its other side:
//   address   a dotted quad or an IPv6 address between boundaries ('-' and '_' are some here),
//             perhaps with a port behind a dot, as tcpdump and netstat write it
//   domain    the end of a dotted name, from a label's beginning: hosts below it too
//   url       what stands around "://" up to a space, quote or bracket, with or without the
//             punctuation at its end, once both are canonical (canonical.h)
//   mail      local part and domain, whatever the case
//   hash      32, 40, 64 or 128 hex digits with no letter or digit beside them
//   dotted    a dotted name as a whole
//   registry  a path from one of the registry's roots, whose end is a boundary
//   phrase    its bytes, whatever the case, between boundaries
// "%2F" and its like may stand before a name. "hxxp" and "[.]" are read as what they stand for.
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sweep/index.h"
#include "sweep/masks.h"
#include "sweep/sieve.h"

namespace comity::sweep {

struct Found {
  std::uint64_t offset = 0;  // of the first byte, from 0
  std::uint64_t line = 1;    // counted from 1
  std::uint64_t column = 1;  // in bytes, from 1
  std::uint32_t indicator = 0;
  std::string_view text;  // as it stands there; valid during the call
};

// `off` looks at every place with care, for tests: what is found is the same.
enum class Sieving { on, off };

class Scanner {
 public:
  // Calls `see` in the order of offsets, then of indicators. Both references outlive the scanner.
  Scanner(const Index& index, std::function<void(const Found&)> see, Sieving sieving = Sieving::on);
  Scanner(const Scanner&) = delete;
  Scanner& operator=(const Scanner&) = delete;

  void feed(std::string_view bytes);
  // From here on the input had `bytes` more than were fed: somebody undid escapes. Fewer: what
  // follows stands for what was fed before.
  void skipped(std::int64_t bytes);
  void finish();                                               // once, last
  [[nodiscard]] std::uint64_t lines() const { return line_; }  // after finish()

 private:
  struct Hit {
    std::size_t at, size;  // in window_
    std::uint32_t indicator;
    friend auto operator<=>(const Hit&, const Hit&) = default;
  };
  // Part of the window, or a text that stands for it.
  struct Token {
    std::string_view text;
    std::string_view shown;  // in the window
  };
  struct Run {
    std::string_view text;
    std::uint64_t key;
  };
  struct Jump {
    std::uint64_t from, by;
  };

  void look(std::size_t limit);
  void look_at(const Candidates& candidates);
  void long_run(std::size_t end);
  void word(std::size_t at);

  std::size_t dotted(std::size_t at);  // where its run ends
  void pieces(const char* begin, const char* end);
  void token(Token token);
  void names(Token token);
  bool address_v4(const Token& token, std::string_view text);
  void addresses_v4(Token token);
  void domains(Token token);
  [[nodiscard]] std::string_view hash_run(std::size_t at);
  void hashes(const Places& places);
  void url(std::size_t at);
  [[nodiscard]] bool host_may_be_known(std::string_view text) const;
  [[nodiscard]] bool try_url(std::string_view text);
  void address_v6(std::size_t at);
  void mail(std::size_t at);
  void bracket(std::size_t at);
  void registry(std::size_t at);
  void registry_path(const char* begin, std::string_view root, const char* path);
  void phrases(std::string_view word);

  template <typename In>
  [[nodiscard]] std::size_t run_begin(std::size_t at, In in) const;
  template <typename In>
  [[nodiscard]] std::size_t run_end(std::size_t at, In in) const;
  [[nodiscard]] bool is_high(const char* begin, const char* end) const;
  [[nodiscard]] std::string_view shown_of(const Token& whole, std::string_view part) const;

  void hit(std::uint32_t indicator, std::string_view shown);
  void report(std::size_t before);
  void report_one(const Hit& hit);
  void count_lines(std::size_t to);
  [[nodiscard]] std::uint64_t origin_of(std::uint64_t position) const;
  void slide(std::size_t limit);

  const Index& index_;
  const Sieving sieving_;
  std::unique_ptr<Candidates> candidates_;
  std::function<void(const Found&)> see_;
  std::vector<char> window_;  // some bytes more than are used, so that loads may go beyond
  std::vector<Masks> masks_;  // of window_
  std::size_t filled_;        //
  std::size_t done_;          // anchors before that were looked at; a multiple of 64
  std::uint64_t base_;        // position of window_[0] in what was fed, plus `reach`
  std::size_t dotted_done_ = 0, hash_done_ = 0, v6_done_ = 0, bracket_done_ = 0;

  std::vector<Hit> hits_;  // not reported yet
  std::size_t counted_;    // lines are counted up to here
  std::uint64_t line_ = 1;
  std::uint64_t line_begin_ = 0;  // position of the line's first byte in the input
  std::deque<Jump> jumps_;
  std::uint64_t jumped_ = 0;
  std::vector<Run> runs_;
  std::string url_, plain_;
};

}  // namespace comity::sweep
