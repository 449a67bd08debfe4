#pragma once
// Which objects tell something of natural persons, by what the specification says that their
// properties hold. Whether that is personal data, and where it may go, is for the law to say.
#include <cstdint>
#include <optional>
#include <string_view>

#include "stix/object.h"

namespace comity::stix {

// A set, as bits.
using Personal = std::uint8_t;
inline constexpr Personal personal_name = 1;               // who somebody is
inline constexpr Personal personal_contact = 2;            // a mail address, a message, a number
inline constexpr Personal personal_account = 4;            // of a user, at a service or a machine
inline constexpr Personal personal_online_identifier = 8;  // an address on a network
inline constexpr Personal personal_any = 15;
inline constexpr int personal_kinds = 4;
// "name", "contact", "account", "online_identifier"; none: no kind has this name.
[[nodiscard]] std::optional<Personal> personal_from_name(std::string_view name);

// What an object that was read holds. What nobody here can read (types, properties and extensions
// that the specification does not know, patterns in other languages, payloads) counts as all of it.
// Of text for people, such as descriptions and names, mail addresses alone are seen.
[[nodiscard]] Personal personal_in(const Object& object, const json::Value& value);

}  // namespace comity::stix
