// comity alert collection, user: what is kept, and for whom.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>

#include "app/cli_alert.h"
#include "app/tell.h"
#include "base/limits_alert.h"
#include "base/limits_stix.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "node/collections.h"

namespace comity::app {

// A collection by its id, its alias, or its title.
Result<json::Value> find_collection(Session& session, const std::string& name) {
  TRY(json::Value all, ask_node(session, "/collections"));
  for (const char* field : {"id", "alias", "title"})
    for (const json::Value& each : *all.as_array())
      if (*each.find(field) == json::Value(name)) return each;
  return fail(Code::not_found, "no collection of this name; see: comity alert collections", name);
}

Result<json::Value> ask_node(Session& session, const std::string& target) {
  Client client(Folder(session.dir), session.unlock);
  return client.get(target);
}

namespace {

struct CollectionArgs {
  std::string name, title, description, alias, root, unmarked;
  std::vector<std::string> members;
  bool clients = false, csirts = false, no_push = false, no_relay = false;
};

Result<json::Value> give(Session& session, std::string_view name, json::Object args) {
  Folder folder(session.dir);
  TRY(Desk desk, Desk::open(folder, session.officer, session.for_officer()));
  Client client(folder, session.unlock);
  return client.command(desk.sign_command(name, std::move(args)));
}

Result<json::Array> ids_of(Session& session, const std::vector<std::string>& collections) {
  json::Array ids;
  for (const std::string& each : collections) {
    TRY(json::Value found, find_collection(session, each));
    ids.push_back(*found.find("id"));
  }
  return ids;
}

Result<void> put_collection(Session& session, const CollectionArgs& args, bool change) {
  json::Object wanted{
      {"title", args.title},   {"description", args.description}, {"alias", args.alias},
      {"root", args.root},     {"unmarked", args.unmarked},       {"clients", args.clients},
      {"csirts", args.csirts}, {"push", !args.no_push},           {"relay", !args.no_relay}};
  json::Array members;
  for (const std::string& each : args.members) {
    TRY(json::Value member, find_member(session, each));
    members.push_back(*member.find("id"));
  }
  wanted["members"] = std::move(members);
  if (change) {
    TRY(json::Value found, find_collection(session, args.name));
    wanted["id"] = *found.find("id");
  }
  TRY(json::Value answer, give(session, "alert.collection", std::move(wanted)));
  session.print(answer, [&] {
    return fmt::format("Collection {} is under API root {}.\n{}", *answer.find("id")->as_string(),
                       args.root,
                       args.members.empty() && !args.clients
                           ? "Nobody but this organisation sees it: its circle is empty.\n"
                           : "");
  });
  return {};
}

struct UserArgs {
  std::string name, standing = "own", member, file;
  std::vector<std::string> read, write;
  bool bearer = false;
};

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

void add_collection_options(CLI::App* made, CollectionArgs& args) {
  made->add_option("--title", args.title, "what it is called")->required();
  made->add_option("--description", args.description, "what it is about");
  made->add_option("--alias", args.alias, "a short name for its path: worms-2026");
  made->add_option("--root", args.root, "the TAXII API root that it is under")
      ->default_val("default");
  made->add_option("--unmarked", args.unmarked, "the TLP label of what bears none")
      ->default_val("TLP:AMBER");
  made->add_option("--member", args.members, "a partner in its circle; may be repeated");
  made->add_flag("--clients", args.clients, "the organisation's own clients are in its circle");
  made->add_flag("--csirts", args.csirts,
                 "a circle of CSIRTs: no law enforcement, unless the originator lets it");
  made->add_flag("--no-push", args.no_push,
                 "what is new waits for: comity alert share; else it goes to the circle at once");
  made->add_flag("--no-relay", args.no_relay,
                 "partners pass nothing of it on, whatever its label would let them");
}

void add_collections(CLI::App& alert, Session& session) {
  for (bool change : {false, true}) {
    auto args = std::make_shared<CollectionArgs>();
    CLI::App* made =
        alert.add_subcommand(change ? "change" : "collection",
                             change ? "says anew what a collection is and whom it is for"
                                    : "makes a collection: a place for alerts, and its circle");
    if (change) made->add_option("name", args->name, "id, alias or title")->required();
    add_collection_options(made, *args);
    made->callback([&session, args, change] {
      attempt(session, [&] { return put_collection(session, *args, change); });
    });
  }
  alert.add_subcommand("collections", "which there are, and for whom")->callback([&session] {
    attempt(session, [&]() -> Result<void> {
      TRY(json::Value all, ask_node(session, "/collections"));
      session.print(all, [&] { return table(all, {"title", "alias", "root", "unmarked", "id"}); });
      return {};
    });
  });
}

void add_users(CLI::App& alert, Session& session) {
  auto args = std::make_shared<UserArgs>();
  CLI::App* made = alert.add_subcommand("user", "lets somebody read or write over TAXII");
  made->add_option("name", args->name, "lower-case letters, digits and underscores")->required();
  made->add_option("--standing", args->standing,
                   "own: of this organisation; client: of its clients; member: of a partner")
      ->check(CLI::IsMember({"own", "client", "member"}));
  made->add_option("--member", args->member, "which partner, with --standing member");
  made->add_option("--read", args->read, "a collection that it may read; may be repeated");
  made->add_option("--write", args->write, "a collection that it may write; may be repeated");
  made->add_flag("--bearer", args->bearer, "a bearer token; else a password for Basic");
  made->add_option("--secret-file", args->file, "where to write the password or token (mode 0600)")
      ->required();
  made->callback([&session, args] { attempt(session, [&] { return add_user(session, *args); }); });

  auto gone = std::make_shared<std::string>();
  CLI::App* remove =
      alert.add_subcommand("user-remove", "from its next request on it sees nothing");
  remove->add_option("name", *gone)->required();
  remove->callback([&session, gone] {
    attempt(session, [&] {
      return signed_command(session, "alert.user_remove", {{"name", *gone}},
                            "Removed. From its next request on it sees nothing.");
    });
  });
  alert.add_subcommand("users", "who reads and writes over TAXII")->callback([&session] {
    attempt(session, [&]() -> Result<void> {
      TRY(json::Value all, ask_node(session, "/taxii_users"));
      session.print(all, [&] { return table(all, {"name", "standing", "read", "write"}); });
      return {};
    });
  });
}

}  // namespace

void add_collection_commands(CLI::App& alert, Session& session) {
  add_collections(alert, session);
  add_users(alert, session);
}

}  // namespace comity::app
