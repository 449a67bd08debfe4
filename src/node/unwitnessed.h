#pragma once
// "A missing witness raises an alarm and never blocks" (blueprint, section 5, "Ledger"). Of this
// room alone.
#include "node/work.h"

namespace comity::node {

// With every tick: warns (`witness_missing`) when an entry has waited for limits::witness_wait and
// no partner has cosigned a checkpoint that holds it; takes the warning back once one has, or once
// there is nobody who could. A node without paired partners has no witnesses to miss.
[[nodiscard]] Result<void> watch_witnesses(Work& work);

}  // namespace comity::node
