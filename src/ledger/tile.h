#pragma once
// The tree as C2SP tlog-tiles keeps it: rows of 256 hashes ("tiles"), each row eight levels above
// the one below, and the entries in bundles of 256. Tiles are blobs keyed by (level, index): the
// store writes them, an export serves them under tile_path(). A tile holds only hashes of perfect
// subtrees, so a byte once written never changes: a partial tile only grows.
#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "ledger/merkle.h"

namespace comity::ledger {

inline constexpr unsigned tile_height = 8;
inline constexpr unsigned tile_width = 256;  // hashes in a full tile; entries in a full bundle

struct TileId {
  unsigned level = 0;  // 0 holds leaf hashes, 1 the roots of full tiles of level 0, ...
  std::uint64_t index = 0;
  friend auto operator<=>(const TileId&, const TileId&) = default;
};

// Hashes that the tile has in a tree of `size` leaves: 0 (no such tile) to 256 (full).
[[nodiscard]] unsigned tile_width_at(const TileId& tile, std::uint64_t size);

// "tile/0/x001/067", "tile/0/x001/067.p/5", "tile/entries/x001/067.p/5". `width` is 1 to 256.
[[nodiscard]] std::string tile_path(const TileId& tile, unsigned width);
[[nodiscard]] std::string entries_path(std::uint64_t index, unsigned width);

struct TilePath {
  enum class Kind { hashes, entries };
  Kind kind = Kind::hashes;
  TileId tile;  // level 0 for entries
  unsigned width = tile_width;
  friend bool operator==(const TilePath&, const TilePath&) = default;
};
// Reads what the two functions above write, and nothing else: Code::malformed.
[[nodiscard]] Result<TilePath> parse_tile_path(std::string_view path);

// Reads the bytes held at `tile`: at least `width` hashes of 32 bytes; more are welcome. `width` is
// what a tree of the size in question has there, so that a folder of exported tiles can be asked
// for ".p/<width>".
using TileSource = std::function<Result<Bytes>(const TileId& tile, unsigned width)>;

// Reads subtree hashes of the tree of `size` leaves from its tiles; each tile is read once per
// read().
class TileHashReader final : public HashReader {
 public:
  TileHashReader(std::uint64_t size, TileSource source) : size_(size), source_(std::move(source)) {}
  [[nodiscard]] Result<std::vector<Hash>> read(std::span<const NodeId> nodes) const override;

 private:
  std::uint64_t size_;
  TileSource source_;
};

// A tile to write in place of what is held at (level, index).
struct TileWrite {
  unsigned level = 0;
  std::uint64_t index = 0;
  Bytes hashes;  // the whole tile so far: 32 bytes times its width
  [[nodiscard]] unsigned width() const { return static_cast<unsigned>(hashes.size() / 32); }
};

// Appends leaves to a tiled tree. Holds the open tiles of the right edge (at most 8 KiB a level)
// A value: copy it, append to the copy, and keep the copy only once the writes
// are durable.
class TileBuilder {
 public:
  TileBuilder() = default;  // of the empty tree
  // From the partial tiles of the tree with this head.
  //   Errors   Code::corrupt when the tiles do not make head.root; the source's.
  [[nodiscard]] static Result<TileBuilder> open(const TreeHead& head, const TileSource& source);

  // Every tile that the leaves touch, once, in its final state: level 0 first, then by index.
  [[nodiscard]] std::vector<TileWrite> append(std::span<const Hash> leaves);

  [[nodiscard]] Frontier frontier() const;
  [[nodiscard]] TreeHead head() const { return frontier().head(); }
  // The first `width` hashes of an open tile; none when it is not open or has fewer.
  [[nodiscard]] std::optional<Bytes> open_tile(const TileId& tile, unsigned width) const;

 private:
  // The open tile of one level. Its own right edge spares hashing it again when it is full.
  struct Row {
    std::uint64_t index = 0;
    std::vector<Hash> hashes;  // fewer than tile_width between calls
    Frontier edge;             // of `hashes`
    bool touched = false;
  };
  void push(std::size_t level, const Hash& hash, std::vector<TileWrite>& writes);

  std::vector<Row> rows_;  // by level
};

// Entry bundles: each entry after its length in 16 bits, big-endian.
//   append_entry checks (base/check.h) the entry against limits::log_entry_bytes_max.
void append_entry(Bytes& bundle, BytesView entry);
// Views into `bundle`, exactly `width` of them.
//   Errors   Code::malformed when a length runs past the end or the count differs.
[[nodiscard]] Result<std::vector<BytesView>> parse_entry_bundle(BytesView bundle, unsigned width);

// Recomputes the whole tree from its entries and compares every tile of hashes and the root: what
// `ledger fsck` does.
//   entries  gives bundle `index` (its tile level is 0), at least `width` entries.
//   Errors   Code::corrupt naming the first tile or bundle that is not what the entries make; the
//   sources'. O(n) time, O(log n) tiles held.
[[nodiscard]] Result<void> check_tiles(const TreeHead& head, const TileSource& hashes,
                                       const TileSource& entries);

}  // namespace comity::ledger
