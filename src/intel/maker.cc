#include "intel/maker.h"

#include <algorithm>

#include "base/ids.h"
#include "stix/identifier.h"
#include "stix/object.h"
#include "stix/observable_id.h"
#include "stix/pattern.h"

namespace comity::intel {
namespace {

// 2a622209-0d5b-44af-9c5f-e9e47309f9f3, made for this and for nothing else.
constexpr std::array<std::uint8_t, 16> ours{0x2a, 0x62, 0x22, 0x09, 0x0d, 0x5b, 0x44, 0xaf,
                                            0x9c, 0x5f, 0xe9, 0xe4, 0x73, 0x09, 0xf9, 0xf3};

std::string_view marking_of(stix::Tlp tlp) {
  for (const stix::TlpMarking& each : stix::tlp_markings())
    if (each.version == 2 && each.tlp == tlp) return each.id;
  return "";
}

}  // namespace

std::string derived_id(std::string_view type, std::string_view name) {
  return std::string(type) + "--" + uuid_text(stix::named_uuid(ours, name));
}

json::Object identity(std::string_view name, std::string id) {
  return {{"type", "identity"},
          {"spec_version", "2.1"},
          {"id", std::move(id)},
          {"created", "1970-01-01T00:00:00.000Z"},
          {"modified", "1970-01-01T00:00:00.000Z"},
          {"name", name},
          {"identity_class", "organization"}};
}

std::string equals(std::string_view path, std::string_view value) {
  return std::string(path) + " = " + stix::write_constant(std::string(value));
}

std::optional<stix::Tlp> strictest(std::optional<stix::Tlp> a, std::optional<stix::Tlp> b) {
  if (!a || !b) return a ? a : b;
  return std::max(*a, *b);
}

// "tlp:amber+strict" as MISP's taxonomy has it, and as people write it: any case, with blanks and
// quotation marks, joined otherwise. A label that cannot be read is the strictest that there is.
std::optional<stix::Tlp> tlp_of_tag(std::string_view tag) {
  std::string word;
  for (char c : tag)
    if (('a' <= c && c <= 'z') || c == ':')
      word += c;
    else if ('A' <= c && c <= 'Z')
      word += static_cast<char>(c - 'A' + 'a');
  if (!word.starts_with("tlp:")) return std::nullopt;
  if (word == "tlp:amberstrict") return stix::Tlp::amber_strict;
  return stix::tlp_from_name(word).value_or(stix::Tlp::red);
}

std::optional<stix::Tlp> tlp_of_tags(const std::set<std::string>& tags) {
  std::optional<stix::Tlp> found;
  for (const std::string& tag : tags) found = strictest(found, tlp_of_tag(tag));
  return found;
}

std::string text_at(const json::Value& object, std::string_view name, std::size_t bytes_max) {
  const json::Value* found = object.find(name);
  const std::string* text = found ? found->as_string() : nullptr;
  return text && text->size() <= bytes_max ? *text : "";
}

bool Maker::give(json::Object object, std::optional<stix::Tlp> tlp, const std::string& where) {
  if (!failed_) return false;
  if (!tlp) tlp = options_.tlp;
  if (tlp == stix::Tlp::red) {
    leave(where, "TLP:RED is for named individuals: it goes into no collection");
    return false;
  }
  if (tlp) {
    std::string definition = stix::tlp2_definition(*tlp);
    if (given_.emplace(marking_of(*tlp)).second) failed_ = sink_(definition);
    object["object_marking_refs"] = json::Array{marking_of(*tlp)};
  }
  std::string bytes = json::write(object);
  stix::Reading reading = stix::read_object(bytes);
  if (!reading.object) {
    leave(where, reading.findings.list.empty() ? "makes no STIX object"
                                               : stix::to_text(reading.findings.list.front()));
    return false;
  }
  if (failed_ && given_.insert(reading.object->id).second) failed_ = sink_(bytes);
  return bool(failed_);
}

std::string Maker::observe(json::Object object, std::optional<stix::Tlp> tlp,
                           const std::string& where) {
  object["spec_version"] = "2.1";
  std::string id = stix::observable_id(object).value_or("");
  if (id.empty()) return id;
  object["id"] = id;
  return give(std::move(object), tlp, where) ? id : "";
}

Result<Report> Maker::finish() {
  TRY_VOID(std::move(failed_));
  return std::move(report);
}

}  // namespace comity::intel
