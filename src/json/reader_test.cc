#include "json/reader.h"

#include <gtest/gtest.h>

namespace comity::json {
namespace {

constexpr std::string_view id_text = "018f4e2a-7b1c-7def-8abc-0123456789ab";

Value sample() {
  return *parse(R"({
    "id": "018f4e2a-7b1c-7def-8abc-0123456789ab", "note": "caf\u00e9", "kind": "request", "n": 7, "yes": true,
    "at": "2000-05-04T08:15:30.250Z", "data": "aGVsbG8=",
    "hash": "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
    "refs": ["a", "b"], "items": [{"x": 1}, {"x": 2}], "sub": {"y": {"z": 3}}, "nothing": null
  })");
}

TEST(Reader, reads_every_type) {
  Value value = sample();
  Reader in(value);
  EXPECT_EQ(to_text(in.id<ActId>("id")), id_text);
  EXPECT_EQ(in.text("note"), "caf\u00e9");
  EXPECT_EQ(in.one_of("kind", {"alert", "request"}), "request");
  EXPECT_EQ(in.integer("n", 7, 7), 7);
  EXPECT_EQ(in.boolean_or("yes", false), true);
  EXPECT_EQ(to_text(in.instant("at")), "2000-05-04T08:15:30.250Z");
  EXPECT_EQ(in.base64("data", 5), to_bytes(as_bytes("hello")));
  EXPECT_EQ(to_hex(in.hash("hash")).substr(0, 8), "ba7816bf");
  EXPECT_EQ(to_hex(in.fixed<CardTag>("hash")).substr(0, 8), "ba7816bf");
  EXPECT_EQ(in.texts("refs", 2), (std::vector<std::string>{"a", "b"}));
  std::int64_t sum = 0;
  in.objects("items", 2, [&](Reader& item) { sum += item.integer("x", 0, 9); });
  EXPECT_EQ(sum, 3);
  in.object("sub", [](Reader& sub) {
    EXPECT_TRUE(sub.object_if("y", [](Reader& y) { EXPECT_EQ(y.integer("z", 0, 9), 3); }));
  });
  EXPECT_FALSE(in.has("nothing"));
  EXPECT_TRUE(in.has("id"));
  EXPECT_EQ(in.text_or("nothing", "none"), "none");
  auto done = in.finish();
  EXPECT_TRUE(done) << to_text(done.error());
}

TEST(Reader, absent_and_null_members_give_the_fallback) {
  Value value = *parse(R"({"null":null})");
  Reader in(value);
  for (std::string_view name : {"null", "absent"}) {
    EXPECT_FALSE(in.has(name));
    EXPECT_EQ(in.text_or(name, "x"), "x");
    EXPECT_EQ(in.integer_or(name, 5, 0, 1), 5);
    EXPECT_EQ(in.boolean_or(name, true), true);
    EXPECT_EQ(in.instant_if(name), std::nullopt);
    EXPECT_TRUE(in.texts_or_none(name, 1).empty());
    in.objects_or_none(name, 1, [](Reader&) { ADD_FAILURE(); });
    EXPECT_FALSE(in.object_if(name, [](Reader&) { ADD_FAILURE(); }));
    EXPECT_EQ(in.any(name), Value(Object{}));
  }
  EXPECT_TRUE(in.finish());
}

struct Refusal {
  std::string_view what;  // the case's name
  std::string_view text;
  void (*read)(Reader&);
  Code code;
  std::string_view where;
};

class ReaderRefuses : public testing::TestWithParam<Refusal> {};

TEST_P(ReaderRefuses, with_code_and_pointer) {
  const Refusal& refusal = GetParam();
  Value value = *parse(refusal.text);
  Reader in(value, "/body");
  if (refusal.read) refusal.read(in);
  auto done = in.finish();
  ASSERT_FALSE(done);
  EXPECT_EQ(code_name(done.error().code), code_name(refusal.code)) << to_text(done.error());
  EXPECT_EQ(done.error().where, refusal.where);
  EXPECT_FALSE(done.error().what.empty());
}

const Refusal missing[] = {
    {"text", "{}", [](Reader& in) { EXPECT_EQ(in.text("a"), ""); }, Code::missing_field, "/body/a"},
    {"null_text", R"({"a":null})", [](Reader& in) { (void)in.text("a"); }, Code::missing_field,
     "/body/a"},
    {"one_of", "{}", [](Reader& in) { (void)in.one_of("a", {"x"}); }, Code::missing_field,
     "/body/a"},
    {"integer", "{}", [](Reader& in) { EXPECT_EQ(in.integer("a", 1, 2), 0); }, Code::missing_field,
     "/body/a"},
    {"instant", "{}", [](Reader& in) { (void)in.instant("a"); }, Code::missing_field, "/body/a"},
    {"hash", "{}", [](Reader& in) { (void)in.hash("a"); }, Code::missing_field, "/body/a"},
    {"base64", "{}", [](Reader& in) { (void)in.base64("a", 9); }, Code::missing_field, "/body/a"},
    {"id", "{}", [](Reader& in) { (void)in.id<ActId>("a"); }, Code::missing_field, "/body/a"},
    {"texts", "{}", [](Reader& in) { (void)in.texts("a", 1); }, Code::missing_field, "/body/a"},
    {"objects", "{}", [](Reader& in) { in.objects("a", 1, [](Reader&) {}); }, Code::missing_field,
     "/body/a"},
    {"object", "{}", [](Reader& in) { in.object("a", [](Reader&) {}); }, Code::missing_field,
     "/body/a"},
    {"name_is_escaped", "{}", [](Reader& in) { (void)in.text("a/~"); }, Code::missing_field,
     "/body/a~1~0"},
};

const Refusal wrong[] = {
    {"not_an_object", "[1]", [](Reader& in) { EXPECT_FALSE(in.ok()); }, Code::bad_value, "/body"},
    {"getters_survive_it", "7", [](Reader& in) { EXPECT_EQ(in.text("a"), ""); }, Code::bad_value,
     "/body"},
    {"text", R"({"a":1})", [](Reader& in) { EXPECT_EQ(in.text("a"), ""); }, Code::bad_value,
     "/body/a"},
    {"long_text", R"({"a":"abcd"})", [](Reader& in) { EXPECT_EQ(in.text("a", 3), ""); },
     Code::too_large, "/body/a"},
    {"optional_text", R"({"a":[]})", [](Reader& in) { EXPECT_EQ(in.text_or("a", "x"), ""); },
     Code::bad_value, "/body/a"},
    {"one_of", R"({"a":"y"})", [](Reader& in) { EXPECT_EQ(in.one_of("a", {"x"}), ""); },
     Code::bad_value, "/body/a"},
    {"one_of_case", R"({"a":"X"})", [](Reader& in) { (void)in.one_of("a", {"x"}); },
     Code::bad_value, "/body/a"},
    {"one_of_type", R"({"a":1})", [](Reader& in) { (void)in.one_of("a", {"x"}); }, Code::bad_value,
     "/body/a"},
    {"below", R"({"a":0})", [](Reader& in) { (void)in.integer("a", 1, 2); }, Code::bad_value,
     "/body/a"},
    {"above", R"({"a":3})", [](Reader& in) { EXPECT_EQ(in.integer_or("a", 1, 1, 2), 0); },
     Code::bad_value, "/body/a"},
    {"double", R"({"a":1.0})", [](Reader& in) { (void)in.integer("a", 1, 2); }, Code::bad_value,
     "/body/a"},
    {"boolean", R"({"a":"true"})", [](Reader& in) { EXPECT_FALSE(in.boolean_or("a", true)); },
     Code::bad_value, "/body/a"},
    {"instant", R"({"a":"yesterday"})", [](Reader& in) { (void)in.instant("a"); }, Code::bad_value,
     "/body/a"},
    {"instant_type", R"({"a":5})", [](Reader& in) { (void)in.instant_if("a"); }, Code::bad_value,
     "/body/a"},
    {"hash", R"({"a":"abcd"})", [](Reader& in) { (void)in.hash("a"); }, Code::bad_value, "/body/a"},
    {"hash_type", R"({"a":5})", [](Reader& in) { (void)in.hash("a"); }, Code::bad_value, "/body/a"},
    {"base64", R"({"a":"aGVsbG8"})", [](Reader& in) { (void)in.base64("a", 9); }, Code::bad_value,
     "/body/a"},
    {"long_base64", R"({"a":"aGVsbG8="})",
     [](Reader& in) { EXPECT_TRUE(in.base64("a", 4).empty()); }, Code::too_large, "/body/a"},
    {"base64_type", R"({"a":{}})", [](Reader& in) { (void)in.base64("a", 9); }, Code::bad_value,
     "/body/a"},
    {"id_version", R"({"a":"018f4e2a-7b1c-4def-8abc-0123456789ab"})",
     [](Reader& in) { (void)in.id<ActId>("a"); }, Code::bad_value, "/body/a"},
    {"id_type", R"({"a":true})", [](Reader& in) { (void)in.id<ActId>("a"); }, Code::bad_value,
     "/body/a"},
};

const Refusal lists[] = {
    {"texts_type", R"({"a":"x"})", [](Reader& in) { (void)in.texts("a", 1); }, Code::bad_value,
     "/body/a"},
    {"texts_many", R"({"a":["x","y"]})", [](Reader& in) { EXPECT_TRUE(in.texts("a", 1).empty()); },
     Code::too_large, "/body/a"},
    {"texts_element", R"({"a":["x",1]})", [](Reader& in) { (void)in.texts("a", 2); },
     Code::bad_value, "/body/a/1"},
    {"texts_long", R"({"a":["xyz"]})", [](Reader& in) { (void)in.texts_or_none("a", 2, 2); },
     Code::too_large, "/body/a/0"},
    {"objects_type", R"({"a":{}})", [](Reader& in) { in.objects("a", 1, [](Reader&) {}); },
     Code::bad_value, "/body/a"},
    {"objects_many", R"({"a":[{},{}]})",
     [](Reader& in) { in.objects("a", 1, [](Reader&) { ADD_FAILURE(); }); }, Code::too_large,
     "/body/a"},
    {"objects_element", R"({"a":[{},5]})",
     [](Reader& in) { in.objects_or_none("a", 2, [](Reader&) {}); }, Code::bad_value, "/body/a/1"},
    {"in_an_element", R"({"a":[{"x":1},{}]})",
     [](Reader& in) { in.objects("a", 2, [](Reader& e) { (void)e.integer("x", 1, 1); }); },
     Code::missing_field, "/body/a/1/x"},
    {"unknown_in_an_element", R"({"a":[{"x":1}]})",
     [](Reader& in) { in.objects("a", 2, [](Reader&) {}); }, Code::unknown_field, "/body/a/0/x"},
    {"object_type", R"({"a":[]})",
     [](Reader& in) { in.object("a", [](Reader&) { ADD_FAILURE(); }); }, Code::bad_value,
     "/body/a"},
    {"object_if_type", R"({"a":1})",
     [](Reader& in) { EXPECT_TRUE(in.object_if("a", [](Reader&) {})); }, Code::bad_value,
     "/body/a"},
    {"in_a_member", R"({"a":{"b":{}}})",
     [](Reader& in) {
       in.object("a", [](Reader& a) { a.object("b", [](Reader& b) { (void)b.text("c"); }); });
     },
     Code::missing_field, "/body/a/b/c"},
    {"unknown_in_a_member", R"({"a":{"b":1}})", [](Reader& in) { in.object("a", [](Reader&) {}); },
     Code::unknown_field, "/body/a/b"},
};

const Refusal rest[] = {
    {"unknown", R"({"a":1,"b":2})", [](Reader& in) { (void)in.integer("a", 0, 9); },
     Code::unknown_field, "/body/b"},
    {"nothing_asked", R"({"a":1})", nullptr, Code::unknown_field, "/body/a"},
    {"unknown_null", R"({"a":null})", nullptr, Code::unknown_field, "/body/a"},
    {"has_is_not_asking", R"({"a":1})", [](Reader& in) { EXPECT_TRUE(in.has("a")); },
     Code::unknown_field, "/body/a"},
    {"the_first_error", R"({"x":1})",
     [](Reader& in) {
       (void)in.text("b");
       (void)in.text("a");
     },
     Code::missing_field, "/body/b"},
    {"the_callers_own", R"({"a":1})", [](Reader& in) { in.refuse("a", Code::expired, "is over"); },
     Code::expired, "/body/a"},
    {"the_callers_own_comes_second", "{}",
     [](Reader& in) {
       (void)in.text("b");
       in.refuse("a", Code::expired, "is over");
     },
     Code::missing_field, "/body/b"},
};

std::string name_of(const testing::TestParamInfo<Refusal>& info) {
  return std::string(info.param.what);
}

INSTANTIATE_TEST_SUITE_P(Missing, ReaderRefuses, testing::ValuesIn(missing), name_of);
INSTANTIATE_TEST_SUITE_P(Wrong, ReaderRefuses, testing::ValuesIn(wrong), name_of);
INSTANTIATE_TEST_SUITE_P(Lists, ReaderRefuses, testing::ValuesIn(lists), name_of);
INSTANTIATE_TEST_SUITE_P(Rest, ReaderRefuses, testing::ValuesIn(rest), name_of);

TEST(Reader, says_what_would_do) {
  Value value = *parse(R"({"a":"z"})");
  Reader in(value);
  (void)in.one_of("a", {"x", "y"});
  EXPECT_EQ(in.finish().error().what, "must be one of \"x\" \"y\"");
}

TEST(Reader, any_hands_a_member_on_as_it_is) {
  Value value = *parse(R"({"body":{"x":[1]},"list":[2]})");
  Reader in(value);
  EXPECT_EQ(write(in.any("body")), R"({"x":[1]})");
  EXPECT_EQ(write(in.any("list")), "[2]");
  EXPECT_TRUE(in.finish());
}

TEST(Reader, long_unknown_names_are_cut_in_messages) {
  Value value(Object{{std::string(100'000, 'x'), 1}});
  Reader in(value);
  EXPECT_LT(in.finish().error().where.size(), 300u);
}

}  // namespace
}  // namespace comity::json
