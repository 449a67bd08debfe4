#include "app/proved.h"

#include "act/act.h"
#include "act/receipt.h"
#include "member/card.h"
#include "node/entry.h"

namespace comity::app {
namespace {

std::string_view entry_name(node::EntryType type) {
  using enum node::EntryType;
  switch (type) {
    case genesis:
      return "genesis";
    case act_in:
      return "act received";
    case act_out:
      return "act sent";
    case receipt_in:
      return "receipt of a partner";
    case command:
      return "command of an officer";
    case timer:
      return "timer";
    case pairing:
      return "step of a pairing";
    case evidence:
      return "evidence against a partner";
    case start:
      return "start";
    case card:
      return "own card";
    case halt:
      return "signing stopped or taken up again";
    case erasure:
      return "erasure";
    case law:
      return "law in use";
    case objects:
      return "STIX objects";
  }
  return "unknown";
}

Result<json::Object> tell_act(std::string_view payload) {
  TRY(act::Act act, act::parse_act(payload));
  return json::Object{{"what", "act"},
                      {"act", to_text(act.id)},
                      {"kind", act::kind_name(act.kind)},
                      {"from", to_hex(act.from)},
                      {"to", to_hex(act.to)},
                      {"card", to_hex(act.card)},
                      {"at", to_text(act.at)}};
}

Result<json::Object> tell_receipt(std::string_view payload) {
  TRY(act::Receipt receipt, act::parse_receipt(payload));
  json::Object out{{"what", "receipt"},
                   {"act", to_text(receipt.act)},
                   {"from", to_hex(receipt.from)},
                   {"to", to_hex(receipt.to)},
                   {"card", to_hex(receipt.card)},
                   {"outcome", receipt.outcome},
                   {"recorded_at", to_text(receipt.recorded_at)},
                   {"position", receipt.position}};
  if (!receipt.code.empty()) out["code"] = receipt.code;
  return out;
}

Result<json::Object> tell_card(const std::string& envelope) {
  TRY(member::SignedCard card, member::read_card(envelope));
  return json::Object{{"what", "card"},
                      {"member", to_hex(card.card.member)},
                      {"name", card.card.name},
                      {"number", card.card.number}};
}

Result<json::Object> tell_signed(const act::Envelope& envelope, const std::string& bytes) {
  TRY_VOID(act::verify(envelope));
  auto told = [&]() -> Result<json::Object> {
    if (envelope.payload_type == act::act_type) return tell_act(envelope.payload);
    if (envelope.payload_type == act::receipt_type) return tell_receipt(envelope.payload);
    if (envelope.payload_type == act::card_type) return tell_card(bytes);
    return json::Object{{"what", envelope.payload_type}};
  }();
  if (!told) return told;
  (*told)["key"] = to_hex(envelope.key);
  return told;
}

}  // namespace

Result<json::Object> tell_proved(std::string_view text) {
  TRY(node::Record record, node::read_record(text));
  json::Object out{{"entry", entry_name(record.type)}, {"written", to_text(record.recorded_at)}};
  auto envelope = act::parse_envelope(record.bytes);
  using enum node::EntryType;
  bool must_be_signed =
      record.type == act_in || record.type == act_out || record.type == receipt_in;
  if (!envelope && must_be_signed) return std::unexpected(envelope.error());
  if (!envelope) return out;
  TRY(json::Object told, tell_signed(*envelope, record.bytes));
  out["signed"] = std::move(told);
  return out;
}

}  // namespace comity::app
