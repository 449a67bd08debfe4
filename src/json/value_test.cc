#include "json/value.h"

#include <gtest/gtest.h>

namespace comity::json {
namespace {

TEST(Value, first) {
  auto v = parse(R"({"b":[1,2.5,-0,"x\u00e9"],"a":null})");
  ASSERT_TRUE(v) << to_text(v.error());
  EXPECT_EQ(write(*v), "{\"a\":null,\"b\":[1,2.5,0,\"x\u00e9\"]}");
}

}  // namespace
}  // namespace comity::json
