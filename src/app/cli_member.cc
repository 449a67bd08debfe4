// comity member: cards, pairing by six words, mandates, rotation, ending it.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <iostream>

#include "app/issue.h"
#include "app/tell.h"
#include "member/card.h"

namespace comity::app {
namespace {

struct MemberArgs {
  std::string nickname, text, verdict, measure, method, date, note, why, endpoint;
  std::int64_t minutes = 60;
};

struct CardArgs {
  std::vector<std::string> keys, endpoints, languages, mandates, dropped;
  std::string revoke, name, callback, hours;
  bool at_once = false;
};

Result<json::Value> give(Session& session, std::string_view name, json::Object args) {
  Folder folder(session.dir);
  TRY(Desk desk, Desk::open(folder, session.officer, session.for_officer()));
  Client client(folder, session.unlock);
  return client.command(desk.sign_command(name, std::move(args)));
}

}  // namespace

Result<json::Value> find_member(Session& session, const std::string& name) {
  Client client(Folder(session.dir), session.unlock);
  TRY(json::Value members, client.get("/members"));
  for (const json::Value& member : *members.as_array())
    for (const char* field : {"nickname", "id"})
      if (const json::Value* value = member.find(field); value && *value == json::Value(name))
        return member;
  return fail(Code::not_found, "no partner of this name; see: comity member list", name);
}

namespace {

Result<json::Value> find_pairing(Session& session, const std::string& name) {
  Client client(Folder(session.dir), session.unlock);
  TRY(json::Value pairings, client.get("/pairings"));
  const json::Value* found = nullptr;
  for (const json::Value& pairing : *pairings.as_array()) {
    const json::Value* stage = pairing.find("stage");
    bool over = stage && (*stage == json::Value("ended") || *stage == json::Value("paired"));
    for (const char* field : {"nickname", "invitation"})
      if (const json::Value* value = pairing.find(field);
          value && *value == json::Value(name) && !over)
        found = &pairing;
  }
  if (!found)
    return fail(Code::not_found, "no pairing under way has this nickname or invitation id", name);
  return *found;
}

Result<member::SignedCard> own_card(Session& session) {
  Client client(Folder(session.dir), session.unlock);
  TRY(json::Value answer, client.get("/card"));
  return member::read_card(*answer.find("card")->as_string());
}

std::string words_of(const json::Value& pairing) {
  std::string text;
  if (const json::Value* words = pairing.find("words"); words && words->as_array())
    for (const json::Value& word : *words->as_array())
      text += (text.empty() ? "" : "  ") + *word.as_string();
  return text;
}

Result<void> invite(Session& session, const MemberArgs& args) {
  std::string endpoint = args.endpoint;
  if (endpoint.empty()) {
    TRY(auto own, own_card(session));
    if (own.card.endpoints.empty())
      return fail(Code::wrong_state,
                  "our card names no endpoint: give --endpoint, or see comity member change");
    endpoint = own.card.endpoints.front();
  }
  TRY(json::Value answer,
      give(session, "member.invite",
           {{"nickname", args.nickname}, {"endpoint", endpoint}, {"minutes", args.minutes}}));
  session.print(answer, [&] {
    return fmt::format(
        "Send this invitation to {} by any way; it is no secret and works once, for {} "
        "minutes:\n\n{}\n\n"
        "They run: comity member accept NICKNAME INVITATION\n"
        "Then call them at a number that you know from elsewhere, and run: comity member words "
        "{}\n",
        args.nickname, args.minutes, *answer.find("text")->as_string(), args.nickname);
  });
  return {};
}

Result<void> accept(Session& session, const MemberArgs& args) {
  TRY(json::Value answer,
      give(session, "member.accept", {{"nickname", args.nickname}, {"invitation", args.text}}));
  session.print(answer, [&] {
    return fmt::format("Answering the invitation. Call them, and run: comity member words {}\n",
                       args.nickname);
  });
  return {};
}

Result<void> show_words(Session& session, const MemberArgs& args) {
  TRY(json::Value pairing, find_pairing(session, args.nickname));
  std::string words = words_of(pairing);
  if (words.empty())
    return fail(Code::wrong_state,
                "the two nodes have not spoken yet; both must be running: try again in a moment");
  session.print(pairing, [&] {
    return fmt::format(
        "Read these six words to each other over the telephone:\n\n    {}\n\n"
        "Same on both sides:  comity member confirm {} match\n"
        "Different:           comity member confirm {} mismatch   (somebody is in between)\n",
        words, args.nickname, args.nickname);
  });
  return {};
}

Result<void> confirm(Session& session, const MemberArgs& args) {
  TRY(json::Value pairing, find_pairing(session, args.nickname));
  TRY(json::Value answer,
      give(session, "member.confirm",
           {{"invitation", *pairing.find("invitation")}, {"verdict", args.verdict}}));
  session.print(answer, [&] {
    std::string stage = *answer.find("stage")->as_string();
    if (stage == "paired")
      return std::string("Paired. Now check what they may do: comity member check\n");
    if (stage == "ended")
      return std::string("The pairing is off. Begin again by another way of sending.\n");
    return std::string("Recorded. Paired as soon as they confirm too.\n");
  });
  return {};
}

Result<void> check(Session& session, const MemberArgs& args) {
  TRY(json::Value member, find_member(session, args.nickname));
  TRY(json::Value answer, give(session, "member.check",
                               {{"member", *member.find("id")},
                                {"measure", args.measure},
                                {"method", args.method},
                                {"date", args.date},
                                {"note", args.note}}));
  session.print(answer, [&] {
    return fmt::format("Recorded: {}'s mandate for {}.\n", args.nickname, args.measure);
  });
  return {};
}

Result<void> end(Session& session, const MemberArgs& args) {
  TRY(json::Value member, find_member(session, args.nickname));
  TRY(json::Value answer,
      give(session, "member.end", {{"member", *member.find("id")}, {"why", args.why}}));
  session.print(answer, [&] { return fmt::format("{} is a partner no more.\n", args.nickname); });
  return {};
}

Result<void> list(Session& session) {
  Client client(Folder(session.dir), session.unlock);
  TRY(json::Value members, client.get("/members"));
  TRY(json::Value pairings, client.get("/pairings"));
  session.print(json::Object{{"members", members}, {"pairings", pairings}}, [&] {
    std::string out =
        table(members, {"nickname", "name", "jurisdiction", "role", "state", "card", "callback"});
    return out + "\nPairings:\n" +
           table(pairings, {"nickname", "side", "stage", "expires", "words"});
  });
  return {};
}

Result<void> card(Session& session) {
  Client client(Folder(session.dir), session.unlock);
  TRY(json::Value answer, client.get("/card"));
  TRY(auto own, member::read_card(*answer.find("card")->as_string()));
  session.print(answer, [&] { return details(member::to_json(own.card)); });
  return {};
}

Result<void> next_card(Session& session, const CardOrder& order) {
  TRY(json::Value answer, issue_card(session, order));
  session.print(answer, [&] {
    return fmt::format("Card {} is in force; {} partners are being told.\n",
                       json::write(*answer.find("number")), json::write(*answer.find("told")));
  });
  return {};
}

Result<void> rotate(Session& session, const CardArgs& args) {
  CardOrder order{.keys = {},
                  .overlap = args.at_once ? member::Overlap::none : member::Overlap::kept,
                  .revoke = args.revoke,
                  .changes = {}};
  for (const std::string& name : args.keys) {
    TRY(Fresh fresh, fresh_from_name(name));
    order.keys.insert(fresh);
  }
  return next_card(session, order);
}

Result<void> change(Session& session, const CardArgs& args) {
  CardOrder order;
  member::CardChanges& changes = order.changes;
  auto given = [](const auto& value) {
    return value.empty() ? std::nullopt : std::optional(value);
  };
  changes = {.name = given(args.name),
             .callback = given(args.callback),
             .office_hours = given(args.hours),
             .languages = given(args.languages),
             .endpoints = given(args.endpoints),
             .mandates = {},
             .dropped_mandates = args.dropped};
  for (const std::string& mandate : args.mandates) {
    std::size_t equals = mandate.find('=');
    if (equals == std::string::npos)
      return fail(Code::bad_value, "write a mandate as MEASURE=LEGAL BASIS", mandate);
    std::string basis = mandate.substr(equals + 1);
    changes.mandates.push_back(
        {.measure = mandate.substr(0, equals), .legal_basis = basis, .cite = basis});
  }
  return next_card(session, order);
}

// All of them need the root key back in keys/.
void add_card_commands(CLI::App& member, Session& session) {
  auto args = std::make_shared<CardArgs>();
  auto runs = [&session, args](CLI::App* command, Result<void> (*run)(Session&, const CardArgs&)) {
    command->callback(
        [&session, args, run] { attempt(session, [&] { return run(session, *args); }); });
  };
  CLI::App* rotating = member.add_subcommand(
      "rotate", "new keys, on a new card (needs keys/root.key; root: keys/next-root.key)");
  rotating
      ->add_option("keys", args->keys,
                   "act (when none is named), tls, checkpoint, cosignature, sealing, root")
      ->check(CLI::IsMember({"act", "tls", "checkpoint", "cosignature", "sealing", "root"}));
  rotating->add_flag("--at-once", args->at_once,
                     "no overlap: the old keys were stolen, and die as soon as the card arrives");
  runs(rotating, [](Session& s, const CardArgs& given) {
    CardArgs wanted = given;
    if (wanted.keys.empty()) wanted.keys = {"act"};
    return rotate(s, wanted);
  });
  CLI::App* revoking = member.add_subcommand(
      "revoke", "a stolen act key of ours: revoke it, and rotate (needs keys/root.key)");
  revoking->add_option("key", args->revoke, "the public key in hex, as member card shows it")
      ->required();
  runs(revoking, rotate);
  CLI::App* changing = member.add_subcommand(
      "change", "what our card says of us, on a new card (needs keys/root.key)");
  changing->add_option("--name", args->name, "the organisation's name");
  changing->add_option("--endpoint", args->endpoints,
                       "how partners reach us: host:port; may be repeated, best first");
  changing->add_option("--callback", args->callback, "telephone number for calling back");
  changing->add_option("--hours", args->hours, "office hours: 24/7");
  changing->add_option("--language", args->languages, "ISO 639 code; may be repeated")
      ->delimiter(',');
  changing->add_option("--mandate", args->mandates,
                       "MEASURE=LEGAL BASIS: adds one, or replaces that measure's");
  changing->add_option("--drop-mandate", args->dropped, "MEASURE: that we claim no more");
  changing->require_option(1, 0);
  runs(changing, change);
}

}  // namespace

void add_member_commands(CLI::App& app, Session& session) {
  auto args = std::make_shared<MemberArgs>();
  CLI::App* member =
      app.add_subcommand("member", "partners, and our own card")->require_subcommand(1);
  auto command = [&](const char* name, const char* about,
                     Result<void> (*run)(Session&, const MemberArgs&)) {
    CLI::App* made = member->add_subcommand(name, about);
    made->callback(
        [&session, args, run] { attempt(session, [&] { return run(session, *args); }); });
    made->add_option("nickname", args->nickname, "what you call the partner: ph-poc")->required();
    return made;
  };
  member->add_subcommand("card", "our own card")->callback([&session] {
    attempt(session, [&] { return card(session); });
  });
  member->add_subcommand("list", "partners and pairings under way")->callback([&session] {
    attempt(session, [&] { return list(session); });
  });
  CLI::App* inviting = command("invite", "make an invitation", invite);
  inviting->add_option("--minutes", args->minutes, "how long it is good");
  inviting->add_option("--endpoint", args->endpoint,
                       "where they reach us, when it is not the configured one");
  command("accept", "answer an invitation", accept)
      ->add_option("invitation", args->text)
      ->required();
  command("words", "the six words to compare", show_words);
  command("confirm", "say whether the words match", confirm)
      ->add_option("verdict", args->verdict, "match or mismatch")
      ->required()
      ->check(CLI::IsMember({"match", "mismatch"}));
  CLI::App* checking = command("check", "record how a mandate was checked", check);
  checking->add_option("--measure", args->measure, "preservation")->required();
  checking
      ->add_option(
          "--method", args->method,
          "depositary_list, official_journal, call_back, diplomatic_note, in_person or other")
      ->required();
  checking->add_option("--date", args->date, "YYYY-MM-DD")->required();
  checking->add_option("--note", args->note, "where it was found");
  command("end", "end it", end)->add_option("--why", args->why)->required();
  add_card_commands(*member, session);
}

}  // namespace comity::app
