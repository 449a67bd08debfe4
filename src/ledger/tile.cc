#include "ledger/tile.h"

#include <algorithm>
#include <map>
#include <ranges>

#include "base/check.h"
#include "base/limits.h"
#include "ledger/lines.h"

namespace comity::ledger {
namespace {

Hash hash_at(BytesView tile, std::size_t place) {
  Hash out;
  std::ranges::copy(tile.subspan(32 * place, 32), out.bytes.begin());
  return out;
}

Bytes tile_bytes(std::span<const Hash> hashes) {
  Bytes out;
  out.reserve(32 * hashes.size());
  for (const Hash& hash : hashes) out.insert(out.end(), hash.bytes.begin(), hash.bytes.end());
  return out;
}

Result<Bytes> read_tile(const TileSource& source, const TileId& tile, unsigned width) {
  TRY(Bytes bytes, source(tile, width));
  if (bytes.size() % 32 != 0 || bytes.size() > std::size_t{32} * tile_width ||
      bytes.size() < std::size_t{32} * width) {
    return fail(Code::corrupt,
                "the tile must hold 32 bytes a hash, and as many hashes as the tree has there",
                tile_path(tile, width));
  }
  return bytes;
}

// tlog-tiles: "encoded into zero-padded 3-digit path elements. All but the last path element MUST
// begin with an x".
std::string index_path(std::uint64_t index) {
  auto digits = [](std::uint64_t n) { return std::to_string(n + 1000).substr(1); };
  std::string out = digits(index % 1000);
  for (index /= 1000; index != 0; index /= 1000) out = "x" + digits(index % 1000) + "/" + out;
  return out;
}

std::string path_under(const std::string& folder, std::uint64_t index, unsigned width) {
  check(width >= 1 && width <= tile_width, "a tile is 1 to 256 wide");
  std::string out = "tile/" + folder + "/" + index_path(index);
  if (width < tile_width) out += ".p/" + std::to_string(width);
  return out;
}

struct Bundle {
  std::vector<BytesView> entries;
};

// All entries that `bytes` hold.
Result<Bundle> split_bundle(BytesView bytes) {
  Bundle out;
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::string where = "byte " + std::to_string(at);
    if (out.entries.size() == tile_width)
      return fail(Code::malformed, "more than 256 entries", where);
    if (bytes.size() - at < 2) return fail(Code::malformed, "a length is cut short", where);
    const std::size_t length = static_cast<std::size_t>(bytes[at] << 8 | bytes[at + 1]);
    at += 2;
    if (bytes.size() - at < length) return fail(Code::malformed, "an entry is cut short", where);
    out.entries.push_back(bytes.subspan(at, length));
    at += length;
  }
  return out;
}

}  // namespace

unsigned tile_width_at(const TileId& tile, std::uint64_t size) {
  if (tile.level >= 64 / tile_height) return 0;
  const std::uint64_t hashes = size >> (tile_height * tile.level);
  const std::uint64_t full = hashes / tile_width;
  if (tile.index < full) return tile_width;
  return tile.index == full ? static_cast<unsigned>(hashes % tile_width) : 0;
}

std::string tile_path(const TileId& tile, unsigned width) {
  return path_under(std::to_string(tile.level), tile.index, width);
}

std::string entries_path(std::uint64_t index, unsigned width) {
  return path_under("entries", index, width);
}

