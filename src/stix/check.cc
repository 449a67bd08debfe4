#include "stix/check.h"

#include <algorithm>

#include <cmath>

#include "base/bytes.h"
#include "base/limits_stix.h"
#include "stix/identifier.h"
#include "stix/syntax.h"
#include "stix/vocabulary.h"

namespace comity::stix {

// Where the checker stands, for as long as the Step lives.
class Step {
 public:
  Step(Checker& checker, std::string_view name) : checker_(checker) {
    checker_.path_.push_back({name, 0});
  }
  Step(Checker& checker, std::size_t index) : checker_(checker) {
    checker_.path_.push_back({{}, index});
  }
  ~Step() { checker_.path_.pop_back(); }
  Step(const Step&) = delete;
  Step& operator=(const Step&) = delete;

 private:
  Checker& checker_;
};

namespace {

// STIX 2.1, 7.3: such an extension defines properties beside the object's own.
bool extends_the_top(const json::Object& object) {
  auto extensions = object.find("extensions");
  const json::Object* all = extensions == object.end() ? nullptr : extensions->second.as_object();
  return all && std::ranges::any_of(*all, [](const json::Member& extension) {
           const json::Value* type = extension.second.find("extension_type");
           return type && type->as_string() && *type->as_string() == "toplevel-property-extension";
         });
}

}  // namespace

std::string told(std::string_view text) {
  if (text.size() <= limits::stix_told_bytes_max) return "'" + std::string(text) + "'";
  text = text.substr(0, limits::stix_told_bytes_max);
  return "'" + std::string(text.substr(0, utf8_prefix(text))) + "...'";
}

void Checker::check(const json::Object& object, std::string_view type_name, const Shape& shape) {
  root_ = &object;
  type_ = type_name;
  top_level_extended_ = extends_the_top(object);
  members(object, shape);
  object_ = &object;
  shape_ = &shape;
  // 3.2: "The modified property ... MUST be later than or equal to the value of the created".
  ordered("created", "modified", Strictly::no);
  if (unknown_ > 0) {
    report(Severity::warning, Fault::unknown_property, {},
           std::to_string(unknown_) + " properties that the specification does not define, " +
               told(first_unknown_) + " the first",
           "define them in an extension (7.3)", "11 Customizing STIX");
  }
}

const json::Value* Checker::find(std::string_view name) const {
  auto member = object_->find(name);
  return member == object_->end() ? nullptr : &member->second;
}

const std::string* Checker::text(std::string_view name) const {
  const json::Value* value = find(name);
  return value ? value->as_string() : nullptr;
}

std::optional<Moment> Checker::time(std::string_view name) const {
  const std::string* written = text(name);
  return written ? moment_from_text(*written) : std::nullopt;
}

bool Checker::has_own_property() const {
  constexpr std::string_view shared =
      "type id spec_version object_marking_refs granular_markings defanged extensions";
  return std::ranges::any_of(
      *object_, [&](const json::Member& member) { return !has_word(shared, member.first); });
}

void Checker::ordered(std::string_view earlier, std::string_view later, Strictly strictly) {
  auto from = time(earlier), to = time(later);
  if (!from || !to || *from < *to || (*from == *to && strictly == Strictly::no)) return;
  error(Fault::bad_order, later,
        "lies before " + std::string(earlier) + (strictly == Strictly::yes ? " or with it" : ""),
        "give the two times in their order");
}

void Checker::error(Fault fault, std::string_view name, std::string what, std::string_view mend,
                    std::string_view clause) {
  report(Severity::error, fault, name, std::move(what), mend, clause);
}

void Checker::warn(Fault fault, std::string_view name, std::string what, std::string_view mend,
                   std::string_view clause) {
  report(Severity::warning, fault, name, std::move(what), mend, clause);
}

void Checker::report(Severity severity, Fault fault, std::string_view name, std::string what,
                     std::string_view mend, std::string_view clause) {
  if (clause.empty() && shape_) clause = shape_->clause;
  findings_.add({severity, fault, clause, pointer(name), std::move(what), mend});
}

std::string Checker::pointer(std::string_view name) const {
  std::string out;
  for (const Place& place : path_)
    out =
        place.name.data() ? json::pointer_to(out, place.name) : json::pointer_to(out, place.index);
  if (!name.empty()) out = json::pointer_to(out, name);
  return json::shown(out);
}

// The members of an object and the properties of its table are both in the order of their names.
void Checker::members(const json::Object& object, const Shape& shape) {
  const json::Object* outer_object = object_;
  const Shape* outer_shape = shape_;
  object_ = &object;
  shape_ = &shape;
  auto property_at = shape.properties.begin(), end = shape.properties.end();
  for (const auto& [name, value] : object) {
    for (; property_at != end && property_at->name < name; ++property_at)
      if (property_at->need == Need::required)
        error(Fault::missing, property_at->name, "a required property is missing", "add it");
    if (property_at != end && property_at->name == name)
      property(*property_at++, value);
    else
      unknown(name);
  }
  for (; property_at != end; ++property_at)
    if (property_at->need == Need::required)
      error(Fault::missing, property_at->name, "a required property is missing", "add it");
  if (shape.rule) shape.rule(*this);
  object_ = outer_object;
  shape_ = outer_shape;
}

void Checker::property(const Property& property, const json::Value& given) {
  if (property.need == Need::deprecated)
    warn(Fault::deprecated, property.name, "this property is deprecated");
  Step at(*this, property.name);
  value(property.form, given);
}

// STIX 2.1, 3.1 and 11: names are of a-z, 0-9 and underscore; 3 to 250 of them.
void Checker::unknown(std::string_view name) {
  if (!is_property_name(name, 3))
    error(Fault::bad_key, name, "a property's name is 3 to 250 of a-z, 0-9 and underscore",
          "rename it", "3.1 Property Names and String Literals");
  if (top_level_extended_ && path_.empty()) return;
  if (unknown_++ == 0) first_unknown_ = name;
}

void Checker::value(const Form& form, const json::Value& given) {
  if (!form.list) return one(form, given);
  const json::Array* list = given.as_array();
  if (!list) return error(Fault::wrong_type, {}, "must be a list", "write [value]", "2.12 List");
  if (list->empty())
    return error(Fault::empty, {}, "an empty list is prohibited", "leave the property out",
                 "2.12 List");
  for (std::size_t i = 0; i < list->size(); ++i) {
    Step at(*this, i);
    one(form, (*list)[i]);
  }
}

void Checker::one(const Form& form, const json::Value& given) {
  switch (form.kind) {
    case Kind::any:
      return;
    case Kind::boolean:
      if (!given.as_bool())
        error(Fault::wrong_type, {}, "must be true or false", {}, "2.2 Boolean");
      return;
    case Kind::integer:
    case Kind::real:
      return number(form, given);
    case Kind::dictionary:
    case Kind::strings:
    case Kind::string_lists:
    case Kind::hashes:
    case Kind::shape:
    case Kind::extensions:
    case Kind::contents:
    case Kind::observables:
    case Kind::definition:
      break;
    default:
      if (const std::string* text = given.as_string()) return string(form, *text);
      return error(Fault::wrong_type, {}, "must be a string", {}, "2.14 String");
  }
  const json::Object* object = given.as_object();
  if (!object) return error(Fault::wrong_type, {}, "must be an object", {}, "2.3 Dictionary");
  switch (form.kind) {
    case Kind::hashes:
      return hashes(*object);
    case Kind::shape:
      return shape(*form.of, *object);
    case Kind::extensions:
      return extensions(*object);
    case Kind::contents:
      return contents(*object);
    case Kind::observables:
      return observables(*object);
    case Kind::definition:
      return definition(*object);
    default:
      return dictionary(form.kind, *object);
  }
}

void Checker::string(const Form& form, const std::string& text) {
  switch (form.kind) {
    case Kind::timestamp:
    case Kind::millis:
      return timestamp(text, form.kind);
    case Kind::identifier:
      return own_id(text);
    case Kind::reference:
      return embedded_ ? local_reference(form.words, text) : reference(form.words, text);
    case Kind::closed:
    case Kind::open:
      return word(form, text);
    case Kind::binary:
      return binary(text);
    case Kind::hex:
      if (!is_hex(text))
        error(Fault::bad_value, {}, told(text) + " is not an even number of hex digits", {},
              "2.8 Hexadecimal");
      return;
    case Kind::language:
      if (!is_language_tag(text))
        error(Fault::bad_value, {}, told(text) + " is not a language tag of RFC 5646",
              "write it as in \"en\" or \"pt-BR\"");
      return;
    default:
      return;
  }
}

// STIX 2.1, 2.10 and 2.6. A number with a point is no integer, even "1.0".
void Checker::number(const Form& form, const json::Value& given) {
  const std::int64_t* whole = given.as_int();
  const double* fraction = given.as_double();
  if (form.kind == Kind::integer && !whole)
    return error(Fault::wrong_type, {}, "must be an integer", {}, "2.10 Integer");
  if (!whole && !fraction) return error(Fault::wrong_type, {}, "must be a number", {}, "2.6 Float");
  double n = whole ? static_cast<double>(*whole) : *fraction;
  if (n < form.min || n > form.max)
    error(Fault::bad_value, {}, "the number is out of its range", {});
}

void Checker::timestamp(const std::string& text, Kind kind) {
  if (!moment_from_text(text))
    return error(
        Fault::bad_timestamp, {}, told(text) + " is not a timestamp",
        "write it as in 2026-01-31T08:15:30.123Z, in UTC, with 18 digits of a second at most",
        "2.15 Timestamp");
  if (kind != Kind::millis) return;
  std::size_t digits = fraction_digits(text);
  // 3.2: "precise to the nearest millisecond". 2.0 reads: exactly three digits.
  if (digits < 3 || (spec_ == Spec::v20 && digits != 3))
    error(Fault::bad_timestamp, {}, told(text) + " is not given to the millisecond",
          "write three digits after the point",
          spec_ == Spec::v20 ? "2.0 Part 1, 3.1 Common Properties" : "3.2 Common Properties");
}

void Checker::own_id(const std::string& text) {
  auto id = identifier_from_text(text);
  if (!id || id->type != type_)
    return error(Fault::bad_identifier, {}, told(text) + " is not this type's name, -- and a UUID",
                 "write type--UUID", "2.9 Identifier");
  if (!id->lower_case)
    warn(Fault::bad_identifier, {}, "the UUID is not in lower case", {}, "2.9 Identifier");
  if (spec_ == Spec::v20 && id->version != 4)
    error(Fault::bad_identifier, {}, "the UUID is not of version 4", {},
          "2.0 Part 1, 2.6 Identifier");
}

void Checker::reference(std::string_view types, const std::string& text) {
  auto id = identifier_from_text(text);
  if (!id)
    return error(Fault::bad_identifier, {}, told(text) + " is not an identifier",
                 "write type--UUID", "2.9 Identifier");
  if (has_word(types, id->type) || types == "@any") {
    if (id->type == "bundle")
      error(Fault::bad_reference, {}, "a bundle is not referred to", {}, "8 Bundle Object");
    return;
  }
  const Type* type = find_type(id->type, spec_);
  if (!type && spec_ == Spec::v20) type = find_type(id->type, Spec::v21);
  bool classes = types.contains('@');
  std::string_view cls = !type                     ? ""
                         : type->cls == Class::sdo ? "@sdo"
                         : type->cls == Class::sco ? "@sco"
                         : type->cls == Class::sro ? "@sro"
                                                   : "@meta";
  // A type that nobody defined may be of any class.
  if (classes && ((!type && id->type != "bundle") || has_word(types, cls))) return;
  error(Fault::bad_reference, {},
        "refers to " + told(id->type) + " where only these stand: " + std::string(types));
}

// STIX 2.0, Part 3, 2.4 Object Reference: a key of the `objects` around it.
void Checker::local_reference(std::string_view types, const std::string& text) {
  auto target = observables_->find(text);
  const json::Value* type = target == observables_->end() ? nullptr : target->second.find("type");
  if (!type || !type->as_string())
    return error(Fault::bad_reference, {}, told(text) + " is not a key among these objects", {},
                 "2.0 Part 3, 2.4 Object Reference");
  const std::string& name = *type->as_string();
  if (types.contains('@') || has_word(types, name) || !find_type(name, Spec::v20)) return;
  error(Fault::bad_reference, {},
        "refers to " + told(name) + " where only these stand: " + std::string(types));
}

void Checker::binary(const std::string& text) {
  if (!is_base64(text))
    error(Fault::bad_value, {}, "is not base64 with padding (RFC 4648, section 4)", {},
          "2.1 Binary");
}

void Checker::word(const Form& form, const std::string& text) {
  if (has_word(form.words, text)) return;
  if (form.kind == Kind::closed)
    return error(Fault::not_in_enum, {}, told(text) + " is none of: " + std::string(form.words), {},
                 "2.4 Enumeration");
  warn(Fault::not_in_vocab, {}, told(text) + " is not in the vocabulary", {},
       "2.13 Open Vocabulary");
}

// STIX 2.1, 2.3; STIX 2.0, Part 3, 2.3 wants three letters at least.
void Checker::key(std::string_view name, std::size_t least, std::string_view clause) {
  if (!is_dictionary_key(name) || name.size() < least)
    error(Fault::bad_key, name, "a key is of a-z, A-Z, 0-9, hyphen and underscore, 250 at most",
          "rename it", clause);
}

void Checker::dictionary(Kind kind, const json::Object& object) {
  if (object.empty())
    return error(Fault::empty, {}, "an empty dictionary is prohibited", "leave the property out",
                 "2.3 Dictionary");
  for (const auto& [name, value] : object) {
    key(name, spec_ == Spec::v20 ? 3 : 1, "2.3 Dictionary");
    if (kind == Kind::dictionary || value.as_string()) continue;
    const json::Array* list = kind == Kind::string_lists ? value.as_array() : nullptr;
    bool strings = list && std::ranges::all_of(*list, [](auto& one) { return one.as_string(); });
    if (!strings) error(Fault::wrong_type, name, "must be a string", {}, "2.3 Dictionary");
  }
}

// STIX 2.1, 2.7: "The hash value MUST be a valid hash of the algorithm" that its key names.
void Checker::hashes(const json::Object& object) {
  constexpr std::string_view clause = "2.7 Hashes";
  if (object.empty())
    return error(Fault::empty, {}, "an empty dictionary is prohibited", {}, clause);
  for (const auto& [name, value] : object) {
    key(name, 3, clause);
    const std::string* text = value.as_string();
    if (!text) {
      error(Fault::wrong_type, name, "must be a string", {}, clause);
      continue;
    }
    bool known = has_word(
        spec_ == Spec::v20 ? vocabulary::hash_algorithm_20 : vocabulary::hash_algorithm, name);
    if (!known) warn(Fault::not_in_vocab, name, "no algorithm of the vocabulary", {}, clause);
    std::size_t digits = name == "MD5"                                                    ? 32
                         : name == "SHA-1" || name == "RIPEMD-160"                        ? 40
                         : name == "SHA-224" || name == "SHA3-224"                        ? 56
                         : name == "SHA-256" || name == "SHA3-256"                        ? 64
                         : name == "SHA-384" || name == "SHA3-384"                        ? 96
                         : name == "SHA-512" || name == "SHA3-512" || name == "WHIRLPOOL" ? 128
                                                                                          : 0;
    if (digits != 0 && (text->size() != digits || !is_hex(*text)))
      error(Fault::bad_hash, name,
            "must be " + std::to_string(digits) + " hex digits, not " + told(*text), {}, clause);
  }
}

void Checker::shape(const Shape& of, const json::Object& object) {
  members(object, of);
}

}  // namespace comity::stix
