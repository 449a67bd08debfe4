// Alerts in the formats of others go into a collection of a node that is not running.
#include <fmt/format.h>
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

// The reporter's identity was marked by the first report: the second is taken all the same.
TEST_F(Import, a_second_report_of_a_reporter_may_have_a_wider_label) {
  std::string report = read(seed("xarf-connection"));
  (void)import(seed("xarf-connection"), 1, {"--tlp", "amber"});
  std::size_t at_id = report.find("\"report_id\"");
  at_id = report.find('"', report.find(':', at_id)) + 1;
  report.replace(at_id, 8, "0badcafe");
  write(stage.file("second"), report);
  json::Value second = import(stage.file("second"), 1, {"--tlp", "green"});
  EXPECT_EQ(at(second, "refused"), json::Value(json::Array{}));
  EXPECT_GT(*at(second, "added").as_int(), 2);
}

TEST_F(Import, bundles_may_be_empty_and_files_may_begin_with_a_byte_order_mark) {
  const std::string empty =
      R"({"type":"bundle","id":"bundle--00000000-0000-4000-8000-0000000000ee"})";
  write(stage.file("empty"), "\xef\xbb\xbf" + empty);
  EXPECT_EQ(at(import(stage.file("empty"), 0), "given"), json::Value(0));
  Ran check = run({"alert", "check", stage.file("empty")});
  EXPECT_EQ(check.exit, 0) << check;
  write(stage.file("list"), "\xef\xbb\xbfworm.example\n");
  EXPECT_EQ(at(import(stage.file("list"), 0), "added"), json::Value(1));
}

TEST_F(Import, what_is_empty_or_begins_as_json_and_is_none_fails_with_the_remedy) {
  auto why = [&](const std::string& content) {
    write(stage.file("odd"), content);
    return text(at(at(import(stage.file("odd"), 3), "error"), "what"));
  };
  EXPECT_THAT(why(""), ::testing::HasSubstr("fetch it again"));
  EXPECT_THAT(why("[hosts]\nworm.example\n"), ::testing::HasSubstr("--format list"));
  write(stage.file("log"), "worm.example\n");
  write(stage.file("none"), "\n");
  Ran swept = run(
      {"sweep", "--alerts", stage.file("log"), "--alerts", stage.file("none"), stage.file("log")});
  EXPECT_EQ(swept.exit, 3) << swept;
  EXPECT_THAT(swept.out, ::testing::HasSubstr("fetch it again"));
}

TEST_F(Import, a_label_for_stix_is_refused_with_the_remedy) {
  write(stage.file("empty"),
        R"({"type":"bundle","id":"bundle--00000000-0000-4000-8000-0000000000ee"})");
  json::Value refused = import(stage.file("empty"), 3, {"--tlp", "green"});
  EXPECT_THAT(text(at(at(refused, "error"), "what")), ::testing::HasSubstr("--unmarked"));
}

