// comity request: from the blank form to the signed answer, one command a verb.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>

#include "app/asking.h"
#include "app/cli.h"
#include "app/tell.h"
#include "crypto/hash.h"
#include "request/form.h"
#include "request/machine.h"

namespace comity::app {
namespace {

struct RequestArgs {
  std::string partner, conversation, draft, file, provision,
      lane = "urgent", reason = "", serves, event, authority, decision, instrument, as_role, dated,
      alone, verdict;
  std::vector<std::string> set, facts, targets, gives;
  bool acknowledge_unconfirmed = false, acknowledge_override = false;
  std::int64_t hours = 24;
};

struct Working {
  Folder folder;
  Client client;
  Desk desk;
};

Result<Working> begin(Session& session) {
  Folder folder(session.dir);
  TRY(Desk desk, Desk::open(folder, session.officer, session.for_officer()));
  return Working{folder, Client(folder, session.unlock), std::move(desk)};
}

Result<std::string> partner_id(Client& client, const std::string& name) {
  TRY(json::Value members, client.get("/members"));
  for (const json::Value& member : *members.as_array())
    for (const char* field : {"nickname", "id"})
      if (*member.find(field) == json::Value(name)) return *member.find("id")->as_string();
  return fail(Code::not_found, "no partner of this name; see: comity member list", name);
}

Result<json::Array> facts_from(const std::vector<std::string>& texts) {
  json::Array facts;
  for (const std::string& text : texts) {
    std::size_t equals = text.find('=');
    if (equals == std::string::npos) return fail(Code::bad_value, "write --fact NAME=VALUE", text);
    facts.push_back(
        json::Object{{"fact", text.substr(0, equals)}, {"value", text.substr(equals + 1)}});
  }
  return facts;
}

Result<json::Object> body_from(const RequestArgs& args, request::Verb verb) {
  json::Object body;
  if (!args.file.empty()) {
    TRY(body, read_body_file(args.file));
  }
  for (const std::string& assignment : args.set) TRY_VOID(set_member(body, assignment));
  body["verb"] = request::verb_name(verb);
  bool opens = verb == request::Verb::ask || verb == request::Verb::order;
  if (opens && body.empty())
    return fail(Code::missing_field,
                verb == request::Verb::ask
                    ? "say what is asked: --file ask.toml; comity request form prints a blank one"
                    : "say what is ordered: --file order.toml",
                "--file");
  if (opens) body["date"] = to_text(SystemClock().now());
  if (opens && !body.contains("measure")) body["measure"] = "preservation";
  if (verb == request::Verb::ask && !body.contains("status")) body["status"] = "new";
  return body;
}

std::set<std::string> words_at(const json::Value& value, std::string_view name) {
  std::set<std::string> words;
  if (const json::Value* list = value.find(name); list && list->as_array())
    for (const json::Value& each : *list->as_array())
      if (each.as_string()) words.insert(*each.as_string());
  return words;
}

// Drafts what needs a second person, says at once what does not, and tells what to do next.
Result<void> put_forward(Session& session, Working& work, request::Verb verb, json::Object args) {
  bool procedural = request::permit_kind(verb) == request::PermitKind::procedural;
  auto given = work.client.command(
      work.desk.sign_command(procedural ? "request.say" : "request.draft", std::move(args)));
  if (!given && given.error().what.starts_with("must be a list"))
    given.error().what += "; write it in a file (--file), or as JSON: --set 'NAME=[...]'";
  TRY(json::Value answer, std::move(given));
  session.print(answer, [&] {
    if (procedural)
      return fmt::format("Said: {}. Conversation {} is now \"{}\".\n", request::verb_name(verb),
                         *answer.find("conversation")->as_string(),
                         *answer.find("phase")->as_string());
    std::string draft = *answer.find("draft")->as_string();
    std::string law = answer.find("law")
                          ? "The law, as this node knows it:\n" + details(*answer.find("law"))
                          : "";
    if (const json::Value* warnings = answer.find("warnings"))
      for (const json::Value& each : *warnings->as_array())
        law += fmt::format("What binds who holds the data: {} ({}) [{}]\n",
                           *each.find("text")->as_string(), *each.find("cite")->as_string(),
                           *each.find("confidence")->as_string());
    for (const std::string& name : words_at(answer, "approvals"))
      law += "The law asks for the approval of: " + name + "\n";
    if (const json::Value* may = answer.find("may_override"))
      law += *may == json::Value(true)
                 ? "Counsel may set this aside: comity request override " + draft + "\n"
                 : "No override reaches it: " + *answer.find("why_not")->as_string() + "\n";
    return fmt::format(
        "Drafted: {}.\n{}A second officer looks at it and approves:\n"
        "  comity request show {}\n  comity request approve {} --reason \"...\"\nThen: comity "
        "request send {}\n",
        request::verb_name(verb), law, draft, draft, draft);
  });
  return {};
}

Result<void> ask_new(Session& session, const RequestArgs& args) {
  TRY(Working work, begin(session));
  TRY(std::string to, partner_id(work.client, args.partner));
  TRY(json::Object body, body_from(args, request::Verb::ask));
  TRY(json::Array facts, facts_from(args.facts));
  return put_forward(session, work, request::Verb::ask,
                     {{"to", to},
                      {"lane", args.lane},
                      {"provision", args.provision},
                      {"facts", std::move(facts)},
                      {"body", std::move(body)}});
}

Result<void> order_new(Session& session, const RequestArgs& args) {
  TRY(Working work, begin(session));
  TRY(std::string to, partner_id(work.client, args.partner));
  TRY(json::Object body, body_from(args, request::Verb::order));
  return put_forward(
      session, work, request::Verb::order,
      {{"to", to}, {"lane", args.lane}, {"link", args.serves}, {"body", std::move(body)}});
}

// The opening act's targets, for the categories of an answer.
json::Value asked_targets(const json::Value& conversation) {
  const json::Value* acts = conversation.find("acts");
  if (!acts || !acts->as_array() || acts->as_array()->empty()) return {};
  const json::Value* body = acts->as_array()->front().find("body");
  const json::Value* targets = body ? body->find("targets") : nullptr;
  return targets ? *targets : json::Value();
}

Result<void> say(Session& session, const RequestArgs& args, request::Verb verb) {
  TRY(Working work, begin(session));
  TRY(json::Value conversation,
      work.client.get("/conversation?id=" + net::percent_encode(args.conversation)));
  TRY(json::Object body, body_from(args, verb));
  if (!args.targets.empty()) {
    json::Array targets;
    for (const std::string& text : args.targets) {
      TRY(json::Value target,
          target_answer(text, asked_targets(conversation), SystemClock().now()));
      targets.push_back(std::move(target));
    }
    body["targets"] = std::move(targets);
  }
  TRY(json::Array facts, facts_from(args.facts));
  json::Array refs{json::Object{{"rel", "conversation"}, {"act", args.conversation}}};
  return put_forward(session, work, verb,
                     {{"to", *conversation.find("counterpart")},
                      {"lane", args.lane},
                      {"refs", std::move(refs)},
                      {"facts", std::move(facts)},
                      {"body", std::move(body)}});
}

Result<json::Value> find_draft(Client& client, const std::string& id) {
  TRY(json::Value drafts, client.get("/drafts"));
  for (const json::Value& draft : *drafts.as_array())
    if (*draft.find("draft") == json::Value(id)) return draft;
  return fail(Code::not_found, "no such draft; see: comity request list", id);
}

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

Result<void> list(Session& session) {
  Client client(Folder(session.dir), session.unlock);
  TRY(json::Value conversations, client.get("/conversations"));
  TRY(json::Value drafts, client.get("/drafts"));
  session.print(json::Object{{"conversations", conversations}, {"drafts", drafts}}, [&] {
    std::string out =
        table(conversations, {"conversation", "role", "phase", "from", "to", "offence", "may_say"});
    return out + "\nDrafts:\n" + table(drafts, {"draft", "drafted_at", "author"});
  });
  return {};
}

Result<void> show(Session& session, const RequestArgs& args) {
  Client client(Folder(session.dir), session.unlock);
  auto conversation = client.get("/conversation?id=" + net::percent_encode(args.conversation));
  if (!conversation && conversation.error().code == Code::not_found) {
    auto draft = find_draft(client, args.conversation);
    if (!draft && draft.error().code == Code::not_found)
      return fail(Code::not_found,
                  "no conversation and no draft of this id; see: comity request list",
                  args.conversation);
    if (!draft) return std::unexpected(draft.error());
    session.print(*draft, [&] { return details(*draft); });
    return {};
  }
  if (!conversation) return std::unexpected(conversation.error());
  session.print(*conversation, [&] { return details(*conversation); });
  return {};
}

// The opening request as the printable form, for a partner without a node or for the file.
Result<void> print_form(Session& session, const RequestArgs& args) {
  if (args.conversation.empty()) {
    session.print(json::Object{{"toml", blank_ask()}}, [] { return blank_ask(); });
    return {};
  }
  Client client(Folder(session.dir), session.unlock);
  TRY(json::Value conversation,
      client.get("/conversation?id=" + net::percent_encode(args.conversation)));
  const json::Value* acts = conversation.find("acts");
  const json::Value* body =
      acts && !acts->as_array()->empty() ? acts->as_array()->front().find("body") : nullptr;
  if (const json::Value* moved = conversation.find("moved"); moved && moved->as_string())
    return fail(Code::wrong_state, "this conversation goes on as " + *moved->as_string());
  if (!body) return fail(Code::not_found, "this conversation's content has been erased");
  TRY(request::Body parsed, request::body_from_json(*body));
  const auto* ask = std::get_if<request::Ask>(&parsed);
  if (!ask) return fail(Code::wrong_state, "only a request has a form; this is a domestic order");
  std::string text =
      request::render(*ask, {.from = ask->requesting_authority.name,
                             .to = ask->requested_authority,
                             .provision = *conversation.find("provision")->as_string(),
                             .cite = *conversation.find("cite")->as_string()});
  session.print(json::Object{{"form", text}}, [&] { return text; });
  return {};
}

constexpr struct {
  request::Verb verb;
  const char* command;
  const char* about;
} verbs[] = {
    {request::Verb::acknowledge, "acknowledge", "say that it has arrived on a desk"},
    {request::Verb::query, "query", "ask for more"},
    {request::Verb::reply, "reply", "answer a query"},
    {request::Verb::accept, "accept", "say that it will be carried out"},
    {request::Verb::forward, "forward", "say that it is with another authority of ours"},
    {request::Verb::refuse, "refuse", "refuse, on the provision's own grounds"},
    {request::Verb::counter_offer, "counter", "offer something else instead"},
    {request::Verb::warn, "warn", "warn under Art. 29(6)"},
    {request::Verb::decide, "decide", "decide on a warning, an offer or an objection"},
    {request::Verb::answer, "answer", "answer, target by target"},
    {request::Verb::notice, "notice", "tell that the formal request has been sent"},
    {request::Verb::extend, "extend", "ask for more time"},
    {request::Verb::extension_answer, "extension-answer", "grant or refuse more time"},
    {request::Verb::withdraw, "withdraw", "withdraw it"},
    {request::Verb::release, "release", "say that the data are no longer needed"},
    {request::Verb::expire, "expire", "say that the preservation has ended"},
    {request::Verb::objection, "object", "object to an order"},
    {request::Verb::comply, "comply", "say what was done under an order, target by target"},
};

}  // namespace

void add_request_commands(CLI::App& app, Session& session) {
  auto args = std::make_shared<RequestArgs>();
  CLI::App* group =
      app.add_subcommand("request", "requests to partners and from them")->require_subcommand(1);
  auto command = [&](const char* name, const char* about,
                     Result<void> (*run)(Session&, const RequestArgs&)) {
    CLI::App* made = group->add_subcommand(name, about);
    made->callback(
        [&session, args, run] { attempt(session, [&] { return run(session, *args); }); });
    return made;
  };
  auto content = [&](CLI::App* made) {
    made->add_option("--file", args->file, "the body, as TOML or JSON");
    made->add_option("--set", args->set, "one member of the body: NAME=VALUE; may be repeated");
    made->add_option("--lane", args->lane, "urgent, normal or bulk");
  };
  CLI::App* asking = command("new", "draft a request", ask_new);
  asking->add_option("partner", args->partner, "nickname")->required();
  asking->add_option("--provision", args->provision, "the road: ets185-29; see comity law routes")
      ->required();
  asking->add_option("--fact", args->facts,
                     "what the law needs to know: NAME=VALUE; may be repeated");
  content(asking);
  CLI::App* ordering = command("order", "draft a domestic order to a provider", order_new);
  ordering->add_option("partner", args->partner, "nickname")->required();
  ordering->add_option("--serves", args->serves,
                       "the foreign request that it serves; the provider does not see it");
  content(ordering);
  CLI::App* approving = command("approve", "approve a draft of somebody else", approve);
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
      command("override", "set aside foreign or unconfirmed law, as counsel", override_law);
  overriding->add_option("draft", args->draft)->required();
  overriding->add_option("--reason", args->reason, "why; it stays on our record")->required();
  overriding->add_option("--hours", args->hours, "how long it is good");
  CLI::App* sending = command("send", "send an approved draft", send);
  sending->add_option("draft", args->draft)->required();
  sending->add_option(
      "--alone", args->alone,
      "why it cannot wait for a second person, where our law lets one officer send");
  CLI::App* reviewing = command("review", "review what one officer sent alone", review);
  reviewing->add_option("conversation", args->conversation)->required();
  reviewing->add_option("--verdict", args->verdict, "confirmed or withdraw")
      ->required()
      ->check(CLI::IsMember({"confirmed", "withdraw"}));
  reviewing->add_option("--reason", args->reason, "why; it stays on our record")->required();
  command("cancel", "throw a draft away", cancel)->add_option("draft", args->draft)->required();
  command("show", "one conversation or draft, whole", show)
      ->add_option("conversation", args->conversation)
      ->required();
  command("form", "the blank form; with a conversation, the filled one", print_form)
      ->add_option("conversation", args->conversation);
  CLI::App* noting =
      command("note", "record what happened here and is not said to the partner", note);
  noting->add_option("conversation", args->conversation)->required();
  noting->add_option("event", args->event, "forwarded or order_recorded")->required();
  noting->add_option("--authority", args->authority, "its kind: prosecutor, court, police, ...")
      ->required();
  noting->add_option("--decision", args->decision, "granted, limited or refused");
  noting->add_option("--instrument", args->instrument, "the signed document: its hash is recorded");
  add_erase_command(*group, session);
  group->add_subcommand("list", "every conversation and draft")->callback([&session] {
    attempt(session, [&] { return list(session); });
  });
  for (const auto& each : verbs) {
    CLI::App* made = group->add_subcommand(each.command, each.about);
    made->add_option("conversation", args->conversation)->required();
    made->add_option("--fact", args->facts, "NAME=VALUE; may be repeated");
    if (each.verb == request::Verb::answer || each.verb == request::Verb::comply)
      made->add_option("--target", args->targets,
                       "ID=STATUS, or ID=preserved:UNTIL; may be repeated");
    content(made);
    made->callback([&session, args, verb = each.verb] {
      attempt(session, [&] { return say(session, *args, verb); });
    });
  }
}

}  // namespace comity::app
