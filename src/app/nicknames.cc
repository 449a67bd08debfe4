#include "app/nicknames.h"

namespace comity::app {

Result<Nicknames> Nicknames::load(Session& session) {
  Client client(Folder(session.dir), session.unlock);
  return load(client);
}

Result<Nicknames> Nicknames::load(Client& client) {
  TRY(json::Value members, client.get("/members"));
  Nicknames out;
  for (const json::Value& each : *members.as_array()) {
    const json::Value* name = each.find("nickname");
    if (name && name->as_string() && !name->as_string()->empty())
      out.names_[*each.find("id")->as_string()] = *name->as_string();
  }
  return out;
}

std::string Nicknames::of(const std::string& id) const {
  auto at = names_.find(id);
  return at == names_.end() ? id : at->second;
}

json::Array Nicknames::of_all(const json::Value& ids) const {
  json::Array out;
  for (const json::Value& each : *ids.as_array()) out.emplace_back(of(*each.as_string()));
  return out;
}

void Nicknames::name(json::Value& value, std::string_view field, std::string_view as) const {
  if (json::Array* list = value.as_array()) {
    for (json::Value& each : *list) name(each, field, as);
    return;
  }
  const json::Value* id = value.find(field);
  if (id && id->as_string()) (*value.as_object())[std::string(as)] = of(*id->as_string());
}

}  // namespace comity::app
