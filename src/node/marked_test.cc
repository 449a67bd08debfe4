// Marked means enforced: ways in which a label, a circle or an author could be got around.
#include "node/object_edit.h"
#include "node/push.h"
#include "node/recall.h"
#include "node/testing_alert.h"
#include "store/memory.h"

namespace comity::node {
namespace {

using namespace testing;
class Marked : public ThreeNodes {
 protected:
  Marked() : ThreeNodes(store::open_memory) {}
};

constexpr const char* strict = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003";
constexpr const char* custom = "marking-definition--7a1b9c3e-5f2d-4e6a-9b8c-0d1e2f3a4b5c";

std::string definition(const std::string& statement) {
  return fmt::format(R"({{"type":"marking-definition","spec_version":"2.1","id":"{}",)"
                     R"("created":"2026-11-01T00:00:00.000Z","definition_type":"statement",)"
                     R"("definition":{{"statement":"{}"}}}})",
                     custom, statement);
}
// A version of malware(n) with more in it.
std::string version(int n, const std::string& modified, const std::string& more = "",
                    const char* marking = green) {
  std::string text = malware(n, marking);
  std::string_view old = R"("modified":"2026-11-01T00:00:00.000Z")";
  text.replace(text.find(old), old.size(), fmt::format(R"("modified":"{}"{})", modified, more));
  return text;
}
std::string post_user(TestNode& node, const std::string& collection, const char* name,
                      json::Object more) {
  std::string key(64, name[0]);
  more["name"] = name;
  more["key"] = key;
  more["read"] = json::Array{collection};
  more["write"] = json::Array{collection};
  node.staff("alert.user", std::move(more));
  return key;
}
struct Seen {
  std::vector<std::string> objects;
  bool next = false;
  alert::Tally tally;
};
Seen seen_by(TestNode& node, const std::string& collection, const alert::Reader& reader,
             std::size_t count = 1000, bool all = false) {
  auto view = node.view();
  Overlay rows(*view);
  Collection made = must(load_collection(rows, collection));
  ObjectFilter filter;
  filter.versions.all = all;
  ObjectPage page = must(read_page(*view, made, reader, filter, count, With::bytes));
  Seen seen{.objects = {}, .next = page.next.has_value(), .tally = page.tally};
  for (const SeenObject& each : page.objects) seen.objects.emplace_back(each.id);
  return seen;
}
std::size_t refused(const json::Value& answer) {
  return at(answer, "refused").as_array()->size();
}
const alert::Reader client{.standing = Standing::client};

// ---- labels

TEST_F(Marked, a_definition_counts_wherever_in_the_envelope_it_stands) {
  std::string ours = make_collection(us, {&ph}, {{"clients", true}});
  json::Value answer = import_into(us, ours, envelope({malware(1, custom), definition("TLP:RED")}));
  EXPECT_EQ(refused(answer), 1u);
  EXPECT_FALSE(has_byte_of(us, R"("name":"w1")"));
}

TEST_F(Marked, what_is_marked_with_something_unknown_is_ours_alone_until_it_is_known) {
  std::string ours = make_collection(us, {&ph}, {{"clients", true}, {"unmarked", "TLP:CLEAR"}});
  import_into(us, ours, envelope({malware(1, custom)}));
  EXPECT_TRUE(us.outbox(ph.id()).empty());
  EXPECT_TRUE(seen_by(us, ours, client).objects.empty());
  EXPECT_EQ(
      seen_by(us, ours, client).tally.of[static_cast<std::size_t>(alert::Verdict::unknown_marking)],
      1u);
  EXPECT_EQ(seen_by(us, ours, {.standing = Standing::own}).objects.size(), 1u);
  import_into(us, ours, envelope({definition("TLP:AMBER+STRICT")}));
  EXPECT_EQ(seen_by(us, ours, client).objects.size(), 1u) << "the definition alone";
}

TEST_F(Marked, a_definition_never_changes) {
  std::string ours = make_collection(us, {}, {{"clients", true}});
  import_into(us, ours, envelope({definition("TLP:AMBER+STRICT"), malware(1, custom)}));
  std::string later = definition("TLP:CLEAR");
  later.replace(later.find("2026-11-01"), 10, "2026-11-09");
  EXPECT_EQ(refused(import_into(us, ours, envelope({later}))), 1u);
  for (const std::string& each : seen_by(us, ours, client).objects) EXPECT_NE(each, id(1));
}

TEST_F(Marked, nobody_defines_what_others_are_marked_with) {
  std::string ours = make_collection(us, {&ph}, {{"clients", true}, {"unmarked", "TLP:CLEAR"}});
  import_into(us, ours, envelope({malware(1, custom)}));
  std::string key = post_user(us, ours, "cafe", {{"standing", "client"}});
  ASSERT_FALSE(us.give(ObjectsPosted{key, ours, envelope({definition("Copyright")})}).error);
  Seen seen = seen_by(us, ours, client);
  EXPECT_EQ(seen.objects, std::vector<std::string>{custom})
      << "the definition, and not what we mark";
}

TEST_F(Marked, a_stricter_label_on_the_same_version_narrows_who_sees_it) {
  std::string ours = make_collection(us, {}, {{"clients", true}});
  import_into(us, ours, envelope({malware(1), malware(2)}));
  json::Value answer = import_into(us, ours, envelope({malware(1, strict)}));
  EXPECT_EQ(at(answer, "narrowed"), json::Value(1));
  answer = import_into(us, ours, envelope({malware(2), malware(3), malware(1, strict)}));
  EXPECT_EQ(at(answer, "added"), json::Value(1)) << "beside what is new";
  EXPECT_EQ(seen_by(us, ours, client).objects.size(), 2u);
  EXPECT_EQ(refused(import_into(us, ours, envelope({malware(1, clear)}))), 1u) << "never wider";
  import_into(us, ours,
              envelope({malware(2, "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1")}));
  EXPECT_EQ(seen_by(us, ours, client).objects, std::vector<std::string>{id(3)});
  EXPECT_EQ(seen_by(us, ours, {.standing = Standing::own}).objects.size(), 2u)
      << "RED is in no collection";
  same_after_rebuild(us);
}

// ---- whose it is

TEST_F(Marked, what_came_from_elsewhere_goes_on_only_as_far_as_its_label_lets_it) {
  std::string ours = make_collection(us, {&ph}, {{"clients", true}});
  us.done_with("alert.import", {{"collection", ours}, {"elsewhere", true}},
               envelope({malware(1, amber), malware(2, strict), malware(3, green)}));
  settle();
  EXPECT_EQ(held(ph, received(ph)), std::set<std::string>{id(3)});
  EXPECT_EQ(seen_by(us, ours, client).objects.size(), 2u) << "amber is for clients too";
}

TEST_F(Marked, what_a_client_posts_is_its_own_and_no_partner_is_told_what_it_marks_amber) {
  std::string ours = make_collection(us, {&ph}, {{"clients", true}});
  std::string key = post_user(us, ours, "cafe", {{"standing", "client"}});
  import_into(us, ours, envelope({malware(1, strict)}));
  Reply posted =
      us.give(ObjectsPosted{key, ours,
                            envelope({malware(2, amber), malware(3, green),
                                      version(1, "2026-11-05T00:00:00.000Z"), malware(1, green)})});
  ASSERT_FALSE(posted.error);
  const json::Array& failures = *at(posted.body, "failures").as_array();
  ASSERT_EQ(failures.size(), 2u);
  EXPECT_EQ(at(failures[0], "message"), at(failures[1], "message")) << "nothing can be told apart";
  settle();
  EXPECT_EQ(held(ph, received(ph)), (std::set<std::string>{id(1), id(3)}));
  Reply again = us.give(ObjectsPosted{
      key, ours, envelope({version(3, "2026-11-06T00:00:00.000Z", R"(,"revoked":true)")})});
  EXPECT_EQ(at(again.body, "failures").as_array()->size(), 0u) << "its own it may change";
}

TEST_F(Marked, a_partner_changes_only_what_it_brought) {
  std::string ours = make_collection(us, {&ph}), theirs = make_collection(ph, {&us, &jp});
  subscribe(us, ph, theirs, ours);
  subscribe(ph, us, ours, theirs);
  import_into(us, ours, envelope({malware(1)}));
  settle();
  import_into(ph, theirs,
              envelope({malware(2), version(1, "2026-11-05T00:00:00.000Z", R"(,"revoked":true)")}));
  settle();
  auto view = us.view();
  Overlay rows(*view);
  EXPECT_FALSE(must(last_version(rows, ours, id(1)))->revoked) << "ours stays ours";
  EXPECT_TRUE(us.has_alarm("alert_refused_in_part"));
  import_into(ph, theirs, envelope({version(2, "2026-11-05T00:00:00.000Z", R"(,"revoked":true)")}));
  settle();
  auto later = us.view();
  Overlay after(*later);
  EXPECT_TRUE(must(last_version(after, ours, id(2)))->revoked) << "what it brought, it revokes";
}

TEST_F(Marked, a_version_may_come_by_its_origin_after_it_came_by_a_relay) {
  std::string ours = make_collection(us, {&ph}), relay = make_collection(ph, {&jp});
  subscribe(ph, us, ours, relay);
  std::string at_jp = make_collection(jp, {});
  subscribe(jp, ph, relay, at_jp);
  subscribe(jp, us, ours, at_jp);
  import_into(us, ours, envelope({malware(1)}));
  settle();
  ASSERT_EQ(held(jp, at_jp), std::set<std::string>{id(1)});
  us.staff("alert.collection",
           {{"id", ours}, {"title", "Worms"}, {"members", json::Array{to_hex(jp.id())}}});
  import_into(us, ours, envelope({version(1, "2026-11-05T00:00:00.000Z")}));
  settle();
  EXPECT_EQ(seen_by(jp, at_jp, {.standing = Standing::own}, 10, true).objects.size(), 2u);
}

TEST_F(Marked, one_time_is_one_version_however_many_digits_it_has) {
  std::string ours = make_collection(us, {});
  import_into(us, ours, envelope({malware(1)}));
  EXPECT_EQ(refused(import_into(us, ours, envelope({version(1, "2026-11-01T00:00:00.0000Z")}))),
            1u);
}

// ---- circles

TEST_F(Marked, what_its_sender_keeps_for_csirts_reaches_no_law_enforcement_by_a_relay) {
  std::string theirs = make_collection(us, {});
  std::string relay = make_collection(ph, {&jp});
  subscribe(ph, us, theirs, relay);
  auto say = [&](int n, bool csirts, std::uint64_t seq) {
    std::string text = envelope({malware(n)});
    alert::Share share{
        .collection = theirs, .title = "Worms", .blobs = {blob_of(text)}, .csirts = csirts};
    act::Act act = made_by_hand(us, ph.id(), seq, share);
    EXPECT_FALSE(ph.give(with_blob(us, act, text)).error);
  };
  say(1, true, 1);
  say(2, false, 2);
  settle();
  EXPECT_EQ(held(ph, relay).size(), 2u);
  EXPECT_EQ(held(jp, received(jp)), std::set<std::string>{id(2)}) << "a contact point is police";
}

TEST_F(Marked, a_client_that_is_law_enforcement_sees_no_circle_of_csirts) {
  std::string ours = make_collection(us, {}, {{"csirts", true}, {"clients", true}});
  import_into(us, ours, envelope({malware(1)}));
  auto seen_as = [&](const std::string& key) {
    auto view = us.view();
    Overlay rows(*view);
    TaxiiUser user = must(find_taxii_user(rows, key)).value();
    return seen_by(us, ours, must(reader_of(rows, user, "US"))).objects.size();
  };
  std::string court =
      post_user(us, ours, "court", {{"standing", "client"}, {"law_enforcement", true}});
  std::string bank = post_user(us, ours, "bank", {{"standing", "client"}});
  EXPECT_EQ(seen_as(court), 0u);
  EXPECT_EQ(seen_as(bank), 1u);
  us.staff("alert.user_change", {{"name", "bank"}, {"law_enforcement", true}});
  EXPECT_EQ(seen_as(bank), 0u);
  us.staff("alert.user_change", {{"name", "bank"}, {"law_enforcement", false}});
  us.staff("alert.user_change", {{"name", "court"}, {"read", json::Array{ours}}});
  EXPECT_EQ(seen_as(bank), 1u);
  EXPECT_EQ(seen_as(court), 0u) << "what was not said stays";
  Reply own = us.command("alert.user", {{"name", "desk"},
                                        {"key", std::string(64, 'd')},
                                        {"standing", "own"},
                                        {"law_enforcement", true}});
  ASSERT_TRUE(own.error);
  EXPECT_EQ(own.error->where, "/args/law_enforcement");
}

TEST_F(Marked, an_originator_lets_law_enforcement_have_what_is_for_csirts) {
  std::string ours = make_collection(us, {&ph}, {{"csirts", true}});
  import_into(us, ours, envelope({malware(1)}));
  settle();
  EXPECT_FALSE(has_byte_of(ph, id(1)));
  us.done("alert.share", {{"collection", ours},
                          {"objects", json::Array{id(1)}},
                          {"to", json::Array{to_hex(ph.id())}},
                          {"law_enforcement", true}});
  settle();
  EXPECT_EQ(held(ph, received(ph)), std::set<std::string>{id(1)});
  import_into(us, ours,
              envelope({version(1, "2026-11-05T00:00:00.000Z", R"(,"revoked":true)"), malware(2)}));
  settle();
  auto view = ph.view();
  Overlay rows(*view);
  EXPECT_TRUE(must(last_version(rows, received(ph), id(1)))->revoked) << "who has it, hears of it";
  EXPECT_FALSE(has_byte_of(ph, id(2)));
}

// Found by the simulator: they lay in one entry.
TEST_F(Marked, who_told_what_lay_beside_it_revokes_nothing_that_was_dropped) {
  std::string ours = make_collection(ph, {&us});
  std::string theirs = make_collection(jp, {&ph}), more = make_collection(jp, {&ph});
  subscribe(ph, jp, theirs, ours);
  import_into(ph, ours, envelope({malware(1), malware(2)}));
  import_into(jp, theirs, envelope({malware(2)}));
  settle();
  ph.done("alert.drop", {{"objects", json::Array{id(1)}}, {"why", "noise"}});
  import_into(jp, more, envelope({version(1, "2026-11-05T00:00:00.000Z", R"(,"revoked":true)")}));
  settle();
  ASSERT_EQ(held(ph, received(ph)), std::set<std::string>{id(1)});
  auto view = us.view();
  Overlay rows(*view);
  EXPECT_FALSE(must(last_version(rows, received(us), id(1)))->revoked);
}

TEST_F(Marked, a_sighting_stays_where_its_collection_and_its_label_keep_it) {
  std::string ours = make_collection(us, {&ph}), theirs = make_collection(ph, {});
  std::string inner = make_collection(ph, {});
  subscribe(ph, us, ours, theirs);
  import_into(us, ours, envelope({malware(1), malware(2)}));
  settle();
  import_into(ph, inner, envelope({sighting(1)}));
  std::string secret = sighting(2);
  secret.replace(secret.find(green), std::string_view(green).size(), strict);
  import_into(ph, theirs, envelope({secret}));
  settle();
  EXPECT_FALSE(has_byte_of(us, "sighting_of_ref"));
}

// A sighting without a label of its own.
std::string unmarked_sighting(int n) {
  std::string text = sighting(n);
  return text.substr(0, text.find(",\"object_marking_refs\"")) + "}";
}

TEST_F(Marked, a_sighting_goes_no_further_than_what_it_is_of) {
  std::string ours = make_collection(us, {&ph});
  std::string theirs = make_collection(ph, {&jp}, {{"unmarked", "TLP:GREEN"}});
  subscribe(ph, us, ours, theirs);
  import_into(us, ours, envelope({malware(1, amber), malware(2, strict), malware(3)}));
  settle();
  import_into(ph, theirs,
              envelope({unmarked_sighting(1), unmarked_sighting(2), unmarked_sighting(3)}));
  settle();
  for (int n : {1, 2, 3}) EXPECT_TRUE(held(us, ours).contains(id(n, "sighting"))) << n;
  for (int n : {1, 2}) EXPECT_FALSE(has_byte_of(jp, id(n, "sighting"))) << n;
  EXPECT_TRUE(has_byte_of(jp, id(3, "sighting"))) << "what may be relayed, may be seen";
}

TEST_F(Marked, a_sighting_that_others_made_goes_no_further_to_who_told_of_what_was_seen) {
  std::string ours = make_collection(us, {&ph});
  std::string theirs = make_collection(ph, {});
  subscribe(ph, us, ours, theirs);
  import_into(us, ours, envelope({malware(1), malware(2)}));
  settle();
  std::string secret = sighting(1);
  secret.replace(secret.find(green), std::string_view(green).size(), amber);
  ph.done_with("alert.import", {{"collection", theirs}, {"elsewhere", true}},
               envelope({secret, sighting(2)}));
  settle();
  EXPECT_FALSE(has_byte_of(us, id(1, "sighting"))) << "AMBER ends with who received it";
  EXPECT_TRUE(held(us, ours).contains(id(2, "sighting")));
}

TEST_F(Marked, a_sighting_of_what_others_made_is_ours_to_recall) {
  std::string ours = make_collection(us, {&ph});
  std::string theirs = make_collection(ph, {&jp}, {{"unmarked", "TLP:GREEN"}});
  subscribe(ph, us, ours, theirs);
  import_into(us, ours, envelope({malware(1, amber)}));
  settle();
  import_into(ph, theirs, envelope({unmarked_sighting(1)}));
  settle();
  ASSERT_TRUE(held(us, ours).contains(id(1, "sighting")));
  // Dropped: nothing here says any more what the sighting may not outrun.
  ph.done("alert.drop", {{"objects", json::Array{id(1)}}, {"why", "noise"}});
  json::Value done =
      ph.done("alert.recall", {{"objects", json::Array{id(1, "sighting")}}, {"why", "a honeypot"}});
  EXPECT_EQ(at(done, "revoked"), json::Value(1));
  settle();
  auto view = us.view();
  Overlay rows(*view);
  EXPECT_TRUE(must(last_version(rows, ours, id(1, "sighting")))->revoked);
  EXPECT_FALSE(has_byte_of(jp, id(1, "sighting"))) << "nor by the version that revokes it";
  for (TestNode* each : {&us, &ph}) same_after_rebuild(*each);
}

// Found by the simulator: what was said first was told, before anybody looked at what came of it.
TEST_F(Marked, a_version_that_is_labelled_twice_in_one_envelope_is_told_as_the_stricter) {
  std::string ours = make_collection(us, {&ph}, {{"clients", true}});
  std::string red = malware(1);
  red.replace(red.find(green), std::string_view(green).size(),
              "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1");
  import_into(us, ours, envelope({malware(1), red, malware(2)}));
  settle();
  EXPECT_EQ(held(ph, received(ph)), std::set<std::string>{id(2)});
  EXPECT_FALSE(has_byte_of(ph, id(1)));
  EXPECT_EQ(seen_by(us, ours, client).objects, std::vector<std::string>{id(2)});
}

TEST_F(Marked, a_sighting_is_judged_by_what_came_with_it) {
  std::string ours = make_collection(us, {}, {{"unmarked", "TLP:GREEN"}, {"clients", true}});
  import_into(us, ours, envelope({unmarked_sighting(1), malware(1, strict), malware(2)}));
  import_into(us, ours, envelope({unmarked_sighting(2)}));
  EXPECT_EQ(seen_by(us, ours, client).objects,
            (std::vector<std::string>{id(2), id(2, "sighting")}));
}

TEST_F(Marked, sightings_go_on_to_whoever_told_the_relay) {
  std::string ours = make_collection(us, {&ph}), relay = make_collection(ph, {&jp});
  std::string at_jp = make_collection(jp, {});
  subscribe(ph, us, ours, relay);
  subscribe(jp, ph, relay, at_jp);
  import_into(us, ours, envelope({malware(1)}));
  settle();
  import_into(jp, at_jp, envelope({sighting(1)}));
  settle();
  settle();
  EXPECT_TRUE(held(us, ours).contains(id(1, "sighting")));
}

TEST_F(Marked, who_left_the_circle_neither_reads_nor_writes) {
  std::string ours = make_collection(us, {&ph});
  std::string key =
      post_user(us, ours, "bee", {{"standing", "member"}, {"member", to_hex(ph.id())}});
  EXPECT_FALSE(us.give(ObjectsPosted{key, ours, envelope({malware(1)})}).error);
  us.staff("alert.collection", {{"id", ours}, {"title", "Worms"}, {"members", json::Array{}}});
  Reply posted = us.give(ObjectsPosted{key, ours, envelope({malware(2)})});
  ASSERT_TRUE(posted.error);
  EXPECT_EQ(posted.error->code, Code::not_allowed);
  EXPECT_EQ(us.give(ObjectsDeleted{key, ours, id(1), {}, {}}).error->code, Code::not_allowed);
}

TEST_F(Marked, who_is_not_of_us_deletes_what_it_brought_and_nothing_else) {
  std::string ours = make_collection(us, {&ph});
  std::string key =
      post_user(us, ours, "bee", {{"standing", "member"}, {"member", to_hex(ph.id())}});
  import_into(us, ours, envelope({malware(1)}));
  ASSERT_FALSE(us.give(ObjectsPosted{key, ours, envelope({malware(2)})}).error);
  EXPECT_EQ(us.give(ObjectsDeleted{key, ours, id(1), {}, {}}).error->code, Code::not_allowed);
  EXPECT_FALSE(us.give(ObjectsDeleted{key, ours, id(2), {}, {}}).error);
}

TEST_F(Marked, that_more_follows_is_said_only_of_what_the_reader_may_see) {
  std::string ours = make_collection(us, {}, {{"clients", true}});
  import_into(us, ours, envelope({malware(1), malware(2), malware(3, strict), malware(4, strict)}));
  EXPECT_FALSE(seen_by(us, ours, client, 2).next);
  EXPECT_TRUE(seen_by(us, ours, client, 1).next);
  EXPECT_TRUE(seen_by(us, ours, {.standing = Standing::own}, 2).next);
  import_into(us, ours, envelope({malware(5)}));
  Seen first = seen_by(us, ours, client, 2);
  ASSERT_TRUE(first.next);
  EXPECT_EQ(first.tally.of[static_cast<std::size_t>(alert::Verdict::strict)], 0u)
      << "what was only looked past is counted with its own page";
}

// ---- telling again, and taking back

TEST_F(Marked, what_was_rejected_can_be_told_again) {
  std::string ours = make_collection(us, {&ph}, {{"push", false}});
  import_into(us, ours, envelope({malware(1)}));
  json::Object share{{"collection", ours}, {"objects", json::Array{id(1)}}};
  us.done("alert.share", share);
  EXPECT_EQ(at(us.done("alert.share", share), "known"), json::Value(1)) << "it is on its way";
  us.now += std::chrono::days{8};
  ph.now = us.now;
  ASSERT_FALSE(us.give(Ticked{}).error);
  settle();
  EXPECT_FALSE(has_byte_of(ph, id(1))) << "it has expired";
  EXPECT_EQ(at(us.done("alert.share", share), "acts"), json::Value(1));
  settle();
  EXPECT_TRUE(has_byte_of(ph, id(1)));
}

TEST_F(Marked, what_is_urgent_does_not_wait_behind_the_act_that_tells_it_already) {
  std::string ours = make_collection(us, {&ph});
  import_into(us, ours, envelope({malware(1)}));
  json::Object share{{"collection", ours}, {"objects", json::Array{id(1)}}, {"urgent", true}};
  EXPECT_EQ(at(us.done("alert.share", share), "acts"), json::Value(1));
  EXPECT_EQ(at(us.done("alert.share", share), "acts"), json::Value(0));
  settle();
  EXPECT_EQ(held(ph, received(ph)), std::set<std::string>{id(1)});
}

TEST_F(Marked, a_revocation_that_is_imported_reaches_those_told_by_hand) {
  std::string ours = make_collection(us, {});
  import_into(us, ours, envelope({malware(1)}));
  us.done("alert.share", {{"collection", ours},
                          {"objects", json::Array{id(1)}},
                          {"to", json::Array{to_hex(ph.id())}}});
  settle();
  import_into(us, ours, envelope({version(1, "2026-11-05T00:00:00.000Z", R"(,"revoked":true)")}));
  settle();
  auto view = ph.view();
  Overlay rows(*view);
  EXPECT_TRUE(must(last_version(rows, received(ph), id(1)))->revoked);
}

TEST_F(Marked, whoever_was_told_and_is_no_partner_any_more_is_named_at_a_recall) {
  std::string ours = make_collection(us, {&ph});
  import_into(us, ours, envelope({unmarked(1)}));
  settle();
  us.done("member.end", {{"member", to_hex(ph.id())}, {"why", "closed"}});
  us.done("alert.recall", {{"objects", json::Array{id(1)}}, {"why", "wrong"}});
  EXPECT_TRUE(us.has_alarm("recall_not_asked"));
}

TEST_F(Marked, what_is_dropped_here_is_gone_here_and_nobody_is_asked) {
  std::string ours = make_collection(us, {&ph}), theirs = make_collection(ph, {});
  subscribe(ph, us, ours, theirs);
  import_into(us, ours, envelope({malware(1)}));
  settle();
  EXPECT_EQ(at(ph.done("alert.drop", {{"objects", json::Array{id(1)}}, {"why", "our own server"}}),
               "dropped"),
            json::Value(1));
  EXPECT_TRUE(held(ph, theirs).empty());
  us.done("alert.share", {{"collection", ours}, {"objects", json::Array{id(1)}}});
  settle();
  EXPECT_TRUE(held(ph, theirs).empty()) << "and does not come again";
  EXPECT_TRUE(held(us, ours).contains(id(1)));
  Reply none = ph.command("alert.drop", {{"objects", json::Array{id(9)}}, {"why", "x"}});
  EXPECT_EQ(none.error->code, Code::not_found);
  same_after_rebuild(ph);
}

}  // namespace
}  // namespace comity::node
