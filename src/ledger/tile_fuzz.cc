// Binary forms and paths: entry bundles, leaves, frontiers, tile paths. One input is tried as each.
#include "base/check.h"
#include "base/limits.h"
#include "ledger/leaf.h"
#include "ledger/tile.h"

using namespace comity;
using namespace comity::ledger;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const BytesView bytes(data, size);
  for (const unsigned width : {1u, 2u, 256u}) {
    const auto entries = parse_entry_bundle(bytes, width);
    if (!entries) continue;
    Bytes back;
    for (const BytesView entry : *entries) append_entry(back, entry);
    check(back == to_bytes(bytes), "a bundle reads back what it wrote");
  }
  if (const auto leaf = parse_leaf(bytes))
    check(encode(*leaf) == to_bytes(bytes), "a leaf reads back what it wrote");
  if (auto frontier = Frontier::parse(bytes)) {
    check(frontier->serialise() == to_bytes(bytes), "a frontier reads back what it wrote");
    if (frontier->size() < limits::tree_size_max) {
      frontier->append(leaf_hash({}));
      check(Frontier::parse(frontier->serialise()) == *frontier, "and so it does with a leaf more");
    }
  }
  if (const auto path = parse_tile_path(as_text(bytes))) {
    const std::string back = path->kind == TilePath::Kind::entries
                                 ? entries_path(path->tile.index, path->width)
                                 : tile_path(path->tile, path->width);
    check(back == as_text(bytes), "a tile path reads back what it wrote");
  }
  return 0;
}
