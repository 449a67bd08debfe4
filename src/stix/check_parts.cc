// Those parts of an object whose members are not properties of a table.
#include "stix/check.h"
#include "stix/identifier.h"
#include "stix/syntax.h"
#include "stix/vocabulary.h"

namespace comity::stix {
// STIX 2.1, 3.2 and 7.3: keys are ids of extension definitions, or names of predefined extensions.
void Checker::extensions(const json::Object& object) {
  if (object.empty())
    return error(Fault::empty, {}, "an empty dictionary is prohibited", {}, "2.3 Dictionary");
  for (const auto& [name, value] : object) {
    path_.push_back({name, 0});
    extension(name, value);
    path_.pop_back();
  }
}

void Checker::extension(std::string_view name, const json::Value& value) {
  const json::Object* object = value.as_object();
  if (!object)
    return error(Fault::wrong_type, {}, "an extension is an object", {}, "3.2 Common Properties");
  if (object->empty())
    return error(Fault::empty, {}, "an extension holds at least one property", {},
                 "2.3 Dictionary");
  const Extension* known = find_extension(name, spec_);
  if (known) {
    const json::Value* type = find("type");
    if (type && type->as_string() && *type->as_string() != known->of)
      error(Fault::excluded, {}, "this is an extension of " + std::string(known->of), {},
            known->shape->clause);
    return shape(*known->shape, *object);
  }
  auto id = identifier_from_text(name);
  if (spec_ == Spec::v20) return key(name, 3, "2.0 Part 3, 5.3 Custom Object Extensions");
  if (!id || id->type != "extension-definition") {
    if (!is_dictionary_key(name) || !name.ends_with("-ext"))
      return error(Fault::bad_key, {}, "is neither an extension's id nor a predefined extension",
                   "name the extension definition's id", "7.3 Extension Definition");
    return warn(Fault::deprecated, {}, "extensions without a definition are deprecated",
                "name the extension definition's id", "11 Customizing STIX");
  }
  const json::Value* type = value.find("extension_type");
  if (!type) return;
  if (!type->as_string() || !has_word(vocabulary::extension_type, *type->as_string()))
    error(Fault::not_in_enum, "extension_type",
          "must be one of: " + std::string(vocabulary::extension_type), {},
          "7.3 Extension Definition");
}

// STIX 2.1, 7.1: language tags to dictionaries of translated properties.
void Checker::contents(const json::Object& object) {
  if (object.empty())
    return error(Fault::empty, {}, "an empty dictionary is prohibited", {}, "2.3 Dictionary");
  for (const auto& [language, value] : object) {
    if (!is_language_tag(language))
      error(Fault::bad_key, language, "is not a language tag of RFC 5646");
    const json::Object* translated = value.as_object();
    if (!translated || translated->empty()) {
      error(Fault::wrong_type, language, "must be a dictionary of translated properties");
      continue;
    }
    for (const auto& [name, text] : *translated) {
      path_.push_back({language, 0});
      if (!is_property_name(name, 1)) error(Fault::bad_key, name, "is not a property's name");
      path_.pop_back();
    }
  }
}

// STIX 2.0, Part 2, 2.8; deprecated in 2.1, where 4.14 speaks of it.
void Checker::observables(const json::Object& object) {
  if (object.empty())
    return error(Fault::empty, {}, "must hold at least one object", {}, "4.14 Observed Data");
  const Spec spec = spec_;
  // Even in an object of 2.1 it is of 2.0's form: keys, and references by key.
  embedded_ = true;
  observables_ = &object;
  spec_ = Spec::v20;
  for (const auto& [name, value] : object) {
    path_.push_back({name, 0});
    observable(value);
    path_.pop_back();
  }
  spec_ = spec;
  embedded_ = false;
  observables_ = nullptr;
}

void Checker::observable(const json::Value& value) {
  const json::Object* object = value.as_object();
  const json::Value* name = value.find("type");
  if (!object || !name || !name->as_string())
    return error(Fault::missing, "type", "an observable is an object with a type");
  const Type* type = find_type(*name->as_string(), Spec::v20);
  if (type && type->cls == Class::sco) return members(*object, type->shape);
  if (type || !is_type_name(*name->as_string()))
    return error(Fault::bad_value, "type", "is not the name of an observable");
  warn(Fault::unknown_type, "type", told(*name->as_string()) + " is no observable of STIX 2.0");
}

// STIX 2.1, 7.2.1.
void Checker::definition(const json::Object& object) {
  const std::string* type = text("definition_type");
  if (object.empty())
    return error(Fault::empty, {}, "the definition is empty", {}, "7.2.1 Marking Definition");
  if (!type) return;
  auto only = [&](std::string_view name) -> const std::string* {
    auto member = object.find(name);
    if (member != object.end() && member->second.as_string()) return member->second.as_string();
    error(Fault::missing, name, "the definition must have this string");
    return nullptr;
  };
  if (*type == "statement") {
    (void)only("statement");
  } else if (*type == "tlp") {
    const std::string* tlp = only("tlp");
    if (tlp && !has_word(vocabulary::tlp, *tlp))
      error(Fault::not_in_enum, "tlp", told(*tlp) + " is none of: " + std::string(vocabulary::tlp),
            "TLP 2.0 is marked with its extension");
  }
}

}  // namespace comity::stix
