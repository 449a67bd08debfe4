#pragma once
// IPv4 and IPv6 addresses and blocks: RFC 791, RFC 4291, RFC 4632 (CIDR).
#include <array>
#include <cstdint>
#include <optional>
#include <string_view>

namespace comity::stix {

struct Block {
  std::array<std::uint8_t, 16> bytes{};  // an IPv4 address fills the first four
  unsigned bits = 0;                     // of the prefix
  bool v6 = false;
  friend bool operator==(const Block&, const Block&) = default;
};

// "198.51.100.0/24"; an address alone is a block of one. Bits after the prefix are cleared.
[[nodiscard]] std::optional<Block> block_from_text(std::string_view text);

// True when all of `inner` lies within `outer`.
[[nodiscard]] bool within(const Block& inner, const Block& outer);

}  // namespace comity::stix
