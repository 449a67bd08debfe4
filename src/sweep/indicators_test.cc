#include "sweep/indicators.h"

#include <gmock/gmock.h>

#include "sweep/testing.h"

namespace comity::sweep {
namespace {

using ::testing::ElementsAre;
using ::testing::UnorderedElementsAre;

TEST(Item, is_what_its_form_says) {
  struct Case {
    const char* text;
    Kind kind;
    Form form;
    const char* value;
  };
  for (const Case& one : std::initializer_list<Case>{
           {"198.51.100.7", Kind::address, Form::address, "198.51.100.7"},
           {"198.51.100.0/24", Kind::address, Form::address, "198.51.100.0/24"},
           {"2001:DB8::0:7", Kind::address, Form::address, "2001:db8::7"},
           {"::ffff:198.51.100.7", Kind::address, Form::address, "198.51.100.7"},
           {"Evil[.]Example.", Kind::domain, Form::domain, "evil.example"},
           {"hxxps://evil[.]example", Kind::url, Form::url, "https://evil.example/"},
           {"Eve[at]evil(dot)example", Kind::mail, Form::mail, "eve@evil.example"},
           {"D41D8CD98F00B204E9800998ECF8427E", Kind::hash, Form::hash,
            "d41d8cd98f00b204e9800998ecf8427e"},
           {"evil.exe", Kind::file, Form::dotted, "evil.exe"},
           {"file:evil.com", Kind::file, Form::dotted, "evil.com"},
           {"evil.com", Kind::domain, Form::domain, "evil.com"},
           {"C:\\a\\B c.txt", Kind::file, Form::phrase, "c:\\a\\b c.txt"},
           {"HKLM\\A\\\\B\\", Kind::registry, Form::registry, "hklm\\a\\b"}}) {
    auto items = items_from_text(one.text);
    ASSERT_TRUE(items) << one.text << ": " << items.error().what;
    EXPECT_EQ(*items, std::vector{(Item{one.kind, one.form, one.value})}) << one.text;
  }
}

TEST(Item, is_refused_when_nobody_can_tell_or_it_would_say_nothing) {
  for (const char* text : {"svchost",
                           "x",
                           "file:a.c",
                           "file:1.2.3.4",
                           "0.0.0.0/0",
                           "10.0.0.0/7",
                           "198.51.100.7/24",
                           "198.51.100.7/33",
                           "::/0",
                           "2001:db8::/129",
                           "203.0.113.9-203.0.113.1",
                           "domain:localhost",
                           "hash:d41d8cd98f00b204e9800998ecf8427",
                           "http:///x",
                           "url:http://a b/",
                           "mail:eve@",
                           "1.2.3.4.5/8",
                           "address:198.51.100.007",
                           "http://evil.example/<x>",
                           "registry:HK"}) {
    auto items = items_from_text(text);
    ASSERT_FALSE(items) << text;
    EXPECT_EQ(items.error().code, Code::bad_value) << text;
  }
  EXPECT_EQ(items_from_text("file:" + std::string(256, 'a') + ".exe").error().code,
            Code::too_large);
}

TEST(Item, of_a_range_is_the_prefixes_that_make_it_up) {
  auto items = items_from_text("203.0.113.3-203.0.113.8");
  ASSERT_TRUE(items);
  std::vector<std::string> values;
  for (const Item& item : *items) values.push_back(item.value);
  EXPECT_THAT(values, ElementsAre("203.0.113.3", "203.0.113.4/30", "203.0.113.8"));
}

TEST(Loader, reads_a_list_and_tells_what_it_cannot_read) {
  Loader loader(testing::noon());
  ASSERT_TRUE(
      loader.add_list("l.txt", "# of today\nevil.example  # the first\r\n\nwhat\n10.0.0.1"));
  auto made = loader.finish();
  ASSERT_TRUE(made);
  ASSERT_EQ(made->size(), 2u);
  EXPECT_EQ(made->at(1).value, "10.0.0.1");
  EXPECT_EQ(made->origin(1).id, "line 5");
  EXPECT_EQ(made->origin(1).alert, "l.txt");
  EXPECT_EQ(made->tally().given, 3u);
  EXPECT_EQ(made->tally().taken, 2u);
  EXPECT_EQ(made->tally().refused, 1u);
  EXPECT_THAT(made->tally().told, ElementsAre(::testing::StartsWith("l.txt:4: ")));
}

std::string indicator(int number, std::string_view pattern, std::string_view more = "",
                      std::string_view modified = "2026-01-01T00:00:00.000Z") {
  return R"({"type":"indicator","spec_version":"2.1","id":"indicator--00000000-0000-4000-8000-00000000000)" +
         std::to_string(number) + R"(","created":"2026-01-01T00:00:00.000Z","modified":")" +
         std::string(modified) + R"(","pattern_type":"stix","pattern":")" + std::string(pattern) +
         R"(","valid_from":"2026-01-01T00:00:00Z")" + std::string(more) + "}";
}

Indicators of_bundle(const std::vector<std::string>& objects) {
  std::string text =
      R"({"type":"bundle","id":"bundle--00000000-0000-4000-8000-0000000000ff","objects":[)";
  for (const std::string& object : objects) text += (text.back() == '[' ? "" : ",") + object;
  Loader loader(testing::noon());
  auto added = loader.add_bundle("b.json", text + "]}");
  EXPECT_TRUE(added) << (added ? "" : added.error().what);
  return *loader.finish();
}

