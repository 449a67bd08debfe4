#pragma once
// For tests only: a tree by the letter of RFC 6962, tiles in memory, and keys from seeds.
#include <map>
#include <string>
#include <utility>
#include <vector>

#include "crypto/sign.h"
#include "ledger/note.h"
#include "ledger/tile.h"

namespace comity::ledger::testing {

// Section 2.1 as it is written: MTH, PATH and SUBPROOF recursive, over leaf hashes. Remembers what
// it has hashed.
class NaiveTree {
 public:
  explicit NaiveTree(std::vector<Hash> leaves) : leaves_(std::move(leaves)) {}
  Hash mth(std::uint64_t begin, std::uint64_t end) {
    if (begin == end) return empty_root();
    if (end - begin == 1) return leaves_[begin];
    if (const auto known = known_.find({begin, end}); known != known_.end()) return known->second;
    const std::uint64_t middle = begin + k(end - begin);
    const Hash hash = node_hash(mth(begin, middle), mth(middle, end));
    known_[{begin, end}] = hash;
    return hash;
  }
  TreeHead head(std::uint64_t size) { return {size, mth(0, size)}; }
  std::vector<Hash> path(std::uint64_t m, std::uint64_t begin, std::uint64_t end) {
    if (end - begin == 1) return {};
    const std::uint64_t middle = begin + k(end - begin);
    if (m < middle) return with(path(m, begin, middle), mth(middle, end));
    return with(path(m, middle, end), mth(begin, middle));
  }
  // The clause defines it for 0 < m; from the empty tree there is nothing to prove.
  std::vector<Hash> proof(std::uint64_t m, std::uint64_t n) {
    return m == 0 ? std::vector<Hash>{} : subproof(m, 0, n, Whole::yes);
  }

 private:
  enum class Whole { no, yes };  // the clause's b
  static std::uint64_t k(std::uint64_t n) {
    std::uint64_t power = 1;
    while (power * 2 < n) power *= 2;
    return power;
  }
  static std::vector<Hash> with(std::vector<Hash> hashes, const Hash& last) {
    hashes.push_back(last);
    return hashes;
  }
  std::vector<Hash> subproof(std::uint64_t m, std::uint64_t begin, std::uint64_t end, Whole b) {
    if (m == end) return b == Whole::yes ? std::vector<Hash>{} : std::vector<Hash>{mth(begin, end)};
    const std::uint64_t middle = begin + k(end - begin);
    if (m <= middle) return with(subproof(m, begin, middle, b), mth(middle, end));
    return with(subproof(m, middle, end, Whole::no), mth(begin, middle));
  }

  std::vector<Hash> leaves_;
  std::map<std::pair<std::uint64_t, std::uint64_t>, Hash> known_;
};

// Reads any subtree's hash from the naive tree.
class NaiveReader final : public HashReader {
 public:
  explicit NaiveReader(NaiveTree& tree) : tree_(tree) {}
  [[nodiscard]] Result<std::vector<Hash>> read(std::span<const NodeId> nodes) const override {
    std::vector<Hash> out;
    for (const auto& [level, index] : nodes) {
      out.push_back(tree_.mth(index << level, (index + 1) << level));
    }
    return out;
  }

 private:
  NaiveTree& tree_;
};

struct MemoryTiles {
  std::map<TileId, Bytes> tiles;
  void write(const std::vector<TileWrite>& writes) {
    for (const TileWrite& w : writes) tiles[{w.level, w.index}] = w.hashes;
  }
  [[nodiscard]] TileSource source() const {
    return [this](const TileId& id, unsigned) -> Result<Bytes> {
      const auto found = tiles.find(id);
      if (found == tiles.end())
        return fail(Code::not_found, "no such tile", tile_path(id, tile_width));
      return found->second;
    };
  }
};

inline std::string entry_text(std::uint64_t i) {
  return "entry " + std::to_string(i);
}
inline std::vector<Hash> leaf_hashes(std::uint64_t begin, std::uint64_t end) {
  std::vector<Hash> out;
  for (std::uint64_t i = begin; i < end; ++i) out.push_back(leaf_hash(as_bytes(entry_text(i))));
  return out;
}

inline crypto::SigningKey key_from(std::uint8_t seed) {
  return *crypto::SigningKey::from_seed(Bytes(32, seed));
}
inline VerifierKey log_key(const std::string& origin, std::uint8_t seed) {
  return {origin, SignatureType::ed25519, key_from(seed).public_key()};
}
inline VerifierKey witness_key(const std::string& name, std::uint8_t seed) {
  return {name, SignatureType::cosignature_v1, key_from(seed).public_key()};
}
inline Seconds at(std::int64_t seconds) {
  return Seconds(std::chrono::seconds(seconds));
}

}  // namespace comity::ledger::testing
