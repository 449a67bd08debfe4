#include "stix/tlp.h"

#include <algorithm>
#include <cctype>
#include <string>

#include "base/check.h"

namespace comity::stix {
namespace {

constexpr TlpMarking markings[] = {
    {Tlp::clear, 1, "marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"},
    {Tlp::green, 1, "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"},
    {Tlp::amber, 1, "marking-definition--f88d31f6-486f-44da-b317-01333bde0b82"},
    {Tlp::red, 1, "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed"},
    {Tlp::clear, 2, "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487"},
    {Tlp::green, 2, "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb"},
    {Tlp::amber, 2, "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421"},
    {Tlp::amber_strict, 2, "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"},
    {Tlp::red, 2, "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"},
};

constexpr std::string_view words[] = {"clear", "green", "amber", "amber+strict", "red"};

const std::string* text_in(const json::Value* object, std::string_view name) {
  const json::Value* value = object ? object->find(name) : nullptr;
  return value ? value->as_string() : nullptr;
}

const json::Value* member(const json::Object& object, std::string_view name) {
  auto at = object.find(name);
  return at == object.end() ? nullptr : &at->second;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower)
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c - 'A' + 'a');
  return lower;
}

// A label that cannot be read is the strictest that there is.
Tlp named_or_red(std::string_view name) {
  return tlp_from_name(name).value_or(Tlp::red);
}

// The label that follows a TLP's name. `plain`: the text begins with "TLP:", and is taken for a
// label whatever follows. Elsewhere a label may be quoted or denied: there it withholds, and never
// opens.
std::optional<Tlp> label_at(std::string_view left, bool plain) {
  auto skip = [&](std::string_view any) {
    left.remove_prefix(std::min(left.find_first_not_of(any), left.size()));
  };
  skip(" \t:_-");
  std::string_view word = left.substr(0, left.find_first_not_of("abcdefghijklmnopqrstuvwxyz"));
  left.remove_prefix(word.size());
  skip(" +-_");
  if (word == "amber" && left.starts_with("strict")) return Tlp::amber_strict;
  if (plain) return named_or_red(word);
  auto label = tlp_from_name(word);
  return label && *label >= Tlp::amber ? label : std::nullopt;
}

// Of free text: the strictest that is named in it.
std::optional<Tlp> label_in(std::string_view text) {
  std::string lower = lower_case(text);
  std::optional<Tlp> strictest;
  std::size_t begin = lower.find_first_not_of(" \t");
  for (std::size_t at = lower.find("tlp"); at != std::string::npos;
       at = lower.find("tlp", at + 1)) {
    bool within_a_word = at > 0 && std::isalnum(static_cast<unsigned char>(lower[at - 1]));
    if (within_a_word) continue;
    std::string_view behind = std::string_view(lower).substr(at + 3);
    auto label = label_at(behind, at == begin && behind.starts_with(':'));
    if (label && (!strictest || *label > *strictest)) strictest = label;
  }
  return strictest;
}

}  // namespace

std::string_view tlp_name(Tlp tlp) {
  static constexpr std::string_view names[] = {"TLP:CLEAR", "TLP:GREEN", "TLP:AMBER",
                                               "TLP:AMBER+STRICT", "TLP:RED"};
  return names[static_cast<std::size_t>(tlp)];
}

std::optional<Tlp> tlp_from_name(std::string_view name) {
  std::string lower = lower_case(name.substr(0, 32));
  if (lower.starts_with("tlp:")) lower.erase(0, 4);
  if (lower == "white") return Tlp::clear;
  auto at = std::ranges::find(words, lower);
  if (at == std::end(words)) return std::nullopt;
  return static_cast<Tlp>(at - std::begin(words));
}

std::span<const TlpMarking> tlp_markings() {
  return markings;
}

std::optional<Tlp> tlp_of_id(std::string_view marking_id) {
  // A UUID is the same in either case (RFC 9562, section 4).
  auto at = std::ranges::find(markings, lower_case(marking_id), &TlpMarking::id);
  if (at == std::end(markings)) return std::nullopt;
  return at->tlp;
}

std::optional<Tlp> tlp_of(const json::Object& marking_definition) {
  const json::Value* id = member(marking_definition, "id");
  if (id && id->as_string())
    if (auto tlp = tlp_of_id(*id->as_string())) return tlp;
  std::optional<Tlp> strictest;
  auto take = [&](std::optional<Tlp> tlp) {
    if (tlp && (!strictest || *tlp > *strictest)) strictest = tlp;
  };
  const json::Value* extensions = member(marking_definition, "extensions");
  const json::Value* extension = extensions ? extensions->find(tlp2_extension) : nullptr;
  if (const std::string* name = text_in(extension, "tlp_2_0")) take(named_or_red(*name));
  const json::Value* definition = member(marking_definition, "definition");
  if (definition && definition->as_object())
    for (const auto& [key, value] : *definition->as_object()) {
      if (!value.as_string()) continue;
      take(lower_case(key) == "tlp" ? named_or_red(*value.as_string())
                                    : label_in(*value.as_string()));
    }
  const json::Value* name = member(marking_definition, "name");
  if (name && name->as_string()) take(label_in(*name->as_string()));
  return strictest;
}

std::string tlp2_definition(Tlp tlp) {
  auto at = std::ranges::find_if(
      markings, [&](const TlpMarking& one) { return one.version == 2 && one.tlp == tlp; });
  check(at != std::end(markings), "TLP 2.0 has a marking for each");
  json::Object extension{{"extension_type", "property-extension"},
                         {"tlp_2_0", words[static_cast<std::size_t>(tlp)]}};
  return json::write(
      json::Object{{"type", "marking-definition"},
                   {"spec_version", "2.1"},
                   {"id", at->id},
                   {"created", "2022-10-01T00:00:00.000Z"},
                   {"name", tlp_name(tlp)},
                   {"extensions", json::Object{{tlp2_extension, std::move(extension)}}}});
}

}  // namespace comity::stix
