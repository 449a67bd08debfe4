// The picture of an outbreak, as three nodes see it that told each other.
#include "node/outbreak.h"

#include "node/testing_alert.h"
#include "store/memory.h"

namespace comity::node {
namespace {

using namespace testing;

std::string id(const char* type, int n) {
  return fmt::format("{}--{:08x}-17d4-4cbf-938f-98ee46b3cd3f", type, n);
}
// An object with what its type adds, from `"name":...` on.
std::string object(const char* type, int n, const std::string& more, const char* label = green) {
  return fmt::format(
      R"({{"type":"{}","spec_version":"2.1","id":"{}","created":"2026-11-01T00:00:00.000Z",)"
      R"("modified":"2026-11-01T00:00:00.000Z","object_marking_refs":["{}"],{}}})",
      type, id(type, n), label, more);
}
std::string worm() {
  return object("malware", 1, R"("is_family":false,"name":"Letter")");
}
std::string mail() {
  return object("indicator", 2,
                R"("name":"its subject","pattern":"[email-message:subject = 'a letter']",)"
                R"("pattern_type":"stix","valid_from":"2026-11-01T00:00:00Z")");
}
std::string indicates() {
  return object(
      "relationship", 3,
      fmt::format(R"("relationship_type":"indicates","source_ref":"{}","target_ref":"{}")",
                  id("indicator", 2), id("malware", 1)));
}
std::string desk(int n, const char* name) {
  return object("identity", n, fmt::format(R"("name":"{}")", name));
}
// At `minute` past 09:00.
std::string seen(int n, const std::string& of, int minute, const std::string& more = "",
                 const char* label = green) {
  return object("sighting", n,
                fmt::format(R"("sighting_of_ref":"{}","first_seen":"2026-11-02T09:{:02}:00Z"{})",
                            of, minute, more),
                label);
}
class OutbreakOfThree : public ThreeNodes {
 protected:
  OutbreakOfThree() : ThreeNodes(store::open_memory) {
    ours = make_collection(us, {&ph});
    theirs = make_collection(ph, {&jp});
    subscribe(ph, us, ours, theirs);
  }
  static Result<alert::OutbreakFacts> facts(TestNode& node, const std::string& of) {
    return gather_outbreak(node.context(), *node.view(), of, node.now);
  }
  static std::string told(const alert::OutbreakFacts& facts) {
    std::string text;
    for (const alert::Telling& each : facts.told)
      text += each.what + ": " + each.from + " > " + each.to + ", " + each.standing + "\n";
    return text;
  }
  static std::string unreached(const alert::OutbreakFacts& facts) {
    std::string text;
    for (const alert::Unreached& each : facts.unreached)
      text += each.member + ": " + each.why + "\n";
    return text;
  }

