#pragma once
// A Bloom filter that reads one word of memory a question: all bits of a key lie in the same 64.
#include <algorithm>
#include <cstdint>
#include <vector>

namespace comity::sweep {

class Filter {
 public:
  // Sixteen bits a key: of the keys that are not there, some in a hundred pass.
  explicit Filter(std::size_t keys = 0) : words_(std::max<std::size_t>(keys / 4, 16)) {}
  void add(std::uint64_t hash) { words_[word_of(hash)] |= bits_of(hash); }
  [[nodiscard]] bool may_have(std::uint64_t hash) const {
    std::uint64_t bits = bits_of(hash);
    return (words_[word_of(hash)] & bits) == bits;
  }
  void prefetch(std::uint64_t hash) const { __builtin_prefetch(&words_[word_of(hash)]); }

 private:
  [[nodiscard]] std::size_t word_of(std::uint64_t hash) const {
    return (hash >> 32) * words_.size() >> 32;
  }
  static std::uint64_t bits_of(std::uint64_t hash) {
    return std::uint64_t{1} << (hash & 63) | std::uint64_t{1} << (hash >> 6 & 63) |
           std::uint64_t{1} << (hash >> 12 & 63) | std::uint64_t{1} << (hash >> 18 & 63);
  }
  std::vector<std::uint64_t> words_;
};

}  // namespace comity::sweep
