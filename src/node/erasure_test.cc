// What an erasure takes away, what it leaves, who may do it, and that a rebuild loses nothing by
// it.
#include "node/erasure.h"

#include <gtest/gtest.h>

#include "node/rebuild.h"
#include "node/testing.h"
#include "store/memory.h"

namespace comity::node {
namespace {

using namespace testing;
using member::OfficerRole;

constexpr std::string_view secret = "Logs are overwritten after thirty days.";  // of the ask's body

class Erasure : public ::testing::Test {
 protected:
  Erasure()
      : us(us_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory),
        ph(ph_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory) {
    pair(us, ph);
  }

  // Asked by `us`, refused by `ph`, settled on both sides.
  json::Value refused_conversation() {
    json::Value sent = us.send(ask_args(ph.id(), us.now));
    deliver(us, ph);
    ph.done("request.say",
            in_conversation(
                us.id(), at(sent, "conversation"),
                {{"verb", "refuse"},
                 {"grounds", json::Array{json::Object{{"code", "political_offence"},
                                                      {"article", "ETS185 Art.29(5)(a)"},
                                                      {"explanation", "said in confidence"}}}}}));
    deliver(ph, us);
    return at(sent, "conversation");
  }
  Reply ask(TestNode& node, const json::Value& id) {
    return node.command("request.erase", {{"conversation", id}, {"reason", "retention ended"}});
  }
  Reply confirm(TestNode& node, const Desk& desk, const json::Value& id) {
    auto asked = node.row(Space::erasure, *id.as_string());
    return node.command(desk, "request.erase_confirm",
                        {{"conversation", id},
                         {"asked", asked ? at(*asked, "position") : json::Value(0)},
                         {"reason", "agreed"}});
  }
  json::Value erase(TestNode& node, const json::Value& id) {
    Reply asked = ask(node, id);
    check(!asked.error, asked.error ? to_text(*asked.error) : "");
    Reply confirmed = confirm(node, node.approver(), id);
    check(!confirmed.error, confirmed.error ? to_text(*confirmed.error) : "");
    return confirmed.body;
  }
  // In any record or row of any space.
  static bool holds(TestNode& node, std::string_view text) {
    auto view = node.view();
    for (std::uint64_t i = 0; i < node.size(); ++i) {
      auto entry = must(view->entry(i));
      if (entry->record && says(*entry->record, text)) return true;
    }
    for (std::uint8_t i = 0; i < space_count; ++i)
      for (const KeyedRow& row : node.rows(static_cast<Space>(i)))
        if (row.key.contains(text) || row.row.value.contains(text)) return true;
    return false;
  }
  // As it is, or inside an envelope's base64, or in a command inside such an envelope.
  static bool says(std::string_view record, std::string_view text) {
    if (record.contains(text)) return true;
    std::size_t end = record.find('\n');
    auto envelope = act::parse_envelope(record.substr(end + 1), limits::alert_act_bytes_max);
    return envelope && envelope->payload.contains(text);
  }
  static void expect_rebuilds(TestNode& node) {
    auto before = node.rebuilt_rows();
    ASSERT_FALSE(before.empty());
    must(rebuild(node.store(), node.now));
    EXPECT_EQ(node.rebuilt_rows(), before);
  }
  static void expect_refused(TestNode& node, const Reply& reply, Code code,
                             std::uint64_t size_before) {
    ASSERT_TRUE(reply.error) << "carried out";
    EXPECT_EQ(reply.error->code, code) << to_text(*reply.error);
    EXPECT_EQ(node.size(), size_before);
    EXPECT_EQ(node.count(EntryType::erasure), 0u);
  }

