#include "base/result.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "base/check.h"

namespace comity {
namespace {

Result<int> halved(int n) {
  if (n % 2 != 0) return fail(Code::bad_value, "must be even", "/n");
  return n / 2;
}

Result<int> quartered(int n) {
  TRY(int half, halved(n));
  TRY(auto quarter, halved(half));
  return quarter;
}

Result<void> both(int a, int b, int& calls) {
  TRY_VOID(halved(a));
  ++calls;
  TRY_VOID(halved(b));
  ++calls;
  return {};
}

Result<std::unique_ptr<int>> owned(bool good) {
  if (!good) return fail(Code::not_found, "nothing");
  return std::make_unique<int>(5);
}

Result<int> unowned(bool good) {
  TRY(std::unique_ptr<int> held, owned(good));
  return *held;
}

TEST(Try, hands_the_value_on_or_returns_the_error) {
  EXPECT_EQ(quartered(8).value(), 2);
  for (int n : {1, 2, 6}) {
    auto result = quartered(n);
    ASSERT_FALSE(result) << n;
    EXPECT_EQ(result.error().code, Code::bad_value);
    EXPECT_EQ(result.error().where, "/n");
  }
}

TEST(Try, moves_what_cannot_be_copied) {
  EXPECT_EQ(unowned(true).value(), 5);
  EXPECT_EQ(unowned(false).error().code, Code::not_found);
}

TEST(TryVoid, stops_at_the_first_error) {
  int calls = 0;
  EXPECT_TRUE(both(2, 4, calls));
  EXPECT_EQ(calls, 2);
  EXPECT_FALSE(both(2, 3, calls));
  EXPECT_EQ(calls, 3);
  EXPECT_FALSE(both(1, 2, calls));
  EXPECT_EQ(calls, 3);
}

TEST(Error, is_told_with_its_code_and_place) {
  EXPECT_EQ(to_text(Error{Code::malformed, "not JSON", "byte 7"}), "malformed: not JSON (byte 7)");
  EXPECT_EQ(to_text(Error{Code::busy, "try later", ""}), "busy: try later");
}

// Codes go on the wire by name, so names are distinct words; the last code of the enumeration is
// `invalid`.
TEST(Code, each_has_its_own_name) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(Code::invalid); ++code) {
    std::string_view name = code_name(static_cast<Code>(code));
    EXPECT_FALSE(name.empty());
    EXPECT_EQ(name.find_first_not_of("abcdefghijklmnopqrstuvwxyz_0123456789"),
              std::string_view::npos)
        << name;
    EXPECT_TRUE(names.insert(name).second) << name;
  }
  EXPECT_TRUE(names.contains("duplicate_key") && names.contains("invalid"));
}

TEST(CheckDeathTest, aborts_with_the_place_and_the_reason) {
  check(true, "fine");
  EXPECT_DEATH(check(1 > 2, "one is more than two"),
               "comity: bug at .*result_test.cc:[0-9]+: one is more than two");
}

}  // namespace
}  // namespace comity
