#pragma once
// The demo's outbreak: an alert at one node, at its partners at once, sightings back, the curve.
#include "app/demo_cast.h"
#include "app/demo_story.h"

namespace comity::app {

// `first` raises the alert; the others are its partners.
[[nodiscard]] Result<void> outbreak_spreads(Story& story, Player& first, Player& abroad,
                                            Player& at_home);

}  // namespace comity::app
