// What a collection gives as files, to whom, and what is withheld.
#include <gmock/gmock.h>

#include "kit.h"

namespace comity::e2e {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class Export : public ::testing::Test {
 protected:
  Export() {
    write(stage.file("secret"), std::string(32, 'n'));
    run({"init", "--name", "Invented CSIRT", "--jurisdiction", "EE", "--role", "csirt", "--listen",
         "127.0.0.1:7443", "--callback", "+1 555 0100", "--language", "en"});
    run({"user", "add", "ann", "--roles", "admin,author"});
    run({"--as", "ann", "alert", "collection", "--title", "Worms", "--alias", "worms",
         "--clients"});
    import("open", "worm.example\nmail.example\n198.51.100.7\nhttp://worm.example/a,b\n", "green");
    import("strict", "inside.example\n", "amber+strict");
  }
  void import(const std::string& name, const std::string& lines, const std::string& tlp) {
    write(stage.file(name), lines);
    EXPECT_EQ(run({"--as", "ann", "alert", "import", "worms", stage.file(name), "--tlp", tlp}).exit,
              0);
  }
  Ran run(std::vector<std::string> args) {
    return Shell{stage.file("node"), {"--key-file", stage.file("secret")}}(std::move(args));
  }
  std::string file(const std::string& format, std::vector<std::string> more = {}) {
    std::vector<std::string> args{"alert", "export", "worms",          "--format",
                                  format,  "--out",  stage.file("out")};
    args.insert(args.end(), more.begin(), more.end());
    last = run(args);
    EXPECT_EQ(last.exit, 0) << last;
    return format == "suricata" ? "" : read(stage.file("out"));
  }
  Stage stage;
  Ran last;
};

TEST_F(Export, a_bundle_is_taken_again_whole_and_changes_nothing) {
  file("stix");
  Ran again = run({"--as", "ann", "alert", "import", "worms", stage.file("out")});
  EXPECT_EQ(again.exit, 0) << again;
  json::Value taken = at(at(again.value(), "files"), std::size_t{0});
  EXPECT_EQ(at(taken, "added"), json::Value(0));
  EXPECT_EQ(at(taken, "given"), json::Value(7));
}

TEST_F(Export, a_client_gets_no_more_than_it_may_see) {
  EXPECT_THAT(file("csv"), HasSubstr("inside.example"));
  EXPECT_THAT(file("csv", {"--for", "client"}), Not(HasSubstr("inside.example")));
  EXPECT_EQ(at(at(last.value(), "withheld"), "strict"), json::Value(1));
  EXPECT_THAT(file("stix", {"--for", "client"}), Not(HasSubstr("inside.example")));
  EXPECT_EQ(run({"alert", "export", "worms", "--for", "nobody", "--out", stage.file("x")}).exit, 3);
}

TEST_F(Export, warning_lists_of_the_configuration_withhold_and_are_named) {
  std::filesystem::create_directories(stage.file("lists/mail"));
  write(stage.file("lists/mail/list.json"),
        R"({"name":"Big mail","type":"hostname","list":["mail.example"]})");
  std::string config = read(stage.file("node") + "/comity.toml");
  write(stage.file("node") + "/comity.toml",
        config + "warning_lists = \"" + stage.file("lists") + "\"\n");
  std::string zone = file("rpz", {"--origin", "rpz.example"});
  EXPECT_THAT(zone, HasSubstr("\n*.worm.example IN CNAME .\n"));
  EXPECT_THAT(zone, Not(HasSubstr("mail.example")));
  ASSERT_EQ(at(last.value(), "warned_count"), json::Value(1)) << last;
  EXPECT_THAT(text(at(at(at(last.value(), "warned"), std::size_t{0}), "what")),
              HasSubstr("mail.example is on the warning list Big mail"));
  write(stage.file("log"), "worm.example mail.example\n");
  write(stage.file("alerts"), "worm.example\nmail.example\n");
  Ran swept = run({"sweep", "--alerts", stage.file("alerts"), stage.file("log")});
  EXPECT_THAT(swept.out, HasSubstr("\"hits\":1,"));
  EXPECT_THAT(swept.out, HasSubstr("mail.example is on the warning list Big mail"));
  write(stage.file("lists/bad.json"), "{");
  EXPECT_EQ(run({"alert", "export", "worms", "--format", "csv", "--out", stage.file("x")}).exit, 3);
}

TEST_F(Export, what_nobody_means_to_block_is_withheld_unless_somebody_insists) {
  write(stage.file("own"), "127.0.0.1\nhttp://localhost/a\n203.0.113.99\n");
  ASSERT_EQ(run({"--as", "ann", "alert", "import", "worms", stage.file("own")}).exit, 0);
  auto withheld = [&] { return *at(last.value(), "warned_count").as_int(); };
  std::string csv = file("csv");
  EXPECT_THAT(csv, Not(HasSubstr("127.0.0.1")));
  EXPECT_THAT(csv, Not(HasSubstr("localhost")));
  EXPECT_THAT(csv, HasSubstr("203.0.113.99"));
  EXPECT_EQ(withheld(), 2) << last;
  EXPECT_THAT(last.out, HasSubstr("127.0.0.1 is on the warning list built in: special-addresses"));
  EXPECT_THAT(file("csv", {"--despite-warnings"}), HasSubstr("127.0.0.1"));
  Ran warned = run({"alert", "warned", "worms"});
  EXPECT_EQ(at(warned.value(), "warned_count"), json::Value(2)) << warned;

  auto sweep = [&](std::vector<std::string> more) {
    std::vector<std::string> args{"sweep", "--alerts", stage.file("own"), stage.file("own")};
    args.insert(args.end(), more.begin(), more.end());
    return run(args).out;
  };
  EXPECT_THAT(sweep({}), HasSubstr("\"hits\":1,"));
  EXPECT_THAT(sweep({"--despite-warnings"}), HasSubstr("\"hits\":3,"));

  const std::string toml = stage.file("node") + "/comity.toml", config = read(toml);
  write(toml, config + "built_in_warnings = [\"documentation-addresses\"]\n");
  EXPECT_THAT(file("csv"), Not(HasSubstr("203.0.113.99")));
  EXPECT_THAT(file("csv"), HasSubstr("127.0.0.1"));
  write(toml, config + "built_in_warnings = []\n");
  EXPECT_THAT(file("csv"), HasSubstr("203.0.113.99"));
  EXPECT_EQ(withheld(), 0);
  write(toml, config + "built_in_warnings = [\"special\"]\n");
  Ran wrong = run({"alert", "export", "worms", "--format", "csv", "--out", stage.file("x")});
  EXPECT_EQ(wrong.exit, 3);
  EXPECT_THAT(wrong.out, HasSubstr("special-addresses"));
}

TEST_F(Export, suricata_is_a_folder_and_json_needs_a_place) {
  file("suricata");
  EXPECT_EQ(read(stage.file("out") + "/comity-iprep.list"), "198.51.100.7,1,64\n");
  EXPECT_THAT(read(stage.file("out") + "/comity.rules"), HasSubstr("comity-domains"));
  EXPECT_EQ(run({"alert", "export", "worms", "--format", "csv"}).exit, 2);
  // A later export leaves nothing of this one.
  file("suricata", {"--min-confidence", "100"});
  EXPECT_EQ(read(stage.file("out") + "/comity-iprep.list"), "");
  EXPECT_EQ(read(stage.file("out") + "/comity-domains.lst"), "");
}

TEST_F(Export, who_could_read_the_file_can_read_what_replaces_it) {
  auto mode = [&] { return std::filesystem::status(stage.file("out")).permissions(); };
  using std::filesystem::perms;
  file("csv");
  EXPECT_EQ(mode(), perms(0600)) << "nobody else, unless it is said";
  std::filesystem::permissions(stage.file("out"), perms(0640));
  file("csv");
  EXPECT_EQ(mode(), perms(0640));
  file("csv", {"--mode", "0644"});
  EXPECT_EQ(mode(), perms(0644));
  for (const char* bad : {"044", "644x", "4755", "0755", "9", ""})
    EXPECT_EQ(run({"alert", "export", "worms", "--out", stage.file("x"), "--mode", bad}).exit, 2)
        << bad;
}

}  // namespace
}  // namespace comity::e2e
