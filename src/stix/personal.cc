#include "stix/personal.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

namespace comity::stix {
namespace {

using Rule = std::pair<std::string_view, Personal>;

// STIX 2.1, section 6, and the same names in STIX 2.0, part 4.
constexpr Rule of_types[] = {
    {"email-addr", personal_contact},          {"email-message", personal_contact},
    {"ipv4-addr", personal_online_identifier}, {"ipv6-addr", personal_online_identifier},
    {"mac-addr", personal_online_identifier},  {"user-account", personal_account}};

// The references by which one observable leads to such another, in the path of a comparison
// (section 9).
constexpr Rule of_references[] = {{"src_ref", personal_online_identifier},
                                  {"dst_ref", personal_online_identifier},
                                  {"resolves_to_refs", personal_online_identifier},
                                  {"creator_user_ref", personal_account},
                                  {"belongs_to_ref", personal_account}};

Personal of_type(std::string_view type) {
  const auto* found = std::ranges::find(of_types, type, &Rule::first);
  return found == std::end(of_types) ? Personal{0} : found->second;
}

// Of a message, the subject that a worm writes into all of them tells of nobody.
bool looks_at(std::string_view pattern, std::string_view type) {
  std::string_view harmless = type == "email-message" ? ":subject" : "";
  for (std::size_t at = pattern.find(type); at != std::string_view::npos;
       at = pattern.find(type, at + 1))
    if (harmless.empty() || !pattern.substr(at + type.size()).starts_with(harmless)) return true;
  return false;
}

// By its words alone: one that stands in a literal counts too, which withholds more, never less.
Personal in_pattern(const Object& object) {
  if (!object.pattern_type.empty() && object.pattern_type != "stix") return personal_any;
  // Types that the specification does not know: names of their own begin so.
  for (std::string_view own : {"[x-", "(x-", " x-"})
    if (object.pattern.contains(own)) return personal_any;
  Personal all = 0;
  for (const auto& [type, kind] : of_types)
    if (looks_at(object.pattern, type)) all |= kind;
  for (const auto& [reference, kind] : of_references)
    if (object.pattern.contains(reference)) all |= kind;
  return all;
}

bool is_one_of(const json::Value* value, std::span<const std::string_view> words) {
  return value && value->as_string() &&
         std::ranges::find(words, *value->as_string()) != words.end();
}

// Section 4.5: a class that is not said, or that is unknown, may be that of a person.
Personal in_identity(const json::Value& value) {
  constexpr std::array<std::string_view, 4> no_person{"group", "system", "organization", "class"};
  Personal all = is_one_of(value.find("identity_class"), no_person) ? Personal{0} : personal_name;
  if (value.find("contact_information")) all |= personal_contact;
  return all;
}

// Observables that an observed-data holds itself: 4.14, `objects`, and all of STIX 2.0.
Personal in_observed(const json::Value& value) {
  const json::Value* objects = value.find("objects");
  if (!objects || !objects->as_object()) return 0;
  Personal all = 0;
  for (const auto& [key, each] : *objects->as_object()) {
    const json::Value* type = each.find("type");
    if (type && type->as_string()) all |= of_type(*type->as_string());
    if (!type || !type->as_string() || type->as_string()->starts_with("x-")) return personal_any;
  }
  return all;
}

}  // namespace

std::optional<Personal> personal_from_name(std::string_view name) {
  constexpr Rule names[personal_kinds] = {{"name", personal_name},
                                          {"contact", personal_contact},
                                          {"account", personal_account},
                                          {"online_identifier", personal_online_identifier}};
  const auto* found = std::ranges::find(names, name, &Rule::first);
  if (found == std::end(names)) return std::nullopt;
  return found->second;
}

Personal personal_in(const Object& object, const json::Value& value) {
  if (!object.defined) return personal_any;
  if (object.type == "indicator") return in_pattern(object);
  if (object.type == "identity") return in_identity(value);
  if (object.type == "observed-data") return in_observed(value);
  if (object.type == "artifact") return value.find("payload_bin") ? personal_any : Personal{0};
  constexpr std::array<std::string_view, 1> person{"individual"};
  if (object.type == "threat-actor")
    return is_one_of(value.find("resource_level"), person) ? personal_name : Personal{0};
  if (object.type == "note" || object.type == "opinion")
    return value.find("authors") ? personal_name : Personal{0};
  return of_type(object.type);
}

}  // namespace comity::stix
