#include "stix/bundle.h"

#include <gtest/gtest.h>

#include "base/limits_stix.h"
#include "stix/split.h"
#include "stix/test_data.h"

namespace comity::stix {
namespace {

constexpr std::string_view identity =
    R"({"type":"identity","spec_version":"2.1","id":"identity--311b2d2d-f010-4473-83ec-1edf84858f4c","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","name":"A"})";

std::string bundle_of(std::string_view objects) {
  return R"({"type":"bundle","id":"bundle--5d0092c5-5f74-4287-9642-33f4c354e56d","objects":[)" +
         std::string(objects) + "]}";
}

struct All {
  Bundle bundle;
  std::vector<Reading> readings;
};
Result<All> read_all(std::string_view text) {
  All all;
  TRY(all.bundle, read_bundle(text, [&](Reading one) { all.readings.push_back(std::move(one)); }));
  return all;
}

class Published : public ::testing::TestWithParam<std::string_view> {};

// Goal: every object of what is really published is taken, and its bytes are the bytes that came.
TEST_P(Published, every_object_is_taken_and_kept_byte_for_byte) {
  auto text = testing::published(COMITY_SOURCE_DIR, GetParam());
  if (!text) GTEST_SKIP() << "no ../shared/data/" << GetParam() << " beside the repository";
  auto all = read_all(*text);
  ASSERT_TRUE(all) << all.error().what << " " << all.error().where;
  EXPECT_TRUE(all->bundle.findings.acceptable());
  EXPECT_GT(all->bundle.objects, 400u);
  // Two objects of ATLAS were modified before they were created.
  std::size_t refused = GetParam() == "stix-atlas.json" ? 2 : 0;
  EXPECT_EQ(all->bundle.accepted + refused, all->bundle.objects);

  // What stands between the objects, with the objects put back, is the whole text.
  std::string rebuilt;
  const char* at = text->data();
  for (const Reading& one : all->readings) {
    for (const Finding& finding : one.findings.list)
      if (finding.severity == Severity::error && finding.fault != Fault::bad_order)
        ADD_FAILURE() << one.id << ": " << to_text(finding);
    if (!one.object) continue;
    rebuilt.append(at, static_cast<std::size_t>(one.object->bytes.data() - at));
    rebuilt.append(std::string(one.object->bytes));
    at = one.object->bytes.data() + one.object->bytes.size();
  }
  rebuilt.append(at, static_cast<std::size_t>(text->data() + text->size() - at));
  EXPECT_EQ(rebuilt, *text);
}
INSTANTIATE_TEST_SUITE_P(Bundles, Published, ::testing::ValuesIn(testing::bundle_names),
                         [](const auto& name) {
                           std::string plain;
                           for (char c : name.param)
                             if (std::isalnum(static_cast<unsigned char>(c))) plain += c;
                           return plain;
                         });

// Goal: one broken object fails alone, whatever is wrong with it.
TEST(Bundle, a_broken_object_fails_alone) {
  std::string good(identity);
  for (std::string bad :
       {R"({"type":"identity"})", R"({"type":"identity","type":"identity"})", R"({"a":01})", "7",
        "null", "\"text\"", R"({"type":"identity","name":"\ud800"})", "{\"a\":\"\xff\"}", "[]"}) {
    std::string text = bundle_of(good + " ,\n " + bad + "," + good);  // the objects lie within it
    auto all = read_all(text);
    ASSERT_TRUE(all) << bad << ": " << all.error().what;
    ASSERT_EQ(all->readings.size(), 3u) << bad;
    EXPECT_EQ(all->bundle.accepted, 2u) << bad;
    EXPECT_TRUE(all->readings[0].object && all->readings[2].object) << bad;
    EXPECT_FALSE(all->readings[1].object) << bad;
    EXPECT_EQ(all->readings[2].object->bytes, good);
  }
}

TEST(Bundle, what_is_no_bundle_is_refused_whole) {
  std::string one(identity);
  for (std::string text :
       {std::string(""), std::string("[]"), std::string("{"), bundle_of(one) + "x",
        bundle_of(one + one), bundle_of(one + ",," + one), bundle_of(one + ","), bundle_of(","),
        std::string(R"({"objects":{}})"), std::string(R"({"objects":7})"),
        std::string(R"({"objects":[],"objects":[]})"), std::string(R"({"objects":[})"),
        std::string(R"({"\u006fbjects":[{}]})"), std::string(R"({"objects":[}])"),
        std::string(R"({"a":1 "objects":[]})"), std::string(R"({"objects":["a)")})
    EXPECT_FALSE(read_all(text)) << text;
}

TEST(Bundle, its_own_properties_are_checked) {
  auto all = read_all(R"({"type":"bundle","id":"bundle--5d0092c5","objects":[]})");
  ASSERT_TRUE(all);
  ASSERT_EQ(all->bundle.findings.list.size(), 1u);
  EXPECT_EQ(all->bundle.findings.list[0].fault, Fault::bad_identifier);
  EXPECT_EQ(all->bundle.findings.list[0].path, "/id");
  auto missing = read_all("{}");
  ASSERT_TRUE(missing);
  EXPECT_EQ(missing->bundle.findings.errors, 2u);
  // 2.0 says its version; 2.1 does not.
  auto old = read_all(
      R"({"type":"bundle","id":"bundle--5d0092c5-5f74-4287-9642-33f4c354e56d","spec_version":"2.0"})");
  EXPECT_TRUE(old && old->bundle.findings.acceptable());
  auto odd = read_all(
      R"({"type":"bundle","id":"bundle--5d0092c5-5f74-4287-9642-33f4c354e56d","spec_version":"3"})");
  EXPECT_TRUE(odd && !odd->bundle.findings.acceptable());
}

TEST(Bundle, a_taxii_envelope_is_cut_in_the_same_way) {
  auto split = split_objects(R"({"more":true,"next":"a","objects":[ {"a":"}]"} , {} ]})");
  ASSERT_TRUE(split) << split.error().what;
  ASSERT_EQ(split->objects.size(), 2u);
  EXPECT_EQ(split->objects[0], R"({"a":"}]"})");
  EXPECT_EQ(split->objects[1], "{}");
  EXPECT_TRUE(split->head.contains("more"));
  EXPECT_FALSE(split->head.contains("objects"));
  EXPECT_FALSE(split_objects("{}")->has_objects);
}

TEST(Bundle, has_a_limit) {
  std::string many = "{}";
  for (std::size_t i = 1; i < limits::stix_bundle_objects_max; ++i) many += ",{}";
  EXPECT_TRUE(split_objects(bundle_of(many)));
  auto more = split_objects(bundle_of(many + ",{}"));
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().code, Code::too_large);
  auto longer = split_objects(std::string(limits::stix_bundle_bytes_max + 1, ' '));
  ASSERT_FALSE(longer);
  EXPECT_EQ(longer.error().code, Code::too_large);
}

TEST(Bundle, what_is_written_is_read_again) {
  std::string text =
      write_bundle("bundle--5d0092c5-5f74-4287-9642-33f4c354e56d", {identity, identity});
  auto all = read_all(text);
  ASSERT_TRUE(all);
  EXPECT_TRUE(all->bundle.findings.acceptable());
  EXPECT_EQ(all->bundle.accepted, 2u);
  EXPECT_EQ(all->readings[1].object->bytes, identity);
  auto none = read_all(write_bundle("bundle--5d0092c5-5f74-4287-9642-33f4c354e56d", {}));
  EXPECT_TRUE(none && none->bundle.findings.acceptable());
}

}  // namespace
}  // namespace comity::stix