  std::string ours, theirs;
};

TEST_F(OutbreakOfThree, counts_sightings_of_the_worm_and_of_what_indicates_it_each_once) {
  import_into(us, ours, envelope({worm(), mail(), indicates(), desk(9, "Post office")}));
  std::string where = fmt::format(R"(,"where_sighted_refs":["{}"],"count":4)", id("identity", 9));
  import_into(
      us, ours,
      envelope({seen(4, id("malware", 1), 5), seen(5, id("indicator", 2), 1, where),
                seen(6, id("indicator", 7), 2), seen(8, id("malware", 1), 3, R"(,"count":0)")}));
  std::string other = make_collection(us, {});
  import_into(us, other, envelope({seen(4, id("malware", 1), 5)}));
  auto held = must(facts(us, id("malware", 1)));
  EXPECT_EQ(held.name, "Letter");
  EXPECT_EQ(held.indicators, std::vector<std::string>{id("indicator", 2)});
  ASSERT_EQ(held.sightings.size(), 2u) << "not of another indicator, nor one that says: not seen";
  auto drawn = alert::outbreak_of(held);
  ASSERT_EQ(drawn.places.size(), 2u);
  EXPECT_EQ(drawn.places[0].name, "Post office");
  EXPECT_EQ(drawn.places[0].sightings, 4u);
  EXPECT_EQ(drawn.places[1].name, us.context().name) << "who says nothing of a place, is one";
  EXPECT_EQ(must(facts(us, id("indicator", 2))).sightings.size(), 1u);
}

TEST_F(OutbreakOfThree,
       the_newest_of_a_sighting_counts_wherever_it_lies_and_a_revoked_one_does_not) {
  import_into(us, ours,
              envelope({worm(), seen(4, id("malware", 1), 5, R"(,"count":10)"),
                        seen(5, id("malware", 1), 6)}));
  auto later = [](std::string text, const std::string& more) {
    text.replace(text.find(R"("modified":"2026-11-01)"), 22, R"("modified":"2026-11-05)");
    text.insert(text.size() - 1, more);
    return text;
  };
  import_into(us, make_collection(us, {}),
              envelope({later(seen(4, id("malware", 1), 5), R"(,"count":50)"),
                        later(seen(5, id("malware", 1), 6), R"(,"revoked":true)")}));
  auto held = must(facts(us, id("malware", 1)));
  ASSERT_EQ(held.sightings.size(), 1u);
  EXPECT_EQ(held.sightings[0].count, 50u);
}

TEST_F(OutbreakOfThree, is_labelled_as_strictly_as_a_place_or_a_field_that_it_names) {
  std::string secret = object("identity", 9, R"("name":"Secret Bank")", amber);
  std::string where = fmt::format(R"(,"where_sighted_refs":["{}"])", id("identity", 9));
  import_into(us, ours, envelope({worm(), secret, seen(4, id("malware", 1), 5, where)}));
  EXPECT_EQ(must(facts(us, id("malware", 1))).tlp, stix::Tlp::amber);
  std::string partly = object(
      "malware", 7,
      fmt::format(
          R"("is_family":false,"name":"Quiet","granular_markings":[{{"marking_ref":"{}","selectors":["name"]}}])",
          amber));
  import_into(us, ours, envelope({partly}));
  EXPECT_EQ(must(facts(us, id("malware", 7))).tlp, stix::Tlp::amber);
}

TEST_F(OutbreakOfThree, says_who_told_whom_and_whom_it_has_not_reached) {
  import_into(us, ours, envelope({worm()}));
  settle();
  EXPECT_EQ(told(must(facts(us, id("malware", 1)))),
            "alert: " + us.context().name + " > ph-poc, delivered\n");
  EXPECT_EQ(unreached(must(facts(us, id("malware", 1)))), "jp-poc: not_in_circle\n")
      << "that ph told them, nobody told us";
  EXPECT_EQ(unreached(must(facts(ph, id("malware", 1)))), "");
  EXPECT_EQ(
      told(must(facts(jp, id("malware", 1)))),
      "alert: us-poc > ph-poc, as told to us\nalert: ph-poc > " + jp.context().name + ", taken\n");
}

TEST_F(OutbreakOfThree, a_sighting_that_comes_back_is_at_the_place_that_sent_it) {
  import_into(us, ours, envelope({worm()}));
  settle();
  import_into(ph, theirs, envelope({seen(4, id("malware", 1), 5)}));
  settle();
  auto held = must(facts(us, id("malware", 1)));
  ASSERT_EQ(held.sightings.size(), 1u);
  EXPECT_EQ(held.sightings[0].places, std::vector<std::string>{"ph-poc"});
  EXPECT_TRUE(told(held).contains("sighting: ph-poc > " + us.context().name + ", taken\n"));
}

TEST_F(OutbreakOfThree, what_is_still_on_its_way_has_not_arrived) {
  import_into(us, ours, envelope({worm()}));
  EXPECT_EQ(unreached(must(facts(us, id("malware", 1)))),
            "ph-poc: queued\njp-poc: not_in_circle\n");
}

TEST_F(OutbreakOfThree, is_as_secret_as_the_strictest_of_what_it_is_drawn_from) {
  import_into(us, ours, envelope({worm()}));
  EXPECT_EQ(must(facts(us, id("malware", 1))).tlp, stix::Tlp::green);
  import_into(us, ours, envelope({seen(6, id("indicator", 7), 2, "", amber)}));
  EXPECT_EQ(must(facts(us, id("malware", 1))).tlp, stix::Tlp::green) << "that is of something else";
  import_into(us, ours, envelope({seen(4, id("malware", 1), 2, "", amber)}));
  EXPECT_EQ(must(facts(us, id("malware", 1))).tlp, stix::Tlp::amber);
}

TEST_F(OutbreakOfThree, what_was_recalled_or_never_here_is_not_found) {
  auto never = facts(us, id("malware", 1));
  ASSERT_FALSE(never);
  EXPECT_EQ(never.error().code, Code::not_found);
  import_into(us, ours, envelope({worm()}));
  settle();
  us.staff("alert.recall", {{"objects", json::Array{id("malware", 1)}}, {"why", "a mistake"}});
  settle();
  EXPECT_FALSE(facts(ph, id("malware", 1)));
}

}  // namespace
}  // namespace comity::node
