#include <gmock/gmock.h>

#include <set>

#include "base/limits_intel.h"
#include "intel/misp_value.h"
#include "intel/testing.h"

namespace comity::intel {
namespace {

using ::testing::HasSubstr;
using testing::Made;
using testing::make;
using testing::text;

constexpr const char* uuid = "5f0b3c1a-9d6e-4c1b-8f3a-0123456789";

std::string attribute(std::string_view number, std::string_view type, std::string_view value,
                      std::string_view more = R"("to_ids":true)") {
  return R"({"uuid":")" + std::string(uuid) + std::string(number) + R"(","type":")" +
         std::string(type) +
         R"(","category":"Network activity","timestamp":"1795300000","value":)" +
         json::write(json::Value(value)) + (more.empty() ? "" : ",") + std::string(more) + "}";
}

std::string event(std::string_view attributes, std::string_view more = "") {
  return R"({"Event":{"uuid":"a1b2c3d4-0000-4000-8000-000000000001","info":"Love Bug again",)"
         R"("date":"2026-11-20","timestamp":"1795300001","published":true,)"
         R"("publish_timestamp":"1795300002","Orgc":{"name":"Invented CSIRT",)"
         R"("uuid":"a1b2c3d4-0000-4000-8000-0000000000aa"})" +
         std::string(more) + R"(,"Attribute":[)" + std::string(attributes) + "]}}";
}

std::string only_pattern(const Made& made) {
  auto indicators = made.of("indicator");
  return indicators.size() == 1 ? text(indicators[0], "pattern") : "";
}

TEST(Misp, an_attribute_for_detection_is_an_indicator_with_the_pattern_of_its_type) {
  struct Case {
    const char *type, *value, *pattern;
  };
  for (const Case& one : std::initializer_list<Case>{
           {"ip-dst", "198.51.100.7", "[ipv4-addr:value = '198.51.100.7']"},
           {"ip-src", "2001:DB8::0:7", "[ipv6-addr:value = '2001:db8::7']"},
           {"ip-dst", "198.51.100.0/24", "[ipv4-addr:value ISSUBSET '198.51.100.0/24']"},
           {"domain", "Worm[.]Example", "[domain-name:value = 'worm.example']"},
           {"hostname", "a.worm.example", "[domain-name:value = 'a.worm.example']"},
           {"url", "hxxp://worm.example/'x'", "[url:value = 'http://worm.example/\\'x\\'']"},
           {"email-src", "eve@worm.example", "[email-addr:value = 'eve@worm.example']"},
           {"md5", "D41D8CD98F00B204E9800998ECF8427E",
            "[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']"},
           {"filename|md5", "a|b.vbs|d41d8cd98f00b204e9800998ecf8427e",
            "[file:name = 'a|b.vbs' AND file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e']"},
           {"domain|ip", "worm.example|198.51.100.7",
            "[domain-name:value = 'worm.example' AND "
            "domain-name:resolves_to_refs[*].value = '198.51.100.7']"},
           {"ip-dst|port", "198.51.100.7|443",
            "[network-traffic:dst_ref.value = '198.51.100.7' AND network-traffic:dst_port = 443]"},
           {"ip-src|port", "198.51.100.7|443",
            "[network-traffic:src_ref.value = '198.51.100.7' AND network-traffic:src_port = 443]"},
           {"mutex", "a'b", "[mutex:name = 'a\\'b']"},
           {"regkey", "HKLM\\Run", "[windows-registry-key:key = 'HKLM\\\\Run']"},
           {"AS", "AS64500", "[autonomous-system:number = 64500]"},
           {"mac-address", "D2-FB-49-24-37-18", "[mac-addr:value = 'd2:fb:49:24:37:18']"},
           {"x509-fingerprint-sha1", "DA:39:A3:EE:5E:6B:4B:0D:32:55:BF:EF:95:60:18:90:AF:D8:07:09",
            "[x509-certificate:hashes.'SHA-1' = 'da39a3ee5e6b4b0d3255bfef95601890afd80709']"}}) {
    Made made = make(Format::misp, event(attribute("01", one.type, one.value)));
    EXPECT_EQ(only_pattern(made), one.pattern) << one.type << " " << one.value;
    EXPECT_EQ(made.report.taken, 1u) << one.type;
  }
}

