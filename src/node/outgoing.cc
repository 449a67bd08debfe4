#include "node/outgoing.h"

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "node/conversations.h"
#include "node/receipts.h"
#include "node/reissue.h"
#include "node/rows.h"

namespace comity::node {
namespace {

// The last part of an outbox row's key.
Result<std::uint64_t> outbox_seq(std::string_view key) {
  std::string_view digits = key.substr(key.rfind('/') + 1);
  std::uint64_t seq = 0;
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), seq);
  if (error != std::errc{} || end != digits.data() + digits.size())
    return fail(Code::corrupt, "an outbox row's key has no place in a lane", std::string(key));
  return seq;
}

Result<LaneRow> load_lane_out(Work& work, const std::string& key) {
  TRY(auto epoch_row, work.rows.get(Space::self, self_epoch));
  if (!epoch_row || !epoch_row->as_int())
    return fail(Code::wrong_state, "the node has not started");
  auto epoch = static_cast<std::uint64_t>(*epoch_row->as_int());
  TRY(auto row, work.rows.get(Space::lane_out, key));
  if (!row) return LaneRow{.epoch = epoch, .next = 1};
  TRY(LaneRow lane, lane_row_from_json(*row));
  if (lane.epoch != epoch) return LaneRow{.epoch = epoch, .next = 1};
  return lane;
}

struct Outgoing {
  std::string conversation;  // that it is journalled under: a void's is that of the act it replaces
  json::Object about;
  std::string actor;
  Instant expires;
  std::vector<Hash> blobs{};
};

// Signs, journals and queues `act`, whose place in the lane is settled.
Result<std::uint64_t> record_out(Work& work, const act::Act& act, Outgoing out) {
  auto& [conversation, about, actor, expires, blobs] = out;
  std::string envelope = act::seal(act, work.context.keys->act.at(act.card));
  if (envelope.size() > limits::act_bytes_max)
    return fail(Code::too_large,
                "the act would exceed " + std::to_string(limits::act_bytes_max) + " bytes");
  ActRow row{.hash = crypto::sha256(as_bytes(envelope)),
             .card = act.card,
             .lane = act.lane,
             .epoch = act.epoch,
             .seq = act.seq,
             .conversation = conversation,
             .code = "",
             .standing = "queued",
             .receipt = {},
             .replaces = {},
             .reissued = {}};
  if (about.contains("replaces")) {
    TRY(row.replaces, id_from_text<ActId>(*about["replaces"].as_string()));
  }
  about["act"] = to_text(act.id);
  about["to"] = to_hex(act.to);
  TRY(row.position, work.record({EntryType::act_out, std::move(actor), conversation,
                                 std::move(about), envelope}));
  OutboxRow queued{.act = act.id,
                   .position = row.position,
                   .queued_at = work.now,
                   .expires = expires,
                   .conversation = conversation,
                   .blobs = std::move(blobs)};
  work.rows.put(Space::act, act_key(work.context.self, act.id), to_json(row));
  work.rows.put(Space::outbox, outbox_key(act.to, act.lane, act.epoch, act.seq), to_json(queued));
  work.effects.deliver.insert(act.to);
  return row.position;
}

// A conversation keeps to the lane in which it was opened: in two lanes its acts could overtake
// each other, and the two sides would remember different conversations.
Result<act::Lane> lane_for(Work& work, const act::Act& act) {
  if (act.refs.empty()) return act.lane;
  ActId opening{act::conversation_of(act).bytes};
  for (const MemberId& opener : {act.from, act.to}) {
    TRY(auto row, work.rows.get(Space::act, act_key(opener, opening)));
    if (!row) continue;
    TRY(ActRow opened, act_row_from_json(*row));
    return opened.lane;
  }
  return act.lane;
}

// A void may be taken before the partner has our next card, which travels behind it in the urgent
// lane: so it names the card of the act that it replaces. In another lane a key that is revoked by
// now may be known over there to be so.
Result<CardHash> card_for_void(const Work& work, const ActRow& replaced, Voided why) {
  if (why == Voided::revoked || !work.context.keys->act.contains(replaced.card))
    return work.context.card;
  if (replaced.lane == act::Lane::urgent) return replaced.card;
  TRY(bool revoked, is_revoked(work, replaced.card));
  return revoked ? work.context.card : replaced.card;
}

// A void in the place of `row`, which says that it takes that of `replaced`. `also`: earlier voids
// of that place, one of which the partner may hold.
Result<void> take_place(Work& work, const MemberId& member, const ActRow& row, const CardHash& card,
                        const ActId& replaced, json::Array also) {
  json::Object body{{"replaces", to_text(replaced)}};
  if (!also.empty()) body["also"] = std::move(also);
  act::Act place{.id = make_id<ActId>(work.now, work.random),
                 .kind = act::Kind::void_,
                 .from = work.context.self,
                 .to = member,
                 .card = card,
                 .at = work.now,
                 .lane = row.lane,
                 .epoch = row.epoch,
                 .seq = row.seq,
                 .refs = {},
                 .route = {},
                 .handling = {},
                 .body = std::move(body)};
  TRY_VOID(record_out(work, place,
                      {.conversation = row.conversation,
                       .about = {{"replaces", to_text(replaced)}},
                       .actor = "",
                       .expires = work.now + never_expires}));
  return {};
}

