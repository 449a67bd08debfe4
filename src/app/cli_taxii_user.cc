// comity alert user, user-change, user-remove, users: who reads and writes over TAXII.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "app/cli_alert.h"
#include "app/nicknames.h"
#include "app/tell.h"
#include "crypto/certificate.h"
#include "crypto/random.h"
#include "node/collections.h"

namespace comity::app {
namespace {

struct UserArgs {
  std::string name, standing = "own", member, file, certificate;
  std::vector<std::string> read, write;
  bool bearer = false, no_read = false, no_write = false;
  bool law_enforcement = false, no_law_enforcement = false;
};

Result<json::Array> ids_of(Session& session, const std::vector<std::string>& collections) {
  json::Array ids;
  for (const std::string& each : collections) {
    TRY(json::Value found, find_collection(session, each));
    ids.push_back(*found.find("id"));
  }
  return ids;
}

// Whoever shows this certificate over TLS is the user: nothing secret is made.
Result<void> add_certified(Session& session, const std::string& file, json::Object wanted) {
  TRY(std::string pem, read_file(file));
  TRY(crypto::TlsPin pin, crypto::pin_of_certificate(pem));
  wanted["key"] = node::certificate_key(pin);
  TRY(json::Value answer, give(session, "alert.user", std::move(wanted)));
  session.print(answer, [&] {
    return fmt::format("Known by its certificate, whose pin is {}.\n", to_hex(pin));
  });
  return {};
}

// The credential is made here, goes into a file that its user alone may read, and only its hash to
// the node.
Result<void> add_user(Session& session, const UserArgs& args) {
  crypto::SystemRandom random;
  Bytes secret(32);
  random.fill(secret);
  std::string text = to_hex(secret);
  json::Object wanted{
      {"name", args.name},
      {"standing", args.standing},
      {"key", args.bearer ? node::bearer_key(text) : node::basic_key(args.name, text)}};
  TRY(wanted["read"], ids_of(session, args.read));
  TRY(wanted["write"], ids_of(session, args.write));
  if (args.standing == "member") {
    TRY(json::Value member, find_member(session, args.member));
    wanted["member"] = *member.find("id");
  }
  if (args.law_enforcement) wanted["law_enforcement"] = true;
  if (!args.certificate.empty()) return add_certified(session, args.certificate, std::move(wanted));
  TRY_VOID(write_file(args.file, text + "\n", Existing::keep));
  auto answer = give(session, "alert.user", std::move(wanted));
  if (!answer) {
    ::unlink(args.file.c_str());
    return std::unexpected(answer.error());
  }
  session.print(*answer, [&] {
    return fmt::format(
        "{} reads {} and writes {} collections. The {} is in {}, and nowhere else.\n", args.name,
        args.read.size(), args.write.size(), args.bearer ? "token" : "password", args.file);
  });
  return {};
}

Result<void> change_user(Session& session, const UserArgs& args) {
  json::Object wanted{{"name", args.name}};
  if (args.no_read || !args.read.empty()) {
    TRY(wanted["read"], ids_of(session, args.read));
  }
  if (args.no_write || !args.write.empty()) {
    TRY(wanted["write"], ids_of(session, args.write));
  }
  if (args.law_enforcement || args.no_law_enforcement)
    wanted["law_enforcement"] = args.law_enforcement;
  TRY(json::Value answer, give(session, "alert.user_change", std::move(wanted)));
  session.print(answer, [&] {
    return fmt::format(
        "{} reads {} and writes {} collections from its next request on; its secret stays.\n",
        args.name, answer.find("read")->as_array()->size(),
        answer.find("write")->as_array()->size());
  });
  return {};
}

// Members by nickname, collections by title.
Result<void> list_users(Session& session) {
  TRY(json::Value all, ask_node(session, "/taxii_users"));
  TRY(json::Value collections, ask_node(session, "/collections"));
  TRY(Nicknames names, Nicknames::load(session));
  names.name(all, "member", "nickname");
  std::map<std::string, std::string> titles;
  for (const json::Value& each : *collections.as_array())
    titles[*each.find("id")->as_string()] = *each.find("title")->as_string();
  json::Value rows = all;
  for (json::Value& row : *rows.as_array())
    for (const char* right : {"read", "write"})
      for (json::Value& id : *(*row.as_object())[right].as_array())
        if (auto at = titles.find(*id.as_string()); at != titles.end()) id = at->second;
  session.print(all, [&] {
    return table(rows, {"name", "standing", "nickname", "law_enforcement", "read", "write"});
  });
  return {};
}

void add_rights(CLI::App* made, UserArgs& args) {
  made->add_option("name", args.name, "lower-case letters, digits and underscores")->required();
  made->add_option("--read", args.read, "a collection that it may read; may be repeated");
  made->add_option("--write", args.write, "a collection that it may write; may be repeated");
}

}  // namespace

void add_taxii_user_commands(CLI::App& alert, Session& session) {
  auto args = std::make_shared<UserArgs>();
  CLI::App* made = alert.add_subcommand("user", "lets somebody read or write over TAXII");
  add_rights(made, *args);
  made->add_option("--standing", args->standing,
                   "own: of this organisation; client: of its clients; member: of a partner")
      ->check(CLI::IsMember({"own", "client", "member"}));
  made->add_option("--member", args->member, "which partner, with --standing member");
  made->add_flag("--law-enforcement", args->law_enforcement,
                 "this client is police, a prosecutor or a court: it sees no circle of CSIRTs");
  made->add_flag("--bearer", args->bearer, "a bearer token; else a password for Basic");
  auto* way = made->add_option_group("credential");
  way->add_option("--secret-file", args->file, "where to write the password or token (mode 0600)");
  way->add_option("--certificate", args->certificate,
                  "a PEM file: whoever has its key is the user, over TLS");
  way->require_option(1);
  made->callback([&session, args] { attempt(session, [&] { return add_user(session, *args); }); });

  auto changed = std::make_shared<UserArgs>();
  made = alert.add_subcommand(
      "user-change", "what it may read or write, all anew; what is not said stays, its secret too");
  add_rights(made, *changed);
  made->add_flag("--no-read", changed->no_read, "it reads nothing")->excludes("--read");
  made->add_flag("--no-write", changed->no_write, "it writes nothing")->excludes("--write");
  made->add_flag("--law-enforcement", changed->law_enforcement, "this client is law enforcement");
  made->add_flag("--no-law-enforcement", changed->no_law_enforcement, "it is not, or no longer")
      ->excludes("--law-enforcement");
  made->callback(
      [&session, changed] { attempt(session, [&] { return change_user(session, *changed); }); });

  auto gone = std::make_shared<std::string>();
  made = alert.add_subcommand("user-remove", "from its next request on it sees nothing");
  made->add_option("name", *gone)->required();
  made->callback([&session, gone] {
    attempt(session, [&] {
      return signed_command(session, "alert.user_remove", {{"name", *gone}},
                            "Removed. From its next request on it sees nothing.");
    });
  });
  alert.add_subcommand("users", "who reads and writes over TAXII")->callback([&session] {
    attempt(session, [&] { return list_users(session); });
  });
}

}  // namespace comity::app
