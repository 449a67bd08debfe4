#include "toml/parse.h"

#include <gtest/gtest.h>

namespace comity::toml {
namespace {

TEST(Toml, first) {
  auto d = parse("a = 1\n[b]\nc = 2001-02-03\n[[d]]\ne = [1.5,\n \"x\"]\n", "f.toml");
  ASSERT_TRUE(d) << to_text(d.error());
  EXPECT_EQ(json::write(d->root), R"({"a":1,"b":{"c":"2001-02-03"},"d":[{"e":[1.5,"x"]}]})");
  EXPECT_EQ(place(*d, "/d/0/e/1"), "f.toml:6");
}

}  // namespace
}  // namespace comity::toml
