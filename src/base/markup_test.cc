#include "base/markup.h"

#include <gtest/gtest.h>

namespace comity {
namespace {

TEST(Markup, what_has_a_meaning_is_escaped_and_what_may_not_stand_is_replaced) {
  EXPECT_EQ(escaped(R"(<a href="x">&)"), "&lt;a href=&quot;x&quot;&gt;&amp;");
  EXPECT_EQ(escaped("tab\tline\nend\r"), "tab\tline\nend\r");
  EXPECT_EQ(escaped(std::string("a\0b\x0b\x1b[0m", 8)),
            "a\xef\xbf\xbd"
            "b\xef\xbf\xbd\xef\xbf\xbd[0m");
  EXPECT_EQ(escaped("\xc3\xa9"), "\xc3\xa9") << "letters stay";
}

}  // namespace
}  // namespace comity
