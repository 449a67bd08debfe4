// Door five, seen from the sender: receipts, refusals, back-off.
#include <algorithm>

#include "act/receipt.h"
#include "ledger/checkpoint.h"
#include "node/conversations.h"
#include "node/doors.h"
#include "node/outgoing.h"
#include "node/reissue.h"
#include "node/rows.h"
#include "node/witness.h"

namespace comity::node {
namespace {

Result<act::Receipt> read_receipt(Work& work, const ReceiptArrived& in) {
  if (!in.sealed.envelope()) return std::unexpected(in.sealed.envelope().error());
  const act::Envelope& envelope = *in.sealed.envelope();
  if (envelope.payload_type != act::receipt_type)
    return fail(Code::bad_value, "a receipt has payloadType " + std::string(act::receipt_type),
                "/payloadType");
  TRY(act::Receipt receipt, act::parse_receipt(envelope.payload));
  if (receipt.from != in.peer)
    return fail(Code::wrong_sender, "a receipt is given by who received the act", "/from");
  if (receipt.to != work.context.self)
    return fail(Code::wrong_recipient, "this receipt is for another member", "/to");
  TRY(PartnerPtr peer, know_partner(work.rows, in.peer));
  TRY_VOID(member::key_for(peer->member, receipt.card, envelope.key, work.now));
  TRY_VOID(in.sealed.signature());
  return receipt;
}

// The receipt must speak of the act that we sent, and of a tree in which it stands.
Result<void> check_receipt(Work& work, const act::Receipt& receipt, const ActRow& row) {
  if (receipt.act_hash != row.hash)
    return fail(Code::bad_value, "the receipt is for other bytes than those sent", "/act_hash");
  if (receipt.lane != row.lane || receipt.epoch != row.epoch || receipt.seq != row.seq)
    return fail(Code::bad_value, "the receipt names another place in the lane", "/seq");
  TRY(auto checkpoint, verified_checkpoint(work.rows, receipt.from, receipt.checkpoint, work.now));
  if (receipt.position >= checkpoint.head.size)
    return fail(Code::bad_value, "the receipt's checkpoint does not reach its position",
                "/position");
  return {};
}

// A contact in good standing is noted once a minute, so that it costs no write of its own.
constexpr std::chrono::minutes contact_noted_every{1};

// The act was received before the void that was to take its place: the void has nothing to do any
// more.
Result<void> drop_void(Work& work, const ActId& act) {
  std::string key = act_key(work.context.self, act);
  TRY(auto held, work.rows.get(Space::act, key));
  if (!held) return {};
  TRY(ActRow row, act_row_from_json(*held));
  row.standing = "expired";
  work.rows.put(Space::act, key, to_json(row));
  return {};
}

// The partner holds the void, so the act never took effect over there.
Result<void> take_back_replaced(Work& work, const ActId& replaced) {
  TRY(auto held, work.rows.get(Space::act, act_key(work.context.self, replaced)));
  if (!held) return {};
  TRY(ActRow row, act_row_from_json(*held));
  if (row.standing != "expired") return {};
  TRY(bool anew, awaits_reissue(work.rows, row.conversation, replaced));
  TRY_VOID(take_back(work, row.conversation, replaced,
                     anew ? std::string(request::taken_back_to_reissue) : "void"));
  return settle_reissue(work, row.conversation, replaced, Settled::by_void);
}

}  // namespace

Result<void> receive_receipt(Work& work, const ReceiptArrived& in) {
  TRY(act::Receipt receipt, read_receipt(work, in));
  std::string key = act_key(work.context.self, receipt.act);
  TRY(auto held, work.rows.get(Space::act, key));
  if (!held) return fail(Code::not_found, "no act of ours has this id", "/act");
  TRY(ActRow row, act_row_from_json(*held));
  TRY_VOID(check_receipt(work, receipt, row));
  if (row.receipt) return {};

  bool was_expired = row.standing == "expired";
  bool was_revoked = was_expired && row.code == code_name(Code::revoked_key);
  row.standing = receipt.outcome == "delivery" ? "delivered" : "rejected";
  row.code = receipt.code;
  json::Object about{
      {"from", to_hex(in.peer)}, {"act", to_text(receipt.act)}, {"outcome", receipt.outcome}};
  TRY(row.receipt, work.record({EntryType::receipt_in, to_hex(in.peer), row.conversation,
                                std::move(about), in.sealed.bytes()}));
  work.rows.put(Space::act, key, to_json(row));
  // The place in the lane is settled, whether by the act or by the void that had taken its place.
  std::string queued = outbox_key(in.peer, row.lane, row.epoch, row.seq);
  TRY(auto waiting, work.rows.get(Space::outbox, queued));
  if (waiting) {
    TRY(OutboxRow outbox, outbox_row_from_json(*waiting));
    work.rows.erase(Space::outbox, queued);
    work.rows.erase(Space::timer, timer_key(outbox.expires, outbox.conversation,
                                            "undelivered:" + to_text(outbox.act)));
    if (outbox.act != receipt.act) TRY_VOID(drop_void(work, outbox.act));
  }
  if (row.replaces) return take_back_replaced(work, *row.replaces);
  if (row.standing == "rejected") {
    TRY_VOID(work.raise(
        {"rejected", "alarm", row.conversation,
         "the partner's node rejected act " + to_text(receipt.act) + ": " + receipt.code}));
    TRY_VOID(take_back(work, row.conversation, receipt.act, receipt.code));
  }
  if (was_revoked) return settle_reissue(work, row.conversation, receipt.act, Settled::by_act);
  if (was_expired && row.standing == "delivered")
    return work.raise(
        {"delivered_after_all", "warn", row.conversation,
         "act " + to_text(receipt.act) + " was made void here, but the partner had received it"});
  return {};
}

Result<void> receive_refusal(Work& work, const RefusalArrived& in) {
  // An unsigned refusal proves nothing and changes no act: a human is told, and delivery goes on
  // trying.
  TRY(member::Member peer, load_member(work.rows, in.peer));
  TRY(auto held, work.rows.get(Space::act, act_key(work.context.self, in.act)));
  if (!held) return fail(Code::not_found, "no act of ours has this id");
  TRY(ActRow row, act_row_from_json(*held));
  TRY(bool revoked, is_revoked(work, row.card));
  if (revoked && in.code == code_name(Code::revoked_key)) return {};  // it is said anew: reissue.h
  TRY_VOID(work.record({EntryType::evidence,
                        to_hex(in.peer),
                        "",
                        {{"fault", "refusal"}, {"act", to_text(in.act)}, {"code", in.code}},
                        ""}));
  return work.raise({"refused:" + in.code, "warn", to_hex(in.peer),
                     peer.nickname + " refuses our acts at its door (" + in.code + "); call them",
                     true});
}

Result<void> note_delivery(Work& work, const DeliveryTried& in) {
  std::string key = to_hex(in.peer);
  TRY(auto row, work.rows.get(Space::link, key));
  LinkRow link;
  if (row) {
    TRY(link, link_row_from_json(*row));
  }
  if (in.reached) {
    bool fresh =
        link.reached && *link.reached <= work.now && work.now < *link.reached + contact_noted_every;
    if (link.failures == 0 && fresh) return {};
    work.rows.put(Space::link, std::move(key),
                  to_json(LinkRow{.failures = 0, .retry = {}, .reached = work.now}));
    work.effects.deliver.insert(in.peer);
    return {};
  }
  // Several requests may fail of one cause: that is one failure.
  if (link.retry && *link.retry > work.now && *link.retry <= work.now + limits::retry_max)
    return complain_if_unproven(work, in.peer);
  // Doubles up to the cap, with jitter over the upper half, so that nodes that lost the same peer
  // do not return as one.
  ++link.failures;
  auto shift = std::min<std::uint64_t>(link.failures - 1, 20);
  Millis wait = std::min(limits::retry_min * (std::int64_t{1} << shift), limits::retry_max);
  Millis jitter{static_cast<std::int64_t>(work.random.u64() %
                                          static_cast<std::uint64_t>(wait.count() / 2 + 1))};
  link.retry = work.now + wait / 2 + jitter;
  work.rows.put(Space::link, std::move(key), to_json(link));
  return complain_if_unproven(work, in.peer);
}

}  // namespace comity::node
