#pragma once
// Being a witness of another's log, and asking witnesses of ours. Source: C2SP tlog-witness v1,
// add-checkpoint. Also the comparison of two checkpoints of one log: two roots of one size are
// proof, to anyone, that it lied.
//
// Pure: the caller loads what it knows of the log, decides here, and makes the new head durable by
// compare-and-swap before the answer leaves. Otherwise two requests could be answered as if the
// other had not been.
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/checkpoint.h"

namespace comity::ledger {

// The request: "old <size>", consistency proof in base64, an empty line, the checkpoint's note.
struct AddCheckpoint {
  std::uint64_t old_size = 0;
  std::vector<Hash> proof;
  std::string checkpoint;  // the note's bytes
  [[nodiscard]] std::string body() const;
  //   Errors   Code::malformed, Code::too_large; the note itself is parsed by witness_add.
  [[nodiscard]] static Result<AddCheckpoint> parse(std::string_view body);
  friend bool operator==(const AddCheckpoint&, const AddCheckpoint&) = default;
};

enum class WitnessStatus : std::uint16_t {
  ok = 200,           // body: signature lines
  bad_request = 400,  // not the format, or old size above the checkpoint's
  forbidden = 403,    // no signature by a key trusted for this origin, or a wrong one
  unknown_log = 404,
  conflict = 409,  // old size is not the latest witnessed, or the same size with another root
  bad_proof = 422,
};

// What a witness holds of one log.
struct WitnessedLog {
  std::vector<VerifierKey> keys;  // of the log: name is the origin; overlap while a key rotates
  TreeHead latest;                // size 0 when never witnessed
};

struct WitnessIdentity {
  std::string_view name;
  const crypto::SigningKey& key;
};

struct WitnessAnswer {
  WitnessStatus status = WitnessStatus::bad_request;
  std::string content_type;  // "text/plain; charset=utf-8", or "text/x.tlog.size" for a 409
  std::string body;  // ok: the cosignature; conflict: the size held; else the reason, for a person
  std::string origin;  // once the request was readable
  // ok: to be made durable in place of `latest` (and only of it) before the answer is sent.
  std::optional<TreeHead> accepted;
  // The log signed this, and it contradicts what we hold: keep it and call compare_checkpoints().
  bool contradicts = false;
};

// The whole decision on a request body. `find` gives the log of an origin, or nullptr.
[[nodiscard]] WitnessAnswer witness_add(
    std::string_view body, const std::function<const WitnessedLog*(std::string_view origin)>& find,
    const WitnessIdentity& witness, Seconds now);

// The two sizes and roots of one log, side by side.
enum class Views : std::uint8_t {
  same,        // one size, one root
  need_proof,  // sizes differ: verify_consistency() from the smaller to the larger decides
  split,       // one size, two roots, both signed by the log
};
struct Comparison {
  Views views = Views::same;
  std::string evidence;  // of a split: see verify_split_view
};
// Both notes must be signed by one of the log's keys and be of its origin.
//   Errors   those of verify_checkpoint; Code::wrong_sender when the origins differ.
[[nodiscard]] Result<Comparison> compare_checkpoints(std::string_view a, std::string_view b,
                                                     std::span<const VerifierKey> log_keys);

// Portable proof of a split view, which needs nothing but the log's keys to verify:
//   comity-split-view@v1
//   bytes <length of a> <length of b>
//   <empty line>
//   <the note a, then the note b>
struct SplitView {
  VerifiedCheckpoint a;
  VerifiedCheckpoint b;
};
//   Errors   Code::malformed, Code::too_large; Code::bad_proof when the two do not contradict each
//            other; those of verify_checkpoint.
[[nodiscard]] Result<SplitView> verify_split_view(std::string_view evidence,
                                                  std::span<const VerifierKey> log_keys);

}  // namespace comity::ledger
