#pragma once
// The selectors of granular markings: "external_references.[0].url". STIX 2.1, 7.2.3.1.
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"

namespace comity::stix {

struct SelectorStep {
  std::string name;               // of a property, or empty:
  std::optional<std::size_t> at;  // of a list's element
  friend bool operator==(const SelectorStep&, const SelectorStep&) = default;
  friend auto operator<=>(const SelectorStep&, const SelectorStep&) = default;
};
using Selector = std::vector<SelectorStep>;

// Empty when it is not a selector.
[[nodiscard]] std::optional<Selector> selector_from_text(std::string_view text);

// What it selects of an object, or null.
[[nodiscard]] const json::Value* select(const json::Object& object, const Selector& selector);

// True when `inner` selects what `outer` selects, or a part of it.
[[nodiscard]] bool selects_part(const Selector& outer, const Selector& inner);

}  // namespace comity::stix
