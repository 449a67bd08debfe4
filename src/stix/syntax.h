#pragma once
// Small texts with a grammar of their own that properties must follow.
#include <string_view>

namespace comity::stix {

[[nodiscard]] bool is_language_tag(std::string_view text);  // RFC 5646, 2.1: well-formed
[[nodiscard]] bool is_mime_type(std::string_view text);     // RFC 6838, 4.2: type/subtype
[[nodiscard]] bool is_cpe23(std::string_view text);         // NISTIR 7695: the formatted string
[[nodiscard]] bool is_mac_address(std::string_view text);   // "d2:fb:49:24:37:18", lower case
[[nodiscard]] bool is_property_name(std::string_view text, std::size_t least);  // a-z 0-9 _
[[nodiscard]] bool is_dictionary_key(std::string_view text);  // a-z A-Z 0-9 - _, 1 to 250
[[nodiscard]] bool is_hex(std::string_view text);             // an even number of digits
[[nodiscard]] bool is_base64(std::string_view text);          // RFC 4648, section 4, padded

}  // namespace comity::stix
