#include "node/step.h"

#include "node/doors.h"
#include "node/law_in_force.h"

namespace comity::node {
namespace {

template <typename... Fs>
struct Cases : Fs... {
  using Fs::operator()...;
};

}  // namespace

Result<Step> step(const Context& context, View& view, const Input& input, Instant now,
                  Random& random, Memo* memo) {
  Work work(context, view, now, random, memo);
  TRY_VOID(
      std::visit(Cases{[&](const ActArrived& in) { return receive_act(work, in); },
                       [&](const ReceiptArrived& in) { return receive_receipt(work, in); },
                       [&](const RefusalArrived& in) { return receive_refusal(work, in); },
                       [&](const DeliveryTried& in) { return note_delivery(work, in); },
                       [&](const CommandGiven& in) { return carry_out(work, in); },
                       [&](const Ticked&) { return tick(work); },
                       [&](const PairingArrived& in) { return receive_pairing(work, in); },
                       [&](const PairingAnswered& in) { return pairing_answered(work, in); },
                       [&](const CheckpointOffered& in) { return witness(work, in); },
                       [&](const CosignatureArrived& in) { return take_cosignature(work, in); },
                       [&](const CheckpointShown& in) { return compare_checkpoint(work, in); },
                       [&](const Started& in) { return start(work, in); },
                       [&](const AlarmRung& in) { return note_ring(work, in); },
                       [&](const ObjectsPosted& in) { return post_objects(work, in); },
                       [&](const ObjectsDeleted& in) { return delete_posted(work, in); },
                       [&](const LawRead& in) { return take_base_law(work, in); }},
                 input));
  // Published law counts while its publisher is a partner, so cards and states matter too.
  if (work.law_due || work.effects.cards) TRY_VOID(take_law_in_force(work));
  return work.finish();
}

}  // namespace comity::node
