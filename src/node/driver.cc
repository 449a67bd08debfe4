#include "node/driver.h"

#include "node/receipts.h"
#include "node/step.h"

namespace comity::node {
namespace {

void add(Effects& into, const Effects& more) {
  into.deliver.insert(more.deliver.begin(), more.deliver.end());
  into.alarms |= more.alarms;
  into.cards |= more.cards;
  into.pairing |= more.pairing;
  into.objects |= more.objects;
  into.withheld.add(more.withheld);
  into.warned += more.warned;
  if (more.law) into.law = more.law;
  if (more.base_law) into.base_law = more.base_law;
}

bool changes_something(const Plan& plan) {
  return !plan.entries.empty() || !plan.rows.empty() || !plan.erase.empty();
}

}  // namespace

// A step that was taken into the group and waits for it to be durable.
struct Driver::Pending {
  std::size_t input;
  Step step;
};

Driver::Driver(Store& store, Context context, Random& random)
    : store_(store), context_(std::move(context)), random_(random) {}

Turn Driver::turn(std::span<const Input> inputs, Instant now) {
  Turn turn;
  memo_.alert_bytes.clear();
  turn.replies.resize(inputs.size());
  auto fail_all = [&](const Error& error) {
    memo_ = {};  // what a lost group held never was, and its versions come again
    turn.replies.assign(inputs.size(), {});
    for (Reply& reply : turn.replies) reply.error = error;
    turn.effects = {};
    return turn;
  };

  auto group = store_.begin();
  if (!group) return fail_all(group.error());
  std::vector<Pending> pending;
  bool changed = false;
  for (std::size_t i = 0; i < inputs.size(); ++i) {
    auto made = step(context_, **group, inputs[i], now, random_, &memo_);
    if (made) {
      if (changes_something(made->plan)) {
        auto applied = (*group)->apply(made->plan, now);
        if (!applied)
          made = std::unexpected(applied.error());
        else
          changed = true;
      }
    }
    if (made)
      pending.push_back({i, *std::move(made)});
    else
      turn.replies[i].error = made.error();
  }

  if (changed) {
    auto head = (*group)->commit();
    if (!head) return fail_all(head.error());
  }
  group->reset();
  for (const Pending& done : pending) {
    if (done.step.effects.law) context_.corpus = *done.step.effects.law;
    if (done.step.effects.base_law) context_.base_law = done.step.effects.base_law;
  }

  // What is on disk is done, whether or not it can be read now: only receipts wait for that.
  auto view = store_.snapshot();
  if (auto head = view ? (*view)->head() : std::unexpected(view.error())) turn.head = *head;
  SignedHead latest;
  for (Pending& done : pending) {
    Reply& reply = turn.replies[done.input];
    reply = std::move(done.step.reply);
    add(turn.effects, done.step.effects);
    if (!done.step.receipt) continue;
    auto receipt = view ? derive_receipt(context_, **view, *done.step.receipt, &latest)
                        : std::unexpected(view.error());
    if (receipt)
      reply.receipt = *std::move(receipt);
    else
      reply.error = receipt.error();
  }
  return turn;
}

Result<std::string> Driver::checkpoint(View& view) const {
  TRY_VOID(refuse_while_halted(view));
  TRY(Head head, view.head());
  return derive_checkpoint(context_, head);
}

}  // namespace comity::node
