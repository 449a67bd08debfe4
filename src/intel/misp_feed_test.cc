#include "intel/misp_feed.h"

#include <gmock/gmock.h>

#include "crypto/md5.h"
#include "intel/maker.h"
#include "intel/testing.h"

namespace comity::intel {
namespace {

using testing::text;

constexpr std::int64_t added = 1'795'000'000;

std::string indicator(int number, std::string_view pattern, json::Object more = {}) {
  json::Object made{{"type", "indicator"},
                    {"spec_version", "2.1"},
                    {"id", derived_id("indicator", std::to_string(number))},
                    {"created", "2026-11-01T23:59:59.000Z"},
                    {"modified", "2026-11-01T23:59:59.000Z"},
                    {"pattern", pattern},
                    {"pattern_type", "stix"},
                    {"valid_from", "2026-11-01T00:00:00Z"}};
  for (auto& [name, value] : more) made[name] = value;
  return json::write(made);
}

MispFeed feed() {
  return MispFeed(
      {.collection = "c", .title = "Worms", .maker = "Invented CSIRT", .now = testing::now()});
}

// The attributes of its only event.
json::Array attributes(const MispFeed& of) {
  json::Object manifest = of.manifest();
  if (manifest.size() != 1) return {};
  json::Value event = of.event(manifest.begin()->first);
  return *event.find("Event")->find("Attribute")->as_array();
}

TEST(MispFeed, an_event_has_the_indicators_that_were_created_on_its_day) {
  MispFeed made = feed();
  made.add(indicator(1, "[domain-name:value = 'worm.example']"), added, stix::Tlp::green);
  made.add(indicator(2, "[ipv4-addr:value IN ('198.51.100.7','198.51.100.8')]"), added + 5,
           stix::Tlp::amber);
  made.add(indicator(
               3, "[url:value = 'http://worm.example/']",
               {{"created", "2026-11-02T00:00:00.000Z"}, {"modified", "2026-11-02T00:00:00.000Z"}}),
           added, stix::Tlp::clear);
  made.add(R"({"type":"tool"})", added, stix::Tlp::clear);
  json::Object manifest = made.manifest();
  ASSERT_EQ(manifest.size(), 2u);
  for (const auto& [uuid, head] : manifest) {
    json::Value event = made.event(uuid);
    ASSERT_TRUE(event.find("Event"));
    EXPECT_EQ(text(*event.find("Event"), "uuid"), uuid);
    EXPECT_EQ(text(*event.find("Event"), "timestamp"), text(head, "timestamp"));
    bool first = text(head, "date") == "2026-11-01";
    EXPECT_EQ(event.find("Event")->find("Attribute")->as_array()->size(), first ? 3u : 1u);
    EXPECT_EQ(text(head, "timestamp"), std::to_string(first ? added + 5 : added));
    EXPECT_EQ(text(*event.find("Event"), "distribution"), first ? "2" : "3");
    EXPECT_EQ(text((*head.find("Tag")->as_array())[0], "name"), first ? "tlp:amber" : "tlp:clear")
        << "of the event the strictest; each attribute has its own";
  }
  EXPECT_TRUE(made.event("nobody").is_null());
  EXPECT_THAT(made.hashes(),
              ::testing::HasSubstr(to_hex(crypto::md5_for_feeds(as_bytes("worm.example"))) + ","));
}

TEST(MispFeed, ids_stay_whatever_becomes_of_an_indicator) {
  MispFeed before = feed(), after = feed();
  before.add(indicator(1, "[domain-name:value = 'worm.example']"), added, stix::Tlp::green);
  after.add(indicator(1, "[domain-name:value = 'worm.example']",
                      {{"modified", "2026-11-09T00:00:00.000Z"}, {"revoked", true}}),
            added + 9, stix::Tlp::green);
  EXPECT_EQ(before.manifest().begin()->first, after.manifest().begin()->first);
  json::Array a = attributes(before), b = attributes(after);
  ASSERT_EQ(a.size(), 1u);
  ASSERT_EQ(b.size(), 1u);
  EXPECT_EQ(text(a[0], "uuid"), text(b[0], "uuid"));
  EXPECT_EQ(*a[0].find("to_ids"), json::Value(true));
  EXPECT_EQ(*b[0].find("to_ids"), json::Value(false));
  EXPECT_EQ(*b[0].find("deleted"), json::Value(true));
}

TEST(MispFeed, what_has_expired_is_not_for_detection_and_says_when_it_changed) {
  MispFeed made = feed();
  made.add(indicator(1, "[domain-name:value = 'worm.example']",
                     {{"valid_until", "2026-11-22T07:00:00Z"}}),
           added, stix::Tlp::green);
  json::Array all = attributes(made);
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(*all[0].find("to_ids"), json::Value(false));
  auto until = stix::moment_from_text("2026-11-22T07:00:00Z")->seconds;
  EXPECT_EQ(text(all[0], "timestamp"), std::to_string(std::max(added, until)));
}

TEST(MispFeed, distribution_and_tag_follow_the_label) {
  struct Case {
    stix::Tlp tlp;
    const char *distribution, *tag;
  };
  for (const Case& one :
       {Case{stix::Tlp::clear, "3", "tlp:clear"}, Case{stix::Tlp::green, "2", "tlp:green"},
        Case{stix::Tlp::amber, "1", "tlp:amber"},
        Case{stix::Tlp::amber_strict, "0", "tlp:amber+strict"}}) {
    MispFeed made = feed();
    made.add(indicator(1, "[domain-name:value = 'worm.example']"), added, one.tlp);
    json::Array all = attributes(made);
    ASSERT_EQ(all.size(), 1u);
    EXPECT_EQ(text(all[0], "distribution"), one.distribution);
    EXPECT_EQ(text((*all[0].find("Tag")->as_array())[0], "name"), one.tag);
  }
}

TEST(MispFeed, a_pattern_that_says_more_goes_whole_and_rules_in_their_language) {
  struct Case {
    const char *pattern, *language, *type;
  };
  for (const Case& one :
       {Case{"[domain-name:value = 'a.example' AND domain-name:value = 'b.example']", "stix",
             "stix2-pattern"},
        Case{"rule a { condition: true }", "yara", "yara"}, Case{"a", "sigma", "sigma"}}) {
    MispFeed made = feed();
    made.add(indicator(1, one.pattern, {{"pattern_type", one.language}}), added, stix::Tlp::green);
    json::Array all = attributes(made);
    ASSERT_EQ(all.size(), 1u) << one.pattern;
    EXPECT_EQ(text(all[0], "type"), one.type);
    EXPECT_EQ(text(all[0], "value"), one.pattern);
  }
  MispFeed none = feed();
  none.add(indicator(1, "x", {{"pattern_type", "pcre"}}), added, stix::Tlp::green);
  EXPECT_TRUE(none.manifest().empty());
}

}  // namespace
}  // namespace comity::intel
