// What people meet who type: commands on a node that is stopped, files with a bare name, things
// that are missing. Each of these once failed, or told nothing that helped.
#include <fmt/format.h>

#include "kit.h"

namespace comity::e2e {
namespace {

namespace fs = std::filesystem;

// A node that is stopped, and ann, who is its first officer.
class Usage : public ::testing::Test {
 protected:
  Usage() : node{.folder = stage.path() / "us", .unlock = {"--key-file", stage.file("key")}} {
    write(stage.path() / "key", std::string(32, 'k'));
    write(stage.path() / "words", "correct horse\n");
    fs::current_path(stage.path());
  }
  ~Usage() override { fs::current_path("/"); }
  void SetUp() override {
    Ran made = init("US");
    ASSERT_EQ(made.exit, 0) << made;
    Ran added = node({"user", "add", "ann", "--roles", "admin,author"});
    ASSERT_EQ(added.exit, 0) << added;
  }
  [[nodiscard]] Ran init(const std::string& jurisdiction) const {
    return node({"init", "--name", "Contact point (invented)", "--jurisdiction", jurisdiction,
                 "--role", "poc", "--listen", "127.0.0.1:1"});
  }
  // Refused, and the text or place that helps is in the answer.
  static void expect_told(const Ran& ran, const std::string& what) {
    EXPECT_NE(ran.exit, 0) << ran;
    EXPECT_TRUE((ran.out + ran.err).contains(what)) << "no \"" << what << "\" in: " << ran;
  }

