#include "stix/personal.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>

#include "stix/personal_pattern.h"
#include "stix/personal_rules.h"
#include "stix/spec.h"

namespace comity::stix {
namespace {

// By the type alone, and by the value of what may stand for an address.
Personal of_observable(std::string_view type, const json::Value& value) {
  const json::Value* held = value.find("value");
  bool text = held && held->as_string();
  return static_cast<Personal>(of_type(type) |
                               (text ? in_host(type, *held->as_string()) : Personal{0}));
}

// Goes through an object beside the table of its type. Whatever no table has may be anything.
class Look {
 public:
  explicit Look(Spec spec) : spec_(spec) {}

  // Members and properties are both in the order of their names.
  Personal members(const json::Object& object, const Shape& shape) {
    Personal all = 0;
    auto property = shape.properties.begin(), end = shape.properties.end();
    for (const auto& [name, value] : object) {
      while (property != end && property->name < name) ++property;
      if (property == end || property->name != name)
        all |= foreign(name, value);
      else if (auto told = of_property(shape.name, name))
        all |= static_cast<Personal>(*told | texts(value));
      else
        all |= each(property->form, value);
    }
    return all;
  }

 private:
  Personal foreign(std::string_view name, const json::Value& value) {
    Personal tells = of_foreign(name);
    return tells == personal_any ? tells : static_cast<Personal>(tells | texts(value));
  }

  Personal each(const Form& form, const json::Value& value) {
    const json::Array* list = form.list ? value.as_array() : nullptr;
    if (!list) return one(form, value);
    Personal all = 0;
    for (const json::Value& element : *list) all |= one(form, element);
    return all;
  }

  Personal one(const Form& form, const json::Value& value) {
    if (const std::string* text = value.as_string()) return in_text(*text);
    const json::Object* object = value.as_object();
    if (!object) return 0;  // a number, a truth, or refused already
    switch (form.kind) {
      case Kind::hashes:
        return 0;
      case Kind::shape:
        return members(*object, *form.of);
      case Kind::extensions:
        return extensions(*object);
      case Kind::observables:
        return observables(*object);
      case Kind::string_lists:
        return headers(*object);
      case Kind::definition:
        return definition(*object);
      default:
        return personal_any;  // dictionaries with keys of their maker's own
    }
  }

  // 7.3: what is not predefined may hold anything, but for the word that says what it is.
  Personal extensions(const json::Object& object) {
    Personal all = 0;
    for (const auto& [name, value] : object) {
      const json::Object* inner = value.as_object();
      const Extension* known = find_extension(name, spec_);
      if (!inner) return personal_any;
      if (known && known->shape) {
        all |= members(*inner, *known->shape);
        continue;
      }
      for (const auto& [own, held] : *inner)
        if (own != "extension_type") all |= foreign(own, held);
    }
    return all;
  }

  // Of observed-data: 4.14, `objects`, and all of STIX 2.0.
  Personal observables(const json::Object& objects) {
    Personal all = 0;
    for (const auto& [key, value] : objects) {
      const json::Value* type = value.find("type");
      const Type* known =
          type && type->as_string() ? find_type(*type->as_string(), spec_) : nullptr;
      if (!known) return personal_any;
      all |= of_observable(*type->as_string(), value);
      all |= members(*value.as_object(), known->shape);
    }
    return all;
  }

  Personal headers(const json::Object& object) {
    Personal all = 0;
    for (const auto& [name, value] : object)
      all |= static_cast<Personal>(of_header(name) | texts(value));
    return all;
  }

  // Of a marking; 7.2.1.
  Personal definition(const json::Object& object) {
    Personal all = 0;
    for (const auto& [name, value] : object)
      all |= name == "statement" || name == "tlp" ? texts(value) : personal_any;
    return all;
  }

  // Whatever stands in it as text.
  Personal texts(const json::Value& value) {
    if (const std::string* text = value.as_string()) return in_text(*text);
    Personal all = 0;
    if (const json::Array* list = value.as_array())
      for (const json::Value& element : *list) all |= texts(element);
    if (const json::Object* object = value.as_object())
      for (const auto& [name, held] : *object) all |= texts(held);
    return all;
  }

  Spec spec_;
};

bool is_one_of(const json::Value* value, std::span<const std::string_view> words) {
  return value && value->as_string() &&
         std::ranges::find(words, *value->as_string()) != words.end();
}

// Section 4.5: a class that is not said, or that is unknown, may be that of a person.
Personal in_identity(const json::Value& value) {
  constexpr std::array<std::string_view, 4> no_person{"group", "system", "organization", "class"};
  return is_one_of(value.find("identity_class"), no_person) ? Personal{0} : personal_name;
}

Personal in_actor(const json::Value& value) {
  const json::Value* word = value.find("resource_level");
  if (!word || !word->as_string()) return 0;
  std::string lower = *word->as_string();
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower == "individual" ? personal_name : Personal{0};
}

// By what it is, whatever its properties say.
Personal in_kind(const Object& object, const json::Value& value) {
  if (object.type == "indicator") return in_pattern(object);
  if (object.type == "identity") return in_identity(value);
  // What it says in another language may be of anything (section 7.1).
  if (object.type == "language-content") return personal_any;
  if (object.type == "threat-actor" || object.type == "intrusion-set") return in_actor(value);
  return of_observable(object.type, value);
}

}  // namespace

std::optional<Personal> personal_from_name(std::string_view name) {
  using Named = std::pair<std::string_view, Personal>;
  constexpr Named names[personal_kinds] = {{"name", personal_name},
                                           {"contact", personal_contact},
                                           {"account", personal_account},
                                           {"online_identifier", personal_online_identifier}};
  const auto* found = std::ranges::find(names, name, &Named::first);
  if (found == std::end(names)) return std::nullopt;
  return found->second;
}

Personal personal_in(const Object& object, const json::Value& value) {
  const Type* type = object.defined ? find_type(object.type, object.spec) : nullptr;
  if (!type || !value.as_object()) return personal_any;
  Personal kind = in_kind(object, value);
  if (kind == personal_any) return kind;
  return static_cast<Personal>(kind | Look(object.spec).members(*value.as_object(), type->shape));
}

}  // namespace comity::stix
