// comity init, serve, user, status, alarm.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <iostream>

#include "app/cli.h"
#include "app/corpus.h"
#include "app/host.h"
#include "app/logging.h"
#include "app/tell.h"
#include "crypto/hash.h"
#include "crypto/random.h"

namespace comity::app {
namespace {

struct InitArgs {
  Founding founding;
  std::string listen = "0.0.0.0:8443", metrics;
  std::vector<std::string> mandates;
};

// What no law file can be about, nobody could ever ask of; the card bears it for good.
Result<void> check_jurisdiction(const Config& config) {
  TRY(law::Corpus corpus, load_corpus(config.law));
  auto known = corpus.country(config.jurisdiction);
  if (!known) return fail(Code::bad_value, known.error().what, "--jurisdiction");
  return {};
}

Result<net::Endpoint> endpoint_said(const std::string& text, const char* option) {
  auto endpoint = net::endpoint_from_text(text);
  if (!endpoint) return fail(Code::bad_value, endpoint.error().what, option);
  return endpoint;
}

Result<void> init(Session& session, InitArgs& args) {
  Founding& founding = args.founding;
  TRY(founding.config.listen, endpoint_said(args.listen, "--listen"));
  if (founding.config.endpoint.empty()) founding.config.endpoint = args.listen;
  if (!args.metrics.empty()) {
    TRY(founding.config.metrics, endpoint_said(args.metrics, "--metrics"));
  }
  for (const std::string& mandate : args.mandates) {
    std::size_t equals = mandate.find('=');
    if (equals == std::string::npos)
      return fail(Code::bad_value, "write a mandate as MEASURE=LEGAL BASIS", mandate);
    founding.mandates.emplace_back(mandate.substr(0, equals), mandate.substr(equals + 1));
  }
  TRY_VOID(check_jurisdiction(founding.config));
  Folder folder(session.dir);
  TRY(Unlocker unlocker, find_unlocker(session.unlock, Ask::twice, "the new node"));
  TRY(MemberId id, found_node(folder, founding, unlocker));
  session.print(json::Object{{"member", to_hex(id)}, {"dir", session.dir}}, [&] {
    return fmt::format(
        "The node \"{}\" lives in {}.\n"
        "  member id   {}\n"
        "Next:\n"
        "  1. Copy keys/root.key and keys/next-root.key to two safe places, then delete them "
        "here:\n"
        "     only they can issue new cards for this node.\n"
        "  2. comity user add NAME --roles admin,author   makes the first officer\n"
        "  3. comity serve                                starts the node\n",
        founding.config.name, session.dir, to_hex(id));
  });
  return {};
}

// SIGINT and SIGTERM end serve in order; blocked before any thread starts, so that this thread
// alone takes them.
sigset_t stop_signals() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

Result<void> serve(Session& session) {
  sigset_t set = stop_signals();
  pthread_sigmask(SIG_BLOCK, &set, nullptr);
  SystemClock clock;
  Log log = make_log(clock);
  TRY(Unlocker unlocker, find_unlocker(session.unlock, Ask::once, "this node"));
  TRY(auto node, Node::open(Folder(session.dir), unlocker));
  std::string name = node->context().name;
  TRY(auto host, Host::start(std::move(node), log));
  session.print(json::Object{{"listening", net::to_text(host->peer_endpoint())}}, [&] {
    return fmt::format("{} listens at {}. Stop it with Ctrl-C.\n", name,
                       net::to_text(host->peer_endpoint()));
  });
  int caught = 0;
  sigwait(&set, &caught);
  host->stop();
  return {};
}

Result<std::set<member::OfficerRole>> roles_from(const std::vector<std::string>& names) {
  std::set<member::OfficerRole> roles;
  for (const std::string& name : names) {
    TRY(auto role, member::officer_role_from_name(name));
    roles.insert(role);
  }
  return roles;
}

// The first officer signs for itself; every later one is added by an admin of this node (--as).
struct UserArgs {
  std::string name, id, passphrase_file;
  std::vector<std::string> roles, gives;
};

Result<void> user_add(Session& session, const UserArgs& args) {
  const std::string& name = args.name;
  Folder folder(session.dir);
  Client client(folder, session.unlock);
  TRY(auto roles, roles_from(args.roles));
  TRY(json::Value officers, client.get("/officers"));
  bool first = officers.as_array() && officers.as_array()->empty();
  std::optional<Desk> admin;
  if (!first) {
    TRY(admin, Desk::open(folder, session.officer, session.for_officer()));
  }
  UnlockSource source = session.for_officer();
  if (!args.passphrase_file.empty())
    source = {.key_file = "", .passphrase_file = args.passphrase_file};
  TRY(Unlocker unlocker, find_unlocker(source, Ask::twice, name));
  TRY(member::Officer officer,
      make_officer(folder,
                   {.name = name, .roles = roles, .gives = {args.gives.begin(), args.gives.end()}},
                   unlocker));
  if (first) {
    TRY(admin, Desk::open(folder, name, source));
  }
  auto added =
      client.command(admin->sign_command("user.add", {{"officer", member::to_json(officer)}}));
  if (!added) {
    std::error_code ignored;
    std::filesystem::remove(folder.officer_key(name), ignored);
    return std::unexpected(added.error());
  }
  session.print(*added, [&] {
    if (added->find("waits"))
      return fmt::format(
          "{} may work here once another officer has confirmed it:\n"
          "  comity user confirm {}\n",
          name, *added->find("change")->as_string());
    return fmt::format("{} may now work at this node. Key: officers/{}.key\n", name, name);
  });
  return {};
}

Result<void> show_list(Session& session, const std::string& what,
                       const std::vector<std::string>& columns) {
  Client client(Folder(session.dir), session.unlock);
  TRY(json::Value rows, client.get("/" + what));
  session.print(rows, [&] { return table(rows, columns); });
  return {};
}

Result<void> user_change(Session& session, const UserArgs& args) {
  Client client(Folder(session.dir), session.unlock);
  TRY(json::Value held, find_officer(client, args.id));
  const json::Value* gives = held.find("gives");
  json::Object wanted{{"officer", args.id},
                      {"roles", *held.find("roles")},
                      {"gives", gives ? *gives : json::Value(json::Array{})}};
  if (!args.roles.empty()) wanted["roles"] = json::Array(args.roles.begin(), args.roles.end());
  if (args.gives == std::vector<std::string>{"none"})
    wanted["gives"] = json::Array{};
  else if (!args.gives.empty())
    wanted["gives"] = json::Array(args.gives.begin(), args.gives.end());
  return signed_command(session, client, "user.change", std::move(wanted),
                        "Done, or waiting for a second officer: comity user pending");
}

// What is confirmed is what is shown: its hash is made here, from what the node listed.
Result<void> user_confirm(Session& session, const UserArgs& args) {
  Client client(Folder(session.dir), session.unlock);
  TRY(json::Value changes, client.get("/officer_changes"));
  for (const json::Value& change : *changes.as_array()) {
    if (*change.find("change") != json::Value(args.id)) continue;
    json::Object content{{"what", *change.find("what")}, {"officer", *change.find("officer")}};
    Hash subject = crypto::sha256(as_bytes(json::write(content)));
    return signed_command(session, client, "user.confirm",
                          {{"change", args.id}, {"subject", to_hex(subject)}}, "Confirmed.");
  }
  return fail(Code::not_found, "no such change waits; see: comity user pending", args.id);
}

Result<void> show_pending(Session& session) {
  Client client(Folder(session.dir), session.unlock);
  TRY(json::Value changes, client.get("/officer_changes"));
  session.print(changes, [&] {
    std::string out;
    for (const json::Value& change : *changes.as_array()) out += details(change) + "\n";
    return out;
  });
  return {};
}

Result<void> list_alarms(Session& session) {
  Client client(Folder(session.dir), session.unlock);
  TRY(json::Value rows, client.get("/alarms"));
  session.print(rows, [&] {
    json::Array told;
    for (const json::Value& row : *rows.as_array()) {
      json::Object line = *row.as_object();
      if (const json::Value* rung = row.find("rung")) {
        const std::string& outcome = *rung->find("outcome")->as_string();
        line["woke"] = fmt::format("step {} at {}{}", *rung->find("step")->as_int(),
                                   *rung->find("at")->as_string(),
                                   outcome.empty() ? "" : ", FAILED: " + outcome);
      }
      told.push_back(std::move(line));
    }
    std::ranges::sort(told, {}, [](const json::Value& line) {
      return std::pair(*line.find("at")->as_string(), *line.find("alarm")->as_string());
    });
    return table(std::move(told),
                 {"at", "severity", "code", "text", "alarm", "woke", "acknowledged_at"});
  });
  return {};
}

Result<void> drill(Session& session) {
  Client client(Folder(session.dir), session.unlock);
  TRY(json::Value told, client.drill());
  json::Array steps = *told.as_array();
  bool failed = false;
  for (json::Value& step : steps) {
    json::Object line = *step.as_object();
    bool done = line["outcome"] == json::Value("");
    failed = failed || !done;
    if (done) line["outcome"] = "done";
    step = std::move(line);
  }
  session.print(told, [&] {
    return table(std::move(steps), {"step", "kind", "after_s", "severity", "ms", "outcome"});
  });
  if (failed) session.exit = Exit::no;
  return {};
}

Result<void> status(Session& session) {
  Client client(Folder(session.dir), session.unlock);
  TRY(json::Value answer, client.get("/status"));
  session.print(answer, [&] { return details(answer); });
  if (answer.find("halted")) session.exit = Exit::no;
  return {};
}

}  // namespace

Result<json::Value> find_officer(Client& client, const std::string& id) {
  TRY(json::Value officers, client.get("/officers"));
  for (const json::Value& officer : *officers.as_array())
    if (*officer.find("officer") == json::Value(id)) return officer;
  return fail(Code::not_found, "no officer of this id works here; see: comity user list", id);
}

Result<void> signed_command(Session& session, std::string_view name, json::Object args,
                            std::string_view told) {
  Client client(Folder(session.dir), session.unlock);
  return signed_command(session, client, name, std::move(args), told);
}

Result<void> signed_command(Session& session, Client& client, std::string_view name,
                            json::Object args, std::string_view told) {
  TRY(Desk desk, Desk::open(client.folder(), session.officer, session.for_officer()));
  TRY(json::Value answer, client.command(desk.sign_command(name, std::move(args))));
  session.print(answer, [&] { return std::string(told) + "\n"; });
  return {};
}

void add_node_commands(CLI::App& app, Session& session) {
  auto args = std::make_shared<InitArgs>();  // the parser's callbacks outlive this function
  CLI::App* make = app.add_subcommand("init", "make a node in a new folder");
  make->add_option("--name", args->founding.config.name,
                   "the organisation's name, as partners see it")
      ->required();
  make->add_option("--jurisdiction", args->founding.config.jurisdiction,
                   "two letters, ISO 3166-1: FR")
      ->required();
  make->add_option(
          "--role", args->founding.config.role,
          "poc, central_authority, prosecutor, court, police, csirt, provider or registrar")
      ->required();
  make->add_option("--listen", args->listen, "where to listen: 0.0.0.0:8443");
  make->add_option("--endpoint", args->founding.config.endpoint,
                   "how partners reach it: node.example:8443");
  make->add_option("--metrics", args->metrics, "serve /metrics and /healthz here: 127.0.0.1:9464");
  make->add_option("--law", args->founding.config.law,
                   "a folder of law files instead of those built in");
  make->add_option("--callback", args->founding.callback, "telephone number for calling back");
  make->add_option("--hours", args->founding.office_hours, "office hours: 24/7");
  make->add_option("--language", args->founding.languages, "ISO 639 code; may be repeated")
      ->delimiter(',');
  make->add_option("--mandate", args->mandates, "MEASURE=LEGAL BASIS; may be repeated");
  make->callback(
      [&session, args] { attempt_words(session, [&] { return init(session, *args); }); });

  app.add_subcommand("serve", "run the node")->callback([&session] {
    attempt(session, [&] { return serve(session); });
  });
  app.add_subcommand("status", "who this node is and whether it is well")->callback([&session] {
    attempt(session, [&] { return status(session); });
  });

  CLI::App* user = app.add_subcommand("user", "officers of this node")->require_subcommand(1);
  auto users = std::make_shared<UserArgs>();
  CLI::App* add = user->add_subcommand("add", "a new officer, with a key of their own");
  add->add_option("name", users->name, "a short name: the key becomes officers/NAME.key")
      ->required();
  add->add_option("--roles", users->roles, "author, approver, counsel, admin")
      ->delimiter(',')
      ->required();
  add->add_option("--gives", users->gives,
                  "which approvals that the law names this officer may give: poc_officer, ...")
      ->delimiter(',');
  add->add_option("--new-passphrase-file", users->passphrase_file,
                  "the new officer's passphrase, when it is another than yours");
  add->callback([&session, users] { attempt(session, [&] { return user_add(session, *users); }); });
  user->add_subcommand("list", "who works here")->callback([&session] {
    attempt(session, [&] {
      return show_list(session, "officers", {"officer", "name", "roles", "gives", "enabled"});
    });
  });
  CLI::App* disable = user->add_subcommand("disable", "an officer who works here no more");
  disable->add_option("officer", users->id, "the id that user list shows")->required();
  disable->callback([&session, users] {
    attempt(session, [&] {
      return signed_command(session, "user.disable", {{"officer", users->id}},
                            "Disabled, or waiting for a second officer: comity user pending");
    });
  });

  CLI::App* change = user->add_subcommand("change", "an officer's roles, or what they may give");
  change->add_option("officer", users->id, "the id that user list shows")->required();
  change->add_option("--roles", users->roles, "all of them anew")->delimiter(',');
  change->add_option("--gives", users->gives, "all of them anew; none: nothing")->delimiter(',');
  change->callback(
      [&session, users] { attempt(session, [&] { return user_change(session, *users); }); });
  user->add_subcommand("pending", "what waits for a second officer")->callback([&session] {
    attempt(session, [&] { return show_pending(session); });
  });
  CLI::App* confirm = user->add_subcommand("confirm", "say yes to what another admin proposed");
  confirm->add_option("change", users->id, "the id that user pending shows")->required();
  confirm->callback(
      [&session, users] { attempt(session, [&] { return user_confirm(session, *users); }); });
  CLI::App* reject = user->add_subcommand("reject", "say no to it, or take it back");
  reject->add_option("change", users->id, "the id that user pending shows")->required();
  reject->callback([&session, users] {
    attempt(session, [&] {
      return signed_command(session, "user.reject", {{"change", users->id}}, "Rejected.");
    });
  });

  CLI::App* alarm =
      app.add_subcommand("alarm", "what somebody must look at")->require_subcommand(1);
  auto key = std::make_shared<std::string>();
  alarm->add_subcommand("list", "every alarm")->callback([&session] {
    attempt(session, [&] { return list_alarms(session); });
  });
  alarm->add_subcommand("test", "wake everybody on the roster once, as a drill")
      ->callback([&session] { attempt(session, [&] { return drill(session); }); });
  CLI::App* acknowledge = alarm->add_subcommand("acknowledge", "say that you have seen one");
  acknowledge->add_option("alarm", *key, "as alarm list names it")->required();
  acknowledge->callback([&session, key] {
    attempt(session, [&] {
      return signed_command(session, "alarm.acknowledge", {{"alarm", *key}}, "Acknowledged.");
    });
  });
}

}  // namespace comity::app
