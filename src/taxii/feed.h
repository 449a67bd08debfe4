#pragma once
// The files of a collection's MISP feed: /misp/COLLECTION/manifest.json, hashes.csv, UUID.json.
// What a reader sees of it is what it sees over TAXII.
#include <functional>
#include <string>

#include "base/limits_intel.h"
#include "base/time.h"
#include "net/http.h"
#include "node/object_page.h"

namespace comity::taxii {

struct FeedAsked {
  std::string file;
  std::string maker;                                 // the organisation that serves it
  std::function<void(const alert::Tally&)> tally{};  // of what is withheld; may be none
  Instant now{};
  std::size_t objects_max = limits::feed_objects_max;
};

// With an entity tag; 304 to whoever has it already (RFC 9110, 13.1.2). What was added within the
// second that is not over yet is not in it: MISP compares times in seconds.
//   Errors  not_found; too_large: more indicators than `objects_max`.
[[nodiscard]] Result<net::Response> feed_file(node::View& view, const node::Collection& collection,
                                              const alert::Reader& reader, const FeedAsked& asked,
                                              const net::Headers& headers);

}  // namespace comity::taxii