TEST(Misp, what_is_no_value_of_its_type_or_has_no_counterpart_is_left_and_told_where) {
  struct Case {
    const char *type, *value, *why;
  };
  for (const Case& one : std::initializer_list<Case>{
           {"ip-dst", "198.51.100.256", "not a value of type ip-dst"},
           {"ip-dst", "198.51.100.1-198.51.100.2", "not a value of type ip-dst"},
           {"domain", "localhost", "not a value of type domain"},
           {"md5", "d41d8cd98f00b204e9800998ecf8427", "not a value of type md5"},
           {"filename|md5", "a.vbs", "not a value"},
           {"ip-dst|port", "198.51.100.7|65536", "not a value of type port"},
           {"AS", "ASx", "not a value of type AS"},
           {"imphash", "d41d8cd98f00b204e9800998ecf8427e", "no counterpart of type imphash"},
           {"yara", "no rule {", ""},
           {"btc", "1BoatSLRHtKNngkdXEeobR76b53LETtpyT", "no counterpart of type btc"},
           {"domain", "", "a value of at most 4096 bytes"}}) {
    Made made = make(Format::misp, event(attribute("01", one.type, one.value)));
    if (*one.why == 0) continue;  // a rule is its maker's own
    EXPECT_EQ(made.report.taken, 0u) << one.type;
    EXPECT_THAT(made.why("/Event/Attribute/0"), HasSubstr(one.why)) << one.type;
  }
  std::string longest(limits::intel_value_bytes_max, 'a');
  EXPECT_EQ(make(Format::misp, event(attribute("01", "mutex", longest))).report.taken, 1u);
  EXPECT_EQ(make(Format::misp, event(attribute("01", "mutex", longest + "a"))).report.taken, 0u);
}

TEST(Misp, what_is_not_for_detection_was_observed_and_is_no_indicator) {
  Made made = make(Format::misp,
                   event(attribute("01", "domain|ip", "worm.example|198.51.100.7",
                                   R"("to_ids":false,"first_seen":"2026-11-20T10:00:00.5+01:00",)"
                                   R"("last_seen":"2026-11-21T10:00:00Z")")));
  EXPECT_TRUE(made.of("indicator").empty());
  ASSERT_EQ(made.of("observed-data").size(), 1u);
  json::Value seen = made.of("observed-data")[0];
  EXPECT_EQ(text(seen, "first_observed"), "2026-11-20T09:00:00.500Z");
  EXPECT_EQ(text(seen, "last_observed"), "2026-11-21T10:00:00.000Z");
  EXPECT_EQ(made.of("ipv4-addr").size(), 1u);
  ASSERT_EQ(made.of("domain-name").size(), 1u);
  EXPECT_TRUE(made.of("domain-name")[0].find("resolves_to_refs"));
  EXPECT_EQ(made.of("report")[0].find("object_refs")->as_array()->size(), 1u);
}

TEST(Misp, a_second_reading_makes_the_same_objects_byte_for_byte) {
  std::string given = event(attribute("01", "domain", "worm.example") + "," +
                            attribute("02", "text", "seen in mail", "") + "," +
                            attribute("03", "md5", "d41d8cd98f00b204e9800998ecf8427e", ""));
  Options later{.now = testing::now() + std::chrono::hours(24)};
  Made made = make(Format::misp, given);
  EXPECT_EQ(made.texts, make(Format::misp, given, later).texts);
  EXPECT_EQ(made.report.taken, 3u);
  EXPECT_EQ(made.of("note").size(), 1u);
  // For ever: whoever imported yesterday must get the same ids tomorrow.
  EXPECT_EQ(text(made.of("indicator")[0], "id"), "indicator--743a4f99-a722-545b-b933-d3e77c0ea86e");
}

