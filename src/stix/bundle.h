#pragma once
// Bundles: STIX 2.1, section 8; STIX 2.0, Part 1, section 5.
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "stix/object.h"

namespace comity::stix {

struct Bundle {
  std::string id;
  Findings findings;  // of the bundle itself
  std::size_t objects = 0;
  std::size_t accepted = 0;
};

// Reads a bundle and hands each object, in its order, to `take`, whether it is good or not. A
// bundle whose own properties are wrong still gives its objects: the findings say so.
//   Errors  those of split_objects(); then nothing was handed out.
[[nodiscard]] Result<Bundle> read_bundle(std::string_view text,
                                         const std::function<void(Reading)>& take);

// A bundle of STIX 2.1 around objects as they are. `id` is "bundle--UUID"; checked.
[[nodiscard]] std::string write_bundle(std::string_view id,
                                       const std::vector<std::string_view>& objects);

}  // namespace comity::stix
