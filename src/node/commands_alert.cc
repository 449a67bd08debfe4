// Collections and their users, and objects that officers bring in.
#include <algorithm>

#include "base/limits_alert.h"
#include "crypto/hash.h"
#include "member/plain.h"
#include "node/alert_acts.h"
#include "node/commands.h"
#include "node/push.h"
#include "node/recall.h"
#include "node/roads.h"

namespace comity::node {
namespace {

// Of a collection's alias and of an API root: a part of a path.
Result<void> check_slug(const std::string& text, std::string where) {
  bool good = !text.empty() && text.size() <= 64 && std::ranges::all_of(text, [](char c) {
    return ('a' <= c && c <= 'z') || ('0' <= c && c <= '9') || c == '-';
  });
  if (good) return {};
  return fail(Code::bad_value, "1 to 64 lower-case letters, digits and hyphens", std::move(where));
}

Result<alert::Circle> read_circle(Work& work, json::Reader& args) {
  alert::Circle circle;
  for (const std::string& each : args.texts_or_none("members", limits::circle_members_max)) {
    TRY(MemberId id, member_id_from_text(each));
    TRY_VOID(know_partner(work.rows, id));
    circle.members.insert(id);
  }
  circle.clients = args.boolean_or("clients", false);
  circle.csirts = args.boolean_or("csirts", false);
  return circle;
}

// Beside the others there are: that its alias is its own, under whatever API root (people name
// collections by it, and a MISP feed's path has no root), and that there is room for one more.
Result<void> check_place(Work& work, const Collection& collection) {
  if (!collection.alias.empty()) TRY_VOID(check_slug(collection.alias, "/args/alias"));
  TRY(auto all, all_collections(work.rows));
  bool is_new = std::ranges::find(all, collection.id, &Collection::id) == all.end();
  if (is_new && all.size() >= limits::collections_max)
    return fail(Code::too_large,
                "a node has at most " + std::to_string(limits::collections_max) + " collections");
  for (const Collection& each : all)
    if (!collection.alias.empty() && each.id != collection.id &&
        (each.alias == collection.alias || each.id == collection.alias))
      return fail(Code::exists, "another collection has this alias: " + each.id, "/args/alias");
  return {};
}

// Makes a collection, or, with its id, says anew what it is and whom it is for.
Result<void> put_collection(Work& work, const Order&, json::Reader& args, std::uint64_t) {
  Collection collection;
  std::string id = args.text_or("id", "");
  collection.title = args.text("title", limits::collection_title_bytes_max);
  collection.description = args.text_or("description", "");
  collection.alias = args.text_or("alias", "");
  collection.root = args.text_or("root", "default");
  std::string unmarked = args.text_or("unmarked", "TLP:AMBER");
  TRY(collection.circle, read_circle(work, args));
  collection.push = args.boolean_or("push", true);
  collection.relay = args.boolean_or("relay", true);
  TRY_VOID(args.finish());
  if (!id.empty()) {
    TRY(Collection before, load_collection(work.rows, id));
    collection.basis = std::move(before.basis);  // is counsel's to say
  }
  collection.id = id.empty() ? uuid_text(make_uuid7(work.now, work.random)) : id;
  TRY_VOID(
      member::check_plain(collection.title, "/args/title", limits::collection_title_bytes_max));
  TRY_VOID(check_slug(collection.root, "/args/root"));
  TRY_VOID(check_place(work, collection));
  auto tlp = stix::tlp_from_name(unmarked);
  if (!tlp || *tlp == stix::Tlp::red)
    return fail(Code::bad_value, "TLP:CLEAR, GREEN, AMBER or AMBER+STRICT", "/args/unmarked");
  collection.unmarked = *tlp;
  work.rows.put(Space::collection, collection.id, to_json(collection));
  work.reply.body = to_json(collection);
  return {};
}

Result<Basis> read_basis(Work& work, const Order& order, json::Reader& args) {
  Basis basis{.offence = args.text("offence", limits::code_bytes_max),
              .facts = {},
              .gives = {},
              .counsel = order.officer,
              .reason = args.text("reason", limits::request_line_bytes_max),
              .at = work.now};
  args.objects_or_none("facts", law::facts_max, [&](json::Reader& each) {
    std::string name = each.text("fact", limits::code_bytes_max);
    basis.facts.emplace_back(std::move(name), each.text("value", limits::code_bytes_max));
  });
  TRY_VOID(args.finish());
  TRY_VOID(member::check_plain(basis.reason, "/args/reason", limits::request_line_bytes_max));
  TRY_VOID(work.context.corpus.offence(basis.offence));
  TRY_VOID(law::read_facts(work.context.corpus, basis.facts));
  TRY(OfficerId counsel, id_from_text<OfficerId>(order.officer));
  TRY(OfficerPtr known, know_officer(work.rows, counsel));
  if (known) basis.gives = known->officer.gives;
  return basis;
}

// Counsel says what personal data go to these partners on, or that none go any more.
Result<void> put_basis(Work& work, const Order& order, json::Reader& args, std::uint64_t) {
  std::string id = args.text("collection");
  std::set<MemberId> members;
  for (const std::string& each : args.texts("members", limits::circle_members_max)) {
    TRY(MemberId member, member_id_from_text(each));
    TRY_VOID(know_partner(work.rows, member));
    members.insert(member);
  }
  bool withdraw = args.boolean_or("withdraw", false);
  TRY(Collection collection, load_collection(work.rows, id));
  if (withdraw) {
    TRY_VOID(args.finish());
    for (const MemberId& each : members) collection.basis.erase(each);
  } else {
    TRY(Basis basis, read_basis(work, order, args));
    for (const MemberId& each : members) collection.basis[each] = basis;
  }
  if (collection.basis.size() > limits::circle_members_max)
    return fail(Code::too_large,
                "counsel speaks of at most " + std::to_string(limits::circle_members_max) +
                    " partners of a collection; withdraw it for some",
                "/args/members");
  work.rows.put(Space::collection, collection.id, to_json(collection));
  TRY(work.reply.body, roads_json(work.rows, here(work.context, work.now), collection));
  return {};
}

Result<std::set<std::string>> read_collections(Work& work, json::Reader& args,
                                               std::string_view name) {
  std::set<std::string> out;
  for (std::string& each : args.texts_or_none(name, limits::collections_max)) {
    TRY_VOID(load_collection(work.rows, each));
    out.insert(std::move(each));
  }
  return out;
}

Result<void> check_name_is_free(Work& work, const std::string& name) {
  return work.rows.scan(Space::taxii_user, "",
                        [&](const std::string&, const json::Value& row) -> Result<Overlay::Walk> {
                          TRY(TaxiiUser each, taxii_user_from_json(row));
                          if (each.name == name)
                            return fail(Code::exists, "a user has this name", "/args/name");
                          return Overlay::Walk::on;
                        });
}

Result<void> check_law_enforcement(const TaxiiUser& user) {
  if (!user.law_enforcement || user.standing == alert::Standing::client) return {};
  return fail(Code::bad_value,
              "of clients alone: a partner's card says what it is, and our own people see all",
              "/args/law_enforcement");
}

// `key` is the hash of the credential, which was made where the command was: the node never has it.
Result<void> add_user(Work& work, const Order&, json::Reader& args, std::uint64_t) {
  TaxiiUser user;
  user.name = args.text("name", 64);
  Hash key = args.hash("key");
  std::string standing = args.one_of("standing", {"own", "client", "member"});
  std::string member = args.text_or("member", "");
  user.law_enforcement = args.boolean_or("law_enforcement", false);
  TRY(user.read, read_collections(work, args, "read"));
  TRY(user.write, read_collections(work, args, "write"));
  TRY_VOID(args.finish());
  TRY_VOID(member::check_word(user.name, "/args/name"));
  TRY_VOID(check_name_is_free(work, user.name));
  // A certificate may be given twice, and would change hands without a word.
  TRY(auto before, work.rows.get(Space::taxii_user, to_hex(key)));
  if (before)
    return fail(Code::exists, "this credential is another user's; see: comity alert users",
                "/args/key");
  if (standing == "client") user.standing = alert::Standing::client;
  if (standing == "member") {
    user.standing = alert::Standing::member;
    TRY(user.member, member_id_from_text(member));
    TRY_VOID(know_partner(work.rows, user.member));
  }
  TRY_VOID(check_law_enforcement(user));
  work.rows.put(Space::taxii_user, to_hex(key), to_json(user));
  work.reply.body = to_json(user);
  return {};
}

// By its name: the key of its row, and the row.
Result<std::pair<std::string, TaxiiUser>> find_user(Work& work, const std::string& name) {
  std::pair<std::string, TaxiiUser> found;
  TRY_VOID(
      work.rows.scan(Space::taxii_user, "",
                     [&](const std::string& at, const json::Value& row) -> Result<Overlay::Walk> {
                       TRY(TaxiiUser each, taxii_user_from_json(row));
                       if (each.name != name) return Overlay::Walk::on;
                       found = {at, std::move(each)};
                       return Overlay::Walk::stop;
                     }));
  if (found.first.empty())
    return fail(Code::not_found, "no user has this name; see: comity alert users", "/args/name");
  return found;
}

// What it may read and write: what is not said stays, and so do its secret and its standing.
Result<void> change_user(Work& work, const Order&, json::Reader& args, std::uint64_t) {
  std::string name = args.text("name", 64);
  bool reads = args.has("read"), writes = args.has("write"), law = args.has("law_enforcement");
  bool law_enforcement = args.boolean_or("law_enforcement", false);
  TRY(std::set<std::string> read, read_collections(work, args, "read"));
  TRY(std::set<std::string> write, read_collections(work, args, "write"));
  TRY_VOID(args.finish());
  TRY(auto found, find_user(work, name));
  auto& [key, user] = found;
  if (reads) user.read = std::move(read);
  if (writes) user.write = std::move(write);
  if (law) user.law_enforcement = law_enforcement;
  TRY_VOID(check_law_enforcement(user));
  work.rows.put(Space::taxii_user, key, to_json(user));
  work.reply.body = to_json(user);
  return {};
}

Result<void> remove_user(Work& work, const Order&, json::Reader& args, std::uint64_t) {
  std::string name = args.text("name", 64);
  TRY_VOID(args.finish());
  TRY(auto found, find_user(work, name));
  work.rows.erase(Space::taxii_user, found.first);
  work.reply.body = json::Object{{"name", name}, {"removed", true}};
  return {};
}

Result<void> import_objects(Work& work, const Order& order, json::Reader& args, std::uint64_t) {
  std::string id = args.text("collection");
  Hash sha256 = args.hash("sha256");
  bool elsewhere = args.boolean_or("elsewhere", false);
  TRY_VOID(args.finish());
  if (crypto::sha256(as_bytes(order.blob)) != sha256)
    return fail(Code::bad_value, "the file beside the command is not the one that it names",
                "/args/sha256");
  TRY(Collection collection, load_collection(work.rows, id));
  TRY(Taken taken, take_objects(work, collection, order.blob,
                                {.by = order.officer, .elsewhere = elsewhere, .blob = sha256}));
  TRY(Pushed pushed, push_taken(work, collection, taken));
  TRY_VOID(tell_revocations(work, collection, taken));
  TRY_VOID(tell_sightings(work, collection, taken));
  std::erase_if(taken.taken, [](const Taken::Entry& entry) { return entry.message.empty(); });
  work.reply.body = json::Object{{"collection", id},
                                 {"added", static_cast<std::uint64_t>(taken.added)},
                                 {"narrowed", static_cast<std::uint64_t>(taken.narrowed)},
                                 {"present", static_cast<std::uint64_t>(taken.taken.size())},
                                 {"refused", to_json(taken.refused)},
                                 {"pushed", to_json(pushed)}};
  return {};
}

}  // namespace

CarryOut alert_command(std::string_view name) {
  if (name == "alert.collection") return put_collection;
  if (name == "alert.basis") return put_basis;
  if (name == "alert.user") return add_user;
  if (name == "alert.user_change") return change_user;
  if (name == "alert.user_remove") return remove_user;
  if (name == "alert.import") return import_objects;
  return nullptr;
}

}  // namespace comity::node
