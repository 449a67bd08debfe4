#include "node/blobs.h"

#include "base/check.h"
#include "crypto/hash.h"
#include "json/reader.h"
#include "node/input.h"

namespace comity::node {
namespace {

constexpr std::int64_t exact_max = (std::int64_t{1} << 53) - 1;

// Beside the blobs: what those of a member come to. No hash begins so.
std::string share_key(const MemberId& member) {
  return "of/" + to_hex(member);
}

Result<void> count(Work& work, const std::optional<MemberId>& member, std::int64_t more) {
  if (!member) return {};
  TRY(std::uint64_t held, blob_bytes_of(work.rows, *member));
  auto now = static_cast<std::int64_t>(held) + more;
  check(now >= 0, "a member's blobs are counted as they come and go");
  work.rows.put(Space::blob, share_key(*member), json::Object{{"bytes", now}});
  return {};
}

}  // namespace

Blobs hash_blobs(std::span<const std::string_view> blobs) {
  if (blobs.empty()) return {};
  auto held = std::make_shared<std::map<Hash, std::string>>();
  for (std::string_view each : blobs) held->emplace(crypto::sha256(as_bytes(each)), each);
  return held;
}

json::Value to_json(const BlobRow& row) {
  json::Object out{{"position", row.position}, {"bytes", row.bytes}};
  if (row.from) out["from"] = to_hex(*row.from);
  return out;
}

Result<BlobRow> blob_row_from_json(const json::Value& value) {
  BlobRow row;
  json::Reader in(value);
  row.position = static_cast<std::uint64_t>(in.integer("position", 0, exact_max));
  row.bytes = static_cast<std::uint64_t>(in.integer("bytes", 0, exact_max));
  if (in.has("from")) row.from = in.fixed<MemberTag>("from");
  TRY_VOID(in.finish());
  return row;
}

Result<std::optional<BlobRow>> find_blob(Overlay& rows, const Hash& sha256) {
  TRY(auto row, rows.get(Space::blob, to_hex(sha256)));
  if (!row) return std::nullopt;
  TRY(BlobRow blob, blob_row_from_json(*row));
  return blob;
}

Result<std::string> load_blob(View& view, const Hash& sha256) {
  Overlay rows(view);
  TRY(auto blob, find_blob(rows, sha256));
  if (!blob) return fail(Code::not_found, "this blob is not here", to_hex(sha256));
  return load_bytes(view, blob->position);
}

Result<void> put_blob(Work& work, const Hash& sha256, const BlobRow& row) {
  work.rows.put(Space::blob, to_hex(sha256), to_json(row));
  return count(work, row.from, static_cast<std::int64_t>(row.bytes));
}

Result<void> drop_blob(Work& work, const Hash& sha256) {
  TRY(auto blob, find_blob(work.rows, sha256));
  if (!blob) return {};
  work.rows.erase(Space::blob, to_hex(sha256));
  return count(work, blob->from, -static_cast<std::int64_t>(blob->bytes));
}

Result<std::uint64_t> blob_bytes_of(Overlay& rows, const MemberId& member) {
  TRY(auto row, rows.get(Space::blob, share_key(member)));
  if (!row) return std::uint64_t{0};
  json::Reader in(*row);
  auto bytes = static_cast<std::uint64_t>(in.integer("bytes", 0, exact_max));
  TRY_VOID(in.finish());
  return bytes;
}

}  // namespace comity::node
