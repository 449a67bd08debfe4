#include "ledger/tile.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "ledger/test_log.h"

namespace comity::ledger {
namespace {

using testing::entry_text;
using testing::leaf_hashes;
using testing::MemoryTiles;
using testing::NaiveTree;

// C2SP tlog-tiles, "Merkle Tree": its two examples.
TEST(TilePath, is_that_of_the_specification) {
  EXPECT_EQ(tile_path({0, 1234067}, 256), "tile/0/x001/x234/067");
  EXPECT_EQ(tile_path({0, 1067}, 5), "tile/0/x001/067.p/5");
  EXPECT_EQ(entries_path(1067, 5), "tile/entries/x001/067.p/5");
  EXPECT_EQ(tile_path({3, 0}, 256), "tile/3/000");
  EXPECT_EQ(entries_path(999, 256), "tile/entries/999");
}

TEST(TilePath, reads_back_what_it_wrote) {
  for (const std::uint64_t index :
       {0ull, 1ull, 999ull, 1000ull, 999'999ull, 1'000'000ull, 123'456'789'012ull}) {
    for (const unsigned width : {1u, 9u, 255u, 256u}) {
      EXPECT_EQ(parse_tile_path(tile_path({2, index}, width)),
                (TilePath{TilePath::Kind::hashes, {2, index}, width}));
      EXPECT_EQ(parse_tile_path(entries_path(index, width)),
                (TilePath{TilePath::Kind::entries, {0, index}, width}));
    }
  }
}

TEST(TilePath, refuses_every_other_spelling) {
  for (const char* path : {"",
                           "tile",
                           "tile/",
                           "tile/0",
                           "tile/0/",
                           "tile/0/1",
                           "tile/0/0001",
                           "tile/00/001",
                           "tile/64/001",
                           "tile/-1/001",
                           "tile/0/001/",
                           "tile/0/x000/001",
                           "tile/0/001/002",
                           "tile/0/x001",
                           "tile/0/X001/067",
                           "tile/0/001.p/0",
                           "tile/0/001.p/256",
                           "tile/0/001.p/01",
                           "tile/0/001.p/",
                           "tile/0/001.p/5/",
                           "tile/data/001",
                           "/tile/0/001",
                           "tile/0/x001/../067",
                           "tile/0/001.p/5.p/5",
                           "tile//001",
                           "tile/8/0/001",
                           "tile/0/x999/x999/x999/x999/x999/x999/999"}) {
    const auto parsed = parse_tile_path(path);
    ASSERT_FALSE(parsed) << path;
    EXPECT_EQ(parsed.error().code, Code::malformed) << path;
  }
}

// "a tree of size 70,000 will be represented by 273 full level 0 tiles, one partial level 0 tile of
// width 112, one full level 1 tile, one partial level 1 tile of width 17, and one partial level 2
// tile of width 1".
TEST(TileWidth, is_that_of_the_specifications_examples) {
  EXPECT_EQ(tile_width_at({0, 272}, 70'000), 256u);
  EXPECT_EQ(tile_width_at({0, 273}, 70'000), 112u);
  EXPECT_EQ(tile_width_at({0, 274}, 70'000), 0u);
  EXPECT_EQ(tile_width_at({1, 0}, 70'000), 256u);
  EXPECT_EQ(tile_width_at({1, 1}, 70'000), 17u);
  EXPECT_EQ(tile_width_at({2, 0}, 70'000), 1u);
  EXPECT_EQ(tile_width_at({3, 0}, 70'000), 0u);
  EXPECT_EQ(tile_width_at({63, 0}, 70'000), 0u);
  EXPECT_EQ(tile_width_at({0, 0}, 256), 256u);
  EXPECT_EQ(tile_width_at({0, 1}, 256), 0u);
  EXPECT_EQ(tile_width_at({1, 0}, 256), 1u);
}

// Each hash of each tile is MTH(D[(n * 256 + i) * 256**l : (n * 256 + i + 1) * 256**l]).
void expect_tiles_of(const MemoryTiles& held, NaiveTree& naive, std::uint64_t size) {
  std::size_t expected = 0;
  for (unsigned level = 0; size >> (8 * level) != 0; ++level) {
    for (std::uint64_t index = 0; tile_width_at({level, index}, size) != 0; ++index, ++expected) {
      const unsigned width = tile_width_at({level, index}, size);
      const auto found = held.tiles.find({level, index});
      ASSERT_NE(found, held.tiles.end()) << tile_path({level, index}, width);
      ASSERT_EQ(found->second.size(), std::size_t{32} * width) << tile_path({level, index}, width);
      for (std::uint64_t i = 0; i < width; ++i) {
        const std::uint64_t place = index * 256 + i;
        const Hash hash = naive.mth(place << (8 * level), (place + 1) << (8 * level));
        ASSERT_TRUE(std::ranges::equal(hash.view(), BytesView(found->second).subspan(32 * i, 32)))
            << tile_path({level, index}, width) << " hash " << i;
      }
    }
  }
  EXPECT_EQ(held.tiles.size(), expected);
}

TEST(TileBuilder, writes_the_tiles_of_the_clause_whatever_the_batches) {
  constexpr std::uint64_t size = 70'000;
  NaiveTree naive(leaf_hashes(0, size));
  for (const std::uint64_t batch :
       {std::uint64_t{1000}, std::uint64_t{256}, std::uint64_t{777}, size}) {
    MemoryTiles tiles;
    TileBuilder builder;
    for (std::uint64_t begin = 0; begin < size; begin += batch) {
      tiles.write(builder.append(leaf_hashes(begin, std::min(size, begin + batch))));
    }
    EXPECT_EQ(builder.head(), naive.head(size));
    expect_tiles_of(tiles, naive, size);
  }
}

TEST(TileBuilder, goes_on_from_its_partial_tiles_at_every_size) {
  constexpr std::uint64_t most = 600;
  NaiveTree naive(leaf_hashes(0, most));
  MemoryTiles tiles;
  for (std::uint64_t size = 0; size < most; ++size) {
    auto builder = TileBuilder::open(naive.head(size), tiles.source());
    ASSERT_TRUE(builder) << size << ": " << to_text(builder.error());
    tiles.write(builder->append(leaf_hashes(size, size + 1)));
    ASSERT_EQ(builder->head(), naive.head(size + 1));
  }
  expect_tiles_of(tiles, naive, most);
}

TEST(TileBuilder, names_each_tile_once_and_in_order) {
  TileBuilder builder;
  (void)builder.append(leaf_hashes(0, 100));
  const auto writes = builder.append(leaf_hashes(100, 600));
  std::vector<std::pair<TileId, unsigned>> got;
  for (const TileWrite& w : writes) got.push_back({{w.level, w.index}, w.width()});
  const std::vector<std::pair<TileId, unsigned>> want = {
      {{0, 0}, 256}, {{0, 1}, 256}, {{0, 2}, 88}, {{1, 0}, 2}};
  EXPECT_EQ(got, want);
  EXPECT_TRUE(builder.append({}).empty());
}

TEST(TileBuilder, refuses_tiles_that_do_not_make_the_head) {
  NaiveTree naive(leaf_hashes(0, 300));
  MemoryTiles tiles;
  TileBuilder builder;
  tiles.write(builder.append(leaf_hashes(0, 300)));
  const auto code = [&](const MemoryTiles& t, const TreeHead& head) {
    const auto opened = TileBuilder::open(head, t.source());
    return opened ? Code::exists : opened.error().code;
  };
  EXPECT_EQ(code(tiles, naive.head(300)), Code::exists);
  EXPECT_EQ(code(tiles, {300, naive.mth(0, 299)}), Code::corrupt);
  EXPECT_EQ(code(tiles, {299, naive.mth(0, 300)}), Code::corrupt);
  EXPECT_EQ(code(tiles, {301, naive.mth(0, 300)}), Code::corrupt);

  MemoryTiles flipped = tiles;
  flipped.tiles[{0, 1}][40] ^= 1;
  EXPECT_EQ(code(flipped, naive.head(300)), Code::corrupt);
  MemoryTiles cut = tiles;
  cut.tiles[{0, 1}].pop_back();
  EXPECT_EQ(code(cut, naive.head(300)), Code::corrupt);
  MemoryTiles missing = tiles;
  missing.tiles.erase({1, 0});
  EXPECT_EQ(code(missing, naive.head(300)), Code::not_found);
  EXPECT_EQ(code(tiles, {limits::tree_size_max + 1, Hash{}}), Code::too_large);
}

TEST(TileHashReader, asks_for_the_width_of_its_tree_and_reads_each_tile_once) {
  MemoryTiles tiles;
  TileBuilder builder;
  tiles.write(builder.append(leaf_hashes(0, 700)));
  std::map<TileId, unsigned> asked;
  const TileHashReader reader(600, [&](const TileId& id, unsigned width) {
    EXPECT_TRUE(asked.emplace(id, width).second);
    return tiles.source()(id, width);
  });
  NaiveTree naive(leaf_hashes(0, 700));
  const auto hashes = reader.read(std::vector<NodeId>{{0, 599}, {3, 74}, {8, 1}, {9, 0}, {7, 1}});
  ASSERT_TRUE(hashes) << to_text(hashes.error());
  EXPECT_EQ(*hashes,
            (std::vector<Hash>{naive.mth(599, 600), naive.mth(592, 600), naive.mth(256, 512),
                               naive.mth(0, 512), naive.mth(128, 256)}));
  EXPECT_EQ(asked, (std::map<TileId, unsigned>{{{0, 0}, 256}, {{0, 2}, 88}, {{1, 0}, 2}}));
  EXPECT_EQ(reader.read(std::vector<NodeId>{{0, 600}}).error().code, Code::bad_value);
  EXPECT_EQ(reader.read(std::vector<NodeId>{{64, 0}}).error().code, Code::bad_value);
  EXPECT_EQ(reader.read(std::vector<NodeId>{{10, 0}}).error().code, Code::bad_value);
}

TEST(TileHashReader, gives_every_complete_subtree_and_no_other) {
  constexpr std::uint64_t size = 700;
  NaiveTree naive(leaf_hashes(0, size));
  MemoryTiles tiles;
  TileBuilder builder;
  tiles.write(builder.append(leaf_hashes(0, size)));
  const TileHashReader reader(size, tiles.source());
  for (unsigned level = 0; level <= 10; ++level) {
    std::vector<NodeId> nodes;
    std::vector<Hash> want;
    for (std::uint64_t index = 0; index < size >> level; ++index) {
      nodes.push_back({level, index});
      want.push_back(naive.mth(index << level, (index + 1) << level));
    }
    EXPECT_EQ(reader.read(nodes), want) << level;
    nodes = {{level, size >> level}};
    EXPECT_EQ(reader.read(nodes).error().code, Code::bad_value) << level;
  }
}

TEST(EntryBundle, reads_back_what_it_wrote) {
  Bytes bundle;
  std::vector<Bytes> entries = {{}, {1}, Bytes(300, 7), Bytes(limits::log_entry_bytes_max, 9)};
  for (const Bytes& entry : entries) append_entry(bundle, entry);
  const auto parsed = parse_entry_bundle(bundle, 4);
  ASSERT_TRUE(parsed) << to_text(parsed.error());
  for (std::size_t i = 0; i < entries.size(); ++i) EXPECT_EQ(to_bytes((*parsed)[i]), entries[i]);
}

TEST(EntryBundle, refuses_lengths_that_do_not_add_up) {
  const auto code = [](const Bytes& bytes, unsigned width) {
    return parse_entry_bundle(bytes, width).error().code;
  };
  EXPECT_EQ(code({0}, 1), Code::malformed);
  EXPECT_EQ(code({0, 2, 1}, 1), Code::malformed);
  EXPECT_EQ(code({0, 1, 1, 0}, 1), Code::malformed);
  EXPECT_EQ(code({0, 1, 1}, 2), Code::malformed);
  EXPECT_EQ(code({0, 1, 1, 0, 0}, 1), Code::malformed);
  EXPECT_EQ(code({}, 1), Code::malformed);
  EXPECT_EQ(code(Bytes(2 * 257, 0), 257), Code::malformed);
}

TEST(EntryBundleDeathTest, an_entry_beyond_16_bits_is_our_bug) {
  Bytes bundle;
  EXPECT_DEATH(append_entry(bundle, Bytes(limits::log_entry_bytes_max + 1, 0)), "65,535");
}

struct Stored {
  explicit Stored(std::uint64_t size) {
    TileBuilder builder;
    hashes.write(builder.append(leaf_hashes(0, size)));
    head = builder.head();
    for (std::uint64_t i = 0; i < size; ++i)
      append_entry(bundles.tiles[{0, i / 256}], as_bytes(entry_text(i)));
  }
  MemoryTiles hashes;
  MemoryTiles bundles;
  TreeHead head;
  [[nodiscard]] Result<void> checked() const {
    return check_tiles(head, hashes.source(), bundles.source());
  }
};

TEST(CheckTiles, accepts_what_was_written_at_any_size) {
  for (const std::uint64_t size : {0u, 1u, 255u, 256u, 257u, 700u, 70'000u}) {
    const Stored stored(size);
    const auto result = stored.checked();
    EXPECT_TRUE(result) << size << ": " << to_text(result.error());
  }
}

TEST(CheckTiles, accepts_the_older_head_of_a_log_that_has_grown) {
  Stored stored(700);
  stored.head = NaiveTree(leaf_hashes(0, 600)).head(600);
  const auto result = stored.checked();
  EXPECT_TRUE(result) << to_text(result.error());
}

TEST(CheckTiles, names_the_tile_or_bundle_that_was_changed) {
  const Stored whole(700);
  for (const auto& [id, bytes] : whole.hashes.tiles) {
    Stored stored = whole;
    stored.hashes.tiles[id].back() ^= 1;
    const auto result = stored.checked();
    ASSERT_FALSE(result);
    EXPECT_EQ(result.error().code, Code::corrupt);
    EXPECT_EQ(result.error().where, tile_path(id, tile_width_at(id, 700)));
  }
  Stored entry = whole;
  entry.bundles.tiles[{0, 1}].back() ^= 1;
  EXPECT_EQ(entry.checked().error().where, "tile/0/001");
  Stored cut = whole;
  cut.bundles.tiles[{0, 2}].resize(20);
  EXPECT_EQ(cut.checked().error().where, "tile/entries/002.p/188");
  Stored other_root = whole;
  other_root.head.root = empty_root();
  EXPECT_EQ(other_root.checked().error().code, Code::corrupt);
}

}  // namespace
}  // namespace comity::ledger
