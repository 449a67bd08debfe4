#pragma once
// Expected failures as values. Our own bugs are check()s (base/check.h); what ends the process is
// an exception.
#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace comity {

// What went wrong, as peers, officers and tests name it. code_name() gives the word that goes on
// the wire and into --json; the protocol's table of codes is docs/protocol.md, section "Errors".
enum class Code {
  // Outside bytes.
  malformed,      // not the format it must be
  bad_utf8,       // text that is not UTF-8
  duplicate_key,  // one JSON object names a member twice
  too_deep,       // nested beyond limits::json_depth_max
  too_large,      // beyond a named limit of base/limits.h
  missing_field,  // a required member is absent
  unknown_field,  // a member nobody defined
  bad_value,      // a member has a value outside its type or range
  unknown_kind,   // an act of a kind that this node does not know
  // Who says it.
  bad_signature,    // the signature does not verify
  unknown_key,      // no paired member has this key or card
  revoked_key,      // the key or card was revoked
  wrong_recipient,  // addressed to another member
  wrong_sender,     // the sender named is not the peer that delivers it
  not_paired,       // the member is known, not paired
  frozen,           // the member is frozen after equivocation
  // Order.
  gap_in_lane,    // seq is beyond the next of its lane
  stale_in_lane,  // seq is below the next of its lane
  id_reused,      // the same id with other bytes
  conflict,       // what was read has changed meanwhile
  blob_missing,   // the act names a blob that is not here: send it with the act
  // Law, people and state.
  no_permit,     // the law door gave no permit
  not_approved,  // approvals missing, expired or of other content
  not_allowed,   // this officer, role or state may not do this
  wrong_state,   // the state machine has no such step from here
  expired,       // its time has passed
  not_found,
  exists,
  // The machine.
  unreachable,     // the peer does not answer
  busy,            // a named limit on work in flight; retry later
  over_quota,      // one partner's share of this node's disk is used up
  io,              // file, disk or socket
  corrupt,         // stored bytes are not what was written
  not_signing,     // the ledger refuses to sign: rollback or split view
  bad_proof,       // a Merkle proof does not lead to the root it is for
  bad_commitment,  // the record and its key do not make the commitment in the leaf
  no_quorum,       // too few of the witnesses that a policy demands have cosigned
  invalid,         // any other bad input; the text says what
};

[[nodiscard]] std::string_view code_name(Code code);

struct Error {
  Code code = Code::invalid;
  std::string what;  // what happened and how to mend it: one sentence, no secrets, no personal data
  std::string
      where;  // the place in the input: a JSON pointer, a file:line, a byte offset; may be empty
};

template <typename T>
using Result = std::expected<T, Error>;

[[nodiscard]] inline std::unexpected<Error> fail(Code code, std::string what,
                                                 std::string where = {}) {
  return std::unexpected<Error>(Error{code, std::move(what), std::move(where)});
}

// "malformed: what (where)" for a person.
[[nodiscard]] std::string to_text(const Error& error);

}  // namespace comity

// TRY(auto x, f());   declares x from f()'s value, or returns its error.
// TRY_VOID(f());      the same for Result<void>.
#define COMITY_CAT2(a, b) a##b
#define COMITY_CAT(a, b) COMITY_CAT2(a, b)
#define COMITY_TRY(tmp, decl, ...)                  \
  auto tmp = (__VA_ARGS__);                         \
  if (!tmp) [[unlikely]]                            \
    return std::unexpected(std::move(tmp).error()); \
  decl = *std::move(tmp)
#define TRY(decl, ...) COMITY_TRY(COMITY_CAT(try_, __COUNTER__), decl, __VA_ARGS__)
#define COMITY_TRY_VOID(tmp, ...)                  \
  if (auto tmp = (__VA_ARGS__); !tmp) [[unlikely]] \
  return std::unexpected(std::move(tmp).error())
#define TRY_VOID(...) COMITY_TRY_VOID(COMITY_CAT(try_, __COUNTER__), __VA_ARGS__)
