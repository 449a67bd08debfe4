// Our card changes while acts flow: the keys of the log and of the witness, the root.
#include <gtest/gtest.h>

#include "ledger/checkpoint.h"
#include "ledger/witness.h"
#include "member/card_change.h"
#include "node/receipts.h"
#include "node/testing.h"
#include "node/tree.h"
#include "store/memory.h"

namespace comity::node {
namespace {

using namespace testing;

class Rotation : public ::testing::Test {
 protected:
  Rotation()
      : law(whole_law(COMITY_SOURCE_DIR)),
        us(us_casting, law, store::open_memory),
        ph(ph_casting, law, store::open_memory) {
    pair(us, ph);
  }
  static member::SignedCard card_of(const TestNode& node) {
    return must(member::read_card(node.context().card_envelope));
  }
  static std::string renewed(const std::string& verifier, const crypto::SigningKey& key) {
    auto old = must(ledger::VerifierKey::parse(verifier));
    return ledger::VerifierKey{old.name, old.type, key.public_key()}.text();
  }
  // A card of us with new checkpoint and cosignature keys, in force here; ph is not told yet.
  void rotate_log(member::Overlap overlap) {
    auto old = card_of(us);
    auto log = crypto::SigningKey::generate(us.random());
    auto witness = crypto::SigningKey::generate(us.random());
    auto draft =
        must(member::with_fresh_keys(old.card,
                                     {.checkpoint = renewed(old.card.checkpoint_key, log),
                                      .cosignature = renewed(old.card.cosignature_key, witness)},
                                     overlap, us.now));
    auto next = must(member::next_card(old, draft, us.root(), us.now));
    LogKeys keys;
    keys.checkpoint.push_back(log.clone());
    keys.cosignature.push_back(witness.clone());
    if (overlap == member::Overlap::kept) {
      keys.checkpoint.push_back(us.context().keys->checkpoint.clone());
      keys.cosignature.push_back(us.context().keys->cosignature.clone());
    }
    us.done("member.card", {{"card", next.envelope}});
    us.use_card(next, us.context().act_key(), std::move(keys));
  }
  static std::string offer(TestNode& log) {
    Head head = must(log.view()->head());
    return ledger::AddCheckpoint{
        .old_size = 0, .proof = {}, .checkpoint = must(derive_checkpoint(log.context(), head))}
        .body();
  }
  Reply arrive(const std::string& envelope) { return us.give(ActArrived{ph.id(), envelope}); }