TEST(Misp, labels_and_distribution_narrow_and_never_widen) {
  struct Case {
    const char *event, *attribute, *marking;
  };
  constexpr const char* clear = "marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487";
  constexpr const char* amber = "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421";
  constexpr const char* strict = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003";
  for (const Case& one : std::initializer_list<Case>{
           {R"(,"Tag":[{"name":"tlp:white"}])", "", clear},
           {R"(,"Tag":[{"name":"tlp:clear"},{"name":"tlp:amber"}])", "", amber},
           {R"(,"Tag":[{"name":"tlp:clear"},{"name":"TLP: Amber "}])", "", amber},
           {R"(,"Tag":[{"name":"tlp:\"amber\""}])", "", amber},
           {R"(,"Tag":[{"name":"tlp:amber-strict"}])", "", strict},
           {R"(,"Tag":[{"name":"tlp:amber strict"}])", "", strict},
           {R"(,"Tag":[{"name":"tlp:amber+strict"}])", R"("Tag":[{"name":"tlp:clear"}])", strict},
           {R"(,"Tag":[{"name":"tlp:clear"}],"distribution":"0")", "", strict},
           {R"(,"Tag":[{"name":"tlp:clear"}],"distribution":4)", "", strict},
           {R"(,"Tag":[{"name":"tlp:clear"}],"distribution":"3")", R"("distribution":"1")", amber},
           {R"(,"distribution":"5")", "", ""}}) {
    std::string more = R"("to_ids":true)";
    if (*one.attribute) more += std::string(",") + one.attribute;
    Made made =
        make(Format::misp, event(attribute("01", "domain", "worm.example", more), one.event));
    json::Value indicator = made.of("indicator").at(0);
    const json::Value* refs = indicator.find("object_marking_refs");
    EXPECT_EQ(refs ? *(*refs->as_array())[0].as_string() : "", one.marking) << one.event;
    std::set<std::string> definitions;
    for (const json::Value& each : made.of("marking-definition"))
      definitions.insert(text(each, "id"));
    EXPECT_EQ(definitions.contains(one.marking), refs != nullptr);
  }
}

constexpr const char* strict = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003";

std::string marking(const json::Value& object) {
  const json::Value* refs = object.find("object_marking_refs");
  return refs ? *(*refs->as_array())[0].as_string() : "";
}

// MISP's own objects say 0 to 4; their attributes mostly 5, "as the object".
TEST(Misp, an_object_narrows_what_its_attributes_inherit) {
  std::string object =
      R"(,"Tag":[{"name":"tlp:green"}],"distribution":"3","Object":[{"uuid":)"
      R"("a1b2c3d4-0000-4000-8000-0000000000cc","name":"domain-ip",)"
      R"("distribution":"0","Attribute":[)" +
      attribute("04", "domain", "worm.example", R"("to_ids":true,"distribution":"5")") + "]}]";
  Made made = make(Format::misp, event("", object));
  ASSERT_EQ(made.of("indicator").size(), 1u);
  EXPECT_EQ(marking(made.of("indicator")[0]), strict);
}

TEST(Misp, hashes_that_are_joined_have_the_strictest_label_of_all) {
  auto joined = [](const std::string& first, const std::string& second, stix::Tlp unmarked) {
    std::string object =
        R"(,"Object":[{"uuid":"a1b2c3d4-0000-4000-8000-0000000000bb","name":"file","Attribute":[)" +
        attribute("01", "md5", "d41d8cd98f00b204e9800998ecf8427e", R"("to_ids":true)" + first) +
        "," +
        attribute("02", "sha1", "da39a3ee5e6b4b0d3255bfef95601890afd80709",
                  R"("to_ids":true)" + second) +
        "]}]";
    Options options;
    options.unmarked = unmarked;
    Made made = make(Format::misp, event("", object), options);
    EXPECT_EQ(made.of("indicator").size(), 1u);
    return marking(made.of("indicator")[0]);
  };
  const std::string green = R"(,"Tag":[{"name":"tlp:green"}])", closed = R"(,"distribution":"0")";
  EXPECT_EQ(joined(green, closed, stix::Tlp::amber), strict);
  EXPECT_EQ(joined(closed, green, stix::Tlp::amber), strict);
  EXPECT_EQ(joined(green, "", stix::Tlp::amber_strict), strict)
      << "one has no label: it counts as what its collection says";
  EXPECT_EQ(joined("", "", stix::Tlp::amber), "");
}

