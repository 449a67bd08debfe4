// Goal: a ledger that nobody watches is noticed within a day, and nothing stops for it.
#include "node/unwitnessed.h"

#include <gtest/gtest.h>

#include "base/limits_bell.h"
#include "ledger/checkpoint.h"
#include "ledger/witness.h"
#include "node/bell.h"
#include "node/rebuild.h"
#include "node/testing.h"
#include "node/tree.h"
#include "store/memory.h"

namespace comity::node {
namespace {

using namespace testing;
using namespace std::chrono_literals;

class Unwitnessed : public ::testing::Test {
 protected:
  Unwitnessed()
      : us(us_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory),
        ph(ph_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory) {}

  void tick_after(Millis wait) {
    us.now += wait;
    ph.now = us.now;
    for (int i = 0; i < 3; ++i) ASSERT_FALSE(us.give(Ticked{}).error);  // timers go first
  }
  void cosign() {
    ledger::Checkpoint text{
        .origin = us.context().origin(), .head = must(us.view()->head()), .extensions = {}};
    std::string note = must(ledger::sign_checkpoint(text, us.context().keys->checkpoint));
    ledger::AddCheckpoint offer{
        .old_size = cosigned_,
        .proof = must(consistency_between(*us.view(), cosigned_, us.size())),
        .checkpoint = note};
    Reply reply = ph.give(CheckpointOffered{us.id(), offer.body()});
    ASSERT_EQ(reply.status, 200) << reply.text;
    ASSERT_FALSE(us.give(CosignatureArrived{ph.id(), note, reply.text}).error);
    cosigned_ = us.size();
  }
  bool warned() { return us.has_alarm("witness_missing"); }

  TestNode us, ph;
  std::uint64_t cosigned_ = 0;
};

TEST_F(Unwitnessed, a_day_without_a_cosignature_is_warned_of_once_and_taken_back) {
  pair(us, ph);
  cosign();
  tick_after(100h);
  EXPECT_FALSE(warned()) << "nothing was added: there is nothing to cosign";
  us.send(ask_args(ph.id(), us.now));
  tick_after(limits::witness_wait - 1s);
  EXPECT_FALSE(warned());
  tick_after(1s);
  EXPECT_TRUE(warned());
  EXPECT_TRUE(us.effects.alarms);
  json::Value alarm = *us.row(Space::alarm, "self/witness_missing");
  tick_after(1h);
  EXPECT_EQ(*us.row(Space::alarm, "self/witness_missing"), alarm) << "said once";
  EXPECT_FALSE(
      us.command("member.invite",
                 {{"nickname", "fr-poc"}, {"endpoint", us.casting().endpoint}, {"minutes", 10}})
          .error)
      << "it blocks nothing";
  us.give(AlarmRung{"self/witness_missing", must(ringing_from_row(alarm)).raised, 0, ""});
  EXPECT_EQ(us.rows(Space::ring).size(), 1U);
  cosign();
  tick_after(1s);
  EXPECT_FALSE(warned());
  EXPECT_TRUE(us.rows(Space::ring).empty());
  auto before = us.rebuilt_rows();
  must(rebuild(us.store(), us.now));
  EXPECT_EQ(us.rebuilt_rows(), before);
}

TEST_F(Unwitnessed, without_paired_partners_nobody_is_missed) {
  tick_after(1000h);
  EXPECT_FALSE(warned());
}

TEST_F(Unwitnessed, a_new_partner_has_a_day_for_what_is_older_than_it) {
  tick_after(1000h);
  pair(us, ph);
  tick_after(1h);
  EXPECT_FALSE(warned());
  tick_after(limits::witness_wait);
  EXPECT_TRUE(warned());
  us.done("member.end", {{"member", to_hex(ph.id())}, {"why", "moved away"}});
  tick_after(1s);
  EXPECT_FALSE(warned()) << "nobody is left who could cosign";
}

TEST_F(Unwitnessed, after_a_start_partners_are_given_time) {
  pair(us, ph);
  us.now += 100h;
  ASSERT_FALSE(us.give(Started{.epoch = 1, .restored = false}).error);
  tick_after(1s);
  EXPECT_FALSE(warned()) << "the node itself was away";
  tick_after(limits::witness_start_grace);
  EXPECT_TRUE(warned());
}

}  // namespace
}  // namespace comity::node
