#pragma once
// What the log holds of a record: that something of a kind was recorded in a minute by some actor,
// and a commitment to what. Nothing of the content: the commitment is an HMAC under a key of that
// record alone, so that a guessed telephone number, name or case number cannot be tried against it;
// and once the key is destroyed, nobody can open it again.
//
// 46 bytes, of one form only:
//   version  1   0x01
//   type     1   1 to 63; which number means what is the journal's to say (node/entry.h)
//   minute   4   minutes since 1970-01-01T00:00Z, big-endian
//   actor    8   pseudonym; zero when nobody acted (a timer)
//   commitment  32   HMAC-SHA256(commitment_key, record)
#include <array>
#include <chrono>
#include <cstdint>

#include "base/bytes.h"
#include "base/result.h"
#include "base/time.h"

namespace comity::ledger {

inline constexpr std::size_t leaf_bytes = 46;
inline constexpr std::uint8_t leaf_version = 1;
inline constexpr std::uint8_t leaf_type_max = 63;

using Minute = std::chrono::sys_time<std::chrono::minutes>;
using Commitment = Fixed32<struct CommitmentTag>;        // HMAC-SHA256 of a record
using CommitmentKey = Fixed32<struct CommitmentKeyTag>;  // opens one commitment; decrypts nothing
using Pseudonym = std::array<std::uint8_t, 8>;

struct Leaf {
  std::uint8_t type = 1;
  Minute at;
  Pseudonym actor{};
  Commitment commitment;
  friend bool operator==(const Leaf&, const Leaf&) = default;
};

[[nodiscard]] inline Minute coarse(Instant at) {
  return std::chrono::floor<std::chrono::minutes>(at);
}

// The 46 bytes that are logged. Checks that type is 1 to leaf_type_max and the minute fits: both
// are ours.
[[nodiscard]] Bytes encode(const Leaf& leaf);
//   Errors   Code::malformed for any other length, version or type.
[[nodiscard]] Result<Leaf> parse_leaf(BytesView bytes);

// The key that opens the commitment, from the record's own key (32 random bytes). It may be given
// to a court without giving the key that decrypts the record: HKDF under a label, one way.
[[nodiscard]] CommitmentKey commitment_key(BytesView record_key);
[[nodiscard]] Commitment commit(const CommitmentKey& key, BytesView record);
//   Errors   Code::bad_commitment
[[nodiscard]] Result<void> verify_commitment(const Commitment& commitment, const CommitmentKey& key,
                                             BytesView record);

// A stable name for `actor` (an officer's or member's id) that only this node can link to it.
//   secret   32 bytes of the node, never exported
[[nodiscard]] Pseudonym actor_pseudonym(BytesView secret, BytesView actor);

}  // namespace comity::ledger
