#pragma once
// Officers: the people of a node, their keys, the commands they sign and the approvals they give.
// docs/schemas/command.json, docs/schemas/approval.json.
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "act/sealed.h"
#include "base/ids.h"
#include "base/time.h"
#include "crypto/keyfile.h"
#include "crypto/sign.h"
#include "json/value.h"

namespace comity::member {

enum class OfficerRole { author, approver, counsel, admin };
[[nodiscard]] std::string_view officer_role_name(OfficerRole role);
[[nodiscard]] Result<OfficerRole> officer_role_from_name(std::string_view name);

struct Officer {
  OfficerId id;
  std::string name;
  crypto::PublicKey key;
  std::set<OfficerRole> roles;  // at least one
  // Approvals named by the law's vocabulary ("poc_officer", "supervisor") that this organisation
  // lets this officer give. Empty: none; nobody holds one by role.
  std::set<std::string> gives{};
  bool enabled = true;
  friend bool operator==(const Officer&, const Officer&) = default;
};
[[nodiscard]] json::Value to_json(const Officer& officer);
[[nodiscard]] Result<Officer> officer_from_json(const json::Value& value);

// An officer's private key and id, as kept in a key file (crypto/keyfile.h).
struct OfficerKey {
  OfficerId id;
  crypto::SigningKey key;
};
[[nodiscard]] crypto::Secret to_secret(const OfficerKey& key);
[[nodiscard]] Result<OfficerKey> officer_key_from_secret(
    const crypto::Secret& secret);  // Code::malformed

// What an officer tells the node to do.
using CommandId = Uuid<struct CommandTag>;
struct Command {
  CommandId id;
  OfficerId officer;
  std::string name;  // "request.send"
  json::Value args;  // an object; the command's own code reads it
  Instant at;        // by the officer's clock
};
[[nodiscard]] json::Value to_json(const Command& command);
[[nodiscard]] std::string seal(const Command& command, const crypto::SigningKey& key);

// Whose word the bytes are. What our own journal gives back was verified when it was recorded, and
// the store has just authenticated it again.
enum class From { outside, journal };

struct SignedCommand {
  Command command;
  crypto::PublicKey key;
};
// Envelope, signature and payload.  Errors: those of act::parse_envelope and json::Reader,
// bad_signature.
[[nodiscard]] Result<SignedCommand> read_command(std::string_view envelope,
                                                 From from = From::outside);
// The same of an envelope that was examined, as one of a command, where it arrived.
[[nodiscard]] Result<SignedCommand> read_command(const act::Sealed& sealed);

// The roles of which an officer must have one to give this command: the exact name's, else its
// group's ("request.*"). Code::not_found for a command nobody defined.
[[nodiscard]] Result<std::set<OfficerRole>> roles_for(std::string_view command_name);

// Whether this officer may give this command now.
//   Errors  unknown_key: another officer's, or another key; not_allowed: disabled, or without the
//   role; expired: `at`
//           is further from now than limits::command_skew_max; not_found as roles_for().
[[nodiscard]] Result<void> check_command(const SignedCommand& signed_command,
                                         const Officer& officer, Instant now);

inline constexpr std::string_view approval_type = "application/vnd.comity.approval+json";

// An approval that an authority outside this node has given on paper: a judge's order.
struct Instrument {
  std::string approval;   // of the law's vocabulary: "judge"
  std::string authority;  // who signed it
  Date date;              // of the document
  Hash document;          // SHA-256 of its bytes
  friend bool operator==(const Instrument&, const Instrument&) = default;
};
[[nodiscard]] json::Value to_json(const Instrument& instrument);

// "I have read this and agree that it be done." Good for what has that hash and for nothing else.
struct Approval {
  Hash subject;  // act::approval_subject(), or the hash of what else needs approval
  OfficerId officer;
  OfficerRole as = OfficerRole::approver;  // in which of the officer's roles
  std::set<std::string> gives{};           // of the approvals that the law names: these
  std::vector<Instrument> instruments{};   // "I have seen this document": one an approval
  std::string reason;                      // never empty
  Instant at, expires;                     // at < expires <= at + limits::approval_life_max
  friend bool operator==(const Approval&, const Approval&) = default;
};
[[nodiscard]] json::Value to_json(const Approval& approval);
[[nodiscard]] std::string seal(const Approval& approval, const crypto::SigningKey& key);

struct SignedApproval {
  Approval approval;
  crypto::PublicKey key;
  std::string envelope;
};
// Envelope, signature and payload.  Errors: those of act::parse_envelope and json::Reader,
// bad_signature, bad_value.
[[nodiscard]] Result<SignedApproval> read_approval(std::string_view envelope,
                                                   From from = From::outside);

// What must be there: so many different officers approving in this role.
struct Need {
  OfficerRole as = OfficerRole::approver;
  std::size_t count = 1;
};
// What must be there besides: approvals that the law names, each given by somebody who holds it, or
// on an instrument.
struct Wanted {
  std::span<const Need> needs;
  std::span<const std::string> named{};
};
struct Given {
  std::string approval;
  OfficerId officer;                       // who gave it, or who recorded the instrument
  const Instrument* instrument = nullptr;  // of the approvals passed in
};
struct Counted {
  std::vector<OfficerId> officers;  // who filled the needs
  std::vector<Given> given;         // in the order of `named`
};
// Whether `subject` has what it needs: of other people than its author, each enabled, of the role
// and with the key they signed with, unexpired; no person counted twice over the needs. A named
// approval may come from any of them who holds it now.
//   Errors  not_approved, saying what is missing, how to mend it, and why each approval given did
//           not count.
[[nodiscard]] Result<Counted> approved(const Hash& subject,
                                       std::span<const SignedApproval> approvals,
                                       const std::map<OfficerId, Officer>& officers,
                                       const OfficerId& author, const Wanted& wanted, Instant now);

}  // namespace comity::member
