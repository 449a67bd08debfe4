#pragma once
// What single properties, headers and texts tell of natural persons; personal.h puts it together.
#include <optional>
#include <string_view>

#include "stix/personal.h"

namespace comity::stix {

// By the type of an object or observable.
[[nodiscard]] Personal of_type(std::string_view type);

// Of a property in a shape of the specification ("ntfs-ext", "sid"); none: it says nothing by its
// name, and what it holds is looked at.
[[nodiscard]] std::optional<Personal> of_property(std::string_view shape, std::string_view name);

// Of a property that the specification does not have: all, unless it is known from elsewhere.
[[nodiscard]] Personal of_foreign(std::string_view name);

// Of a header of a message or an HTTP request, in any case.
[[nodiscard]] Personal of_header(std::string_view name);

// A mail address that stands plainly in a text.
[[nodiscard]] Personal in_text(std::string_view text);

// An address on a network that stands for the host of a URL, or in the place of a domain name.
[[nodiscard]] Personal in_host(std::string_view type, std::string_view value);

}  // namespace comity::stix
