#pragma once
// The `identifier` type: "object-type--UUID". STIX 2.1, 2.9.
#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"

namespace comity::stix {

struct Identifier {
  std::string_view type;  // within the text it was read from
  std::array<std::uint8_t, 16> uuid{};
  int version = 0;  // 1 to 8
  bool lower_case = true;
};

// Empty unless `text` is a type's name, two dashes and a UUID of RFC 4122's variant in its usual
// form, in letters of either case.
[[nodiscard]] std::optional<Identifier> identifier_from_text(std::string_view text);

// 3 to 250 of a-z, 0-9 and hyphen, the first a letter. STIX 2.1, 3.1.
[[nodiscard]] bool is_type_name(std::string_view text);

// RFC 9562, 5.5: the name-based UUID of `name` in a namespace.
[[nodiscard]] std::array<std::uint8_t, 16> named_uuid(const std::array<std::uint8_t, 16>& space,
                                                      std::string_view name);
// The same in STIX's namespace for cyber-observable objects.
[[nodiscard]] std::array<std::uint8_t, 16> observable_uuid(std::string_view name);

}  // namespace comity::stix
