// Lists, X-ARF, and telling formats apart.
#include "intel/read.h"

#include <gmock/gmock.h>

#include "base/limits_intel.h"
#include "intel/testing.h"

namespace comity::intel {
namespace {

using ::testing::HasSubstr;
using testing::Made;
using testing::make;
using testing::text;

TEST(Recognise, a_format_is_seen_by_what_stands_at_the_top) {
  struct Case {
    const char* text;
    Format format;
  };
  for (const Case& one : std::initializer_list<Case>{
           {R"({"type":"bundle","id":"x","objects":[{"Event":1}]})", Format::stix},
           {R"({"objects":[]})", Format::stix},
           {R"({"type":"indicator","id":"x"})", Format::stix},
           {R"( {"Event":{"objects":1}})", Format::misp},
           {R"({"response":[{"Event":{}}]})", Format::misp},
           {R"([{"Event":{}}])", Format::misp},
           {R"([ {"xarf_version":"4.0.0"} ])", Format::xarf},
           {R"({"a":"\"Event\":{","xarf_version":"4.2.0"})", Format::xarf},
           {"worm.example\n", Format::list},
           {"[2001:db8::1]\n", Format::list},
           {"\n [2001:db8::1]:443\n", Format::list},
           {"", Format::list}}) {
    auto found = recognise(one.text);
    ASSERT_TRUE(found) << one.text;
    EXPECT_EQ(*found, one.format) << one.text;
  }
  for (const char* none :
       {R"({"x":{"Event":1}})", R"({"Version":"3.0.0","ReporterInfo":{}})", R"({"type":"x"})", "{"})
    EXPECT_FALSE(recognise(none)) << none;
}

TEST(Recognise, what_begins_as_json_and_is_none_is_no_list) {
  for (const char* none :
       {"[hosts]\nworm.example\n", "{worm.example}\n", "[[[[", "[\"worm.example\""}) {
    auto found = recognise(none);
    ASSERT_FALSE(found) << none;
    EXPECT_THAT(found.error().what, HasSubstr("begins like JSON and is none")) << none;
    EXPECT_THAT(found.error().what, HasSubstr("--format list"));
    EXPECT_NE(found.error().where, "") << none;
  }
  EXPECT_THAT(recognise("[]").error().what, HasSubstr("nothing in it"));
  EXPECT_THAT(recognise(R"(["worm.example"])").error().what, HasSubstr("neither a STIX bundle"));
}

TEST(List, a_blank_file_is_no_list_and_one_of_comments_is) {
  auto none = [](const std::string&) -> Result<void> { return {}; };
  for (const char* blank : {"", "\n \r\n\t", "\xef\xbb\xbf\n"}) {
    auto report = read_list(blank, {}, none);
    ASSERT_FALSE(report) << blank;
    EXPECT_THAT(report.error().what, HasSubstr("fetch it again"));
  }
  EXPECT_TRUE(read_list("# nothing today\n", {}, none));
}

TEST(List, each_line_is_an_indicator_and_comments_are_none) {
  Made made = make(Format::list,
                   "# seen on 22 November\r\nworm.example # the drop\n\n198.51.100.0/24\r\n"
                   "198.51.100.7-198.51.100.8\nhxxp://worm[.]example/a\neve@worm.example\n"
                   "da39a3ee5e6b4b0d3255bfef95601890afd80709\n2001:db8::7\nlove.vbs");
  std::vector<std::string> patterns;
  for (const json::Value& each : made.of("indicator")) patterns.push_back(text(each, "pattern"));
  EXPECT_THAT(
      patterns,
      ::testing::ElementsAre(
          "[domain-name:value = 'worm.example']", "[ipv4-addr:value ISSUBSET '198.51.100.0/24']",
          "[ipv4-addr:value = '198.51.100.7' OR ipv4-addr:value = '198.51.100.8']",
          "[url:value = 'http://worm.example/a']", "[email-addr:value = 'eve@worm.example']",
          "[file:hashes.'SHA-1' = 'da39a3ee5e6b4b0d3255bfef95601890afd80709']",
          "[ipv6-addr:value = '2001:db8::7']", "[file:name = 'love.vbs']"));
  EXPECT_EQ(made.report.taken, 8u);
}

TEST(List, what_nobody_can_tell_is_left_with_its_line) {
  Made made = make(Format::list, "worm.example\nsvchost\nHKLM\\Run\n" +
                                     std::string(limits::intel_line_bytes_max + 1, 'a') + "\n");
  EXPECT_EQ(made.report.given, 4u);
  EXPECT_EQ(made.report.taken, 1u);
  EXPECT_THAT(made.why("line 2"), HasSubstr("nobody can tell"));
  EXPECT_THAT(made.why("line 3"), HasSubstr("registry keys need a pattern"));
  EXPECT_THAT(made.why("line 4"), HasSubstr("at most 4096 bytes"));
}

// Others of the list are taken; a comment may be in any character set.
TEST(List, a_line_that_is_not_utf_8_is_left_with_its_number) {
  Made made = make(Format::list, "worm.example\n# caf\xe9\nm\xfcnchen.example\nbug.example # \xff");
  EXPECT_EQ(made.report.given, 3u);
  EXPECT_EQ(made.report.taken, 2u);
  EXPECT_EQ(made.why("line 3"), "byte 2 of it is not UTF-8: save the file in UTF-8");
}

TEST(Formats, a_byte_order_mark_is_no_part_of_a_file) {
  const std::string mark = "\xef\xbb\xbf";
  EXPECT_EQ(make(Format::list, mark + "worm.example\n").report.taken, 1u);
  EXPECT_EQ(make(Format::list, mark + "# a comment\n").report.given, 0u);
  auto stix = recognise(mark + R"({"type":"bundle","id":"x"})"),
       misp = recognise(mark + R"({"Event":{}})");
  ASSERT_TRUE(stix && misp);
  EXPECT_EQ(*stix, Format::stix);
  EXPECT_EQ(*misp, Format::misp);
  EXPECT_EQ(without_mark(mark + mark), mark);
  EXPECT_EQ(without_mark("\xef\xbb"), "\xef\xbb");
  auto none = [](const std::string&) -> Result<void> { return {}; };
  EXPECT_EQ(read(Format::xarf, mark + "[]", {}, none)->given, 0u);
}

TEST(List, what_is_held_is_not_given_again_and_ids_come_from_patterns) {
  Made first = make(Format::list, "worm.example\n");
  std::string id = text(first.objects[0], "id");
  Options options{.tlp = stix::Tlp::green, .held = [&](std::string_view a) { return a == id; }};
  Made again = make(Format::list, "Worm.Example\nbug.example\nbug.example\n", options);
  EXPECT_EQ(again.report.present, 1u);
  EXPECT_EQ(again.of("indicator").size(), 1u);
  EXPECT_EQ(again.of("marking-definition").size(), 1u);
  EXPECT_TRUE(again.of("indicator")[0].find("object_marking_refs"));
}

TEST(List, too_much_is_told_and_all_is_counted) {
  std::string lines;
  for (std::size_t i = 0; i < limits::intel_said_max + 5; ++i) lines += "?\n";
  Made made = make(Format::list, lines);
  EXPECT_EQ(made.report.left.list.size(), limits::intel_said_max);
  EXPECT_EQ(made.report.left.count, limits::intel_said_max + 5);
  auto none = [](const std::string&) -> Result<void> { return {}; };
  std::string much = "#" + std::string(limits::intel_file_bytes_max - 1, '\n');
  EXPECT_TRUE(read_list(much, {}, none));
  EXPECT_EQ(read_list(much + "\n", {}, none).error().code, Code::too_large);
}

std::string abuse(std::string_view category, std::string_view type, std::string_view more = "") {
  return R"({"xarf_version":"4.2.0","report_id":"9ac39cd1-85f3-4c31-ae87-a0a95f3ebc83",)"
         R"("timestamp":"2026-11-20T10:00:00+01:00","reporter":{"org":"Invented Bank",)"
         R"("contact":"abuse@bank.example","domain":"bank.example"},"sender":{"org":"Bank",)"
         R"("contact":"abuse@bank.example","domain":"bank.example"},)"
         R"("source_identifier":"192.0.2.155","category":")" +
         std::string(category) + R"(","type":")" + std::string(type) + "\"" +
         (more.empty() ? "" : ",") + std::string(more) + "}";
}

