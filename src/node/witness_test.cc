// Partners as witnesses: cosigning, split views, and what stops a node from signing.
#include <gtest/gtest.h>

#include "ledger/checkpoint.h"
#include "ledger/witness.h"
#include "node/testing.h"
#include "node/tree.h"
#include "store/memory.h"

namespace comity::node {
namespace {

using namespace testing;

class Witnessing : public ::testing::Test {
 protected:
  Witnessing()
      : us(us_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory),
        ph(ph_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory) {
    pair(us, ph);
  }
  static std::string checkpoint(const TestNode& node) {
    ledger::Checkpoint text{
        .origin = node.context().origin(), .head = must(node.view()->head()), .extensions = {}};
    return must(ledger::sign_checkpoint(text, node.context().keys->checkpoint));
  }
  // A checkpoint that `node`'s key signed and its ledger never had.
  static std::string lie(const TestNode& node, std::uint64_t size, std::uint8_t fill = 7) {
    ledger::Checkpoint text{
        .origin = node.context().origin(), .head = {.size = size, .root = {}}, .extensions = {}};
    text.head.root.bytes.fill(fill);
    return must(ledger::sign_checkpoint(text, node.context().keys->checkpoint));
  }
  std::string offer(std::uint64_t old_size) {
    return ledger::AddCheckpoint{
        .old_size = old_size,
        .proof = must(consistency_between(*us.view(), old_size, us.size())),
        .checkpoint = checkpoint(us)}
        .body();
  }
  Reply offered(const std::string& body) { return ph.give(CheckpointOffered{us.id(), body}); }
  Reply shown(const std::string& note) {
    return us.give(CheckpointShown{ph.id(), us.id(), note, {}});
  }
  bool halted() { return !us.driver().checkpoint(*us.view()).has_value(); }

