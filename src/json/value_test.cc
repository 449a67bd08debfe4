#include "json/value.h"

#include <gtest/gtest.h>

#include <bit>
#include <cmath>

#include "json/scan.h"

namespace comity::json {
namespace {

constexpr std::int64_t integer_max = (std::int64_t{1} << 53) - 1;

Value parsed(std::string_view text) {
  auto value = parse(text);
  EXPECT_TRUE(value) << text << ": " << to_text(value.error());
  return value.value_or(Value());
}

std::string repeated(std::string_view text, std::size_t count) {
  std::string all;
  while (count-- > 0) all += text;
  return all;
}

// ---- in

TEST(JsonParse, keeps_each_type_apart) {
  EXPECT_EQ(parsed("null"), Value());
  EXPECT_EQ(parsed("true"), Value(true));
  EXPECT_EQ(parsed(" false\n"), Value(false));
  EXPECT_EQ(parsed("-17"), Value(-17));
  EXPECT_EQ(parsed("1.0"), Value(1.0));
  EXPECT_NE(parsed("1.0"), Value(1));
  EXPECT_EQ(parsed("\"1\""), Value("1"));
  EXPECT_EQ(parsed("[]"), Value(Array{}));
  EXPECT_EQ(parsed("{}"), Value(Object{}));
  EXPECT_EQ(parsed(R"({"a":[1,{"b":null}]})"),
            Value(Object{{"a", Array{1, Object{{"b", Value()}}}}}));
}

TEST(JsonParse, takes_integers_up_to_the_bound_of_rfc_7493) {
  EXPECT_EQ(parsed("9007199254740991"), Value(integer_max));
  EXPECT_EQ(parsed("-9007199254740991"), Value(-integer_max));
  EXPECT_EQ(parsed("9007199254740991.0"), Value(9007199254740991.0));
  EXPECT_EQ(parsed("1e21"), Value(1e21));
  EXPECT_EQ(parsed("1e-400"), Value(0.0));
}

TEST(JsonParse, reads_minus_zero_as_a_double_and_leaves_texts_alone) {
  struct {
    std::string_view text, at;
  } cases[] = {{"-0", ""},
               {" -0 ", ""},
               {"[1,-0]", "1"},
               {R"({"a":-0})", "a"},
               {R"(["-0, \"-0 ",-0])", "1"}};
  for (const auto& [text, at] : cases) {
    Value value = parsed(text);
    const Value* zero = &value;
    if (at == "1") zero = &value.as_array()->at(1);
    if (at == "a") zero = value.find("a");
    ASSERT_TRUE(zero->as_double()) << text;
    EXPECT_TRUE(std::signbit(*zero->as_double())) << text;
  }
  for (std::string_view text : {R"("2000-05-04")", R"(["[-0]","\"-0",-0.5,-1,1e-01])"})
    EXPECT_EQ(write(parsed(text)), write(parsed(text))) << text;
  EXPECT_EQ(parsed(R"([" -0 ", -0.5])"), Value(Array{" -0 ", -0.5}));
  EXPECT_EQ(with_negative_zeros(R"(["-0", "\\", "\" -0 ,"])"), std::nullopt);
  EXPECT_EQ(with_negative_zeros("[-0,-0 ]").value_or(""), "[-0.0,-0.0 ]");
}

TEST(JsonParse, decodes_escapes) {
  EXPECT_EQ(parsed(R"("\"\\\/\b\f\n\r\t\u0041\u20AC\ud83d\ude00")"),
            Value("\"\\/\b\f\n\r\tA\u20ac\U0001f600"));
  EXPECT_EQ(parsed(R"("\u0000")"), Value(std::string(1, '\0')));
}

struct Refused {
  std::string text;
  Code code;
  std::string where;
};

class JsonRefuses : public testing::TestWithParam<Refused> {};

TEST_P(JsonRefuses, with_code_and_place) {
  const auto& [text, code, where] = GetParam();
  auto value = parse(text);
  ASSERT_FALSE(value) << text << " was taken as " << write(*value);
  EXPECT_EQ(code_name(value.error().code), code_name(code))
      << text << ": " << to_text(value.error());
  EXPECT_EQ(value.error().where, where) << text << ": " << value.error().what;
  EXPECT_FALSE(value.error().what.empty());
}

INSTANTIATE_TEST_SUITE_P(
    Structure, JsonRefuses,
    testing::Values(
        Refused{"", Code::malformed, "byte 0"}, Refused{"  ", Code::malformed, "byte 2"},
        Refused{"\xef\xbb\xbf{}", Code::malformed, "byte 0"},
        Refused{"[1,]", Code::malformed, "byte 3"}, Refused{"[,1]", Code::malformed, "byte 1"},
        Refused{"[1 2]", Code::malformed, "byte 3"}, Refused{"[1", Code::malformed, "byte 2"},
        Refused{"[1}", Code::malformed, "byte 2"}, Refused{"]", Code::malformed, "byte 0"},
        Refused{"{\"a\"}", Code::malformed, "byte 4"},
        Refused{"{\"a\":}", Code::malformed, "byte 5"},
        Refused{"{\"a\":1,}", Code::malformed, "byte 7"},
        Refused{"{a:1}", Code::malformed, "byte 1"}, Refused{"{1:1}", Code::malformed, "byte 1"},
        Refused{"{} {}", Code::malformed, "byte 3"}, Refused{"1 2", Code::malformed, "byte 2"},
        Refused{"// x\n1", Code::malformed, "byte 0"},
        Refused{std::string("[1]\0", 4), Code::malformed, "byte 3"},
        Refused{"nul", Code::malformed, "byte 0"}, Refused{"True", Code::malformed, "byte 0"},
        Refused{"[truefalse]", Code::malformed, "byte 5"},
        Refused{"NaN", Code::malformed, "byte 0"}, Refused{"\f1", Code::malformed, "byte 0"}));

INSTANTIATE_TEST_SUITE_P(Strings, JsonRefuses,
                         testing::Values(Refused{"\"a", Code::malformed, "byte 2"},
                                         Refused{"\"a\\\"", Code::malformed, "byte 4"},
                                         Refused{"[\"a\nb\"]", Code::malformed, "byte 3"},
                                         Refused{"\"\\x41\"", Code::malformed, "byte 1"},
                                         Refused{"\"\\u12g4\"", Code::malformed, "byte 1"},
                                         Refused{"\"\\u-123\"", Code::malformed, "byte 1"},
                                         Refused{"\"ab\\ud800\"", Code::malformed, "byte 3"},
                                         Refused{"\"\\ud800\\u0041\"", Code::malformed, "byte 1"},
                                         Refused{"\"\\udc00\"", Code::malformed, "byte 1"},
                                         Refused{"'a'", Code::malformed, "byte 0"},
                                         Refused{"\"\xff\"", Code::bad_utf8, "byte 1"},
                                         Refused{"[\"\xc0\xaf\"]", Code::bad_utf8, "byte 2"},
                                         Refused{"\"\xed\xa0\x80\"", Code::bad_utf8, "byte 1"},
                                         Refused{"\"\xf4\x90\x80\x80\"", Code::bad_utf8, "byte 1"},
                                         Refused{"\"\xe2\x82\"", Code::bad_utf8, "byte 1"}));

INSTANTIATE_TEST_SUITE_P(
    Numbers, JsonRefuses,
    testing::Values(
        Refused{"01", Code::malformed, "byte 0"}, Refused{"-01", Code::malformed, "byte 0"},
        Refused{"+1", Code::malformed, "byte 0"}, Refused{".5", Code::malformed, "byte 0"},
        Refused{"5.", Code::malformed, "byte 2"}, Refused{"-", Code::malformed, "byte 1"},
        Refused{"1e", Code::malformed, "byte 2"}, Refused{"1e+", Code::malformed, "byte 3"},
        Refused{"0x10", Code::malformed, "byte 1"},
        Refused{"[9007199254740992]", Code::bad_value, "/0"},
        Refused{"{\"a\":-9007199254740992}", Code::bad_value, "/a"},
        Refused{"18446744073709551615", Code::bad_value, ""},
        Refused{"[18446744073709551616]", Code::bad_value, "byte 1"},
        Refused{"-9223372036854775809", Code::bad_value, "byte 0"},
        Refused{"1e400", Code::bad_value, "byte 0"},
        Refused{"[1,-1e309]", Code::bad_value, "byte 3"}, Refused{"[1e20]", Code::bad_value, "/0"},
        Refused{"9007199254740992.0", Code::bad_value, ""}));

INSTANTIATE_TEST_SUITE_P(
    Objects, JsonRefuses,
    testing::Values(Refused{R"({"a":1,"a":1})", Code::duplicate_key, "/a"},
                    Refused{R"({"x":[0,{"a":1,"\u0061":2}]})", Code::duplicate_key, "/x/1/a"},
                    Refused{R"({"a/b":{"~":1,"~":2}})", Code::duplicate_key, "/a~1b/~0"},
                    Refused{R"({"":0,"":0})", Code::duplicate_key, "/"}));

TEST(JsonParse, bounds_the_depth) {
  std::size_t max = limits::json_depth_max;
  EXPECT_TRUE(parse(repeated("[", max) + repeated("]", max)));
  EXPECT_TRUE(parse(repeated("{\"a\":", max - 1) + "[]" + repeated("}", max - 1)));
  std::string pointer = repeated("/0", max);
  struct {
    std::string text, where;
  } cases[] = {{repeated("[", max + 1) + repeated("]", max + 1), pointer},
               {repeated("[", max) + "{}" + repeated("]", max), pointer},
               {repeated("[", max + 1) + "1" + repeated("]", max + 1), "byte 64"},
               {repeated("[", 1'000'000), "byte 64"}};
  for (const auto& [text, where] : cases) {
    auto value = parse(text);
    ASSERT_FALSE(value);
    EXPECT_EQ(value.error().code, Code::too_deep);
    EXPECT_EQ(value.error().where, where);
  }
  EXPECT_TRUE(parse("[[1]]", {.depth_max = 2}));
  EXPECT_EQ(parse("[[1]]", {.depth_max = 1}).error().code, Code::too_deep);
}

TEST(JsonParse, bounds_bytes_members_and_values) {
  EXPECT_TRUE(parse("[1]", {.bytes_max = 3}));
  EXPECT_EQ(parse("[1] ", {.bytes_max = 3}).error().code, Code::too_large);
  EXPECT_TRUE(parse(R"({"a":1,"b":2})", {.members_max = 2}));
  auto wide = parse(R"({"o":{"a":1,"b":2,"c":3}})", {.members_max = 2});
  ASSERT_FALSE(wide);
  EXPECT_EQ(wide.error().code, Code::too_large);
  EXPECT_EQ(wide.error().where, "/o");
  EXPECT_TRUE(parse("[1,[2]]", {.values_max = 4}));
  auto many = parse("[1,[2,3]]", {.values_max = 4});
  ASSERT_FALSE(many);
  EXPECT_EQ(many.error().code, Code::too_large);
  EXPECT_EQ(many.error().where, "/1/1");
}

TEST(JsonParse, bounds_are_the_named_ones) {
  std::string full = "\"" + std::string(limits::act_bytes_max - 2, 'x') + "\"";
  EXPECT_TRUE(parse(full));
  EXPECT_EQ(parse(full + " ").error().code, Code::too_large);
  std::string members = "{\"x\":0";
  for (std::size_t i = 1; i < limits::json_members_max; ++i)
    members += ",\"" + std::to_string(i) + "\":0";
  EXPECT_TRUE(parse(members + "}"));
  EXPECT_EQ(parse(members + ",\"y\":0}").error().code, Code::too_large);
  std::string values = "[0" + repeated(",0", limits::json_values_max - 2);
  Limits wide{.bytes_max = limits::alert_act_bytes_max};
  EXPECT_TRUE(parse(values + "]", wide));
  EXPECT_EQ(parse(values + ",0]", wide).error().code, Code::too_large);
}

TEST(JsonParse, cuts_long_names_in_messages) {
  std::string name = repeated("\u00e9", 500);
  auto value = parse("{\"" + name + "\":1,\"" + name + "\":1}");
  ASSERT_FALSE(value);
  EXPECT_LE(value.error().where.size(), 260u);
  EXPECT_TRUE(is_utf8(value.error().where));
}

// ---- out

// RFC 8785, Appendix B.
TEST(JsonWrite, numbers_of_rfc_8785) {
  struct {
    std::uint64_t bits;
    std::string_view text;
  } cases[] = {
      {0x0000000000000000, "0"},
      {0x8000000000000000, "0"},
      {0x0000000000000001, "5e-324"},
      {0x8000000000000001, "-5e-324"},
      {0x7fefffffffffffff, "1.7976931348623157e+308"},
      {0xffefffffffffffff, "-1.7976931348623157e+308"},
      {0x4340000000000000, "9007199254740992"},
      {0xc340000000000000, "-9007199254740992"},
      {0x4430000000000000, "295147905179352830000"},
      {0x44b52d02c7e14af5, "9.999999999999997e+22"},
      {0x44b52d02c7e14af6, "1e+23"},
      {0x44b52d02c7e14af7, "1.0000000000000001e+23"},
      {0x444b1ae4d6e2ef4e, "999999999999999700000"},
      {0x444b1ae4d6e2ef4f, "999999999999999900000"},
      {0x444b1ae4d6e2ef50, "1e+21"},
      {0x3eb0c6f7a0b5ed8c, "9.999999999999997e-7"},
      {0x3eb0c6f7a0b5ed8d, "0.000001"},
      {0x41b3de4355555553, "333333333.3333332"},
      {0x41b3de4355555554, "333333333.33333325"},
      {0x41b3de4355555555, "333333333.3333333"},
      {0x41b3de4355555556, "333333333.3333334"},
      {0x41b3de4355555557, "333333333.33333343"},
      {0xbecbf647612f3696, "-0.0000033333333333333333"},
      {0x43143ff3c1cb0959, "1424953923781206.2"},
  };
  for (const auto& [bits, text] : cases) EXPECT_EQ(write(Value(std::bit_cast<double>(bits))), text);
}

TEST(JsonWrite, integers_and_plain_doubles) {
  EXPECT_EQ(write(Value(0)), "0");
  EXPECT_EQ(write(Value(-integer_max)), "-9007199254740991");
  EXPECT_EQ(write(Value(std::uint64_t{9007199254740991})), "9007199254740991");
  EXPECT_EQ(write(Value(1.0)), "1");
  EXPECT_EQ(write(Value(-1.5)), "-1.5");
  EXPECT_EQ(write(Value(123456.789)), "123456.789");
  EXPECT_EQ(write(Value(1e-7)), "1e-7");
}

TEST(JsonWriteDeathTest, refuses_what_json_cannot_say) {
  EXPECT_DEATH((void)write(Value(std::nan(""))), "no word for NaN");
  EXPECT_DEATH((void)write(Value(HUGE_VAL)), "no word for NaN");
  EXPECT_DEATH(Value(std::uint64_t{9007199254740992}), "at most");
}

// RFC 8785, section 3.2.2: the sample object and its canonical form.
TEST(JsonWrite, the_sample_of_rfc_8785) {
  EXPECT_EQ(write(parsed(R"({
    "numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001],
    "string": "\u20ac$\u000F\u000aA'\u0042\u0022\u005c\\\"\/",
    "literals": [null, true, false]
  })")),
            "{\"literals\":[null,true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27],"
            "\"string\":\"\u20ac$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}");
}

// RFC 8785, section 3.2.3: names whose UTF-8 order and UTF-16 order differ.
TEST(JsonWrite, sorts_members_as_rfc_8785_says) {
  EXPECT_EQ(
      write(parsed(R"({
    "\u20ac": "Euro Sign", "\r": "Carriage Return", "\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
    "\ud83d\ude00": "Emoji: Grinning Face", "\u0080": "Control", "\u00f6": "Latin Small Letter O With Diaeresis"
  })")),
      "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u0080\":\"Control\","
      "\"\u00f6\":\"Latin Small Letter O With Diaeresis\",\"\u20ac\":\"Euro Sign\","
      "\"\U0001f600\":\"Emoji: Grinning Face\",\"\ufb33\":\"Hebrew Letter Dalet With Dagesh\"}");
}

// Every pair of names over characters of each length, against the order of the same names in
// UTF-16.
TEST(JsonWrite, orders_every_pair_of_names_by_utf_16) {
  constexpr std::u32string_view letters =
      U"a\u00e9\u20ac\ud7ff\ue000\ufb33\uffff\U00010000\U0001f600\U0010ffff";
  struct Name {
    std::string utf8;
    std::u16string utf16;
  };
  auto letter = [](char32_t c) {
    auto byte = [](char32_t b) { return static_cast<char>(static_cast<unsigned char>(b)); };
    Name name;
    if (c < 0x80)
      name.utf8 = {byte(c)};
    else if (c < 0x800)
      name.utf8 = {byte(0xc0 | c >> 6), byte(0x80 | (c & 63))};
    else if (c < 0x10000)
      name.utf8 = {byte(0xe0 | c >> 12), byte(0x80 | (c >> 6 & 63)), byte(0x80 | (c & 63))};
    else
      name.utf8 = {byte(0xf0 | c >> 18), byte(0x80 | (c >> 12 & 63)), byte(0x80 | (c >> 6 & 63)),
                   byte(0x80 | (c & 63))};
    if (c < 0x10000)
      name.utf16 = {static_cast<char16_t>(c)};
    else
      name.utf16 = {static_cast<char16_t>(0xd7c0 + (c >> 10)),
                    static_cast<char16_t>(0xdc00 | (c & 0x3ff))};
    return name;
  };
  std::vector<Name> names{{"", u""}};
  for (char32_t c : letters) names.push_back(letter(c));
  for (char32_t c : letters)
    for (char32_t d : letters)
      names.push_back({letter(c).utf8 + letter(d).utf8, letter(c).utf16 + letter(d).utf16});
  for (const Name& a : names)
    for (const Name& b : names) {
      if (a.utf8 == b.utf8) continue;
      const Name& first = a.utf16 < b.utf16 ? a : b;
      const Name& second = a.utf16 < b.utf16 ? b : a;
      ASSERT_EQ(write(Value(Object{{a.utf8, 1}, {b.utf8, 1}})),
                "{\"" + first.utf8 + "\":1,\"" + second.utf8 + "\":1}");
    }
}

// RFC 8785, section 3.2.2.2: only what must be escaped is, the short way where there is one.
TEST(JsonWrite, escapes_as_little_as_it_may) {
  EXPECT_EQ(write(Value("\b\t\n\f\r\"\\/\x7f\u2028")), "\"\\b\\t\\n\\f\\r\\\"\\\\/\x7f\u2028\"");
  EXPECT_EQ(write(Value(std::string("\0\x01\x0b\x1f", 4))), R"("\u0000\u0001\u000b\u001f")");
  for (char c = 0; c < 0x20; ++c)
    EXPECT_EQ(parsed(write(Value(std::string(1, c)))), Value(std::string(1, c)));
}

TEST(JsonWrite, pretty_text_is_the_same_value) {
  Value value = parsed(R"({"b":[1,[],{}],"a":{"c":"x"}})");
  EXPECT_EQ(write_pretty(value),
            "{\n  \"a\": {\n    \"c\": \"x\"\n  },\n  \"b\": [\n    1,\n    [],\n    {}\n  ]\n}");
  EXPECT_EQ(parsed(write_pretty(value)), value);
}

TEST(JsonWrite, what_is_written_is_read_again) {
  for (std::string_view text :
       {"[1.5,-0.25,1e+21,5e-324,0]", R"({"":{"\u0000":[null,true,"\ud83d\ude00"]}})",
        "\"\\u007f\"", "[[],{},[[]]]"}) {
    Value value = parsed(text);
    EXPECT_EQ(parsed(write(value)), value) << text;
    EXPECT_EQ(write(parsed(write(value))), write(value)) << text;
  }
}

// ---- the rest

TEST(JsonValue, finds_members_of_objects_only) {
  Value value = parsed(R"({"a":{"b":1}})");
  ASSERT_TRUE(value.find("a"));
  EXPECT_EQ(*value.find("a")->find("b"), Value(1));
  EXPECT_EQ(value.find("b"), nullptr);
  EXPECT_EQ(Value(Array{}).find("a"), nullptr);
  EXPECT_EQ(Value().find("a"), nullptr);
}

TEST(JsonValue, numbers_from_other_formats_meet_the_same_bounds) {
  EXPECT_EQ(number_from(integer_max).value(), Value(integer_max));
  EXPECT_EQ(number_from(0.5).value(), Value(0.5));
  EXPECT_EQ(number_from(-1e300).value(), Value(-1e300));
  EXPECT_EQ(number_from(integer_max + 1).error().code, Code::bad_value);
  EXPECT_EQ(number_from(-integer_max - 1).error().code, Code::bad_value);
  EXPECT_EQ(number_from(1e20).error().code, Code::bad_value);
  EXPECT_EQ(number_from(std::nan("")).error().code, Code::bad_value);
  EXPECT_EQ(number_from(-HUGE_VAL).error().code, Code::bad_value);
}

// RFC 6901, section 5.
TEST(JsonValue, pointers_escape_names) {
  EXPECT_EQ(pointer_to("", "a/b"), "/a~1b");
  EXPECT_EQ(pointer_to("/x", "m~n"), "/x/m~0n");
  EXPECT_EQ(pointer_to("", ""), "/");
  EXPECT_EQ(pointer_to("/foo", std::size_t{0}), "/foo/0");
}

// find_fault() tells a number too large from one too small by where its first digit stands.
TEST(JsonScan, tells_overflow_from_underflow) {
  std::string zeros = repeated("0", 400);
  struct {
    std::string text;
    bool refused;
  } cases[] = {{"1" + zeros + ".5", true},
               {"0." + zeros + "1", false},
               {"1" + zeros + "e-400", false},
               {"1" + zeros + "e-1", true},
               {"0." + zeros + "1e+401", false},
               {"0." + zeros + "1e800", true},
               {"1e99999999999999999999", true},
               {"1e-99999999999999999999", false},
               {"-1E400", true},
               {"-0e400", false}};
  for (const auto& [text, refused] : cases) {
    EXPECT_EQ(find_fault(text, 1).has_value(), refused) << text;
    auto value = parse(text);
    EXPECT_EQ(value.has_value(), !refused) << text;
    if (refused && !value) EXPECT_EQ(value.error().code, Code::bad_value);
  }
}

}  // namespace
}  // namespace comity::json
