#pragma once
// The bodies of acts of kind `alert`. docs/protocol.md, section "Alerts"; docs/schemas/alert.json.
// What they carry is named by hash, so that approval and signature bind it, and travels beside the
// act.
#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/ids.h"
#include "base/result.h"
#include "json/value.h"

namespace comity::alert {

// A STIX bundle or envelope.
struct BlobName {
  Hash sha256;
  std::uint64_t bytes = 0;
  friend bool operator==(const BlobName&, const BlobName&) = default;
};

// "These objects are for you."
//   share      from a collection of the sender's
//   sighting   back to whoever sent what was seen; the collection is the receiver's own
struct Share {
  enum class Verb { share, sighting } verb = Verb::share;
  std::string collection, title;  // id, a UUID; what its owner calls it, for people
  std::vector<BlobName> blobs;
  // Whether the receiver may pass on what its label would let it. No: the label counts as
  // TLP:AMBER at least.
  bool relay = true;
  bool csirts = false;  // for CSIRTs: neither the receiver nor whom it tells is law enforcement
  std::optional<MemberId> origin{};  // of a relay: who brought it in, as far as the sender knows
  friend bool operator==(const Share&, const Share&) = default;
};

// "Drop what you hold of these from me."
struct Recall {
  std::vector<std::string> objects;  // STIX ids
  std::string why;                   // for people
  friend bool operator==(const Recall&, const Recall&) = default;
};

using Body = std::variant<Share, Recall>;

// Strict.  Errors: those of json::Reader; bad_value.
[[nodiscard]] Result<Body> body_from_json(const json::Value& value);
[[nodiscard]] json::Value to_json(const Body& body);

// 36 characters, lower case, of any version.
[[nodiscard]] bool is_uuid(std::string_view text);
// Whether the text is a STIX identifier: type--UUID (STIX 2.1, 2.9).
[[nodiscard]] bool is_stix_id(std::string_view text);

}  // namespace comity::alert