  const law::Corpus& law;
  TestNode us, ph;
};

// For data that lie in the country of the one that is asked.
json::Object ask_of(const MemberId& to) {
  json::Object args = ask_args(to);
  request::Ask ask = request::testing::ask(1);
  ask.date = noon;
  ask.custodian.country = "US";
  args["body"] = request::to_json(ask);
  return args;
}

// Both were made from the same card, and reach the node in one turn: its context is that of before.
TEST_F(Rotation, of_two_next_cards_the_second_is_refused) {
  auto next = [&] {
    auto old = card_of(us);
    auto key = crypto::SigningKey::generate(us.random());
    auto draft = must(member::with_rotated_key(old.card, key.public_key(), us.now));
    return must(member::next_card(old, draft, us.root(), us.now)).envelope;
  };
  us.done("member.card", {{"card", next()}});
  std::uint64_t size = us.size();
  EXPECT_TRUE(us.command("member.card", {{"card", next()}}).error);
  EXPECT_EQ(us.size(), size) << "a partner that saw both would freeze us";
}

TEST_F(Rotation, a_partner_with_the_card_before_verifies_what_the_old_keys_still_sign) {
  rotate_log(member::Overlap::kept);
  Reply cosigned = ph.give(CheckpointOffered{us.id(), offer(us)});
  EXPECT_EQ(cosigned.status, 200) << cosigned.text;
  Reply ours = us.give(CheckpointOffered{ph.id(), offer(ph)});
  ASSERT_EQ(ours.status, 200) << ours.text;
  std::string note = must(derive_checkpoint(ph.context(), must(ph.view()->head())));
  EXPECT_FALSE(ph.give(CosignatureArrived{us.id(), note, ours.text}).error);
  // One witness, whichever of its keys is known.
  auto held = must(partner_log_from_json(*ph.row(Space::cosignature, to_hex(us.id()))));
  EXPECT_EQ(must(ledger::parse_checkpoint(held.checkpoint)).note.signatures.size(), 2u);
  deliver(us, ph);
  EXPECT_FALSE(ph.give(CosignatureArrived{us.id(), note, ours.text}).error);
  held = must(partner_log_from_json(*ph.row(Space::cosignature, to_hex(us.id()))));
  EXPECT_EQ(must(ledger::parse_checkpoint(held.checkpoint)).note.signatures.size(), 2u);
}

TEST_F(Rotation, keys_without_an_overlap_are_known_once_the_card_has_arrived) {
  rotate_log(member::Overlap::none);
  EXPECT_EQ(ph.give(CheckpointOffered{us.id(), offer(us)}).status, 403);
  Reply ours = us.give(CheckpointOffered{ph.id(), offer(ph)});
  ASSERT_EQ(ours.status, 200);
  std::string note = must(derive_checkpoint(ph.context(), must(ph.view()->head())));
  Reply taken = ph.give(CosignatureArrived{us.id(), note, ours.text});
  ASSERT_TRUE(taken.error);
  EXPECT_EQ(taken.error->code, Code::unknown_key);
  deliver(us, ph);
  EXPECT_EQ(ph.give(CheckpointOffered{us.id(), offer(us)}).status, 200);
  EXPECT_FALSE(ph.give(CosignatureArrived{us.id(), note, ours.text}).error);
}

TEST_F(Rotation, a_receipt_is_the_same_after_the_rotation_and_still_counts) {
  ph.send(ask_of(us.id()));
  std::string envelope = ph.outbox(us.id()).back();
  Reply first = arrive(envelope);
  ASSERT_FALSE(first.error) << first.error->what;
  rotate_log(member::Overlap::kept);
  deliver(us, ph);
  Reply again = arrive(envelope);
  EXPECT_EQ(again.receipt, first.receipt);
  Reply counted = ph.give(ReceiptArrived{us.id(), again.receipt});
  EXPECT_FALSE(counted.error) << counted.error->what;
}

TEST_F(Rotation, a_receipt_under_a_stolen_key_is_signed_anew) {
  ph.send(ask_of(us.id()));
  std::string envelope = ph.outbox(us.id()).back();
  Reply first = arrive(envelope);
  ASSERT_FALSE(first.error);
  rotate_log(member::Overlap::none);
  deliver(us, ph);
  EXPECT_TRUE(ph.give(ReceiptArrived{us.id(), first.receipt}).error) << "the old key is dead";
  Reply again = arrive(envelope);
  EXPECT_NE(again.receipt, first.receipt);
  Reply counted = ph.give(ReceiptArrived{us.id(), again.receipt});
  EXPECT_FALSE(counted.error) << counted.error->what;
}

TEST_F(Rotation, after_thirty_days_the_old_keys_are_dead_and_receipts_are_signed_anew) {
  ph.send(ask_of(us.id()));
  std::string envelope = ph.outbox(us.id()).back();
  Reply first = arrive(envelope);
  rotate_log(member::Overlap::kept);
  deliver(us, ph);
  us.now += limits::key_overlap;
  ph.now = us.now;
  Reply late = ph.give(ReceiptArrived{us.id(), first.receipt});
  EXPECT_TRUE(late.error);
  Context aged = us.context();
  aged.take_card(card_of(us), us.now);
  us.driver().replace_context(std::move(aged));
  Reply again = arrive(envelope);
  ASSERT_FALSE(again.error) << again.error->what;
  Reply counted = ph.give(ReceiptArrived{us.id(), again.receipt});
  EXPECT_FALSE(counted.error) << counted.error->what;
}

TEST_F(Rotation, what_a_partner_remembers_under_the_old_key_still_tells_a_rollback) {
  Head before = must(us.view()->head());
  ledger::Checkpoint ahead{
      .origin = us.context().origin(), .head = {before.size + 100, before.root}, .extensions = {}};
  std::string note = must(ledger::sign_checkpoint(ahead, us.context().keys->checkpoint));
  rotate_log(member::Overlap::none);
  EXPECT_FALSE(us.give(CheckpointShown{ph.id(), us.id(), note, {}}).error);
  EXPECT_TRUE(us.has_alarm("rollback"));
}

TEST_F(Rotation, a_partner_is_told_what_a_human_should_look_at) {
  auto old = card_of(us);
  auto draft = must(member::with_changes(old.card, {.callback = "+1 555 0199"}));
  auto next = must(member::next_card(old, draft, us.root(), us.now));
  us.done("member.card", {{"card", next.envelope}});
  us.use_card(next, us.context().act_key());
  deliver(us, ph);
  ASSERT_TRUE(ph.has_alarm("card_changed"));
  rotate_log(member::Overlap::kept);
  std::size_t alarms = ph.rows(Space::alarm).size();
  deliver(us, ph);
  EXPECT_EQ(ph.rows(Space::alarm).size(), alarms) << "a usual rotation wakes nobody";
}

TEST_F(Rotation, a_ceremony_under_way_ends_with_the_card_that_was_shown) {
  TestNode fr(fr_casting, law, store::open_memory);
  json::Value invited =
      us.done("member.invite",
              {{"nickname", "fr-poc"}, {"endpoint", us.casting().endpoint}, {"minutes", 10}});
  rotate_log(member::Overlap::kept);
  auto pairing =
      must(pairing_row_from_json(*us.row(Space::pairing, text_at(invited, "invitation"))));
  EXPECT_EQ(pairing.ceremony.stage, member::Stage::ended);
  fr.done("member.accept", {{"nickname", "us-poc"}, {"invitation", at(invited, "text")}});
  auto row = must(pairing_row_from_json(*fr.row(Space::pairing, text_at(invited, "invitation"))));
  EXPECT_TRUE(us.give(PairingArrived{fr.pin(), row.pending}).error);
}

}  // namespace
}  // namespace comity::node
