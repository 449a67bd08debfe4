#pragma once
// Proof that a record was logged, verifiable by anyone from three files and nothing else: no node,
// no network, no clock. Sources: C2SP tlog-proof v1 and tlog-policy; RFC 6962.
//
//   *.comity-record  the record and the key that opens its commitment (format below)
//   *.tlog-proof     the leaf (as "extra" data), its index, the audit path, the cosigned checkpoint
//   policy           whose log, and which witnesses must have cosigned
//
// Format of a record file; `openssl dgst -sha256 -mac HMAC -macopt hexkey:KEY` over its last LENGTH
// bytes gives the commitment, with no help from us:
//   comity-record@v1
//   key <64 hex digits, lower case: the commitment key>
//   bytes <LENGTH, decimal>
//   <empty line>
//   <LENGTH bytes: the record as it was committed to, verbatim; nothing after>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/checkpoint.h"
#include "ledger/leaf.h"
#include "ledger/policy.h"

namespace comity::ledger {

// c2sp.org/tlog-proof@v1.
struct Proof {
  std::optional<Bytes> extra;  // not authenticated by itself; ours holds the 46 bytes of the leaf,
                               // which the tree does
  std::uint64_t index = 0;
  std::vector<Hash> path;  // from the leaf's sibling upward
  std::string checkpoint;  // the note's bytes, verbatim

  [[nodiscard]] std::string text() const;
  //   Errors   Code::malformed with the line; Code::too_large.
  [[nodiscard]] static Result<Proof> parse(std::string_view text);
  friend bool operator==(const Proof&, const Proof&) = default;
};

struct Record {
  Bytes bytes;
  CommitmentKey key;

  [[nodiscard]] std::string text() const;
  //   Errors   Code::malformed, Code::too_large.
  [[nodiscard]] static Result<Record> parse(std::string_view text);
  friend bool operator==(const Record&, const Record&) = default;
};

struct Verified {
  std::uint64_t index = 0;
  Leaf leaf;           // type, minute, actor
  std::string origin;  // the log
  TreeHead head;
  std::vector<Cosigner> cosigners;  // those of the policy's witnesses that cosigned
};

// The whole chain, in this order; the first broken link is the error, and `where` names the file:
//   proof       Code::malformed, too_large; missing_field when it carries no leaf
//   policy      (parsed by the caller) Code::unknown_key: no listed log signed the checkpoint
//   checkpoint  Code::malformed, bad_signature, wrong_sender
//   quorum      Code::no_quorum
//   leaf        Code::malformed; bad_proof: the path does not lead from it to the checkpoint's root
//   record      Code::bad_commitment: the record and key are not those committed to
// No clock is read: whether a cosignature's time is recent enough is the caller's question
// (Verified::cosigners).
[[nodiscard]] Result<Verified> verify_proof(std::string_view proof, const Record& record,
                                            const Policy& policy);

}  // namespace comity::ledger
