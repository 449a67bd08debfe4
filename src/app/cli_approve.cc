// comity request approve, override, review, send, cancel, note: what people decide on a draft, and
// what is recorded about a conversation without being said.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iterator>

#include "app/cli_request.h"
#include "crypto/hash.h"

namespace comity::app {
namespace {

// The role said, else the only one of the officer's that the draft still lacks, else the only one
// the officer has.
Result<member::OfficerRole> approving_role(const std::string& said, const json::Value& officer,
                                           const json::Value& draft) {
  if (!said.empty()) return member::officer_role_from_name(said);
  std::set<std::string> own = words_at(officer, "roles"), missing = words_at(draft, "needs");
  for (const char* other : {"author", "admin"}) own.erase(other);
  for (const json::Value& given : *draft.find("approved")->as_array())
    missing.erase(*given.find("as")->as_string());
  std::set<std::string> both;
  std::ranges::set_intersection(own, missing, std::inserter(both, both.end()));
  const std::set<std::string>& left = both.size() == 1 ? both : own;
  if (left.size() == 1) return member::officer_role_from_name(*left.begin());
  if (own.empty()) return fail(Code::not_allowed, "this officer is neither approver nor counsel");
  return fail(Code::bad_value, "say in which role you approve: --as-role approver or counsel");
}

// "judge=order.pdf" with --authority and --dated.
Result<std::vector<member::Instrument>> instruments_from(const RequestArgs& args) {
  if (args.instrument.empty()) return std::vector<member::Instrument>{};
  std::size_t equals = args.instrument.find('=');
  if (equals == std::string::npos)
    return fail(Code::bad_value, "write --instrument APPROVAL=FILE", args.instrument);
  if (args.authority.empty() || args.dated.empty())
    return fail(Code::bad_value, "say who signed the document and when: --authority, --dated");
  TRY(std::string document, read_file(args.instrument.substr(equals + 1)));
  TRY(Date date, date_from_text(args.dated));
  return std::vector<member::Instrument>{{.approval = args.instrument.substr(0, equals),
                                          .authority = args.authority,
                                          .date = date,
                                          .document = crypto::sha256(as_bytes(document))}};
}

Result<Desk::Approve> approval_from(const RequestArgs& args, const json::Value& officer,
                                    const json::Value& draft) {
  TRY(Hash subject, hash_from_hex(*draft.find("subject")->as_string()));
  TRY(auto as, approving_role(args.as_role, officer, draft));
  TRY(auto instruments, instruments_from(args));
  Desk::Approve approval{.subject = subject,
                         .reason = args.reason,
                         .good_for = std::chrono::hours(args.hours),
                         .as = as,
                         .gives = {args.gives.begin(), args.gives.end()},
                         .instruments = std::move(instruments)};
  // Unsaid: of what the draft asks for, all that this officer holds.
  if (args.gives.empty())
    std::ranges::set_intersection(words_at(officer, "gives"), words_at(draft, "approvals"),
                                  std::inserter(approval.gives, approval.gives.end()));
  return approval;
}

Result<void> approve(Session& session, const RequestArgs& args) {
  TRY(Working work, begin(session));
  TRY(json::Value draft, find_draft(work.client, args.draft));
  TRY(json::Value officer, find_officer(work.client, to_text(work.desk.officer())));
  TRY(Desk::Approve approval, approval_from(args, officer, draft));
  TRY(json::Value answer,
      work.client.command(work.desk.sign_command(
          "request.approve", {{"draft", args.draft},
                              {"approval", work.desk.sign_approval(approval)},
                              {"acknowledge_unconfirmed", args.acknowledge_unconfirmed},
                              {"acknowledge_override", args.acknowledge_override}})));
  session.print(answer, [&] {
    std::string gave;
    for (const std::string& name : approval.gives) gave += (gave.empty() ? ": " : ", ") + name;
    return fmt::format("Approved as {}{}. Send it with: comity request send {}\n",
                       member::officer_role_name(approval.as), gave, args.draft);
  });
  return {};
}

Result<void> override_law(Session& session, const RequestArgs& args) {
  TRY(Working work, begin(session));
  TRY(json::Value draft, find_draft(work.client, args.draft));
  TRY(json::Value answer, work.client.command(work.desk.sign_command(
                              "request.override", {{"draft", args.draft},
                                                   {"subject", *draft.find("subject")},
                                                   {"reason", args.reason},
                                                   {"hours", args.hours}})));
  session.print(answer, [&] {
    return fmt::format(
        "Set aside: {}\nA third person approves, knowing of it:\n"
        "  comity request approve {} --reason \"...\" --acknowledge-override\n",
        *answer.find("sets_aside")->as_string(), args.draft);
  });
  return {};
}

Result<void> review(Session& session, const RequestArgs& args) {
  TRY(Working work, begin(session));
  TRY(json::Value answer, work.client.command(work.desk.sign_command(
                              "request.review", {{"conversation", args.conversation},
                                                 {"verdict", args.verdict},
                                                 {"reason", args.reason}})));
  session.print(answer, [&] {
    bool told = *answer.find("told") == json::Value(true);
    return std::string(told ? "Reviewed, and withdrawn.\n" : "Reviewed.\n");
  });
  return {};
}

Result<void> send(Session& session, const RequestArgs& args) {
  TRY(Working work, begin(session));
  json::Object said{{"draft", args.draft}};
  if (!args.alone.empty()) said["alone"] = args.alone;
  TRY(json::Value answer,
      work.client.command(work.desk.sign_command("request.send", std::move(said))));
  session.print(answer, [&] {
    return fmt::format("On its way. Follow it with: comity request show {}\n",
                       *answer.find("conversation")->as_string());
  });
  return {};
}

Result<void> cancel(Session& session, const RequestArgs& args) {
  TRY(Working work, begin(session));
  TRY(json::Value answer,
      work.client.command(work.desk.sign_command("request.cancel", {{"draft", args.draft}})));
  session.print(answer, [] { return std::string("Cancelled; nothing was sent.\n"); });
  return {};
}

Result<void> note(Session& session, const RequestArgs& args) {
  TRY(Working work, begin(session));
  json::Object body{{"conversation", args.conversation},
                    {"event", args.event},
                    {"authority_kind", args.authority}};
  if (!args.decision.empty()) body["decision"] = args.decision;
  if (!args.instrument.empty()) {
    TRY(std::string document, read_file(args.instrument));
    body["instrument"] = to_hex(crypto::sha256(as_bytes(document)));
  }
  TRY(json::Value answer,
      work.client.command(work.desk.sign_command("request.note", std::move(body))));
  session.print(answer, [] { return std::string("Recorded.\n"); });
  return {};
}

}  // namespace

void add_deciding_commands(const AddRequest& add, const std::shared_ptr<RequestArgs>& args) {
  CLI::App* approving = add("approve", "approve a draft of somebody else", approve);
  approving->add_option("draft", args->draft)->required();
  approving->add_option("--reason", args->reason, "why it is right to send this")->required();
  approving->add_option("--as-role", args->as_role,
                        "approver or counsel; else the one you have that is still missing");
  approving
      ->add_option("--gives", args->gives,
                   "which of the law's approvals you give; else all it asks for that you hold")
      ->delimiter(',');
  approving->add_option("--instrument", args->instrument,
                        "APPROVAL=FILE: given on this document by an authority outside");
  approving->add_option("--authority", args->authority, "who signed the document");
  approving->add_option("--dated", args->dated, "the document's date");
  approving->add_option("--hours", args->hours, "how long the approval is good");
  approving->add_flag("--acknowledge-unconfirmed", args->acknowledge_unconfirmed,
                      "you have seen that part of the law behind it is unconfirmed");
  approving->add_flag("--acknowledge-override", args->acknowledge_override,
                      "you have read why counsel set aside what closed this road");
  CLI::App* overriding =
      add("override", "set aside foreign or unconfirmed law, as counsel", override_law);
  overriding->add_option("draft", args->draft)->required();
  overriding->add_option("--reason", args->reason, "why; it stays on our record")->required();
  overriding->add_option("--hours", args->hours, "how long it is good");
  CLI::App* sending = add("send", "send an approved draft", send);
  sending->add_option("draft", args->draft)->required();
  sending->add_option(
      "--alone", args->alone,
      "why it cannot wait for a second person, where our law lets one officer send");
  CLI::App* reviewing = add("review", "review what one officer sent alone", review);
  reviewing->add_option("conversation", args->conversation)->required();
  reviewing->add_option("--verdict", args->verdict, "confirmed or withdraw")
      ->required()
      ->check(CLI::IsMember({"confirmed", "withdraw"}));
  reviewing->add_option("--reason", args->reason, "why; it stays on our record")->required();
  add("cancel", "throw a draft away", cancel)->add_option("draft", args->draft)->required();
  CLI::App* noting = add("note", "record what happened here and is not said to the partner", note);
  noting->add_option("conversation", args->conversation)->required();
  noting->add_option("event", args->event, "forwarded or order_recorded")->required();
  noting->add_option("--authority", args->authority, "its kind: prosecutor, court, police, ...")
      ->required();
  noting->add_option("--decision", args->decision, "granted, limited or refused");
  noting->add_option("--instrument", args->instrument, "the signed document: its hash is recorded");
}

}  // namespace comity::app
