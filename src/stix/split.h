#pragma once
// Cuts a bundle or a TAXII envelope into its objects without changing a byte of them, so that one
// broken object never fails the others.
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"

namespace comity::stix {

struct Split {
  json::Object head;                      // the members but `objects`
  std::vector<std::string_view> objects;  // within the text, as written, not yet parsed
  bool has_objects = false;               // false: no such member
};

// The whole is JSON if the head, with a null for each object, is JSON and each object is: the head
// is parsed here, an object by read_object().
//   Errors  of json::parse; malformed when `objects` is not a list; too_large beyond
//           limits::stix_bundle_bytes_max or stix_bundle_objects_max.
[[nodiscard]] Result<Split> split_objects(std::string_view text);

}  // namespace comity::stix
