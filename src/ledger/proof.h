#pragma once
// Proof that a record was logged, verifiable by anyone from three files and nothing else: no node,
// no network, no clock. Sources: C2SP tlog-proof v1 and tlog-policy; RFC 6962.
//
//   record.comity-record   the record and the key that opens its commitment (format below)
//   record.tlog-proof      the leaf (as the proof's "extra"), its index, the audit path, the
//   cosigned checkpoint policy                 whose log, and which witnesses must have cosigned
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
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ledger/checkpoint.h"
#include "ledger/leaf.h"

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

// A tlog-policy file: which logs are accepted, and the quorum of witnesses.
class Policy {
 public:
  struct Log {
    VerifierKey key;
    std::string url;  // may be empty
  };
  struct Witness {
    std::string name;  // within this file
    VerifierKey key;
    std::string url;
  };

  //   Errors   Code::malformed with the line; Code::bad_value: an undefined or reused name, a key
  //   of the wrong type or
  //            listed twice, a threshold out of range; Code::missing_field without a quorum line;
  //            Code::too_large.
  [[nodiscard]] static Result<Policy> parse(std::string_view text);

  [[nodiscard]] const std::vector<Log>& logs() const { return logs_; }
  [[nodiscard]] const std::vector<Witness>& witnesses() const { return witnesses_; }
  // `cosigned` has one place for each of witnesses().
  [[nodiscard]] bool quorum(const std::vector<bool>& cosigned) const;

 private:
  friend class PolicyParser;
  struct Member {
    enum class Kind : std::uint8_t { witness, group };
    Kind kind = Kind::witness;
    std::size_t index = 0;  // into witnesses_, or into groups_: always a group defined earlier
  };
  struct Group {
    std::size_t threshold = 0;
    std::vector<Member> members;
  };
  [[nodiscard]] bool has_witnessed(const Member& member, const std::vector<bool>& cosigned) const;

  std::vector<Log> logs_;
  std::vector<Witness> witnesses_;
  std::vector<Group> groups_;
  std::optional<Member> quorum_;  // absent: "quorum none"
};

// The text of a policy: these logs, and `threshold` of these witnesses (0: "quorum none").
//   Errors   Code::bad_value when threshold exceeds the witnesses, or for what Policy::parse would
//   refuse.
[[nodiscard]] Result<std::string> make_policy(std::span<const VerifierKey> logs,
                                              std::span<const VerifierKey> witnesses,
                                              std::size_t threshold);

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
//   leaf        Code::malformed; bad_proof: the path does not lead from the leaf to the
//   checkpoint's root record      Code::bad_commitment: the record and key are not those committed
//   to
// No clock is read: whether a cosignature's time is recent enough is the caller's question
// (Verified::cosigners).
[[nodiscard]] Result<Verified> verify_proof(std::string_view proof, const Record& record,
                                            const Policy& policy);

}  // namespace comity::ledger
