#include "node/ports.h"

#include <array>

namespace comity::node {

std::string_view space_name(Space space) {
  constexpr std::array<std::string_view, space_count> names = {
      "self",         "member",         "officer",      "lane_in",    "lane_out",   "act",
      "outbox",       "conversation",   "timer",        "draft",      "approval",   "pairing",
      "partner_log",  "cosignature",    "alarm",        "link",       "command",    "erasure",
      "review",       "officer_change", "ring",         "law",        "collection", "taxii_user",
      "object",       "object_id",      "taxii_status", "reissue",    "blob",       "spread",
      "subscription", "recall",         "object_bytes", "object_type"};
  return names[static_cast<std::size_t>(space)];
}

}  // namespace comity::node
