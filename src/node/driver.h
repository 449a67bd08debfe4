#pragma once
// One turn of a node: inputs in, durable outcomes out. No thread, no clock: app/ calls it from its
// writer thread, sim/ from its loop, so that both run the very same code.
//
// A turn opens one group, steps each input over it, commits once, and only then signs the
// checkpoint and the receipts: nothing is signed that is not on disk, and nothing is answered that
// could be lost.
#include <memory>
#include <span>
#include <vector>

#include "node/context.h"
#include "node/input.h"
#include "node/memo.h"
#include "node/ports.h"

namespace comity::node {

struct Turn {
  std::vector<Reply> replies;  // one for each input, in order
  Effects effects;
  Head head;  // after the turn
};

class Driver {
 public:
  // `store`, `random` outlive the driver. The context may be replaced between turns (new corpus,
  // new card).
  Driver(Store& store, Context context, Random& random);

  // Never fails as a whole: when the store does, every reply carries the error and nothing
  // happened.
  [[nodiscard]] Turn turn(std::span<const Input> inputs, Instant now);

  // The node's own signed checkpoint of the last turn, with the cosignatures collected so far.
  //   Errors  Code::not_signing while halted.
  [[nodiscard]] Result<std::string> checkpoint(View& view) const;

  [[nodiscard]] const Context& context() const { return context_; }
  void replace_context(Context context) { context_ = std::move(context); }

 private:
  struct Pending;
  Store& store_;
  Context context_;
  Random& random_;
  Memo memo_;
};

}  // namespace comity::node