  TestNode us, ph;
};

TEST_F(Witnessing, a_growing_ledger_is_cosigned_step_by_step_and_the_cosignatures_are_kept) {
  std::uint64_t size = ph.size();
  Reply first = offered(offer(0));
  EXPECT_EQ(first.status, 200);
  ASSERT_FALSE(us.give(CosignatureArrived{ph.id(), checkpoint(us), first.text}).error);
  std::uint64_t held = us.size();
  us.send(ask_args(ph.id()));
  Reply second = offered(offer(held));
  EXPECT_EQ(second.status, 200) << second.text;
  ASSERT_FALSE(us.give(CosignatureArrived{ph.id(), checkpoint(us), second.text}).error);
  auto log = must(partner_log_from_json(*us.row(Space::cosignature, to_hex(ph.id()))));
  EXPECT_EQ(log.head.size, us.size());
  EXPECT_EQ(ph.size(), size);  // witnessing writes no journal: it would never end
}

TEST_F(Witnessing, what_does_not_follow_from_what_was_seen_is_not_cosigned) {
  ASSERT_EQ(offered(offer(0)).status, 200);
  std::uint64_t held = us.size();
  us.send(ask_args(ph.id()));
  Reply behind = offered(offer(0));
  EXPECT_EQ(behind.status, 409);
  EXPECT_EQ(behind.text, std::to_string(held) + "\n");
  ledger::AddCheckpoint wrong{.old_size = held, .proof = {Hash{}}, .checkpoint = checkpoint(us)};
  EXPECT_EQ(offered(wrong.body()).status, 422);
  EXPECT_EQ(offered("nonsense").status, 400);
  ledger::AddCheckpoint other{.old_size = 0, .proof = {}, .checkpoint = checkpoint(ph)};
  EXPECT_EQ(offered(other.body()).status, 404);  // ph's own log is not the caller's
}

TEST_F(Witnessing, a_cosignature_that_does_not_verify_is_refused) {
  Reply good = offered(offer(0));
  us.send(ask_args(ph.id()));
  Reply taken =
      us.give(CosignatureArrived{ph.id(), checkpoint(us), good.text});  // of the smaller tree
  ASSERT_TRUE(taken.error);
  EXPECT_EQ(taken.error->code, Code::bad_signature);
  EXPECT_FALSE(us.row(Space::cosignature, to_hex(ph.id())));
}

TEST_F(Witnessing, a_halted_node_cosigns_nothing) {
  ASSERT_FALSE(ph.give(Started{.epoch = 9, .restored = true}).error);
  Reply reply = offered(offer(0));
  ASSERT_TRUE(reply.error);
  EXPECT_EQ(reply.error->code, Code::not_signing);
  EXPECT_FALSE(ph.row(Space::partner_log, to_hex(us.id())));
}

TEST_F(Witnessing, two_roots_of_one_size_freeze_the_member_that_signed_them) {
  ASSERT_EQ(offered(offer(0)).status, 200);
  ASSERT_FALSE(ph.give(CheckpointShown{us.id(), us.id(), lie(us, us.size()), {}}).error);
  EXPECT_EQ(ph.partner(us.id()).state, member::State::frozen);
  EXPECT_TRUE(ph.has_alarm("split_view"));
  ASSERT_EQ(ph.count(EntryType::evidence), 1u);
  // The evidence convinces anybody who has the log's key.
  Record record = must(load_record(*ph.view(), ph.size() - 1));
  ledger::VerifierKey key{us.context().origin(), ledger::SignatureType::ed25519,
                          us.context().keys->checkpoint.public_key()};
  EXPECT_TRUE(ledger::verify_split_view(record.bytes, std::vector{key}));
  EXPECT_EQ(ph.give(ActArrived{us.id(), sealed(us, hand_made(us, ph.id(), 1))}).error->code,
            Code::frozen);
  // Shown again: nothing new.
  std::uint64_t size = ph.size();
  ASSERT_FALSE(ph.give(CheckpointShown{us.id(), us.id(), lie(us, us.size()), {}}).error);
  EXPECT_EQ(ph.size(), size);
}

TEST_F(Witnessing, a_contradiction_offered_to_the_witness_itself_freezes_too) {
  ASSERT_EQ(offered(offer(0)).status, 200);
  ledger::AddCheckpoint two{.old_size = us.size(), .proof = {}, .checkpoint = lie(us, us.size())};
  EXPECT_EQ(offered(two.body()).status, 409);
  EXPECT_EQ(ph.partner(us.id()).state, member::State::frozen);
}

TEST_F(Witnessing, a_checkpoint_that_the_log_did_not_sign_freezes_nobody) {
  ASSERT_EQ(offered(offer(0)).status, 200);
  ledger::Checkpoint text{
      .origin = us.context().origin(), .head = {.size = us.size(), .root = {}}, .extensions = {}};
  std::string forged = must(ledger::sign_checkpoint(text, ph.context().keys->checkpoint));
  EXPECT_TRUE(ph.give(CheckpointShown{us.id(), us.id(), forged, {}}).error);
  EXPECT_EQ(ph.partner(us.id()).state, member::State::paired);
}

TEST_F(Witnessing, another_size_waits_for_the_owners_proof) {
  ASSERT_EQ(offered(offer(0)).status, 200);
  std::uint64_t held = us.size();
  us.send(ask_args(ph.id()));
  std::string later = checkpoint(us);
  ASSERT_FALSE(ph.give(CheckpointShown{us.id(), us.id(), later, {}}).error);
  EXPECT_TRUE(ph.row(Space::partner_log, shown_key(us.id())));
  auto proof = must(consistency_between(*us.view(), held, us.size()));
  ASSERT_FALSE(ph.give(CheckpointShown{us.id(), us.id(), later, proof}).error);
  EXPECT_FALSE(ph.row(Space::partner_log, shown_key(us.id())));
  EXPECT_FALSE(ph.has_alarm("unproven_ledger"));
  ASSERT_FALSE(ph.give(CheckpointShown{us.id(), us.id(), lie(us, us.size() + 5), {Hash{}}}).error);
  EXPECT_TRUE(ph.has_alarm("unproven_ledger"));
}

TEST_F(Witnessing, a_partner_that_only_ever_fails_to_prove_its_ledger_is_complained_about) {
  ASSERT_EQ(offered(offer(0)).status, 200);
  us.send(ask_args(ph.id()));
  ASSERT_FALSE(ph.give(CheckpointShown{us.id(), us.id(), checkpoint(us), {}}).error);
  ph.now += limits::ledger_proof_wait - std::chrono::minutes{1};
  ASSERT_FALSE(ph.give(CheckpointShown{us.id(), us.id(), lie(us, us.size() + 5), {}}).error);
  ASSERT_FALSE(ph.give(DeliveryTried{us.id(), false}).error);
  EXPECT_FALSE(ph.has_alarm("unproven_ledger"));
  ph.now += std::chrono::minutes{1};  // a later checkpoint does not begin the wait anew
  ASSERT_FALSE(ph.give(DeliveryTried{us.id(), false}).error);
  EXPECT_TRUE(ph.has_alarm("unproven_ledger"));
}

TEST_F(Witnessing, a_partner_that_owes_no_proof_may_be_away_for_long) {
  ASSERT_EQ(offered(offer(0)).status, 200);
  ph.now += limits::ledger_proof_wait * 3;
  ASSERT_FALSE(ph.give(DeliveryTried{us.id(), false}).error);
  EXPECT_FALSE(ph.has_alarm("unproven_ledger"));
}

// An empty ledger is the beginning of every one: there is nothing to ask its owner for.
TEST_F(Witnessing, an_empty_ledger_needs_no_proof) {
  ASSERT_EQ(offered(offer(0)).status, 200);
  ledger::Checkpoint text{
      .origin = us.context().origin(), .head = ledger::Frontier{}.head(), .extensions = {}};
  std::string empty = must(ledger::sign_checkpoint(text, us.context().keys->checkpoint));
  ASSERT_FALSE(ph.give(CheckpointShown{us.id(), us.id(), empty, {}}).error);
  EXPECT_FALSE(ph.row(Space::partner_log, shown_key(us.id())));
}

TEST_F(Witnessing, a_partner_that_has_seen_more_of_our_ledger_than_we_hold_halts_us) {
  ASSERT_FALSE(shown(lie(us, us.size() + 10)).error);
  EXPECT_TRUE(halted());
  EXPECT_TRUE(us.has_alarm("rollback"));
  std::uint64_t size = us.size();
  ASSERT_FALSE(shown(lie(us, us.size() + 10)).error);
  EXPECT_EQ(us.size(), size);  // once
}

TEST_F(Witnessing, a_partner_that_has_seen_another_past_halts_us) {
  std::uint64_t before = us.size();
  ASSERT_FALSE(us.give(Started{.epoch = 1, .restored = false}).error);
  ASSERT_FALSE(shown(lie(us, before)).error);
  EXPECT_TRUE(halted());
  EXPECT_TRUE(us.has_alarm("fork"));
}

TEST_F(Witnessing, what_was_added_since_an_old_store_started_does_not_hide_that_it_is_old) {
  std::uint64_t before = us.size();
  ASSERT_FALSE(us.give(Started{.epoch = 1, .restored = false}).error);
  us.send(ask_args(ph.id()));
  ASSERT_GT(us.size(), before + 1);
  ASSERT_FALSE(shown(lie(us, before + 1)).error);
  EXPECT_TRUE(us.has_alarm("rollback"));
  EXPECT_FALSE(us.has_alarm("fork"));
}

TEST_F(Witnessing, a_checkpoint_that_we_never_signed_halts_nobody) {
  ledger::Checkpoint text{
      .origin = us.context().origin(), .head = {.size = 900, .root = {}}, .extensions = {}};
  EXPECT_TRUE(shown(must(ledger::sign_checkpoint(text, ph.context().keys->checkpoint))).error);
  EXPECT_FALSE(halted());
}

TEST_F(Witnessing, our_own_past_halts_nobody) {
  std::string past = checkpoint(us);
  us.send(ask_args(ph.id()));
  ASSERT_FALSE(shown(past).error);
  EXPECT_FALSE(halted());
}

TEST_F(Witnessing, a_restored_node_is_halted_until_a_partner_confirms_what_it_last_saw) {
  std::string past = checkpoint(us);
  ASSERT_FALSE(us.give(Started{.epoch = 9, .restored = true}).error);
  EXPECT_TRUE(halted());
  ASSERT_FALSE(shown(past).error);
  EXPECT_FALSE(halted());
  EXPECT_TRUE(us.has_alarm("resumed"));
}

class Restored : public Witnessing {
 protected:
  Restored() : jp(jp_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory) {
    pair(us, jp);
    past = checkpoint(us);
    EXPECT_FALSE(us.give(Started{.epoch = 9, .restored = true}).error);
  }
  void confirms(const TestNode& partner) {
    ASSERT_FALSE(us.give(CheckpointShown{partner.id(), us.id(), past, {}}).error);
  }
  TestNode jp;
  std::string past;
};

TEST_F(Restored, waits_for_every_partner_and_counts_none_twice) {
  confirms(ph);
  confirms(ph);
  EXPECT_TRUE(halted());
  confirms(jp);
  EXPECT_FALSE(halted());
}

TEST_F(Restored, does_not_wait_for_a_partner_that_was_ended) {
  us.done("member.end", {{"member", to_hex(jp.id())}, {"why", "closed"}});
  confirms(ph);
  EXPECT_FALSE(halted());
}

TEST_F(Restored, goes_on_when_the_last_partner_that_has_not_confirmed_is_ended) {
  confirms(ph);
  ASSERT_TRUE(halted());
  us.done("member.end", {{"member", to_hex(jp.id())}, {"why", "closed"}});
  EXPECT_FALSE(halted());
  EXPECT_TRUE(us.has_alarm("resumed"));
}

TEST_F(Restored, still_waits_for_a_partner_when_another_is_ended) {
  us.done("member.end", {{"member", to_hex(jp.id())}, {"why", "closed"}});
  EXPECT_TRUE(halted()) << "nobody has confirmed anything";
  confirms(ph);
  EXPECT_FALSE(halted());
}

TEST_F(Restored, does_not_go_on_because_everybody_was_ended) {
  for (const TestNode* partner : {&ph, &jp})
    us.done("member.end", {{"member", to_hex(partner->id())}, {"why", "closed"}});
  EXPECT_TRUE(halted());
  us.done("ledger.resume", {{"reason", "both partners closed"}});
  EXPECT_FALSE(halted());
}

TEST_F(Restored, goes_on_when_the_partner_it_waits_for_is_shown_to_lie) {
  PartnerLog held{.head = {.size = 5, .root = {}}, .checkpoint = lie(jp, 5, 1)};
  held.head.root.bytes.fill(1);
  Plan plan;  // as witnessed before the restore
  plan.rows = {{Space::partner_log, to_hex(jp.id()), json::write(to_json(held))}};
  auto group = must(us.store().begin());
  must(group->apply(plan, us.now));
  must(group->commit());
  confirms(ph);
  ASSERT_TRUE(halted());
  ASSERT_FALSE(us.give(CheckpointShown{ph.id(), jp.id(), lie(jp, 5, 2), {}}).error);
  EXPECT_EQ(us.partner(jp.id()).state, member::State::frozen);
  EXPECT_FALSE(halted());
}

TEST_F(Restored, is_resumed_by_an_admin_who_says_why) {
  confirms(ph);
  EXPECT_EQ(us.command("ledger.resume", {{"reason", ""}}).error->code, Code::bad_value);
  us.done("ledger.resume", {{"reason", "JP closed its node for good"}});
  EXPECT_FALSE(halted());
  EXPECT_EQ(us.command("ledger.resume", {{"reason", "again"}}).error->code, Code::wrong_state);
}

TEST_F(Restored, a_loss_that_a_partner_has_seen_is_not_resumed_by_anybody) {
  ASSERT_FALSE(shown(lie(us, us.size() + 10)).error);
  EXPECT_EQ(us.command("ledger.resume", {{"reason", "we want to go on"}}).error->code,
            Code::wrong_state);
  EXPECT_TRUE(halted());
}

TEST_F(Witnessing, a_partner_that_never_saw_anything_confirms_a_restored_node_too) {
  ASSERT_FALSE(us.give(Started{.epoch = 9, .restored = true}).error);
  ASSERT_FALSE(shown("").error);
  EXPECT_FALSE(halted());
}

TEST_F(Witnessing, a_restored_node_that_lost_something_stays_halted_whoever_confirms) {
  std::string past = checkpoint(us);
  ASSERT_FALSE(us.give(Started{.epoch = 9, .restored = true}).error);
  ASSERT_FALSE(shown(lie(us, us.size() + 10)).error);
  ASSERT_FALSE(shown(past).error);
  ASSERT_FALSE(shown("").error);
  EXPECT_TRUE(halted());
}

TEST_F(Witnessing, acts_after_a_restore_begin_a_new_epoch_at_one) {
  us.send(ask_args(ph.id()));
  deliver(us, ph);
  ASSERT_FALSE(us.give(Started{.epoch = 9, .restored = true}).error);
  ASSERT_FALSE(shown("").error);
  us.send(ask_args(ph.id()));
  act::Act act = must(act::parse_act(must(act::parse_envelope(us.outbox(ph.id())[0])).payload));
  EXPECT_EQ(act.epoch, 9u);
  EXPECT_EQ(act.seq, 1u);
  deliver(us, ph);
  EXPECT_TRUE(us.outbox(ph.id()).empty());
}

}  // namespace
}  // namespace comity::node
