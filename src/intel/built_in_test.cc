#include "intel/built_in.h"

#include <gmock/gmock.h>

#include "json/value.h"

namespace comity::intel {
namespace {

WarningLists of(const std::vector<std::string>& names) {
  WarningLists lists;
  auto added = add_built_in(lists, names);
  EXPECT_TRUE(added) << (added ? "" : to_text(added.error()));
  lists.finish();
  return lists;
}

std::string warned(const WarningLists& in, std::string_view value) {
  auto items = sweep::items_from_text(value);
  EXPECT_TRUE(items) << value;
  return items ? std::string(in.warned(items->front())) : "?";
}

TEST(BuiltIn, what_nobody_means_to_block_is_warned_of_by_default) {
  WarningLists in = of(built_in_by_default());
  for (const char* address :
       {"127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "172.31.255.255", "192.168.1.0/24",
        "169.254.169.254", "100.64.0.1", "224.0.0.251", "255.255.255.255", "::", "::1", "fe80::1",
        "fd12::1", "ff02::1", "::ffff:127.0.0.1", "http://127.0.0.1:8080/a", "http://[::1]/",
        "10.0.0.0/8"})
    EXPECT_EQ(warned(in, address), "built in: special-addresses") << address;
  for (const char* name : {"domain:a.localhost", "printer.local", "x.invalid", "http://localhost/",
                           "root@printer.local"})
    EXPECT_EQ(warned(in, name), "built in: special-names") << name;
}

TEST(BuiltIn, everything_else_is_looked_for_and_blocked_as_before) {
  WarningLists in = of(built_in_by_default());
  for (const char* value :
       {"11.0.0.1",         "172.15.255.255",  "172.32.0.1",        "192.167.255.255",
        "128.0.0.1",        "223.255.255.255", "100.63.255.255",    "1.1.1.1",
        "2001:4860::1",     "2002::1",         "64:ff9b::1",        "192.0.2.1",
        "198.51.100.7",     "203.0.113.9",     "2001:db8::1",       "worm.example",
        "mail.example.com", "a.test",          "localhost.example", "expyuzz4wqqyqhjn.onion",
        "local.example"})
    EXPECT_EQ(warned(in, value), "") << value;
}

TEST(BuiltIn, documentation_is_warned_of_when_it_is_chosen) {
  WarningLists in = of({"documentation-addresses", "documentation-names"});
  for (const char* address : {"192.0.2.1", "198.51.100.7", "203.0.113.9", "2001:db8::1", "3fff::1"})
    EXPECT_EQ(warned(in, address), "built in: documentation-addresses") << address;
  for (const char* name :
       {"worm.example", "www.example.com", "example.net", "example.org", "a.test"})
    EXPECT_EQ(warned(in, name), "built in: documentation-names") << name;
  EXPECT_EQ(warned(in, "127.0.0.1"), "");
  EXPECT_EQ(warned(in, "notexample.com"), "");
}

TEST(BuiltIn, another_name_is_refused_with_those_there_are) {
  WarningLists lists;
  auto added = add_built_in(lists, std::vector<std::string>{"special"});
  ASSERT_FALSE(added);
  EXPECT_EQ(added.error().where, "special");
  EXPECT_THAT(added.error().what, ::testing::HasSubstr("special-addresses"));
}

TEST(BuiltIn, each_entry_says_what_it_is_and_where_that_stands) {
  EXPECT_EQ(built_in_files().size(), 4u);
  for (const auto& [file, text] : built_in_files()) {
    auto value = json::parse(text);
    ASSERT_TRUE(value) << file;
    EXPECT_THAT(*value->find("source")->as_string(), ::testing::HasSubstr("IANA")) << file;
    const json::Value& why = *value->find("why");
    EXPECT_EQ(why.as_object()->size(), value->find("list")->as_array()->size()) << file;
    for (const json::Value& entry : *value->find("list")->as_array()) {
      ASSERT_TRUE(why.find(*entry.as_string())) << *entry.as_string();
      EXPECT_THAT(*why.find(*entry.as_string())->as_string(), ::testing::HasSubstr("RFC "));
    }
  }
}

}  // namespace
}  // namespace comity::intel
