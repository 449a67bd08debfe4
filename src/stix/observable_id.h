#pragma once
// The id that an observable's own properties give it. STIX 2.1, 2.9.
#include <optional>
#include <string>

#include "json/value.h"

namespace comity::stix {

// "type--UUIDv5" over the RFC 8785 text of those ID contributing properties that are there; of
// hashes the first of MD5, SHA-1, SHA-256, SHA-512, or else the first by name. Empty when none is
// there or the type names none.
[[nodiscard]] std::optional<std::string> observable_id(const json::Object& observable);

}  // namespace comity::stix
