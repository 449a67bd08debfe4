#pragma once
// What may be looked for, in the one form in which it is compared. The same functions read
// indicators and what stands in a text, so that both mean the same.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace comity::sweep {

enum class Kind : std::uint8_t { address, domain, url, mail, hash, file, registry };
inline constexpr std::size_t kind_count = 7;
[[nodiscard]] std::string_view kind_name(Kind kind);

// A range of addresses: the first `length` of 128 bits. IPv4 is ::ffff:0:0/96 (RFC 4291, 2.5.5.2),
// so an address is the same in either form.
struct Prefix {
  std::uint64_t high = 0, low = 0;
  std::uint8_t length = 128;
  friend auto operator<=>(const Prefix&, const Prefix&) = default;
  [[nodiscard]] bool is_v4() const { return length >= 96 && high == 0 && low >> 32 == 0xffff; }
  [[nodiscard]] Prefix cut(unsigned bits) const;  // the same, or wider
};
[[nodiscard]] std::string to_text(const Prefix& prefix);  // "198.51.100.0/24", RFC 5952

// Four decimal numbers without leading zeros, which some read as octal.
[[nodiscard]] std::optional<std::uint32_t> ipv4_from_text(std::string_view text);
// "198.51.100.7.443" without its last label, if that may be a port; else as it is.
[[nodiscard]] std::string_view without_port(std::string_view text);
[[nodiscard]] Prefix prefix_of_v4(std::uint32_t address, unsigned bits = 32);
// RFC 4291, 2.2: IPv6 alone, without a zone.
[[nodiscard]] std::optional<Prefix> ipv6_from_text(std::string_view text);
// An address, "address/bits", or "first-last" of IPv4 as the prefixes that make it up.
//   Errors  bad_value: not an address; bits set beyond the range; wider than limits allow.
[[nodiscard]] Result<std::vector<Prefix>> addresses_from_text(std::string_view text);

// Two labels at least, the last not of digits alone; small letters; no dot at the end. Letters
// beyond ASCII and punycode stay as they are given: international.h has the other form.
[[nodiscard]] std::optional<std::string> canonical_domain(std::string_view text);

// A URL by RFC 3986, 6.2.2, and no further: scheme and host in small letters, "hxxp" as "http",
// "[.]" as ".", the scheme's own port left off, an empty path as "/", percent-encodings of
// unreserved characters undone and others in capital letters, the fragment left off. Dot segments,
// user names, the order of a query: unchanged. `out` is written anew; false when it is no URL.
bool canonical_url(std::string_view text, std::string& out);
// The host of a canonical URL, without user and port.
[[nodiscard]] std::string_view host_of(std::string_view canonical_url);

[[nodiscard]] std::optional<std::string> canonical_mail(std::string_view text);
// MD5, SHA-1, SHA-256, SHA-512 by their length: small hex digits.
[[nodiscard]] std::optional<std::string> canonical_hash(std::string_view text);
// The root as "hklm", "hkcu", "hkcr", "hku" or "hkcc"; small letters of ASCII; one '\' at a time.
[[nodiscard]] std::optional<std::string> canonical_registry(std::string_view text);
// The short name of a root: "HKEY_LOCAL_MACHINE", "HKLM"; empty when it is none.
[[nodiscard]] std::string_view registry_root(std::string_view word);

[[nodiscard]] std::string lowered(std::string_view text);  // ASCII alone

// Undoes what writers do so that nobody follows a link: "hxxp", "[.]", "(.)", "[dot]", "[@]",
// "[at]", "[:]", "[://]", "\.".
[[nodiscard]] std::string refanged(std::string_view text);

}  // namespace comity::sweep
