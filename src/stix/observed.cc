#include "stix/observed.h"

namespace comity::stix {
namespace {

const json::Value* member(const json::Object& object, std::string_view name) {
  auto at = object.find(name);
  return at == object.end() ? nullptr : &at->second;
}

std::optional<Moment> moment_in(const json::Object& object, std::string_view name) {
  const json::Value* value = member(object, name);
  const std::string* text = value ? value->as_string() : nullptr;
  return text ? moment_from_text(*text) : std::nullopt;
}

bool is_relationship(std::string_view id) {
  return id.starts_with("relationship--") || id.starts_with("sighting--");
}

}  // namespace

Result<Observation> observation_of(const json::Object& observed_data, Lookup lookup) {
  const json::Value* type = member(observed_data, "type");
  if (!type || !type->as_string() || *type->as_string() != "observed-data")
    return fail(Code::wrong_state, "patterns look at observed-data", "/type");
  auto first = moment_in(observed_data, "first_observed");
  auto last = moment_in(observed_data, "last_observed");
  if (!first || !last || *last < *first)
    return fail(Code::bad_value, "first_observed and last_observed must be times in their order");
  Observation made{.first = *first, .last = *last, .number = 1, .objects = {}, .resolve = {}};
  const json::Value* number = member(observed_data, "number_observed");
  if (number && number->as_int() && *number->as_int() > 0)
    made.number = static_cast<std::uint64_t>(*number->as_int());

  const json::Value* within = member(observed_data, "objects");
  if (const json::Object* objects = within ? within->as_object() : nullptr) {
    for (const auto& [key, value] : *objects)
      if (value.as_object()) made.objects.push_back(value.as_object());
    made.resolve = [objects](std::string_view key) -> const json::Object* {
      auto at = objects->find(key);
      return at == objects->end() ? nullptr : at->second.as_object();
    };
    return made;
  }
  const json::Value* refs = member(observed_data, "object_refs");
  if (refs && refs->as_array())
    for (const json::Value& ref : *refs->as_array())
      if (ref.as_string() && !is_relationship(*ref.as_string()))
        if (const json::Object* object = lookup(*ref.as_string())) made.objects.push_back(object);
  made.resolve = std::move(lookup);
  return made;
}

}  // namespace comity::stix
