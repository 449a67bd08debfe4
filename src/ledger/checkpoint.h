#pragma once
// Checkpoints: a tree head, signed as a note. Source: C2SP tlog-checkpoint v1, tlog-cosignature v1.
//
// The signer must never sign a head that is not on disk, nor two that contradict each other;
// neither can be seen from here, so both are the caller's duty (node/, with the store's
// compare-and-swap of the head).
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/merkle.h"
#include "ledger/note.h"

namespace comity::ledger {

// The note's text: origin, size, base64 of the root, and extension lines, each on its line.
struct Checkpoint {
  std::string origin;  // names the log; a Comity node's is origin_of(member id)
  TreeHead head;
  std::vector<std::string> extensions;  // not empty lines; we write none and carry those of others

  [[nodiscard]] std::string text() const;
  //   Errors   Code::malformed with the line; Code::too_large beyond limits::tree_size_max.
  [[nodiscard]] static Result<Checkpoint> parse(std::string_view text);
  friend bool operator==(const Checkpoint&, const Checkpoint&) = default;
};

// "comity/" and the member's id in hex.
[[nodiscard]] std::string origin_of(BytesView member_id);

// A parsed note whose text is a checkpoint. Nothing is verified.
struct CheckpointNote {
  Note note;
  Checkpoint checkpoint;
};
[[nodiscard]] Result<CheckpointNote> parse_checkpoint(std::string_view bytes);

// The whole note, signed by the log, by each of `keys` (one at least: more while a key is being
// replaced). Their name is the origin.
//   Errors   Code::bad_value when the origin is not a key name or a line cannot stand in a note.
[[nodiscard]] Result<std::string> sign_checkpoint(const Checkpoint& checkpoint,
                                                  std::span<const crypto::SigningKey> keys);
[[nodiscard]] inline Result<std::string> sign_checkpoint(const Checkpoint& checkpoint,
                                                         const crypto::SigningKey& key) {
  return sign_checkpoint(checkpoint, std::span(&key, 1));
}

struct Cosigner {
  std::size_t witness = 0;  // index into the witnesses given
  std::string name;
  Seconds time;  // when the witness says it had seen no larger, inconsistent tree
  friend bool operator==(const Cosigner&, const Cosigner&) = default;
};

struct VerifiedCheckpoint {
  Checkpoint checkpoint;
  std::vector<Cosigner>
      cosigners;  // of the witnesses given; one each (its latest), in the order given
};

// Verified: signed by one of `log_keys`, whose name is the checkpoint's origin.
//   Errors   Code::bad_signature, also when a witness's cosignature is wrong; Code::unknown_key
//   when none of the log's
//            keys signed it; Code::wrong_sender when one did but the origin is another's;
//            parse_checkpoint's.
[[nodiscard]] Result<VerifiedCheckpoint> verify_checkpoint(
    std::string_view bytes, std::span<const VerifierKey> log_keys,
    std::span<const VerifierKey> witnesses = {});

// A witness's signature line under this checkpoint, newline included. Verifies nothing: decide with
// ledger/witness.h.
[[nodiscard]] Result<std::string> cosign(std::string_view checkpoint_note, std::string_view witness,
                                         const crypto::SigningKey& key, Seconds at);

// The note with the cosignatures of known witnesses added; a newer one replaces that witness's
// older one. Lines by unknown keys are dropped. The order of the lines does not change the result.
//   Errors   Code::bad_signature when a line of a known witness does not verify; Code::malformed.
[[nodiscard]] Result<std::string> merge_cosignatures(std::string_view checkpoint_note,
                                                     std::string_view lines,
                                                     std::span<const VerifierKey> witnesses);

}  // namespace comity::ledger