  Stage stage;
  Shell node;
};

TEST_F(Usage, no_command_stands_in_its_own_way_while_the_node_is_stopped) {
  std::string nobody = "01900000-0000-7000-8000-000000000000";
  const std::vector<std::string> commands[] = {
      {"status"},
      {"user", "list"},
      {"user", "pending"},
      {"user", "disable", nobody},
      {"user", "reject", nobody},
      {"alarm", "list"},
      {"alarm", "acknowledge", "none"},
      {"member", "list"},
      {"member", "card"},
      {"member", "invite", "ph"},
      {"member", "words", "ph"},
      {"member", "change", "--callback", "+1 555 0101"},
      {"member", "rotate"},
      {"request", "list"},
      {"request", "show", nobody},
      {"request", "approve", nobody, "--reason", "none"},
      {"request", "send", nobody},
      {"request", "form", nobody},
      {"request", "erase", nobody, "--reason", "none"},
      {"law", "versions"},
      {"alert", "collection", "--title", "Worms"},
      {"alert", "collections"},
      {"ledger", "checkpoint"},
      {"ledger", "prove", nobody},
      {"store", "check"},
      {"store", "rebuild"},
  };
  for (const auto& each : commands) {
    Ran ran = node(each);
    EXPECT_FALSE(ran.out.contains("another process")) << each[0] << " " << each.back() << ran;
  }
  Ran card = node({"member", "card"});
  EXPECT_EQ(card.exit, 0) << card;
  std::string ann = text(at(at(node({"user", "list"}).value(), 0), "officer"));
  Ran changed = node({"user", "change", ann, "--roles", "admin,author,counsel"});
  EXPECT_EQ(changed.exit, 0) << changed;
  EXPECT_TRUE(node({"user", "list"}).out.contains("counsel"));
  Ran none = node({"user", "confirm", nobody});
  expect_told(none, "no such change waits");
}

TEST_F(Usage, a_file_may_be_named_without_a_folder) {
  Ran made = node({"alert", "user", "siem", "--secret-file", "siem.secret"});
  ASSERT_EQ(made.exit, 0) << made;
  EXPECT_EQ(read(stage.path() / "siem.secret").size(), 65u);
  expect_told(node({"alert", "user", "siem2", "--secret-file", "siem.secret"}), "there already");
  expect_told(node({"alert", "user", "siem3", "--secret-file", "nowhere/siem.secret"}), "nowhere");
  for (const auto& each : fs::directory_iterator(stage.path()))
    EXPECT_NE(each.path().extension(), ".part") << "a file was begun and left behind";
}

TEST_F(Usage, a_store_that_was_moved_away_is_missed_and_not_begun_anew) {
  fs::rename(node.folder / "comity.db", stage.path() / "moved.db");
  for (const char* command : {"serve", "status"}) {
    expect_told(node({command}), "comity store restore");
    EXPECT_FALSE(fs::exists(node.folder / "comity.db")) << command;
  }
  fs::rename(stage.path() / "moved.db", node.folder / "comity.db");
  EXPECT_EQ(node({"status"}).exit, 0);
}

TEST_F(Usage, a_short_passphrase_is_refused_where_it_is_chosen_and_nowhere_else) {
  write(stage.path() / "short", "x\n");
  Shell other{.folder = stage.path() / "other",
              .unlock = {"--passphrase-file", stage.file("short")}};
  Ran made = other({"init", "--name", "N", "--jurisdiction", "US", "--role", "poc"});
  expect_told(made, "12 characters at least");
  EXPECT_EQ(made.exit, 2) << made;
  EXPECT_FALSE(fs::exists(other.folder / "keys"));
  expect_told(node({"user", "add", "bob", "--roles", "author", "--new-passphrase-file",
                    stage.file("short")}),
              "12 characters at least");
  expect_told(Shell{node.folder, {"--passphrase-file", stage.file("short")}}({"status"}),
              "--key-file");
}

TEST_F(Usage, a_key_that_is_missing_or_of_another_lock_is_named_with_the_remedy) {
  fs::rename(node.folder / "keys" / "root.key", stage.path() / "root.key");
  expect_told(node({"member", "rotate"}), "put it back for as long as this takes");
  fs::rename(stage.path() / "root.key", node.folder / "keys" / "root.key");
  EXPECT_EQ(node({"member", "rotate"}).exit, 0);

  Shell typed{.folder = node.folder, .unlock = {"--passphrase-file", stage.file("words")}};
  expect_told(typed({"status"}), "--key-file");
  write(stage.path() / "other", std::string(32, 'x'));
  Shell wrong{.folder = node.folder, .unlock = {"--key-file", stage.file("other")}};
  expect_told(wrong({"status"}), "keys/node.key");
  fs::rename(node.folder / "keys" / "node.key", stage.path() / "node.key");
  expect_told(node({"status"}), "put back the newest copy of keys/node.key");
}

TEST_F(Usage, a_mistake_in_the_configuration_is_named_with_its_field_and_line) {
  fs::path path = node.folder / "comity.toml";
  std::string good = read(path);
  std::string misspelled = good;
  misspelled.replace(misspelled.find("jurisdiction"), 12, "jurisdicton_");
  write(path, misspelled);
  expect_told(node({"status"}), "jurisdiction\\\": is required");
  write(path, good + "bribe = \"yes\"\n");
  expect_told(node({"status"}), "bribe\\\": nobody defined this member");
  write(path, good);
  EXPECT_EQ(node({"status"}).exit, 0);
}

TEST_F(Usage, no_folder_and_no_jurisdiction_are_said_to_be_missing) {
  expect_told(comity({"status"}), "--dir DIR");
  expect_told(comity({"--key-file", stage.file("key"), "init", "--name", "N", "--jurisdiction",
                      "US", "--role", "poc"}),
              "--dir DIR");
  node.folder = stage.path() / "zz";
  expect_told(init("ZZ"), "ISO 3166-1");
  EXPECT_EQ(init("ZZ").exit, 2) << "bad usage, as a bad word of any command";
  for (std::vector<std::string> bad : {std::vector<std::string>{"--role", "pope"},
                                       {"--listen", "nowhere"},
                                       {"--mandate", "preservation"}}) {
    std::vector<std::string> args{"init", "--name", "N", "--jurisdiction", "US"};
    if (bad[0] != "--role") args.insert(args.end(), {"--role", "poc"});
    args.insert(args.end(), bad.begin(), bad.end());
    Ran ran = Shell{stage.path() / "other", {"--key-file", stage.file("key")}}(args);
    EXPECT_EQ(ran.exit, 2) << bad[0] << ": " << ran;
  }
  EXPECT_FALSE(fs::exists(node.folder));
}

TEST_F(Usage, an_unknown_word_is_named_with_the_nearest_and_there_is_a_version) {
  Ran unknown = comity({"requst"});
  EXPECT_EQ(unknown.exit, 2);
  expect_told(unknown, "requst");
  expect_told(unknown, "comity request\n");
  expect_told(comity({"member", "lsit"}), "comity member list\n");
  EXPECT_FALSE(comity({"telepathy"}).err.contains("did you mean"));
  Ran version = comity({"--version"});
  EXPECT_EQ(version.exit, 0) << version;
  EXPECT_TRUE(version.out.starts_with("comity ")) << version;
}

TEST_F(Usage, the_help_of_the_map_names_every_form_it_comes_in) {
  std::string help = comity({"law", "map", "--help"}).out;
  for (const char* form : {"--json", "--csv", "--svg"})
    EXPECT_TRUE(help.contains(form)) << form << ": " << help;
}

// A program that asks for JSON gets JSON, also when it asked wrongly.
TEST_F(Usage, a_usage_error_is_json_for_who_asks_for_json) {
  for (const std::vector<std::string>& wrong : {std::vector<std::string>{"--json", "sweep"},
                                                {"alert", "list", "x", "--count", "0", "--json"},
                                                {"--json", "requst"}}) {
    Ran ran = comity(wrong);
    EXPECT_EQ(ran.exit, 2) << ran;
    EXPECT_EQ(text(at(at(ran.value(), "error"), "code")), "bad_value") << ran;
    EXPECT_FALSE(ran.err.empty());
  }
  expect_told(comity({"alert", "list", "x", "--count", "0"}), "not in range 1 to 1000000000");
  EXPECT_EQ(comity({"--json", "--help"}).exit, 0);
}

TEST_F(Usage, what_a_request_lacks_and_what_is_not_there_is_said) {
  expect_told(node({"request", "show", "nothing"}), "no conversation and no draft");
  write(stage.path() / "policy", "nonsense\n");
  for (const char* file : {"proof", "record"}) write(stage.path() / file, "nonsense\n");
  expect_told(comity({"ledger", "verify", "proof", "record", "--policy", "policy"}), "policy");
  Ran blank = node({"request", "form"});
  EXPECT_FALSE(blank.out.contains("account_name")) << blank;
}

}  // namespace
}  // namespace comity::e2e
