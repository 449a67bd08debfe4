#include "intel/misp_fields.h"

#include <charconv>

#include "base/ids.h"
#include "base/limits_intel.h"
#include "intel/maker.h"
#include "stix/identifier.h"

namespace comity::intel {

bool truthy(const json::Value& object, std::string_view name) {
  const json::Value* value = object.find(name);
  if (!value) return false;
  if (const bool* is = value->as_bool()) return *is;
  if (const auto* number = value->as_int()) return *number != 0;
  return value->as_string() && (*value->as_string() == "1" || *value->as_string() == "true");
}

std::optional<std::int64_t> number_at(const json::Value& object, std::string_view name) {
  const json::Value* value = object.find(name);
  if (!value) return std::nullopt;
  if (const auto* n = value->as_int()) return *n;
  const std::string* text = value->as_string();
  std::int64_t n = 0;
  if (!text || text->empty()) return std::nullopt;
  auto [end, wrong] = std::from_chars(text->data(), text->data() + text->size(), n);
  if (wrong != std::errc() || end != text->data() + text->size()) return std::nullopt;
  return n;
}

std::optional<Instant> epoch_at(const json::Value& object, std::string_view name) {
  auto seconds = number_at(object, name);
  // Until the year 9999; 0 is MISP's way to say nothing.
  if (!seconds || *seconds <= 0 || *seconds > 253'402'300'799) return std::nullopt;
  return Instant(std::chrono::seconds(*seconds));
}

std::optional<Instant> seen_at(const json::Value& object, std::string_view name) {
  auto at = instant_from_text(text_at(object, name, 64));
  return at ? std::optional(*at) : std::nullopt;
}

std::string uuid_at(const json::Value& object) {
  std::string text = text_at(object, "uuid", 36);
  auto read = stix::identifier_from_text("misp--" + text);
  return read ? uuid_text(read->uuid) : "";
}

std::set<std::string> tags_of(const json::Value& object) {
  std::set<std::string> out;
  const json::Value* tags = object.find("Tag");
  if (!tags || !tags->as_array()) return out;
  for (const json::Value& tag : *tags->as_array()) {
    std::string name = text_at(tag, "name", 255);
    if (!name.empty() && out.size() < limits::intel_tags_max) out.insert(std::move(name));
  }
  return out;
}

const json::Array& list_at(const json::Value& object, std::string_view name) {
  static const json::Array none;
  const json::Value* list = object.find(name);
  return list && list->as_array() ? *list->as_array() : none;
}

}  // namespace comity::intel
