#pragma once
// The first entry of a journal: who this node is.
#include "node/step.h"

namespace comity::node {

//   Errors  Code::exists when the store has a node already.
[[nodiscard]] Result<Step> found(const Context& context, View& view, Instant now, Random& random);

}  // namespace comity::node
