#include "act/receipt.h"

#include "json/reader.h"

namespace comity::act {
namespace {

constexpr std::int64_t number_max = (std::int64_t{1} << 53) - 1;

}  // namespace

Result<Receipt> parse_receipt(std::string_view payload) {
  TRY(json::Value value, json::parse(payload, {.bytes_max = limits::card_bytes_max}));
  Receipt receipt;
  json::Reader in(value);
  receipt.act = in.id<ActId>("act");
  receipt.act_hash = in.hash("act_hash");
  receipt.from = in.fixed<MemberTag>("from");
  receipt.to = in.fixed<MemberTag>("to");
  receipt.card = in.fixed<CardTag>("card");
  auto lane = lane_from_name(in.one_of("lane", {"urgent", "normal", "bulk"}));
  if (lane) receipt.lane = *lane;
  receipt.epoch = static_cast<std::uint64_t>(in.integer("epoch", 0, number_max));
  receipt.seq = static_cast<std::uint64_t>(in.integer("seq", 1, number_max));
  receipt.recorded_at = in.instant("recorded_at");
  receipt.position = static_cast<std::uint64_t>(in.integer("position", 0, number_max));
  receipt.outcome = in.one_of("outcome", {"delivery", "rejection"});
  receipt.code = in.text_or("code", "", 64);
  if (in.ok() && (receipt.outcome == "rejection") == receipt.code.empty())
    in.refuse("code", Code::bad_value, "a rejection has a code, a delivery has none");
  receipt.checkpoint = in.text("checkpoint", limits::checkpoint_bytes_max);
  TRY_VOID(in.finish());
  return receipt;
}

json::Value to_json(const Receipt& receipt) {
  json::Object out{{"act", to_text(receipt.act)},
                   {"act_hash", to_hex(receipt.act_hash)},
                   {"from", to_hex(receipt.from)},
                   {"to", to_hex(receipt.to)},
                   {"card", to_hex(receipt.card)},
                   {"lane", lane_name(receipt.lane)},
                   {"epoch", receipt.epoch},
                   {"seq", receipt.seq},
                   {"recorded_at", to_text(receipt.recorded_at)},
                   {"position", receipt.position},
                   {"outcome", receipt.outcome},
                   {"checkpoint", receipt.checkpoint}};
  if (!receipt.code.empty()) out["code"] = receipt.code;
  return out;
}

std::string seal(const Receipt& receipt, const crypto::SigningKey& key) {
  return seal(receipt_type, json::write(to_json(receipt)), key);
}

}  // namespace comity::act