// A second report with a wider label must not widen who reported, nor be refused for it.
TEST(Xarf, a_reporter_who_is_held_is_not_given_again) {
  Made first = make(Format::xarf, abuse("connection", "ddos"), {.tlp = stix::Tlp::amber});
  std::string id = text(first.of("identity").at(0), "id");
  Made second =
      make(Format::xarf, abuse("connection", "ddos"),
           {.tlp = stix::Tlp::green, .held = [&](std::string_view a) { return a == id; }});
  EXPECT_EQ(second.of("identity").size(), 0u);
  EXPECT_EQ(text(second.of("report").at(0), "created_by_ref"), id);
}

TEST(Xarf, an_attacker_is_an_indicator_and_its_traffic_was_observed) {
  Made made =
      make(Format::xarf,
           abuse("connection", "ddos",
                 R"("destination_ip":"203.0.113.100","destination_port":80,)"
                 R"("protocol":"tcp","confidence":0.85,"tags":["tlp:green","attack:syn"])"));
  ASSERT_EQ(made.of("indicator").size(), 1u);
  json::Value indicator = made.of("indicator")[0];
  EXPECT_EQ(text(indicator, "pattern"), "[ipv4-addr:value = '192.0.2.155']");
  EXPECT_EQ(text(indicator, "created"), "2026-11-20T09:00:00.000Z");
  EXPECT_EQ(*indicator.find("confidence"), json::Value(85));
  ASSERT_EQ(made.of("network-traffic").size(), 1u);
  EXPECT_EQ(*made.of("network-traffic")[0].find("dst_port"), json::Value(80));
  EXPECT_EQ(made.of("observed-data").size(), 1u);
  EXPECT_EQ(made.of("identity").size(), 1u);
  EXPECT_EQ(made.of("report")[0].find("object_refs")->as_array()->size(), 2u);
  EXPECT_EQ(made.report.taken, 1u);
  EXPECT_EQ(
      made.texts,
      make(Format::xarf,
           "[" +
               abuse("connection", "ddos",
                     R"("destination_ip":"203.0.113.100","destination_port":80,)"
                     R"("protocol":"tcp","confidence":0.85,"tags":["tlp:green","attack:syn"])") +
               "]")
          .texts);
}

