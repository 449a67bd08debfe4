#pragma once
// When an object was added to a collection: TAXII 2.1, section 3.3. Microseconds since 1970, UTC,
// and no two objects of a collection have the same one, so that `added_after` alone never loses or
// repeats an object.
#include <optional>
#include <string>
#include <string_view>

#include "node/objects.h"

namespace comity::taxii {

using node::Added;

// RFC 3339 with six digits and "Z".
[[nodiscard]] std::string added_text(Added added);
// Any timestamp of STIX and TAXII. What is finer than a microsecond is cut off: an object added in
// that microsecond is then not "after" it, nor was it shown with any finer date.
[[nodiscard]] std::optional<Added> added_from_text(std::string_view text);

}  // namespace comity::taxii
