#include "node/receipts.h"

#include "act/receipt.h"
#include "json/reader.h"
#include "ledger/checkpoint.h"
#include "node/rows.h"

namespace comity::node {

Result<void> refuse_while_halted(View& view) {
  TRY(auto row, view.get(Space::self, self_halt));
  if (!row) return {};
  TRY(json::Value halt, json::parse(row->value));
  const json::Value* why = halt.find("why");
  return fail(Code::not_signing,
              why && why->as_string() ? *why->as_string() : "this node has stopped signing");
}

namespace {

Result<std::string> checkpoint_under(const Context& context, const CardHash& card,
                                     const Head& head) {
  ledger::Checkpoint checkpoint{.origin = context.origin(), .head = head, .extensions = {}};
  return ledger::sign_checkpoint(checkpoint, context.keys->checkpoint_of(card));
}

}  // namespace

Result<std::string> derive_checkpoint(const Context& context, const Head& head) {
  return checkpoint_under(context, context.card, head);
}

Result<std::string> derive_receipt(const Context& context, View& view, const ReceiptDue& due,
                                   SignedHead* latest) {
  TRY_VOID(refuse_while_halted(view));
  TRY(auto row, view.get(Space::act, act_key(due.sender, due.act)));
  if (!row) return fail(Code::not_found, "no such act is recorded");
  TRY(ActRow act, act_row_from_text(row->value));
  TRY(auto entry, view.entry(act.position));
  if (!entry) return fail(Code::corrupt, "an act's journal entry is missing");
  TRY(auto head, view.head_at(entry->tree_size));
  if (!head) return fail(Code::corrupt, "the tree head of an act's group is missing");

  // The card of that time signs, so that the bytes are those of the first answer; when its keys are
  // gone, revoked or past their overlap, the current card's say the same thing anew.
  auto key = context.keys->act.find(act.card);
  bool same_card = key != context.keys->act.end() && !context.silenced.contains(act.card);
  const CardHash& card = same_card ? act.card : context.card;
  SignedHead own;
  if (!latest) latest = &own;
  if (latest->checkpoint.empty() || latest->head != *head || latest->card != card) {
    TRY(latest->checkpoint, checkpoint_under(context, card, *head));
    latest->head = *head;
    latest->card = card;
  }
  act::Receipt receipt{.act = due.act,
                       .act_hash = act.hash,
                       .from = context.self,
                       .to = due.sender,
                       .card = card,
                       .lane = act.lane,
                       .epoch = act.epoch,
                       .seq = act.seq,
                       .recorded_at = entry->recorded_at,
                       .position = act.position,
                       .outcome = act.code.empty() ? "delivery" : "rejection",
                       .code = act.code,
                       .checkpoint = latest->checkpoint};
  return act::seal(receipt, same_card ? key->second : context.act_key());
}

}  // namespace comity::node
