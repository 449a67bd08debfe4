// The pairing ceremony over the network and at the officers' desks.
#include "member/pairing.h"

#include "json/reader.h"
#include "node/doors.h"
#include "node/law_acts.h"
#include "node/pairing.h"
#include "node/rows.h"

namespace comity::node {
namespace {

// Which ceremony a message belongs to; every message names its invitation.
Result<std::string> invitation_of(std::string_view message) {
  TRY(json::Value value, json::parse(message, {.bytes_max = limits::batch_bytes_max}));
  const json::Value* id = value.find("invitation");
  if (!id || !id->as_string())
    return fail(Code::missing_field, "a pairing message names its invitation", "/invitation");
  TRY(auto parsed, id_from_text<member::InvitationId>(*id->as_string()));
  return to_text(parsed);
}

// Once both officers have said that the words match, the partner is a member.
Result<void> conclude(Work& work, const PairingRow& row) {
  if (row.ceremony.stage != member::Stage::paired) return {};
  TRY(auto card, member::read_card(row.ceremony.partner->card));
  std::string key = to_hex(card.card.member);
  std::optional<member::Member> existing;
  TRY(auto held, work.rows.get(Space::member, key));
  if (held) {
    TRY(existing, member::member_from_json(*held));
    if (existing->state == member::State::paired) return {};
  }
  TRY(auto members, all_members(work.rows));
  TRY_VOID(member::nickname_is_free(row.nickname, card.card.member, members));
  TRY(member::Member paired, member::paired_member(row.ceremony, existing, row.nickname, work.now));
  store_member(work.rows, paired);
  work.effects.cards = true;
  work.effects.deliver.insert(paired.id);
  return tell_law_soon(work, paired.id);
}

}  // namespace

Result<std::vector<member::Member>> all_members(Overlay& rows) {
  std::vector<member::Member> members;
  TRY_VOID(rows.scan(Space::member, "",
                     [&](const std::string&, const json::Value& row) -> Result<Overlay::Walk> {
                       TRY(auto member, member::member_from_json(row));
                       members.push_back(std::move(member));
                       return Overlay::Walk::on;
                     }));
  return members;
}

json::Value to_json(const PairingRow& row) {
  return json::Object{{"ceremony", member::to_json(row.ceremony)},
                      {"nickname", row.nickname},
                      {"pending", row.pending}};
}

Result<PairingRow> pairing_row_from_json(const json::Value& value) {
  PairingRow row;
  json::Reader in(value);
  TRY(row.ceremony, member::ceremony_from_json(in.any("ceremony")));
  row.nickname = in.text("nickname");
  row.pending = in.text("pending", limits::batch_bytes_max);
  TRY_VOID(in.finish());
  return row;
}

Result<void> save_ceremony(Work& work, const PairingRow& row) {
  std::string id = to_text(row.ceremony.invitation.id);
  work.rows.put(Space::pairing, id, to_json(row));
  work.rows.put(Space::timer, timer_key(row.ceremony.invitation.expires, id, "pairing"),
                json::Object{});
  work.effects.pairing = true;
  return conclude(work, row);
}

Result<void> receive_pairing(Work& work, const PairingArrived& in) {
  TRY(std::string id, invitation_of(in.bytes));
  TRY(auto held, work.rows.get(Space::pairing, id));
  if (!held) return fail(Code::not_found, "no invitation of this id is open here");
  TRY(PairingRow row, pairing_row_from_json(*held));
  TRY(member::Step step, member::receive(row.ceremony, in.bytes, work.now));
  bool unchanged = step.ceremony == row.ceremony;
  work.reply.text = step.message;
  if (unchanged) return {};
  row.ceremony = std::move(step.ceremony);
  // The acceptor speaks first in every exchange: its answer goes out by itself; the inviter's is
  // the reply. A confirm calls for no answer, and must not push out our own that still waits.
  if (row.ceremony.side == member::Side::acceptor && !step.message.empty()) {
    row.pending = step.message;
    work.reply.text.clear();
  }
  TRY_VOID(work.record({EntryType::pairing,
                        "",
                        "",
                        {{"invitation", id}, {"stage", member::stage_name(row.ceremony.stage)}},
                        in.bytes}));
  return save_ceremony(work, row);
}

Result<void> pairing_answered(Work& work, const PairingAnswered& in) {
  TRY(auto held, work.rows.get(Space::pairing, in.invitation));
  if (!held) return {};
  TRY(PairingRow row, pairing_row_from_json(*held));
  if (row.pending != in.sent) return {};
  row.pending.clear();
  work.rows.put(Space::pairing, in.invitation, to_json(row));
  TRY_VOID(work.record(
      {EntryType::pairing, "", "", {{"invitation", in.invitation}, {"sent", true}}, ""}));
  if (in.answer.empty()) return {};
  return receive_pairing(work, {in.pin, in.answer});
}

}  // namespace comity::node
