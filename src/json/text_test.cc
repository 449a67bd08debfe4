#include "json/text.h"

#include <gtest/gtest.h>

namespace comity::json {
namespace {

// Goal: what is written member by member is, byte for byte, what write() makes of the same object.
TEST(ObjectText, is_the_canonical_text) {
  Value body(Object{{"b", Array{1, nullptr, true}}, {"a", "\"\\\n\x01\u00e9"}});
  ObjectText out;
  out.text("at", "2026-11-22 \"now\"");
  out.value("body", body);
  out.number("n", (std::uint64_t{1} << 53) - 1);
  out.object("o", Object{{"y", 1}, {"x", 2.5}});
  append_text(out.open("t"), "");
  EXPECT_EQ(out.finish(), write(Object{{"at", "2026-11-22 \"now\""},
                                       {"body", body},
                                       {"n", (std::int64_t{1} << 53) - 1},
                                       {"o", Object{{"x", 2.5}, {"y", 1}}},
                                       {"t", ""}}));
  EXPECT_EQ(ObjectText().finish(), "{}");
}

TEST(ObjectTextDeathTest, takes_members_in_the_order_of_their_names_alone) {
  EXPECT_DEATH(ObjectText().text("b", "").text("a", ""), "order of their names");
  EXPECT_DEATH(ObjectText().text("a", "").text("a", ""), "order of their names");
}

}  // namespace
}  // namespace comity::json
