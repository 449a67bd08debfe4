#include "app/tell.h"

#include <gtest/gtest.h>

namespace comity::app {
namespace {

TEST(Tell, shows_control_characters_and_obeys_none) {
  EXPECT_EQ(for_terminal("a\x1b[2Jb\r\n\tc\x7f"), "a\\x1b[2Jb\\x0d\\x0a\\x09c\\x7f");
  EXPECT_EQ(lines_for_terminal("a\n\tb\x07"), "a\n\tb\\x07");
  EXPECT_EQ(for_terminal("\xc2\x9b"
                         "2J")
                .find("\xc2\x9b"),
            std::string::npos)
      << "CSI as one byte";
  EXPECT_EQ(for_terminal("exe.\xe2\x80\xae"
                         "fdp")
                .find("\xe2\x80\xae"),
            std::string::npos);
  EXPECT_EQ(for_terminal("a\xff"), "a\xef\xbf\xbd");
}

TEST(Tell, leaves_other_writing_alone) {
  for (const char* text :
       {"Se\xc3\xb1or", "\xe2\x80\x9cquoted\xe2\x80\x9d", "\xe4\xb8\xad\xe5\x9b\xbd"})
    EXPECT_EQ(for_terminal(text), text);
}

TEST(Tell, a_cell_of_a_table_is_one_line) {
  json::Value rows = json::Array{json::Object{{"name", "a\nforged  line"}}};
  EXPECT_EQ(table(rows, {"name"}), "name\na\\x0aforged  line\n");
}

}  // namespace
}  // namespace comity::app