TEST(Xarf, a_host_of_bad_content_is_a_victim_too_and_only_the_content_is_an_indicator) {
  Made made =
      make(Format::xarf,
           abuse("content", "malware",
                 R"("url":"http://shop.example/setup.exe","file_hash":)"
                 R"("md5:d41d8cd98f00b204e9800998ecf8427e","evidence":[{"payload":"eA=="}])"));
  std::vector<std::string> patterns;
  for (const json::Value& each : made.of("indicator")) patterns.push_back(text(each, "pattern"));
  EXPECT_THAT(patterns,
              ::testing::ElementsAre("[url:value = 'http://shop.example/setup.exe']",
                                     "[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']"));
  EXPECT_THAT(made.why("/evidence"), HasSubstr("not for collections"));
  Made bot = make(Format::xarf, abuse("infrastructure", "botnet", R"("c2_server":"c2.example")"));
  ASSERT_EQ(bot.of("indicator").size(), 1u);
  EXPECT_EQ(text(bot.of("indicator")[0], "pattern"), "[domain-name:value = 'c2.example']");
  Made cve = make(Format::xarf, abuse("vulnerability", "cve", R"("cve_id":"CVE-2026-0001")"));
  EXPECT_EQ(cve.of("vulnerability").size(), 1u);
  EXPECT_TRUE(cve.of("indicator").empty());
}

TEST(Xarf, what_is_none_or_not_for_collections_is_left) {
  struct Case {
    std::string text;
    const char *where, *why;
  };
  std::string old = abuse("connection", "ddos");
  old.replace(old.find("4.2.0"), 5, "3.0.0");
  std::string nameless = abuse("connection", "ddos");
  nameless.replace(nameless.find("9ac39cd1"), 8, "xxxxxxxx");
  std::string odd = abuse("connection", "ddos");
  odd.replace(odd.find("192.0.2.155"), 11, "somewhere");
  for (const Case& one : std::initializer_list<Case>{
           {old, "", "version 4"},
           {nameless, "", "needs report_id"},
           {abuse("weather", "rain"), "", "needs report_id"},
           {abuse("content", "csam"), "", "send a request"},
           {odd, "/source_identifier", "neither an address nor a name"},
           {abuse("connection", "ddos", R"("_internal":{})"), "/_internal", "sender's own"},
           {abuse("content", "malware", R"("file_hash":"beef")"), "/file_hash", "sha256:"},
           {abuse("infrastructure", "botnet", R"("c2_server":"?")"), "/c2_server", "neither"}})
    EXPECT_THAT(make(Format::xarf, one.text).why(one.where), HasSubstr(one.why)) << one.text;
  EXPECT_TRUE(make(Format::xarf, abuse("content", "csam")).texts.empty());
}

}  // namespace
}  // namespace comity::intel
