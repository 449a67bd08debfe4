#include "app/admin.h"

#include <algorithm>
#include <charconv>
#include <functional>
#include <map>

#include "act/envelope.h"
#include "app/admin_alert.h"
#include "app/admin_law.h"
#include "base/check.h"
#include "json/reader.h"
#include "law/provision.h"
#include "ledger/proof.h"
#include "member/pairing.h"
#include "node/bell.h"
#include "node/conversations.h"
#include "node/erasure.h"
#include "node/pairing.h"
#include "node/receipts.h"
#include "node/rows.h"
#include "node/tree.h"
#include "node/witness.h"

namespace comity::app {
namespace {

using node::Overlay;
using node::Space;

// Every row of a space, each made into what the officer may see.
Result<json::Value> list(
    node::View& view, Space space,
    const std::function<Result<json::Value>(const std::string&, const json::Value&)>& show) {
  json::Array out;
  Overlay rows(view);
  TRY_VOID(rows.scan(space, "",
                     [&](const std::string& key, const json::Value& row) -> Result<Overlay::Walk> {
                       TRY(json::Value shown, show(key, row));
                       out.push_back(std::move(shown));
                       return Overlay::Walk::on;
                     }));
  return out;
}

json::Value with_key(const char* name, const std::string& key, const json::Value& row) {
  json::Object out = *row.as_object();
  out[name] = key;
  return out;
}

// An alarm, and whom it has woken.
Result<json::Value> show_alarm(node::View& view, const std::string& key, const json::Value& row) {
  json::Value shown = with_key("alarm", key, row);
  TRY(node::Ringing alarm, node::ringing_from_row(row));
  TRY(auto held, Overlay(view).get(Space::ring, key));
  if (!held) return shown;
  TRY(node::RingRow rung, node::ring_row_from_json(*held));
  if (rung.raised != alarm.raised) return shown;  // of an earlier one
  json::Object out = *shown.as_object();
  out["rung"] = json::Object{{"step", rung.step + 1},
                             {"times", rung.times},
                             {"at", to_text(rung.at)},
                             {"outcome", rung.outcome}};
  return out;
}

// How many wait for somebody, and how many of those could last wake nobody.
Result<json::Value> count_alarms(node::View& view) {
  std::uint64_t open = 0, failed = 0;
  Overlay rows(view);
  auto each = [&](const std::string& key, const json::Value& row) -> Result<Overlay::Walk> {
    if (row.find("acknowledged_at")) return Overlay::Walk::on;
    ++open;
    TRY(json::Value shown, show_alarm(view, key, row));
    const json::Value* rung = shown.find("rung");
    if (rung && *rung->find("outcome") != json::Value("")) ++failed;
    return Overlay::Walk::on;
  };
  TRY_VOID(rows.scan(Space::alarm, "", each));
  return json::Object{{"unacknowledged", open}, {"hook_failed", failed}};
}

Result<json::Value> show_member(const std::string&, const json::Value& row) {
  TRY(auto member, member::member_from_json(row));
  TRY(auto card, member::current_card(member));
  json::Array mandates;
  for (const auto& mandate : card.mandates) {
    auto checked = member::mandate_checked(member, card, mandate.measure);
    mandates.push_back(json::Object{
        {"measure", mandate.measure},
        {"legal_basis", mandate.legal_basis},
        {"checked", checked.has_value()},
        {"method", checked ? json::Value(member::method_name(checked->method)) : json::Value()}});
  }
  return json::Object{{"id", to_hex(member.id)},
                      {"nickname", member.nickname},
                      {"name", card.name},
                      {"jurisdiction", card.jurisdiction},
                      {"role", member::role_name(card.role)},
                      {"state", member::state_name(member.state)},
                      {"why", member.why},
                      {"card", card.number},
                      {"callback", card.callback},
                      {"mandates", std::move(mandates)}};
}

Result<json::Value> show_pairing(const std::string& key, const json::Value& row) {
  TRY(auto pairing, node::pairing_row_from_json(row));
  json::Object out{
      {"invitation", key},
      {"nickname", pairing.nickname},
      {"side", pairing.ceremony.side == member::Side::inviter ? "inviter" : "acceptor"},
      {"stage", member::stage_name(pairing.ceremony.stage)},
      {"expires", to_text(pairing.ceremony.invitation.expires)},
      {"why", pairing.ceremony.why}};
  if (auto words = member::words(pairing.ceremony))
    out["words"] = json::Array(words->begin(), words->end());
  return out;
}

json::Array show_targets(const std::vector<request::TargetMark>& marks) {
  json::Array targets;
  for (const auto& target : marks) {
    json::Object shown{{"target", target.target},
                       {"status", request::status_name(target.status)},
                       {"etsi", request::etsi_status(target.status)}};
    if (target.preserved_until) shown["preserved_until"] = to_text(*target.preserved_until);
    for (auto [name, codes] :
         {std::pair{"categories", &target.categories}, {"asked", &target.asked}})
      if (!codes->empty()) shown[name] = json::Array(codes->begin(), codes->end());
    targets.push_back(std::move(shown));
  }
  return targets;
}

// What only we know of it: to whom it went at home, what was ordered, and which conversation is the
// order for it, or is what it was ordered for. Each member only where there is some.
void show_at_home(const request::State& state, json::Object& out) {
  json::Array orders, links;
  for (const auto& order : state.orders)
    orders.push_back(json::Object{{"authority_kind", order.authority_kind},
                                  {"decision", order.decision},
                                  {"instrument", to_hex(order.instrument)},
                                  {"recorded_at", to_text(order.recorded_at)}});
  for (const auto& link : state.links)
    links.push_back(json::Object{{"conversation", to_text(link.conversation)},
                                 {"relation", link.relation},
                                 {"targets", show_targets(link.marks)}});
  if (!state.forwarded_to.empty())
    out["forwarded_to"] = json::Array(state.forwarded_to.begin(), state.forwarded_to.end());
  if (!orders.empty()) out["orders"] = std::move(orders);
  if (!links.empty()) out["links"] = std::move(links);
  if (!state.lapsed.empty()) out["lapsed"] = json::Array(state.lapsed.begin(), state.lapsed.end());
}

json::Object show_state(const std::string& id, const node::Conversation& conversation) {
  const request::State& state = conversation.state;
  json::Array verbs;
  for (request::Verb verb : request::allowed(state)) verbs.push_back(request::verb_name(verb));
  request::OnTheClock clock = request::on_the_clock(state);
  json::Object on_the_clock{{"who", clock.who}, {"what", clock.what}, {"paused", clock.paused}};
  if (clock.due) on_the_clock["due"] = to_text(*clock.due);
  if (clock.lapses) on_the_clock["lapses"] = to_text(*clock.lapses);
  constexpr const char* roles[] = {"requester", "requested", "custodian"};
  json::Object out{{"conversation", id},
                   {"role", roles[static_cast<std::size_t>(state.role)]},
                   {"counterpart", to_hex(state.counterpart)},
                   {"phase", request::phase_name(state.phase)},
                   {"provision", conversation.provision},
                   {"from", conversation.from},
                   {"to", conversation.to},
                   {"offence", conversation.offence},
                   {"targets", show_targets(state.targets)},
                   {"may_say", std::move(verbs)},
                   {"on_the_clock", std::move(on_the_clock)}};
  show_at_home(state, out);
  return out;
}

struct Heard {
  ActId act;
  request::Verb verb = request::Verb::ask;
  Instant recorded_at;
  bool taken_back = false;  // it took no effect over there, and counts in no phase
};

// An act of ours that was taken back is no event of the conversation any more. The one that opened
// it is still what all of it is about. Absent when it is an event like others.
Result<std::optional<Heard>> opening_taken_back(node::View& view, const std::string& id,
                                                const node::Conversation& conversation) {
  if (!conversation.state.opener.empty()) return std::optional<Heard>();
  TRY(auto act, id_from_text<ActId>(id));
  bool order = conversation.provision.empty();
  TRY(auto entry, view.entry(conversation.opened));
  if (!entry) return fail(Code::corrupt, "the opening act of this conversation is missing");
  return std::optional(Heard{.act = act,
                             .verb = order ? request::Verb::order : request::Verb::ask,
                             .recorded_at = entry->recorded_at,
                             .taken_back = true});
}

// One act of a conversation, whole: what was said, when it was recorded, and its receipt.
Result<json::Value> show_act(const node::Context& context, node::View& view, const Heard& heard,
                             bool ours, const MemberId& counterpart) {
  const MemberId& sender = ours ? context.self : counterpart;
  TRY(auto row, view.get(Space::act, node::act_key(sender, heard.act)));
  if (!row) return fail(Code::corrupt, "an act of this conversation is missing");
  TRY(auto act_row, node::act_row_from_text(row->value));
  json::Object out{{"act", to_text(heard.act)},    {"verb", request::verb_name(heard.verb)},
                   {"by", ours ? "us" : "them"},   {"recorded_at", to_text(heard.recorded_at)},
                   {"standing", act_row.standing}, {"position", act_row.position}};
  if (heard.taken_back) out["taken_back"] = true;
  auto record = node::load_record(view, act_row.position);
  if (!record && record.error().code == Code::not_found) {
    out["erased"] = true;
    return out;
  }
  if (!record) return std::unexpected(record.error());
  TRY(auto envelope, act::parse_envelope(record->bytes));
  TRY(auto act, act::parse_act(envelope.payload));
  out["body"] = act.body;
  out["handling"] = act::to_json(act.handling);
  if (act.route) out["route"] = act::to_json(*act.route);
  if (auto verdict = record->about.find("verdict"); verdict != record->about.end())
    out["verdict"] = verdict->second;
  // Under which permit we sent it: the law's word, and who gave which approval.
  if (auto permit = record->about.find("permit"); permit != record->about.end())
    out["permit"] = permit->second;
  if (act_row.receipt) out["receipt_position"] = *act_row.receipt;
  return out;
}

// The reference that the requester gave it; null when its content has been erased.
Result<json::Value> reference_of(node::View& view, const node::Conversation& conversation) {
  auto record = node::load_record(view, conversation.opened);
  if (!record && record.error().code == Code::not_found) return json::Value();
  if (!record) return std::unexpected(record.error());
  TRY(auto envelope, act::parse_envelope(record->bytes));
  TRY(auto act, act::parse_act(envelope.payload));
  const json::Value* reference = act.body.find("reference");
  return reference ? *reference : json::Value();
}

std::string cite_of(const node::Context& context, const std::string& provision) {
  auto known = law::provision(context.corpus, provision);
  return known ? (*known)->cite : "";
}

Result<json::Value> show_conversation(const node::Context& context, node::View& view,
                                      const std::string& id) {
  Overlay rows(view);
  TRY(auto conversation, node::load_conversation(rows, id));
  if (!conversation) {
    TRY(auto remains, rows.get(Space::conversation, id));
    if (remains) return with_key("conversation", id, *remains);
  }
  if (!conversation) return fail(Code::not_found, "no such conversation; see: comity request list");
  json::Object out = show_state(id, *conversation);
  out["cite"] = cite_of(context, conversation->provision);
  const request::State& state = conversation->state;
  bool opened_by_us = state.role == request::Role::requester;
  std::multimap<Instant, json::Value> acts;  // equal times stay in the order of insertion
  TRY(auto never, opening_taken_back(view, id, *conversation));
  if (never) {
    TRY(json::Value shown, show_act(context, view, *never, opened_by_us, state.counterpart));
    acts.emplace(never->recorded_at, std::move(shown));
  }
  for (bool opener : {true, false})
    for (const auto& event : opener ? state.opener : state.other) {
      TRY(json::Value shown, show_act(context, view, {event.act, event.verb, event.recorded_at},
                                      opener == opened_by_us, state.counterpart));
      acts.emplace(event.recorded_at, std::move(shown));
    }
  json::Array said;
  for (auto& [at, act] : acts) said.push_back(std::move(act));
  out["acts"] = std::move(said);
  TRY(auto review, rows.get(Space::review, id));
  if (review) out["review"] = *review;
  return out;
}

Result<json::Value> show_draft(node::View& view, const std::string& key, const json::Value& row) {
  json::Object out = *row.as_object();
  out["draft"] = key;
  const json::Value* position = row.find("position");
  check(position && position->as_int(), "a draft has its position");
  TRY(auto record, node::load_record(view, static_cast<std::uint64_t>(*position->as_int())));
  TRY(auto command, member::read_command(record.bytes));
  out["says"] = command.command.args;
  Overlay rows(view);
  TRY(auto approvals, node::load_approvals(rows, key));
  json::Array approved;
  for (const member::SignedApproval& each : approvals) {
    json::Object shown = *member::to_json(each.approval).as_object();
    shown.erase("subject");
    approved.push_back(std::move(shown));
  }
  out["approved"] = std::move(approved);
  return out;
}

Result<json::Value> status(const node::Context& context, node::View& view) {
  TRY(node::Head head, view.head());
  json::Object out{{"member", to_hex(context.self)},          {"name", context.name},
                   {"jurisdiction", context.jurisdiction},    {"role", context.role},
                   {"corpus", to_hex(context.corpus.hash())}, {"ledger_size", head.size},
                   {"ledger_root", to_hex(head.root)}};
  TRY(out["alarms"], count_alarms(view));
  // Of a node that only was opened to be looked at, the context holds the base alone.
  TRY(auto corpus, view.get(Space::self, node::self_corpus));
  if (corpus) {
    TRY(out["corpus"], json::parse(corpus->value));
  }
  TRY(auto halt, view.get(Space::self, node::self_halt));
  if (halt) {
    TRY(out["halted"], json::parse(halt->value));
  }
  return out;
}

// The newest checkpoint of ours that partners have cosigned, with every cosignature of that size;
// ours alone if none.
Result<std::string> best_checkpoint(const node::Context& context, node::View& view,
                                    std::uint64_t least) {
  node::PartnerLog best;
  std::vector<node::PartnerLog> held;
  Overlay rows(view);
  TRY_VOID(rows.scan(Space::cosignature, "",
                     [&](const std::string&, const json::Value& row) -> Result<Overlay::Walk> {
                       TRY(auto log, node::partner_log_from_json(row));
                       if (log.head.size > best.head.size) best = log;
                       held.push_back(std::move(log));
                       return Overlay::Walk::on;
                     }));
  if (best.head.size < least || best.head.size == 0) {
    TRY_VOID(node::refuse_while_halted(view));
    TRY(node::Head head, view.head());
    return node::derive_checkpoint(context, head);
  }
  std::string merged = best.checkpoint;
  for (const auto& log : held) {
    if (log.head != best.head || log.checkpoint == best.checkpoint) continue;
    // Same text, other signature lines: append the lines that are not there yet.
    TRY(auto note, ledger::parse_note(log.checkpoint));
    TRY(auto have, ledger::parse_note(merged));
    for (const auto& line : note.signatures)
      if (std::ranges::find(have.signatures, line) == have.signatures.end())
        have.signatures.push_back(line);
    merged = have.bytes();
  }
  return merged;
}

Result<json::Value> proof_of(const node::Context& context, node::View& view,
                             std::uint64_t position) {
  TRY(auto entry, view.entry(position));
  if (!entry) return fail(Code::not_found, "the ledger has no such position");
  if (!entry->record)
    return fail(Code::not_found,
                "this record has been erased; its leaf stands, its content is gone");
  TRY(auto key, view.commitment_key(position));
  if (!key) return fail(Code::corrupt, "the record's key is missing");
  TRY(std::string checkpoint, best_checkpoint(context, view, position + 1));
  TRY(auto note, ledger::parse_checkpoint(checkpoint));
  TRY(auto path, node::inclusion_of(view, position, note.checkpoint.head.size));
  ledger::Proof proof{
      .extra = entry->leaf, .index = position, .path = std::move(path), .checkpoint = checkpoint};
  ledger::Record record{.bytes = to_bytes(as_bytes(*entry->record)), .key = {key->bytes}};
  return json::Object{{"position", position}, {"proof", proof.text()}, {"record", record.text()}};
}

Result<std::uint64_t> position_from_text(const std::string& text) {
  std::uint64_t position = 0;
  auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), position);
  if (error != std::errc() || end != text.data() + text.size())
    return fail(Code::bad_value, "a position is a number: 0 is the first entry", "position");
  return position;
}

