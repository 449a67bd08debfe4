// The doors on the way out: officers, drafts, approvals, the law, the outbox and what becomes of
// it.
#include <gtest/gtest.h>

#include "act/receipt.h"
#include "base/limits_bell.h"
#include "node/rebuild.h"
#include "node/testing.h"
#include "store/memory.h"

namespace comity::node {
namespace {

using namespace testing;
using member::OfficerRole;

class Outgoing : public ::testing::Test {
 protected:
  Outgoing()
      : us(us_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory),
        ph(ph_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory) {
    pair(us, ph);
  }
  json::Value draft() { return us.done("request.draft", ask_args(ph.id(), us.now)); }
  Reply send(const json::Value& drafted) {
    return us.command("request.send", {{"draft", at(drafted, "draft")}});
  }
  // Refused with this code, nothing recorded, nothing queued.
  void expect_refused(const Reply& reply, Code code, std::uint64_t size_before) {
    ASSERT_TRUE(reply.error) << "carried out";
    EXPECT_EQ(reply.error->code, code) << to_text(*reply.error);
    EXPECT_EQ(us.size(), size_before);
    EXPECT_TRUE(us.outbox(ph.id()).empty());
  }
  void wait(TestNode& node, Millis time) {
    node.now += time;
    ASSERT_FALSE(node.give(Ticked{}).error);
  }

