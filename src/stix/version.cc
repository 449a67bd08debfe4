#include "stix/version.h"

#include "base/check.h"
#include "base/limits_stix.h"
#include "json/value.h"

namespace comity::stix {

std::optional<Stamp> version_of(const Object& object) {
  return object.modified ? object.modified : object.created;
}

bool same_content(std::string_view a, std::string_view b) {
  if (a == b) return true;
  json::Limits limits{.bytes_max = limits::stix_object_bytes_max};
  auto x = json::parse(a, limits), y = json::parse(b, limits);
  return x && y && json::write(*x) == json::write(*y);
}

Arrival compare_versions(const Object& held, const Object& arriving) {
  check(held.id == arriving.id, "versions of one object are compared");
  if (!held.modified || !arriving.modified) {
    if (same_content(held.bytes, arriving.bytes)) return Arrival::same;
    return held.type == "marking-definition" ? Arrival::immutable : Arrival::unversioned;
  }
  if (held.modified->at == arriving.modified->at)
    return same_content(held.bytes, arriving.bytes) ? Arrival::same : Arrival::conflict;
  // 3.6.2: "Only the object creator" makes versions; 3.2: created and created_by_ref stay.
  bool creators = held.created_by_ref == arriving.created_by_ref &&
                  held.created.has_value() == arriving.created.has_value() &&
                  (!held.created || held.created->at == arriving.created->at);
  if (!creators) return Arrival::other_creator;
  if (arriving.modified->at < held.modified->at) return Arrival::older;
  return held.revoked ? Arrival::revoked : Arrival::newer;
}

}  // namespace comity::stix
