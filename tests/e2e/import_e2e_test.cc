// Alerts in the formats of others go into a collection of a node that is not running.
#include <gmock/gmock.h>

#include "kit.h"

namespace comity::e2e {
namespace {

class Import : public ::testing::Test {
 protected:
  Import() {
    write(stage.file("secret"), std::string(32, 'n'));
    run({"init", "--name", "Invented CSIRT", "--jurisdiction", "EE", "--role", "csirt", "--listen",
         "127.0.0.1:7443", "--callback", "+1 555 0100", "--language", "en"});
    run({"user", "add", "ann", "--roles", "admin,author"});
    run({"--as", "ann", "alert", "collection", "--title", "Worms", "--alias", "worms"});
  }
  Ran run(std::vector<std::string> args) {
    return Shell{stage.file("node"), {"--key-file", stage.file("secret")}}(std::move(args));
  }
  // What became of one file.
  json::Value import(const std::string& file, int exit, std::vector<std::string> more = {}) {
    std::vector<std::string> args{"--as", "ann", "alert", "import", "worms", file};
    args.insert(args.end(), more.begin(), more.end());
    Ran ran = run(args);
    EXPECT_EQ(ran.exit, exit) << ran;
    return at(at(ran.value(), "files"), std::size_t{0});
  }
  static std::string seed(const std::string& name) {
    return COMITY_SOURCE_DIR "/tests/corpus/intel_read/" + name;
  }
  Stage stage;
};

TEST_F(Import, each_format_is_told_by_its_content_and_a_second_time_changes_nothing) {
  struct Case {
    const char *file, *format;
    int exit;
  };
  for (const Case& one : {Case{"misp-event", "misp", 1}, Case{"xarf-connection", "xarf", 1},
                          Case{"list", "list", 1}}) {
    json::Value first = import(seed(one.file), one.exit);
    EXPECT_EQ(text(at(first, "format")), one.format);
    EXPECT_GT(*at(first, "added").as_int(), 5) << one.file;
    EXPECT_EQ(at(first, "refused"), json::Value(json::Array{})) << one.file;
    EXPECT_GT(*at(first, "left_count").as_int(), 0);
    json::Value again = import(seed(one.file), one.exit);
    EXPECT_EQ(at(again, "added"), json::Value(0)) << one.file;
    EXPECT_EQ(at(again, "refused"), json::Value(json::Array{})) << one.file;
    EXPECT_EQ(at(again, "present"), at(first, "added")) << one.file;
  }
}

TEST_F(Import, whole_is_exit_0_and_what_was_not_taken_is_named_with_its_line) {
  write(stage.file("good"), "worm.example\n");
  EXPECT_EQ(at(import(stage.file("good"), 0, {"--tlp", "green"}), "added"), json::Value(2));
  write(stage.file("bad"), "bug.example\nwhat is this\n");
  json::Value bad = import(stage.file("bad"), 1);
  EXPECT_EQ(at(bad, "added"), json::Value(1));
  EXPECT_EQ(text(at(at(at(bad, "left"), std::size_t{0}), "where")), "line 2");
  EXPECT_EQ(
      run({"--as", "ann", "alert", "import", "worms", stage.file("good"), "--tlp", "blue"}).exit,
      3);
  EXPECT_EQ(
      run({"--as", "ann", "alert", "import", "worms", stage.file("good"), "--format", "x"}).exit,
      2);
  write(stage.file("odd"), "{\"a\":1}");
  EXPECT_EQ(run({"--as", "ann", "alert", "import", "worms", stage.file("odd")}).exit, 3);
}

}  // namespace
}  // namespace comity::e2e
