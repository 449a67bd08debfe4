// A key is revoked while what it signed still waits: made void, and said anew once the partner has
// said what stands in its place.
#include "node/reissue.h"

#include <gtest/gtest.h>

#include "member/card_change.h"
#include "node/conversations.h"
#include "node/erasure.h"
#include "node/rebuild.h"
#include "node/testing.h"
#include "store/memory.h"

namespace comity::node {
namespace {

using namespace testing;

class Reissue : public ::testing::Test {
 protected:
  Reissue()
      : law(whole_law(COMITY_SOURCE_DIR)),
        us(us_casting, law, store::open_memory),
        ph(ph_casting, law, store::open_memory) {
    pair(us, ph);
  }
  static json::Object ask_in(const MemberId& to, const char* lane) {
    json::Object args = ask_args(to);
    args["lane"] = lane;
    return args;
  }
  // us revokes its key for acts and has a new one. Nothing is delivered.
  void revoke() {
    auto old = must(member::read_card(us.context().card_envelope));
    auto key = crypto::SigningKey::generate(us.random());
    auto draft = must(member::with_fresh_keys(old.card, {.act = key.public_key()},
                                              member::Overlap::none, us.now));
    auto next = must(member::next_card(old, draft, us.root(), us.now));
    us.done("member.card", {{"card", next.envelope}});
    us.use_card(next, key);
  }
  void tick() {
    for (int i = 0; i < 4; ++i) ASSERT_FALSE(us.give(Ticked{}).error);
  }
  static void wait(TestNode& node, Millis time) {
    node.now += time;
    ASSERT_FALSE(node.give(Ticked{}).error);
  }
  void exchange() {
    for (int i = 0; i < 4; ++i) deliver(us, ph);
  }
  static act::Act read(const std::string& envelope) {
    return must(act::parse_act(must(act::parse_envelope(envelope)).payload));
  }
  ActRow act_row(const std::string& id) {
    return must(act_row_from_json(*us.row(Space::act, to_hex(us.id()) + "/" + id)));
  }
  static std::optional<Conversation> conversation(const TestNode& node, const std::string& id) {
    auto view = node.view();
    Overlay rows(*view);
    return must(load_conversation(rows, id));
  }
  // What both hold of the conversation is the same.
  void expect_agreed(const std::string& id) {
    auto ours = conversation(us, id), theirs = conversation(ph, id);
    ASSERT_TRUE(ours && theirs) << id;
    EXPECT_EQ(request::agreed_part(ours->state), request::agreed_part(theirs->state));
  }
  std::size_t applied_by_ph() {
    std::size_t count = 0;
    for (const KeyedRow& row : ph.rows(Space::conversation)) {
      auto held = conversation(ph, row.key);
      count += held ? held->state.opener.size() : 0;
    }
    return count;
  }

