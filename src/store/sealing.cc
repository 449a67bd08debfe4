#include "store/sealing.h"

#include <string.h>

#include <algorithm>
#include <array>

#include "base/check.h"
#include "crypto/aead.h"
#include "crypto/hash.h"
#include "ledger/leaf.h"

namespace comity::store {
namespace {

constexpr std::size_t record_key_bytes = 32;

std::array<std::uint8_t, 8> context_of(std::uint64_t position) {
  std::array<std::uint8_t, 8> bytes{};
  for (std::size_t i = 0; i < 8; ++i)
    bytes[i] = static_cast<std::uint8_t>(position >> (56 - 8 * i));
  return bytes;
}

std::string place(std::uint64_t position) {
  return "entry " + std::to_string(position);
}

std::string row_context(node::Space space, std::string_view key) {
  return std::to_string(static_cast<int>(space)) + "/" + std::string(key);
}

crypto::Secret derived(BytesView key, std::string_view label) {
  return crypto::Secret::copy_of(crypto::derive_key(key, label).view());
}

}  // namespace

Result<void> check_entry(const node::Entry& entry) {
  if (entry.type < 1 || entry.type > ledger::leaf_type_max) {
    return fail(Code::bad_value, "an entry's type must be 1 to 63", "type");
  }
  if (entry.actor.size() != std::tuple_size_v<ledger::Pseudonym>) {
    return fail(Code::bad_value, "an entry's actor must be 8 bytes", "actor");
  }
  // The leaf holds minutes since 1970 in 32 bits: until the year 10136.
  const auto minute = ledger::coarse(entry.recorded_at).time_since_epoch().count();
  if (minute < 0 || minute > 0xffff'ffffLL) {
    return fail(Code::bad_value, "an entry's time must lie between 1970 and 10136", "recorded_at");
  }
  return {};
}

Bytes make_leaf(const node::Entry& entry, BytesView record_key) {
  ledger::Leaf leaf;
  leaf.type = entry.type;
  leaf.at = ledger::coarse(entry.recorded_at);
  std::copy(entry.actor.begin(), entry.actor.end(), leaf.actor.begin());
  leaf.commitment = ledger::commit(ledger::commitment_key(record_key), as_bytes(entry.record));
  return ledger::encode(leaf);
}

RandomBuffer::~RandomBuffer() {
  ::explicit_bzero(held_.data(), held_.size());
}

void RandomBuffer::fill(std::span<std::uint8_t> out) {
  if (out.size() > held_.size()) {
    source_.fill(out);
    return;
  }
  if (out.size() > held_.size() - used_) {
    source_.fill(held_);
    used_ = 0;
  }
  const auto given = std::span(held_).subspan(used_, out.size());
  std::ranges::copy(given, out.begin());
  ::explicit_bzero(given.data(), given.size());
  used_ += out.size();
}

Sealer::Sealer(const crypto::Secret& kek) {
  check(kek.view().size() == 32, "a node's key has 32 bytes");
  wrapping_ = derived(kek.view(), "comity record key wrap v1");
  of_rows_ = derived(kek.view(), "comity row v1");
  checking_ = derived(kek.view(), "comity store check v1");
}

SealedEntry Sealer::seal(std::uint64_t position, const node::Entry& entry, Random& random) const {
  Bytes fresh(record_key_bytes);
  random.fill(fresh);
  const crypto::Secret record_key(std::move(fresh));
  const crypto::Secret content_key = derived(record_key.view(), "comity record v1");
  const auto context = context_of(position);

  SealedEntry out;
  out.leaf = make_leaf(entry, record_key.view());
  out.sealed = crypto::aead_seal(content_key.view(), as_bytes(entry.record), context, random);
  out.wrapped = crypto::aead_seal(wrapping_.view(), record_key.view(), context, random);
  return out;
}

Result<crypto::Secret> Sealer::unwrap(std::uint64_t position, BytesView wrapped) const {
  auto key = crypto::aead_open(wrapping_.view(), wrapped, context_of(position));
  if (!key || key->size() != record_key_bytes) {
    return fail(Code::corrupt,
                "the record key does not open under the node's key: restore it from a backup",
                place(position));
  }
  return crypto::Secret(*std::move(key));
}

Result<std::string> Sealer::open(std::uint64_t position, BytesView sealed,
                                 const crypto::Secret& record_key) const {
  const crypto::Secret content_key = derived(record_key.view(), "comity record v1");
  auto plain = crypto::aead_open_text(content_key.view(), sealed, context_of(position));
  if (!plain) {
    return fail(Code::corrupt, "the record does not open under its key: restore it from a backup",
                place(position));
  }
  return plain;
}

Bytes Sealer::seal_row(node::Space space, std::string_view key, std::string_view value,
                       Random& random) const {
  return crypto::aead_seal(of_rows_.view(), as_bytes(value), as_bytes(row_context(space, key)),
                           random);
}

Result<std::string> Sealer::open_row(node::Space space, std::string_view key,
                                     std::string_view sealed) const {
  auto value =
      crypto::aead_open_text(of_rows_.view(), as_bytes(sealed), as_bytes(row_context(space, key)));
  if (value) return value;
  return fail(Code::corrupt, "the row does not open under the node's key: run comity store rebuild",
              "row " + row_context(space, key));
}

Bytes Sealer::make_check(Random& random) const {
  return crypto::aead_seal(checking_.view(), as_bytes("comity store"), {}, random);
}

bool Sealer::is_own_check(BytesView sealed) const {
  const auto plain = crypto::aead_open(checking_.view(), sealed, {});
  return plain && as_text(*plain) == "comity store";
}

}  // namespace comity::store
