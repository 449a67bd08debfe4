// Threat intelligence at the command line.
#include <fstream>

#include "kit.h"

namespace comity::e2e {
namespace {

constexpr const char* good = R"({"type":"indicator","spec_version":"2.1",
  "id":"indicator--8e2e2d2b-17d4-4cbf-938f-98ee46b3cd3f","created":"2026-11-01T00:00:00.000Z",
  "modified":"2026-11-01T00:00:00.000Z","pattern":"[domain-name:value = 'worm.example']",
  "pattern_type":"stix","valid_from":"2026-11-01T00:00:00Z"})";

std::string with(std::string object, std::string_view from, std::string_view to) {
  return object.replace(object.find(from), from.size(), to);
}

class Checking : public ::testing::Test {
 protected:
  std::string file(const std::string& name, const std::string& text) {
    std::ofstream(stage.file(name)) << text;
    return stage.file(name);
  }
  static std::string bundle(const std::string& objects) {
    return R"({"type":"bundle","id":"bundle--44af6c39-c09b-49c5-9de2-394224b04982","objects":[)" +
           objects + "]}";
  }
  Stage stage;
};

TEST_F(Checking, a_bundle_an_envelope_and_an_object_that_are_good_are_done) {
  Ran ran = comity({"--json", "alert", "check", file("bundle.json", bundle(good)),
                    file("envelope.json", std::string(R"({"objects":[)") + good + "]}"),
                    file("object.json", good)});
  ASSERT_EQ(ran.exit, 0) << ran;
  const json::Value files = at(ran.value(), "files");
  ASSERT_EQ(files.as_array()->size(), 3u);
  for (const json::Value& each : *files.as_array()) {
    EXPECT_EQ(at(each, "objects"), json::Value(1));
    EXPECT_EQ(at(each, "refused"), json::Value(0));
  }
}

TEST_F(Checking, what_breaks_a_must_is_named_with_its_clause_and_the_others_stand) {
  std::string bad =
      with(good, "\"valid_from\":\"2026-11-01T00:00:00Z\"", "\"valid_from\":\"2026-11-01\"");
  std::string path = file("mixed.json", bundle(std::string(good) + "," + bad));
  Ran ran = comity({"--json", "alert", "check", path});
  EXPECT_EQ(ran.exit, 1) << ran;
  const json::Value checked = (*at(ran.value(), "files").as_array())[0];
  EXPECT_EQ(at(checked, "objects"), json::Value(2));
  EXPECT_EQ(at(checked, "refused"), json::Value(1));
  const json::Value finding = (*at(checked, "findings").as_array())[0];
  EXPECT_EQ(text(at(finding, "fault")), "bad_timestamp");
  EXPECT_EQ(text(at(finding, "path")), "/valid_from");
  EXPECT_FALSE(text(at(finding, "clause")).empty());
  Ran told = comity({"alert", "check", path});
  EXPECT_EQ(told.exit, 1);
  EXPECT_TRUE(told.out.contains("1 good, 1 refused")) << told;
}

TEST_F(Checking, what_should_be_better_is_told_when_asked_for) {
  std::string odd =
      with(good, "\"pattern_type\":\"stix\"", "\"pattern_type\":\"stix\",\"shoe_size\":43");
  std::string path = file("odd.json", bundle(odd));
  EXPECT_FALSE(comity({"alert", "check", path}).out.contains("shoe_size"));
  Ran ran = comity({"alert", "check", "--warnings", path});
  EXPECT_EQ(ran.exit, 0) << ran;
  EXPECT_TRUE(ran.out.contains("shoe_size")) << ran;
}

TEST_F(Checking, a_file_that_is_none_or_no_json_fails_and_says_where) {
  EXPECT_EQ(comity({"alert", "check", stage.file("none")}).exit, 3);
  Ran ran = comity({"alert", "check", file("text", "{\"objects\": [")});
  EXPECT_EQ(ran.exit, 1) << ran;
  EXPECT_TRUE((ran.out + ran.err).contains("text: FAILED: ")) << ran;
  EXPECT_TRUE((ran.out + ran.err).contains("(/objects)")) << ran;
}

}  // namespace
}  // namespace comity::e2e
