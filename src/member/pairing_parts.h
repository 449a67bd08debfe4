#pragma once
// What the ceremony's parts share: hashes that bind, and messages as they go on the wire.
#include <variant>

#include "member/pairing.h"

namespace comity::member {

// The invitation as bytes, without its checksum; what the transcript hashes.
[[nodiscard]] Bytes to_binary(const Invitation& invitation);
[[nodiscard]] Result<Invitation> invitation_from_binary(BytesView bytes);

struct Committed {
  Side side = Side::inviter;
  InvitationId invitation;
  MemberId member;
  CardHash card;
  PairingNonce nonce;
};
// Binds a nonce to who made it and what for, so that nobody can pass on another's commitment as
// their own.
[[nodiscard]] Hash commitment_to(const Committed& committed);

struct Accept {
  Presented presented;
  Hash commitment;
};
struct Reveal {
  PairingNonce nonce;
  std::optional<Presented> presented;  // from the inviter alone: the invitation held only its hash
};
struct Confirm {
  Hash transcript;
  Verdict verdict = Verdict::mismatch;
  crypto::PublicKey key;
  crypto::Signature signature;
};
struct Message {
  InvitationId invitation;
  std::variant<Accept, Reveal, Confirm> body;
};
[[nodiscard]] std::string message_text(const Message& message);
[[nodiscard]] Result<Message> message_from_text(std::string_view text);

[[nodiscard]] std::string_view side_name(Side side);
[[nodiscard]] std::string_view verdict_name(Verdict verdict);
// What an act key signs to confirm.
[[nodiscard]] std::string confirmation(Side side, const Hash& transcript, Verdict verdict);

[[nodiscard]] json::Value presented_json(const Presented& presented);

}  // namespace comity::member
