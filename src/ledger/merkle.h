#pragma once
// The append-only Merkle tree of RFC 6962, section 2.1, as pure functions. Hashes are SHA-256.
//
// Three parts: Frontier is all a log must hold to append; a HashReader gives the stored hashes from
// which proofs are built (ledger/tile.h reads them from tiles); the verifiers need nothing but what
// they are given.
#include <cstdint>
#include <span>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"

namespace comity::ledger {

[[nodiscard]] Hash leaf_hash(BytesView entry);  // SHA-256(0x00 || entry)
[[nodiscard]] Hash node_hash(const Hash& left,
                             const Hash& right);  // SHA-256(0x01 || left || right)
[[nodiscard]] Hash empty_root();                  // SHA-256 of nothing

// What a checkpoint says of a tree: its number of leaves and the hash over them.
struct TreeHead {
  std::uint64_t size = 0;
  Hash root = empty_root();
  friend bool operator==(const TreeHead&, const TreeHead&) = default;
};

// The perfect subtree over the leaves [index << level, (index + 1) << level). Level 0 is a leaf.
struct NodeId {
  unsigned level = 0;
  std::uint64_t index = 0;
  friend auto operator<=>(const NodeId&, const NodeId&) = default;
};

// Gives the hashes of perfect subtrees; asked only for those that are complete in its tree.
class HashReader {
 public:
  virtual ~HashReader() = default;
  // One hash per node, in the same order; one call holds all that a proof needs, so that it can be
  // read at once.
  //   Errors   Code::corrupt when what is stored has the wrong shape; the source's.
  [[nodiscard]] virtual Result<std::vector<Hash>> read(std::span<const NodeId> nodes) const = 0;
};

// The tree's right edge: the roots of the perfect subtrees that a tree of `size` leaves falls into,
// one for each bit of `size`, largest first. Appending is O(1) amortised, the root O(log n). A
// value: copy it to try, assign to keep.
class Frontier {
 public:
  Frontier() = default;
  void append(const Hash& leaf);  // a leaf_hash()
  void append(std::span<const Hash> leaves);
  [[nodiscard]] std::uint64_t size() const { return size_; }
  [[nodiscard]] Hash root() const;
  [[nodiscard]] TreeHead head() const { return {size_, root()}; }

  // 8 bytes of size, big-endian, then the hashes, largest subtree first: no other form exists for
  // one frontier.
  [[nodiscard]] Bytes serialise() const;
  //   Errors   Code::malformed when the length is not what the size demands; Code::too_large.
  [[nodiscard]] static Result<Frontier> parse(BytesView bytes);
  // Reads the edge of the tree of `size` leaves from stored hashes.
  [[nodiscard]] static Result<Frontier> read(std::uint64_t size, const HashReader& hashes);

  friend bool operator==(const Frontier&, const Frontier&) = default;

 private:
  friend class TileBuilder;  // whose levels' edges, one after another, are the tree's
  std::uint64_t size_ = 0;
  std::vector<Hash> edge_;
};

// Audit path (RFC 6962, section 2.1.1) of leaf `index` in the tree of `size` leaves, from the
// leaf's sibling upward.
//   Errors   Code::bad_value unless index < size; the reader's.
[[nodiscard]] Result<std::vector<Hash>> inclusion_proof(std::uint64_t index, std::uint64_t size,
                                                        const HashReader& hashes);
// Consistency proof (section 2.1.2) from the tree of `from` leaves to that of `to`; empty when from
// is 0 or to.
//   Errors   Code::bad_value unless from <= to; the reader's.
[[nodiscard]] Result<std::vector<Hash>> consistency_proof(std::uint64_t from, std::uint64_t to,
                                                          const HashReader& hashes);
// Root of the tree of `size` leaves, from stored hashes.
[[nodiscard]] Result<Hash> root_at(std::uint64_t size, const HashReader& hashes);

// Both verifiers: Code::bad_proof when the proof does not lead to the root, or has a hash too few
// or too many; Code::bad_value when the positions themselves make no sense (index >= size,
// from.size > to.size).
[[nodiscard]] Result<void> verify_inclusion(std::uint64_t index, const Hash& leaf,
                                            const TreeHead& head, std::span<const Hash> proof);
[[nodiscard]] Result<void> verify_consistency(const TreeHead& from, const TreeHead& to,
                                              std::span<const Hash> proof);

}  // namespace comity::ledger