enum class Of { act, receipt };  // which entry about an act

Result<json::Value> proof_of_act(const node::Context& context, node::View& view,
                                 const std::string& id, Of of) {
  TRY(auto act, id_from_text<ActId>(id));
  std::vector<MemberId> senders{context.self};
  Overlay rows(view);
  TRY_VOID(rows.scan(Space::member, "",
                     [&](const std::string& key, const json::Value&) -> Result<Overlay::Walk> {
                       if (auto member = member_id_from_text(key)) senders.push_back(*member);
                       return Overlay::Walk::on;
                     }));
  for (const MemberId& sender : senders) {
    TRY(auto row, view.get(Space::act, node::act_key(sender, act)));
    if (!row) continue;
    TRY(auto act_row, node::act_row_from_text(row->value));
    if (of == Of::receipt && !act_row.receipt)
      return fail(Code::not_found, sender == context.self
                                       ? "no receipt has come for this act yet"
                                       : "this act was sent to us: its sender has the receipt");
    std::uint64_t wanted = of == Of::receipt ? *act_row.receipt : act_row.position;
    auto value = proof_of(context, view, wanted);
    if (!value && value.error().code == Code::not_found) {
      TRY(auto by, node::erased_by(rows, act_row.conversation));
      if (by)
        return fail(Code::not_found, "the record of this act, position " + std::to_string(wanted) +
                                         ", was erased by entry " + std::to_string(*by) +
                                         "; its leaf stands, its content is gone");
    }
    if (!value) return std::unexpected(value.error());
    json::Object out = *value->as_object();
    out["act"] = id;
    // Under which permit we sent it: the law's word, and who gave which approval.
    TRY(node::Record record, node::load_record(view, act_row.position));
    if (auto permit = record.about.find("permit"); permit != record.about.end())
      out["permit"] = permit->second;
    if (act_row.receipt) out["receipt_position"] = *act_row.receipt;
    return out;
  }
  return fail(Code::not_found, "no act of this id was sent or received here");
}