  TestNode us, ph;
};

TEST_F(Erasure, takes_what_was_said_and_drafted_and_leaves_that_it_was) {
  json::Value conversation = refused_conversation();
  ASSERT_TRUE(holds(us, secret));
  ASSERT_TRUE(holds(us, "said in confidence"));
  auto acts = us.rows(Space::act);
  json::Value erased = erase(us, conversation);

  // Draft, approval, send, our act, its receipt, their refusal.
  EXPECT_EQ(at(erased, "records"), json::Value(6));
  EXPECT_FALSE(holds(us, secret));
  EXPECT_FALSE(holds(us, "said in confidence"));
  EXPECT_TRUE(us.rows(Space::approval).empty()) << "keyed by a hash of the content";
  json::Value left = *us.row(Space::conversation, *conversation.as_string());
  EXPECT_EQ(text_at(left, "phase"), "refused");
  EXPECT_EQ(text_at(left, "counterpart"), to_hex(ph.id()));
  EXPECT_EQ(at(at(left, "erased"), "position"), at(erased, "position"));
  EXPECT_EQ(left.find("offence"), nullptr);
  auto still = us.rows(Space::act);
  ASSERT_EQ(still.size(), acts.size());
  for (std::size_t i = 0; i < acts.size(); ++i)
    EXPECT_EQ(still[i].row.value, acts[i].row.value) << "position, commitment, standing stay";
  for (const KeyedRow& row : us.rows(Space::alarm))
    EXPECT_FALSE(row.key.starts_with(*conversation.as_string()));
  EXPECT_TRUE(holds(ph, secret)) << "each node erases its own";
}

// Their timers fire in one step.
TEST_F(Erasure, leaves_nothing_in_the_records_of_a_conversation_that_expired_at_the_same_moment) {
  json::Value first = at(us.send(ask_args(ph.id(), us.now)), "conversation");
  json::Value other = at(us.send(ask_args(ph.id(), us.now)), "conversation");
  if (*other.as_string() < *first.as_string()) first = other;  // the one whose timer fires first
  us.now += std::chrono::hours{24 * 7 + 1};
  ASSERT_FALSE(us.give(Ticked{}).error);
  expect_refused(us, ask(us, first), Code::wrong_state, us.size());  // the void is on its way
  deliver(us, ph);
  erase(us, first);
  for (std::uint64_t i = 0; i < us.size(); ++i) {
    auto record = load_record(*us.view(), i);
    if (!record || record->type == EntryType::erasure) continue;
    for (const RowChange& row : record->rows)
      if (row.space != Space::erasure)
        EXPECT_FALSE(row.key.contains(*first.as_string())) << i << " " << row.key;
  }
  expect_rebuilds(us);
}

TEST_F(Erasure, is_an_entry_that_says_who_and_what) {
  json::Value conversation = refused_conversation();
  json::Value erased = erase(us, conversation);
  auto position = static_cast<std::uint64_t>(*at(erased, "position").as_int());
  Record record = must(load_record(*us.view(), position));
  EXPECT_EQ(record.type, EntryType::erasure);
  EXPECT_EQ(record.about["conversation"], conversation);
  EXPECT_EQ(record.about["asked_by"], json::Value(to_text(us.author().officer.id)));
  EXPECT_EQ(record.about["confirmed_by"], json::Value(to_text(us.approver().officer.id)));
  ASSERT_TRUE(record.about["positions"].as_array());
  for (const json::Value& gone : *record.about["positions"].as_array()) {
    auto entry = must(us.view()->entry(static_cast<std::uint64_t>(*gone.as_int())));
    EXPECT_FALSE(entry->record);
    EXPECT_FALSE(must(us.view()->commitment_key(entry->position)));
    EXPECT_EQ(entry->leaf.size(), 46u) << "the leaf stays";
  }
  EXPECT_EQ(us.rows(Space::erasure).size(), 0u);
}

TEST_F(Erasure, a_rebuild_gives_the_same_rows_at_once_and_after_more_was_done) {
  json::Value first = refused_conversation();
  json::Value second = refused_conversation();
  erase(us, first);
  expect_rebuilds(us);
  us.now += std::chrono::hours{1};
  us.send(ask_args(ph.id(), us.now));
  deliver(us, ph);
  erase(us, second);
  erase(ph, first);
  expect_rebuilds(us);
  expect_rebuilds(ph);
  us.send(ask_args(ph.id(), us.now));  // the lane goes on where it was
  deliver(us, ph);
  EXPECT_TRUE(us.outbox(ph.id()).empty());
}

TEST_F(Erasure, the_same_bytes_still_get_the_same_receipt) {
  us.send(ask_args(ph.id(), us.now));
  std::string envelope = us.outbox(ph.id())[0];
  std::string receipt = ph.give(ActArrived{us.id(), envelope}).receipt;
  ASSERT_FALSE(us.give(ReceiptArrived{ph.id(), receipt}).error);
  auto row = ph.rows(Space::conversation)[0];
  ph.done("request.say",
          in_conversation(us.id(), row.key,
                          {{"verb", "refuse"},
                           {"grounds", json::Array{json::Object{{"code", "political_offence"},
                                                                {"article", "ETS185 Art.29(5)(a)"},
                                                                {"explanation", "y"}}}}}));
  deliver(ph, us);
  erase(ph, row.key);
  std::uint64_t size = ph.size();
  EXPECT_EQ(ph.give(ActArrived{us.id(), envelope}).receipt, receipt);
  EXPECT_EQ(ph.size(), size);
}

TEST_F(Erasure, what_is_open_or_on_its_way_stays) {
  json::Value sent = us.send(ask_args(ph.id(), us.now));
  json::Value conversation = at(sent, "conversation");
  expect_refused(us, ask(us, conversation), Code::wrong_state, us.size());
  deliver(us, ph);
  expect_refused(us, ask(us, conversation), Code::wrong_state, us.size());
  us.done("request.say", in_conversation(ph.id(), conversation,
                                         {{"verb", "withdraw"}, {"why", "no longer needed"}}));
  expect_refused(us, ask(us, conversation), Code::wrong_state, us.size());
  deliver(us, ph);
  EXPECT_FALSE(ask(us, conversation).error) << "closed, and the partner has all of it";
}

TEST_F(Erasure, needs_a_second_person_of_the_right_role_who_read_this_very_wish) {
  json::Value conversation = refused_conversation();
  expect_refused(us, confirm(us, us.approver(), conversation), Code::not_found, us.size());
  ASSERT_FALSE(ask(us, conversation).error);
  Desk both = us.make_desk("both", {OfficerRole::author, OfficerRole::approver});
  us.staff("user.add", {{"officer", member::to_json(both.officer)}});
  Desk twin{us.make_desk("twin", {OfficerRole::approver}).officer, both.key.clone()};
  twin.officer.key = both.officer.key;
  us.staff("user.add", {{"officer", member::to_json(twin.officer)}});
  ASSERT_FALSE(
      us.command(both, "request.erase", {{"conversation", conversation}, {"reason", "anew"}})
          .error);
  expect_refused(us, confirm(us, both, conversation), Code::not_allowed, us.size());
  expect_refused(us, confirm(us, twin, conversation), Code::not_allowed, us.size());
  expect_refused(us, confirm(us, us.author(), conversation), Code::not_allowed, us.size());
  Reply other = us.command(
      us.approver(), "request.erase_confirm",
      {{"conversation", conversation}, {"asked", std::uint64_t{0}}, {"reason", "agreed"}});
  expect_refused(us, other, Code::conflict, us.size());
  Reply silent =
      us.command(us.approver(), "request.erase_confirm",
                 {{"conversation", conversation},
                  {"asked", at(*us.row(Space::erasure, *conversation.as_string()), "position")},
                  {"reason", ""}});
  expect_refused(us, silent, Code::missing_field, us.size());
  us.now += limits::approval_life_max + std::chrono::hours{1};
  expect_refused(us, confirm(us, us.approver(), conversation), Code::expired, us.size());
  us.staff("user.disable", {{"officer", to_text(both.officer.id)}});
  ASSERT_FALSE(ask(us, conversation).error);
  EXPECT_FALSE(confirm(us, us.counsel(), conversation).error);
  EXPECT_EQ(us.count(EntryType::erasure), 1u);
}

TEST_F(Erasure, a_wish_of_somebody_who_left_is_not_carried_out) {
  json::Value conversation = refused_conversation();
  Desk gone = us.make_desk("gone", {OfficerRole::author});
  us.staff("user.add", {{"officer", member::to_json(gone.officer)}});
  ASSERT_FALSE(
      us.command(gone, "request.erase", {{"conversation", conversation}, {"reason", "x"}}).error);
  us.staff("user.disable", {{"officer", to_text(gone.officer.id)}});
  expect_refused(us, confirm(us, us.approver(), conversation), Code::not_approved, us.size());
}

TEST_F(Erasure, nothing_more_is_taken_up_in_it_and_what_still_comes_can_be_erased_again) {
  json::Value conversation = refused_conversation();
  erase(ph, conversation);
  act::Act late = hand_made(us, ph.id(), 2);
  late.refs = {{"conversation", must(id_from_text<ActId>(*conversation.as_string()))}};
  late.route.reset();
  late.body = json::Object{{"verb", "withdraw"}, {"why", "a late word"}};
  Reply reply = ph.give(ActArrived{us.id(), sealed(us, late)});
  ASSERT_FALSE(reply.error) << to_text(*reply.error);
  ActRow row = must(act_row_from_json(*ph.row(Space::act, act_key(us.id(), late.id))));
  EXPECT_EQ(row.code, "wrong_state");
  EXPECT_TRUE(holds(ph, "a late word"));
  erase(ph, conversation);
  EXPECT_FALSE(holds(ph, "a late word"));
  EXPECT_EQ(text_at(*ph.row(Space::conversation, *conversation.as_string()), "phase"), "refused");
  expect_rebuilds(ph);
  Reply third = ask(ph, conversation);
  ASSERT_TRUE(third.error);
  EXPECT_EQ(third.error->code, Code::not_found);
}

TEST_F(Erasure, drafts_that_stand_in_it_go_with_it) {
  json::Value sent = us.send(ask_args(ph.id(), us.now));
  json::Value conversation = at(sent, "conversation");
  deliver(us, ph);
  json::Value drafted =
      ph.done("request.draft",
              in_conversation(us.id(), conversation,
                              {{"verb", "accept"}, {"basis", "never to be said"}, {"note", ""}}));
  ASSERT_FALSE(ph.approve(ph.approver(), drafted).error);
  us.done("request.say", in_conversation(ph.id(), conversation,
                                         {{"verb", "withdraw"}, {"why", "no longer needed"}}));
  deliver(us, ph);
  erase(ph, conversation);
  EXPECT_FALSE(holds(ph, "never to be said"));
  EXPECT_TRUE(ph.rows(Space::draft).empty());
  EXPECT_TRUE(ph.rows(Space::approval).empty());
  expect_rebuilds(ph);
}

TEST_F(Erasure, a_cancelled_draft_can_go_but_not_one_that_stands_or_was_sent) {
  json::Value drafted = us.done("request.draft", ask_args(ph.id(), us.now));
  json::Value id = at(drafted, "draft");
  expect_refused(us, ask(us, id), Code::wrong_state, us.size());
  us.done("request.cancel", {{"draft", id}});
  json::Value sent = us.done("request.draft", ask_args(ph.id(), us.now));
  ASSERT_FALSE(us.approve(us.approver(), sent).error);
  us.done("request.send", {{"draft", at(sent, "draft")}});
  expect_refused(us, ask(us, at(sent, "draft")), Code::wrong_state, us.size());
  EXPECT_EQ(at(erase(us, id), "records"), json::Value(2));
  EXPECT_FALSE(us.row(Space::draft, *id.as_string()));
  expect_rebuilds(us);
  deliver(us, ph);
}

TEST_F(Erasure, cards_voids_and_unknown_ids_are_no_conversations) {
  expect_refused(us, ask(us, to_text(make_id<ActId>(us.now, us.random()))), Code::not_found,
                 us.size());
  expect_refused(us, us.command("request.erase", {{"conversation", "all"}, {"reason", "x"}}),
                 Code::bad_value, us.size());
  Reply silent =
      us.command("request.erase", {{"conversation", refused_conversation()}, {"reason", ""}});
  expect_refused(us, silent, Code::missing_field, us.size());
}

TEST_F(Erasure, an_opening_act_that_was_rejected_can_go) {
  act::Act bad = hand_made(us, ph.id(), 1);
  bad.body = json::Object{{"verb", "withdraw"}, {"why", "of nothing at all"}};
  bad.route.reset();
  ASSERT_FALSE(ph.give(ActArrived{us.id(), sealed(us, bad)}).error);
  ASSERT_TRUE(holds(ph, "of nothing at all"));
  erase(ph, to_text(bad.id));
  EXPECT_FALSE(holds(ph, "of nothing at all"));
  expect_rebuilds(ph);
}

TEST_F(Erasure, an_undelivered_request_goes_with_its_void) {
  json::Value sent = us.send(ask_args(ph.id(), us.now));
  us.now += std::chrono::hours{24 * 7 + 1};
  ASSERT_FALSE(us.give(Ticked{}).error);
  expect_refused(us, ask(us, at(sent, "conversation")), Code::wrong_state, us.size());
  ph.now = us.now;
  deliver(us, ph);
  erase(us, at(sent, "conversation"));
  EXPECT_FALSE(holds(us, secret));
  EXPECT_EQ(text_at(*us.row(Space::conversation, text_at(sent, "conversation")), "phase"),
            "undelivered");
  expect_rebuilds(us);
}

}  // namespace
}  // namespace comity::node
