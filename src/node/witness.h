#pragma once
// What we hold of a log: a partner's as its witness, or our own as a partner cosigned it.
#include "ledger/merkle.h"
#include "node/work.h"

namespace comity::node {

struct PartnerLog {
  ledger::TreeHead head;
  std::string checkpoint;  // the note's bytes
};
[[nodiscard]] json::Value to_json(const PartnerLog& log);
[[nodiscard]] Result<PartnerLog> partner_log_from_json(const json::Value& value);

// A checkpoint of a partner's log, of another size than ours, that somebody showed us: the partner
// has yet to prove that both are of one log. Kept in Space::partner_log under shown_key().
struct ShownLog {
  MemberId by;
  std::string checkpoint;
  Instant
      owed_since;  // since when the partner owes us a proof, of this checkpoint or an earlier one
};
[[nodiscard]] std::string shown_key(const MemberId& log);
[[nodiscard]] json::Value to_json(const ShownLog& shown);
[[nodiscard]] Result<ShownLog> shown_from_json(const json::Value& value);

// A partner that only ever fails when it is asked to prove its ledger is complained about as one
// that gives a wrong proof, once it has owed one for limits::ledger_proof_wait.
[[nodiscard]] Result<void> complain_if_unproven(Work& work, const MemberId& log);

// The key name of a member's cosignatures.
[[nodiscard]] std::string witness_name(const MemberId& member);

// Every key that we ever signed our ledger with: what partners remember of it may be old.
[[nodiscard]] std::vector<ledger::VerifierKey> own_log_keys(const Context& context);

// Stops all signing, with the reason and the way back. Kinds: "restored", "rollback", "fork".
[[nodiscard]] Result<void> halt(Work& work, std::string_view kind, std::string what);
// The partner has seen nothing of our ledger that this store lacks.
[[nodiscard]] Result<void> confirm_start(Work& work, const MemberId& partner);
// Takes up signing after a restore once every paired partner has confirmed, and at least one has.
// To be asked whenever one has, and whenever one is paired no more.
[[nodiscard]] Result<void> resume_if_confirmed(Work& work);
// Takes up signing after a restore though not every partner has answered.  Code::wrong_state when
// that is not what stopped it.
[[nodiscard]] Result<void> resume_by_order(Work& work, const std::string& officer,
                                           const std::string& reason);

}  // namespace comity::node
