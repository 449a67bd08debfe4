#include <gtest/gtest.h>

#include "json/value.h"

namespace comity::json {
namespace {

std::string names(const Object& object) {
  std::string out;
  for (const auto& [name, value] : object) out += name + " ";
  return out;
}

TEST(Object, keeps_its_members_in_the_order_of_their_names) {
  Object object{{"b", 1}, {"a", 2}, {"c", 3}};
  object["aa"] = 4;
  object.emplace("", 5);
  EXPECT_EQ(names(object), " a aa b c ");
  EXPECT_EQ(object, Object(std::vector<Member>{{"c", 3}, {"b", 1}, {"aa", 4}, {"a", 2}, {"", 5}}));
}

TEST(Object, names_no_member_twice) {
  Object object{{"a", 1}, {"a", 2}};
  EXPECT_EQ(object.size(), 1u);
  EXPECT_EQ(object["a"], Value(1)) << "the first counts";
  object.emplace("a", 3);
  EXPECT_EQ(object["a"], Value(1)) << "what is there stays";
  object["a"] = 3;
  EXPECT_EQ(object["a"], Value(3));
  EXPECT_DEATH(Object(std::vector<Member>{{"a", 1}, {"a", 2}}), "twice");
}

TEST(Object, finds_and_erases_by_the_whole_name) {
  Object object{{"at", 1}, {"act", 2}};
  EXPECT_TRUE(object.contains("at"));
  for (const char* absent : {"", "a", "att", "b"}) {
    EXPECT_FALSE(object.contains(absent)) << absent;
    EXPECT_EQ(object.find(absent), object.end()) << absent;
    EXPECT_EQ(object.erase(absent), 0u) << absent;
  }
  EXPECT_EQ(object.erase("at"), 1u);
  EXPECT_EQ(names(object), "act ");
  EXPECT_TRUE(object[std::string("new")].is_null());
}

TEST(Object, is_given_its_values_not_copies_of_them) {
  std::string text(100, 'x');
  const char* bytes = text.data();
  Object object{{"a", std::move(text)}};
  EXPECT_EQ(object["a"].as_string()->data(), bytes);
}

}  // namespace
}  // namespace comity::json
