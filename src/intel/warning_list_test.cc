#include "intel/warning_list.h"

#include <gmock/gmock.h>

#include <random>

#include "base/limits_intel.h"
#include "json/value.h"

namespace comity::intel {
namespace {

using ::testing::HasSubstr;

WarningLists lists(std::initializer_list<std::string> files) {
  WarningLists out;
  for (const std::string& each : files) {
    auto added = out.add("file", each);
    EXPECT_TRUE(added) << each << ": " << to_text(added.error());
  }
  out.finish();
  return out;
}

std::string warned(const WarningLists& in, std::string_view value) {
  auto items = sweep::items_from_text(value);
  EXPECT_TRUE(items) << value;
  return items ? std::string(in.warned(items->front())) : "?";
}

TEST(WarningList, each_type_compares_in_its_own_way) {
  auto in = lists({R"({"name":"nets","type":"cidr","list":["192.0.2.0/24","2001:db8::/32"]})",
                   R"({"name":"hosts","type":"hostname","list":[".Mail.example","cdn.example."]})",
                   R"({"name":"values","type":"string","list":["198.51.100.8","2001:DB9::0:1",
                       "d41d8cd98f00b204e9800998ecf8427e","http://a.example"]})",
                   R"({"name":"parts","type":"substring","list":["internal","qz"]})",
                   R"({"name":"shapes","type":"regex","list":["/^test[0-9]+\\./i","corp$"]})"});
  struct Case {
    const char *value, *list;
  };
  for (const Case& one : std::initializer_list<Case>{{"192.0.2.7", "nets"},
                                                     {"192.0.3.7", ""},
                                                     {"192.0.0.0/16", "nets"},
                                                     {"192.0.2.128/25", "nets"},
                                                     {"2001:db8::7", "nets"},
                                                     {"http://192.0.2.7/x", "nets"},
                                                     {"http://[2001:db8::7]:8080/x", "nets"},
                                                     {"mail.example", "hosts"},
                                                     {"mx.mail.example", "hosts"},
                                                     {"notmail.example", ""},
                                                     {"mail.example.org", ""},
                                                     {"http://x.cdn.example:8080/y", "hosts"},
                                                     {"eve@mail.example", "hosts"},
                                                     {"198.51.100.8", "values"},
                                                     {"198.51.100.0/24", "values"},
                                                     {"198.51.100.9", ""},
                                                     {"http://198.51.100.8/", ""},
                                                     {"2001:db9::1", "values"},
                                                     {"D41D8CD98F00B204E9800998ECF8427E", "values"},
                                                     {"http://a.example/", "values"},
                                                     {"a.example", ""},
                                                     {"an.INTERNAL.example", "parts"},
                                                     {"aqzb.example", "parts"},
                                                     {"TEST12.example", "shapes"},
                                                     {"a.test12.example", ""},
                                                     {"x.corp", "shapes"}})
    EXPECT_EQ(warned(in, one.value), one.list) << one.value;
  EXPECT_EQ(in.lists(), 5u);
  EXPECT_EQ(in.entries(), 12u);
}

TEST(WarningList, a_list_warns_of_the_types_that_it_names_alone) {
  auto in = lists({R"({"name":"d","type":"hostname","list":["a.example"],
                       "matching_attributes":["domain|ip"]})",
                   R"({"name":"u","type":"hostname","list":["b.example"],
                       "matching_attributes":["url"]})",
                   R"({"name":"x","type":"hostname","list":["c.example"],
                       "matching_attributes":["btc"]})",
                   R"({"name":"all","type":"hostname","list":["c.example"],
                       "matching_attributes":[]})"});
  EXPECT_EQ(warned(in, "a.example"), "d");
  EXPECT_EQ(warned(in, "http://a.example/"), "");
  EXPECT_EQ(warned(in, "b.example"), "");
  EXPECT_EQ(warned(in, "http://b.example/"), "u");
  EXPECT_EQ(warned(in, "c.example"), "all");
}

TEST(WarningList, an_indicator_is_warned_of_by_any_value_of_its_pattern) {
  auto in = lists({R"({"type":"hostname","list":["a.example"]})"});
  stix::Object indicator;
  indicator.pattern_type = "stix";
  indicator.pattern = "[domain-name:value = 'b.example' AND domain-name:value = 'www.a.example']";
  EXPECT_EQ(in.warned(indicator), "file");
  indicator.pattern = "[domain-name:value = 'b.example']";
  EXPECT_EQ(in.warned(indicator), "");
}

