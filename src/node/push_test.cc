// Alerts from node to node: who is told, what arrives, and that it arrives once.
#include "node/push.h"

#include "base/limits_push.h"
#include "node/alert_acts.h"
#include "node/object_page.h"
#include "node/outgoing.h"
#include "node/rebuild.h"
#include "node/spread.h"
#include "node/testing_alert.h"
#include "store/memory.h"

namespace comity::node {
namespace {

using namespace testing;
class Push : public ThreeNodes {
 protected:
  Push() : ThreeNodes(store::open_memory) {}
};

TEST_F(Push, what_is_taken_into_a_shared_collection_is_with_its_circle_and_with_nobody_else) {
  std::string ours = make_collection(us, {&ph}), theirs = make_collection(ph, {});
  subscribe(ph, us, ours, theirs);
  json::Value answer = import_into(us, ours, envelope({malware(1), malware(2)}));
  EXPECT_EQ(at(at(answer, "pushed"), "members"), json::Value(1));
  settle();
  EXPECT_EQ(held(ph, theirs), (std::set<std::string>{id(1), id(2)}));
  EXPECT_FALSE(has_byte_of(jp, id(1)));
  for (TestNode* each : {&us, &ph}) same_after_rebuild(*each);
}

TEST_F(Push, without_a_subscription_it_is_received_where_nobody_but_the_own_organisation_sees_it) {
  std::string ours = make_collection(us, {&ph});
  import_into(us, ours, envelope({malware(1)}));
  settle();
  std::string place = received(ph);
  EXPECT_EQ(held(ph, place), std::set<std::string>{id(1)});
  auto view = ph.view();
  Overlay rows(*view);
  Collection collection = must(load_collection(rows, place));
  EXPECT_TRUE(collection.circle.members.empty());
  EXPECT_FALSE(collection.circle.clients);
  import_into(us, ours, envelope({malware(2)}));
  settle();
  EXPECT_EQ(held(ph, place).size(), 2u) << "one place for all";
}

TEST_F(Push, an_empty_circle_and_a_collection_that_does_not_push_tell_nobody) {
  import_into(us, make_collection(us, {}), envelope({malware(1)}));
  import_into(us, make_collection(us, {&ph}, {{"push", false}}), envelope({malware(2)}));
  EXPECT_TRUE(us.outbox(ph.id()).empty());
}

TEST_F(Push, the_bytes_are_kept_once_at_either_end_however_many_acts_name_them) {
  std::string text = envelope({malware(1), malware(2)});
  std::string ours = make_collection(us, {&ph, &jp});
  import_into(us, ours, text);
  settle();
  for (TestNode* each : {&us, &ph, &jp}) {
    std::size_t found = 0;
    for (std::uint64_t i = 0; i < each->size(); ++i)
      if (must(load_bytes(*each->view(), i)) == text) ++found;
    EXPECT_EQ(found, 1u) << each->casting().nickname;
  }
  EXPECT_EQ(us.outbox(ph.id()).size(), 0u);
}

TEST_F(Push, of_a_file_whose_bytes_are_here_what_is_refused_does_not_travel_with_the_rest) {
  std::string alone = make_collection(us, {}), shared = make_collection(us, {&ph});
  std::string inner = malware(2);
  inner.insert(inner.size() - 1, R"(,"description":"for us alone")");
  import_into(us, alone, envelope({malware(1), inner}));
  import_into(us, shared, envelope({malware(2)}));
  json::Value again = import_into(us, shared, envelope({malware(1), inner}));
  EXPECT_EQ(at(again, "refused").as_array()->size(), 1u) << "other content of the same version";
  settle();
  EXPECT_EQ(held(ph, received(ph)), (std::set<std::string>{id(1), id(2)}));
  EXPECT_FALSE(has_byte_of(ph, "for us alone"));
}

TEST_F(Push, an_act_without_its_blob_changes_nothing_and_may_come_again_with_it) {
  std::string ours = make_collection(us, {&ph});
  import_into(us, ours, envelope({malware(1)}));
  ActArrived act = arriving(us, ph.id()).at(0);
  auto before = ph.rebuilt_rows();
  std::uint64_t size = ph.size();
  Reply bare = ph.give(ActArrived{us.id(), act.sealed.bytes()});
  ASSERT_TRUE(bare.error);
  EXPECT_EQ(bare.error->code, Code::blob_missing);
  EXPECT_EQ(ph.size(), size);
  EXPECT_EQ(ph.rebuilt_rows(), before);
  std::string other = "other bytes";
  std::vector<std::string_view> others{other};
  EXPECT_EQ(ph.give(ActArrived{us.id(), act.sealed.bytes(), hash_blobs(others)}).error->code,
            Code::blob_missing)
      << "bytes with another hash are another blob";
  Reply whole = ph.give(act);
  EXPECT_FALSE(whole.error);
  EXPECT_EQ(ph.give(act).receipt, whole.receipt) << "and once more: the same receipt";
  EXPECT_EQ(held(ph, received(ph)), std::set<std::string>{id(1)});
}

TEST_F(Push, a_blob_that_no_act_names_is_not_kept) {
  std::string ours = make_collection(us, {&ph});
  import_into(us, ours, envelope({malware(1)}));
  ActArrived act = arriving(us, ph.id()).at(0);
  std::string right = envelope({malware(1)}), wrong = envelope({malware(9)});
  std::vector<std::string_view> both{right, wrong};
  ASSERT_FALSE(ph.give(ActArrived{us.id(), act.sealed.bytes(), hash_blobs(both)}).error);
  EXPECT_FALSE(has_byte_of(ph, id(9)));
}

TEST_F(Push, amber_of_a_partner_goes_no_further_and_green_goes_on_once_but_never_back) {
  std::string ours = make_collection(us, {&ph});
  std::string theirs = make_collection(ph, {&us, &jp});
  subscribe(ph, us, ours, theirs);
  import_into(us, ours, envelope({malware(1, green), malware(2, amber), malware(3, clear)}));
  deliver(us, ph);
  EXPECT_TRUE(ph.outbox(us.id()).empty()) << "never back to whom it is from";
  settle();
  EXPECT_EQ(held(ph, theirs).size(), 3u);
  EXPECT_EQ(held(jp, received(jp)), (std::set<std::string>{id(1), id(3)}));
  EXPECT_FALSE(has_byte_of(jp, id(2)));
  bool told = false;
  for (const KeyedRow& row : jp.rows(Space::spread)) {
    SpreadRow spread = must(spread_row_from_json(must(json::parse(row.row.value))));
    told |= spread.way == Way::in && spread.origin == us.id();
  }
  EXPECT_TRUE(told) << "the relay says who brought it in";
}

TEST_F(Push, who_forbids_relays_is_heeded_also_over_taxii) {
  std::string ours = make_collection(us, {&ph}, {{"relay", false}});
  std::string theirs = make_collection(ph, {&jp});
  subscribe(ph, us, ours, theirs);
  import_into(us, ours, envelope({malware(1, green), malware(2, clear)}));
  settle();
  EXPECT_EQ(held(ph, theirs).size(), 2u);
  EXPECT_FALSE(has_byte_of(jp, id(1)));
  auto view = ph.view();
  Overlay rows(*view);
  Collection collection = must(load_collection(rows, theirs));
  alert::Reader reader{.standing = Standing::member, .member = jp.id()};
  EXPECT_TRUE(must(read_page(*view, collection, reader, {}, 10, With::rows)).objects.empty());
}

TEST_F(Push, a_circle_of_three_that_share_everything_comes_to_rest) {
  std::string a = make_collection(us, {&ph, &jp}), b = make_collection(ph, {&us, &jp}),
              c = make_collection(jp, {&us, &ph});
  for (auto [node, from, theirs, mine] :
       {std::tuple{&ph, &us, a, b}, std::tuple{&jp, &us, a, c}, std::tuple{&us, &ph, b, a},
        std::tuple{&jp, &ph, b, c}, std::tuple{&us, &jp, c, a}, std::tuple{&ph, &jp, c, b}})
    subscribe(*node, *from, theirs, mine);
  import_into(us, a, envelope({malware(1)}));
  settle();
  for (TestNode* each : {&us, &ph, &jp}) {
    for (TestNode* other : {&us, &ph, &jp}) EXPECT_TRUE(each->outbox(other->id()).empty());
    EXPECT_LE(each->count(EntryType::act_out), 3u) << each->casting().nickname;
  }
  EXPECT_EQ(held(ph, b), std::set<std::string>{id(1)});
  EXPECT_EQ(held(jp, c), std::set<std::string>{id(1)});
}

TEST_F(Push, what_bears_no_label_keeps_the_one_that_its_sender_gave_it) {
  std::string ours = make_collection(us, {&ph}, {{"unmarked", "TLP:GREEN"}});
  std::string strict = make_collection(us, {&ph}, {{"unmarked", "TLP:AMBER"}});
  std::string theirs = make_collection(ph, {&jp}, {{"unmarked", "TLP:CLEAR"}});
  subscribe(ph, us, ours, theirs);
  subscribe(ph, us, strict, theirs);
  import_into(us, ours, envelope({unmarked(1)}));
  import_into(us, strict, envelope({unmarked(2)}));
  settle();
  EXPECT_EQ(held(ph, theirs).size(), 2u);
  EXPECT_EQ(held(jp, received(jp)), std::set<std::string>{id(1)});
}

TEST_F(Push, a_member_that_leaves_the_circle_is_told_nothing_from_then_on) {
  std::string ours = make_collection(us, {&ph, &jp});
  import_into(us, ours, envelope({malware(1)}));
  us.staff("alert.collection",
           {{"id", ours}, {"title", "Worms"}, {"members", json::Array{to_hex(jp.id())}}});
  import_into(us, ours, envelope({malware(2)}));
  settle();
  EXPECT_TRUE(has_byte_of(ph, id(1)));
  EXPECT_FALSE(has_byte_of(ph, id(2)));
  EXPECT_TRUE(has_byte_of(jp, id(2)));
}

TEST_F(Push, members_of_two_audiences_get_two_blobs_of_what_is_theirs) {
  std::string ours = make_collection(ph, {&us, &jp});
  std::string at_us = make_collection(us, {&ph});
  subscribe(ph, us, at_us, ours);
  import_into(ph, ours, envelope({malware(1, amber), malware(2, green)}));
  import_into(us, at_us, envelope({malware(3, amber), malware(4, green)}));
  settle();
  EXPECT_EQ(held(jp, received(jp)), (std::set<std::string>{id(1), id(2), id(4)}));
}

TEST_F(Push, a_sighting_goes_back_to_who_told_of_what_was_seen) {
  std::string ours = make_collection(us, {&ph}), theirs = make_collection(ph, {});
  subscribe(ph, us, ours, theirs);
  import_into(us, ours, envelope({malware(1)}));
  settle();
  import_into(ph, theirs, envelope({sighting(1), malware(7)}));
  settle();
  EXPECT_EQ(held(us, ours), (std::set<std::string>{id(1), id(1, "sighting")}));
  EXPECT_FALSE(has_byte_of(us, id(7)));
}

TEST_F(Push, a_sighting_from_outside_the_circle_or_of_another_type_is_rejected) {
  std::string ours = make_collection(us, {&jp});
  auto say = [&](const std::string& text, std::uint64_t seq) {
    alert::Share share{.verb = alert::Share::Verb::sighting,
                       .collection = ours,
                       .title = "",
                       .blobs = {blob_of(text)}};
    act::Act act = made_by_hand(ph, us.id(), seq, share);
    Reply reply = us.give(with_blob(ph, act, text));
    EXPECT_FALSE(reply.error) << to_text(*reply.error);
    auto row = us.row(Space::act, act_key(ph.id(), act.id));
    return text_at(*row, "code");
  };
  EXPECT_EQ(say(envelope({sighting(1)}), 1), "not_found");
  us.staff("alert.collection", {{"id", ours},
                                {"title", "Worms"},
                                {"push", false},
                                {"members", json::Array{to_hex(ph.id())}}});
  EXPECT_EQ(say(envelope({sighting(1), malware(2)}), 2), "");
  EXPECT_EQ(held(us, ours), std::set<std::string>{id(1, "sighting")});
  EXPECT_EQ(say("no envelope", 3), "malformed");
  EXPECT_EQ(held(us, ours).size(), 1u);
}

TEST_F(Push, a_partner_fills_its_own_share_of_the_disk_and_no_more) {
  std::string ours = make_collection(us, {&ph});
  import_into(us, ours, envelope({malware(1)}));
  settle();
  auto counted = ph.row(Space::blob, "of/" + to_hex(us.id()));
  ASSERT_TRUE(counted);
  EXPECT_EQ(at(*counted, "bytes"),
            json::Value(static_cast<std::uint64_t>(envelope({malware(1)}).size())));
  // As if the rest of it had come already.
  {
    auto group = must(ph.store().begin());
    Plan plan;
    plan.rows.push_back({Space::blob, "of/" + to_hex(us.id()),
                         fmt::format(R"({{"bytes":{}}})", limits::blob_bytes_per_member_max)});
    must(group->apply(plan, ph.now));
    must(group->commit());
  }
  import_into(us, ours, envelope({malware(2)}));
  settle();
  EXPECT_TRUE(us.has_alarm("rejected"));
  EXPECT_FALSE(has_byte_of(ph, id(2)));
}

// ---- recalls

TEST_F(Push, a_recall_reaches_everybody_who_was_told_and_is_confirmed) {
  std::string ours = make_collection(us, {&ph});
  std::string theirs = make_collection(ph, {&jp});
  subscribe(ph, us, ours, theirs);
  import_into(us, ours, envelope({malware(1), malware(2)}));
  settle();
  ASSERT_TRUE(held(jp, received(jp)).contains(id(1)));
  json::Value answer =
      us.done("alert.recall", {{"objects", json::Array{id(1)}}, {"why", "our own honeypot"}});
  EXPECT_EQ(at(answer, "revoked"), json::Value(1));
  EXPECT_EQ(at(answer, "asked"), json::Value(json::Array{to_hex(ph.id())}));
  settle();
  for (auto [node, collection] :
       {std::pair{&us, ours}, std::pair{&ph, theirs}, std::pair{&jp, received(jp)}}) {
    auto view = node->view();
    Overlay rows(*view);
    auto last = must(last_version(rows, collection, id(1)));
    ASSERT_TRUE(last) << "the version that says so stays";
    EXPECT_TRUE(last->revoked) << node->casting().nickname;
    EXPECT_TRUE(must(last_version(rows, collection, id(2)))) << "others stay";
    ObjectFilter all;
    all.ids = {id(1)};
    all.versions.all = true;
    Collection made = must(load_collection(rows, collection));
    std::size_t seen =
        must(read_page(*view, made, {.standing = Standing::own}, all, 10, With::bytes))
            .objects.size();
    EXPECT_EQ(seen, node == &us ? 2u : 1u) << node->casting().nickname;
  }
  std::size_t confirmed = 0;
  for (const KeyedRow& row : us.rows(Space::recall, id(1))) {
    auto act = must(id_from_text<ActId>(row.key.substr(row.key.rfind('/') + 1)));
    confirmed += text_at(*us.row(Space::act, act_key(us.id(), act)), "standing") == "delivered";
  }
  EXPECT_EQ(confirmed, 1u);
  for (TestNode* each : {&us, &ph, &jp}) same_after_rebuild(*each);
}

TEST_F(Push, recalled_bytes_are_erased_when_nothing_else_lies_beside_them) {
  std::string ours = make_collection(us, {&ph});
  import_into(us, ours, envelope({malware(1)}));
  import_into(us, ours, envelope({malware(2), malware(3)}));
  settle();
  std::string name = R"("name":"w1")", other = R"("name":"w2")";
  ASSERT_TRUE(has_byte_of(ph, name));
  std::uint64_t counted = must(blob_bytes_of(*std::make_unique<Overlay>(*ph.view()), us.id()));
  us.done("alert.recall", {{"objects", json::Array{id(1), id(2)}}, {"why", "wrong"}});
  settle();
  std::size_t live = 0;
  for (std::uint64_t i = 0; i < ph.size(); ++i)
    if (auto record = must(ph.view()->entry(i))->record; record && record->contains(name))
      live += !record->contains("\"revoked\":true");
  EXPECT_EQ(live, 0u) << "nothing else lay in that entry";
  for (const KeyedRow& row : ph.rows(Space::object_bytes)) {
    std::size_t at = row.row.value.find(name);
    if (at != std::string::npos)
      EXPECT_TRUE(row.row.value.substr(at, row.row.value.find('}', at) - at).contains("revoked"));
  }
  EXPECT_TRUE(has_byte_of(ph, other)) << "the third object lies beside it";
  EXPECT_NE(must(blob_bytes_of(*std::make_unique<Overlay>(*ph.view()), us.id())), counted);
  same_after_rebuild(ph);
}

TEST_F(Push, what_was_recalled_does_not_come_again_by_another_way) {
  std::string ours = make_collection(us, {&ph, &jp});
  std::string at_ph = make_collection(ph, {});
  subscribe(ph, us, ours, at_ph);
  std::string relayed = make_collection(jp, {&ph}, {{"push", false}});
  subscribe(jp, us, ours, relayed);
  subscribe(ph, jp, relayed, at_ph);
  import_into(us, ours, envelope({malware(1)}));
  settle();
  json::Object share{{"collection", relayed},
                     {"objects", json::Array{id(1)}},
                     {"to", json::Array{to_hex(ph.id())}}};
  jp.done("alert.share", share);
  us.done("alert.recall", {{"objects", json::Array{id(1)}}, {"why", "wrong"}});
  deliver(us, ph);
  deliver(jp, ph);
  auto view = ph.view();
  Overlay rows(*view);
  EXPECT_TRUE(must(last_version(rows, at_ph, id(1)))->revoked);
  settle();
  EXPECT_EQ(held(ph, at_ph), std::set<std::string>{id(1)});
}

TEST_F(Push, a_recall_behind_an_alert_that_waits_arrives_behind_it) {
  std::string ours = make_collection(us, {&ph});
  import_into(us, ours, envelope({malware(1)}));
  us.done("alert.recall", {{"objects", json::Array{id(1)}}, {"why", "wrong"}});
  settle();
  auto view = ph.view();
  Overlay rows(*view);
  EXPECT_TRUE(must(last_version(rows, received(ph), id(1)))->revoked);
}

TEST_F(Push, a_recall_behind_a_place_that_is_not_settled_goes_in_its_lane) {
  std::string ours = make_collection(us, {&ph});
  import_into(us, ours, envelope({malware(1)}));
  ActArrived late = arriving(us, ph.id()).at(0);
  us.now += act_life + std::chrono::hours{1};
  us.give(Ticked{});
  us.done("alert.recall", {{"objects", json::Array{id(1)}}, {"why", "wrong"}});
  ASSERT_FALSE(ph.give(late).error) << "it was on the wire when it was made void";
  settle();
  auto view = ph.view();
  Overlay rows(*view);
  EXPECT_TRUE(must(last_version(rows, received(ph), id(1)))->revoked);
  for (const std::string& each : us.outbox(ph.id())) ADD_FAILURE() << each;
}

TEST_F(Push, a_recall_asks_nobody_to_drop_what_others_say_under_that_id) {
  std::string shared = make_collection(us, {&ph}), own = make_collection(ph, {&jp});
  import_into(us, shared, envelope({malware(1, green)}));
  import_into(ph, own, envelope({malware(1, clear)}));
  settle();
  us.done("alert.recall", {{"objects", json::Array{id(1)}}, {"why", "wrong"}});
  deliver(us, ph);
  EXPECT_TRUE(ph.outbox(jp.id()).empty());
  settle();
  EXPECT_EQ(held(jp, received(jp)), std::set<std::string>{id(1)});
}

// Found by the simulator: the bytes are one entry, and lie in a collection of each.
TEST_F(Push, who_gives_what_our_people_said_takes_nothing_of_that_back) {
  std::string ours = make_collection(ph, {&us}), given = make_collection(ph, {});
  std::string theirs = make_collection(jp, {&ph});
  subscribe(ph, jp, theirs, given);
  import_into(ph, ours, envelope({malware(1)}));
  import_into(jp, theirs, envelope({malware(1)}));
  settle();
  ASSERT_EQ(held(ph, given), std::set<std::string>{id(1)});
  jp.done("alert.recall", {{"objects", json::Array{id(1)}}, {"why", "our own honeypot"}});
  settle();
  auto view = us.view();
  Overlay rows(*view);
  auto last = must(last_version(rows, received(us), id(1)));
  ASSERT_TRUE(last);
  EXPECT_FALSE(last->revoked);
  ph.done("alert.recall", {{"objects", json::Array{id(1)}}, {"why", "a honeypot"}});
  settle();
  view = us.view();
  Overlay later(*view);
  last = must(last_version(later, received(us), id(1)));
  EXPECT_TRUE(!last || last->revoked) << "those who said it do";
}

TEST_F(Push, a_recall_of_objects_that_lie_in_one_entry_is_passed_on_for_each) {
  std::string ours = make_collection(us, {&ph}), theirs = make_collection(ph, {&jp});
  subscribe(ph, us, ours, theirs);
  import_into(us, ours, envelope({malware(1), malware(2)}));
  settle();
  us.done("alert.recall", {{"objects", json::Array{id(1), id(2)}}, {"why", "wrong"}});
  settle();
  for (int n : {1, 2}) EXPECT_EQ(ph.rows(Space::recall, id(n)).size(), 2u) << "taken and passed on";
}

// An observable has no version that says it is revoked: the recall is all that reaches the third.
TEST_F(Push, a_recall_is_passed_on_by_who_had_dropped_the_object) {
  std::string ours = make_collection(us, {&ph}), theirs = make_collection(ph, {&jp});
  subscribe(ph, us, ours, theirs);
  const std::string id = "domain-name--00000007-17d4-5cbf-938f-98ee46b3cd3f";
  const std::string domain =
      fmt::format(R"({{"type":"domain-name","spec_version":"2.1","value":"worm.example",)"
                  R"("id":"{}","object_marking_refs":["{}"]}})",
                  id, green);
  import_into(us, ours, envelope({domain}));
  settle();
  ASSERT_TRUE(held(jp, received(jp)).contains(id));
  ph.done("alert.drop", {{"objects", json::Array{id}}, {"why", "noise here"}});
  us.done("alert.recall", {{"objects", json::Array{id}}, {"why", "our own server"}});
  settle();
  EXPECT_FALSE(held(jp, received(jp)).contains(id));
  EXPECT_EQ(ph.rows(Space::recall, id).size(), 2u) << "taken and passed on";
  for (TestNode* each : {&us, &ph, &jp}) same_after_rebuild(*each);
}

TEST_F(Push, an_observable_of_the_same_id_keeps_no_recalled_bytes) {
  auto domain = [](const char* marking) {
    return fmt::format(
        R"({{"type":"domain-name","spec_version":"2.1","value":"worm.example",)"
        R"("id":"domain-name--00000007-17d4-5cbf-938f-98ee46b3cd3f","object_marking_refs":["{}"]}})",
        marking);
  };
  std::string ours = make_collection(us, {&ph}), theirs = make_collection(jp, {&ph});
  subscribe(ph, jp, theirs, make_collection(ph, {}));
  import_into(us, ours, envelope({domain(green)}));
  import_into(jp, theirs, envelope({domain(amber)}));
  settle();
  ASSERT_TRUE(has_byte_of(ph, domain(green)));
  us.done("alert.recall",
          {{"objects", json::Array{"domain-name--00000007-17d4-5cbf-938f-98ee46b3cd3f"}},
           {"why", "our own honeypot"}});
  settle();
  EXPECT_FALSE(has_byte_of(ph, domain(green)));
  EXPECT_TRUE(has_byte_of(ph, domain(amber)));
}

// Two partners told the same, into two collections: the bytes of the first are said here until the
// second takes it back too.
TEST_F(Push, bytes_that_two_told_go_when_both_have_recalled_them) {
  std::string ours = make_collection(us, {&ph}), theirs = make_collection(jp, {&ph});
  std::string one = make_collection(ph, {}), other = make_collection(ph, {});
  subscribe(ph, us, ours, one);
  subscribe(ph, jp, theirs, other);
  import_into(us, ours, envelope({malware(1), malware(2)}));
  import_into(jp, theirs, envelope({malware(1), malware(3)}));
  settle();
  std::string first = envelope({malware(1), malware(2)});
  json::Object wrong{{"objects", json::Array{id(1), id(2)}}, {"why", "our own honeypot"}};
  us.done("alert.recall", wrong);
  settle();
  EXPECT_TRUE(has_byte_of(ph, first)) << "one of them still says it";
  wrong["objects"] = json::Array{id(1)};
  jp.done("alert.recall", wrong);
  settle();
  EXPECT_FALSE(has_byte_of(ph, first));
  EXPECT_TRUE(has_byte_of(ph, malware(3)));
  same_after_rebuild(ph);
}

// Found by the simulator: what was made of two entries for others is the same, and is kept once.
TEST_F(Push, bytes_that_an_alert_on_its_way_names_stay_until_it_has_arrived) {
  std::string ours = make_collection(us, {&ph}), more = make_collection(us, {&ph});
  subscribe(ph, us, ours, make_collection(ph, {&jp}));
  subscribe(ph, us, more, make_collection(ph, {&jp}));
  import_into(us, ours, envelope({malware(1), malware(2, amber)}));
  settle();
  import_into(us, more, envelope({malware(1), malware(3, amber)}));
  deliver(us, ph);
  ASSERT_EQ(ph.outbox(jp.id()).size(), 1u) << "once more, from the other collection";
  us.done("alert.recall", {{"objects", json::Array{id(1)}}, {"why", "our own honeypot"}});
  deliver(us, ph);
  EXPECT_TRUE(has_byte_of(ph, envelope({malware(1)})));
  settle();
  EXPECT_TRUE(ph.outbox(jp.id()).empty());
  ph.now += std::chrono::minutes{11};
  ph.give(Ticked{});
  EXPECT_FALSE(has_byte_of(ph, envelope({malware(1)})));
  same_after_rebuild(ph);
}

// ---- what did not arrive

TEST_F(Push, what_was_made_void_is_told_when_it_is_shared_again) {
  std::string ours = make_collection(us, {&ph});
  import_into(us, ours, envelope({malware(1)}));
  json::Object again{{"collection", ours}, {"objects", json::Array{id(1)}}};
  EXPECT_EQ(at(us.done("alert.share", again), "acts"), json::Value(0)) << "it is on its way";
  us.now += act_life + std::chrono::hours{1};
  us.give(Ticked{});
  EXPECT_EQ(at(us.done("alert.share", again), "acts"), json::Value(1));
  settle();
  EXPECT_EQ(held(ph, received(ph)), std::set<std::string>{id(1)});
  EXPECT_EQ(at(us.done("alert.share", again), "acts"), json::Value(0)) << "it has it";
}

TEST_F(Push, alerts_that_a_revoked_key_signed_are_said_anew_and_hold_up_nothing) {
  std::string ours = make_collection(us, {&ph});
  import_into(us, ours, envelope({malware(1), malware(3)}));
  import_into(us, ours, envelope({malware(2)}));
  us.done("alert.recall", {{"objects", json::Array{id(2)}}, {"why", "wrong"}});
  revoke_key(us);
  import_into(us, ours, envelope({malware(4)}));
  settle();
  for (TestNode* each : {&ph, &jp}) EXPECT_TRUE(us.outbox(each->id()).empty());
  EXPECT_EQ(held(ph, received(ph)), (std::set<std::string>{id(1), id(2), id(3), id(4)}));
  auto view = ph.view();
  Overlay rows(*view);
  EXPECT_TRUE(must(last_version(rows, received(ph), id(2)))->revoked);
  for (const KeyedRow& row : us.rows(Space::recall, id(2))) {
    auto act = must(id_from_text<ActId>(row.key.substr(row.key.rfind('/') + 1)));
    EXPECT_EQ(text_at(*us.row(Space::act, act_key(us.id(), act)), "standing"), "delivered");
  }
  same_after_rebuild(us);
}

TEST_F(Push, what_a_revoked_key_signed_is_not_told_to_who_left_the_circle_meanwhile) {
  std::string ours = make_collection(us, {&ph});
  import_into(us, ours, envelope({malware(1)}));
  us.staff("alert.collection", {{"id", ours}, {"title", "Worms"}, {"members", json::Array{}}});
  revoke_key(us);
  settle();
  EXPECT_TRUE(us.outbox(ph.id()).empty());
  EXPECT_FALSE(has_byte_of(ph, id(1)));
  EXPECT_TRUE(std::ranges::any_of(us.rows(Space::alarm), [](const KeyedRow& row) {
    return row.key.contains("not_reissued");
  })) << "people share it by hand";
}

TEST_F(Push, only_what_is_ours_can_be_recalled_and_only_by_its_sender) {
  std::string ours = make_collection(us, {&ph});
  import_into(us, ours, envelope({malware(1)}));
  settle();
  Reply theirs = ph.command("alert.recall", {{"objects", json::Array{id(1)}}, {"why", "not ours"}});
  ASSERT_TRUE(theirs.error);
  EXPECT_EQ(theirs.error->code, Code::not_allowed);
  EXPECT_EQ(ph.command("alert.recall", {{"objects", json::Array{id(8)}}, {"why", "x"}}).error->code,
            Code::not_found);
  act::Act act =
      made_by_hand(jp, ph.id(), 1, alert::Recall{.objects = {id(1)}, .why = "of another"});
  EXPECT_FALSE(ph.give(ActArrived{jp.id(), sealed(jp, act)}).error);
  EXPECT_EQ(held(ph, received(ph)), std::set<std::string>{id(1)}) << "jp never told it";
}

}  // namespace
}  // namespace comity::node
