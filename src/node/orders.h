#pragma once
// Who may order whom to preserve, at home.
#include <string>

#include "member/card.h"

namespace comity::node {

struct Seat {
  member::Role role = member::Role::poc;
  std::string jurisdiction;
};

// Why no order of this issuer binds this custodian; empty when one may. Competence: nothing
// overrides it.
[[nodiscard]] std::string bar_to_order(const Seat& issuer, const Seat& custodian);

}  // namespace comity::node
