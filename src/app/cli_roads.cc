// comity alert basis, roads: where personal data of a collection may go, and on what.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>

#include "app/cli_alert.h"
#include "app/cli_law.h"
#include "app/nicknames.h"
#include "app/tell.h"

namespace comity::app {
namespace {

struct BasisArgs {
  std::string collection, offence, reason;
  std::vector<std::string> members, facts;
  bool withdraw = false;
};

std::string road_text(const json::Value& road) {
  std::string state = text_at(road, "road");
  std::string line = fmt::format("  {} ({}): ", for_terminal(text_at(road, "nickname")),
                                 for_terminal(text_at(road, "jurisdiction")));
  if (state == "home") return line + "at home, no border is crossed\n";
  if (state == "unsaid") return line + "closed: counsel has not said on what it may go\n";
  if (state == "none") line += "closed";
  if (state == "open") line += "open";
  if (state == "blocked" || state == "needs") line += "closed (" + state + ")";
  if (!text_at(road, "cite").empty()) {
    line += fmt::format(": {}, {}", text_at(road, "provision"), text_at(road, "cite"));
    if (text_at(road, "confidence") == "unconfirmed") line += " [unconfirmed]";
  }
  line += "\n";
  if (const json::Value* lacks = road.find("lacks"))
    for (const json::Value& each : *lacks->as_array())
      line += "    lacks " + for_terminal(*each.as_string()) + "\n";
  return line;
}

bool is_closed(const json::Value& road) {
  std::string state = text_at(road, "road");
  return state != "open" && state != "home";
}

Result<void> print_roads(Session& session, const json::Value& collection, json::Value roads) {
  TRY(Nicknames names, Nicknames::load(session));
  names.name(roads, "member", "nickname");
  session.print(roads, [&] {
    std::string told =
        "Personal data in " + for_terminal(text_at(collection, "title")) +
        " (names, mail addresses, accounts, network addresses) go to partners abroad so:\n";
    bool closed = false;
    for (const json::Value& each : *roads.as_array()) {
      told += road_text(each);
      closed |= is_closed(each);
    }
    if (roads.as_array()->empty()) told += "  nobody is in its circle\n";
    if (closed)
      told += fmt::format(
          "What is closed is withheld and counted; all else goes. Counsel opens it: comity alert "
          "basis {} --member PARTNER --offence CODE --fact NAME=yes --reason TEXT\n",
          text_at(collection, "id"));
    return told;
  });
  return {};
}

Result<void> show_roads(Session& session, const std::string& name) {
  TRY(json::Value collection, find_collection(session, name));
  TRY(json::Value roads, ask_node(session, "/roads?collection=" + text_at(collection, "id")));
  return print_roads(session, collection, std::move(roads));
}

Result<void> put_basis(Session& session, const BasisArgs& args) {
  TRY(json::Value collection, find_collection(session, args.collection));
  json::Array members;
  for (const std::string& each : args.members) {
    TRY(json::Value member, find_member(session, each));
    members.push_back(*member.find("id"));
  }
  json::Object wanted{{"collection", *collection.find("id")}, {"members", std::move(members)}};
  if (args.withdraw) {
    wanted["withdraw"] = true;
  } else {
    if (args.offence.empty() || args.reason.empty())
      return fail(Code::missing_field,
                  "say what the alerts are about and why: --offence CODE --reason TEXT (or "
                  "--withdraw); the words: comity law facts");
    TRY(auto given, facts_of(args.facts));
    json::Array facts;
    for (const auto& [fact, value] : given)
      facts.push_back(json::Object{{"fact", fact}, {"value", value}});
    wanted["offence"] = args.offence;
    wanted["facts"] = std::move(facts);
    wanted["reason"] = args.reason;
  }
  const json::Array named = *wanted["members"].as_array();
  TRY(json::Value roads, give(session, "alert.basis", std::move(wanted)));
  // Who asked for a road and has none shall not go on as if it had.
  for (const json::Value& each : *roads.as_array())
    if (!args.withdraw && is_closed(each) &&
        std::ranges::find(named, *each.find("member")) != named.end())
      session.exit = Exit::no;
  return print_roads(session, collection, std::move(roads));
}

}  // namespace

void add_road_commands(CLI::App& alert, Session& session) {
  auto args = std::make_shared<BasisArgs>();
  CLI::App* basis = alert.add_subcommand(
      "basis", "counsel says on what personal data may go to partners abroad, or that none may");
  basis->add_option("collection", args->collection, "id, alias or title")->required();
  basis->add_option("--member", args->members, "a partner; may be repeated")->required();
  basis->add_option("--offence", args->offence, "what the alerts are about: data_interference");
  basis->add_option("--fact", args->facts,
                    "what the law asks to know: security_purpose=yes; may be repeated");
  basis->add_option("--reason", args->reason, "why it may go, for whoever reviews this");
  basis->add_flag("--withdraw", args->withdraw, "nothing personal goes to them any more");
  basis->callback(
      [&session, args] { attempt(session, [&] { return put_basis(session, *args); }); });
  CLI::App* roads = alert.add_subcommand(
      "roads", "to whom personal data of a collection may go, and what the closed roads lack");
  roads->add_option("collection", args->collection, "id, alias or title")->required();
  roads->callback([&session, args] {
    attempt(session, [&] { return show_roads(session, args->collection); });
  });
}

}  // namespace comity::app
