#pragma once
// One input through the five doors: a pure function of the context, the rows it reads, the time and
// the randomness.
#include <optional>

#include "node/context.h"
#include "node/input.h"
#include "node/memo.h"
#include "node/ports.h"

namespace comity::node {

// The receipt that a reply waits for: derived once the act's entry is on disk.
struct ReceiptDue {
  MemberId sender;
  ActId act;
};

struct Step {
  Plan plan;
  Reply reply;
  Effects effects;
  std::optional<ReceiptDue> receipt;
};

// An error means that nothing is to be recorded: the input was refused at the door.
[[nodiscard]] Result<Step> step(const Context& context, View& view, const Input& input, Instant now,
                                Random& random, Memo* memo = nullptr);

}  // namespace comity::node
