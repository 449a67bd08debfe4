#include "stix/observable_id.h"

#include "base/ids.h"
#include "json/text.h"
#include "stix/identifier.h"
#include "stix/spec.h"

namespace comity::stix {
namespace {

// 2.9: one hash stands for all, so that who knows more of them makes the same id.
json::Value preferred(const json::Value& hashes) {
  const json::Object* all = hashes.as_object();
  if (!all || all->empty()) return hashes;
  for (std::string_view name : {"MD5", "SHA-1", "SHA-256", "SHA-512"})
    if (auto at = all->find(name); at != all->end()) return json::Object{{name, at->second}};
  return json::Object{{all->begin()->first, all->begin()->second}};
}

}  // namespace

std::optional<std::string> observable_id(const json::Object& observable) {
  auto type = observable.find("type");
  if (type == observable.end() || !type->second.as_string()) return std::nullopt;
  const Type* known = find_type(*type->second.as_string(), Spec::v21);
  if (!known || known->contributing.empty()) return std::nullopt;
  json::Object contributing;
  for (const auto& [name, value] : observable)
    if (has_word(known->contributing, name))
      contributing.emplace(name, name == "hashes" ? preferred(value) : value);
  if (contributing.empty()) return std::nullopt;
  std::string text;
  json::append(text, contributing);
  return *type->second.as_string() + "--" + uuid_text(observable_uuid(text));
}

}  // namespace comity::stix