// Read loosely, then written anew and compared: one index has one path.
Result<TilePath> parse_tile_path(std::string_view path) {
  const auto refuse = [&] {
    return fail(
        Code::malformed,
        "must be tile/<level 0 to 63>/<index> or tile/entries/<index>, as tlog-tiles has it");
  };
  constexpr std::size_t path_bytes_max = 64;
  if (path.size() > path_bytes_max || !path.starts_with("tile/")) return refuse();
  std::string_view rest = path.substr(5);
  TilePath out;

  const std::string_view folder = rest.substr(0, rest.find('/'));
  if (folder.size() == rest.size()) return refuse();
  rest.remove_prefix(folder.size() + 1);
  if (folder == "entries") {
    out.kind = TilePath::Kind::entries;
  } else {
    const auto level = parse_decimal(folder);
    if (!level || *level > 63) return refuse();
    out.tile.level = static_cast<unsigned>(*level);
  }

  if (const std::size_t partial = rest.find(".p/"); partial != std::string_view::npos) {
    const auto width = parse_decimal(rest.substr(partial + 3));
    if (!width || *width < 1 || *width >= tile_width) return refuse();
    out.width = static_cast<unsigned>(*width);
    rest = rest.substr(0, partial);
  }
  for (const char c : rest) {
    if (c == 'x' || c == '/') continue;
    if (c < '0' || c > '9' || out.tile.index > limits::tree_size_max / 10) return refuse();
    out.tile.index = out.tile.index * 10 + static_cast<std::uint64_t>(c - '0');
  }
  const std::string written = out.kind == TilePath::Kind::entries
                                  ? entries_path(out.tile.index, out.width)
                                  : tile_path(out.tile, out.width);
  if (written != path) return refuse();
  return out;
}

Result<std::vector<Hash>> TileHashReader::read(std::span<const NodeId> nodes) const {
  std::map<TileId, Bytes> tiles;
  std::vector<Hash> out;
  out.reserve(nodes.size());
  for (const NodeId& node : nodes) {
    if (node.level >= 64 || node.index >= size_ >> node.level) {
      return fail(Code::bad_value, "no such complete subtree in a tree of this size");
    }
    // The subtree's leaves within the tile: a run of 2^depth hashes.
    const unsigned depth = node.level % tile_height;
    const std::uint64_t first = node.index << depth;
    const TileId id{node.level / tile_height, first / tile_width};

    auto held = tiles.find(id);
    if (held == tiles.end()) {
      TRY(Bytes bytes, read_tile(source_, id, tile_width_at(id, size_)));
      held = tiles.emplace(id, std::move(bytes)).first;
    }
    Frontier subtree;
    for (std::size_t i = 0; i < std::size_t{1} << depth; ++i) {
      subtree.append(hash_at(held->second, first % tile_width + i));
    }
    out.push_back(subtree.root());
  }
  return out;
}

Result<TileBuilder> TileBuilder::open(const TreeHead& head, const TileSource& source) {
  if (head.size > limits::tree_size_max) return fail(Code::too_large, "size beyond tree_size_max");
  TileBuilder out;
  for (std::uint64_t hashes = head.size; hashes != 0; hashes /= tile_width) {
    const TileId id{static_cast<unsigned>(out.rows_.size()), hashes / tile_width};
    Row& row = out.rows_.emplace_back();
    row.index = id.index;
    const auto width = static_cast<unsigned>(hashes % tile_width);
    if (width == 0) continue;
    TRY(const Bytes bytes, read_tile(source, id, width));
    for (std::size_t i = 0; i < width; ++i) row.hashes.push_back(hash_at(bytes, i));
    row.edge.append(row.hashes);
  }
  if (out.head() != head) {
    return fail(Code::corrupt, "the partial tiles do not make the root of the tree's head",
                "size " + std::to_string(head.size));
  }
  return out;
}

// The levels' edges, highest first, are the subtrees of the whole tree, largest first.
Frontier TileBuilder::frontier() const {
  Frontier out;
  for (std::size_t level = rows_.size(); level-- > 0;) {
    const Row& row = rows_[level];
    out.size_ |= row.edge.size_ << (tile_height * level);
    out.edge_.insert(out.edge_.end(), row.edge.edge_.begin(), row.edge.edge_.end());
  }
  return out;
}

std::optional<Bytes> TileBuilder::open_tile(const TileId& tile, unsigned width) const {
  if (tile.level >= rows_.size()) return std::nullopt;
  const Row& row = rows_[tile.level];
  if (row.index != tile.index || row.hashes.size() < width) return std::nullopt;
  return tile_bytes(std::span(row.hashes).first(width));
}

