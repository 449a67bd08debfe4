// comity request: from the blank form to the signed answer, one command a verb.
#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include <optional>

#include "app/asking.h"
#include "app/cli_request.h"
#include "app/tell.h"
#include "request/machine.h"

namespace comity::app {

Result<Working> begin(Session& session) {
  Folder folder(session.dir);
  TRY(Desk desk, Desk::open(folder, session.officer, session.for_officer()));
  return Working{folder, Client(folder, session.unlock), std::move(desk)};
}

namespace {

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
  bool opens = verb == request::Verb::ask || verb == request::Verb::order;
  if (opens && body.empty())
    return fail(Code::missing_field,
                verb == request::Verb::ask
                    ? "say what is asked: --file ask.toml; comity request form prints a blank one"
                    : "say what is ordered: --file order.toml; comity request form --order prints "
                      "a blank one",
                "--file");
  body["verb"] = request::verb_name(verb);
  if (opens) body["date"] = to_text(SystemClock().now());
  if (opens && !body.contains("measure")) body["measure"] = "preservation";
  if (verb == request::Verb::ask && !body.contains("status")) body["status"] = "new";
  return body;
}

// Drafts what needs a second person, says at once what does not, and tells what to do next.
// How the receiver is to treat it; none: as the node does by itself, TLP:AMBER and seven days.
std::optional<json::Object> handling_of(const RequestArgs& args) {
  bool said = !args.tlp.empty() || !args.expires.empty() || !args.use_limits.empty() ||
              !args.conditions.empty();
  if (!said) return std::nullopt;
  json::Object handling{
      {"tlp", args.tlp.empty() ? "TLP:AMBER" : args.tlp},
      {"use_limits", json::Array(args.use_limits.begin(), args.use_limits.end())},
      {"conditions", json::Array(args.conditions.begin(), args.conditions.end())}};
  if (!args.expires.empty()) handling["expires"] = args.expires;
  return handling;
}

Result<void> put_forward(Session& session, Working& work, const RequestArgs& said,
                         request::Verb verb, json::Object args) {
  if (auto handling = handling_of(said)) args["handling"] = *std::move(handling);
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
    if (const json::Value* notices = answer.find("notices"))
      for (const json::Value& each : *notices->as_array())
        law += "Before you send it: " + *each.find("text")->as_string() + "\n";
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
  return put_forward(session, work, args, request::Verb::ask,
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
  if (!args.paper.empty()) {
    TRY(body["instrument"], instrument_of(args.paper));
  }
  return put_forward(
      session, work, args, request::Verb::order,
      {{"to", to}, {"lane", args.lane}, {"link", args.serves}, {"body", std::move(body)}});
}

// What is still asked for of each target, for the categories of an answer; where the node does not
// remember it, as the opening act has it.
json::Value asked_targets(const json::Value& conversation) {
  json::Array asked;
  for (const json::Value& each : *conversation.find("targets")->as_array())
    if (const json::Value* categories = each.find("asked"))
      asked.push_back(json::Object{{"id", *each.find("target")}, {"categories", *categories}});
  if (!asked.empty()) return asked;
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
  return put_forward(session, work, args, verb,
                     {{"to", *conversation.find("counterpart")},
                      {"lane", args.lane},
                      {"refs", std::move(refs)},
                      {"facts", std::move(facts)},
                      {"body", std::move(body)}});
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
  AddRequest command = [&](const char* name, const char* about, RunRequest run) {
    CLI::App* made = group->add_subcommand(name, about);
    made->callback(
        [&session, args, run] { attempt(session, [&] { return run(session, *args); }); });
    return made;
  };
  auto content = [&](CLI::App* made) {
    made->add_option("--file", args->file, "the body, as TOML or JSON");
    made->add_option("--set", args->set, "one member of the body: NAME=VALUE; may be repeated");
    made->add_option("--lane", args->lane, "urgent, normal or bulk");
    made->add_option("--tlp", args->tlp, "who over there may see it: TLP:AMBER unless said")
        ->check(
            CLI::IsMember({"TLP:CLEAR", "TLP:GREEN", "TLP:AMBER", "TLP:AMBER+STRICT", "TLP:RED"}));
    made->add_option("--use-limit", args->use_limits, "what it may be used for; may be repeated");
    made->add_option("--condition", args->conditions,
                     "on which the receiver has it; may be repeated");
    made->add_option("--expires", args->expires,
                     "void if it has not arrived by then: 2026-12-01T12:00:00Z; else in 7 days");
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
  ordering->add_option("--paper", args->paper, "the signed order itself: it travels in the act");
  ordering->add_option("--serves", args->serves,
                       "the foreign request that it serves; the provider does not see it");
  content(ordering);
  add_deciding_commands(command, args);
  add_looking_commands(command, args);
  add_erase_command(*group, session);
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
