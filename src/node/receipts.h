#pragma once
// Receipts and checkpoints, derived from what is on disk: the same rows give the same bytes, after
// a crash too.
#include <string>

#include "node/context.h"
#include "node/ports.h"
#include "node/step.h"

namespace comity::node {

// Our sealed receipt for an act that we recorded.
// `latest` keeps the checkpoint for the next receipt of the same group, which carries the same.
//   Errors  Code::not_found; Code::not_signing while the node is halted; the view's.
struct SignedHead {
  Head head;
  CardHash card;  // whose checkpoint key signed it
  std::string checkpoint;
};
[[nodiscard]] Result<std::string> derive_receipt(const Context& context, View& view,
                                                 const ReceiptDue& due,
                                                 SignedHead* latest = nullptr);

// Our signed checkpoint of `head`, which must be on disk, without cosignatures.
[[nodiscard]] Result<std::string> derive_checkpoint(const Context& context, const Head& head);

// Code::not_signing, with the reason and the way back, while the row self/halt stands.
[[nodiscard]] Result<void> refuse_while_halted(View& view);

}  // namespace comity::node
