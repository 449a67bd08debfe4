// The five doors, inbound. Doors four and five (record, deliver the receipt) are the driver's.
#include "json/reader.h"
#include "member/card_change.h"
#include "node/alert_acts.h"
#include "node/conversations.h"
#include "node/doors.h"
#include "node/evidence.h"
#include "node/law_acts.h"
#include "node/outgoing.h"
#include "node/push.h"
#include "node/recall.h"
#include "node/receipts.h"
#include "node/rows.h"

namespace comity::node {
namespace {

// The same id with other bytes: refused, and kept once as evidence against its signer.
Result<void> keep_reused_id(Work& work, const ActArrived& in, const act::Act& act) {
  std::string subject = to_hex(act.from);
  std::string code = "id_reused:" + to_text(act.id);
  TRY(auto kept, work.rows.get(Space::alarm, subject + "/" + code));
  if (!kept) {
    TRY(std::string where,
        keep_evidence(work, subject, {{"fault", "id_reused"}, {"act", to_text(act.id)}},
                      in.sealed.bytes()));
    TRY_VOID(work.raise(
        {code, "alarm", subject,
         "a member sent two different acts under the id " + to_text(act.id) + "; " + where}));
  }
  work.reply.error =
      Error{Code::id_reused, "an act of this id was received before, with other bytes", "/id"};
  return {};
}

// The act in whose place a void comes, or an earlier void of that place, when it stands here: the
// sender is owed the receipt of that, not another fate.
Result<std::optional<ReceiptDue>> receipt_of_replaced(Work& work, const act::Act& act) {
  json::Reader body(act.body);
  std::vector<std::string> meant = body.texts_or_none("also", limits::refs_max);
  meant.push_back(to_text(body.id<ActId>("replaces")));
  TRY_VOID(body.finish());
  for (const std::string& text : meant) {
    TRY(ActId id, id_from_text<ActId>(text));
    TRY(auto held, work.rows.get(Space::act, act_key(act.from, id)));
    if (!held) continue;
    TRY(ActRow row, act_row_from_json(*held));
    if (row.lane == act.lane && row.epoch == act.epoch && row.seq == act.seq)
      return ReceiptDue{act.from, id};
  }
  return std::nullopt;
}

// Acts of a lane are applied in order. A later epoch begins anew at 1: the sender came back from a
// backup.
Result<LaneRow> find_place(Work& work, const act::Act& act) {
  LaneRow lane;
  TRY(auto row, work.rows.get(Space::lane_in, lane_key(act.from, act.lane)));
  if (row) {
    TRY(lane, lane_row_from_json(*row));
  }
  if (act.epoch > lane.epoch) lane = {.epoch = act.epoch, .next = 1};
  if (act.epoch < lane.epoch || act.seq < lane.next)
    return fail(Code::stale_in_lane,
                "this place in the lane is taken; the next is " + std::to_string(lane.next),
                "/seq");
  if (act.seq > lane.next)
    return fail(Code::gap_in_lane,
                "an earlier act of this lane is missing; send from " + std::to_string(lane.next),
                "/seq");
  lane.next = act.seq + 1;  // after this act
  return lane;
}

// A new telephone number is how one is lured into calling the wrong person, and a new mandate is
// not a checked one: a human looks.
Result<void> tell_changes(Work& work, const member::SignedCard& before,
                          const member::Member& sender) {
  TRY(member::SignedCard next, member::read_card(sender.envelope));
  std::string changed;
  for (const std::string& each : member::notable_changes(before, next))
    changed += (changed.empty() ? "" : ", ") + each;
  if (changed.empty()) return {};
  return work.raise({"card_changed", "warn", to_hex(sender.id),
                     sender.nickname + "'s card " + std::to_string(next.card.number) +
                         " changes: " + changed +
                         ". Mandates that changed must be checked anew; call them at the number "
                         "that you knew before, if anything surprises you"});
}

Result<void> take_new_card(Work& work, const act::Act& act, const member::Member& sender) {
  json::Reader body(act.body);
  std::string envelope = body.text("card", limits::card_bytes_max);
  TRY_VOID(body.finish());
  TRY(member::SignedCard before, member::read_card(sender.envelope));
  TRY(member::TakenCard taken, member::take_card(sender, envelope, work.now));
  store_member(work.rows, taken.member);
  work.effects.cards = true;
  if (taken.taken == member::Taken::recorded) TRY_VOID(tell_changes(work, before, taken.member));
  if (taken.taken == member::Taken::equivocated)
    TRY_VOID(work.raise({"equivocation", "alarm", to_hex(sender.id), taken.member.why}));
  return {};
}

// An act as its own room reads it, and what came with it and of it.
struct Content {
  Result<request::Body> request = request::Body();
  Result<alert::Body> alert = alert::Body();
  const Blobs& blobs;
  json::Object& about;  // of the act's entry
  std::vector<Relaying> relaying{};
};

Result<void> apply_alert(Work& work, const act::Act& act, Content& content) {
  if (!content.alert) return std::unexpected(content.alert.error());
  TRY(content.relaying, take_alert(work, act, *content.alert, content.blobs, content.about));
  return {};
}

// Door three. An error is the sender's fault and is recorded as a rejection; a fault of ours stops
// the step.
Result<void> apply(Work& work, const act::Act& act, Content& content, std::uint64_t position,
                   const member::Member& sender) {
  switch (act.kind) {
    case act::Kind::request:
      if (!content.request) return std::unexpected(content.request.error());
      TRY_VOID(apply_request(work, act, *std::move(content.request),
                             {.by = request::Speaker::theirs,
                              .partner = act.from,
                              .position = position,
                              .approvals = {}}));
      return {};
    case act::Kind::card:
      return take_new_card(work, act, sender);
    case act::Kind::law:
      return take_law(work, act, position, sender);
    case act::Kind::void_:
      return {};
    case act::Kind::alert:
      return apply_alert(work, act, content);
    case act::Kind::match:
    case act::Kind::consult:
      break;
  }
  return fail(Code::unknown_kind,
              "this node does not take acts of kind " + std::string(act::kind_name(act.kind)));
}

bool is_taken(act::Kind kind) {
  return kind != act::Kind::match && kind != act::Kind::consult;
}

bool is_ours(Code code) {
  return code == Code::io || code == Code::corrupt || code == Code::busy;
}

}  // namespace

Result<void> receive_act(Work& work, const ActArrived& in) {
  // Door 1: authenticate.
  if (!in.sealed.envelope()) return std::unexpected(in.sealed.envelope().error());
  const act::Envelope& envelope = *in.sealed.envelope();
  if (envelope.payload_type != act::act_type)
    return fail(Code::bad_value, "an act has payloadType " + std::string(act::act_type),
                "/payloadType");
  TRY(act::Act act, act::parse_act(envelope.payload));
  if (act.to != work.context.self)
    return fail(Code::wrong_recipient, "this act is addressed to another member", "/to");
  if (act.from != in.peer)
    return fail(Code::wrong_sender, "an act is delivered by the member that signed it", "/from");
  TRY_VOID(refuse_while_halted(work.rows.below()));

  Hash hash = crypto::sha256(as_bytes(in.sealed.bytes()));
  std::string key = act_key(act.from, act.id);
  TRY(auto known, work.rows.get(Space::act, key));
  if (known) {
    TRY(ActRow row, act_row_from_json(*known));
    if (row.hash == hash) {
      work.receipt = ReceiptDue{act.from, act.id};
      return {};
    }
  }
  // Of what stands here anybody whom the pin proves to be its sender may have the receipt again,
  // whatever became of keys since.
  if (act.kind == act::Kind::void_ && !known) {
    TRY(work.receipt, receipt_of_replaced(work, act));
    if (work.receipt) return {};
  }
  TRY(PartnerPtr sender, know_partner(work.rows, act.from));
  TRY_VOID(member::key_for(sender->member, act.card, envelope.key, work.now));
  TRY_VOID(in.sealed.signature());
  if (known)
    return keep_reused_id(work, in, act);  // only what the member signed is evidence against it
  if (!is_taken(act.kind))
    return fail(Code::unknown_kind,
                "this node does not take acts of kind " + std::string(act::kind_name(act.kind)),
                "/kind");
  TRY(LaneRow lane, find_place(work, act));

  // Door 2: the law's verdict is recorded and handed on; it never drops an act.
  std::string conversation = to_text(act::conversation_of(act));
  json::Object about{{"from", to_hex(act.from)}, {"act", to_text(act.id)}};
  Content content{.blobs = in.blobs, .about = about};
  if (act.kind == act::Kind::request) {
    content.request = request::body_from_json(act.body);
    about["verdict"] = inbound_verdict(work, act, content.request, *sender);
  }
  if (act.kind == act::Kind::alert) {
    content.alert = alert::body_from_json(act.body);
    if (content.alert) TRY_VOID(need_blobs(work, act.from, *content.alert, in.blobs));
  }
  auto skew = act.at > work.now ? act.at - work.now : work.now - act.at;
  if (skew > limits::clock_skew_flagged) about["clock_skew_ms"] = skew.count();

  // Our ledger grows by it: the sender is offered the new checkpoint soon, not at its next look.
  work.effects.deliver.insert(act.from);

  // Door 3: apply. A rejected act leaves nothing behind but its record.
  TRY(std::uint64_t position, work.rows.below().next_position());
  if (act.kind == act::Kind::law) TRY_VOID(count_published(work, act.from));
  auto applied = work.try_out([&] { return apply(work, act, content, position, sender->member); });
  if (!applied && is_ours(applied.error().code)) return applied;
  if (!applied) about["rejected"] = to_text(applied.error());
  if (!applied && act.kind == act::Kind::law)
    TRY_VOID(tell_refused(work, sender->member, applied.error()));

  // Door 4: record. Blobs that came with it stand before it.
  TRY(position, work.next_position());
  ActRow row{.position = position,
             .hash = hash,
             .card = work.context.card,
             .lane = act.lane,
             .epoch = act.epoch,
             .seq = act.seq,
             .conversation = conversation,
             .code = applied ? "" : std::string(code_name(applied.error().code)),
             .standing = "received",
             .receipt = {},
             .replaces = {},
             .reissued = {}};
  work.rows.put(Space::act, key, to_json(row));
  work.rows.put(Space::lane_in, lane_key(act.from, act.lane), to_json(lane));
  TRY_VOID(work.record(
      {EntryType::act_in, to_hex(act.from), conversation, std::move(about), in.sealed.bytes()}));
  work.receipt = ReceiptDue{act.from, act.id};
  for (const Relaying& each : content.relaying) {
    TRY_VOID(push_taken(work, each.collection, each.taken));
    TRY_VOID(tell_revocations(work, each.collection, each.taken));
    TRY_VOID(tell_sightings(work, each.collection, each.taken));
  }
  return {};
}

}  // namespace comity::node