TEST(Loader, takes_what_a_pattern_says_and_whether_it_says_more) {
  Indicators made = of_bundle({indicator(
      1,
      "[domain-name:value = 'evil.example' OR ipv4-addr:value ISSUBSET '198.51.100.0/24'] OR "
      "[file:name = 'evil.exe' AND file:hashes.MD5 = 'd41d8cd98f00b204e9800998ecf8427e'] OR "
      "[url:value LIKE 'http://%'] OR [windows-registry-key:key = 'HKEY_CURRENT_USER\\\\\\\\Evil']",
      R"(,"name":"a name","confidence":80)")});
  std::vector<std::pair<std::string, bool>> values;
  for (std::size_t i = 0; i < made.size(); ++i)
    values.emplace_back(std::string(made.at(i).value), made.at(i).decisive);
  EXPECT_THAT(values,
              UnorderedElementsAre(std::pair{"evil.example", true},
                                   std::pair{"198.51.100.0/24", true}, std::pair{"evil.exe", false},
                                   std::pair{"d41d8cd98f00b204e9800998ecf8427e", false},
                                   std::pair{"hkcu\\evil", true}));
  EXPECT_EQ(made.origin(0).alert, "bundle--00000000-0000-4000-8000-0000000000ff");
  EXPECT_EQ(made.origin(0).name, "a name");
  EXPECT_EQ(made.origin(0).confidence, 80);
}

TEST(Loader, leaves_out_what_is_not_valid_and_counts_it) {
  constexpr const char* one = "[domain-name:value = 'evil.example']";
  Indicators made = of_bundle(
      {indicator(1, one, R"(,"revoked":true)"),
       indicator(2, one, R"(,"valid_until":"2026-11-22T12:00:00Z")"),
       indicator(3, one, R"(,"valid_until":"2026-11-22T12:00:01Z")"),
       indicator(4, "[mutex:name MATCHES 'x']"), indicator(5, "[oops"), indicator(6, one),
       indicator(6, one, R"(,"revoked":true)", "2026-02-01T00:00:00.000Z"),
       R"({"type":"identity","spec_version":"2.1","id":"identity--00000000-0000-4000-8000-000000000001","created":"2026-01-01T00:00:00.000Z","modified":"2026-01-01T00:00:00.000Z","name":"n"})"});
  const Tally& tally = made.tally();
  EXPECT_EQ(made.size(), 1u);
  EXPECT_EQ(tally.given, 7u);
  EXPECT_EQ(tally.taken, 1u);
  EXPECT_EQ(tally.revoked, 2u);
  EXPECT_EQ(tally.expired, 1u);
  EXPECT_EQ(tally.unusable, 1u);
  EXPECT_EQ(tally.superseded, 1u);
  EXPECT_EQ(tally.refused, 1u);
  EXPECT_THAT(tally.told, ElementsAre(::testing::HasSubstr("000000000005: ")));
}

TEST(Loader, takes_values_of_the_caller_and_of_the_newest_version_alone) {
  Loader loader(testing::noon());
  auto later = stix::moment_from_text("2027-01-01T00:00:00Z");
  ASSERT_TRUE(loader.add({.alert = "c", .id = "i", .name = "", .valid_from = later}, {}, true));
  ASSERT_TRUE(loader.add({.alert = "c", .id = "i", .name = ""},
                         {{Kind::domain, Form::domain, "evil.example"}}, true));
  auto made = loader.finish();
  ASSERT_TRUE(made);
  EXPECT_EQ(made->size(), 1u);
  EXPECT_EQ(made->tally().not_yet, 1u);
  EXPECT_EQ(made->origin(0).alert, "c");
}

TEST(Index, tries_alike_phrases_by_other_words_and_says_when_it_cannot) {
  std::string list;
  for (int n = 1; n <= 200; ++n)
    list += "file:" + std::string(static_cast<std::size_t>(n), '(') + "wordy\n";
  Indicators few = testing::indicators_of(list);
  EXPECT_TRUE(Index(few, 3).left_out().empty());
  for (int n = 1; n <= 200; ++n)
    list += "file:wordy" + std::string(static_cast<std::size_t>(n), ')') + "\n";
  Indicators many = testing::indicators_of(list);
  Index index(many, 3);
  EXPECT_EQ(index.left_out().size(), 400u - 256u);
  EXPECT_EQ(testing::scan(index, " (wordy ").size(), 1u);
}

TEST(Loader, what_a_list_has_is_not_looked_for_and_told) {
  Loader loader(stix::Moment{});
  loader.leave_out([](const Item& item) {
    return std::string_view(item.value == "good.example" ? "well known" : "");
  });
  ASSERT_TRUE(loader.add_list("l", "good.example\nevil.example\n"));
  auto indicators = loader.finish();
  ASSERT_TRUE(indicators);
  EXPECT_EQ(indicators->size(), 1u);
  EXPECT_EQ(indicators->tally().warned, 1u);
  EXPECT_THAT(indicators->tally().warned_told,
              ElementsAre("l:1: good.example is on the warning list well known"));
}

}  // namespace
}  // namespace comity::sweep
