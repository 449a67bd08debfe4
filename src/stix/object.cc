#include "stix/object.h"

#include "base/limits_stix.h"
#include "stix/check.h"
#include "stix/identifier.h"
#include "stix/observable_id.h"
#include "stix/vocabulary.h"

namespace comity::stix {
namespace {

const std::string* text_of(const json::Object& object, std::string_view name) {
  auto at = object.find(name);
  return at == object.end() ? nullptr : at->second.as_string();
}

void copy_text(const json::Object& from, std::string_view name, std::string& to) {
  if (const std::string* text = text_of(from, name)) to = *text;
}

void copy_texts(const json::Object& from, std::string_view name, std::vector<std::string>& to) {
  auto at = from.find(name);
  const json::Array* list = at == from.end() ? nullptr : at->second.as_array();
  if (!list) return;
  to.reserve(list->size());
  for (const json::Value& one : *list)
    if (one.as_string()) to.push_back(*one.as_string());
}

std::optional<Stamp> stamp_of(const json::Object& object, std::string_view name) {
  const std::string* text = text_of(object, name);
  auto at = text ? moment_from_text(*text) : std::nullopt;
  if (!at) return std::nullopt;
  return Stamp{*at, *text};
}

std::optional<Moment> moment_of(const json::Object& object, std::string_view name) {
  const std::string* text = text_of(object, name);
  return text ? moment_from_text(*text) : std::nullopt;
}

void copy_granular(const json::Object& from, std::vector<GranularMarking>& to) {
  auto at = from.find("granular_markings");
  const json::Array* list = at == from.end() ? nullptr : at->second.as_array();
  if (!list) return;
  for (const json::Value& one : *list) {
    const json::Object* marking = one.as_object();
    if (!marking) continue;
    GranularMarking& copy = to.emplace_back();
    copy_text(*marking, "marking_ref", copy.marking_ref);
    copy_text(*marking, "lang", copy.lang);
    copy_texts(*marking, "selectors", copy.selectors);
  }
}

// STIX 2.1, 7.3: an object of a new type says in an extension what it is. Without one, what has
// versions is a domain object.
Class class_of_custom(const json::Object& object) {
  auto extensions = object.find("extensions");
  if (extensions != object.end() && extensions->second.as_object()) {
    for (const auto& [name, extension] : *extensions->second.as_object()) {
      const json::Value* type = extension.find("extension_type");
      if (!type || !type->as_string()) continue;
      if (*type->as_string() == "new-sco") return Class::sco;
      if (*type->as_string() == "new-sro") return Class::sro;
      if (*type->as_string() == "new-sdo") return Class::sdo;
    }
  }
  return object.contains("created") || object.contains("modified") ? Class::sdo : Class::sco;
}

// STIX 2.1, 3.2: without spec_version an object is of 2.0, "since SCOs are now top-level objects
// in STIX 2.1, the default value for SCOs is 2.1".
Spec spec_of(const json::Object& object, std::string_view type) {
  if (const std::string* version = text_of(object, "spec_version"))
    return *version == "2.0" ? Spec::v20 : Spec::v21;
  const Type* known = find_type(type, Spec::v21);
  if (known) return known->cls == Class::sco ? Spec::v21 : Spec::v20;
  return object.contains("created") && !object.contains("extensions") ? Spec::v20 : Spec::v21;
}

Object object_of(const json::Object& from, std::string_view bytes, const std::string& type) {
  Object object;
  object.bytes = bytes;
  object.type = type;
  copy_text(from, "id", object.id);
  object.created = stamp_of(from, "created");
  object.modified = stamp_of(from, "modified");
  copy_text(from, "created_by_ref", object.created_by_ref);
  copy_texts(from, "object_marking_refs", object.object_marking_refs);
  copy_granular(from, object.granular_markings);
  copy_texts(from, "labels", object.labels);
  auto revoked = from.find("revoked");
  if (revoked != from.end() && revoked->second.as_bool())
    object.revoked = *revoked->second.as_bool();
  auto confidence = from.find("confidence");
  if (confidence != from.end() && confidence->second.as_int())
    object.confidence = *confidence->second.as_int();
  if (type == "indicator") {
    object.valid_from = moment_of(from, "valid_from");
    object.valid_until = moment_of(from, "valid_until");
    copy_text(from, "pattern", object.pattern);
    copy_text(from, "pattern_type", object.pattern_type);
  }
  return object;
}

void refuse(Reading& reading, Fault fault, std::string path, std::string what,
            std::string_view clause) {
  reading.findings.add({Severity::error, fault, clause, std::move(path), std::move(what), {}});
}

// What it is is not known: checked as what it says it is.
const Shape* shape_of(Reading& reading, const json::Object& object, const std::string& type,
                      Spec spec, Object& to) {
  to.spec = spec;
  const Type* known = find_type(type, spec);
  if (known && spec == Spec::v20 && known->cls == Class::sco) {
    refuse(reading, Fault::bad_value, "/type",
           "an observable of STIX 2.0 stands within observed-data, not by itself",
           "2.0 Part 3, 2 Observable Objects");
    return nullptr;
  }
  if (known) {
    to.cls = known->cls;
    return &known->shape;
  }
  if (!is_type_name(type) || type == "bundle") {
    refuse(reading, Fault::bad_value, "/type", told(type) + " is not the type of an object",
           "3.1 Property Names and String Literals");
    return nullptr;
  }
  to.defined = false;
  if (spec == Spec::v20 && find_type(type, Spec::v21))
    reading.findings.add({Severity::warning, Fault::unknown_type, "3.2 Common Properties", "/type",
                          "without spec_version this is read as STIX 2.0, which has no such type",
                          "add \"spec_version\": \"2.1\""});
  to.cls = class_of_custom(object);
  return &custom_shape(to.cls, spec);
}

// STIX 2.1, 2.9: "SCOs SHOULD use UUIDv5" over their contributing properties. The examples of the
// specification itself do not match the algorithm, so that a difference is told and never refused.
void check_observable_id(Checker& checker, const json::Object& object, const Object& made) {
  auto id = identifier_from_text(made.id);
  if (!id || made.cls != Class::sco || !made.defined) return;
  auto derived = observable_id(object);
  if (!derived && id->version != 4)
    checker.warn(Fault::id_mismatch, "id",
                 "without contributing properties the UUID is of version 4", {}, "2.9 Identifier");
  if (derived && id->version == 5 && *derived != made.id)
    checker.warn(Fault::id_mismatch, "id", "is not the id that the properties give: " + *derived,
                 {}, "2.9 Identifier");
}

}  // namespace

Reading read_object(std::string_view bytes) {
  Reading reading;
  auto value = json::parse(bytes, {.bytes_max = limits::stix_object_bytes_max});
  if (!value) {
    refuse(reading, Fault::not_json, value.error().where, value.error().what, "1 Introduction");
    return reading;
  }
  reading.value = *std::move(value);
  const json::Object* object = reading.value.as_object();
  if (!object) {
    refuse(reading, Fault::wrong_type, {}, "a STIX object is a JSON object", "3 General Concepts");
    return reading;
  }
  copy_text(*object, "id", reading.id);
  reading.id.resize(std::min<std::size_t>(reading.id.size(), 300));
  const std::string* type = text_of(*object, "type");
  if (!type) {
    refuse(reading, Fault::missing, "/type", "every object names its type",
           "3.2 Common Properties");
    return reading;
  }
  Spec spec = spec_of(*object, *type);
  Object made = object_of(*object, bytes, *type);
  const Shape* shape = shape_of(reading, *object, *type, spec, made);
  if (!shape) return reading;
  Checker checker(spec, reading.findings);
  checker.check(*object, *type, *shape);
  check_observable_id(checker, *object, made);
  if (reading.findings.acceptable()) reading.object = std::move(made);
  return reading;
}

}  // namespace comity::stix