TEST(Misp, a_link_with_a_stricter_label_is_not_among_the_events_links) {
  std::string green = R"(,"Tag":[{"name":"tlp:green"}])";
  Made made =
      make(Format::misp,
           event(attribute("01", "domain", "worm.example") + "," +
                     attribute("02", "link", "https://a.example/open", "") + "," +
                     attribute("03", "link", "https://a.example/inside", R"("distribution":"0")"),
                 green));
  ASSERT_EQ(made.of("report").size(), 1u);
  const json::Value report = made.of("report")[0];
  EXPECT_EQ(report.find("external_references")->as_array()->size(), 1u);
  EXPECT_FALSE(json::write(report).contains("inside"));
  EXPECT_THAT(made.why("/Event/Attribute/2"), HasSubstr("stricter than the event's"));
}

TEST(Misp, red_is_left_out_and_no_report_names_it) {
  Made made = make(Format::misp, event(attribute("01", "domain", "worm.example") + "," +
                                           attribute("02", "domain", "red.example",
                                                     R"("to_ids":true,"Tag":[{"name":"tlp:red"}])"),
                                       R"(,"Tag":[{"name":"tlp:green"}])"));
  ASSERT_EQ(made.of("indicator").size(), 1u);
  EXPECT_EQ(made.of("report")[0].find("object_refs")->as_array()->size(), 1u);
  EXPECT_THAT(made.why("/Event/Attribute/1"), HasSubstr("TLP:RED"));
  for (const std::string& each : made.texts) EXPECT_FALSE(each.contains("red.example"));
  for (const char* label : {"tlp:red", "tlp: red", "TLP:RED ", "tlp:unclear", "tlp:ex:chr"}) {
    Made red = make(Format::misp, event(attribute("01", "domain", "worm.example"),
                                        R"(,"Tag":[{"name":")" + std::string(label) + R"("}])"));
    EXPECT_TRUE(red.of("indicator").empty()) << label;
    EXPECT_TRUE(red.of("report").empty()) << label;
  }
}

TEST(Misp, what_is_deleted_or_no_longer_for_detection_is_revoked) {
  Made gone =
      make(Format::misp,
           event(attribute("01", "domain", "worm.example", R"("to_ids":true,"deleted":true)")));
  EXPECT_EQ(*gone.of("indicator")[0].find("revoked"), json::Value(true));
  std::string plain = event(attribute("01", "domain", "worm.example", R"("to_ids":false)"));
  EXPECT_TRUE(make(Format::misp, plain).of("indicator").empty());
  std::string id = text(gone.of("indicator")[0], "id");
  Options options{.held = [&](std::string_view asked) { return asked == id; }};
  Made unset = make(Format::misp, plain, options);
  ASSERT_EQ(unset.of("indicator").size(), 1u);
  EXPECT_EQ(text(unset.of("indicator")[0], "id"), id);
  EXPECT_EQ(*unset.of("indicator")[0].find("revoked"), json::Value(true));
  EXPECT_EQ(unset.report.noted.count, 1u);
}

TEST(Misp, hashes_of_a_file_object_are_of_one_file_and_other_objects_stand_part_by_part) {
  std::string file = R"({"uuid":"a1b2c3d4-0000-4000-8000-0000000000bb","name":"file",)"
                     R"("Attribute":[)" +
                     attribute("01", "md5", "d41d8cd98f00b204e9800998ecf8427e") + "," +
                     attribute("02", "sha1", "da39a3ee5e6b4b0d3255bfef95601890afd80709") + "," +
                     attribute("03", "filename", "love.vbs", "") + "]}";
  std::string other = R"({"uuid":"a1b2c3d4-0000-4000-8000-0000000000cc","name":"domain-ip",)"
                      R"("Attribute":[)" +
                      attribute("04", "domain", "worm.example") + "," +
                      attribute("05", "ip-dst", "198.51.100.7") + R"(],"ObjectReference":[{}]})";
  Made made = make(Format::misp, event("", R"(,"Object":[)" + file + "," + other + "]"));
  auto indicators = made.of("indicator");
  ASSERT_EQ(indicators.size(), 3u);
  EXPECT_EQ(made.report.given, 5u);
  EXPECT_EQ(made.report.taken, 5u);
  EXPECT_EQ(text(indicators[0], "pattern"),
            "[file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e' OR "
            "file:hashes.'SHA-1' = 'da39a3ee5e6b4b0d3255bfef95601890afd80709']");
  EXPECT_EQ(made.of("file").size(), 1u);
  EXPECT_NE(made.why("/Event/Object/1/ObjectReference"), "");
}

