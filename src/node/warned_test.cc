// What a warning list of the operator names does not go to partners by itself.
#include "base/limits_push.h"
#include "intel/warning_list.h"
#include "node/push.h"
#include "node/testing_alert.h"
#include "store/memory.h"

namespace comity::node {
namespace {

using namespace testing;

std::string indicator(int n, const std::string& domain, const std::string& more = "") {
  return fmt::format(
      R"({{"type":"indicator","spec_version":"2.1","id":"{}","pattern_type":"stix",)"
      R"("created":"2026-11-01T00:00:00.000Z","modified":"2026-11-0{}T00:00:00.000Z",)"
      R"("valid_from":"2026-11-01T00:00:00.000Z","pattern":"[domain-name:value = '{}']",)"
      R"("object_marking_refs":["{}"]{}}})",
      id(n, "indicator"), more.empty() ? 1 : 2, domain, green, more);
}
const std::string revoked = R"(,"revoked":true)";

class Warned : public ThreeNodes {
 protected:
  Warned() : ThreeNodes(store::open_memory) {}
  static void use_list(TestNode& node, const std::string& entry) {
    auto lists = std::make_shared<intel::WarningLists>();
    must(lists->add("f", R"({"name":"Big mail","type":"hostname","list":[")" + entry + R"("]})"));
    lists->finish();
    Context next = node.context();
    next.warnings = std::move(lists);
    node.driver().replace_context(std::move(next));
  }
};

TEST_F(Warned, an_indicator_on_a_list_stays_here_and_its_operator_is_told_by_which) {
  use_list(us, "mail.example");
  std::string ours = make_collection(us, {&ph});
  json::Value answer = import_into(
      us, ours,
      envelope({indicator(1, "mx.mail.example"), indicator(2, "worm.example"), malware(3)}));
  const json::Value& pushed = at(answer, "pushed");
  EXPECT_EQ(at(pushed, "warned_count"), json::Value(1));
  const json::Value& told = at(pushed, "warned").as_array()->at(0);
  EXPECT_EQ(text_at(told, "id"), id(1, "indicator"));
  EXPECT_EQ(text_at(told, "list"), "Big mail");
  EXPECT_EQ(us.effects.warned, 1u);
  EXPECT_TRUE(us.has_alarm("alert_warned"));
  settle();
  EXPECT_EQ(held(ph, received(ph)), (std::set<std::string>{id(2, "indicator"), id(3)}));
  EXPECT_FALSE(has_byte_of(ph, "mail.example"));
  EXPECT_EQ(held(us, ours).size(), 3u) << "here it is seen all the same";
  for (TestNode* each : {&us, &ph}) same_after_rebuild(*each);
}

TEST_F(Warned, an_officer_who_insists_sends_it_and_one_who_does_not_is_told_again) {
  use_list(us, "mail.example");
  std::string ours = make_collection(us, {&ph});
  import_into(us, ours, envelope({indicator(1, "mail.example")}));
  json::Object wanted{{"collection", ours}, {"objects", json::Array{id(1, "indicator")}}};
  json::Value asked = us.done("alert.share", wanted);
  EXPECT_EQ(at(asked, "acts"), json::Value(0));
  EXPECT_EQ(at(asked, "warned_count"), json::Value(1));
  wanted["despite_warnings"] = true;
  json::Value insisted = us.done("alert.share", wanted);
  EXPECT_EQ(at(insisted, "acts"), json::Value(1));
  EXPECT_EQ(at(insisted, "warned_count"), json::Value(0));
  settle();
  EXPECT_EQ(held(ph, received(ph)), std::set<std::string>{id(1, "indicator")});
  same_after_rebuild(us);
}

TEST_F(Warned, what_is_revoked_goes_to_whoever_was_told_and_to_the_others) {
  std::string ours = make_collection(us, {&ph}), more = make_collection(us, {&jp});
  import_into(us, ours, envelope({indicator(1, "mail.example")}));
  settle();
  ASSERT_EQ(held(ph, received(ph)).size(), 1u);
  use_list(us, "mail.example");
  import_into(us, ours, envelope({indicator(1, "mail.example", revoked)}));
  import_into(us, more, envelope({indicator(2, "mail.example", revoked)}));
  settle();
  auto view = ph.view();
  Overlay rows(*view);
  auto last = must(last_version(rows, received(ph), id(1, "indicator")));
  ASSERT_TRUE(last);
  EXPECT_TRUE(last->revoked);
  EXPECT_EQ(held(jp, received(jp)), std::set<std::string>{id(2, "indicator")})
      << "it blocks nothing";
  EXPECT_FALSE(us.has_alarm("alert_warned"));
  EXPECT_EQ(us.effects.warned, 0u);
}

TEST_F(Warned, what_a_partner_sent_is_not_passed_on_either) {
  std::string ours = make_collection(us, {&ph}), theirs = make_collection(ph, {&jp});
  subscribe(ph, us, ours, theirs);
  use_list(ph, "mail.example");
  import_into(us, ours, envelope({indicator(1, "mail.example"), indicator(2, "worm.example")}));
  settle();
  EXPECT_EQ(held(ph, theirs).size(), 2u) << "a list bars what leaves, not what comes";
  EXPECT_EQ(held(jp, received(jp)), std::set<std::string>{id(2, "indicator")});
  EXPECT_TRUE(ph.has_alarm("alert_warned"));
  EXPECT_FALSE(us.has_alarm("alert_warned"));
}

TEST_F(Warned, nothing_is_said_of_an_indicator_that_would_have_gone_to_nobody) {
  use_list(us, "mail.example");
  import_into(us, make_collection(us, {}), envelope({indicator(1, "mail.example")}));
  std::string quiet = make_collection(us, {&ph}, {{"push", false}});
  import_into(us, quiet, envelope({indicator(2, "mail.example")}));
  EXPECT_FALSE(us.has_alarm("alert_warned"));
  EXPECT_EQ(us.effects.warned, 0u);
}

TEST_F(Warned, another_list_counts_from_the_next_turn_on) {
  std::string ours = make_collection(us, {&ph});
  use_list(us, "worm.example");
  import_into(us, ours, envelope({indicator(1, "mail.example"), indicator(2, "worm.example")}));
  use_list(us, "mail.example");
  import_into(us, ours, envelope({indicator(3, "mail.example"), indicator(4, "worm.example")}));
  settle();
  EXPECT_EQ(held(ph, received(ph)),
            (std::set<std::string>{id(1, "indicator"), id(4, "indicator")}));
}

TEST_F(Warned, of_very_many_all_are_counted_and_some_are_named) {
  use_list(us, "mail.example");
  std::vector<std::string> objects;
  for (std::size_t i = 0; i <= limits::warned_named_max; ++i)
    objects.push_back(indicator(static_cast<int>(i), "mail.example"));
  json::Value pushed = at(import_into(us, make_collection(us, {&ph}), envelope(objects)), "pushed");
  EXPECT_EQ(at(pushed, "warned").as_array()->size(), limits::warned_named_max);
  EXPECT_EQ(at(pushed, "warned_count"), json::Value(limits::warned_named_max + 1));
}

}  // namespace
}  // namespace comity::node
