#include "node/outgoing.h"

#include <algorithm>
#include <charconv>

#include "base/check.h"
#include "node/conversations.h"
#include "node/receipts.h"
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
};

// Signs, journals and queues `act`, whose place in the lane is settled.
Result<std::uint64_t> record_out(Work& work, const act::Act& act, Outgoing out) {
  auto& [conversation, about, actor, expires] = out;
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
             .replaces = {}};
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
                   .conversation = conversation};
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
CardHash card_for_void(const Work& work, const ActRow& replaced) {
  auto key = work.context.keys->act.find(replaced.card);
  if (key == work.context.keys->act.end()) return work.context.card;
  if (replaced.lane == act::Lane::urgent) return replaced.card;
  auto own = member::read_card(work.context.card_envelope);
  bool revoked = own && std::ranges::any_of(own->card.act_keys, [&](const member::ActKey& each) {
                   return each.key == key->second.public_key() && each.revoked_at;
                 });
  return revoked ? work.context.card : replaced.card;
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

Result<Posted> post(Work& work, Permit permit, const Posting& posting) {
  act::Act act = std::move(permit.act_);
  TRY_VOID(refuse_while_halted(work.rows.below()));
  TRY_VOID(refuse_backlog(work, act));
  TRY(act.lane, lane_for(work, act));
  std::string lane = lane_key(act.to, act.lane);
  TRY(LaneRow place, load_lane_out(work, lane));
  act.id = make_id<ActId>(work.now, work.random);
  act.card = work.context.card;
  act.at = work.now;
  act.epoch = place.epoch;
  act.seq = place.next++;
  work.rows.put(Space::lane_out, lane, to_json(place));

  TRY(std::uint64_t position, record_out(work, act,
                                         {.conversation = to_text(act::conversation_of(act)),
                                          .about = {{"permit", permit.record()}},
                                          .actor = posting.actor,
                                          .expires = posting.expires}));
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

Result<void> post_void(Work& work, const MemberId& member, const ActId& expired) {
  std::string key = act_key(work.context.self, expired);
  TRY(auto held, work.rows.get(Space::act, key));
  if (!held) return {};
  TRY(ActRow row, act_row_from_json(*held));
  if (row.standing != "queued") return {};
  row.standing = "expired";
  row.code = code_name(Code::expired);
  work.rows.put(Space::act, key, to_json(row));

  act::Act place{.id = make_id<ActId>(work.now, work.random),
                 .kind = act::Kind::void_,
                 .from = work.context.self,
                 .to = member,
                 .card = card_for_void(work, row),
                 .at = work.now,
                 .lane = row.lane,
                 .epoch = row.epoch,
                 .seq = row.seq,
                 .refs = {},
                 .route = {},
                 .handling = {},
                 .body = json::Object{{"replaces", to_text(expired)}}};
  TRY_VOID(record_out(work, place,
                      {.conversation = row.conversation,
                       .about = {{"replaces", to_text(expired)}},
                       .actor = "",
                       .expires = work.now + never_expires}));
  // Whether it arrived, its receipt lost, nobody here knows: it is taken back when the receipt of
  // the void says so.
  return work.raise(
      {"non_delivery", "alarm", row.conversation,
       "act " + to_text(expired) + " could not be delivered in time and was made void"});
}

}  // namespace comity::node
