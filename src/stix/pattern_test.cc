#include "stix/pattern.h"

#include <gtest/gtest.h>

#include "base/limits_stix.h"
#include "stix/pattern_look.h"

namespace comity::stix {
namespace {

// Goal: what STIX 2.1, section 9, shows as patterns is read, and read again as it is written.
TEST(Pattern, forms_of_the_grammar_are_read_and_written) {
  for (std::string_view text : {
           "[file:size = 1280]",
           "[file:size == -1]",
           "[file:size <> +5]",
           "[file:name NOT = 'a']",
           "[a:b > 1.5 AND a:b <= .25 OR a:c < -0.5]",
           "[a:b = true OR a:b != false]",
           "[a:b IN ()]",
           "[a:b NOT IN (1, 2.5, 'x', b'AA==', h'0aFF', t'2026-01-01T00:00:00.5Z', true)]",
           "[file:hashes.'SHA-256' = 'f0' OR file:hashes.MD5 = 'f1']",
           "[email-message:from_ref.value MATCHES '.+\\\\@example\\\\.com$']",
           "[email-message:body_multipart[*].body_raw_ref.name LIKE 'a%']",
           "[a:b[0][-1].c = 1]",
           "[EXISTS a:b]",
           "[ipv4-addr:value ISSUBSET '198.51.100.0/24' AND ipv4-addr:value NOT ISSUPERSET 'x']",
           "[(a:b = 1 OR a:c = 2) AND a:d = 3]",
           "[a:b = 'it\\'s']",
           "[a:b = 1] AND [a:b = 2] OR [a:b = 3] FOLLOWEDBY [a:b = 4]",
           "([a:b = 1] FOLLOWEDBY [a:b = 2]) WITHIN 300 SECONDS",
           "[a:b = 1] FOLLOWEDBY ([a:b = 2] FOLLOWEDBY [a:b = 3])",
           "[a:b = 1] REPEATS 5 TIMES WITHIN 1800 SECONDS",
           "([a:b = 1] WITHIN 5 SECONDS) WITHIN 6.5 SECONDS",
           "[a:b = 1] START t'2026-01-01T00:00:00Z' STOP t'2026-01-02T00:00:00Z'",
           "/* a */ [a:b = 1] // b\n AND [a:b\xc2\xa0= 2]",
           "[x-usb-device:usbdrive.serial_number = '575833314133343231313937']",
           "( [(a:b IN(443,6443,8443) AND a:c != 0) ])",
       }) {
    auto pattern = parse_pattern(text);
    ASSERT_TRUE(pattern) << text << ": " << pattern.error().what << " " << pattern.error().where;
    std::string written = write_pattern(*pattern);
    auto again = parse_pattern(written);
    ASSERT_TRUE(again) << written << ": " << again.error().what;
    EXPECT_EQ(*again, *pattern) << written;
    EXPECT_EQ(write_pattern(*again), written);
  }
}

struct Bad {
  std::string_view text;
  std::size_t at;  // counted from 1
  Code code = Code::malformed;
};
class BadPattern : public ::testing::TestWithParam<Bad> {};
TEST_P(BadPattern, is_refused_where_it_is_wrong) {
  auto pattern = parse_pattern(GetParam().text);
  ASSERT_FALSE(pattern) << GetParam().text;
  EXPECT_EQ(pattern.error().where, "character " + std::to_string(GetParam().at))
      << GetParam().text << ": " << pattern.error().what;
  EXPECT_EQ(pattern.error().code, GetParam().code);
}
const Bad bad_patterns[] = {
    {"", 1},
    {"file:size = 1280", 1},
    {"[file:size = ]", 14},
    {"[file:size = 1", 15},
    {"[file:hashes.MD5 = cead3f77]", 20},
    {"[file.size = 1280]", 6},
    {"[file:name MATCHES /.*/]", 20},
    {"[file:hashes.SHA-256 = 'a']", 14},
    {"[a:b = 'a\\n']", 10},
    {"[a:b = 'a]", 8},
    {"[a:b = 01]", 8},
    {"[a:b = 1e5]", 9},
    {"[a:b = 9223372036854775808]", 8, Code::bad_value},
    {"[a:b =? 1]", 7},
    {"[a:b > true]", 8},
    {"[a:b LIKE 5]", 11},
    {"[a:b IN 1]", 9},
    {"[a:b IN (1,)]", 12},
    {"[a:b = t'2026-13-01T00:00:00Z']", 8},
    {"[a:b = b'====']", 8},
    {"[a:b = h'abc']", 8},
    {"[NOT a:b = 1]", 2},
    {"[a:b NOT EXISTS]", 10},
    {"[a:AND = 1]", 4},
    {"[a:b = 1] [a:b = 2]", 11},
    {"[a:b = 1] AND", 14},
    {"([a:b = 1]", 11},
    {"[a:b = 1])", 10},
    {"[a:b = 1] WITHIN 5 HOURS", 20},
    {"[a:b = 1] WITHIN -5 SECONDS", 18, Code::bad_value},
    {"[a:b = 1] WITHIN 0 SECONDS", 18, Code::bad_value},
    {"[a:b = 1] REPEATS 0 TIMES", 19, Code::bad_value},
    {"[a:b = 1] REPEATS 1.5 TIMES", 19},
    {"[a:b = 1] REPEATS 1000001 TIMES", 19, Code::too_large},
    {"[a:b = 1] within 2 SECONDS", 11},
    {"[a:b = 1] WITHIN 5 SECONDS WITHIN 6 SECONDS", 28},
    {"[a:b = 1] START '2026-01-01T00:00:00Z' STOP t'2026-01-02T00:00:00Z'", 17},
    {"[a:b = 1] START t'2026-01-01T00:00:00Z' STOP t'2026-01-01T00:00:00Z'", 46, Code::bad_value},
    {"[a:b = 1] /* open", 11},
    {"[a:b = 1] \xff", 11, Code::bad_utf8},
};
INSTANTIATE_TEST_SUITE_P(All, BadPattern, ::testing::ValuesIn(bad_patterns));

TEST(Pattern, by_20_the_times_of_start_and_stop_may_be_strings) {
  std::string_view text = "[a:b = 1] START '2026-01-01T00:00:00Z' STOP '2026-01-02T00:00:00Z'";
  EXPECT_FALSE(parse_pattern(text, Spec::v21));
  auto pattern = parse_pattern(text, Spec::v20);
  ASSERT_TRUE(pattern) << pattern.error().what;
  EXPECT_EQ(parse_pattern(write_pattern(*pattern)), *pattern);
}

TEST(Pattern, has_limits) {
  auto nested = [](std::size_t depth) {
    return std::string(depth, '(') + "[a:b = 1]" + std::string(depth, ')');
  };
  EXPECT_TRUE(parse_pattern(nested(limits::pattern_depth_max - 2)));
  auto deep = parse_pattern(nested(limits::pattern_depth_max + 1));
  ASSERT_FALSE(deep);
  EXPECT_EQ(deep.error().code, Code::too_deep);
  EXPECT_EQ(parse_pattern(nested(100'000)).error().code, Code::too_deep);
  std::string inner = "[" + std::string(100'000, '(') + "a:b = 1" + std::string(100'000, ')') + "]";
  EXPECT_EQ(parse_pattern(inner).error().code, Code::too_deep);
  std::string many = "[a:b = 1";
  for (std::size_t i = 0; i < limits::pattern_nodes_max; ++i) many += " OR a:b=1";
  EXPECT_EQ(parse_pattern(many + "]").error().code, Code::too_large);
  EXPECT_EQ(parse_pattern(std::string(limits::pattern_bytes_max + 1, ' ')).error().code,
            Code::too_large);
}

TEST(Literals, are_what_a_blocklist_can_use) {
  auto pattern = parse_pattern(
      "[url:value = 'http://example.com/' OR domain-name:value IN ('a.example', 'b.example') OR "
      "file:name LIKE 'a%' OR file:name MATCHES 'b' OR file:size > 5 OR "
      "ipv4-addr:value ISSUBSET '198.51.100.0/24' OR url:value NOT = 'c']");
  auto found = literals(pattern.value());
  ASSERT_EQ(found.size(), 5u);
  EXPECT_EQ(found[0], (Literal{"url", "value", Comparator::equal, "http://example.com/", true}));
  EXPECT_EQ(found[2], (Literal{"domain-name", "value", Comparator::equal, "b.example", true}));
  EXPECT_EQ(found[3].op, Comparator::like);
  EXPECT_EQ(found[4].op, Comparator::subset);
}

TEST(Literals, beside_and_a_value_alone_decides_nothing) {
  for (std::string_view text :
       {"[a:b = 1 AND a:c = 2]", "[a:b = 1] AND [a:c = 2]", "[a:b = 1] FOLLOWEDBY [a:c = 2]",
        "[a:b = 1] REPEATS 2 TIMES", "([a:b = 1] OR [a:c = 2]) WITHIN 5 SECONDS"})
    for (const Literal& literal : literals(parse_pattern(text).value()))
      EXPECT_FALSE(literal.decisive) << text;
  for (const Literal& literal : literals(parse_pattern("[a:b = 1] OR [a:b = 2]").value()))
    EXPECT_TRUE(literal.decisive);
  auto path = literals(parse_pattern("[file:hashes.'SHA-256' = 'a']").value());
  EXPECT_EQ(path[0].property, "hashes.'SHA-256'");
}

TEST(Pattern, warns_of_what_cannot_be_used) {
  EXPECT_TRUE(pattern_warnings(parse_pattern("[a:b MATCHES 'a.*b']").value()).empty());
  EXPECT_EQ(pattern_warnings(parse_pattern("[a:b MATCHES '(a)\\\\1']").value()).size(), 1u);
  EXPECT_EQ(pattern_warnings(parse_pattern("[a:b = 1 AND c:d = 2]").value()).size(), 1u);
}

}  // namespace
}  // namespace comity::stix
