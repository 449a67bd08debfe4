// comity alert collection, change, collections: what is kept, and for whom.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <optional>

#include "app/cli_alert.h"
#include "app/nicknames.h"
#include "app/tell.h"
#include "stix/tlp.h"

namespace comity::app {

Result<json::Value> ask_node(Session& session, const std::string& target) {
  Client client(Folder(session.dir), session.unlock);
  return client.get(target);
}

Result<json::Value> give(Session& session, std::string_view name, json::Object args) {
  Folder folder(session.dir);
  TRY(Desk desk, Desk::open(folder, session.officer, session.for_officer()));
  Client client(folder, session.unlock);
  return client.command(desk.sign_command(name, std::move(args)));
}

Result<json::Value> find_collection(Session& session, const std::string& name) {
  TRY(json::Value all, ask_node(session, "/collections"));
  std::vector<const json::Value*> found;
  for (const json::Value& each : *all.as_array()) {
    if (*each.find("id") == json::Value(name)) return each;
    if (*each.find("alias") == json::Value(name) || *each.find("title") == json::Value(name))
      found.push_back(&each);
  }
  if (found.size() == 1) return *found.front();
  if (found.empty())
    return fail(Code::not_found, "no collection of this name; see: comity alert collections", name);
  std::string which;
  for (const json::Value* each : found)
    which += fmt::format("\n  {}  {}", *each->find("id")->as_string(),
                         *each->find("title")->as_string());
  return fail(Code::bad_value, "several collections have this name; say which by its id:" + which,
              name);
}

namespace {

struct CollectionArgs {
  std::string name;
  std::optional<std::string> title, description, alias, root, unmarked;
  std::vector<std::string> members, more, fewer;
  std::optional<bool> clients, csirts, push, relay;
};

Result<json::Array> member_ids(Session& session, const std::vector<std::string>& names) {
  json::Array ids;
  for (const std::string& each : names) {
    TRY(json::Value member, find_member(session, each));
    ids.push_back(*member.find("id"));
  }
  return ids;
}

// The circle anew, if it is said, else that of before; and those more and those fewer.
Result<json::Array> circle_wanted(Session& session, const CollectionArgs& args,
                                  json::Array members) {
  if (!args.members.empty()) {
    TRY(members, member_ids(session, args.members));
  }
  TRY(json::Array more, member_ids(session, args.more));
  TRY(json::Array fewer, member_ids(session, args.fewer));
  for (json::Value& each : more)
    if (std::ranges::find(members, each) == members.end()) members.push_back(std::move(each));
  for (const json::Value& each : fewer)
    if (std::erase(members, each) == 0)
      return fail(Code::not_found, "is not in the circle", *each.as_string());
  return members;
}

// As the node's command wants it, whole; what is not said stays as it is.
Result<json::Object> wanted_of(Session& session, const CollectionArgs& args,
                               const json::Value* before) {
  json::Object wanted;
  auto text = [&](const char* name, const std::optional<std::string>& said, const char* unless) {
    wanted[name] = said ? json::Value(*said) : before ? *before->find(name) : json::Value(unless);
  };
  auto flag = [&](const char* name, std::optional<bool> said, const json::Value* in, bool unless) {
    wanted[name] = said ? json::Value(*said) : in ? *in->find(name) : json::Value(unless);
  };
  const json::Value* circle = before ? before->find("circle") : nullptr;
  text("title", args.title, "");
  text("description", args.description, "");
  text("alias", args.alias, "");
  text("root", args.root, "default");
  text("unmarked", args.unmarked, "TLP:AMBER");
  flag("clients", args.clients, circle, false);
  flag("csirts", args.csirts, circle, false);
  flag("push", args.push, before, true);
  flag("relay", args.relay, before, true);
  TRY(wanted["members"],
      circle_wanted(session, args, circle ? *circle->find("members")->as_array() : json::Array{}));
  if (before) wanted["id"] = *before->find("id");
  return wanted;
}

bool is_on(const json::Value& value, std::string_view name) {
  return *value.find(name) == json::Value(true);
}

// Whoever sees more of it than before: lines for people, and who is new in the circle.
struct Wider {
  json::Array lines, members;
};

Wider wider(const json::Value& before, const json::Value& after, const Nicknames& names) {
  Wider out;
  const json::Value &was = *before.find("circle"), &is = *after.find("circle");
  const json::Array& knew = *was.find("members")->as_array();
  for (const json::Value& each : *is.find("members")->as_array())
    if (std::ranges::find(knew, each) == knew.end()) {
      out.members.push_back(each);
      out.lines.emplace_back(names.of(*each.as_string()) + " is in the circle");
    }
  if (!is_on(was, "clients") && is_on(is, "clients"))
    out.lines.emplace_back("the organisation's own clients see it");
  if (is_on(was, "csirts") && !is_on(is, "csirts"))
    out.lines.emplace_back("law enforcement in the circle sees it: it is no circle of CSIRTs");
  if (!is_on(before, "relay") && is_on(after, "relay"))
    out.lines.emplace_back("partners may pass it on, as labels let them");
  auto old_label = stix::tlp_from_name(*before.find("unmarked")->as_string());
  auto label = stix::tlp_from_name(*after.find("unmarked")->as_string());
  if (label && old_label && *label < *old_label)
    out.lines.emplace_back("what bears no label counts as " + std::string(stix::tlp_name(*label)) +
                           ", not as " + std::string(stix::tlp_name(*old_label)));
  return out;
}

// Adds the members of its circle by nickname.
void name_circle(json::Value& collection, const Nicknames& names) {
  json::Object& circle = *(*collection.as_object())["circle"].as_object();
  circle["nicknames"] = names.of_all(circle["members"]);
}

std::string circle_text(const json::Value& collection) {
  const json::Value& circle = *collection.find("circle");
  std::string who;
  for (const json::Value& each : *circle.find("nicknames")->as_array())
    who += (who.empty() ? "" : ", ") + *each.as_string();
  if (is_on(circle, "clients")) who += std::string(who.empty() ? "" : ", ") + "our own clients";
  if (who.empty()) return "nobody but this organisation";
  return who + (is_on(circle, "csirts") ? "; CSIRTs alone, no law enforcement" : "");
}

std::string tell(const json::Value& made) {
  return fmt::format(
      "Collection {} ({}) is under API root {}.\n  seen by: {}\n  without a label: {}; {}; {}\n",
      *made.find("title")->as_string(), *made.find("id")->as_string(),
      *made.find("root")->as_string(), circle_text(made), *made.find("unmarked")->as_string(),
      is_on(made, "push") ? "what is new goes to the circle at once" : "told by hand alone",
      is_on(made, "relay") ? "partners pass on what labels let them" : "partners pass nothing on");
}

std::string tell_wider(const json::Value& made, const Wider& more, const Nicknames& names) {
  if (more.lines.empty()) return "";
  std::string told = "This is WIDER than before:\n";
  for (const json::Value& each : more.lines) told += "  " + *each.as_string() + "\n";
  if (more.members.empty()) return told;
  told +=
      "What is there already they are not told unless you say: comity alert share --all "
      "--collection " +
      *made.find("id")->as_string();
  for (const json::Value& each : more.members) told += " --to " + names.of(*each.as_string());
  return told + "\n";
}

Result<void> put_collection(Session& session, const CollectionArgs& args, bool change) {
  json::Value before;
  if (change) {
    TRY(before, find_collection(session, args.name));
  }
  TRY(json::Object wanted, wanted_of(session, args, change ? &before : nullptr));
  TRY(json::Value made, give(session, "alert.collection", std::move(wanted)));
  TRY(Nicknames names, Nicknames::load(session));
  Wider more;
  if (change) more = wider(before, made, names);
  name_circle(made, names);
  if (change) (*made.as_object())["wider"] = more.lines;
  session.print(made, [&] { return tell(made) + tell_wider(made, more, names); });
  return {};
}

// Said, unsaid, or neither: CLI11 takes an optional for a count.
void add_switch(CLI::App* made, const char* names, std::optional<bool>& said, const char* about) {
  made->add_flag_function(names, [&said](std::int64_t times) { said = times > 0; }, about);
}

void add_collection_options(CLI::App* made, CollectionArgs& args, bool change) {
  CLI::Option* title = made->add_option("--title", args.title, "what it is called");
  if (!change) title->required();
  made->add_option("--description", args.description, "what it is about");
  made->add_option("--alias", args.alias, "a short name for its path: worms-2026");
  made->add_option("--root", args.root, "the TAXII API root that it is under; else: default");
  made->add_option("--unmarked", args.unmarked,
                   "the TLP label of what bears none; unless said TLP:AMBER");
  made->add_option("--member", args.members,
                   change ? "the partners in its circle, all anew; may be repeated"
                          : "a partner in its circle; may be repeated");
  if (change) {
    made->add_option("--add-member", args.more, "one more partner; may be repeated");
    made->add_option("--remove-member", args.fewer, "a partner who leaves; may be repeated");
  }
  add_switch(made, "--clients,!--no-clients", args.clients,
             "the organisation's own clients are in its circle");
  add_switch(made, "--csirts,!--no-csirts", args.csirts,
             "a circle of CSIRTs: no law enforcement, unless the originator lets it");
  add_switch(made, "--push,!--no-push", args.push,
             "what is new goes to the circle at once; no: it waits for comity alert share");
  add_switch(made, "--relay,!--no-relay", args.relay,
             "partners pass on what labels let them; no: nothing of it");
}

Result<void> list_collections(Session& session) {
  TRY(json::Value all, ask_node(session, "/collections"));
  TRY(Nicknames names, Nicknames::load(session));
  json::Array rows;
  for (json::Value& each : *all.as_array()) {
    name_circle(each, names);
    json::Object row = *each.as_object();
    row["seen by"] = circle_text(each);
    rows.emplace_back(std::move(row));
  }
  session.print(all, [&] {
    return table(rows, {"title", "alias", "root", "seen by", "push", "relay", "unmarked", "id"});
  });
  return {};
}

}  // namespace

void add_collection_commands(CLI::App& alert, Session& session) {
  for (bool change : {false, true}) {
    auto args = std::make_shared<CollectionArgs>();
    CLI::App* made =
        alert.add_subcommand(change ? "change" : "collection",
                             change ? "changes what is said of a collection, and nothing else"
                                    : "makes a collection: a place for alerts, and its circle");
    if (change) made->add_option("name", args->name, "id, alias or title")->required();
    add_collection_options(made, *args, change);
    made->callback([&session, args, change] {
      attempt(session, [&] { return put_collection(session, *args, change); });
    });
  }
  alert.add_subcommand("collections", "which there are, and for whom")->callback([&session] {
    attempt(session, [&] { return list_collections(session); });
  });
}

}  // namespace comity::app
