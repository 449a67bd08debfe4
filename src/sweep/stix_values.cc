#include "sweep/stix_values.h"

#include <array>
#include <map>
#include <optional>
#include <tuple>

#include "sweep/international.h"

namespace comity::sweep {
namespace {

struct Place {
  std::string_view type, property;
  std::optional<Kind> kind;  // none: seen from the value
};

constexpr std::array<Place, 19> places{{
    {"ipv4-addr", "value", Kind::address},
    {"ipv6-addr", "value", Kind::address},
    {"domain-name", "value", Kind::domain},
    {"url", "value", Kind::url},
    {"email-addr", "value", Kind::mail},
    {"email-message", "from_ref.value", Kind::mail},
    {"email-message", "sender_ref.value", Kind::mail},
    {"network-traffic", "src_ref.value", std::nullopt},
    {"network-traffic", "dst_ref.value", std::nullopt},
    {"domain-name", "resolves_to_refs[*].value", std::nullopt},
    {"file", "name", Kind::file},
    {"file", "parent_directory_ref.path", Kind::file},
    {"directory", "path", Kind::file},
    {"process", "name", Kind::file},  // of STIX 2.0
    {"process", "image_ref.name", Kind::file},
    {"process", "binary_ref.name", Kind::file},
    {"windows-registry-key", "key", Kind::registry},
    {"windows-registry-key", "values[*].name", Kind::registry},
    {"windows-registry-key", "values[*].data", Kind::registry},
}};

std::optional<Place> place_of(const stix::Literal& literal) {
  for (const Place& place : places)
    if (place.type == literal.type && place.property == literal.property) return place;
  // file:hashes.'SHA-256', artifact:hashes.MD5, process:image_ref.hashes.'SHA-1' …
  if (literal.property.contains("hashes.")) return Place{literal.type, "", Kind::hash};
  return std::nullopt;
}

Result<std::vector<Item>> items_at(const Place& place, const std::string& value) {
  if (!place.kind) return items_from_text(value);
  bool as_given = place.kind == Kind::file || place.kind == Kind::registry;
  return items_of(*place.kind, as_given ? value : refanged(value));
}

}  // namespace

Result<std::vector<Item>> items_of(const stix::Literal& literal) {
  const auto* value = std::get_if<std::string>(&literal.value);
  auto place = place_of(literal);
  if (!value || !place || literal.op == stix::Comparator::like)
    return fail(Code::unknown_kind,
                literal.type + ":" + literal.property + " is not a value that a text could hold");
  TRY(std::vector<Item> items, items_at(*place, *value));
  return in_both_forms(std::move(items));
}

std::vector<StixValue> values_of(const stix::Object& indicator) {
  std::vector<StixValue> out;
  if (indicator.spec == stix::Spec::v21 && indicator.pattern_type != "stix") return out;
  auto pattern = stix::parse_pattern(indicator.pattern, indicator.spec);
  if (!pattern) return out;
  std::map<std::tuple<Kind, Form, std::string>, bool> found;
  for (const stix::Literal& literal : stix::literals(*pattern)) {
    auto items = items_of(literal);
    if (!items) continue;
    for (const Item& item : *items) {
      auto [at, fresh] = found.try_emplace({item.kind, item.form, item.value}, literal.decisive);
      at->second |= literal.decisive;
    }
  }
  for (const auto& [key, decisive] : found) {
    const auto& [kind, form, value] = key;
    out.push_back({{kind, form, value}, decisive});
  }
  return out;
}

}  // namespace comity::sweep