TEST_F(Import, check_goes_on_behind_a_file_that_is_no_json_and_names_it) {
  write(stage.file("cut"), R"({"type":"bundle","id":)");
  write(stage.file("good"),
        R"({"type":"bundle","id":"bundle--00000000-0000-4000-8000-0000000000ee"})");
  Ran ran = run({"alert", "check", stage.file("cut"), stage.file("good")});
  EXPECT_EQ(ran.exit, 1) << ran;
  json::Value files = at(ran.value(), "files");
  ASSERT_EQ(files.as_array()->size(), 2u);
  EXPECT_EQ(text(at(at(files, std::size_t{0}), "file")), stage.file("cut"));
  EXPECT_EQ(text(at(at(at(files, std::size_t{0}), "error"), "code")), "malformed");
  EXPECT_EQ(text(at(at(files, std::size_t{1}), "objects")), "0");
  EXPECT_EQ(run({"alert", "check", stage.file("none"), stage.file("good")}).exit, 3);
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

TEST_F(Import, what_is_there_is_listed_newest_first_and_by_type) {
  write(stage.file("list"), "one.example\ntwo.example\n198.51.100.7\n");
  import(stage.file("list"), 0, {"--tlp", "green"});
  json::Value all = run({"alert", "list", "worms"}).value();
  EXPECT_EQ(at(all, "total"), json::Value(4)) << "the label's definition too";
  json::Value two = run({"alert", "list", "worms", "--type", "indicator", "--count", "2"}).value();
  EXPECT_EQ(at(two, "total"), json::Value(3));
  const json::Value& rows = at(two, "objects");
  ASSERT_EQ(rows.as_array()->size(), 2u);
  EXPECT_EQ(text(at(at(rows, std::size_t{0}), "name")), "198.51.100.7") << "the newest";
  EXPECT_EQ(text(at(at(rows, std::size_t{1}), "name")), "two.example");
  EXPECT_EQ(text(at(at(rows, std::size_t{1}), "tlp")), "TLP:GREEN");
  EXPECT_TRUE(text(at(at(rows, std::size_t{1}), "id")).starts_with("indicator--"));
  json::Value first =
      run({"alert", "list", "worms", "--type", "indicator", "--count", "1", "--oldest"}).value();
  EXPECT_EQ(text(at(at(at(first, "objects"), std::size_t{0}), "name")), "one.example");
  EXPECT_EQ(at(run({"alert", "list", "worms", "--type", "tool"}).value(), "total"), json::Value(0));
  EXPECT_EQ(run({"alert", "list", "worms", "--type", "a&b"}).exit, 2);
  EXPECT_EQ(run({"alert", "list", "none"}).exit, 3);
}

// What is swept for comes from the node, and what was seen goes back: once a day and indicator.
TEST_F(Import, a_collection_is_swept_for_and_its_sightings_come_back) {
  write(stage.file("list"), "one.example\ntwo.example\n");
  import(stage.file("list"), 0, {"--tlp", "green"});
  write(stage.file("log"), "GET http://one.example/ one.example\n");
  for (int run_number : {1, 2}) {
    Ran ran = run({"--as", "ann", "sweep", "--alerts", "worms", "--share", stage.file("log")});
    EXPECT_EQ(ran.exit, 1) << ran;
    EXPECT_THAT(ran.out, ::testing::HasSubstr("\"sightings\":1"));
    EXPECT_THAT(ran.out, ::testing::HasSubstr("\"title\":\"Worms\""));
    EXPECT_THAT(ran.out, ::testing::Not(::testing::HasSubstr("message"))) << "none is refused";
    json::Value seen = run({"alert", "list", "worms", "--type", "sighting"}).value();
    EXPECT_EQ(at(seen, "total"), json::Value(1)) << run_number;
    EXPECT_EQ(text(at(at(at(seen, "objects"), std::size_t{0}), "tlp")), "TLP:GREEN");
  }
  write(stage.file("alerts"), "one.example\n");
  EXPECT_EQ(
      run({"--as", "ann", "sweep", "--alerts", stage.file("alerts"), "--share", stage.file("log")})
          .exit,
      3)
      << "a file shares with nobody";
  Ran none = run({"sweep", "--alerts", "no-such", stage.file("log")});
  EXPECT_EQ(none.exit, 3);
  EXPECT_THAT(none.out, ::testing::HasSubstr("neither a file nor a collection"));
}

// Two have this title: the first might be shared with the wrong circle.
TEST_F(Import, a_name_that_several_collections_have_is_refused_with_their_ids) {
  Ran second = run({"--as", "ann", "alert", "collection", "--title", "Worms"});
  write(stage.file("list"), "one.example\n");
  Ran refused = run({"--as", "ann", "alert", "import", "Worms", stage.file("list")});
  EXPECT_EQ(refused.exit, 3) << refused;
  std::string id = text(at(second.value(), "id"));
  EXPECT_THAT(refused.out, ::testing::HasSubstr(id));
  EXPECT_EQ(run({"--as", "ann", "alert", "import", id, stage.file("list")}).exit, 0);
  EXPECT_EQ(run({"--as", "ann", "alert", "import", "worms", stage.file("list")}).exit, 0);
}

// A node takes at most 10,000 objects at once (limits::taxii_envelope_objects_max): small ones are
// given in pieces all the same.
TEST_F(Import, many_small_objects_are_given_in_pieces) {
  std::string bundle = R"({"type":"bundle","id":"bundle--00000000-0000-4000-8000-0000000000ff")"
                       R"(,"objects":[)";
  for (int i = 0; i < 10'500; ++i)
    bundle += fmt::format(
        R"({}{{"type":"mutex","id":"mutex--{:08x}-0000-4000-8000-000000000001","name":"m"}})",
        i == 0 ? "" : ",", i);
  write(stage.file("many"), bundle + "]}");
  EXPECT_EQ(at(import(stage.file("many"), 0), "added"), json::Value(10'500));
}

TEST_F(Import, a_file_that_fails_is_told_and_keeps_no_other_from_being_taken) {
  write(stage.file("one"), "one.example\n");
  write(stage.file("two"), "two.example\n");
  write(stage.file("odd"), "{\"a\":1}");
  Ran ran = run({"--as", "ann", "alert", "import", "worms", stage.file("one"), stage.file("odd"),
                 stage.file("none"), stage.file("two")});
  EXPECT_EQ(ran.exit, 3) << ran;
  const json::Value value = ran.value();
  const json::Value& files = at(value, "files");
  ASSERT_EQ(files.as_array()->size(), 4u) << ran;
  EXPECT_EQ(at(at(files, std::size_t{0}), "added"), json::Value(1));
  EXPECT_EQ(text(at(at(at(files, std::size_t{2}), "error"), "code")), "io");
  EXPECT_EQ(text(at(at(files, std::size_t{2}), "file")), stage.file("none"));
  EXPECT_EQ(at(at(files, std::size_t{3}), "added"), json::Value(1));
}

}  // namespace
}  // namespace comity::e2e