TEST(Misp, events_come_alone_in_a_response_or_in_a_list_and_bad_ones_are_left_alone) {
  std::string one = event(attribute("01", "domain", "worm.example"));
  EXPECT_EQ(make(Format::misp, R"({"response":[)" + one + "]}").of("report").size(), 1u);
  EXPECT_EQ(make(Format::misp, R"({"response":)" + one + "}").of("report").size(), 1u);
  Made list = make(Format::misp, "[" + one + R"(,{"Event":{"uuid":"x"}},{"Event":7},5])");
  EXPECT_EQ(list.of("report").size(), 1u);
  EXPECT_EQ(list.report.left.count, 3u);
  EXPECT_THAT(list.why("/1/Event"), HasSubstr("needs its uuid"));
  auto none = [](const std::string&) -> Result<void> { return {}; };
  EXPECT_FALSE(read_misp(R"({"response":{"Attribute":[]}})", {}, none));
  EXPECT_FALSE(read_misp(R"({"Event":)", {}, none));
}

TEST(Misp, a_long_event_is_several_reports_and_an_unpublished_one_a_grouping) {
  std::string many;
  for (std::size_t i = 0; i < limits::intel_refs_max + 1; ++i) {
    std::string number = std::to_string(100'000 + i);
    many += (i ? "," : "") + std::string(R"({"uuid":"5f0b3c1a-9d6e-4c1b-8f3a-000000)") + number +
            R"(","type":"domain","to_ids":true,"value":"w)" + number + R"(.example"})";
  }
  Made made = make(Format::misp, event(many));
  EXPECT_EQ(made.report.taken, limits::intel_refs_max + 1);
  EXPECT_EQ(made.of("report").size(), 2u);
  std::string draft = event(attribute("01", "domain", "worm.example"));
  draft.replace(draft.find("\"published\":true"), 16, "\"published\":false");
  EXPECT_EQ(make(Format::misp, draft).of("grouping").size(), 1u);
}

TEST(Misp, tags_comments_and_values_are_bounded) {
  std::string tags;
  for (std::size_t i = 0; i < limits::intel_tags_max + 1; ++i)
    tags += (i ? "," : "") + std::string(R"({"name":"t:)") + std::to_string(i) + "\"}";
  std::string comment(limits::intel_text_bytes_max + 1, 'c');
  std::string more = R"("to_ids":true,"Tag":[)" + tags + R"(],"comment":")";
  Made made =
      make(Format::misp,
           event(attribute("01", "domain", "worm.example", more + comment.substr(1) + "\"")));
  const json::Value indicator = made.of("indicator")[0];
  EXPECT_EQ(indicator.find("labels")->as_array()->size(), limits::intel_tags_max + 2);
  EXPECT_EQ(text(indicator, "description").size(), limits::intel_text_bytes_max);
  Made longer =
      make(Format::misp, event(attribute("01", "domain", "worm.example", more + comment + "\"")));
  EXPECT_FALSE(longer.of("indicator")[0].find("description"));
  std::string values = "{\"Event\":[";
  for (std::size_t i = 0; i < limits::intel_json_values_max; ++i) values += "1,";
  auto none = [](const std::string&) -> Result<void> { return {}; };
  EXPECT_EQ(read_misp(values + "1]}", {}, none).error().code, Code::too_large);
}

TEST(Misp, the_sinks_error_ends_it) {
  std::size_t calls = 0;
  auto report = read_misp(event(attribute("01", "domain", "worm.example")), {},
                          [&](const std::string&) -> Result<void> {
                            ++calls;
                            return fail(Code::busy, "later");
                          });
  ASSERT_FALSE(report);
  EXPECT_EQ(report.error().code, Code::busy);
  EXPECT_EQ(calls, 1u);
}

}  // namespace
}  // namespace comity::intel
