#pragma once
// One STIX object: its exact bytes, and what others need of it without reading it again.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "stix/finding.h"
#include "stix/kinds.h"
#include "stix/moment.h"

namespace comity::stix {

struct GranularMarking {
  std::string marking_ref;  // or empty:
  std::string lang;
  std::vector<std::string> selectors;
};

struct Object {
  std::string_view bytes;  // of the text that was read: what was given is what goes out
  Spec spec = Spec::v21;
  Class cls = Class::sdo;
  bool defined = true;  // false: a type that the specification does not know
  bool revoked = false;
  std::string type;
  std::string id;
  std::optional<Stamp> created;
  std::optional<Stamp> modified;
  std::optional<Moment> valid_from;
  std::optional<Moment> valid_until;  // of an indicator
  std::optional<std::int64_t> confidence;
  std::string created_by_ref;
  std::vector<std::string> object_marking_refs;
  std::vector<GranularMarking> granular_markings;
  std::vector<std::string> labels;
  std::string pattern;
  std::string pattern_type;
};

struct Reading {
  // Empty when there are errors. Its bytes lie within the text that was read.
  std::optional<Object> object;
  Findings findings;
  std::string id;     // as far as it could be read, so that the maker knows which is meant
  json::Value value;  // what was parsed; null when it was not JSON
};

// Reads one object strictly and checks it wholly. Never fails: what is wrong is in the findings.
// Bounds: limits::stix_object_bytes_max, json_depth_max.
[[nodiscard]] Reading read_object(std::string_view bytes);

}  // namespace comity::stix
