#include "stix/marking.h"

#include <gtest/gtest.h>

#include "stix/sample.h"

namespace comity::stix {
namespace {

using testing::changed;
using testing::object_from;
using testing::sample;

constexpr std::string_view red = "marking-definition--5e57c739-391a-4eb3-b6be-7d15ca92d5ed",
                           green = "marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da",
                           strict = "marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003";

TEST(Tlp, the_fixed_markings_are_known_by_their_ids) {
  EXPECT_EQ(tlp_markings().size(), 9u);
  EXPECT_EQ(tlp_of_id(red), Tlp::red);
  EXPECT_EQ(tlp_of_id(strict), Tlp::amber_strict);
  EXPECT_EQ(tlp_of_id("marking-definition--613f2e26-407d-48c7-9eca-b8e91df99dc9"), Tlp::clear);
  EXPECT_EQ(tlp_of_id("marking-definition--E828B379-4E03-4974-9AC4-E53A884C97C1"), Tlp::red);
  EXPECT_FALSE(tlp_of_id("marking-definition--7a1b9c3e-5f2d-4e6a-9b8c-0d1e2f3a4b5c"));
}

TEST(Tlp, of_a_definition_is_what_it_says) {
  auto said = [](std::string_view changes) {
    return tlp_of(object_from(changed(sample("marking-definition"), changes)));
  };
  EXPECT_EQ(said(R"({"definition":{"statement":"TLP:AMBER+STRICT"}})"), Tlp::amber_strict);
  EXPECT_EQ(said(R"({"definition":{"statement":"tlp:red"}})"), Tlp::red);
  EXPECT_EQ(said(R"({"definition_type":"tlp","definition":{"tlp":"white"}})"), Tlp::clear);
  EXPECT_EQ(
      said(
          R"({"definition":null,"extensions":{"extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d":{"extension_type":"property-extension","tlp_2_0":"amber+strict"}}})"),
      Tlp::amber_strict);
  EXPECT_FALSE(said(R"({"definition":{"statement":"red"}})"));
  EXPECT_EQ(said(R"({"definition":{"statement":"TLP:MAUVE"}})"), Tlp::red)
      << "a label that cannot be read";
  EXPECT_EQ(said(R"({"definition":{"statement":"TLP:RED - named recipients only"}})"), Tlp::red);
  EXPECT_EQ(said(R"({"definition":{"statement":" Tlp: Amber strict, please"}})"),
            Tlp::amber_strict);
  EXPECT_EQ(said(R"({"definition":{"statement":"TLP:AMBER only"}})"), Tlp::amber);
  EXPECT_EQ(said(R"({"definition_type":"TLP","definition":{"TLP":"TLP:RED"}})"), Tlp::red);
  EXPECT_EQ(said(R"({"name":"TLP:RED","definition":{"statement":"Copyright"}})"), Tlp::red);
  EXPECT_EQ(said(R"({"name":"TLP:AMBER","definition":{"statement":"TLP:GREEN"}})"), Tlp::amber)
      << "the strictest";
  EXPECT_EQ(said(R"({"definition":{"statement":"TLP RED"}})"), Tlp::red);
  EXPECT_EQ(said(R"({"definition":{"statement":"This is TLP:RED, it was TLP:GREEN"}})"), Tlp::red);
  EXPECT_EQ(said(R"({"definition":{"statement":"not TLP:RED"}})"), Tlp::red)
      << "words are not weighed: rather withheld than told";
  for (const char* word :
       {"not TLP:CLEAR", "formerly TLP:GREEN", "TLP white paper", "no TLP:WHITE"})
    EXPECT_FALSE(said(R"({"definition":{"statement":")" + std::string(word) + R"("}})"))
        << "what is only mentioned opens nothing: " << word;
  EXPECT_FALSE(said(R"({"definition":{"statement":"tlpx:red, xtlp:red, TLP is explained here"}})"));
}

TEST(Tlp, names_are_read_in_every_form_and_ordered) {
  for (Tlp tlp : {Tlp::clear, Tlp::green, Tlp::amber, Tlp::amber_strict, Tlp::red})
    EXPECT_EQ(tlp_from_name(tlp_name(tlp)), tlp);
  EXPECT_EQ(tlp_from_name("white"), Tlp::clear);
  EXPECT_FALSE(tlp_from_name(""));
  EXPECT_FALSE(tlp_from_name("TLP:"));
  EXPECT_LT(Tlp::amber, Tlp::amber_strict);
}

// Goal: what we emit is what any reader takes.
TEST(Tlp, definitions_of_version_2_are_good_objects) {
  for (Tlp tlp : {Tlp::clear, Tlp::green, Tlp::amber, Tlp::amber_strict, Tlp::red}) {
    std::string text = tlp2_definition(tlp);
    Reading reading = read_object(text);
    ASSERT_TRUE(reading.object) << text;
    EXPECT_EQ(reading.findings.warnings, 0u);
    EXPECT_EQ(tlp_of(*reading.value.as_object()), tlp);
    EXPECT_EQ(tlp_of_id(reading.object->id), tlp);
  }
}

Selector at(std::string_view text) {
  return selector_from_text(text).value();
}

std::string marked(std::string_view granular, std::string_view more = "{}") {
  json::Object object = object_from(changed(
      sample("malware"),
      R"({"description":"d","labels":["a","b","c"],"external_references":[{"source_name":"s","url":"u","external_id":"e"},{"source_name":"t","url":"v"}]})"));
  object = object_from(changed(object, more));
  object["granular_markings"] = *json::parse(granular);
  return json::write(object);
}

std::string one_marking(std::string_view ref, std::string_view selectors) {
  return R"({"marking_ref":")" + std::string(ref) + R"(","selectors":)" + std::string(selectors) +
         "}";
}

TEST(Markings, of_a_field_are_its_own_then_the_objects) {
  std::string text = marked(
      "[" + one_marking(green, R"(["labels"])") + "," + one_marking(red, R"(["labels.[1]"])") + "]",
      R"({"object_marking_refs":["marking-definition--939a9414-2ddd-4d32-a0cd-375ea402b003"]})");
  Reading reading = read_object(text);
  ASSERT_TRUE(reading.object);
  const Object& object = *reading.object;
  using Refs = std::vector<std::string>;
  EXPECT_EQ(markings_at(object, at("labels.[1]")),
            (Refs{std::string(red), std::string(green), std::string(strict)}));
  EXPECT_EQ(markings_at(object, at("labels.[0]")), (Refs{std::string(green), std::string(strict)}));
  EXPECT_EQ(markings_at(object, at("name")), (Refs{std::string(strict)}));
  EXPECT_EQ(tlp_at(object, at("labels.[1]"), tlp_of_id), Tlp::red);
  EXPECT_EQ(tlp_at(object, at("labels.[0]"), tlp_of_id), Tlp::green);
  EXPECT_EQ(tlp_at(object, at("name"), tlp_of_id), Tlp::amber_strict);
  EXPECT_EQ(tlp_of_object(object, tlp_of_id), Tlp::amber_strict);
}

TEST(Selectors, are_read_strictly) {
  for (std::string_view bad : {"", ".", "a.", ".a", "[0]", "a.[]", "a.[x]", "a.[-1]", "a.[0",
                               "a..b", "a.[99999999999999999999]"})
    EXPECT_FALSE(selector_from_text(bad)) << bad;
  EXPECT_FALSE(selector_from_text(std::string(200, 'a') + std::string(".a") + [] {
    std::string deep;
    for (int i = 0; i < 100; ++i) deep += ".a";
    return deep;
  }()));
  EXPECT_EQ(at("a.[10].b").size(), 3u);
}

std::optional<std::string> without_red(const std::string& text) {
  Reading reading = read_object(text);
  EXPECT_TRUE(reading.object) << text;
  return redact(*reading.value.as_object(), [](std::string_view ref) { return ref == red; });
}

TEST(Redact, removes_what_is_marked_and_keeps_the_rest) {
  auto left = without_red(marked("[" + one_marking(red, R"(["description","labels.[0]"])") + "]"));
  ASSERT_TRUE(left);
  json::Object object = object_from(*left);
  EXPECT_FALSE(object.contains("description"));
  EXPECT_FALSE(object.contains("granular_markings"));
  EXPECT_EQ(object.find("labels")->second, (json::Array{"b", "c"}));
  EXPECT_EQ(left->find("5e57c739"), std::string::npos);
  EXPECT_TRUE(read_object(*left).object);
  // The same again, byte for byte; and nothing hidden changes nothing but the writing.
  EXPECT_EQ(left, without_red(*left));
}

TEST(Redact, selectors_behind_what_went_are_renumbered) {
  auto left = without_red(marked(
      "[" + one_marking(red, R"(["labels.[1]","labels.[0]","external_references.[0]"])") + "," +
      one_marking(green, R"(["labels.[2]","labels.[1]","external_references.[1].url"])") + "]"));
  ASSERT_TRUE(left);
  Reading reading = read_object(*left);
  ASSERT_TRUE(reading.object);
  ASSERT_EQ(reading.object->granular_markings.size(), 1u);
  EXPECT_EQ(reading.object->granular_markings[0].selectors,
            (std::vector<std::string>{"labels.[0]", "external_references.[0].url"}));
}

TEST(Redact, what_is_emptied_goes_with_what_was_in_it) {
  auto left =
      without_red(marked("[" + one_marking(red, R"(["labels.[0]","labels.[1]","labels.[2]"])") +
                         "," + one_marking(green, R"(["labels"])") + "]"));
  ASSERT_TRUE(left);
  EXPECT_FALSE(object_from(*left).contains("labels"));
  EXPECT_FALSE(object_from(*left).contains("granular_markings"));
}

TEST(Redact, without_something_required_the_whole_is_withheld) {
  for (std::string_view selectors : {R"(["name"])", R"(["is_family"])", R"(["type"])", R"(["id"])",
                                     R"(["modified"])", R"(["created"])"})
    EXPECT_FALSE(without_red(marked("[" + one_marking(red, selectors) + "]"))) << selectors;
  // Who may see it is not hidden from who may see it.
  EXPECT_FALSE(without_red(marked(
      "[" + one_marking(red, R"(["object_marking_refs"])") + "]",
      R"({"object_marking_refs":["marking-definition--34098fce-860f-48ae-8e50-ebd3cc5e41da"]})")));
}

TEST(Redact, an_element_of_a_list_that_is_nothing_without_its_field_goes_alone) {
  auto left = without_red(
      marked("[" + one_marking(red, R"(["external_references.[0].url"])") + "]",
             R"({"external_references":[{"source_name":"a","url":"https://secret.example"},)"
             R"({"source_name":"b","url":"https://open.example"}]})"));
  ASSERT_TRUE(left);
  EXPECT_FALSE(left->contains("secret"));
  EXPECT_FALSE(left->contains(R"("source_name":"a")")) << *left;
  EXPECT_TRUE(left->contains("open.example"));
}

TEST(Redact, an_observable_whose_id_gives_the_field_away_is_withheld) {
  json::Object file = sample("file");
  file["size"] = 5;
  auto with = [&](std::string_view field) {
    json::Object object = file;
    object["granular_markings"] =
        *json::parse("[" + one_marking(red, "[\"" + std::string(field) + "\"]") + "]");
    return without_red(json::write(object));
  };
  EXPECT_TRUE(with("size"));
  EXPECT_FALSE(with("name"));
  EXPECT_FALSE(with("hashes.MD5"));
}

}  // namespace
}  // namespace comity::stix