TEST(WarningList, what_is_none_is_refused_with_its_place) {
  struct Case {
    const char *text, *where;
  };
  for (const Case& one : std::initializer_list<Case>{
           {R"({"type":"hostname"})", ""},
           {R"({"list":[]})", ""},
           {R"({"type":"glob","list":[]})", "/type"},
           {R"({"type":"string","list":["a",""]})", "/list/1"},
           {R"({"type":"string","list":[7]})", "/list/0"},
           {R"({"type":"cidr","list":["192.0.2.0/33"]})", "/list/0"},
           {R"({"type":"cidr","list":["a.example"]})", "/list/0"},
           {R"({"type":"hostname","list":["."]})", "/list/0"},
           {R"({"type":"regex","list":["("]})", "/list/0"},
           {R"({"type":"string","list":["a"],"matching_attributes":[7]})", "/matching_attributes"},
           {R"(["a"])", ""}}) {
    WarningLists in;
    auto added = in.add("file", one.text);
    ASSERT_FALSE(added) << one.text;
    EXPECT_EQ(added.error().where, one.where) << one.text;
  }
}

TEST(WarningList, limits_are_held) {
  WarningLists many;
  for (std::size_t i = 0; i < limits::warning_lists_max; ++i)
    ASSERT_TRUE(many.add("f", R"({"type":"string","list":[]})"));
  EXPECT_EQ(many.add("f", R"({"type":"string","list":[]})").error().code, Code::too_large);
  WarningLists shapes;
  std::string text = R"({"type":"regex","list":[")";
  for (std::size_t i = 0; i < limits::warning_regexes_max; ++i) text += "a\",\"";
  EXPECT_EQ(shapes.add("f", text + "a\"]}").error().code, Code::too_large);
  std::string name(limits::warning_name_bytes_max, 'n');
  EXPECT_TRUE(shapes.add("f", R"({"type":"cidr","list":[],"name":")" + name + "\"}"));
  EXPECT_EQ(shapes.add("f", R"({"type":"cidr","list":[],"name":"n)" + name + "\"}").error().where,
            "/name");
  static_assert(limits::warning_list_bytes_max == 256u << 20);
  std::string longer(limits::warning_list_bytes_max + 1, ' ');
  EXPECT_EQ(shapes.add("f", longer).error().code, Code::too_large);
}

TEST(WarningList, more_entries_than_may_be_are_refused) {
  std::string text = R"({"type":"string","list":[)";
  for (int i = 0; i < 1'000'000; ++i) text += "\"a\",";
  text += "\"a\"]}";
  WarningLists in;
  for (std::size_t i = 0; i < limits::warning_entries_max / 1'000'001; ++i)
    ASSERT_TRUE(in.add("f", text));
  EXPECT_EQ(in.add("f", text).error().code, Code::too_large);
}

// What the tables find, a walk over every entry finds too.
TEST(WarningList, nets_are_found_as_a_walk_finds_them) {
  std::mt19937 random(11);
  for (int round = 0; round < 200; ++round) {
    std::vector<sweep::Prefix> nets;
    std::string text = R"({"name":"n","type":"cidr","list":[)";
    for (int i = 0; i < 20; ++i) {
      auto net = sweep::prefix_of_v4(0xc0000000u + (random() & 0xff)).cut(120 + random() % 9);
      nets.push_back(net);
      text += (i ? ",\"" : "\"") + to_text(net) + "\"";
    }
    auto in = lists({text + "]}"});
    for (int i = 0; i < 50; ++i) {
      auto asked = sweep::prefix_of_v4(0xc0000000u + (random() & 0xff)).cut(118 + random() % 11);
      bool common = std::ranges::any_of(nets, [&](const sweep::Prefix& net) {
        unsigned length = std::min(net.length, asked.length);
        return net.cut(length) == asked.cut(length);
      });
      sweep::Item item{sweep::Kind::address, sweep::Form::address, to_text(asked)};
      EXPECT_EQ(!in.warned(item).empty(), common) << to_text(asked) << " in " << text;
    }
  }
}

}  // namespace
}  // namespace comity::intel