  TestNode us, ph;
};

TEST_F(Outgoing, what_is_drafted_approved_and_sent_is_signed_and_queued_under_a_permit) {
  json::Value sent = us.send(ask_args(ph.id()));
  ASSERT_EQ(us.outbox(ph.id()).size(), 1u);
  act::Act act = must(act::parse_act(must(act::parse_envelope(us.outbox(ph.id())[0])).payload));
  EXPECT_EQ(to_text(act.id), text_at(sent, "act"));
  EXPECT_EQ(act.seq, 1u);
  EXPECT_EQ(act.lane, act::Lane::urgent);
  EXPECT_EQ(text_at(at(sent, "permit"), "kind"), "coercive");
  EXPECT_EQ(text_at(at(sent, "permit"), "subject"), to_hex(act::approval_subject(act)));
  EXPECT_EQ(at(at(sent, "permit"), "approved_by"),
            json::Value(json::Array{to_text(us.approver().officer.id)}));
  EXPECT_TRUE(us.rows(Space::draft).empty());
  EXPECT_TRUE(us.effects.deliver.contains(ph.id()));
}

TEST_F(Outgoing, a_coercive_act_without_approval_does_not_leave) {
  json::Value drafted = draft();
  expect_refused(send(drafted), Code::not_approved, us.size());
}

TEST_F(Outgoing, an_approval_in_a_role_that_the_officer_lacks_is_refused) {
  json::Value drafted = draft();
  member::Approval approval{.subject = must(hash_from_hex(text_at(drafted, "subject"))),
                            .officer = us.approver().officer.id,
                            .as = OfficerRole::counsel,
                            .reason = "as somebody else",
                            .at = us.now,
                            .expires = us.now + std::chrono::hours{1}};
  std::uint64_t size = us.size();
  expect_refused(us.command(us.approver(), "request.approve",
                            {{"draft", at(drafted, "draft")},
                             {"approval", member::seal(approval, us.approver().key)},
                             {"acknowledge_unconfirmed", true}}),
                 Code::not_allowed, size);
}

TEST_F(Outgoing, who_drafts_does_not_approve) {
  Desk both = us.make_desk("both", {OfficerRole::author, OfficerRole::approver});
  us.staff("user.add", {{"officer", member::to_json(both.officer)}});
  Reply drafted = us.command(both, "request.draft", ask_args(ph.id()));
  ASSERT_FALSE(drafted.error);
  member::Approval approval{.subject = must(hash_from_hex(text_at(drafted.body, "subject"))),
                            .officer = both.officer.id,
                            .as = OfficerRole::approver,
                            .reason = "mine",
                            .at = us.now,
                            .expires = us.now + std::chrono::hours{1}};
  Reply own = us.command(both, "request.approve",
                         {{"draft", at(drafted.body, "draft")},
                          {"approval", member::seal(approval, both.key)},
                          {"acknowledge_unconfirmed", true}});
  expect_refused(own, Code::not_allowed, us.size());
  expect_refused(send(drafted.body), Code::not_approved, us.size());
}

TEST_F(Outgoing, an_approval_is_good_for_one_sending_however_often_the_same_is_drafted) {
  json::Value first = us.send(ask_args(ph.id(), us.now));
  json::Value again = draft();
  ASSERT_EQ(text_at(at(first, "permit"), "subject"), text_at(again, "subject"));
  std::uint64_t size = us.size();
  Reply sent = send(again);
  ASSERT_TRUE(sent.error);
  EXPECT_EQ(sent.error->code, Code::not_approved);
  EXPECT_EQ(us.size(), size);
  EXPECT_EQ(us.outbox(ph.id()).size(), 1u);
}

TEST_F(Outgoing, the_same_drafted_twice_and_approved_twice_is_sent_twice) {
  json::Value first = draft(), again = draft();
  ASSERT_EQ(text_at(first, "subject"), text_at(again, "subject"));
  us.approve(us.approver(), first);
  expect_refused(send(again), Code::not_approved, us.size());
  us.approve(us.approver(), again);
  EXPECT_FALSE(send(first).error);
  EXPECT_FALSE(send(again).error)
      << "what was approved for it stands, whatever became of the other";
  EXPECT_TRUE(us.rows(Space::approval).empty());
}

TEST_F(Outgoing, the_approval_of_a_cancelled_draft_goes_with_it) {
  json::Value drafted = draft();
  us.approve(us.approver(), drafted);
  ASSERT_FALSE(us.command("request.cancel", {{"draft", at(drafted, "draft")}}).error);
  EXPECT_TRUE(us.rows(Space::approval).empty());
  json::Value again = draft();
  expect_refused(send(again), Code::not_approved, us.size());
}

TEST_F(Outgoing, an_approval_that_has_expired_does_not_count) {
  json::Value drafted = draft();
  ASSERT_FALSE(us.approve(us.approver(), drafted, std::chrono::minutes{5}).error);
  us.now += std::chrono::minutes{10};
  expect_refused(send(drafted), Code::not_approved, us.size());
}

TEST_F(Outgoing, an_approval_of_other_content_is_not_taken) {
  json::Value drafted = draft();
  json::Value other = drafted;
  (*other.as_object())["subject"] = std::string(64, 'a');
  expect_refused(us.approve(us.approver(), other), Code::not_approved, us.size());
}

TEST_F(Outgoing, an_approval_signed_by_one_and_handed_in_by_another_is_not_taken) {
  json::Value drafted = draft();
  Desk second = us.make_desk("second", {OfficerRole::approver});
  us.staff("user.add", {{"officer", member::to_json(second.officer)}});
  member::Approval approval{.subject = must(hash_from_hex(text_at(drafted, "subject"))),
                            .officer = us.approver().officer.id,
                            .as = OfficerRole::approver,
                            .reason = "yes",
                            .at = us.now,
                            .expires = us.now + std::chrono::hours{1}};
  Reply reply = us.command(
      second, "request.approve",
      {{"draft", at(drafted, "draft")}, {"approval", member::seal(approval, us.approver().key)}});
  expect_refused(reply, Code::wrong_sender, us.size());
}

TEST_F(Outgoing, an_approver_disabled_meanwhile_does_not_count) {
  json::Value drafted = draft();
  ASSERT_FALSE(us.approve(us.approver(), drafted).error);
  us.staff("user.disable", {{"officer", to_text(us.approver().officer.id)}});
  expect_refused(send(drafted), Code::not_approved, us.size());
}

TEST_F(Outgoing, the_permit_lists_who_gave_which_approval) {
  json::Value drafted = draft();
  EXPECT_EQ(at(drafted, "needs"), json::Value(json::Array{"approver"}));
  EXPECT_EQ(at(drafted, "approvals"), json::Value(json::Array{"poc_officer"}));
  ASSERT_FALSE(us.approve(us.approver(), drafted).error);
  Reply sent = send(drafted);
  ASSERT_FALSE(sent.error) << to_text(*sent.error);
  EXPECT_EQ(at(at(sent.body, "permit"), "approvals"),
            json::Value(json::Array{json::Object{{"approval", "poc_officer"},
                                                 {"officer", to_text(us.approver().officer.id)}}}));
}

TEST_F(Outgoing, an_approver_who_does_not_hold_the_approval_that_the_law_names_is_not_enough) {
  json::Value drafted = draft();
  Desk second = us.make_desk("second", {OfficerRole::approver});
  us.staff("user.add", {{"officer", member::to_json(second.officer)}});
  ASSERT_FALSE(us.approve(second, drafted).error);
  Reply refused = send(drafted);
  expect_refused(refused, Code::not_approved, us.size());
  EXPECT_NE(refused.error->what.find("\"poc_officer\""), std::string::npos);
  second.officer.gives = {"poc_officer"};  // said, and not theirs
  expect_refused(us.approve(second, drafted), Code::not_allowed, us.size());
  ASSERT_FALSE(us.approve(us.approver(), drafted).error);
  EXPECT_FALSE(send(drafted).error);
}

TEST_F(Outgoing,
       competences_are_words_of_the_law_and_documents_stand_only_for_what_comes_on_paper) {
  Desk second = us.make_desk("second", {OfficerRole::approver});
  for (const char* word : {"emperor", "none"}) {
    second.officer.gives = {word};
    EXPECT_TRUE(us.command("user.add", {{"officer", member::to_json(second.officer)}}).error)
        << word;
  }
  json::Value drafted = draft();
  auto on_paper = [&](const char* name, const char* date) {
    member::Approval approval{
        .subject = must(hash_from_hex(text_at(drafted, "subject"))),
        .officer = us.approver().officer.id,
        .instruments = {{name, "Court (invented)", *date_from_text(date), Hash{}}},
        .reason = "seen",
        .at = us.now,
        .expires = us.now + std::chrono::hours{1}};
    return us.command(us.approver(), "request.approve",
                      {{"draft", at(drafted, "draft")},
                       {"approval", member::seal(approval, us.approver().key)},
                       {"acknowledge_unconfirmed", true}});
  };
  expect_refused(on_paper("poc_officer", "2026-11-20"), Code::bad_value, us.size());
  expect_refused(on_paper("judge", "2026-11-30"), Code::bad_value, us.size());
  EXPECT_FALSE(on_paper("judge", "2026-11-20").error);
  expect_refused(send(drafted), Code::not_approved,
                 us.size());  // a judge is not whom the law names
}

TEST_F(Outgoing, what_the_law_blocks_does_not_leave_even_approved) {
  json::Object args = ask_args(ph.id());
  args["provision"] = "uncc-42";
  json::Value drafted = us.done("request.draft", args);
  ASSERT_FALSE(us.approve(us.approver(), drafted).error);
  expect_refused(send(drafted), Code::no_permit, us.size());
}

TEST_F(Outgoing, a_coercive_act_is_not_said_without_a_second_person) {
  expect_refused(us.command("request.say", ask_args(ph.id())), Code::not_approved, us.size());
}

TEST_F(Outgoing, a_cancelled_draft_cannot_be_sent) {
  json::Value drafted = draft();
  ASSERT_FALSE(us.approve(us.approver(), drafted).error);
  us.done("request.cancel", {{"draft", at(drafted, "draft")}});
  expect_refused(send(drafted), Code::not_found, us.size());
}

TEST_F(Outgoing, nothing_is_sent_to_a_member_whose_pairing_has_ended) {
  json::Value drafted = draft();
  ASSERT_FALSE(us.approve(us.approver(), drafted).error);
  us.done("member.end", {{"member", to_hex(ph.id())}, {"why", "closed"}});
  expect_refused(send(drafted), Code::not_paired, us.size());
}

TEST_F(Outgoing, a_halted_node_sends_nothing) {
  json::Value drafted = draft();
  ASSERT_FALSE(us.approve(us.approver(), drafted).error);
  ASSERT_FALSE(us.give(Started{.epoch = 9, .restored = true}).error);
  expect_refused(send(drafted), Code::not_signing, us.size());
}

TEST_F(Outgoing, a_command_given_twice_is_carried_out_once) {
  json::Value drafted = draft();
  ASSERT_FALSE(us.approve(us.approver(), drafted).error);
  std::string bytes =
      us.sign_command(us.author(), "request.send", {{"draft", at(drafted, "draft")}});
  Reply first = us.give(CommandGiven{bytes});
  ASSERT_FALSE(first.error) << to_text(*first.error);
  std::uint64_t size = us.size();
  Reply second = us.give(CommandGiven{bytes});
  ASSERT_FALSE(second.error);
  EXPECT_EQ(second.body, first.body);
  EXPECT_EQ(us.size(), size);
  EXPECT_EQ(us.outbox(ph.id()).size(), 1u);
}

TEST_F(Outgoing, commands_of_the_wrong_people_are_refused) {
  Desk stranger = us.make_desk("stranger", {OfficerRole::admin, OfficerRole::author});
  expect_refused(us.command(stranger, "request.draft", ask_args(ph.id())), Code::unknown_key,
                 us.size());
  expect_refused(us.command(stranger, "user.add", {{"officer", member::to_json(stranger.officer)}}),
                 Code::unknown_key, us.size());
  expect_refused(us.command(us.approver(), "request.draft", ask_args(ph.id())), Code::not_allowed,
                 us.size());
  std::string old = us.sign_command(us.author(), "request.draft", ask_args(ph.id()));
  us.now += std::chrono::hours{25};
  expect_refused(us.give(CommandGiven{old}), Code::expired, us.size());
  Desk impostor{us.author().officer, us.approver().key.clone()};
  expect_refused(us.command(impostor, "request.draft", ask_args(ph.id())), Code::unknown_key,
                 us.size());
  us.staff("user.disable", {{"officer", to_text(us.approver().officer.id)}});
  json::Value drafted = draft();
  expect_refused(us.approve(us.approver(), drafted), Code::not_allowed, us.size());
}

TEST_F(Outgoing, an_act_that_nobody_takes_becomes_a_void_in_its_place) {
  json::Value sent = us.send(ask_args(ph.id()));
  std::string lost = us.outbox(ph.id())[0];
  wait(us, std::chrono::hours{24 * 7 + 1});
  ASSERT_EQ(us.outbox(ph.id()).size(), 1u);
  act::Act place = must(act::parse_act(must(act::parse_envelope(us.outbox(ph.id())[0])).payload));
  EXPECT_EQ(place.kind, act::Kind::void_);
  EXPECT_EQ(place.seq, 1u);
  EXPECT_EQ(text_at(place.body, "replaces"), text_at(sent, "act"));
  EXPECT_TRUE(us.has_alarm("non_delivery"));
  ph.now = us.now;
  deliver(us, ph);
  EXPECT_TRUE(us.outbox(ph.id()).empty());
  EXPECT_EQ(ph.give(ActArrived{us.id(), lost}).error->code, Code::stale_in_lane);
}

TEST_F(Outgoing, an_act_made_void_whose_receipt_was_lost_is_found_to_have_arrived) {
  us.send(ask_args(ph.id()));
  ASSERT_FALSE(ph.give(ActArrived{us.id(), us.outbox(ph.id())[0]}).error);
  wait(us, std::chrono::hours{24 * 7 + 1});
  ph.now = us.now;
  deliver(us, ph);
  EXPECT_TRUE(us.outbox(ph.id()).empty());
  EXPECT_TRUE(us.has_alarm("delivered_after_all"));
  EXPECT_EQ(ph.count(EntryType::act_in), 1u);
}

TEST_F(Outgoing, back_off_doubles_to_its_cap_and_any_contact_ends_it) {
  auto link = [&] { return must(link_row_from_json(*us.row(Space::link, to_hex(ph.id())))); };
  Millis longest{0};
  for (int failures = 1; failures <= 20; ++failures) {
    ASSERT_FALSE(us.give(DeliveryTried{ph.id(), false}).error);
    Millis pause = *link().retry - us.now;
    Millis full =
        std::min<Millis>(limits::retry_min * (1 << std::min(failures - 1, 12)), limits::retry_max);
    EXPECT_GE(pause, full / 2) << failures;
    EXPECT_LE(pause, full) << failures;
    longest = std::max(longest, pause);
    us.now += pause;
  }
  EXPECT_GE(longest, limits::retry_max / 2);
  ASSERT_FALSE(us.give(DeliveryTried{ph.id(), true}).error);
  EXPECT_FALSE(link().retry);
  EXPECT_EQ(link().failures, 0u);
}

TEST_F(Outgoing, an_unsigned_refusal_is_told_and_changes_no_act) {
  json::Value sent = us.send(ask_args(ph.id()));
  ASSERT_FALSE(
      us.give(RefusalArrived{ph.id(), must(id_from_text<ActId>(text_at(sent, "act"))), "frozen"})
          .error);
  EXPECT_TRUE(us.has_alarm("refused:frozen"));
  EXPECT_EQ(us.outbox(ph.id()).size(), 1u);
}

TEST_F(Outgoing, a_refusal_that_lasts_is_told_anew_a_day_after_it_was_acknowledged) {
  json::Value sent = us.send(ask_args(ph.id()));
  RefusalArrived refusal{ph.id(), must(id_from_text<ActId>(text_at(sent, "act"))), "frozen"};
  auto rings = [&] {
    EXPECT_FALSE(us.give(refusal).error);
    return !us.row(Space::alarm, to_hex(ph.id()) + "/refused:frozen")->find("acknowledged_at");
  };
  ASSERT_TRUE(rings());
  us.done("alarm.acknowledge", {{"alarm", to_hex(ph.id()) + "/refused:frozen"}});
  EXPECT_FALSE(rings());
  us.now += limits::alarm_again;
  EXPECT_TRUE(rings());
}

TEST_F(Outgoing, every_row_is_rebuilt_byte_for_byte_after_voids_rejections_and_commands) {
  us.send(ask_args(ph.id()));
  deliver(us, ph);
  us.send(ask_args(ph.id()));
  wait(us, std::chrono::hours{24 * 7 + 1});
  us.staff("user.disable", {{"officer", to_text(us.counsel().officer.id)}});
  auto before = us.rebuilt_rows();
  ASSERT_FALSE(before.empty());
  Rebuilt rebuilt = must(rebuild(us.store(), us.now));
  EXPECT_EQ(rebuilt.entries, us.size());
  EXPECT_EQ(us.rebuilt_rows(), before);
}

TEST_F(Outgoing, a_partner_for_whom_a_million_acts_wait_gets_no_more_but_our_card) {
  us.send(ask_args(ph.id()));  // place 1 waits
  auto lane_stands_at = [&](std::uint64_t next) {
    Plan plan;
    plan.rows = {{Space::lane_out, lane_key(ph.id(), act::Lane::urgent),
                  json::write(to_json(LaneRow{.epoch = 1, .next = next}))}};
    auto group = must(us.store().begin());
    must(group->apply(plan, us.now));
    must(group->commit());
  };
  lane_stands_at(limits::backlog_acts_per_peer_max);
  us.send(ask_args(ph.id()));
  json::Object other_lane = ask_args(ph.id());
  other_lane["lane"] = "bulk";
  json::Value drafted = us.done("request.draft", other_lane);
  ASSERT_FALSE(us.approve(us.approver(), drafted).error);
  std::uint64_t size = us.size();
  Reply full = send(drafted);
  ASSERT_TRUE(full.error) << "all lanes count together";
  EXPECT_EQ(full.error->code, Code::busy);
  EXPECT_EQ(us.size(), size);

  member::SignedCard now = must(member::read_card(us.context().card_envelope));
  auto key = crypto::SigningKey::generate(us.random());
  member::Card next = now.card;
  next.act_keys.push_back({key.public_key(), us.now, std::nullopt});
  auto card = must(member::next_card(now, next, us.root(), us.now));
  EXPECT_FALSE(us.command("member.card", {{"card", card.envelope}}).error) << "a card always goes";
  us.use_card(card, us.context().act_key());

  lane_stands_at(2);  // as if those before had been settled
  EXPECT_FALSE(send(drafted).error);
}

TEST_F(Outgoing, rows_that_the_journal_does_not_make_are_named) {
  us.send(ask_args(ph.id()));
  EXPECT_TRUE(must(compare_with_rebuild(*us.view())).empty());
  Plan plan;
  std::string card(self_card), lane = us.rows(Space::lane_out)[0].key;
  plan.rows = {{Space::self, card, "{}"},
               {Space::lane_out, lane, std::nullopt},
               {Space::alarm, "x/y", "{}"},
               {Space::link, "kept", "{}"}};
  auto group = must(us.store().begin());
  must(group->apply(plan, us.now));
  must(group->commit());
  EXPECT_EQ(must(compare_with_rebuild(*us.view())),
            (std::vector<std::string>{
                "row self/card: the journal makes another value",
                "row alarm/x/y: no entry of the journal makes it",
                "row lane_out/" + lane + ": the journal makes it, and it is not there"}));
  must(rebuild(us.store(), us.now));
  EXPECT_TRUE(must(compare_with_rebuild(*us.view())).empty());
}

TEST_F(Outgoing, of_many_rows_that_differ_so_many_are_named_and_no_more) {
  Plan plan;
  for (std::size_t i = 0; i < limits::check_problems_max + 5; ++i)
    plan.rows.push_back({Space::alarm, "x/" + std::to_string(i), "{}"});
  auto group = must(us.store().begin());
  must(group->apply(plan, us.now));
  must(group->commit());
  EXPECT_EQ(must(compare_with_rebuild(*us.view())).size(), limits::check_problems_max);
}

// --- the first officer ---

class FirstOfficer : public ::testing::Test {
 protected:
  FirstOfficer()
      : node(us_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory, Staff::none) {}
  Reply add(const Desk& by, const member::Officer& officer) {
    return node.command(by, "user.add", {{"officer", member::to_json(officer)}});
  }
  TestNode node;
};

TEST_F(FirstOfficer, an_admin_adds_itself_and_from_then_on_only_admins_add) {
  Desk first = node.make_desk("first", {OfficerRole::admin});
  Desk second = node.make_desk("second", {OfficerRole::author});
  Desk third = node.make_desk("third", {OfficerRole::admin});
  ASSERT_FALSE(add(first, first.officer).error);
  EXPECT_EQ(add(third, third.officer).error->code, Code::unknown_key);
  ASSERT_FALSE(add(first, second.officer).error);
  EXPECT_EQ(add(second, third.officer).error->code, Code::not_allowed);
  EXPECT_EQ(add(first, second.officer).error->code, Code::exists);
}

TEST_F(FirstOfficer, is_an_admin_with_the_key_it_signs_with) {
  Desk author = node.make_desk("author", {OfficerRole::author});
  EXPECT_EQ(add(author, author.officer).error->code, Code::not_allowed);
  Desk admin = node.make_desk("admin", {OfficerRole::admin});
  member::Officer other_key = admin.officer;
  other_key.key = author.officer.key;
  EXPECT_EQ(add(admin, other_key).error->code, Code::not_allowed);
  EXPECT_TRUE(node.rows(Space::officer).empty());
}

TEST_F(FirstOfficer, adds_nobody_but_itself) {
  Desk nobody = node.make_desk("nobody", {OfficerRole::admin});
  Desk friend_of = node.make_desk("friend", {OfficerRole::approver});
  EXPECT_EQ(add(nobody, friend_of.officer).error->code, Code::not_allowed);
  EXPECT_EQ(node.command(nobody, "user.disable", {{"officer", to_text(friend_of.officer.id)}})
                .error->code,
            Code::unknown_key);
  EXPECT_TRUE(node.rows(Space::officer).empty());
}

}  // namespace
}  // namespace comity::node
