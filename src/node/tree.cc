#include "node/tree.h"

#include "ledger/tile.h"

namespace comity::node {
namespace {

ledger::TileSource tiles_of(View& view) {
  return [&view](const ledger::TileId& tile, unsigned width) -> Result<Bytes> {
    TRY(auto bytes, view.tile(tile.level, tile.index));
    if (!bytes || bytes->size() < std::size_t{width} * 32)
      return fail(Code::corrupt, "a tile of the ledger is missing; run: comity ledger fsck",
                  ledger::tile_path(tile, width));
    bytes->resize(std::size_t{width} * 32);
    return *std::move(bytes);
  };
}

Result<ledger::TileHashReader> reader_of(View& view, std::uint64_t size) {
  TRY(Head head, view.head());
  if (size > head.size)
    return fail(Code::bad_value, "the ledger has only " + std::to_string(head.size) + " leaves");
  return ledger::TileHashReader(head.size, tiles_of(view));
}

}  // namespace

Result<std::vector<Hash>> consistency_between(View& view, std::uint64_t from, std::uint64_t to) {
  TRY(auto reader, reader_of(view, to));
  return ledger::consistency_proof(from, to, reader);
}

Result<std::vector<Hash>> inclusion_of(View& view, std::uint64_t position, std::uint64_t size) {
  TRY(auto reader, reader_of(view, size));
  return ledger::inclusion_proof(position, size, reader);
}

}  // namespace comity::node
