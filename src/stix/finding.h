#pragma once
// What is wrong with an object, or could be better, in words for whoever made it.
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace comity::stix {

// An error is a MUST that is broken: the object is refused. A warning is a SHOULD.
enum class Severity : std::uint8_t { error, warning };

enum class Fault : std::uint8_t {
  not_json,          // `what` says where; an object is refused as a whole
  missing,           // a required property is absent
  wrong_type,        // a value of another JSON type
  bad_value,         // the right type, a value outside what it may be
  not_in_enum,       // outside a closed vocabulary
  not_in_vocab,      // outside an open one
  bad_identifier,    // not "type--UUID", or not this object's type
  bad_reference,     // a reference to a type that may not stand there
  bad_timestamp,     //
  bad_order,         // two times the wrong way round
  bad_hash,          //
  bad_key,           // a name of a property or of a dictionary's member
  empty,             // an empty list, dictionary or extension
  excluded,          // a property that another one shuts out
  bad_marking,       // a marking or a selector that leads nowhere, or to itself
  bad_pattern,       //
  unknown_type,      // a type that nobody defined
  unknown_property,  // a property that nobody defined: kept
  deprecated,        //
  id_mismatch,       // not the id that the specification derives
};
[[nodiscard]] std::string_view fault_name(Fault fault);

struct Finding {
  Severity severity = Severity::error;
  Fault fault = Fault::bad_value;
  std::string_view clause;  // of the specification: "2.15 Timestamp"; outlives everything
  std::string path;         // JSON pointer within the object
  std::string what;
  std::string_view mend;  // how to mend it; may be empty; outlives everything
};

struct Findings {
  std::vector<Finding> list;  // at most limits::stix_findings_max, errors before warnings dropped
  std::size_t errors = 0;     // all of them, also those not listed
  std::size_t warnings = 0;

  void add(Finding finding);
  [[nodiscard]] bool acceptable() const { return errors == 0; }
};

// "error bad_timestamp at /created: ... (STIX 2.15 Timestamp): ..." for a person.
[[nodiscard]] std::string to_text(const Finding& finding);

}  // namespace comity::stix
