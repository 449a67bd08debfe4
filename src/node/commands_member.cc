// Partners: inviting them, comparing words, checking their mandates, ending it. And our own next
// card.
#include "member/pairing.h"

#include <algorithm>

#include "node/commands.h"
#include "node/outgoing.h"
#include "node/pairing.h"
#include "node/reissue.h"
#include "node/rows.h"
#include "node/witness.h"

namespace comity::node {
namespace {

member::Presented presented(const Work& work) {
  return {.card = work.context.card_envelope, .lineage = work.context.card_lineage};
}

// Asked before the ceremony begins: two humans should not compare words in vain.
Result<void> nickname_may_be(Work& work, const std::string& nickname, const MemberId& partner) {
  TRY_VOID(member::check_nickname(nickname));
  TRY(auto members, all_members(work.rows));
  // A member that was ended or frozen may pair anew under its old name.
  std::erase_if(members,
                [](const member::Member& each) { return each.state != member::State::paired; });
  return member::nickname_is_free(nickname, partner, members);
}

json::Value pairing_answer(const PairingRow& row) {
  json::Object out{{"invitation", to_text(row.ceremony.invitation.id)},
                   {"stage", member::stage_name(row.ceremony.stage)},
                   {"why", row.ceremony.why}};
  if (auto words = member::words(row.ceremony))
    out["words"] = json::Array(words->begin(), words->end());
  return out;
}

Result<void> invite(Work& work, const Order&, json::Reader& args, std::uint64_t) {
  std::string nickname = args.text("nickname");
  std::string endpoint = args.text("endpoint");
  std::int64_t minutes = args.integer_or("minutes", 60, 1, 7 * 24 * 60);
  TRY_VOID(args.finish());
  TRY_VOID(nickname_may_be(work, nickname, MemberId{}));
  TRY(auto own, member::read_card(work.context.card_envelope));
  if (own.card.tls_pins.empty()) return fail(Code::wrong_state, "our card has no TLS pin");
  TRY(auto ceremony,
      member::make_invitation(presented(work),
                              {.endpoint = endpoint,
                               .tls_pin = own.card.tls_pins.back(),
                               .expires = std::chrono::floor<std::chrono::seconds>(work.now) +
                                          std::chrono::minutes(minutes)},
                              work.now, work.random));
  PairingRow row{.ceremony = ceremony, .nickname = nickname, .pending = ""};
  json::Object answer = *pairing_answer(row).as_object();
  answer["text"] = member::to_text(ceremony.invitation);
  work.reply.body = std::move(answer);
  return save_ceremony(work, row);
}

Result<void> accept(Work& work, const Order&, json::Reader& args, std::uint64_t) {
  std::string nickname = args.text("nickname");
  std::string text = args.text("invitation");
  TRY_VOID(args.finish());
  TRY(auto invitation, member::invitation_from_text(text));
  TRY_VOID(nickname_may_be(work, nickname, invitation.inviter));
  TRY(auto held, work.rows.get(Space::pairing, to_text(invitation.id)));
  if (held) return fail(Code::exists, "this invitation is being answered already");
  TRY(auto step, member::answer_invitation(presented(work), invitation, work.now, work.random));
  PairingRow row{.ceremony = std::move(step.ceremony),
                 .nickname = nickname,
                 .pending = std::move(step.message)};
  work.reply.body = pairing_answer(row);
  return save_ceremony(work, row);
}

Result<void> confirm(Work& work, const Order& order, json::Reader& args, std::uint64_t) {
  std::string id = args.text("invitation");
  std::string verdict = args.one_of("verdict", {"match", "mismatch"});
  TRY_VOID(args.finish());
  TRY(auto held, work.rows.get(Space::pairing, id));
  if (!held) return fail(Code::not_found, "no pairing of this id is under way");
  TRY(PairingRow row, pairing_row_from_json(*held));
  TRY(auto step, member::finish(row.ceremony,
                                {.verdict = verdict == "match" ? member::Verdict::match
                                                               : member::Verdict::mismatch,
                                 .officer = order.command.command.officer},
                                work.context.act_key(), work.now));
  row.ceremony = std::move(step.ceremony);
  row.pending = std::move(step.message);
  work.reply.body = pairing_answer(row);
  return save_ceremony(work, row);
}

Result<void> check_mandate(Work& work, const Order& order, json::Reader& args, std::uint64_t) {
  MemberId id = args.fixed<MemberTag>("member");
  std::string measure = args.text("measure");
  auto method = member::method_from_name(args.text("method"));
  auto date = date_from_text(args.text("date"));
  std::string note = args.text_or("note", "");
  TRY_VOID(args.finish());
  if (!method) return std::unexpected(method.error());
  if (!date) return std::unexpected(date.error());
  TRY(member::Member partner, load_member(work.rows, id));
  TRY(member::Card card, member::current_card(partner));
  for (const member::Mandate& mandate : card.mandates) {
    if (mandate.measure != measure) continue;
    TRY(partner, member::record_check(partner,
                                      {.mandate = mandate,
                                       .checked_by = order.command.command.officer,
                                       .method = *method,
                                       .date = *date,
                                       .note = note},
                                      work.now));
    store_member(work.rows, partner);
    work.reply.body = json::Object{{"member", to_hex(id)}, {"measure", measure}, {"checked", true}};
    return {};
  }
  return fail(Code::not_found, partner.nickname + "'s card claims no mandate for " + measure);
}

Result<void> end_member(Work& work, const Order&, json::Reader& args, std::uint64_t) {
  MemberId id = args.fixed<MemberTag>("member");
  std::string why = args.text("why");
  TRY_VOID(args.finish());
  TRY(member::Member partner, load_member(work.rows, id));
  TRY(partner, member::end_membership(partner, why, work.now));
  store_member(work.rows, partner);
  TRY_VOID(resume_if_confirmed(work));
  work.effects.cards = true;
  work.reply.body =
      json::Object{{"member", to_hex(id)}, {"state", member::state_name(partner.state)}};
  return {};
}

// A newcomer is led from the first root to the one in office.
Result<void> lengthen_lineage(Work& work, const member::SignedCard& old,
                              const member::SignedCard& next) {
  if (next.root == old.root) return {};
  json::Array lineage;
  for (const std::string& each : work.context.card_lineage) lineage.emplace_back(each);
  if (lineage.size() == limits::card_lineage_max)
    return fail(Code::too_large, "the root has changed as often as a newcomer can be shown");
  lineage.emplace_back(old.envelope);
  work.rows.put(Space::self, std::string(self_lineage), std::move(lineage));
  return {};
}

// Whoever is being paired with was shown the card before, and would never be told of this one.
Result<void> end_ceremonies(Work& work) {
  std::vector<PairingRow> open;
  TRY_VOID(work.rows.scan(Space::pairing, "",
                          [&](const std::string&, const json::Value& row) -> Result<Overlay::Walk> {
                            TRY(auto pairing, pairing_row_from_json(row));
                            auto stage = pairing.ceremony.stage;
                            if (stage != member::Stage::ended && stage != member::Stage::paired)
                              open.push_back(std::move(pairing));
                            return Overlay::Walk::on;
                          }));
  for (PairingRow& row : open) {
    TRY(row.ceremony,
        member::cancel(row.ceremony, "our card changed meanwhile: begin a new pairing"));
    row.pending.clear();
    TRY_VOID(save_ceremony(work, row));
  }
  return {};
}

// Whether `next` is the first to say of a key for acts that it is revoked.
bool revokes(const member::Card& old, const member::Card& next) {
  return std::ranges::any_of(next.act_keys, [&](const member::ActKey& each) {
    auto before = std::ranges::find(old.act_keys, each.key, &member::ActKey::key);
    return each.revoked_at && before != old.act_keys.end() && !before->revoked_at;
  });
}

// Our next card: recorded here, and told to every partner as an act that needs no permit but the
// procedural one.
Result<void> take_own_card(Work& work, const Order&, json::Reader& args, std::uint64_t) {
  std::string envelope = args.text("card", limits::card_bytes_max);
  TRY_VOID(args.finish());
  TRY_VOID(refuse_old_card(work));
  TRY_VOID(refuse_while_searched(work.rows));
  TRY(auto old, member::read_card(work.context.card_envelope));
  TRY(auto next, member::read_card(envelope));
  TRY_VOID(member::check_succession(old, next));
  work.rows.put(Space::self, std::string(self_card),
                json::Object{{"hash", to_hex(next.hash)}, {"envelope", envelope}});
  TRY_VOID(lengthen_lineage(work, old, next));
  TRY_VOID(end_ceremonies(work));
  TRY_VOID(work.record({EntryType::card, "", "", {{"number", next.card.number}}, envelope}));
  std::vector<MemberId> partners;
  TRY_VOID(work.rows.scan(Space::member, "",
                          [&](const std::string&, const json::Value& row) -> Result<Overlay::Walk> {
                            TRY(auto partner, member::member_from_json(row));
                            if (partner.state == member::State::paired)
                              partners.push_back(partner.id);
                            return Overlay::Walk::on;
                          }));
  std::vector<std::string> told;
  for (const MemberId& partner : partners) {
    act::Act act;
    act.kind = act::Kind::card;
    act.from = work.context.self;
    act.to = partner;
    act.lane = act::Lane::urgent;
    act.body = json::Object{{"card", envelope}};
    TRY(Permit permit, law_door(work, {.act = std::move(act),
                                       .body = {},
                                       .kind = PermitKind::procedural,
                                       .author = {},
                                       .question = {},
                                       .measure = "",
                                       .named = {},
                                       .domestic_basis = "",
                                       .override_ = {},
                                       .may_be_alone = false,
                                       .alone = {}}));
    TRY(Posted posted,
        post(work, std::move(permit), {.expires = work.now + never_expires, .actor = ""}));
    const act::Act& sent = posted.act;
    told.push_back(outbox_key(sent.to, sent.lane, sent.epoch, sent.seq));
  }
  if (revokes(old.card, next.card)) begin_reissue(work, next.hash, told);
  work.effects.cards = true;
  work.reply.body = json::Object{{"card", to_hex(next.hash)},
                                 {"number", next.card.number},
                                 {"told", static_cast<std::uint64_t>(partners.size())}};
  return {};
}

}  // namespace

CarryOut member_command(std::string_view name) {
  if (name == "member.invite") return invite;
  if (name == "member.accept") return accept;
  if (name == "member.confirm") return confirm;
  if (name == "member.check") return check_mandate;
  if (name == "member.end") return end_member;
  if (name == "member.card") return take_own_card;
  return nullptr;
}

}  // namespace comity::node
