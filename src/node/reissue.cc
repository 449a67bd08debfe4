#include "node/reissue.h"

#include <algorithm>

#include "json/reader.h"
#include "node/alert_acts.h"
#include "node/commands.h"
#include "node/conversations.h"
#include "node/law_acts.h"
#include "node/outgoing.h"
#include "node/receipts.h"
#include "node/review.h"
#include "node/rows.h"

namespace comity::node {
namespace {

constexpr std::size_t searched_per_tick = 256;
constexpr std::size_t told_max = 65'536;

// ---- rows

struct Sweep {
  CardHash card;
  std::string after;              // the last outbox key that was looked at
  std::vector<std::string> told;  // reissue.h
};

json::Value to_json(const Sweep& sweep) {
  return json::Object{{"card", to_hex(sweep.card)},
                      {"after", sweep.after},
                      {"told", json::Array(sweep.told.begin(), sweep.told.end())}};
}

Result<Sweep> sweep_from_json(const json::Value& value) {
  Sweep sweep;
  json::Reader in(value);
  sweep.card = in.fixed<CardTag>("card");
  sweep.after = in.text("after");
  sweep.told = in.texts_or_none("told", told_max);
  TRY_VOID(in.finish());
  return sweep;
}

// Space::reissue: acts of one conversation, in the order in which they were said.
struct Awaited {
  ActId act;
  Instant expires;    // when it would have become void for want of a receipt
  bool waits = true;  // for the receipt of its place; false: its void stands there
};

json::Value to_json(const std::vector<Awaited>& acts) {
  json::Array out;
  for (const Awaited& each : acts)
    out.push_back(json::Object{
        {"act", to_text(each.act)}, {"expires", to_text(each.expires)}, {"waits", each.waits}});
  return json::Object{{"acts", std::move(out)}};
}

Result<std::vector<Awaited>> load_awaited(Overlay& rows, const std::string& conversation) {
  std::vector<Awaited> acts;
  TRY(auto row, rows.get(Space::reissue, conversation));
  if (!row) return acts;
  json::Reader in(*std::move(row));
  in.objects_or_none("acts", limits::conversation_acts_max + limits::conversation_closing_acts_max,
                     [&](json::Reader& each) {
                       ActId act = each.id<ActId>("act");
                       Instant expires = each.instant("expires");
                       acts.push_back({act, expires, each.boolean_or("waits", true)});
                     });
  TRY_VOID(in.finish());
  return acts;
}

Result<void> tell_not_reissued(Work& work, const std::string& conversation, const ActId& act,
                               const std::string& why) {
  return work.raise({"not_reissued:" + to_text(act), "alarm", conversation,
                     "act " + to_text(act) +
                         " was made void when its key was revoked, and is not said anew (" + why +
                         "): draft it anew if it is still wanted"});
}

Result<void> tell_alert_lost(Work& work, const ActId& act, const std::string& why) {
  return work.raise({"not_reissued:" + to_text(act), "warn", to_text(act),
                     "alert " + to_text(act) +
                         " was made void when its key was revoked, and is not said anew (" + why +
                         "): comity alert share, if it is still wanted"});
}

Result<ActRow> load_act_row(Work& work, const ActId& act) {
  TRY(auto held, work.rows.get(Space::act, act_key(work.context.self, act)));
  if (!held) return fail(Code::corrupt, "an act of ours has no row");
  return act_row_from_json(*held);
}

// ---- the search

// The part of an outbox key before the place: the member's and the lane's.
std::string_view lane_of(std::string_view key) {
  return key.substr(0, key.find('/', key.find('/') + 1));
}

// Whether the partner takes this act before the card that revokes its key.
bool stands_before_card(const Sweep& sweep, std::string_view key) {
  return std::ranges::any_of(sweep.told, [&](const std::string& card) {
    return lane_of(card) == lane_of(key) && key <= card;
  });
}

// What belongs to no conversation. Law that was published is told again as it is by then: what the
// partner had taken, it knows again. An alert says the same anew: to take it twice changes nothing.
// Cards stand where they stand.
Result<bool> tell_again(Work& work, const MemberId& to, const OutboxRow& queued,
                        const ActRow& row) {
  TRY(std::string bytes, load_bytes(work, row.position));
  TRY(auto envelope, act::parse_envelope(bytes, limits::alert_act_bytes_max));
  TRY(act::Act act, act::parse_act(envelope.payload));
  if (act.kind != act::Kind::law && act.kind != act::Kind::alert) return false;
  TRY_VOID(post_void(work, to, queued.act, Voided::revoked));
  if (act.kind == act::Kind::law) TRY_VOID(tell_law_soon(work, to));
  if (act.kind == act::Kind::alert) {
    TRY(std::string why_not, tell_alert_again(work, act, queued.blobs));
    if (!why_not.empty()) TRY_VOID(tell_alert_lost(work, queued.act, why_not));
  }
  return true;
}

// True when a void was posted. What follows an act of its conversation that is said anew must not
// overtake it, whatever key signed it.
Result<bool> take_out(Work& work, const Sweep& sweep, const KeyedRow& row) {
  TRY(MemberId to, member_id_from_text(row.key.substr(0, row.key.find('/'))));
  TRY(PartnerPtr partner, know_partner(work.rows, to));
  if (partner->member.state != member::State::paired || stands_before_card(sweep, row.key))
    return false;
  TRY(json::Value value, json::parse(row.row.value));
  TRY(OutboxRow queued, outbox_row_from_json(value));
  TRY(ActRow act, load_act_row(work, queued.act));
  TRY(bool revoked, is_revoked(work, act.card));
  if (act.replaces) {
    if (revoked) TRY_VOID(renew_void(work, to, queued.act));
    return revoked;
  }
  TRY(auto awaited, load_awaited(work.rows, queued.conversation));
  if (!revoked && awaited.empty()) return false;
  TRY(auto known, load_conversation(work.rows, queued.conversation));
  if (!known) return tell_again(work, to, queued, act);
  awaited.push_back({.act = queued.act, .expires = queued.expires});
  work.rows.put(Space::reissue, queued.conversation, to_json(awaited));
  TRY_VOID(post_void(work, to, queued.act, Voided::revoked));
  return true;
}

}  // namespace

void begin_reissue(Work& work, const CardHash& next, const std::vector<std::string>& told) {
  work.rows.put(Space::self, std::string(self_reissue),
                to_json(Sweep{.card = next, .after = "", .told = told}));
}

Result<bool> void_revoked(Work& work) {
  TRY(auto row, work.rows.get(Space::self, self_reissue));
  if (!row) return false;
  TRY(Sweep sweep, sweep_from_json(*row));
  // The keys of that card are not in use yet, or nothing may be signed.
  if (sweep.card != work.context.card || !refuse_while_halted(work.rows.below())) return false;
  TRY(auto rows, work.rows.below().scan(Space::outbox, "", sweep.after, searched_per_tick));
  TRY_VOID(work.record({EntryType::card, "", "", {{"revoked_by", to_hex(sweep.card)}}, ""}));
  if (rows.empty()) {
    work.rows.erase(Space::self, std::string(self_reissue));
    return true;
  }
  sweep.after = rows.back().key;
  work.rows.put(Space::self, std::string(self_reissue), to_json(sweep));
  work.end_part();
  std::uint64_t voided = 0;
  for (const KeyedRow& each : rows) {
    TRY(bool posted, take_out(work, sweep, each));
    voided += posted ? 1 : 0;
    work.end_part();
  }
  work.add_to_first("voided", voided);
  return true;
}

Result<bool> awaits_reissue(Overlay& rows, const std::string& conversation, const ActId& act) {
  TRY(auto acts, load_awaited(rows, conversation));
  return std::ranges::find(acts, act, &Awaited::act) != acts.end();
}

Result<void> refuse_while_searched(Overlay& rows) {
  TRY(auto row, rows.get(Space::self, self_reissue));
  if (!row) return {};
  return fail(Code::busy,
              "a key was revoked a moment ago, and what it signed is still being made void: try "
              "again in a minute (comity status)");
}

Result<void> refuse_while_reissued(Overlay& rows, const std::string& conversation) {
  TRY(auto row, rows.get(Space::reissue, conversation));
  if (!row) return {};
  return fail(Code::busy,
              "a key was revoked, and what it signed in this conversation waits for the partner's "
              "receipt to be said anew: try again then (comity status)");
}

Result<void> lapse_reissue(Work& work, const ActId& act) {
  TRY(ActRow row, load_act_row(work, act));
  TRY(bool awaited, awaits_reissue(work.rows, row.conversation, act));
  if (!awaited) return {};
  return tell_not_reissued(work, row.conversation, act, "it could not be delivered in its time");
}

// ---- saying it anew

namespace {

struct Said {
  act::Act act;
  json::Object permit;  // under which it was sent
};

std::uint64_t number_in(const json::Object& object, const char* name) {
  auto found = object.find(name);
  return found == object.end() || !found->second.as_int()
             ? 0
             : static_cast<std::uint64_t>(*found->second.as_int());
}

Result<Said> load_said(Work& work, const ActRow& row) {
  TRY(Record record, load_record(work.rows.below(), row.position));
  TRY(auto envelope, act::parse_envelope(record.bytes));
  TRY(act::Act act, act::parse_act(envelope.payload));
  Said said{.act = std::move(act), .permit = {}};
  auto permit = record.about.find("permit");
  if (permit != record.about.end() && permit->second.as_object())
    said.permit = *permit->second.as_object();
  return said;
}

// References to acts of ours that were themselves said anew.
Result<void> move_refs(Work& work, std::vector<act::Ref>& refs) {
  for (act::Ref& ref : refs) {
    TRY(auto held, work.rows.get(Space::act, act_key(work.context.self, ref.act)));
    if (!held) continue;
    TRY(ActRow row, act_row_from_json(*held));
    if (row.reissued) ref.act = *row.reissued;
  }
  return {};
}

using Facts = std::vector<std::pair<std::string, std::string>>;

// What the author said of the case beside the act itself: the law was asked with it.
Result<Facts> facts_of_draft(Work& work, const json::Object& permit) {
  Facts facts;
  if (!permit.contains("drafted")) return facts;
  TRY(std::string bytes, load_bytes(work.rows.below(), number_in(permit, "drafted")));
  TRY(auto drafted, member::read_command(bytes, member::From::journal));
  const json::Value* given = drafted.command.args.find("facts");
  if (!given || !given->as_array()) return facts;
  for (const json::Value& each : *given->as_array()) {
    const json::Value *name = each.find("fact"), *value = each.find("value");
    if (name && name->as_string() && value && value->as_string())
      facts.emplace_back(*name->as_string(), *value->as_string());
  }
  return facts;
}

// The people who stood behind it stand behind the same words under another key, as long as what
// they gave is good: door two looks at all of it again.
Result<Proposal> propose_anew(Work& work, const Said& said) {
  act::Act act;
  act.kind = said.act.kind;
  act.from = said.act.from;
  act.to = said.act.to;
  act.lane = said.act.lane;
  act.refs = said.act.refs;
  act.route = said.act.route;
  act.handling = said.act.handling;
  act.body = said.act.body;
  TRY_VOID(move_refs(work, act.refs));
  OfficerId author;
  if (auto by = said.permit.find("author"); by != said.permit.end() && by->second.as_string()) {
    TRY(author, id_from_text<OfficerId>(*by->second.as_string()));
  }
  TRY(Facts facts, facts_of_draft(work, said.permit));
  TRY(Proposal proposal, propose_request(work, std::move(act), author, facts));
  proposal.act.route = said.act.route;
  proposal.approved_as = act::approval_subject(said.act);
  if (auto before = said.permit.find("approved_as");
      before != said.permit.end() && before->second.as_string()) {
    TRY(proposal.approved_as, hash_from_hex(*before->second.as_string()));
  }
  if (said.permit.contains("drafted")) proposal.drafted = number_in(said.permit, "drafted");
  if (auto given = said.permit.find("given");
      given != said.permit.end() && given->second.as_array())
    for (const json::Value& position : *given->second.as_array())
      if (position.as_int())
        proposal.given.push_back(static_cast<std::uint64_t>(*position.as_int()));
  if (auto other = said.permit.find("override"); other != said.permit.end()) {
    const json::Value* position = other->second.find("position");
    if (position && position->as_int()) {
      TRY(proposal.override_, load_override(work, static_cast<std::uint64_t>(*position->as_int())));
    }
  }
  if (auto alone = said.permit.find("single_officer"); alone != said.permit.end()) {
    const json::Value* reason = alone->second.find("reason");
    if (reason && reason->as_string()) proposal.alone = *reason->as_string();
  }
  return proposal;
}

// What hung on the conversation that the old opening act had begun.
Result<void> move_conversation(Work& work, const std::string& from, const ActId& opening) {
  std::string to = to_text(opening);
  TRY(auto old, load_conversation(work.rows, from));
  if (!old) return fail(Code::corrupt, "a conversation of ours is missing");
  work.rows.put(Space::conversation, from, json::Object{{"moved", to}});
  std::vector<std::string> trail = old->trail;
  trail.push_back(from);
  for (const std::string& each : trail)
    if (auto joined = join_trail(work, to, each); !joined) return std::unexpected(joined.error());
  TRY_VOID(move_review(work, from, to));
  for (const request::Link& link : old->state.links) {
    std::string served = to_text(link.conversation);
    TRY(auto other, load_conversation(work.rows, served));
    if (!other || link.relation != "serves") continue;
    TRY_VOID(
        apply_local(work, served, request::LinkMoved{old->state.conversation, {opening.bytes}}));
    TRY_VOID(apply_local(work, to, request::LinkOpened{link.conversation, "serves"}));
  }
  return work.raise({"reissued", "warn", to,
                     "a key was revoked before this had arrived: what was " + from +
                         " is said anew and goes on under this id"});
}

Result<void> say_anew(Work& work, const std::string& conversation, const ActId& act) {
  TRY(ActRow row, load_act_row(work, act));
  TRY(Said said, load_said(work, row));
  TRY(Proposal proposal, propose_anew(work, said));
  Instant expires = said.act.handling.expires.value_or(work.now + act_life);
  TRY(Permit permit, law_door(work, std::move(proposal)));
  TRY(Posted posted,
      post(work, std::move(permit), {.expires = expires, .actor = "", .reissues = act}));
  row.reissued = posted.act.id;
  work.rows.put(Space::act, act_key(work.context.self, act), to_json(row));
  if (conversation != to_text(act)) return {};
  return move_conversation(work, conversation, posted.act.id);
}

bool is_ours(Code code) {
  return code == Code::io || code == Code::corrupt || code == Code::conflict;
}

// In the order in which they were said. One that is lawful no more is told to people, and what
// followed it goes on by its own merits; without its opening act, nothing does.
Result<void> say_all_anew(Work& work, const std::string& conversation,
                          const std::vector<Awaited>& acts) {
  for (const Awaited& each : acts) {
    auto done = work.try_out([&] { return say_anew(work, conversation, each.act); });
    if (done) continue;
    if (is_ours(done.error().code)) return done;
    TRY_VOID(tell_not_reissued(work, conversation, each.act, done.error().what));
  }
  return {};
}

}  // namespace

Result<void> settle_reissue(Work& work, const std::string& conversation, const ActId& act,
                            Settled by) {
  TRY(auto acts, load_awaited(work.rows, conversation));
  auto found = std::ranges::find(acts, act, &Awaited::act);
  if (found == acts.end()) return {};
  // Its time is over once its timer has fired, which told people: lapse_reissue(). Until then a
  // receipt counts, however late.
  std::string timer = timer_key(found->expires, conversation, "undelivered:" + to_text(act));
  TRY(auto running, work.rows.get(Space::timer, timer));
  bool lapsed = !running;
  if (running) work.rows.erase(Space::timer, timer);
  if (lapsed && by == Settled::by_act)
    TRY_VOID(work.raise(
        {"delivered_after_all", "warn", conversation,
         "act " + to_text(act) + " was made void here, but the partner had received it"}));
  found->waits = false;
  if (lapsed || by == Settled::by_act) acts.erase(found);
  if (std::ranges::any_of(acts, &Awaited::waits)) {
    work.rows.put(Space::reissue, conversation, to_json(acts));
    return {};
  }
  work.rows.erase(Space::reissue, conversation);
  return say_all_anew(work, conversation, acts);
}

}  // namespace comity::node
