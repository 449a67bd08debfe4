// Where personal data of a collection may go, by real law and through a real node.
#include "node/roads.h"

#include "node/outgoing.h"
#include "node/push.h"
#include "node/testing_alert.h"
#include "store/memory.h"

namespace comity::node {
namespace {

using namespace testing;

std::string address(int n) {
  return fmt::format(
      R"({{"type":"indicator","spec_version":"2.1","id":"{}",)"
      R"("created":"2026-11-01T00:00:00.000Z","modified":"2026-11-01T00:00:00.000Z",)"
      R"("pattern":"[ipv4-addr:value = '192.0.2.{}']","pattern_type":"stix",)"
      R"("valid_from":"2026-11-01T00:00:00Z","object_marking_refs":["{}"]}})",
      id(n, "indicator"), n, green);
}

// A response team in France, with partners in the Union, outside it and at home.
class Roads : public ::testing::Test {
 protected:
  Roads()
      : fr({21, "fr-csirt", "FR", "192.0.2.21:7443", member::Role::csirt}, law(),
           store::open_memory),
        de({22, "de-csirt", "DE", "192.0.2.22:7443", member::Role::csirt}, law(),
           store::open_memory),
        us({23, "us-csirt", "US", "192.0.2.23:7443", member::Role::csirt}, law(),
           store::open_memory),
        home({24, "fr-bank", "FR", "192.0.2.24:7443", member::Role::provider}, law(),
             store::open_memory),
        legal(fr.make_desk("legal", {member::OfficerRole::counsel})) {
    legal.officer.gives = {"supervisor"};
    fr.staff("user.add", {{"officer", member::to_json(legal.officer)}});
    for (TestNode* each : {&de, &us, &home}) pair(fr, *each);
    settle();
    worms = make_collection(fr, {&de, &us, &home});
  }
  static const law::Corpus& law() { return whole_law(COMITY_SOURCE_DIR); }
  void settle() {
    for (int i = 0; i < 3; ++i)
      for (TestNode* each : {&de, &us, &home}) {
        deliver(fr, *each);
        deliver(*each, fr);
      }
  }
  Reply say(const Desk& desk, const std::vector<TestNode*>& to, json::Array facts) {
    json::Array members;
    for (TestNode* each : to) members.push_back(to_hex(each->id()));
    return fr.command(desk, "alert.basis",
                      {{"collection", worms},
                       {"members", std::move(members)},
                       {"offence", "data_interference"},
                       {"facts", std::move(facts)},
                       {"reason", "an outbreak, and no more than it takes"}});
  }
  static json::Value fact(const char* name, const char* value = "yes") {
    return json::Object{{"fact", name}, {"value", value}};
  }
  // What one partner is to the collection, by "road".
  std::string road(TestNode& to) {
    auto view = fr.view();
    Overlay rows(*view);
    json::Array roads =
        must(roads_json(rows, here(fr.context(), fr.now), must(load_collection(rows, worms))));
    for (const json::Value& each : roads)
      if (at(each, "member") == json::Value(to_hex(to.id()))) return text_at(each, "road");
    return "not in the circle";
  }
  bool was_told(TestNode& to, const std::string& object) {
    settle();
    return has_byte_of(to, object);
  }
  void import(const std::string& object) { import_into(fr, worms, envelope({object})); }

