#pragma once
// What the pattern of an indicator tells of natural persons.
#include "stix/object.h"
#include "stix/personal.h"

namespace comity::stix {

[[nodiscard]] Personal in_pattern(const Object& indicator);

}  // namespace comity::stix
