// Drafting, approving and sending acts, and what is recorded about a conversation without being
// said.
#include "base/check.h"
#include "json/reader.h"
#include "law/provision.h"
#include "law/report.h"
#include "member/plain.h"
#include "node/commands.h"
#include "node/conversations.h"
#include "node/outgoing.h"
#include "node/review.h"
#include "node/rows.h"

namespace comity::node {
namespace {

struct Draft {
  act::Act act;
  std::vector<std::pair<std::string, std::string>> facts;
  std::string link;  // a conversation of ours that this one serves; may be empty
};

Draft read_draft(const Work& work, json::Reader& args) {
  Draft draft;
  draft.act.kind = act::Kind::request;
  draft.act.from = work.context.self;
  draft.act.to = args.fixed<MemberTag>("to");
  if (auto lane = act::lane_from_name(args.one_of("lane", {"urgent", "normal", "bulk"})))
    draft.act.lane = *lane;
  args.objects_or_none("refs", limits::refs_max, [&](json::Reader& each) {
    std::string rel = each.one_of("rel", {"conversation", "in_reply_to", "follows"});
    draft.act.refs.push_back({std::move(rel), each.id<ActId>("act")});
  });
  std::string provision = args.text_or("provision", "");
  if (!provision.empty()) draft.act.route = act::Route{work.context.corpus.hash(), provision, {}};
  args.objects_or_none("facts", law::facts_max, [&](json::Reader& each) {
    std::string name = each.text("fact");
    draft.facts.emplace_back(std::move(name), each.text("value"));
  });
  if (args.has("handling")) {
    if (auto handling = act::handling_from_json(args.any("handling")))
      draft.act.handling = *handling;
    else
      args.refuse("handling", handling.error().code, handling.error().what);
  }
  draft.act.body = args.any("body");
  draft.link = args.text_or("link", "");
  return draft;
}

// The proposal, with the commitment to the law's decision that the approvals will bind.
Result<Proposal> propose(Work& work, Draft draft, const OfficerId& author) {
  TRY(Proposal proposal, propose_request(work, std::move(draft.act), author, draft.facts));
  if (proposal.question && proposal.act.route) {
    TRY(Verdict verdict, verdict_on(work.context.corpus, *proposal.question,
                                    proposal.act.route->provision, Commit::yes));
    proposal.act.route->decision = *verdict.commitment;
  }
  return proposal;
}

Result<void> link_conversations(Work& work, const std::string& served, const act::Act& act) {
  if (served.empty()) return {};
  TRY(auto other, id_from_text<ConversationId>(served));
  ConversationId own = act::conversation_of(act);
  TRY_VOID(apply_local(work, served, request::LinkOpened{own, "served_by"}));
  return apply_local(work, to_text(own), request::LinkOpened{other, "serves"});
}

Result<void> send(Work& work, Permit permit, const std::string& link, const Order& order) {
  Instant expires = permit.act().handling.expires.value_or(work.now + act_life);
  if (expires <= work.now) return fail(Code::expired, "this act's handling has expired");
  bool review_owed = permit.review_owed();
  json::Object record = permit.record();
  TRY(Posted sent, post(work, std::move(permit), {.expires = expires, .actor = order.officer}));
  TRY_VOID(link_conversations(work, link, sent.act));
  std::string conversation = to_text(act::conversation_of(sent.act));
  if (review_owed) owe_review(work, conversation, order.officer);
  work.reply.body = json::Object{
      {"act", to_text(sent.act.id)},
      {"conversation", conversation},
      {"phase", sent.phase ? json::Value(request::phase_name(*sent.phase)) : json::Value()},
      {"permit", std::move(record)}};
  return {};
}

// What the law said on the day of the draft, for whoever approves it; door two asks anew.
Result<void> note_law(Work& work, const Proposal& proposal, json::Object& row) {
  if (!proposal.question || !proposal.act.route) return {};
  TRY(Verdict verdict,
      verdict_on(work.context.corpus, *proposal.question, proposal.act.route->provision));
  row["law"] = to_json(verdict, work.context.corpus);
  if (auto warnings = law::holder_warnings(work.context.corpus, *proposal.question);
      !warnings.empty())
    row["warnings"] = law::to_json(warnings);
  row["unconfirmed"] = verdict.confidence == law::Confidence::unconfirmed;
  if (verdict.state == law::State::open) return {};
  std::string bar = bar_to_override(verdict, own_side(work, *proposal.question));
  row["may_override"] = bar.empty();
  if (!bar.empty()) row["why_not"] = std::move(bar);
  return {};
}

Result<void> draft_act(Work& work, const Order& order, json::Reader& args, std::uint64_t position) {
  Draft draft = read_draft(work, args);
  TRY_VOID(args.finish());
  std::string link = draft.link;
  const OfficerId& author = order.command.command.officer;
  TRY(Proposal proposal, propose(work, std::move(draft), author));
  TRY_VOID(check_link(work, link, *proposal.body));
  TRY(auto notices, try_request(work, proposal));
  std::string id = to_text(order.command.command.id);
  json::Object row{{"position", position},
                   {"subject", to_hex(act::approval_subject(proposal.act))},
                   {"author", order.officer},
                   {"to", to_hex(proposal.act.to)},
                   {"drafted_at", to_text(work.now)}};
  if (proposal.act.route) row["route"] = act::to_json(*proposal.act.route);
  json::Array needs;
  for (const member::Need& need : needs_of(proposal.kind))
    needs.push_back(member::officer_role_name(need.as));
  row["needs"] = std::move(needs);
  row["approvals"] = json::Array(proposal.named.begin(), proposal.named.end());
  row["procedural"] = proposal.kind == PermitKind::procedural;
  json::Array told;
  for (const request::PersonNotice& each : notices)
    told.push_back(json::Object{{"code", each.code}, {"text", each.text}});
  row["notices"] = std::move(told);
  TRY_VOID(note_law(work, proposal, row));
  json::Object answer = row;
  answer["draft"] = id;
  work.rows.put(Space::draft, id, std::move(row));
  work.reply.body = std::move(answer);
  return {};
}

struct HeldDraft {
  std::uint64_t position = 0;
  Hash subject;
  OfficerId author;
  json::Value route;
  bool unconfirmed = false;
  std::optional<std::uint64_t> override_;  // position of counsel's command
};

Result<HeldDraft> load_draft(Work& work, const std::string& id) {
  TRY(auto row, work.rows.get(Space::draft, id));
  if (!row) return fail(Code::not_found, "no such draft; see: comity request list");
  HeldDraft held;
  json::Reader in(*row);
  held.position =
      static_cast<std::uint64_t>(in.integer("position", 0, (std::int64_t{1} << 53) - 1));
  held.subject = in.hash("subject");
  held.author = in.id<OfficerId>("author");
  std::ignore = in.text("to");
  std::ignore = in.text("drafted_at");
  held.unconfirmed = in.boolean_or("unconfirmed", false);
  if (in.has("route")) held.route = in.any("route");
  in.object_if("override", [&](json::Reader& each) {
    std::ignore = each.text("by");
    std::ignore = each.text("expires");
    held.override_ =
        static_cast<std::uint64_t>(each.integer("position", 0, (std::int64_t{1} << 53) - 1));
  });
  std::ignore = in.texts_or_none("needs", 4);
  std::ignore = in.texts_or_none("approvals", limits::approval_gives_max);
  for (const char* told : {"procedural", "notices", "law", "warnings", "may_override", "why_not"})
    if (in.has(told)) std::ignore = in.any(told);
  TRY_VOID(in.finish());
  return held;
}

// What an approval is given as, and what it says it gives, must be its officer's; what it says it
// has seen must be something that comes on paper.
Result<void> check_given(Work& work, const member::Approval& approval) {
  TRY(OfficerPtr known, know_officer(work.rows, approval.officer));
  check(known != nullptr, "who gives a command works here");
  const member::Officer& officer = known->officer;
  if (!officer.roles.contains(approval.as))
    return fail(Code::not_allowed,
                "this officer is no " + std::string(member::officer_role_name(approval.as)) +
                    ", and cannot approve as one; who is what: comity user list");
  for (const std::string& name : approval.gives) {
    TRY_VOID(work.context.corpus.approval(name));
    if (!officer.gives.contains(name))
      return fail(Code::not_allowed, "this officer does not hold the approval \"" + name +
                                         "\"; who holds which: comity user list");
  }
  for (const member::Instrument& each : approval.instruments) {
    TRY(law::ApprovalId id, work.context.corpus.approval(each.approval));
    if (!work.context.corpus.on_paper(id))
      return fail(Code::bad_value,
                  "the approval \"" + each.approval + "\" is given by an officer, not on paper");
    if (each.date > date_of(work.now))
      return fail(Code::bad_value, "an instrument bears a date that has come", "/instruments");
  }
  return {};
}

constexpr std::int64_t approval_hours_max = limits::approval_life_max.count();

struct OverrideArgs {
  std::string draft, reason;
  Hash subject;
  std::int64_t hours = 24;
};

Result<OverrideArgs> read_override(json::Reader& args) {
  OverrideArgs out;
  out.draft = args.text("draft");
  out.subject = args.hash("subject");
  out.reason = args.text("reason", limits::approval_reason_bytes_max);
  out.hours = args.integer_or("hours", 24, 1, approval_hours_max);
  TRY_VOID(args.finish());
  TRY_VOID(member::check_plain(out.reason, "/reason", limits::approval_reason_bytes_max));
  return out;
}

}  // namespace

Result<Override> load_override(Work& work, std::uint64_t position) {
  TRY(Record record, load_record(work.rows.below(), position));
  TRY(auto given, member::read_command(record.bytes, member::From::journal));
  json::Reader args(given.command.args);
  TRY(OverrideArgs said, read_override(args));
  return Override{.counsel = given.command.officer,
                  .key = given.key,
                  .position = position,
                  .reason = std::move(said.reason),
                  .at = record.recorded_at,
                  .expires = record.recorded_at + std::chrono::hours(said.hours)};
}

namespace {

// Who has set foreign law aside is not the second person as well, and the second person knows of
// it.
Result<void> check_against_override(Work& work, const Order& order, const HeldDraft& held,
                                    bool acknowledged) {
  if (!held.override_) return {};
  TRY(Override given, load_override(work, *held.override_));
  if (given.key == order.command.key || given.counsel == order.command.command.officer)
    return fail(Code::not_allowed, "who overrides does not approve: ask a third person");
  if (!acknowledged)
    return fail(Code::not_approved,
                "counsel has set aside what closed this road; read why (comity request show), then "
                "approve with --acknowledge-override");
  return {};
}

Result<void> approve(Work& work, const Order& order, json::Reader& args, std::uint64_t position) {
  std::string id = args.text("draft");
  std::string envelope = args.text("approval");
  bool acknowledged = args.boolean_or("acknowledge_unconfirmed", false);
  bool overridden = args.boolean_or("acknowledge_override", false);
  TRY_VOID(args.finish());
  TRY(HeldDraft held, load_draft(work, id));
  TRY(auto approval, member::read_approval(envelope));
  if (approval.key != order.command.key ||
      approval.approval.officer != order.command.command.officer)
    return fail(Code::wrong_sender, "an approval is handed in by the officer who signed it");
  if (approval.approval.subject != held.subject)
    return fail(Code::not_approved, "this approval is of other content than the draft");
  if (approval.approval.officer == held.author)
    return fail(Code::not_allowed, "who drafts does not approve: ask a second person");
  TRY_VOID(check_against_override(work, order, held, overridden));
  TRY_VOID(check_given(work, approval.approval));
  if (held.unconfirmed && !acknowledged)
    return fail(Code::not_approved,
                "the law behind this draft is unconfirmed in part; look at it, then approve with "
                "--acknowledge-unconfirmed");
  work.rows.put(Space::approval, id + "/" + order.officer, json::Object{{"position", position}});
  work.reply.body = json::Object{{"draft", id},
                                 {"approved_by", order.officer},
                                 {"expires", to_text(approval.approval.expires)}};
  return {};
}

struct Restored {
  Proposal proposal;
  std::string link;
};

// The draft as its author wrote it, read back from the journal.
Result<Restored> restore(Work& work, const HeldDraft& held) {
  TRY(std::string bytes, load_bytes(work, held.position));
  TRY(auto drafted, member::read_command(bytes, member::From::journal));
  json::Reader inner(std::move(drafted.command.args));
  Draft draft = read_draft(work, inner);
  TRY_VOID(inner.finish());
  std::string link = draft.link;
  TRY(Proposal proposal, propose_request(work, std::move(draft.act), held.author, draft.facts));
  // What was approved is what is sent: the route as it was drafted, whatever day it is now. Door
  // two decides anew.
  if (!held.route.is_null()) {
    TRY(proposal.act.route, act::route_from_json(held.route));
  }
  return Restored{std::move(proposal), std::move(link)};
}

Result<void> forget_approvals(Work& work, const std::string& draft) {
  std::vector<std::string> keys;
  TRY_VOID(work.rows.scan(Space::approval, draft + "/",
                          [&](const std::string& key, const json::Value&) -> Result<Overlay::Walk> {
                            keys.push_back(key);
                            return Overlay::Walk::on;
                          }));
  for (std::string& key : keys) work.rows.erase(Space::approval, std::move(key));
  return {};
}

// Counsel sets aside foreign or unconfirmed law that closes the road. Approvals given before knew
// nothing of it, and are asked for anew.
Result<void> override_law(Work& work, const Order& order, json::Reader& args,
                          std::uint64_t position) {
  TRY(OverrideArgs said, read_override(args));
  TRY(HeldDraft held, load_draft(work, said.draft));
  if (held.subject != said.subject)
    return fail(Code::not_approved, "this override is of other content than the draft");
  TRY(auto row, work.rows.get(Space::officer, to_text(held.author)));
  check(row.has_value(), "a draft's author works here");
  TRY(member::Officer author, member::officer_from_json(*row));
  if (author.id == order.command.command.officer || author.key == order.command.key)
    return fail(Code::not_allowed, "who drafts does not override: ask another counsel");
  TRY(Restored draft, restore(work, held));
  if (!draft.proposal.question || !draft.proposal.act.route)
    return fail(Code::no_permit, "no foreign law holds this back: there is nothing to override");
  TRY(Verdict verdict, verdict_on(work.context.corpus, *draft.proposal.question,
                                  draft.proposal.act.route->provision));
  std::string bar = bar_to_override(verdict, own_side(work, *draft.proposal.question));
  if (!bar.empty()) return fail(Code::no_permit, "this cannot be overridden: " + bar);

  Instant expires = work.now + std::chrono::hours(said.hours);
  TRY(auto changed, work.rows.get(Space::draft, said.draft));
  (*changed->as_object())["override"] =
      json::Object{{"by", order.officer}, {"position", position}, {"expires", to_text(expires)}};
  work.rows.put(Space::draft, said.draft, *changed);
  TRY_VOID(forget_approvals(work, said.draft));
  work.reply.body = json::Object{{"draft", said.draft},
                                 {"overridden_by", order.officer},
                                 {"expires", to_text(expires)},
                                 {"sets_aside", verdict.reasons}};
  return {};
}

Result<void> send_draft(Work& work, const Order& order, json::Reader& args, std::uint64_t) {
  std::string id = args.text("draft");
  std::string alone = args.text_or("alone", "", limits::approval_reason_bytes_max);
  TRY_VOID(args.finish());
  TRY(HeldDraft held, load_draft(work, id));
  TRY(Restored draft, restore(work, held));
  draft.proposal.draft = id;
  draft.proposal.drafted = held.position;
  if (held.override_) {
    TRY(draft.proposal.override_, load_override(work, *held.override_));
  }
  if (!alone.empty()) {
    TRY_VOID(member::check_plain(alone, "/alone", limits::approval_reason_bytes_max));
    if (held.author != order.command.command.officer)
      return fail(Code::not_allowed, "who sends alone is who drafted it");
    draft.proposal.alone = std::move(alone);
  }
  TRY_VOID(check_link(work, draft.link, *draft.proposal.body));
  TRY(Permit permit, law_door(work, std::move(draft.proposal)));
  if (permit.subject() != held.subject)
    return fail(Code::not_approved, "the draft no longer says what was approved; draft it anew");
  work.rows.erase(Space::draft, id);
  // An approval is good for one sending, however often the same is drafted.
  TRY_VOID(forget_approvals(work, id));
  return send(work, std::move(permit), draft.link, order);
}

// For what needs no second person: receipts of the desk, questions, refusals, withdrawals.
Result<void> say(Work& work, const Order& order, json::Reader& args, std::uint64_t) {
  Draft draft = read_draft(work, args);
  TRY_VOID(args.finish());
  std::string link = draft.link;
  TRY(Proposal proposal, propose(work, std::move(draft), order.command.command.officer));
  if (proposal.kind != PermitKind::procedural)
    return fail(Code::not_approved,
                "this needs a second person: draft it, have it approved, then send it");
  TRY(Permit permit, law_door(work, std::move(proposal)));
  return send(work, std::move(permit), link, order);
}

Result<void> cancel(Work& work, const Order&, json::Reader& args, std::uint64_t) {
  std::string id = args.text("draft");
  TRY_VOID(args.finish());
  TRY_VOID(load_draft(work, id));
  TRY_VOID(forget_approvals(work, id));
  work.rows.erase(Space::draft, id);
  work.reply.body = json::Object{{"draft", id}, {"cancelled", true}};
  return {};
}

Result<void> note(Work& work, const Order&, json::Reader& args, std::uint64_t) {
  std::string conversation = args.text("conversation");
  std::string what = args.one_of("event", {"forwarded", "order_recorded"});
  std::string authority = args.text("authority_kind");
  request::LocalEvent event = request::ForwardedDomestically{authority};
  if (what == "order_recorded")
    event = request::OrderRecorded{
        .authority_kind = authority,
        .instrument = args.hash("instrument"),
        .decision = args.one_of("decision", {"granted", "limited", "refused"})};
  TRY_VOID(args.finish());
  TRY_VOID(apply_local(work, conversation, event));
  work.reply.body = json::Object{{"conversation", conversation}, {"recorded", what}};
  return {};
}

}  // namespace

CarryOut act_command(std::string_view name) {
  if (name == "request.draft") return draft_act;
  if (name == "request.approve") return approve;
  if (name == "request.override") return override_law;
  if (name == "request.send") return send_draft;
  if (name == "request.review") return review;
  if (name == "request.say") return say;
  if (name == "request.cancel") return cancel;
  if (name == "request.note") return note;
  return nullptr;
}

}  // namespace comity::node
