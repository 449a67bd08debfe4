#include "stix/personal.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "stix/pattern.h"
#include "stix/spec.h"

namespace comity::stix {
namespace {

using Tells = std::pair<std::string_view, Personal>;

// STIX 2.1, section 6, and the same names in STIX 2.0, part 4.
constexpr Tells of_types[] = {
    {"email-addr", personal_contact},          {"email-message", personal_contact},
    {"ipv4-addr", personal_online_identifier}, {"ipv6-addr", personal_online_identifier},
    {"mac-addr", personal_online_identifier},  {"user-account", personal_account}};

// The references by which one observable leads to such another, in the path of a comparison
// (section 9).
constexpr Tells of_references[] = {{"src_ref", personal_online_identifier},
                                   {"dst_ref", personal_online_identifier},
                                   {"resolves_to_refs", personal_online_identifier},
                                   {"creator_user_ref", personal_account},
                                   {"belongs_to_ref", personal_account}};

Personal of_type(std::string_view type) {
  const auto* found = std::ranges::find(of_types, type, &Tells::first);
  return found == std::end(of_types) ? Personal{0} : found->second;
}

// A type, a property or an extension that the specification does not know may hold anything.
bool is_foreign(const PathStep& step) {
  const auto* name = std::get_if<std::string>(&step);
  return name && (name->starts_with("x_") || name->starts_with("x-") ||
                  name->starts_with("extension-definition--"));
}

Personal in_path(const ObjectPath& path, Spec spec) {
  const Type* type = find_type(path.type, spec);
  if (!type || type->cls != Class::sco || std::ranges::any_of(path.steps, is_foreign))
    return personal_any;
  // Of a message, the subject that a worm writes into all of them tells of nobody.
  bool harmless = path.type == "email-message" && path.steps.front() == PathStep("subject");
  Personal all = harmless ? Personal{0} : of_type(path.type);
  for (const auto& [reference, kind] : of_references)
    if (std::ranges::find(path.steps, PathStep(std::string(reference))) != path.steps.end())
      all |= kind;
  return all;
}

Personal in_condition(const Condition& condition, Spec spec) {
  if (condition.kind == Condition::Kind::test) return in_path(condition.test.path, spec);
  Personal all = 0;
  for (const Condition& part : condition.parts) all |= in_condition(part, spec);
  return all;
}

Personal in_observing(const Observing& observing, Spec spec) {
  if (observing.kind == Observing::Kind::condition) return in_condition(observing.condition, spec);
  Personal all = 0;
  for (const Observing& part : observing.parts) all |= in_observing(part, spec);
  return all;
}

Personal in_pattern(const Object& object) {
  if (!object.pattern_type.empty() && object.pattern_type != "stix") return personal_any;
  auto pattern = parse_pattern(object.pattern, object.spec);
  return pattern ? in_observing(pattern->root, object.spec) : personal_any;
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

bool is_individual(const json::Value& value, std::string_view property) {
  const json::Value* word = value.find(property);
  if (!word || !word->as_string()) return false;
  std::string lower = *word->as_string();
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower == "individual";
}

Personal in_artifact(const json::Value& value) {
  return value.find("payload_bin") ? personal_any : Personal{0};
}

// Observables that an observed-data holds itself: 4.14, `objects`, and all of STIX 2.0.
Personal in_observed(const json::Value& value, Spec spec) {
  const json::Value* objects = value.find("objects");
  if (!objects || !objects->as_object()) return 0;
  Personal all = 0;
  for (const auto& [key, each] : *objects->as_object()) {
    const json::Value* type = each.find("type");
    if (!type || !type->as_string() || !find_type(*type->as_string(), spec)) return personal_any;
    all |= of_type(*type->as_string());
    if (*type->as_string() == "artifact") all |= in_artifact(each);
  }
  return all;
}

}  // namespace

std::optional<Personal> personal_from_name(std::string_view name) {
  constexpr Tells names[personal_kinds] = {{"name", personal_name},
                                           {"contact", personal_contact},
                                           {"account", personal_account},
                                           {"online_identifier", personal_online_identifier}};
  const auto* found = std::ranges::find(names, name, &Tells::first);
  if (found == std::end(names)) return std::nullopt;
  return found->second;
}

Personal personal_in(const Object& object, const json::Value& value) {
  if (!object.defined) return personal_any;
  if (object.type == "indicator") return in_pattern(object);
  if (object.type == "identity") return in_identity(value);
  if (object.type == "observed-data") return in_observed(value, object.spec);
  if (object.type == "artifact") return in_artifact(value);
  // What it says in another language may be of anything (section 7.1).
  if (object.type == "language-content") return personal_any;
  if (object.type == "location")
    return value.find("street_address") ? personal_contact : Personal{0};
  if (object.type == "threat-actor" || object.type == "intrusion-set")
    return is_individual(value, "resource_level") ? personal_name : Personal{0};
  if (object.type == "note" || object.type == "opinion")
    return value.find("authors") ? personal_name : Personal{0};
  return of_type(object.type);
}

}  // namespace comity::stix
