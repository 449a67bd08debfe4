#include "member/pairing_parts.h"

#include "crypto/hash.h"
#include "json/reader.h"

namespace comity::member {
namespace {

Presented read_presented(json::Reader& in) {
  Presented presented;
  presented.card = in.text("card", limits::card_bytes_max);
  presented.lineage = in.texts("lineage", limits::card_lineage_max, limits::card_bytes_max);
  return presented;
}

json::Object message_json(std::string_view type, const InvitationId& invitation) {
  return {{"type", type}, {"invitation", to_text(invitation)}};
}

std::string write_accept(const InvitationId& invitation, const Accept& accept) {
  json::Object out = message_json("accept", invitation);
  out.emplace("presented", presented_json(accept.presented));
  out.emplace("commitment", to_hex(accept.commitment));
  return json::write(out);
}

std::string write_reveal(const InvitationId& invitation, const Reveal& reveal) {
  json::Object out = message_json("reveal", invitation);
  out.emplace("nonce", to_hex(reveal.nonce));
  if (reveal.presented) out.emplace("presented", presented_json(*reveal.presented));
  return json::write(out);
}

std::string write_confirm(const InvitationId& invitation, const Confirm& confirm) {
  json::Object out = message_json("confirm", invitation);
  out.emplace("transcript", to_hex(confirm.transcript));
  out.emplace("verdict", verdict_name(confirm.verdict));
  out.emplace("key", to_hex(confirm.key));
  out.emplace("signature", to_base64(confirm.signature.view()));
  return json::write(out);
}

Accept read_accept(json::Reader& in) {
  Accept accept;
  in.object("presented", [&](json::Reader& each) { accept.presented = read_presented(each); });
  accept.commitment = in.hash("commitment");
  return accept;
}

Reveal read_reveal(json::Reader& in) {
  Reveal reveal;
  reveal.nonce = in.fixed<PairingNonceTag>("nonce");
  in.object_if("presented", [&](json::Reader& each) { reveal.presented = read_presented(each); });
  return reveal;
}

Confirm read_confirm(json::Reader& in) {
  Confirm confirm;
  confirm.transcript = in.hash("transcript");
  confirm.verdict =
      in.one_of("verdict", {"match", "mismatch"}) == "match" ? Verdict::match : Verdict::mismatch;
  confirm.key = in.fixed<crypto::PublicKeyTag>("key");
  if (auto signature = crypto::signature_from(in.base64("signature", 64)))
    confirm.signature = *signature;
  else
    in.refuse("signature", Code::bad_value, "an Ed25519 signature is 64 bytes");
  return confirm;
}

}  // namespace

std::string_view side_name(Side side) {
  return side == Side::inviter ? "inviter" : "acceptor";
}
std::string_view verdict_name(Verdict verdict) {
  return verdict == Verdict::match ? "match" : "mismatch";
}

json::Value presented_json(const Presented& presented) {
  json::Array lineage;
  for (const std::string& each : presented.lineage) lineage.emplace_back(each);
  return json::Object{{"card", presented.card}, {"lineage", std::move(lineage)}};
}

Hash commitment_to(const Committed& committed) {
  std::string head =
      "comity-pairing-v1 commitment\n" + std::string(side_name(committed.side)) + "\n";
  return crypto::sha256({as_bytes(head), committed.invitation.bytes, committed.member.view(),
                         committed.card.view(), committed.nonce.view()});
}

std::string confirmation(Side side, const Hash& transcript, Verdict verdict) {
  std::string out = "comity-pairing-v1 confirm\n";
  out.append(side_name(side)).append("\n");
  out.append(to_hex(transcript)).append("\n");
  out.append(verdict_name(verdict)).append("\n");
  return out;
}

std::string message_text(const Message& message) {
  if (const auto* accept = std::get_if<Accept>(&message.body))
    return write_accept(message.invitation, *accept);
  if (const auto* reveal = std::get_if<Reveal>(&message.body))
    return write_reveal(message.invitation, *reveal);
  return write_confirm(message.invitation, std::get<Confirm>(message.body));
}

Result<Message> message_from_text(std::string_view text) {
  TRY(json::Value value,
      json::parse(text, {.bytes_max = limits::pairing_message_bytes_max, .depth_max = 4}));
  Message message;
  json::Reader in(value);
  std::string type = in.one_of("type", {"accept", "reveal", "confirm"});
  message.invitation = in.id<InvitationId>("invitation");
  if (type == "accept") message.body = read_accept(in);
  if (type == "reveal") message.body = read_reveal(in);
  if (type == "confirm") message.body = read_confirm(in);
  TRY_VOID(in.finish());
  return message;
}

}  // namespace comity::member
