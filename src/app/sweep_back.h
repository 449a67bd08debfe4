#pragma once
// Where a sweep's indicators come from, and where its sightings go: files, or the node.
#include <string>
#include <vector>

#include "app/cli.h"
#include "sweep/sighting.h"

namespace comity::app {

// A collection of the node that is swept for.
struct SweptCollection {
  std::string id, title;
};

// Gives the loader what each name says: a file of STIX or a list, else a collection of the node
// (--dir) by its id, alias or title.
//   Errors  of reading, of the node; not_found
[[nodiscard]] Result<std::vector<SweptCollection>> load_alerts(
    Session& session, const std::vector<std::string>& names, sweep::Loader& loader);

// Who swept: the organisation of --dir, else this machine by its name.
[[nodiscard]] sweep::Sighter sighter_here(const Session& session,
                                          const std::vector<std::string>& paths, Instant began);

// Brings what was seen into the collections that it is of, as an officer does with alert import:
// partners who shared an indicator hear of it. A report for each collection that got something.
[[nodiscard]] Result<json::Array> share_sightings(Session& session, const Desk& desk,
                                                  const std::vector<SweptCollection>& collections,
                                                  const sweep::Sightings& seen,
                                                  const sweep::Sighter& by);

}  // namespace comity::app
