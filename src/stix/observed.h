#pragma once
// What was observed, as patterns look at it. STIX 2.1, 4.14 and 9; STIX 2.0, Part 2, 2.8.
#include <cstdint>
#include <functional>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "json/value.h"
#include "stix/moment.h"

namespace comity::stix {

// An object by its id, or null. What it gives outlives the observation.
using Lookup = std::function<const json::Object*(std::string_view id)>;

// One observed-data: `number` observations of the same objects, each at some moment from `first` to
// `last`.
struct Observation {
  Moment first, last;
  std::uint64_t number = 1;
  std::vector<const json::Object*> objects;  // those observed, without relationships
  Lookup resolve;                            // what a _ref of theirs leads to
};

// Reads an observed-data object that read_object() took. Objects of 2.1 come from `lookup`; those
// it does not know are left out. Of 2.0 they stand within, and `observed_data` outlives the result.
//   Errors  wrong_state when it is no observed-data, bad_value when its times cannot be read.
[[nodiscard]] Result<Observation> observation_of(const json::Object& observed_data, Lookup lookup);

}  // namespace comity::stix
