#pragma once
// The media types of TAXII 2.1 (section 1.6.8) and how a client asks for them (RFC 9110, sections
// 8.3.1 and 12.5.1).
#include <string_view>

namespace comity::taxii {

inline constexpr std::string_view taxii_media = "application/taxii+json;version=2.1";
inline constexpr std::string_view stix_media = "application/stix+json;version=2.1";
inline constexpr std::string_view stix20_media = "application/stix+json;version=2.0";

// Whether an Accept header lets us answer with `taxii_media`: some range in it covers that type, in
// version 2.1 or without one, with a weight above 0. The most specific range decides, as RFC 9110
// says. An Accept that cannot be read covers nothing.
[[nodiscard]] bool accepts_taxii(std::string_view accept);

// Whether a Content-Type is `application/taxii+json`, in version 2.1 or without one.
[[nodiscard]] bool is_taxii(std::string_view content_type);

}  // namespace comity::taxii
