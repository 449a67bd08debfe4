#include "taxii/resources.h"

#include <gtest/gtest.h>

#include "json/value.h"

namespace comity::taxii {
namespace {

TEST(Resources, discovery_names_its_default_root_among_the_roots) {
  EXPECT_EQ(write(Discovery{.title = "A node", .roots = {"csirts", "police"}}),
            R"({"api_roots":["/taxii2/csirts/","/taxii2/police/"],"default":"/taxii2/csirts/",)"
            R"("title":"A node"})");
  EXPECT_EQ(write(Discovery{.title = "Bare"}), R"({"title":"Bare"})");
}

TEST(Resources, a_root_says_its_version_and_how_much_it_takes) {
  EXPECT_EQ(write(ApiRoot{.title = "T", .max_content_length = 4096}),
            R"({"max_content_length":4096,"title":"T",)"
            R"("versions":["application/taxii+json;version=2.1"]})");
}

TEST(Resources, a_collection_has_all_that_is_required_and_only_what_it_has) {
  Collection collection{.id = "91a7b528-80eb-42ed-a74d-c6fbd5a26116",
                        .title = "Worms",
                        .alias = "worms",
                        .can_read = true};
  EXPECT_EQ(
      write(collection),
      R"({"alias":"worms","can_read":true,"can_write":false,)"
      R"("id":"91a7b528-80eb-42ed-a74d-c6fbd5a26116",)"
      R"("media_types":["application/stix+json;version=2.1","application/stix+json;version=2.0"],"title":"Worms"})");
  EXPECT_EQ(write(std::vector<Collection>{}), "{}");
  auto listed = json::parse(write(std::vector<Collection>{collection, collection}));
  ASSERT_TRUE(listed);
  EXPECT_EQ(listed->find("collections")->as_array()->size(), 2u);
}

std::string envelope_of(const std::vector<std::string_view>& objects, std::string_view next) {
  std::string out;
  net::Pieces pieces = write_envelope(objects, next);
  for (std::string_view each : pieces.views) out += each;
  EXPECT_EQ(out.size(), pieces.size());
  return out;
}

TEST(Resources, an_envelope_carries_its_objects_byte_for_byte) {
  std::string one = R"({ "type" : "x-a",  "id":"x-a--1" })", two = R"({"b":1.0})";
  EXPECT_EQ(envelope_of({one, two}, ""), R"({"objects":[)" + one + "," + two + "]}");
  EXPECT_EQ(envelope_of({one}, "ab-5"),
            R"({"objects":[)" + one + R"(],"more":true,"next":"ab-5"})");
  EXPECT_EQ(envelope_of({}, ""), "{}");
  EXPECT_EQ(envelope_of({}, "ab-5"), R"({"more":true,"next":"ab-5"})")
      << "a page may be empty while more follows";
}

TEST(Resources, manifest_and_versions_page_as_objects_do) {
  EXPECT_EQ(write_manifest({{"malware--1", "2026-01-01T00:00:00.000Z", "2.1", 1}}, "n-1"),
            R"({"more":true,"next":"n-1","objects":[{"date_added":"1970-01-01T00:00:00.000001Z",)"
            R"("id":"malware--1","media_type":"application/stix+json;version=2.1",)"
            R"("version":"2026-01-01T00:00:00.000Z"}]})");
  EXPECT_EQ(write_versions({"2026-01-01T00:00:00.000Z"}, ""),
            R"({"versions":["2026-01-01T00:00:00.000Z"]})");
  EXPECT_EQ(write_versions({}, ""), "{}");
}

// TAXII 2.1, 4.3.1: id and version are required, whatever was refused.
TEST(Resources, every_detail_of_a_status_has_an_id_and_a_version) {
  auto status = json::parse(write(Status{
      .id = "s",
      .request_timestamp = "2026-01-01T00:00:00.000Z",
      .failures = {{"a--3", "", "why"}, {"", "", "object 2: why: so"}, {"", "v", "no place"}}}));
  ASSERT_TRUE(status);
  const json::Array& failures = *status->find("failures")->as_array();
  EXPECT_EQ(*failures[0].find("id"), json::Value("a--3"));
  EXPECT_EQ(*failures[0].find("version"), json::Value("2026-01-01T00:00:00.000Z"));
  EXPECT_EQ(*failures[1].find("id"), json::Value("object 2"));
  EXPECT_EQ(*failures[2].find("id"), json::Value("object"));
  EXPECT_EQ(*failures[2].find("version"), json::Value("v"));
}

TEST(Resources, the_counts_of_a_status_add_up) {
  auto status = json::parse(write(Status{.id = "s",
                                         .request_timestamp = "2026-01-01T00:00:00.000Z",
                                         .successes = {{"a--1", "v", ""}, {"a--2", "v", ""}},
                                         .failures = {{"a--3", "v", "why"}}}));
  ASSERT_TRUE(status);
  EXPECT_EQ(*status->find("status"), json::Value("complete"));
  EXPECT_EQ(*status->find("total_count"), json::Value(3));
  EXPECT_EQ(*status->find("success_count"), json::Value(2));
  EXPECT_EQ(*status->find("failure_count"), json::Value(1));
  EXPECT_EQ(*status->find("pending_count"), json::Value(0));
  EXPECT_EQ(status->find("pendings"), nullptr);
  EXPECT_EQ(*(*status->find("failures")->as_array())[0].find("message"), json::Value("why"));
  EXPECT_NE(write(Status{.pendings = {{"a--1", "v", ""}}}).find("pending"), std::string::npos);
}

TEST(Resources, an_error_has_a_title_and_its_status_as_text) {
  EXPECT_EQ(write(Problem{.http_status = 404, .title = "Not found", .error_code = "not_found"}),
            R"({"error_code":"not_found","http_status":"404","title":"Not found"})");
}

}  // namespace
}  // namespace comity::taxii
