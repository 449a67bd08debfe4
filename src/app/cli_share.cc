// comity alert share, recall, subscribe, subscriptions, told, watch: alerts that travel.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <iostream>

#include "app/cli_alert.h"
#include "app/nicknames.h"
#include "app/progress.h"
#include "app/tell.h"

namespace comity::app {
namespace {

constexpr std::size_t share_objects = 1'000;  // named in one command

struct ShareArgs {
  std::vector<std::string> objects, to;
  std::string collection, why;
  bool urgent = false, all = false, law_enforcement = false, despite_warnings = false;
};

// What became of several commands, each of so many objects as one may name.
struct Shared {
  json::Object sum{{"objects", 0}, {"members", 0}, {"acts", 0}, {"known", 0}};
  json::Object withheld;
  json::Array failed;
  WarnedRows warned;

  void add(const json::Value& answer) {
    for (const char* name : {"objects", "acts", "known"})
      sum[name] = *sum[name].as_int() + *answer.find(name)->as_int();
    sum["members"] = std::max(*sum["members"].as_int(), *answer.find("members")->as_int());
    for (const auto& [verdict, count] : *answer.find("withheld")->as_object()) {
      json::Value& sum_of = withheld[verdict];
      sum_of = (sum_of.is_null() ? 0 : *sum_of.as_int()) + *count.as_int();
    }
    for (const json::Value& each : *answer.find("failed")->as_array())
      if (std::ranges::find(failed, each) == failed.end()) failed.push_back(each);
    warned.add(answer);
  }
};

std::string tell_pushed(const json::Value& answer) {
  std::string told = fmt::format("{} partners are told, in {} acts; {} were told before.\n",
                                 *answer.find("members")->as_int(), *answer.find("acts")->as_int(),
                                 *answer.find("known")->as_int());
  for (const auto& [verdict, count] : *answer.find("withheld")->as_object())
    told += fmt::format("  withheld, {}: {}{}\n", verdict, *count.as_int(),
                        verdict == "no_road" ? " (personal data: comity alert roads " +
                                                   text_at(answer, "collection") + ")"
                                             : "");
  for (const json::Value& each : *answer.find("failed")->as_array())
    told +=
        fmt::format("  not told now: {}: {}\n", text_at(each, "nickname"), text_at(each, "why"));
  told += warned_text(answer);
  if (*answer.find("warned_count")->as_int() > 0)
    told += "  to tell of them all the same: --despite-warnings\n";
  return told;
}

// Those that are named, or all that the collection holds.
Result<json::Array> objects_to_share(Session& session, const ShareArgs& args,
                                     const std::string& collection) {
  json::Array objects(args.objects.begin(), args.objects.end());
  if (!args.all) return objects;
  TRY(Withheld withheld, each_object(session, {.collection = collection},
                                     [&](const json::Value& each) -> Result<void> {
                                       objects.push_back(*each.find("id"));
                                       return {};
                                     }));
  (void)withheld;  // an own reader sees all that a collection may hold
  return objects;
}

// The keys are opened once, however many pages there are.
Result<Shared> share_in_pages(Session& session, json::Object wanted, const json::Array& objects) {
  Folder folder(session.dir);
  TRY(Desk desk, Desk::open(folder, session.officer, session.for_officer()));
  Client client(folder, session.unlock);
  Shared shared;
  Progress progress;
  for (std::size_t at = 0; at < objects.size(); at += share_objects) {
    auto begin = objects.begin() + static_cast<std::ptrdiff_t>(at);
    auto end = begin + static_cast<std::ptrdiff_t>(std::min(share_objects, objects.size() - at));
    wanted["objects"] = json::Array(begin, end);
    TRY(json::Value answer, client.command(desk.sign_command("alert.share", wanted)));
    shared.add(answer);
    progress.show(fmt::format("{} of {} objects", at, objects.size()));
  }
  return shared;
}

Result<void> share(Session& session, const ShareArgs& args) {
  TRY(json::Value collection, find_collection(session, args.collection));
  std::string id = text_at(collection, "id");
  json::Object wanted{
      {"collection", id}, {"urgent", args.urgent}, {"law_enforcement", args.law_enforcement}};
  if (args.despite_warnings) wanted["despite_warnings"] = true;
  json::Array to;
  for (const std::string& each : args.to) {
    TRY(json::Value member, find_member(session, each));
    to.push_back(*member.find("id"));
  }
  if (!to.empty()) wanted["to"] = std::move(to);
  TRY(json::Array objects, objects_to_share(session, args, id));
  TRY(Shared shared, share_in_pages(session, std::move(wanted), objects));
  json::Value answer = shared.sum;
  TRY(Nicknames names, Nicknames::load(session));
  json::Value failed = std::move(shared.failed);
  names.name(failed, "member", "nickname");
  (*answer.as_object())["collection"] = id;
  (*answer.as_object())["withheld"] = std::move(shared.withheld);
  (*answer.as_object())["failed"] = std::move(failed);
  (*answer.as_object())["warned"] = std::move(shared.warned.rows);
  (*answer.as_object())["warned_count"] = shared.warned.count;
  bool nobody =
      *answer.find("members") == json::Value(0) && *answer.find("known") == json::Value(0);
  if (nobody) session.exit = Exit::no;
  session.print(answer, [&] { return tell_pushed(answer); });
  return {};
}

Result<void> recall(Session& session, const ShareArgs& args) {
  TRY(json::Value answer, give(session, "alert.recall",
                               {{"objects", json::Array(args.objects.begin(), args.objects.end())},
                                {"why", args.why}}));
  TRY(Nicknames names, Nicknames::load(session));
  json::Array asked = names.of_all(*answer.find("asked"));
  (*answer.as_object())["asked_nicknames"] = asked;
  session.print(answer, [&] {
    std::string who;
    for (const json::Value& each : asked) who += (who.empty() ? ": " : ", ") + *each.as_string();
    return fmt::format(
        "{} objects have a newer version that revokes them, {} are taken out here; {} partners are "
        "asked to drop them{}. Who has: comity alert told ID\n",
        *answer.find("revoked")->as_int(), *answer.find("dropped")->as_int(), asked.size(), who);
  });
  return {};
}

Result<void> drop(Session& session, const ShareArgs& args) {
  TRY(json::Value answer, give(session, "alert.drop",
                               {{"objects", json::Array(args.objects.begin(), args.objects.end())},
                                {"why", args.why}}));
  session.print(answer, [&] {
    return fmt::format("{} versions are taken out here, and do not come again.\n",
                       *answer.find("dropped")->as_int());
  });
  return {};
}

struct SubscribeArgs {
  std::string member, theirs, collection;
  bool no_sightings = false;
};

Result<void> subscribe(Session& session, const SubscribeArgs& args) {
  TRY(json::Value member, find_member(session, args.member));
  json::Object wanted{{"member", *member.find("id")},
                      {"theirs", args.theirs},
                      {"sightings", !args.no_sightings && !args.collection.empty()}};
  if (!args.collection.empty()) {
    TRY(json::Value collection, find_collection(session, args.collection));
    wanted["collection"] = *collection.find("id");
  }
  TRY(json::Value answer, give(session, "alert.subscribe", std::move(wanted)));
  session.print(answer, [&] {
    return args.collection.empty()
               ? std::string("What they share from it goes where only this organisation sees it.\n")
               : fmt::format("What they share from it goes into {} from now on.\n",
                             args.collection);
  });
  return {};
}

Result<void> told(Session& session, const std::string& id) {
  TRY(json::Value answer, ask_node(session, "/spread?id=" + id));
  TRY(Nicknames names, Nicknames::load(session));
  json::Value told = *answer.find("told");
  names.name(told, "origin", "first brought by");
  json::Value& in_answer = (*answer.as_object())["told"];
  names.name(in_answer, "origin", "origin_nickname");
  session.print(answer, [&] {
    return table(told, {"way", "nickname", "at", "standing", "first brought by"}) +
           (answer.find("recalls")->as_array()->empty()
                ? ""
                : "\nRecalls\n" + table(*answer.find("recalls"),
                                        {"nickname", "ours", "at", "standing", "why"}));
  });
  return {};
}

// One line an object, as it comes: with --json a JSON text a line.
void show_arrival(Session& session, const json::Value& object) {
  if (session.json) {
    session.print_raw(json::write(object) + "\n");
    return;
  }
  std::string from = text_at(object, "from_nickname");
  session.print_raw(for_terminal(fmt::format(
                        "{} {:<13} {} {} into {}{}{}", text_at(object, "added"),
                        text_at(object, "tlp"), text_at(object, "type"), text_at(object, "id"),
                        text_at(object, "title"), from.empty() ? "" : " from " + from,
                        *object.find("revoked") == json::Value(true) ? ", revoked" : "")) +
                    "\n");
}

struct WatchArgs {
  std::string collection;
  std::size_t count = 0;
};

Result<void> watch(Session& session, const WatchArgs& args) {
  json::Object asked;
  if (!args.collection.empty()) {
    TRY(json::Value collection, find_collection(session, args.collection));
    asked["collection"] = *collection.find("id");
  }
  Client client(Folder(session.dir), session.unlock);
  for (std::size_t shown = 0;;) {
    TRY(json::Value answer, client.watch(asked));
    if (!asked.contains("after")) std::cerr << "watching\n" << std::flush;
    asked["after"] = *answer.find("after");
    if (answer.find("objects")->as_array()->empty()) continue;
    // Partners may come and be renamed while this goes on.
    TRY(Nicknames names, Nicknames::load(session));
    names.name((*answer.as_object())["objects"], "from", "from_nickname");
    for (const json::Value& each : *answer.find("objects")->as_array()) {
      show_arrival(session, each);
      if (++shown == args.count) return {};
    }
  }
}

Result<void> subscriptions(Session& session) {
  TRY(json::Value all, ask_node(session, "/subscriptions"));
  TRY(json::Value collections, ask_node(session, "/collections"));
  for (json::Value& each : *all.as_array())
    for (const json::Value& ours : *collections.as_array())
      if (*ours.find("id") == *each.find("collection"))
        (*each.as_object())["into"] = *ours.find("title");
  session.print(all,
                [&] { return table(all, {"nickname", "title", "theirs", "into", "sightings"}); });
  return {};
}

void add_share(CLI::App& alert, Session& session) {
  auto args = std::make_shared<ShareArgs>();
  CLI::App* made = alert.add_subcommand("share", "tells partners of objects, by hand");
  CLI::Option* ids = made->add_option("objects", args->objects, "STIX ids");
  made->add_flag("--all", args->all, "all that the collection holds, instead of ids")
      ->excludes(ids);
  made->add_option("--collection", args->collection, "where they are: id, alias or title")
      ->required();
  made->add_option("--to", args->to, "a partner; may be repeated. None: the collection's circle");
  made->add_flag("--urgent", args->urgent, "by the urgent lane");
  made->add_flag("--despite-warnings", args->despite_warnings,
                 "also indicators that a warning list names");
  made->add_flag("--law-enforcement", args->law_enforcement,
                 "also to law enforcement, though the circle is one of CSIRTs");
  made->callback([&session, args] {
    if (args->objects.empty() && !args->all)
      throw CLI::ValidationError("objects", "name them by their STIX ids, or say --all");
    attempt(session, [&] { return share(session, *args); });
  });

  auto back = std::make_shared<ShareArgs>();
  made =
      alert.add_subcommand("recall", "revokes objects of ours, and asks whom we told to drop them");
  made->add_option("objects", back->objects, "STIX ids")->required();
  made->add_option("--why", back->why, "for partners' people")->required();
  made->callback([&session, back] { attempt(session, [&] { return recall(session, *back); }); });

  auto away = std::make_shared<ShareArgs>();
  made =
      alert.add_subcommand("drop", "takes objects out here, whoever made them; asks nobody else");
  made->add_option("objects", away->objects, "STIX ids")->required();
  made->add_option("--why", away->why, "for the record")->required();
  made->callback([&session, away] { attempt(session, [&] { return drop(session, *away); }); });
}

void add_subscriptions(CLI::App& alert, Session& session) {
  auto args = std::make_shared<SubscribeArgs>();
  CLI::App* made =
      alert.add_subcommand("subscribe", "where what a partner shares goes, from now on");
  made->add_option("partner", args->member, "nickname or id")->required();
  made->add_option("theirs", args->theirs, "their collection's id: comity alert subscriptions")
      ->required();
  made->add_option("--into", args->collection, "a collection here; none: where only we see it");
  made->add_flag("--no-sightings", args->no_sightings,
                 "sightings that our own people bring in do not go back to the partner");
  made->callback([&session, args] { attempt(session, [&] { return subscribe(session, *args); }); });

  alert.add_subcommand("subscriptions", "what partners share, and where it goes")
      ->callback([&session] { attempt(session, [&] { return subscriptions(session); }); });
}

}  // namespace

void add_share_commands(CLI::App& alert, Session& session) {
  add_share(alert, session);
  add_subscriptions(alert, session);
  auto id = std::make_shared<std::string>();
  CLI::App* made =
      alert.add_subcommand("told", "who told whom of an object, and who was asked to drop it");
  made->add_option("id", *id, "a STIX id")->required();
  made->callback([&session, id] { attempt(session, [&] { return told(session, *id); }); });

  auto args = std::make_shared<WatchArgs>();
  made = alert.add_subcommand("watch", "prints what comes into collections, as it comes");
  made->add_option("collection", args->collection, "id, alias or title; none: all");
  made->add_option("--count", args->count, "end after so many objects");
  made->callback([&session, args] { attempt(session, [&] { return watch(session, *args); }); });
}

}  // namespace comity::app