  TestNode fr, de, us, home;
  Desk legal;
  std::string worms;
};

TEST_F(Roads, without_counsels_word_personal_data_stay_at_home_and_all_else_goes) {
  import(address(1));
  import(malware(2));
  EXPECT_TRUE(was_told(home, id(1, "indicator")));
  EXPECT_FALSE(was_told(de, id(1, "indicator")));
  EXPECT_FALSE(was_told(us, id(1, "indicator")));
  for (TestNode* each : {&home, &de, &us}) EXPECT_TRUE(was_told(*each, id(2)));
  EXPECT_TRUE(fr.has_alarm("alert_no_road")) << "nothing is withheld in silence";
  EXPECT_EQ(road(home), "home");
  EXPECT_EQ(road(de), "unsaid");
}

TEST_F(Roads, within_the_union_the_purpose_is_enough_and_abroad_a_basis_for_the_transfer_is_asked) {
  EXPECT_FALSE(say(legal, {&de, &us}, {fact("security_purpose")}).error);
  EXPECT_EQ(road(de), "open");
  EXPECT_EQ(road(us), "needs");
  import(address(1));
  EXPECT_TRUE(was_told(de, id(1, "indicator")));
  EXPECT_FALSE(was_told(us, id(1, "indicator")));
  EXPECT_FALSE(say(legal, {&us}, {fact("security_purpose"), fact("transfer_basis")}).error);
  EXPECT_EQ(road(us), "open");
  EXPECT_FALSE(was_told(us, id(1, "indicator"))) << "what is there already nobody is told unasked";
  import(address(2));
  EXPECT_TRUE(was_told(us, id(2, "indicator")));
}

TEST_F(Roads, an_act_with_personal_data_names_its_road_and_its_permit_keeps_the_engines_word) {
  ASSERT_FALSE(say(legal, {&de}, {fact("security_purpose")}).error);
  auto route_of_last = [&] {
    auto envelopes = fr.outbox(de.id());
    return must(act::parse_act(must(act::parse_envelope(envelopes.back())).payload)).route;
  };
  import(address(1));
  auto route = route_of_last();
  ASSERT_TRUE(route);
  EXPECT_EQ(route->provision, "eu-gdpr-6");
  EXPECT_EQ(route->corpus, law().hash());
  import(malware(2));
  EXPECT_FALSE(route_of_last()) << "nothing personal, no road";
}

TEST_F(Roads, counsel_takes_it_back_and_the_facts_may_say_no) {
  ASSERT_FALSE(say(legal, {&de}, {fact("security_purpose")}).error);
  ASSERT_FALSE(say(legal, {&de}, {fact("security_purpose", "no")}).error);
  EXPECT_EQ(road(de), "needs") << "what is said keeps it closed";
  ASSERT_FALSE(say(legal, {&de}, {fact("security_purpose")}).error);
  EXPECT_EQ(road(de), "open");
  ASSERT_FALSE(
      fr.command(
            legal, "alert.basis",
            {{"collection", worms}, {"members", json::Array{to_hex(de.id())}}, {"withdraw", true}})
          .error);
  EXPECT_EQ(road(de), "unsaid");
  import(address(1));
  EXPECT_FALSE(was_told(de, id(1, "indicator")));
}

TEST_F(Roads, the_approval_that_a_road_names_is_given_by_the_counsel_who_speaks) {
  ASSERT_FALSE(say(fr.counsel(), {&de}, {fact("security_purpose")}).error);
  EXPECT_EQ(road(de), "needs") << "this counsel gives no approval of a supervisor";
  import(address(1));
  EXPECT_FALSE(was_told(de, id(1, "indicator")));
}

TEST_F(Roads, only_counsel_says_it_in_words_of_the_law_and_to_a_partner) {
  EXPECT_EQ(say(fr.author(), {&de}, {fact("security_purpose")}).error->code, Code::not_allowed);
  EXPECT_TRUE(say(legal, {&de}, {fact("no_such_fact")}).error);
  EXPECT_TRUE(say(legal, {&de}, {fact("security_purpose", "perhaps")}).error);
  EXPECT_TRUE(say(legal, {&fr}, {fact("security_purpose")}).error);
  EXPECT_EQ(road(de), "unsaid");
}

TEST_F(Roads, an_admin_who_changes_the_circle_leaves_counsels_word_as_it_is) {
  ASSERT_FALSE(say(legal, {&de}, {fact("security_purpose")}).error);
  fr.staff("alert.collection", {{"id", worms},
                                {"title", "Worms"},
                                {"members", json::Array{to_hex(de.id()), to_hex(us.id())}}});
  EXPECT_EQ(road(de), "open");
  EXPECT_EQ(road(us), "unsaid");
  auto before = fr.rebuilt_rows();
  must(rebuild(fr.store(), fr.now));
  EXPECT_EQ(fr.rebuilt_rows(), before);
}

TEST_F(Roads, a_reader_over_taxii_is_judged_the_same) {
  import(address(1));
  import(malware(2));
  auto seen = [&](TestNode& who) {
    auto view = fr.view();
    Overlay rows(*view);
    Collection collection = must(load_collection(rows, worms));
    alert::Reader reader = must(reader_of_member(rows, who.id(), "FR"));
    EXPECT_EQ(reader.no_road != 0, &who != &home) << "closed until the law was asked";
    must(judge_roads(rows, here(fr.context(), fr.now), collection, reader));
    return must(read_page(*view, collection, reader, {}, 10, With::rows)).objects.size();
  };
  EXPECT_EQ(seen(home), 2u);
  EXPECT_EQ(seen(de), 1u);
  ASSERT_FALSE(say(legal, {&de}, {fact("security_purpose")}).error);
  EXPECT_EQ(seen(de), 2u);
  EXPECT_EQ(seen(us), 1u);
}

TEST_F(Roads, a_road_is_open_from_the_day_on_which_its_law_is_in_force) {
  ASSERT_FALSE(say(legal, {&de}, {fact("security_purpose")}).error);
  auto view = fr.view();
  Overlay rows(*view);
  Collection collection = must(load_collection(rows, worms));
  auto is_open = [&](std::string_view day) {
    Here then = here(fr.context(), fr.now);
    then.on = must(date_from_text(day));
    return must(crossing_to(rows, then, collection, de.id()))->open();
  };
  EXPECT_FALSE(is_open("2018-05-24"));
  EXPECT_TRUE(is_open("2018-05-25")) << "the GDPR applies from then on";
}

TEST_F(Roads, what_a_revoked_key_signed_is_said_anew_on_the_road_of_that_day_or_not_at_all) {
  ASSERT_FALSE(say(legal, {&de}, {fact("security_purpose")}).error);
  import(address(1));
  fr.now += std::chrono::hours{25};
  revoke_key(fr);
  auto again = must(act::parse_act(must(act::parse_envelope(fr.outbox(de.id()).back())).payload));
  ASSERT_TRUE(again.route) << "said anew, it names a road as well";
  EXPECT_EQ(again.route->provision, "eu-gdpr-6");
  EXPECT_TRUE(was_told(de, id(1, "indicator")));

  import(address(2));
  ASSERT_FALSE(
      fr.command(
            legal, "alert.basis",
            {{"collection", worms}, {"members", json::Array{to_hex(de.id())}}, {"withdraw", true}})
          .error);
  revoke_key(fr);
  EXPECT_FALSE(was_told(de, id(2, "indicator")));
  EXPECT_TRUE(std::ranges::any_of(
      fr.rows(Space::alarm), [](const KeyedRow& row) { return row.key.contains("not_reissued"); }));
}

TEST(PersonalData, the_law_names_kinds_that_this_program_finds) {
  const law::Corpus& law = whole_law(COMITY_SOURCE_DIR);
  EXPECT_EQ(law.personal_data().size(), static_cast<std::size_t>(stix::personal_kinds));
  EXPECT_EQ(personal_data_of(law), stix::personal_any);
  for (const law::Word& word : law.personal_data())
    EXPECT_TRUE(stix::personal_from_name(word.code)) << word.code;
}

}  // namespace
}  // namespace comity::node
