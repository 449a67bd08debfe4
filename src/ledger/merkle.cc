#include "ledger/merkle.h"

#include <algorithm>
#include <bit>

#include "base/limits.h"
#include "crypto/hash.h"

namespace comity::ledger {
namespace {

constexpr std::uint8_t leaf_prefix = 0x00;
constexpr std::uint8_t node_prefix = 0x01;

// One hash of a proof: that of the leaves [begin, end), which falls into perfect subtrees.
struct Range {
  std::uint64_t begin;
  std::uint64_t end;
};

// The largest power of two below n; n > 1.
std::uint64_t split(std::uint64_t n) {
  return std::bit_floor(n - 1);
}

// The perfect subtrees of [begin, end), largest first. `begin` is a multiple of each one's width,
// as it is for every range that the recursions of RFC 6962, section 2.1 come to.
void add_subtrees(const Range& range, std::vector<NodeId>& nodes) {
  for (std::uint64_t at = range.begin; at < range.end;) {
    const std::uint64_t width = std::bit_floor(range.end - at);
    const auto level = static_cast<unsigned>(std::countr_zero(width));
    nodes.push_back({level, at >> level});
    at += width;
  }
}

// RFC 6962, section 2.1: what the perfect subtrees, largest first, hash to.
Hash fold(std::span<const Hash> subtrees) {
  Hash hash = subtrees.back();
  for (std::size_t i = subtrees.size() - 1; i-- > 0;) hash = node_hash(subtrees[i], hash);
  return hash;
}

// Reads what all ranges need in one call, and folds each into its hash.
Result<std::vector<Hash>> read_ranges(std::span<const Range> ranges, const HashReader& hashes) {
  std::vector<NodeId> nodes;
  std::vector<std::size_t> ends;
  for (const Range& range : ranges) {
    add_subtrees(range, nodes);
    ends.push_back(nodes.size());
  }
  TRY(const auto read, hashes.read(nodes));
  if (read.size() != nodes.size())
    return fail(Code::corrupt, "the hash reader returned another number of hashes");

  std::vector<Hash> out;
  std::size_t begin = 0;
  for (const std::size_t end : ends) {
    out.push_back(fold(std::span(read).subspan(begin, end - begin)));
    begin = end;
  }
  return out;
}

std::unexpected<Error> proof_fails(std::string what) {
  return fail(Code::bad_proof, std::move(what));
}

}  // namespace

Hash leaf_hash(BytesView entry) {
  return crypto::sha256({BytesView(&leaf_prefix, 1), entry});
}

Hash node_hash(const Hash& left, const Hash& right) {
  std::array<std::uint8_t, 65> bytes;
  bytes[0] = node_prefix;
  std::ranges::copy(left.bytes, bytes.begin() + 1);
  std::ranges::copy(right.bytes, bytes.begin() + 33);
  return crypto::sha256(bytes);
}

Hash empty_root() {
  return crypto::sha256(BytesView{});
}

void Frontier::append(const Hash& leaf) {
  Hash hash = leaf;
  for (std::uint64_t full = size_; (full & 1) != 0; full >>= 1) {
    hash = node_hash(edge_.back(), hash);
    edge_.pop_back();
  }
  edge_.push_back(hash);
  ++size_;
}

void Frontier::append(std::span<const Hash> leaves) {
  for (const Hash& leaf : leaves) append(leaf);
}

Hash Frontier::root() const {
  return edge_.empty() ? empty_root() : fold(edge_);
}

Bytes Frontier::serialise() const {
  Bytes out;
  for (int shift = 56; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(size_ >> shift));
  for (const Hash& hash : edge_) out.insert(out.end(), hash.bytes.begin(), hash.bytes.end());
  return out;
}

Result<Frontier> Frontier::parse(BytesView bytes) {
  if (bytes.size() < 8) return fail(Code::malformed, "a frontier begins with 8 bytes of size");
  Frontier out;
  for (const std::uint8_t byte : bytes.first(8)) out.size_ = out.size_ << 8 | byte;
  if (out.size_ > limits::tree_size_max) return fail(Code::too_large, "size beyond tree_size_max");

  const auto count = static_cast<std::size_t>(std::popcount(out.size_));
  if (bytes.size() != 8 + 32 * count) {
    return fail(Code::malformed, "a frontier has 32 bytes for each bit of its size");
  }
  for (std::size_t i = 0; i < count; ++i) {
    TRY(const Hash hash, fixed32<HashTag>(bytes.subspan(8 + 32 * i, 32)));
    out.edge_.push_back(hash);
  }
  return out;
}

Result<Frontier> Frontier::read(std::uint64_t size, const HashReader& hashes) {
  if (size > limits::tree_size_max) return fail(Code::too_large, "size beyond tree_size_max");
  std::vector<NodeId> nodes;
  add_subtrees({0, size}, nodes);
  Frontier out;
  out.size_ = size;
  if (nodes.empty()) return out;
  TRY(out.edge_, hashes.read(nodes));
  if (out.edge_.size() != nodes.size()) {
    return fail(Code::corrupt, "the hash reader returned another number of hashes");
  }
  return out;
}

Result<Hash> root_at(std::uint64_t size, const HashReader& hashes) {
  TRY(const Frontier frontier, Frontier::read(size, hashes));
  return frontier.root();
}

// RFC 6962, section 2.1.1: PATH(m, D[n]), as a loop from the root down; the proof lists it from the
// leaf up.
Result<std::vector<Hash>> inclusion_proof(std::uint64_t index, std::uint64_t size,
                                          const HashReader& hashes) {
  if (index >= size) return fail(Code::bad_value, "the index is not below the tree's size");
  if (size > limits::tree_size_max) return fail(Code::too_large, "size beyond tree_size_max");
  std::vector<Range> path;
  for (Range tree{0, size}; tree.end - tree.begin > 1;) {
    const std::uint64_t middle = tree.begin + split(tree.end - tree.begin);
    if (index < middle) {
      path.push_back({middle, tree.end});
      tree.end = middle;
    } else {
      path.push_back({tree.begin, middle});
      tree.begin = middle;
    }
  }
  std::ranges::reverse(path);
  if (path.empty()) return std::vector<Hash>{};
  return read_ranges(path, hashes);
}

// RFC 6962, section 2.1.2: SUBPROOF(m, D[n], b), as a loop from the root down.
Result<std::vector<Hash>> consistency_proof(std::uint64_t from, std::uint64_t to,
                                            const HashReader& hashes) {
  if (from > to) return fail(Code::bad_value, "the older size is above the newer");
  if (to > limits::tree_size_max) return fail(Code::too_large, "size beyond tree_size_max");
  if (from == 0 || from == to) return std::vector<Hash>{};

  std::vector<Range> path;
  Range tree{0, to};
  while (from != tree.end) {
    const std::uint64_t middle = tree.begin + split(tree.end - tree.begin);
    if (from <= middle) {
      path.push_back({middle, tree.end});
      tree.end = middle;
    } else {
      path.push_back({tree.begin, middle});
      tree.begin = middle;
    }
  }
  // b: while nothing was left out at the left, what remains is the older tree itself, whose root
  // the verifier has.
  if (tree.begin != 0) path.push_back(tree);
  std::ranges::reverse(path);
  return read_ranges(path, hashes);
}

// RFC 9162, section 2.1.3.2, steps as numbered there; RFC 6962 gives no algorithm.
Result<void> verify_inclusion(std::uint64_t index, const Hash& leaf, const TreeHead& head,
                              std::span<const Hash> proof) {
  // 1. "Compare leaf_index against tree_size".
  if (index >= head.size) return fail(Code::bad_value, "the index is not below the tree's size");

  // 2, 3. "Set fn to leaf_index and sn to tree_size - 1"; "set r to hash".
  std::uint64_t fn = index;
  std::uint64_t sn = head.size - 1;
  Hash r = leaf;
  for (const Hash& p : proof) {  // 4. "For each value p in the inclusion_path array"
    if (sn == 0) return proof_fails("the audit path has more hashes than the tree has levels");
    if ((fn & 1) != 0 || fn == sn) {
      r = node_hash(p, r);
      while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      r = node_hash(r, p);
    }
    fn >>= 1;
    sn >>= 1;
  }
  // 5. "Compare sn to 0. Compare r against the root_hash."
  if (sn != 0) return proof_fails("the audit path has fewer hashes than the tree has levels");
  if (r != head.root) return proof_fails("the audit path does not lead from the leaf to the root");
  return {};
}

// RFC 9162, section 2.1.4.2, steps as numbered there.
Result<void> verify_consistency(const TreeHead& from, const TreeHead& to,
                                std::span<const Hash> proof) {
  if (from.size > to.size) return fail(Code::bad_value, "the older size is above the newer");
  // Not in the clause: equal sizes, and the empty tree, of which every tree is a continuation.
  if (from.size == to.size || from.size == 0) {
    if (!proof.empty()) return proof_fails("the consistency proof must be empty here");
    const Hash must_be = from.size == 0 ? empty_root() : to.root;
    if (from.root != must_be) return proof_fails("the roots of one size differ");
    if (to.size == 0 && to.root != empty_root()) return proof_fails("the roots of one size differ");
    return {};
  }
  // 1. "If consistency_path is an empty array, stop".
  if (proof.empty()) return proof_fails("the consistency proof has too few hashes");

  // 2. "If first is an exact power of 2, then prepend first_hash".
  Hash fr = from.root;
  if (!std::has_single_bit(from.size)) {
    fr = proof.front();
    proof = proof.subspan(1);
  }
  // 3, 4. "Set fn to first - 1 and sn to second - 1"; shift both "until LSB(fn) is not set".
  std::uint64_t fn = from.size - 1;
  std::uint64_t sn = to.size - 1;
  for (; (fn & 1) != 0; fn >>= 1) sn >>= 1;

  Hash sr = fr;                  // 5. "Set both fr and sr to the first value"
  for (const Hash& c : proof) {  // 6.
    if (sn == 0) return proof_fails("the consistency proof has too many hashes");
    if ((fn & 1) != 0 || fn == sn) {
      fr = node_hash(c, fr);
      sr = node_hash(c, sr);
      while ((fn & 1) == 0 && fn != 0) {
        fn >>= 1;
        sn >>= 1;
      }
    } else {
      sr = node_hash(sr, c);
    }
    fn >>= 1;
    sn >>= 1;
  }
  // 7. "verify that the fr calculated is equal to first_hash, that the sr calculated is equal to
  // second_hash, and that sn is 0".
  if (sn != 0) return proof_fails("the consistency proof has too few hashes");
  if (fr != from.root) return proof_fails("the consistency proof does not lead to the older root");
  if (sr != to.root) return proof_fails("the consistency proof does not lead to the newer root");
  return {};
}

}  // namespace comity::ledger
