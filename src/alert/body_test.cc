#include "alert/body.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>

#include "base/limits_push.h"

namespace comity::alert {
namespace {

const std::string uuid = "0192f0c4-0000-7000-8000-000000000001";

json::Object blob(std::uint64_t bytes, char digit = 'a') {
  return {{"sha256", std::string(64, digit)}, {"bytes", bytes}};
}
json::Object share() {
  return {{"verb", "share"},
          {"collection", json::Object{{"id", uuid}, {"title", "Worms"}}},
          {"blobs", json::Array{blob(10)}},
          {"relay", false},
          {"csirts", true},
          {"origin", std::string(64, 'b')}};
}
json::Object recall() {
  return {{"verb", "recall"},
          {"objects", json::Array{"malware--" + uuid}},
          {"why", "it was our own honeypot"}};
}
json::Value with(json::Object body, const char* name, json::Value value) {
  body[name] = std::move(value);
  return body;
}
Code refusal(const json::Value& body) {
  auto read = body_from_json(body);
  return read ? Code::exists : read.error().code;
}

TEST(Body, is_read_back_as_it_was_written) {
  for (const json::Object& each : {share(), recall()}) {
    auto body = body_from_json(each);
    ASSERT_TRUE(body) << to_text(body.error());
    EXPECT_EQ(to_json(*body), json::Value(each));
  }
  auto plain = body_from_json(with(share(), "verb", "sighting"));
  ASSERT_TRUE(plain);
  EXPECT_EQ(std::get<Share>(*plain).verb, Share::Verb::sighting);
  EXPECT_FALSE(std::get<Share>(*plain).relay);
}

TEST(Body, says_nothing_that_is_not_defined) {
  EXPECT_EQ(refusal(with(share(), "more", 1)), Code::unknown_field);
  EXPECT_EQ(refusal(with(share(), "verb", "tell")), Code::bad_value);
  EXPECT_EQ(refusal(with(recall(), "blobs", json::Array{blob(1)})), Code::unknown_field);
  EXPECT_EQ(refusal(json::Object{}), Code::missing_field);
}

TEST(Share, names_one_to_act_blobs_max_blobs_each_once) {
  json::Array many;
  for (std::size_t i = 0; i < limits::act_blobs_max; ++i)
    many.push_back(blob(1, static_cast<char>(i < 10 ? '0' + i : 'a' + i - 10)));
  EXPECT_TRUE(body_from_json(with(share(), "blobs", many)));
  json::Object one_more = blob(1);
  one_more["sha256"] = std::string(63, '0') + "1";
  many.push_back(one_more);
  EXPECT_EQ(refusal(with(share(), "blobs", many)), Code::too_large);
  EXPECT_EQ(refusal(with(share(), "blobs", json::Array{})), Code::bad_value);
  EXPECT_EQ(refusal(with(share(), "blobs", json::Array{blob(1), blob(1)})), Code::bad_value);
  EXPECT_EQ(refusal(with(share(), "blobs", json::Array{blob(0)})), Code::bad_value);
}

TEST(Share, is_bounded_by_batch_blobs_bytes_max) {
  std::uint64_t most = limits::batch_blobs_bytes_max;
  EXPECT_TRUE(body_from_json(with(share(), "blobs", json::Array{blob(most)})));
  EXPECT_EQ(refusal(with(share(), "blobs", json::Array{blob(most), blob(1, 'c')})),
            Code::too_large);
}

TEST(Share, comes_from_a_collection_with_a_uuid) {
  for (const char* id : {"", "worms", "0192F0C4-0000-7000-8000-000000000001",
                         "0192f0c4-0000-7000-8000-00000000000g"})
    EXPECT_EQ(refusal(with(share(), "collection", json::Object{{"id", id}})), Code::bad_value)
        << id;
}

TEST(Recall, names_stix_identifiers_at_most_recall_objects_max) {
  json::Array many;
  for (std::size_t i = 0; i < limits::recall_objects_max; ++i) many.push_back("malware--" + uuid);
  EXPECT_TRUE(body_from_json(with(recall(), "objects", many)));
  many.push_back("malware--" + uuid);
  EXPECT_EQ(refusal(with(recall(), "objects", many)), Code::too_large);
  EXPECT_EQ(refusal(with(recall(), "objects", json::Array{})), Code::bad_value);
  for (const std::string& id :
       {std::string("malware"), "--" + uuid, "Malware--" + uuid, "malware--" + uuid + "/x", uuid})
    EXPECT_EQ(refusal(with(recall(), "objects", json::Array{id})), Code::bad_value) << id;
}

// docs/schemas/alert.json names the same members, required ones and words.
TEST(Schema, says_what_the_code_does) {
  std::ifstream in(COMITY_SOURCE_DIR "/docs/schemas/alert.json");
  std::string text{std::istreambuf_iterator<char>(in), {}};
  auto schema = json::parse(text);
  ASSERT_TRUE(schema) << to_text(schema.error());
  const json::Value& defs = *schema->find("$defs");
  for (const auto& [name, full] : {std::pair{"share", share()}, std::pair{"recall", recall()}}) {
    const json::Value& def = *defs.find(name);
    EXPECT_EQ(def.find("properties")->as_object()->size(), full.size()) << name;
    for (const auto& [member, value] : full) {
      EXPECT_TRUE(def.find("properties")->find(member)) << name << "/" << member;
      json::Object without = full;
      without.erase(member);
      const json::Array& required = *def.find("required")->as_array();
      bool must = std::ranges::find(required, json::Value(member)) != required.end();
      EXPECT_EQ(refusal(without) == Code::missing_field, must) << name << "/" << member;
    }
  }
  EXPECT_EQ(*defs.find("share")->find("properties")->find("blobs")->find("maxItems"),
            json::Value(static_cast<std::uint64_t>(limits::act_blobs_max)));
  EXPECT_EQ(*defs.find("recall")->find("properties")->find("objects")->find("maxItems"),
            json::Value(static_cast<std::uint64_t>(limits::recall_objects_max)));
}

}  // namespace
}  // namespace comity::alert