// How many acts wait for a member. A lane's acts are settled in order, so those that wait lie
// between its first in the outbox and its next; counting them costs a look per lane, however many
// there are.
Result<std::uint64_t> backlog(Work& work, const MemberId& member) {
  std::uint64_t waiting = 0;
  for (act::Lane lane : {act::Lane::urgent, act::Lane::normal, act::Lane::bulk}) {
    TRY(LaneRow place, load_lane_out(work, lane_key(member, lane)));
    std::string prefix = outbox_key(member, lane, place.epoch, 0);
    prefix.resize(prefix.rfind('/') + 1);
    TRY(auto first, work.rows.below().scan(Space::outbox, prefix, "", 1));
    if (first.empty()) continue;
    TRY(std::uint64_t seq, outbox_seq(first[0].key));
    if (seq < place.next) waiting += place.next - seq;
  }
  return waiting;
}

// Our next card always goes: with a revoked key in it, it must.
Result<void> refuse_backlog(Work& work, const act::Act& act) {
  if (act.kind == act::Kind::card) return {};
  TRY(std::uint64_t waiting, backlog(work, act.to));
  if (waiting < limits::backlog_acts_per_peer_max) return {};
  return fail(Code::busy, std::to_string(waiting) +
                              " acts wait for this partner already: see that its node is reached "
                              "again (comity status), then send");
}

}  // namespace

// Below the step's own changes: a step that takes our next card tells it with the keys before.
Result<void> refuse_old_card(Work& work) {
  TRY(auto row, work.rows.below().get(Space::self, self_card));
  if (!row) return fail(Code::wrong_state, "the node has no card");
  TRY(json::Value held, json::parse(row->value, {.bytes_max = limits::alert_act_bytes_max}));
  const json::Value* hash = held.find("hash");
  if (hash && *hash == json::Value(to_hex(work.context.card))) return {};
  return fail(Code::conflict, "our card has just changed; try again");
}

Result<Posted> post(Work& work, Permit permit, const Posting& posting) {
  TRY_VOID(refuse_old_card(work));
  act::Act act = std::move(permit.act_);
  TRY_VOID(refuse_while_halted(work.rows.below()));
  TRY_VOID(refuse_backlog(work, act));
  TRY_VOID(refuse_while_reissued(work.rows, to_text(act::conversation_of(act))));
  TRY(act.lane, lane_for(work, act));
  std::string lane = lane_key(act.to, act.lane);
  TRY(LaneRow place, load_lane_out(work, lane));
  act.id = make_id<ActId>(work.now, work.random);
  act.card = work.context.card;
  act.at = work.now;
  act.epoch = place.epoch;
  act.seq = place.next++;
  work.rows.put(Space::lane_out, lane, to_json(place));

  json::Object about{{"permit", permit.record()}};
  if (posting.reissues) about["reissues"] = to_text(*posting.reissues);
  TRY(std::uint64_t position, record_out(work, act,
                                         {.conversation = to_text(act::conversation_of(act)),
                                          .about = std::move(about),
                                          .actor = posting.actor,
                                          .expires = posting.expires,
                                          .blobs = posting.blobs}));
  work.rows.put(Space::timer,
                timer_key(posting.expires, to_text(act::conversation_of(act)),
                          "undelivered:" + to_text(act.id)),
                json::Object{{"act", to_text(act.id)}, {"to", to_hex(act.to)}});
  if (permit.expires()) work.permit_until(*permit.expires());
  std::optional<request::Phase> phase;
  if (act.kind == act::Kind::request) {
    check(permit.body_.has_value(), "a request was read before it was proposed");
    TRY(phase, apply_request(work, act, *std::move(permit.body_),
                             {.by = request::Speaker::ours,
                              .partner = act.to,
                              .position = position,
                              .approvals = permit.approvals()}));
  }
  return Posted{std::move(act), phase};
}

Result<bool> is_revoked(const Work& work, const CardHash& card) {
  auto key = work.context.keys->act.find(card);
  if (key == work.context.keys->act.end()) return false;
  TRY(auto own, member::read_card(work.context.card_envelope));
  return std::ranges::any_of(own.card.act_keys, [&](const member::ActKey& each) {
    return each.key == key->second.public_key() && each.revoked_at;
  });
}

Result<void> post_void(Work& work, const MemberId& member, const ActId& act, Voided why) {
  std::string key = act_key(work.context.self, act);
  TRY(auto held, work.rows.get(Space::act, key));
  if (!held) return {};
  TRY(ActRow row, act_row_from_json(*held));
  if (row.standing != "queued") return {};
  row.standing = "expired";
  row.code = code_name(why == Voided::expired ? Code::expired : Code::revoked_key);
  work.rows.put(Space::act, key, to_json(row));
  TRY(CardHash card, card_for_void(work, row, why));
  TRY_VOID(take_place(work, member, row, card, act, {}));
  if (why == Voided::revoked) return {};
  // Whether it arrived, its receipt lost, nobody here knows: it is taken back when the receipt of
  // the void says so.
  return work.raise({"non_delivery", "alarm", row.conversation,
                     "act " + to_text(act) + " could not be delivered in time and was made void"});
}

Result<void> renew_void(Work& work, const MemberId& member, const ActId& void_) {
  std::string key = act_key(work.context.self, void_);
  TRY(auto held, work.rows.get(Space::act, key));
  if (!held) return {};
  TRY(ActRow row, act_row_from_json(*held));
  if (row.standing != "queued" || !row.replaces) return {};
  TRY(std::string bytes, load_bytes(work, row.position));
  TRY(auto envelope, act::parse_envelope(bytes));
  TRY(act::Act old, act::parse_act(envelope.payload));
  json::Array also;
  if (const json::Value* before = old.body.find("also")) also = *before->as_array();
  also.emplace_back(to_text(void_));
  if (also.size() > limits::refs_max) also.erase(also.begin());
  row.standing = "expired";
  row.code = code_name(Code::revoked_key);
  work.rows.put(Space::act, key, to_json(row));
  return take_place(work, member, row, work.context.card, *row.replaces, std::move(also));
}

}  // namespace comity::node
