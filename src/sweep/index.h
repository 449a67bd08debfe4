#pragma once
// Indicators made ready to be asked for: a filter that says no at once to nearly all that is not
// there, and behind it tables that compare the value itself. Immutable; scanners share it.
#include <array>
#include <unordered_map>
#include <vector>

#include "sweep/filter.h"
#include "sweep/hash.h"
#include "sweep/indicators.h"

namespace comity::sweep {

class Index {
 public:
  // `indicators` outlives the index. `seed` should be random: see hash.h. It changes no answer.
  Index(const Indicators& indicators, std::uint64_t seed);
  Index(const Index&) = delete;
  Index& operator=(const Index&) = delete;

  [[nodiscard]] const Indicators& indicators() const { return indicators_; }
  [[nodiscard]] bool wants(Form form) const { return counts_[static_cast<std::size_t>(form)] > 0; }
  [[nodiscard]] std::size_t registry_longest() const { return registry_longest_; }
  // Phrases that could not be taken: too many others share all their words.
  [[nodiscard]] const std::vector<std::uint32_t>& left_out() const { return left_out_; }

  // The hash to ask with; for a URL case counts, for a registry path GrowingHash is used.
  [[nodiscard]] std::uint64_t hash(std::string_view text) const { return hash_of(text, seed_); }
  [[nodiscard]] std::uint64_t hash_exact(std::string_view text) const {
    return hash_of<Case::exact>(text, seed_);
  }
  [[nodiscard]] GrowingHash growing() const { return GrowingHash(seed_); }

  // False: nothing of this form begins (ends, for domains) so. A domain is asked for by each of its
  // ends of two labels and more; a URL by its host; a mail address by its domain.
  [[nodiscard]] bool may_have(Form form, std::uint64_t hash) const {
    return filter_.may_have(salted(form, hash));
  }
  // A smaller filter, by hash_of_ends(), asked first: of a domain and a dotted name the last two
  // labels as Form::domain, of a URL the host, of a mail address the domain, of a hash the whole.
  [[nodiscard]] std::uint64_t short_hash(const char* text, std::size_t size) const {
    return hash_of_ends(text, size, seed_);
  }
  [[nodiscard]] bool may_have_short(Form form, std::uint64_t short_hash) const {
    return short_[static_cast<std::size_t>(form)].may_have(short_hash);
  }
  void prefetch_short(Form form, std::uint64_t short_hash) const {
    short_[static_cast<std::size_t>(form)].prefetch(short_hash);
  }
  // Calls `see` with each indicator of that form and value. Case of ASCII letters does not count,
  // but for URLs.
  template <typename See>
  void find(Form form, std::string_view text, std::uint64_t hash, const See& see) const {
    for (std::uint32_t at = first(form, text, hash); at != none; at = next_[at]) see(at);
  }
  // Every range that has the address.
  template <typename See>
  void find_address(const Prefix& address, const See& see) const {
    for (unsigned length : address.is_v4() ? v4_lengths_ : v6_lengths_)
      for (std::uint32_t at = first(address.cut(length)); at != none; at = next_[at]) see(at);
  }
  // False: no range touches the 256 addresses around this one.
  [[nodiscard]] bool may_have_v4(std::uint32_t address) const {
    return (v4_nets_[address >> 14] >> (address >> 8 & 63) & 1) != 0;
  }

  void prefetch_v4(std::uint32_t address) const { __builtin_prefetch(&v4_nets_[address >> 14]); }

  // False: no dotted name ends so. For texts of four bytes or more.
  [[nodiscard]] bool may_end_dotted(std::string_view text) const {
    return (endings_[bit_of(text.data() + text.size() - 4, 4) >> 6] >>
                (bit_of(text.data() + text.size() - 4, 4) & 63) &
            1) != 0;
  }
  // False: no phrase has a word that begins so and is that long. Four bytes are read.
  [[nodiscard]] bool may_begin_anchor(const char* word, std::size_t size) const {
    std::size_t bit = bit_of(word, size);
    return (beginnings_[bit >> 6] >> (bit & 63) & 1) != 0;
  }

  // The same of a table an eighth as large, which leaves room in the nearest cache: asked first.
  [[nodiscard]] bool may_begin_anchor_coarsely(const char* word, std::size_t size) const {
    std::size_t bit = bit_of(word, size) >> 3;
    return (coarse_beginnings_[bit >> 6] >> (bit & 63) & 1) != 0;
  }
  // No phrase has a shorter one as its anchor.
  [[nodiscard]] std::size_t shortest_anchor() const { return shortest_anchor_; }

  // Where a phrase may stand around a word: it begins `before` bytes ahead of the word.
  struct Shape {
    std::uint16_t before, size;
    friend auto operator<=>(const Shape&, const Shape&) = default;
  };
  [[nodiscard]] bool may_anchor(std::uint64_t hash) const { return anchors_filter_.may_have(hash); }
  [[nodiscard]] const std::vector<Shape>* shapes_at(std::uint64_t hash) const;

 private:
  static constexpr std::uint32_t none = UINT32_MAX;
  struct Slot {
    std::uint32_t tag = 0;
    std::uint32_t at = none;
  };
  static std::uint64_t salted(Form form, std::uint64_t hash) {
    return hash ^ (static_cast<std::uint64_t>(form) + 1) * hash_b;
  }
  // Of `size` and up to four bytes, with little regard to case: one of 2^18.
  static std::size_t bit_of(const char* text, std::size_t size) {
    std::uint64_t bytes = load4(text) | 0x20202020;
    bytes &= (std::uint64_t{1} << 8 * std::min<std::size_t>(size, 4)) - 1;
    return static_cast<std::size_t>(((bytes | std::uint64_t{size} << 32) * hash_a) >> 46);
  }
  [[nodiscard]] std::uint64_t hash_prefix(const Prefix& prefix) const;
  [[nodiscard]] std::uint64_t key_of(const Indicator& indicator) const;
  [[nodiscard]] std::uint32_t first(Form form, std::string_view text, std::uint64_t hash) const;
  [[nodiscard]] std::uint32_t first(const Prefix& prefix) const;
  void insert(std::uint32_t index, std::uint64_t key);
  void add_to_filter(const Indicator& indicator);
  void add_short(const Indicator& indicator);
  void add_address(const Prefix& prefix);
  [[nodiscard]] bool add_anchor(std::string_view phrase);

  const Indicators& indicators_;
  std::uint64_t seed_;
  std::array<std::size_t, form_count> counts_{};
  Filter filter_;
  std::array<Filter, form_count> short_;
  std::vector<Slot> slots_;          // a power of two, at most half full
  std::vector<std::uint32_t> next_;  // of equal values
  std::vector<std::uint64_t> v4_nets_;
  std::vector<unsigned> v4_lengths_, v6_lengths_;
  std::size_t registry_longest_ = 0, shortest_anchor_ = 64;
  std::vector<std::uint64_t> endings_, beginnings_;  // 2^18 bits each
  std::vector<std::uint64_t> coarse_beginnings_;     // 2^15 bits
  Filter anchors_filter_;
  std::unordered_map<std::uint64_t, std::vector<Shape>> anchors_;
  std::vector<std::uint32_t> left_out_;
};

}  // namespace comity::sweep