void TileBuilder::push(std::size_t level, const Hash& hash, std::vector<TileWrite>& writes) {
  if (rows_.size() == level) rows_.emplace_back();
  Row& row = rows_[level];
  row.touched = true;
  row.hashes.push_back(hash);
  row.edge.append(hash);
  if (row.hashes.size() < tile_width) return;

  const Hash root = row.edge.root();
  writes.push_back({static_cast<unsigned>(level), row.index, tile_bytes(row.hashes)});
  const std::uint64_t next = row.index + 1;
  row = Row{};
  row.index = next;
  push(level + 1, root, writes);
}

std::vector<TileWrite> TileBuilder::append(std::span<const Hash> leaves) {
  std::vector<TileWrite> writes;
  for (const Hash& leaf : leaves) push(0, leaf, writes);
  for (std::size_t level = 0; level < rows_.size(); ++level) {
    Row& row = rows_[level];
    if (row.touched)
      writes.push_back({static_cast<unsigned>(level), row.index, tile_bytes(row.hashes)});
    row.touched = false;
  }
  std::ranges::sort(writes, {}, [](const TileWrite& w) { return std::pair(w.level, w.index); });
  return writes;
}

void append_entry(Bytes& bundle, BytesView entry) {
  check(entry.size() <= limits::log_entry_bytes_max, "a log entry has at most 65,535 bytes");
  bundle.push_back(static_cast<std::uint8_t>(entry.size() >> 8));
  bundle.push_back(static_cast<std::uint8_t>(entry.size()));
  bundle.insert(bundle.end(), entry.begin(), entry.end());
}

Result<std::vector<BytesView>> parse_entry_bundle(BytesView bundle, unsigned width) {
  TRY(Bundle out, split_bundle(bundle));
  if (out.entries.size() != width) {
    return fail(Code::malformed, "the bundle holds " + std::to_string(out.entries.size()) +
                                     " entries, not " + std::to_string(width));
  }
  return std::move(out.entries);
}

namespace {

// The tile as stored must begin with what was recomputed; more is what a longer tree would hold.
Result<void> compare_tile(const TileWrite& made, const TileSource& source) {
  const TileId id{made.level, made.index};
  TRY(const Bytes held, read_tile(source, id, made.width()));
  if (!std::ranges::equal(made.hashes, std::span(held).first(made.hashes.size()))) {
    return fail(Code::corrupt, "the tile is not what the entries make",
                tile_path(id, made.width()));
  }
  return {};
}

}  // namespace

Result<void> check_tiles(const TreeHead& head, const TileSource& hashes,
                         const TileSource& entries) {
  TileBuilder builder;
  std::map<unsigned, TileWrite> open;  // the last state of the open tile of each level
  for (std::uint64_t index = 0; tile_width_at({0, index}, head.size) != 0; ++index) {
    const unsigned width = tile_width_at({0, index}, head.size);
    TRY(const Bytes bytes, entries({0, index}, width));
    const auto bundle = split_bundle(bytes);
    if (!bundle || bundle->entries.size() < width) {
      return fail(Code::corrupt, bundle ? "the bundle holds too few entries" : bundle.error().what,
                  entries_path(index, width));
    }
    std::vector<Hash> leaves;
    for (const BytesView entry : bundle->entries | std::views::take(width))
      leaves.push_back(leaf_hash(entry));
    for (TileWrite& write : builder.append(leaves)) {
      if (write.width() == tile_width) {
        TRY_VOID(compare_tile(write, hashes));
        open.erase(write.level);
      } else {
        open[write.level] = std::move(write);
      }
    }
  }
  for (const auto& [level, write] : open) TRY_VOID(compare_tile(write, hashes));
  if (builder.head() != head)
    return fail(Code::corrupt, "the entries do not make the root of the tree's head");
  return {};
}

}  // namespace comity::ledger
