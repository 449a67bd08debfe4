#pragma once
// The handlers of inputs, one function each; step() picks. Each fills the Work, or returns why
// nothing is recorded.
#include "node/work.h"

namespace comity::node {

[[nodiscard]] Result<void> receive_act(Work& work, const ActArrived& in);            // receive.cc
[[nodiscard]] Result<void> receive_receipt(Work& work, const ReceiptArrived& in);    // delivery.cc
[[nodiscard]] Result<void> receive_refusal(Work& work, const RefusalArrived& in);    // delivery.cc
[[nodiscard]] Result<void> note_delivery(Work& work, const DeliveryTried& in);       // delivery.cc
[[nodiscard]] Result<void> carry_out(Work& work, const CommandGiven& in);            // commands.cc
[[nodiscard]] Result<void> tick(Work& work);                                         // timers.cc
[[nodiscard]] Result<void> receive_pairing(Work& work, const PairingArrived& in);    // pairing.cc
[[nodiscard]] Result<void> pairing_answered(Work& work, const PairingAnswered& in);  // pairing.cc
[[nodiscard]] Result<void> witness(Work& work, const CheckpointOffered& in);         // witness.cc
[[nodiscard]] Result<void> take_cosignature(Work& work,
                                            const CosignatureArrived& in);             // witness.cc
[[nodiscard]] Result<void> compare_checkpoint(Work& work, const CheckpointShown& in);  // witness.cc
[[nodiscard]] Result<void> start(Work& work, const Started& in);                       // start.cc
[[nodiscard]] Result<void> note_ring(Work& work, const AlarmRung& in);                 // bell.cc
[[nodiscard]] Result<void> post_objects(Work& work, const ObjectsPosted& in);          // posted.cc
[[nodiscard]] Result<void> delete_posted(Work& work, const ObjectsDeleted& in);        // posted.cc

}  // namespace comity::node
