#pragma once
// A receipt: the receiver's signed word that an act was recorded, and what became of it at the
// door. docs/protocol.md, section "Receipts"; docs/schemas/receipt.json. Deriving one twice gives
// the same bytes.
#include <cstdint>
#include <string>

#include "act/act.h"

namespace comity::act {

struct Receipt {
  ActId act;
  Hash act_hash;      // SHA-256 of the envelope's bytes
  MemberId from, to;  // from: who received the act and gives this receipt
  CardHash card;      // of `from`
  Lane lane = Lane::normal;
  std::uint64_t epoch = 0, seq = 0;
  Instant recorded_at;         // by the receiver's clock
  std::uint64_t position = 0;  // leaf index in the receiver's ledger
  std::string outcome;  // "delivery", or "rejection" when the act is recorded and not applied
  std::string code;     // with "rejection": a code_name(); else empty
  std::string
      checkpoint;  // the receiver's signed checkpoint that covers `position` (C2SP tlog-checkpoint)
};

[[nodiscard]] Result<Receipt> parse_receipt(std::string_view payload);
[[nodiscard]] json::Value to_json(const Receipt& receipt);
[[nodiscard]] std::string seal(const Receipt& receipt, const crypto::SigningKey& key);

}  // namespace comity::act