// Our log's keys, and the cosignature keys of our partners, those in their overlap too: what a
// court needs to check a proof offline.
Result<json::Value> policy(const node::Context& context, node::View& view) {
  std::vector<ledger::VerifierKey> logs = node::own_log_keys(context), witnesses;
  Overlay rows(view);
  TRY_VOID(rows.scan(Space::member, "",
                     [&](const std::string&, const json::Value& row) -> Result<Overlay::Walk> {
                       TRY(auto member, member::member_from_json(row));
                       if (member.state != member::State::paired) return Overlay::Walk::on;
                       TRY(auto keys, node::witness_keys(rows, member.id, Instant{}));
                       witnesses.insert(witnesses.end(), keys.begin(), keys.end());
                       return Overlay::Walk::on;
                     }));
  TRY(std::string text, ledger::make_policy(logs, witnesses, witnesses.empty() ? 0 : 1));
  return json::Object{{"policy", text}};
}

Result<std::string> required(const net::Target& target, std::string_view name) {
  const std::string* value = target.parameter(name);
  if (!value) return fail(Code::missing_field, "the query needs " + std::string(name), "target");
  return *value;
}

}  // namespace

Result<json::Value> query(const node::Context& context, node::View& view,
                          const net::Target& target) {
  std::string_view what = target.segments.size() == 1 ? std::string_view(target.segments[0]) : "";
  auto as_is = [](const char* name) {
    return [name](const std::string& key, const json::Value& row) -> Result<json::Value> {
      return with_key(name, key, row);
    };
  };
  if (what == "status") return status(context, view);
  if (what.starts_with("law")) return law_query(context, view, target);
  if (what == "card") return json::Object{{"card", context.card_envelope}};
  if (what == "members") return list(view, Space::member, show_member);
  if (what == "officers") return list(view, Space::officer, as_is("officer"));
  if (what == "officer_changes") return list(view, Space::officer_change, as_is("change"));
  if (what == "reviews") return list(view, Space::review, as_is("conversation"));
  if (what == "pairings") return list(view, Space::pairing, show_pairing);
  if (what == "alarms")
    return list(view, Space::alarm, [&](const std::string& key, const json::Value& row) {
      return show_alarm(view, key, row);
    });
  if (what == "erasures") return list(view, Space::erasure, as_is("conversation"));
  if (what == "collections") return list(view, Space::collection, as_is("id"));
  if (what == "roads") return roads_query(context, view, target);
  if (what == "objects") return objects_query(context, view, target);
  if (what == "spread") return spread_query(context, view, target);
  if (what == "outbreak") return outbreak_query(context, view, target);
  if (what == "subscriptions") return subscriptions_query(view);
  if (what == "taxii_users")
    return list(
        view, Space::taxii_user,
        [](const std::string&, const json::Value& row) -> Result<json::Value> { return row; });
  if (what == "outbox") return list(view, Space::outbox, as_is("place"));
  if (what == "drafts")
    return list(view, Space::draft, [&](const std::string& key, const json::Value& row) {
      return show_draft(view, key, row);
    });
  if (what == "conversations")
    return list(view, Space::conversation,
                [&](const std::string& key, const json::Value& row) -> Result<json::Value> {
                  Overlay rows(view);
                  TRY(auto conversation, node::load_conversation(rows, key));
                  if (!conversation) return with_key("conversation", key, row);
                  json::Object shown = show_state(key, *conversation);
                  TRY(shown["reference"], reference_of(view, *conversation));
                  return shown;
                });
  if (what == "checkpoint") {
    TRY_VOID(node::refuse_while_halted(view));
    TRY(std::string text, best_checkpoint(context, view, 0));
    return json::Object{{"checkpoint", text}};
  }
  if (what == "policy") return policy(context, view);
  if (what == "conversation") {
    TRY(std::string id, required(target, "id"));
    return show_conversation(context, view, id);
  }
  if (what == "proof") {
    if (const std::string* position = target.parameter("position")) {
      TRY(std::uint64_t at, position_from_text(*position));
      return proof_of(context, view, at);
    }
    TRY(std::string id, required(target, "act"));
    return proof_of_act(context, view, id, target.parameter("receipt") ? Of::receipt : Of::act);
  }
  return fail(Code::not_found, "the node answers no such question", "target");
}

node::CommandGiven command_given(const std::string& body) {
  std::size_t end = body.find('\n');
  if (end == std::string::npos) return node::CommandGiven(body);
  return node::CommandGiven(body.substr(0, end), body.substr(end + 1));
}

}  // namespace comity::app
