#pragma once
// Bytes that alerts name by their hash (Space::blob). They stand in the journal once, however many
// acts name them, as the bytes of an entry of type `objects`; objects that lie in them point there.
#include <optional>
#include <string>
#include <string_view>

#include "node/work.h"

namespace comity::node {

struct BlobRow {
  std::uint64_t position = 0;    // of the entry whose bytes they are
  std::uint64_t bytes = 0;       // how many
  std::optional<MemberId> from;  // whose share of our disk they count to; none: ours
};
[[nodiscard]] json::Value to_json(const BlobRow& row);
[[nodiscard]] Result<BlobRow> blob_row_from_json(const json::Value& value);

[[nodiscard]] Result<std::optional<BlobRow>> find_blob(Overlay& rows, const Hash& sha256);
// Its bytes.  Errors: not_found, when it is not here or was erased.
[[nodiscard]] Result<std::string> load_blob(View& view, const Hash& sha256);

// Notes that the entry at row.position has these bytes.
[[nodiscard]] Result<void> put_blob(Work& work, const Hash& sha256, const BlobRow& row);
[[nodiscard]] Result<void> drop_blob(Work& work, const Hash& sha256);

// How many bytes are here of what the member sent.
[[nodiscard]] Result<std::uint64_t> blob_bytes_of(Overlay& rows, const MemberId& member);

}  // namespace comity::node
