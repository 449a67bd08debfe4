#include "node/collections.h"

#include "base/limits_alert.h"
#include "crypto/hash.h"
#include "json/reader.h"
#include "law/engine.h"
#include "member/member.h"
#include "node/work.h"

namespace comity::node {
namespace {

constexpr std::string_view standings[] = {"own", "client", "member"};

// Who works for a court or a prosecution, or asks for them.
bool is_law_enforcement(member::Role role) {
  using enum member::Role;
  return role != csirt && role != provider && role != registrar;
}

json::Array words(const std::set<std::string>& values) {
  return {values.begin(), values.end()};
}

std::set<std::string> set_of(std::vector<std::string> values) {
  return {std::make_move_iterator(values.begin()), std::make_move_iterator(values.end())};
}

json::Value to_json(const alert::Circle& circle) {
  json::Array members;
  for (const MemberId& each : circle.members) members.push_back(to_hex(each));
  return json::Object{
      {"members", std::move(members)}, {"clients", circle.clients}, {"csirts", circle.csirts}};
}

json::Array basis_json(const std::map<MemberId, Basis>& all) {
  json::Array out;
  for (const auto& [member, basis] : all) {
    json::Value each = to_json(basis);
    (*each.as_object())["member"] = to_hex(member);
    out.push_back(std::move(each));
  }
  return out;
}

Basis read_basis(json::Reader& in) {
  Basis basis;
  basis.offence = in.text("offence");
  in.objects("facts", law::facts_max, [&](json::Reader& each) {
    std::string name = each.text("fact");
    basis.facts.emplace_back(std::move(name), each.text("value"));
  });
  basis.gives = set_of(in.texts_or_none("gives", limits::approval_gives_max));
  basis.counsel = in.text("counsel");
  basis.reason = in.text("reason");
  basis.at = in.instant("at");
  return basis;
}

std::string key_of(std::string_view text) {
  return to_hex(crypto::sha256(as_bytes(text)));
}

}  // namespace

json::Value to_json(const Basis& basis) {
  json::Array facts;
  for (const auto& [name, value] : basis.facts)
    facts.push_back(json::Object{{"fact", name}, {"value", value}});
  return json::Object{{"offence", basis.offence},    {"facts", std::move(facts)},
                      {"gives", words(basis.gives)}, {"counsel", basis.counsel},
                      {"reason", basis.reason},      {"at", to_text(basis.at)}};
}

json::Value to_json(const Collection& collection) {
  return json::Object{{"id", collection.id},
                      {"title", collection.title},
                      {"description", collection.description},
                      {"alias", collection.alias},
                      {"root", collection.root},
                      {"unmarked", stix::tlp_name(collection.unmarked)},
                      {"circle", to_json(collection.circle)},
                      {"push", collection.push},
                      {"relay", collection.relay},
                      {"basis", basis_json(collection.basis)}};
}

Result<Collection> collection_from_json(const json::Value& value) {
  Collection collection;
  json::Reader in(value);
  collection.id = in.text("id");
  collection.title = in.text("title");
  collection.description = in.text("description");
  collection.alias = in.text("alias");
  collection.root = in.text("root");
  if (auto tlp = stix::tlp_from_name(in.text("unmarked"))) collection.unmarked = *tlp;
  in.object("circle", [&](json::Reader& circle) {
    for (const std::string& each : circle.texts_or_none("members", limits::circle_members_max))
      if (auto id = member_id_from_text(each)) collection.circle.members.insert(*id);
    collection.circle.clients = circle.boolean_or("clients", false);
    collection.circle.csirts = circle.boolean_or("csirts", false);
  });
  collection.push = in.boolean_or("push", true);
  collection.relay = in.boolean_or("relay", true);
  in.objects_or_none("basis", limits::circle_members_max, [&](json::Reader& each) {
    MemberId member = each.fixed<MemberTag>("member");
    collection.basis[member] = read_basis(each);
  });
  TRY_VOID(in.finish());
  return collection;
}

Result<Collection> load_collection(Overlay& rows, const std::string& id) {
  TRY(auto row, rows.get(Space::collection, id));
  if (!row)
    return fail(Code::not_found, "no collection has this id; see: comity alert collections", id);
  return collection_from_json(*row);
}

Result<std::vector<Collection>> all_collections(Overlay& rows) {
  std::vector<Collection> all;
  TRY_VOID(rows.scan(Space::collection, "",
                     [&](const std::string&, const json::Value& row) -> Result<Overlay::Walk> {
                       TRY(Collection each, collection_from_json(row));
                       all.push_back(std::move(each));
                       return Overlay::Walk::on;
                     }));
  return all;
}

json::Value to_json(const TaxiiUser& user) {
  json::Object out{{"name", user.name},
                   {"standing", standings[static_cast<std::size_t>(user.standing)]},
                   {"read", words(user.read)},
                   {"write", words(user.write)}};
  if (user.standing == alert::Standing::member) out["member"] = to_hex(user.member);
  if (user.law_enforcement) out["law_enforcement"] = true;
  return out;
}

Result<TaxiiUser> taxii_user_from_json(const json::Value& value) {
  TaxiiUser user;
  json::Reader in(value);
  user.name = in.text("name");
  std::string standing = in.one_of("standing", {standings[0], standings[1], standings[2]});
  for (std::size_t i = 0; i < std::size(standings); ++i)
    if (standing == standings[i]) user.standing = static_cast<alert::Standing>(i);
  if (user.standing == alert::Standing::member) user.member = in.fixed<MemberTag>("member");
  user.law_enforcement = in.boolean_or("law_enforcement", false);
  user.read = set_of(in.texts_or_none("read", limits::collections_max));
  user.write = set_of(in.texts_or_none("write", limits::collections_max));
  TRY_VOID(in.finish());
  return user;
}

bool is_inside(const Collection& collection, const TaxiiUser& user) {
  switch (user.standing) {
    case alert::Standing::own:
      return true;
    case alert::Standing::client:
      return collection.circle.clients;
    case alert::Standing::member:
      return collection.circle.members.contains(user.member);
  }
  return false;
}

Result<std::optional<TaxiiUser>> find_taxii_user(Overlay& rows, const std::string& key) {
  TRY(auto row, rows.get(Space::taxii_user, key));
  if (!row) return std::nullopt;
  TRY(TaxiiUser user, taxii_user_from_json(*row));
  return user;
}

std::string basic_key(std::string_view name, std::string_view password) {
  return key_of("basic:" + std::string(name) + ":" + std::string(password));
}

std::string bearer_key(std::string_view token) {
  return key_of("bearer:" + std::string(token));
}

std::string certificate_key(const crypto::TlsPin& pin) {
  return key_of("certificate:" + to_hex(pin));
}

Result<alert::Reader> reader_of_member(Overlay& rows, const MemberId& member,
                                       const std::string& own_jurisdiction) {
  TRY(PartnerPtr partner, know_partner(rows, member));
  if (partner->member.state != member::State::paired)
    return fail(Code::not_paired, "this member is not paired with this node");
  return alert::Reader{.standing = alert::Standing::member,
                       .member = member,
                       .law_enforcement = is_law_enforcement(partner->card.role),
                       .no_road = partner->card.jurisdiction == own_jurisdiction
                                      ? stix::Personal{0}
                                      : stix::personal_any};
}

Result<alert::Reader> reader_of(Overlay& rows, const TaxiiUser& user,
                                const std::string& own_jurisdiction) {
  if (user.standing == alert::Standing::member)
    return reader_of_member(rows, user.member, own_jurisdiction);
  return alert::Reader{
      .standing = user.standing, .member = user.member, .law_enforcement = user.law_enforcement};
}

}  // namespace comity::node
