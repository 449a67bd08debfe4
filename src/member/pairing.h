#pragma once
// The pairing ceremony: two officers, two nodes, one telephone call. README.md has the messages and
// the argument.
//
//   inviter                                   acceptor
//   make_invitation() -- the text, by any way -->  invitation_from_text(), answer_invitation()
//   receive() <------------- accept --------------
//             -------------- reveal ------------->  receive()      "comparing": words()
//   receive() <------------- reveal --------------
//   "comparing": words()
//             ====== the two read the six words to each other over the telephone ======
//   finish()  <------------- confirm ------------>  finish()       "paired" once both have said
//   that they match
//
// Every function takes a ceremony as it stands and returns it as it is after: the caller keeps it
// in its row (Space::pairing, key: the invitation's id) in the same transaction that releases the
// reply.
#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "member/card.h"
#include "member/member.h"

namespace comity::member {

using comity::to_text;  // of instants: the one for invitations would hide it in this namespace

using InvitationId = Uuid<struct InvitationTag>;
using PairingNonce = Fixed32<struct PairingNonceTag>;

struct Invitation {
  InvitationId id;
  MemberId inviter;
  CardHash card;         // the inviter's
  std::string endpoint;  // where to answer
  crypto::TlsPin tls_pin;
  Hash commitment;  // to the inviter's nonce
  Instant expires;  // whole seconds
  friend bool operator==(const Invitation&, const Invitation&) = default;
};

// One line, "comity-invitation-v1:<base64>", with a checksum against slips of copying. Reading
// ignores white space, as mail programs break lines.  Errors: malformed, too_large, bad_value.
[[nodiscard]] std::string to_text(const Invitation& invitation);
[[nodiscard]] Result<Invitation> invitation_from_text(std::string_view text);

// A card with its lineage (card.h, check_lineage), as shown to a newcomer. Envelopes.
struct Presented {
  std::string card;
  std::vector<std::string> lineage;
  friend bool operator==(const Presented&, const Presented&) = default;
};

enum class Side { inviter, acceptor };
enum class Stage {
  invited,    // inviter: waits for accept
  answered,   // acceptor: waits for the inviter's reveal
  revealed,   // inviter: waits for the acceptor's reveal
  comparing,  // both nonces are known: the officers compare words
  paired,     // both officers said that they match
  ended       // mismatch, cancelled or expired; `why` says which
};
[[nodiscard]] std::string_view stage_name(Stage stage);
enum class Verdict { match, mismatch };

struct Ceremony {
  Invitation invitation;
  Side side = Side::inviter;
  Stage stage = Stage::invited;
  Presented own;
  PairingNonce nonce;  // ours; secret until revealed
  std::optional<Presented> partner;
  std::optional<Hash> partner_commitment;
  std::optional<PairingNonce> partner_nonce;
  std::optional<Hash> accept_hash, inviter_reveal_hash,
      acceptor_reveal_hash;  // SHA-256 of the messages' bytes
  std::optional<Verdict> ours, theirs;
  std::optional<OfficerId> compared_by;  // who gave `ours`
  std::string why;                       // when ended: in words for the officer
  friend bool operator==(const Ceremony&, const Ceremony&) = default;
};
[[nodiscard]] json::Value to_json(const Ceremony& ceremony);
[[nodiscard]] Result<Ceremony> ceremony_from_json(const json::Value& value);

struct Step {
  Ceremony ceremony;
  std::string message;  // to the partner: the body of a POST, or of the answer to one; empty when
                        // there is none
};

struct InvitationTerms {
  std::string endpoint;
  crypto::TlsPin tls_pin;  // one of our card's
  Instant expires;         // at most limits::invitation_life_max from now
};
// Errors  bad_value: endpoint, pin or expiry; those of read_card and check_lineage for our own
// card.
[[nodiscard]] Result<Ceremony> make_invitation(const Presented& own, const InvitationTerms& terms,
                                               Instant now, Random& random);

// The acceptor's first step; `message` is its accept.
//   Errors  expired; bad_value: our own invitation; those of read_card.
[[nodiscard]] Result<Step> answer_invitation(const Presented& own, const Invitation& invitation,
                                             Instant now, Random& random);

// Takes the partner's message. The same bytes again get the same answer while the ceremony is under
// way, so that a lost answer can be asked for again; anything else out of its order is refused and
// changes nothing.
//   Errors  those of json::parse and json::Reader; not_found: of another invitation; wrong_state:
//   out of order, already
//           answered by somebody, or ended; expired; bad_value: a card, commitment, nonce or
//           transcript that does not fit; bad_signature; unknown_key.
[[nodiscard]] Result<Step> receive(const Ceremony& ceremony, std::string_view message, Instant now);

// The six words to compare. Code::wrong_state before both nonces are known.
[[nodiscard]] Result<std::array<std::string, 6>> words(const Ceremony& ceremony);

struct Comparison {
  Verdict verdict = Verdict::mismatch;
  OfficerId officer;
};
// Our officer's verdict; `message` is the confirm to deliver. `act_key` is one of our presented
// card's.
//   Errors  wrong_state; expired; not_allowed: the key is not in the card, or is revoked.
[[nodiscard]] Result<Step> finish(const Ceremony& ceremony, const Comparison& comparison,
                                  const crypto::SigningKey& act_key, Instant now);

// Calls it off.  Errors: wrong_state when paired or ended.
[[nodiscard]] Result<Ceremony> cancel(const Ceremony& ceremony, std::string why);
// Ends a ceremony whose time has passed; the caller's timer calls it. Unchanged while it may still
// go on.
[[nodiscard]] Ceremony expire(const Ceremony& ceremony, Instant now);

// The member that a paired ceremony yields. `existing`: what we knew of it; a frozen or ended
// member begins anew with its evidence kept, an introduced one keeps its nickname unless another is
// given.
//   Errors  wrong_state: not paired; exists: paired already; wrong_sender: another member's row;
//   bad_value: nickname.
[[nodiscard]] Result<Member> paired_member(const Ceremony& ceremony,
                                           const std::optional<Member>& existing,
                                           std::string nickname, Instant now);

}  // namespace comity::member
