#include "ledger/leaf.h"

#include <algorithm>

#include "base/check.h"
#include "crypto/hash.h"

namespace comity::ledger {

Bytes encode(const Leaf& leaf) {
  const auto minutes = leaf.at.time_since_epoch().count();
  check(leaf.type >= 1 && leaf.type <= leaf_type_max, "leaf type out of range");
  check(minutes >= 0 && minutes <= 0xFFFF'FFFF, "leaf minute out of range");
  Bytes out{leaf_version, leaf.type};
  for (int shift = 24; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(minutes >> shift));
  out.insert(out.end(), leaf.actor.begin(), leaf.actor.end());
  out.insert(out.end(), leaf.commitment.bytes.begin(), leaf.commitment.bytes.end());
  check(out.size() == leaf_bytes, "a leaf has one length");
  return out;
}

Result<Leaf> parse_leaf(BytesView bytes) {
  if (bytes.size() != leaf_bytes) return fail(Code::malformed, "a leaf has 46 bytes");
  if (bytes[0] != leaf_version) return fail(Code::malformed, "a leaf of another version", "byte 0");
  Leaf leaf;
  leaf.type = bytes[1];
  if (leaf.type < 1 || leaf.type > leaf_type_max)
    return fail(Code::malformed, "no such leaf type", "byte 1");
  std::uint32_t minutes = 0;
  for (const std::uint8_t byte : bytes.subspan(2, 4)) minutes = minutes << 8 | byte;
  leaf.at = Minute(std::chrono::minutes(minutes));
  std::ranges::copy(bytes.subspan(6, 8), leaf.actor.begin());
  std::ranges::copy(bytes.subspan(14, 32), leaf.commitment.bytes.begin());
  return leaf;
}

CommitmentKey commitment_key(BytesView record_key) {
  return {crypto::derive_key(record_key, "comity leaf commitment v1").bytes};
}

Commitment commit(const CommitmentKey& key, BytesView record) {
  return {crypto::hmac_sha256(key.view(), record).bytes};
}

Result<void> verify_commitment(const Commitment& commitment, const CommitmentKey& key,
                               BytesView record) {
  if (commit(key, record) != commitment) {
    return fail(Code::bad_commitment, "the record and its key are not what the log committed to");
  }
  return {};
}

Pseudonym actor_pseudonym(BytesView secret, BytesView actor) {
  const Hash key = crypto::derive_key(secret, "comity actor pseudonym v1");
  const Hash mac = crypto::hmac_sha256(key.view(), actor);
  Pseudonym out;
  std::copy_n(mac.bytes.begin(), out.size(), out.begin());
  return out;
}

}  // namespace comity::ledger
