#pragma once
// The Traffic Light Protocol: version 1.0 as STIX 2.1, 7.2.1.4 has it, and version 2.0 as the OASIS
// extension definition of 2022 has it. Whether somebody may see an object is not decided here.
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "json/value.h"

namespace comity::stix {

// Ordered: what stands later is shared with fewer. TLP 1.0's white is clear.
enum class Tlp : std::uint8_t { clear, green, amber, amber_strict, red };
[[nodiscard]] std::string_view tlp_name(Tlp tlp);  // "TLP:AMBER+STRICT"
// The names above, in either case, with or without "TLP:"; also "white".
[[nodiscard]] std::optional<Tlp> tlp_from_name(std::string_view name);

struct TlpMarking {
  Tlp tlp = Tlp::red;
  int version = 2;  // of the protocol
  std::string_view id;
};
// The nine that the two specifications fix.
[[nodiscard]] std::span<const TlpMarking> tlp_markings();

// By the id that an object is marked with.
[[nodiscard]] std::optional<Tlp> tlp_of_id(std::string_view marking_id);
// By what a marking definition says: its id; the TLP 2.0 extension; definition_type "tlp"; or a
// name or statement that begins as a TLP's name does, as OpenCTI writes "TLP:AMBER+STRICT". The
// strictest of these; a label that cannot be read is RED.
[[nodiscard]] std::optional<Tlp> tlp_of(const json::Object& marking_definition);

inline constexpr std::string_view tlp2_extension =
    "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

// The marking definition of TLP 2.0 as its publisher defines it, canonical, for bundles that we
// make: whoever receives an object can read its markings.
[[nodiscard]] std::string tlp2_definition(Tlp tlp);

}  // namespace comity::stix
