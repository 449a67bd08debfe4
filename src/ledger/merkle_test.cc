#include "ledger/merkle.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "base/limits.h"
#include "crypto/random.h"
#include "ledger/test_log.h"

namespace comity::ledger {
namespace {

using testing::leaf_hashes;
using testing::MemoryTiles;
using testing::NaiveReader;
using testing::NaiveTree;

Hash hash_of(std::string_view hex) {
  return *hash_from_hex(hex);
}

// The tree of eight entries that Certificate Transparency's reference code has been tested with
// since 2012, and most implementations after it (github.com/google/certificate-transparency,
// merkletree tests; also transparency-dev/merkle).
const std::vector<std::string> ct_entries = {"",
                                             "00",
                                             "10",
                                             "2021",
                                             "3031",
                                             "40414243",
                                             "5051525354555657",
                                             "606162636465666768696a6b6c6d6e6f"};
const std::vector<std::string> ct_roots = {
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328"};

std::vector<Hash> ct_leaves() {
  std::vector<Hash> out;
  for (const std::string& entry : ct_entries) out.push_back(leaf_hash(*from_hex(entry)));
  return out;
}

std::vector<Hash> hashes_of(const std::vector<std::string>& hex) {
  std::vector<Hash> out;
  for (const std::string& h : hex) out.push_back(hash_of(h));
  return out;
}

// A tree of `size` entries in tiles, and what the naive tree says of it.
struct Fixture {
  explicit Fixture(std::uint64_t size) : naive(leaf_hashes(0, size)), reader(size, tiles.source()) {
    TileBuilder builder;
    tiles.write(builder.append(leaf_hashes(0, size)));
  }
  NaiveTree naive;
  MemoryTiles tiles;
  TileHashReader reader;
};

TEST(Merkle, roots_are_those_of_the_reference_tree) {
  Frontier frontier;
  EXPECT_EQ(to_hex(frontier.root()), ct_roots[0]);
  const auto leaves = ct_leaves();
  for (std::size_t i = 0; i < leaves.size(); ++i) {
    frontier.append(leaves[i]);
    EXPECT_EQ(frontier.size(), i + 1);
    EXPECT_EQ(to_hex(frontier.root()), ct_roots[i + 1]);
  }
}

TEST(Merkle, inclusion_proofs_of_the_reference_tree_verify) {
  struct Case {
    std::uint64_t index, size;
    std::vector<std::string> path;
  };
  const std::vector<Case> cases = {
      {0, 1, {}},
      {0,
       8,
       {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
      {5,
       8,
       {"bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
      {2, 3, {"fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"}},
      {1,
       5,
       {"6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}}};
  MemoryTiles tiles;
  TileBuilder builder;
  tiles.write(builder.append(ct_leaves()));
  for (const Case& c : cases) {
    const auto path = hashes_of(c.path);
    const TreeHead head{c.size, hash_of(ct_roots[c.size])};
    EXPECT_TRUE(verify_inclusion(c.index, ct_leaves()[c.index], head, path));
    const auto made = inclusion_proof(c.index, c.size, TileHashReader(c.size, tiles.source()));
    ASSERT_TRUE(made) << to_text(made.error());
    EXPECT_EQ(*made, path);
  }
}

TEST(Merkle, consistency_proofs_of_the_reference_tree_verify) {
  struct Case {
    std::uint64_t from, to;
    std::vector<std::string> path;
  };
  const std::vector<Case> cases = {
      {1, 1, {}},
      {1,
       8,
       {"96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4"}},
      {6,
       8,
       {"0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7"}},
      {2,
       5,
       {"5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b"}}};
  MemoryTiles tiles;
  TileBuilder builder;
  tiles.write(builder.append(ct_leaves()));
  for (const Case& c : cases) {
    const auto path = hashes_of(c.path);
    EXPECT_TRUE(verify_consistency({c.from, hash_of(ct_roots[c.from])},
                                   {c.to, hash_of(ct_roots[c.to])}, path));
    const auto made = consistency_proof(c.from, c.to, TileHashReader(c.to, tiles.source()));
    ASSERT_TRUE(made) << to_text(made.error());
    EXPECT_EQ(*made, path);
  }
}

TEST(Merkle, every_inclusion_proof_to_300_is_the_one_of_the_clause_and_verifies) {
  constexpr std::uint64_t most = 300;
  NaiveTree naive(leaf_hashes(0, most));
  const NaiveReader reader(naive);
  const auto leaves = leaf_hashes(0, most);
  for (std::uint64_t size = 1; size <= most; ++size) {
    const TreeHead head = naive.head(size);
    for (std::uint64_t index = 0; index < size; ++index) {
      const auto proof = inclusion_proof(index, size, reader);
      ASSERT_TRUE(proof) << to_text(proof.error());
      ASSERT_EQ(*proof, naive.path(index, 0, size)) << index << " of " << size;
      ASSERT_TRUE(verify_inclusion(index, leaves[index], head, *proof)) << index << " of " << size;
    }
  }
}

TEST(Merkle, every_consistency_proof_to_300_is_the_one_of_the_clause_and_verifies) {
  constexpr std::uint64_t most = 300;
  NaiveTree naive(leaf_hashes(0, most));
  const NaiveReader reader(naive);
  for (std::uint64_t to = 0; to <= most; ++to) {
    for (std::uint64_t from = 0; from <= to; ++from) {
      const auto proof = consistency_proof(from, to, reader);
      ASSERT_TRUE(proof) << to_text(proof.error());
      ASSERT_EQ(*proof, naive.proof(from, to)) << from << " to " << to;
      ASSERT_TRUE(verify_consistency(naive.head(from), naive.head(to), *proof))
          << from << " to " << to;
    }
  }
}

// Frontier and tiles, two ways to the same roots, over a hundred thousand leaves in batches of any
// size.
TEST(Merkle, random_proofs_to_100000_verify) {
  crypto::SeededRandom random(20261121);
  MemoryTiles tiles;
  TileBuilder builder;
  Frontier frontier;
  std::vector<TreeHead> heads = {frontier.head()};
  while (frontier.size() < 100'000) {
    const auto batch = leaf_hashes(frontier.size(), frontier.size() + 1 + random.u64() % 3000);
    frontier.append(batch);
    tiles.write(builder.append(batch));
    ASSERT_EQ(builder.frontier(), frontier);
    heads.push_back(frontier.head());
  }
  const TileHashReader reader(frontier.size(), tiles.source());
  for (int round = 0; round < 300; ++round) {
    const std::size_t to = random.u64() % heads.size();
    const std::size_t from = random.u64() % (to + 1);
    const auto consistency = consistency_proof(heads[from].size, heads[to].size, reader);
    ASSERT_TRUE(consistency);
    EXPECT_TRUE(verify_consistency(heads[from], heads[to], *consistency));
    if (heads[to].size == 0) continue;
    const std::uint64_t index = random.u64() % heads[to].size;
    const auto inclusion = inclusion_proof(index, heads[to].size, reader);
    ASSERT_TRUE(inclusion);
    EXPECT_TRUE(verify_inclusion(index, leaf_hashes(index, index + 1)[0], heads[to], *inclusion));
    EXPECT_FALSE(
        verify_inclusion(index, leaf_hashes(index + 1, index + 2)[0], heads[to], *inclusion));
    EXPECT_EQ(root_at(heads[to].size, reader), heads[to].root);
  }
}

TEST(Merkle, a_changed_inclusion_proof_is_refused) {
  Fixture log(64);
  for (const std::uint64_t size : {2u, 3u, 7u, 8u, 33u, 64u}) {
    const TreeHead head = log.naive.head(size);
    for (std::uint64_t index = 0; index < size; ++index) {
      const Hash leaf = leaf_hashes(index, index + 1)[0];
      const auto proof = log.naive.path(index, 0, size);
      const auto refused = [&](std::uint64_t i, const Hash& l, const TreeHead& h,
                               const std::vector<Hash>& p) {
        const auto result = verify_inclusion(i, l, h, p);
        return !result &&
               (result.error().code == Code::bad_proof || result.error().code == Code::bad_value);
      };
      for (std::size_t i = 0; i < proof.size(); ++i) {
        auto changed = proof;
        changed[i].bytes[i % 32] ^= 1;
        EXPECT_TRUE(refused(index, leaf, head, changed));
      }
      auto longer = proof;
      longer.push_back(leaf);
      EXPECT_TRUE(refused(index, leaf, head, longer));
      auto shorter = proof;
      shorter.pop_back();
      EXPECT_TRUE(refused(index, leaf, head, shorter));
      EXPECT_TRUE(refused(index ^ 1, leaf, head, proof));
      EXPECT_TRUE(refused(size, leaf, head, proof));
      EXPECT_TRUE(refused(index, head.root, head, proof));
      EXPECT_TRUE(refused(index, leaf, {size, leaf}, proof));
    }
  }
}

TEST(Merkle, a_changed_consistency_proof_is_refused) {
  Fixture log(64);
  for (const auto& [from, to] :
       {std::pair{1u, 2u}, {2u, 3u}, {3u, 7u}, {6u, 8u}, {8u, 33u}, {31u, 64u}}) {
    const TreeHead older = log.naive.head(from);
    const TreeHead newer = log.naive.head(to);
    const auto proof = log.naive.proof(from, to);
    const auto code = [&](const TreeHead& a, const TreeHead& b, const std::vector<Hash>& p) {
      const auto result = verify_consistency(a, b, p);
      return result ? Code::exists : result.error().code;
    };
    for (std::size_t i = 0; i < proof.size(); ++i) {
      auto changed = proof;
      changed[i].bytes[31] ^= 0x80;
      EXPECT_EQ(code(older, newer, changed), Code::bad_proof);
    }
    auto longer = proof;
    longer.push_back(newer.root);
    EXPECT_EQ(code(older, newer, longer), Code::bad_proof);
    auto shorter = proof;
    shorter.pop_back();
    EXPECT_EQ(code(older, newer, shorter), Code::bad_proof);
    EXPECT_EQ(code(older, newer, {}), Code::bad_proof);
    EXPECT_EQ(code({from, newer.root}, newer, proof), Code::bad_proof);
    EXPECT_EQ(code(older, {to, older.root}, proof), Code::bad_proof);
    EXPECT_EQ(code(newer, older, proof), Code::bad_value);
  }
}

TEST(Merkle, the_empty_tree_is_consistent_with_all_and_only_as_itself) {
  Fixture log(5);
  const TreeHead empty;
  EXPECT_TRUE(verify_consistency(empty, log.naive.head(5), {}));
  EXPECT_FALSE(verify_consistency({0, log.naive.mth(0, 1)}, log.naive.head(5), {}));
  EXPECT_FALSE(verify_consistency(empty, {0, log.naive.mth(0, 1)}, {}));
  EXPECT_FALSE(verify_consistency(empty, log.naive.head(5), log.naive.proof(1, 5)));
  EXPECT_FALSE(verify_consistency(log.naive.head(5), {5, empty_root()}, {}));
}

TEST(Merkle, positions_outside_the_tree_have_no_proof) {
  Fixture log(10);
  EXPECT_EQ(inclusion_proof(10, 10, log.reader).error().code, Code::bad_value);
  EXPECT_EQ(inclusion_proof(0, 0, log.reader).error().code, Code::bad_value);
  EXPECT_EQ(consistency_proof(5, 4, log.reader).error().code, Code::bad_value);
  EXPECT_EQ(consistency_proof(1, limits::tree_size_max + 1, log.reader).error().code,
            Code::too_large);
  // The reader's tree has no such leaves.
  EXPECT_EQ(inclusion_proof(3, 11, log.reader).error().code, Code::bad_value);
}

TEST(Frontier, reads_back_what_it_wrote) {
  Frontier frontier;
  for (std::uint64_t size = 0; size < 70; ++size) {
    const auto back = Frontier::parse(frontier.serialise());
    ASSERT_TRUE(back) << to_text(back.error());
    EXPECT_EQ(*back, frontier);
    frontier.append(leaf_hashes(size, size + 1));
  }
}

TEST(Frontier, refuses_bytes_of_another_shape) {
  Frontier frontier;
  frontier.append(leaf_hashes(0, 5));
  const Bytes bytes = frontier.serialise();
  const auto code = [](BytesView b) { return Frontier::parse(b).error().code; };
  EXPECT_EQ(code(BytesView(bytes).first(7)), Code::malformed);
  EXPECT_EQ(code(BytesView(bytes).first(bytes.size() - 1)), Code::malformed);
  Bytes longer = bytes;
  longer.push_back(0);
  EXPECT_EQ(code(longer), Code::malformed);
  Bytes other_size = bytes;
  other_size[7] = 7;
  EXPECT_EQ(code(other_size), Code::malformed);
  other_size[0] = 0x40;
  EXPECT_EQ(code(other_size), Code::too_large);
}

TEST(Frontier, is_read_from_tiles) {
  Fixture log(1000);
  for (const std::uint64_t size : {0u, 1u, 255u, 256u, 257u, 511u, 1000u}) {
    const auto frontier = Frontier::read(size, log.reader);
    ASSERT_TRUE(frontier) << to_text(frontier.error());
    EXPECT_EQ(frontier->head(), log.naive.head(size));
  }
}

}  // namespace
}  // namespace comity::ledger
