#include <algorithm>
#include <set>

#include "stix/marking.h"
#include "stix/spec.h"

namespace comity::stix {
namespace {

using Selectors = std::set<Selector>;  // lists in the order of their indices

// Fields that say what the object is or who may see it: without them nobody can tell.
constexpr std::string_view bearing =
    "type id spec_version created modified revoked created_by_ref object_marking_refs "
    "granular_markings";

const std::string* text_in(const json::Value& object, std::string_view name) {
  const json::Value* value = object.find(name);
  return value ? value->as_string() : nullptr;
}

const json::Array* list_in(const json::Object& object, std::string_view name) {
  auto at = object.find(name);
  return at == object.end() ? nullptr : at->second.as_array();
}

Selectors hidden_fields(const json::Object& object, const Hidden& hidden) {
  Selectors fields;
  const json::Array* markings = list_in(object, "granular_markings");
  if (!markings) return fields;
  for (const json::Value& marking : *markings) {
    const std::string* ref = text_in(marking, "marking_ref");
    const json::Value* selectors = marking.find("selectors");
    if (!ref || !hidden(*ref) || !selectors || !selectors->as_array()) continue;
    for (const json::Value& one : *selectors->as_array())
      if (auto selector = one.as_string() ? selector_from_text(*one.as_string()) : std::nullopt)
        fields.insert(*std::move(selector));
  }
  return fields;
}

// 2.12 and 2.3: an empty list or dictionary is not left behind.
bool is_empty(const json::Value& value) {
  return (value.as_array() && value.as_array()->empty()) ||
         (value.as_object() && value.as_object()->empty());
}

// Removes what `field` selects below `value`, from its step `at` on; what is emptied goes too.
void remove(json::Value& value, const Selector& field, std::size_t at) {
  const SelectorStep& step = field[at];
  if (json::Array* list = value.as_array(); list && step.at) {
    if (*step.at >= list->size()) return;
    json::Value& element = (*list)[*step.at];
    if (at + 1 < field.size()) remove(element, field, at + 1);
    if (at + 1 == field.size() || is_empty(element))
      element = json::Value();  // stands for "gone" until all are: indices stay as they were
    return;
  }
  json::Object* object = value.as_object();
  if (!object || step.at) return;
  auto member = object->find(step.name);
  if (member == object->end()) return;
  if (at + 1 < field.size()) remove(member->second, field, at + 1);
  if (at + 1 == field.size() || is_empty(member->second)) object->erase(member);
}

// Where list elements went: a selector by its new indices, or empty when what it selected is gone.
std::optional<Selector> moved(const json::Object& object, const Selector& selector) {
  Selector out = selector, prefix;
  for (SelectorStep& step : out) {
    if (step.at) {
      const json::Value* list = select(object, prefix);
      if (!list || !list->as_array() || *step.at >= list->as_array()->size()) return std::nullopt;
      auto begin = list->as_array()->begin();
      auto gone = std::count_if(begin, begin + static_cast<std::ptrdiff_t>(*step.at),
                                [](const json::Value& one) { return one.is_null(); });
      prefix.push_back(step);
      *step.at -= static_cast<std::size_t>(gone);
    } else {
      prefix.push_back(step);
    }
  }
  const json::Value* selected = select(object, prefix);
  if (!selected || selected->is_null()) return std::nullopt;
  // A list all of whose elements are gone is gone.
  const json::Array* list = selected->as_array();
  if (list && std::ranges::all_of(*list, [](auto& one) { return one.is_null(); }))
    return std::nullopt;
  return out;
}

std::string text_of(const Selector& selector) {
  std::string out;
  for (const SelectorStep& step : selector) {
    if (!out.empty()) out += '.';
    out += step.at ? "[" + std::to_string(*step.at) + "]" : step.name;
  }
  return out;
}

// The granular markings that the reader may see, for what is left of the object.
json::Array remaining_markings(const json::Object& object, const Hidden& hidden) {
  json::Array kept;
  const json::Array* markings = list_in(object, "granular_markings");
  if (!markings) return kept;
  for (const json::Value& marking : *markings) {
    const std::string* ref = text_in(marking, "marking_ref");
    if (ref && hidden(*ref)) continue;
    json::Array selectors;
    const json::Value* given = marking.find("selectors");
    if (given && given->as_array())
      for (const json::Value& one : *given->as_array())
        if (auto selector = one.as_string() ? selector_from_text(*one.as_string()) : std::nullopt)
          if (auto now = moved(object, *selector)) selectors.emplace_back(text_of(*now));
    if (selectors.empty()) continue;
    json::Object copy = *marking.as_object();
    copy["selectors"] = std::move(selectors);
    kept.emplace_back(std::move(copy));
  }
  return kept;
}

// Takes out the nulls, and what they leave empty. JSON's own null does not stand in STIX.
void close_gaps(json::Value& value) {
  if (json::Array* list = value.as_array()) {
    for (json::Value& one : *list) close_gaps(one);
    std::erase_if(*list, [](const json::Value& one) { return one.is_null() || is_empty(one); });
  } else if (json::Object* object = value.as_object()) {
    for (auto at = object->begin(); at != object->end();) {
      close_gaps(at->second);
      at = at->second.is_null() || is_empty(at->second) ? object->erase(at) : at + 1;
    }
  }
}

}  // namespace

namespace {

// Without these fields, or, `up` steps above them, what they are part of. None: the object would
// not be valid, or could be guessed.
std::optional<std::string> without(const json::Object& value, const Selectors& fields,
                                   const Hidden& hidden, std::size_t up) {
  auto type = value.find("type");
  const std::string* name = type == value.end() ? nullptr : type->second.as_string();
  const Type* known = name ? find_type(*name, Spec::v21) : nullptr;
  json::Value left(value);
  for (Selector field : fields) {
    field.resize(field.size() > up ? field.size() - up : 1);
    if (has_word(bearing, field[0].name)) return std::nullopt;
    // The id is a hash over these: whoever guesses the value can tell.
    if (known && has_word(known->contributing, field[0].name)) return std::nullopt;
    remove(left, field, 0);
  }
  json::Object& object = *left.as_object();
  json::Array markings = remaining_markings(object, hidden);
  object.erase("granular_markings");
  close_gaps(left);
  if (!markings.empty()) object["granular_markings"] = std::move(markings);
  std::string text = json::write(left);
  if (!read_object(text).object) return std::nullopt;
  return text;
}

}  // namespace

// Where an element of a list is nothing without its field, the element goes, then the list.
std::optional<std::string> redact(const json::Object& value, const Hidden& hidden) {
  Selectors fields = hidden_fields(value, hidden);
  if (fields.empty()) return json::write(json::Value(value));
  std::size_t deepest = 0;
  for (const Selector& field : fields) deepest = std::max(deepest, field.size());
  for (std::size_t up = 0; up < deepest; ++up)
    if (auto left = without(value, fields, hidden, up)) return left;
  return std::nullopt;
}

}  // namespace comity::stix
