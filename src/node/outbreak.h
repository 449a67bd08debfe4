#pragma once
// What this node holds of an outbreak: sightings of an object and of what indicates it, who told
// whom of them as far as we were told, and which partners it has not reached.
#include <string>

#include "alert/outbreak.h"
#include "node/context.h"
#include "node/ports.h"

namespace comity::node {

// As our own organisation sees it.
//   id      of any object but a sighting: a malware, an indicator, a campaign...
//   asked   the time now
//   Errors  not_found: no collection holds the object, nor a sighting of it
[[nodiscard]] Result<alert::OutbreakFacts> gather_outbreak(const Context& context, View& view,
                                                           const std::string& id, Instant asked);

}  // namespace comity::node