  const law::Corpus& law;
  TestNode us, ph;
};

TEST_F(Reissue, what_a_revoked_key_signed_is_made_void_and_said_anew_under_another_id) {
  json::Value sent = us.send(ask_in(ph.id(), "normal"));
  std::string old_id = text_at(sent, "act"), signed_by_dead_key = us.outbox(ph.id())[0];
  revoke();
  tick();
  auto queued = us.outbox(ph.id());
  ASSERT_EQ(queued.size(), 2u);
  EXPECT_EQ(read(queued[0]).kind, act::Kind::card);
  act::Act place = read(queued[1]);
  EXPECT_EQ(place.kind, act::Kind::void_);
  EXPECT_EQ(place.card, us.context().card);
  EXPECT_EQ(text_at(place.body, "replaces"), old_id);
  EXPECT_FALSE(us.has_alarm("non_delivery"));
  exchange();
  EXPECT_TRUE(us.outbox(ph.id()).empty());
  ActRow old_row = act_row(old_id);
  ASSERT_TRUE(old_row.reissued);
  std::string new_id = to_text(*old_row.reissued);
  EXPECT_EQ(act_row(new_id).standing, "delivered");
  expect_agreed(new_id);
  EXPECT_EQ(applied_by_ph(), 1u);
  EXPECT_FALSE(conversation(us, old_id)) << "it goes on under the new id";
  EXPECT_TRUE(us.has_alarm("reissued"));
  EXPECT_FALSE(us.has_alarm("taken_back"));
  EXPECT_EQ(ph.give(ActArrived{us.id(), signed_by_dead_key}).error->code, Code::revoked_key);
  // The same words, under the same approval.
  Record record = must(load_record(*us.view(), act_row(new_id).position));
  EXPECT_EQ(at(json::Value(record.about), "reissues"), json::Value(old_id));
  act::Act anew = read(record.bytes), before = read(signed_by_dead_key);
  EXPECT_EQ(act::approval_subject(anew), act::approval_subject(before));
  EXPECT_EQ(at(at(json::Value(record.about), "permit"), "approved_by"),
            json::Value(json::Array{to_text(us.approver().officer.id)}));
}

TEST_F(Reissue, what_had_arrived_before_the_revocation_was_known_is_not_said_twice) {
  json::Value first = us.send(ask_in(ph.id(), "normal"));
  json::Value second = us.send(ask_in(ph.id(), "normal"));
  ASSERT_FALSE(ph.give(ActArrived{us.id(), us.outbox(ph.id())[0]}).error);  // its receipt is lost
  revoke();
  tick();
  exchange();
  EXPECT_TRUE(us.outbox(ph.id()).empty());
  EXPECT_FALSE(act_row(text_at(first, "act")).reissued);
  EXPECT_EQ(act_row(text_at(first, "act")).standing, "delivered");
  EXPECT_TRUE(act_row(text_at(second, "act")).reissued);
  expect_agreed(text_at(first, "act"));
  EXPECT_EQ(applied_by_ph(), 2u);
  EXPECT_FALSE(us.has_alarm("delivered_after_all"));
}

TEST_F(Reissue, everything_had_arrived_with_the_card_and_every_receipt_was_lost) {
  us.send(ask_in(ph.id(), "urgent"));
  us.send(ask_in(ph.id(), "normal"));
  auto before = us.outbox(ph.id());
  for (const std::string& each : before) ASSERT_FALSE(ph.give(ActArrived{us.id(), each}).error);
  revoke();
  ASSERT_FALSE(ph.give(ActArrived{us.id(), us.outbox(ph.id())[1]}).error);  // the card
  tick();
  exchange();
  EXPECT_TRUE(us.outbox(ph.id()).empty());
  EXPECT_EQ(applied_by_ph(), 2u);
  for (const std::string& each : before) expect_agreed(to_text(read(each).id));
}

TEST_F(Reissue, what_stands_before_the_card_in_its_lane_is_taken_as_it_was_signed) {
  json::Value sent = us.send(ask_in(ph.id(), "urgent"));
  revoke();
  tick();
  auto queued = us.outbox(ph.id());
  ASSERT_EQ(queued.size(), 2u);
  EXPECT_EQ(to_text(read(queued[0]).id), text_at(sent, "act"));
  exchange();
  EXPECT_TRUE(us.outbox(ph.id()).empty());
  expect_agreed(text_at(sent, "act"));
}

TEST_F(Reissue, a_whole_conversation_moves_in_order_with_its_references) {
  json::Value sent = us.send(ask_in(ph.id(), "normal"));
  std::string old_id = text_at(sent, "act");
  json::Object query{{"to", to_hex(ph.id())},
                     {"lane", "normal"},
                     {"refs", json::Array{json::Object{{"rel", "conversation"}, {"act", old_id}}}},
                     {"body", request::to_json(request::Query{"scope", "Which first?", false})}};
  us.done("request.say", query);
  revoke();
  tick();
  EXPECT_EQ(us.command("request.say", query).error->code, Code::busy)
      << "nothing overtakes what is said anew";
  exchange();
  EXPECT_TRUE(us.outbox(ph.id()).empty());
  std::string new_id = to_text(*act_row(old_id).reissued);
  expect_agreed(new_id);
  EXPECT_EQ(conversation(us, new_id)->state.opener.size(), 2u);
  Reply by_old_id = us.command("request.say", query);
  ASSERT_TRUE(by_old_id.error);
  EXPECT_NE(by_old_id.error->what.find(new_id), std::string::npos);
  query["refs"] = json::Array{json::Object{{"rel", "conversation"}, {"act", new_id}}};
  EXPECT_FALSE(us.command("request.say", query).error);
}

TEST_F(Reissue, the_same_question_once_more_rings_though_the_first_was_acknowledged) {
  std::string id = text_at(us.send(ask_in(ph.id(), "normal")), "act");
  exchange();
  json::Object query{{"to", to_hex(us.id())},
                     {"lane", "normal"},
                     {"refs", json::Array{json::Object{{"rel", "conversation"}, {"act", id}}}},
                     {"body", request::to_json(request::Query{"scope", "Which first?", false})}};
  std::string key = id + "/query";
  auto acknowledged = [&] {
    auto row = us.row(Space::alarm, key);
    return row && row->find("acknowledged_at");
  };
  ph.done("request.say", query);
  deliver(ph, us);
  ASSERT_TRUE(us.row(Space::alarm, key));
  us.done("alarm.acknowledge", {{"alarm", key}});
  ASSERT_TRUE(acknowledged());
  ph.done("request.say", query);
  deliver(ph, us);
  EXPECT_FALSE(acknowledged());
}

TEST_F(Reissue, the_trail_leads_an_erasure_to_what_was_said_under_the_old_id) {
  json::Value draft = us.done("request.draft", ask_in(ph.id(), "normal"));
  ASSERT_FALSE(us.approve(us.approver(), draft).error);
  std::string old_id = text_at(us.done("request.send", {{"draft", at(draft, "draft")}}), "act");
  revoke();
  tick();
  exchange();
  std::string new_id = to_text(*act_row(old_id).reissued);
  auto trail = conversation(us, new_id)->trail;
  for (const std::string& each : {old_id, text_at(draft, "draft")})
    EXPECT_NE(std::ranges::find(trail, each), trail.end()) << each;
  us.done("request.say",
          {{"to", to_hex(ph.id())},
           {"lane", "normal"},
           {"refs", json::Array{json::Object{{"rel", "conversation"}, {"act", new_id}}}},
           {"body", request::to_json(request::Withdraw{"closed here"})}});
  exchange();
  EXPECT_EQ(
      us.command("request.erase", {{"conversation", old_id}, {"reason", "retention"}}).error->code,
      Code::wrong_state);
  json::Value asked = us.done("request.erase", {{"conversation", new_id}, {"reason", "retention"}});
  ASSERT_FALSE(
      us.command(us.approver(), "request.erase_confirm",
                 {{"conversation", new_id}, {"asked", at(asked, "position")}, {"reason", "agreed"}})
          .error);
  for (const std::string& id : {old_id, new_id})
    EXPECT_EQ(load_record(*us.view(), act_row(id).position).error().code, Code::not_found) << id;
  auto before = us.rebuilt_rows();
  must(rebuild(us.store(), us.now));
  EXPECT_EQ(us.rebuilt_rows(), before);
}

TEST_F(Reissue, an_approval_that_has_run_out_is_asked_for_anew) {
  json::Value draft = us.done("request.draft", ask_in(ph.id(), "normal"));
  ASSERT_FALSE(us.approve(us.approver(), draft, std::chrono::minutes{30}).error);
  json::Value sent = us.done("request.send", {{"draft", at(draft, "draft")}});
  revoke();
  tick();
  us.now += std::chrono::minutes{31};
  ph.now = us.now;
  exchange();
  EXPECT_FALSE(act_row(text_at(sent, "act")).reissued);
  EXPECT_TRUE(us.has_alarm("not_reissued:" + text_at(sent, "act")));
  EXPECT_EQ(applied_by_ph(), 0u);
  EXPECT_TRUE(us.outbox(ph.id()).empty());
  EXPECT_TRUE(us.rows(Space::reissue).empty());
  auto held = conversation(us, text_at(sent, "act"));
  ASSERT_TRUE(held);
  EXPECT_EQ(held->state.phase, request::Phase::undelivered);
}

TEST_F(Reissue, an_approver_who_has_left_stands_behind_nothing_that_is_said_anew) {
  json::Value sent = us.send(ask_in(ph.id(), "normal"));
  revoke();
  us.staff("user.disable", {{"officer", to_text(us.approver().officer.id)}});
  tick();
  exchange();
  EXPECT_FALSE(act_row(text_at(sent, "act")).reissued);
  EXPECT_TRUE(us.has_alarm("not_reissued:" + text_at(sent, "act")));
}

TEST_F(Reissue, what_could_not_be_delivered_in_its_time_is_not_said_anew_later) {
  json::Value sent = us.send(ask_in(ph.id(), "normal"));
  revoke();
  tick();
  wait(us, std::chrono::hours{24 * 7 + 1});
  EXPECT_TRUE(us.has_alarm("not_reissued:" + text_at(sent, "act")));
  ph.now = us.now;
  exchange();
  EXPECT_TRUE(us.outbox(ph.id()).empty());
  EXPECT_FALSE(act_row(text_at(sent, "act")).reissued);
  EXPECT_EQ(applied_by_ph(), 0u);
}

TEST_F(Reissue, a_void_that_a_revoked_key_signed_is_renewed_whatever_the_partner_holds) {
  for (int partner_holds : {0, 1, 2}) {  // nothing, the act, its void
    us.send(ask_in(ph.id(), "normal"));
    std::string act = us.outbox(ph.id()).back();
    if (partner_holds == 1) ASSERT_FALSE(ph.give(ActArrived{us.id(), act}).error);
    wait(us, std::chrono::hours{24 * 7 + 1});
    ph.now = us.now;
    if (partner_holds == 2)
      ASSERT_FALSE(ph.give(ActArrived{us.id(), us.outbox(ph.id()).back()}).error);
    revoke();
    tick();
    revoke();  // and that key too
    tick();
    exchange();
    EXPECT_TRUE(us.outbox(ph.id()).empty()) << partner_holds;
    EXPECT_EQ(act_row(to_text(read(act).id)).standing, partner_holds == 1 ? "delivered" : "expired")
        << partner_holds;
  }
  EXPECT_EQ(applied_by_ph(), 1u);
}

TEST_F(Reissue, a_second_revocation_before_the_first_is_settled_says_it_once) {
  json::Value sent = us.send(ask_in(ph.id(), "normal"));
  revoke();
  tick();
  revoke();
  tick();
  exchange();
  EXPECT_TRUE(us.outbox(ph.id()).empty());
  EXPECT_EQ(applied_by_ph(), 1u);
  expect_agreed(to_text(*act_row(text_at(sent, "act")).reissued));
  // And what was said anew may have to be said anew again.
  json::Value next = us.send(ask_in(ph.id(), "normal"));
  revoke();
  tick();
  for (int i = 0; i < 2; ++i)  // the card, and the void: what is said anew stays here
    for (const std::string& each : us.outbox(ph.id()))
      if (auto taken = ph.give(ActArrived{us.id(), each}); !taken.error && i == 0)
        us.give(ReceiptArrived{ph.id(), taken.receipt});
  ASSERT_TRUE(act_row(text_at(next, "act")).reissued);
  std::string twice = to_text(*act_row(text_at(next, "act")).reissued);
  revoke();
  tick();
  exchange();
  EXPECT_TRUE(us.outbox(ph.id()).empty());
  EXPECT_EQ(applied_by_ph(), 2u);
}

TEST_F(Reissue, a_void_receipted_after_its_time_is_told_of_whether_the_clock_was_looked_at_or_not) {
  for (bool looked : {false, true}) {
    json::Value sent = us.send(ask_in(ph.id(), "normal"));
    revoke();
    tick();
    us.now += std::chrono::hours{24 * 7 + 1};  // the approval's time is over too
    ph.now = us.now;
    if (looked) ASSERT_FALSE(us.give(Ticked{}).error);
    exchange();
    EXPECT_TRUE(us.outbox(ph.id()).empty()) << looked;
    EXPECT_FALSE(act_row(text_at(sent, "act")).reissued) << looked;
    EXPECT_TRUE(us.has_alarm("not_reissued:" + text_at(sent, "act"))) << looked;
  }
  EXPECT_EQ(applied_by_ph(), 0u);
}

TEST_F(Reissue, a_queue_longer_than_a_batch_is_searched_in_several) {
  for (int i = 0; i < 300; ++i) us.send(ask_in(ph.id(), i % 2 == 0 ? "normal" : "bulk"));
  revoke();
  ASSERT_FALSE(us.give(Ticked{}).error);
  EXPECT_EQ(us.rows(Space::reissue).size(), 255u) << "and the card";
  tick();
  EXPECT_EQ(us.rows(Space::reissue).size(), 300u);
  EXPECT_FALSE(us.row(Space::self, std::string(self_reissue)));
  exchange();
  EXPECT_TRUE(us.outbox(ph.id()).empty());
  EXPECT_EQ(applied_by_ph(), 300u);
  auto before = us.rebuilt_rows();
  must(rebuild(us.store(), us.now));
  EXPECT_EQ(us.rebuilt_rows(), before);
}

TEST_F(Reissue, a_halted_node_voids_nothing_until_it_may_sign_again) {
  us.send(ask_in(ph.id(), "normal"));
  revoke();
  ASSERT_FALSE(us.give(Started{.epoch = 1, .restored = true}).error);
  tick();
  EXPECT_TRUE(us.rows(Space::reissue).empty());
  us.done("ledger.resume", {{"reason", "tried"}});
  tick();
  EXPECT_EQ(us.rows(Space::reissue).size(), 1u);
}

TEST_F(Reissue, a_refusal_of_the_dead_key_wakes_nobody) {
  json::Value sent = us.send(ask_in(ph.id(), "normal"));
  revoke();
  ActId id = must(id_from_text<ActId>(text_at(sent, "act")));
  ASSERT_FALSE(us.give(RefusalArrived{ph.id(), id, "revoked_key"}).error);
  EXPECT_FALSE(us.has_alarm("refused:revoked_key"));
  ASSERT_FALSE(us.give(RefusalArrived{ph.id(), id, "frozen"}).error);
  EXPECT_TRUE(us.has_alarm("refused:frozen"));
}

TEST_F(Reissue, law_that_was_published_is_told_again) {
  auto files = loaded_law()->files;
  std::string text =
      law::testing::file_of(files, "jurisdictions/US.toml").text + "\n# as published\n";
  Reply published = us.publish_law(text, date_of(us.now));
  ASSERT_FALSE(published.error) << to_text(*published.error);
  us.send(ask_in(ph.id(), "normal"));
  revoke();
  tick();
  exchange();
  EXPECT_TRUE(us.outbox(ph.id()).empty()) << "the lane goes on";
  EXPECT_EQ(applied_by_ph(), 1u);
  EXPECT_TRUE(ph.rows(Space::law, "US/").empty());
  EXPECT_FALSE(us.publish_law(text, date_of(us.now) + std::chrono::days{1}).error);
  exchange();
  EXPECT_TRUE(ph.rows(Space::law, "US/").empty()) << "the second waits for the first";
  wait(us, std::chrono::hours{24});
  ph.now = us.now;
  exchange();
  EXPECT_EQ(ph.rows(Space::law, "US/").size(), 2u) << "and the first is told, though it is past";
}

// Found by the simulator: the wait was a date, and stretched by the jump.
TEST_F(Reissue, law_is_told_again_soon_though_the_clock_is_set_back) {
  auto files = loaded_law()->files;
  std::string text =
      law::testing::file_of(files, "jurisdictions/US.toml").text + "\n# as published\n";
  ASSERT_FALSE(us.publish_law(text, date_of(us.now)).error);
  revoke();
  tick();
  exchange();
  ASSERT_TRUE(ph.rows(Space::law, "US/").empty());
  us.now -= std::chrono::hours{1};
  us.give(Ticked{});
  exchange();
  EXPECT_EQ(ph.rows(Space::law, "US/").size(), 1u);
}

TEST_F(Reissue, neither_card_nor_law_is_taken_before_the_search_is_over) {
  us.send(ask_in(ph.id(), "normal"));
  revoke();
  auto old = must(member::read_card(us.context().card_envelope));
  auto key = crypto::SigningKey::generate(us.random());
  auto draft = must(
      member::with_fresh_keys(old.card, {.act = key.public_key()}, member::Overlap::kept, us.now));
  auto next = must(member::next_card(old, draft, us.root(), us.now));
  Reply early = us.command("member.card", {{"card", next.envelope}});
  ASSERT_TRUE(early.error);
  EXPECT_EQ(early.error->code, Code::busy);
  auto files = loaded_law()->files;
  std::string text = law::testing::file_of(files, "jurisdictions/US.toml").text;
  early = us.publish_law(text + "\n# as published\n", date_of(us.now));
  ASSERT_TRUE(early.error);
  EXPECT_EQ(early.error->code, Code::busy);
  tick();
  us.done("member.card", {{"card", next.envelope}});
  us.use_card(next, key);
  tick();
  exchange();
  EXPECT_TRUE(us.outbox(ph.id()).empty());
  EXPECT_EQ(applied_by_ph(), 1u);
}

// In the lane of the card it would stand behind it, signed with a key that is dead by then.
TEST_F(Reissue, nothing_is_said_with_the_keys_before_once_a_card_is_recorded) {
  auto old = must(member::read_card(us.context().card_envelope));
  auto next_card = [&](const crypto::SigningKey& key) {
    auto draft = must(member::with_fresh_keys(old.card, {.act = key.public_key()},
                                              member::Overlap::none, us.now));
    return must(member::next_card(old, draft, us.root(), us.now));
  };
  auto key = crypto::SigningKey::generate(us.random());
  auto other = crypto::SigningKey::generate(us.random());
  auto next = next_card(key), rival = next_card(other);
  json::Value draft = us.done("request.draft", ask_in(ph.id(), "urgent"));
  ASSERT_FALSE(us.approve(us.approver(), draft).error);
  auto ordered = [&](const char* name, json::Object args) {
    return CommandGiven{us.sign_command(us.author(), name, std::move(args))};
  };
  Turn turn = us.give_all({ordered("member.card", {{"card", next.envelope}}),
                           ordered("request.send", {{"draft", at(draft, "draft")}}),
                           ordered("member.card", {{"card", rival.envelope}})});
  EXPECT_FALSE(turn.replies[0].error);
  for (std::size_t i : {1U, 2U}) {
    ASSERT_TRUE(turn.replies[i].error) << i;
    EXPECT_EQ(turn.replies[i].error->code, Code::conflict) << i;
  }
  us.use_card(next, key);
  EXPECT_FALSE(us.command("request.send", {{"draft", at(draft, "draft")}}).error);
  exchange();
  EXPECT_TRUE(us.outbox(ph.id()).empty());
  EXPECT_EQ(ph.partner(us.id()).state, member::State::paired);
}

TEST_F(Reissue, a_key_that_is_only_replaced_leaves_the_queue_alone) {
  us.send(ask_in(ph.id(), "normal"));
  auto old = must(member::read_card(us.context().card_envelope));
  auto key = crypto::SigningKey::generate(us.random());
  auto draft = must(member::with_rotated_key(old.card, key.public_key(), us.now));
  auto next = must(member::next_card(old, draft, us.root(), us.now));
  us.done("member.card", {{"card", next.envelope}});
  us.use_card(next, key);
  tick();
  EXPECT_TRUE(us.rows(Space::reissue).empty());
  exchange();
  EXPECT_TRUE(us.outbox(ph.id()).empty());
  EXPECT_EQ(applied_by_ph(), 1u);
}

}  // namespace
}  // namespace comity::node
