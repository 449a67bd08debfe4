// Goal: a roster that would wake nobody, or tell somebody else, is refused with its line.
#include "app/roster.h"

#include <gtest/gtest.h>

#include "toml/parse.h"

namespace comity::app {
namespace {

using namespace std::chrono_literals;
using node::Least;

Result<Roster> roster_of(const std::string& text) {
  TRY(toml::Document document, toml::parse(text, "comity.toml"));
  json::Reader in(document.root);
  Roster roster = read_roster(in);
  if (auto done = in.finish(); !done)
    return fail(done.error().code, done.error().what, toml::place(document, done.error().where));
  return roster;
}

const std::string pin(64, 'a');

TEST(Roster, commands_and_webhooks_are_read_in_order) {
  auto roster = roster_of(R"(
[[alarm]]
after = "0m"
command = ["/usr/local/bin/page", "--to", "duty"]
[[alarm]]
after = "0m"
severity = "warn"
webhook = "http://127.0.0.1:8080/hook?a=b"
[[alarm]]
after = "90s"
webhook = "http://[::1]/"
[[alarm]]
after = "24h"
severity = "alarm"
webhook = "https://hooks.example.org/x/y"
pin = ")" + pin + "\"\n");
  ASSERT_TRUE(roster) << to_text(roster.error());
  ASSERT_EQ(roster->size(), 4U);
  EXPECT_EQ((*roster)[0].command,
            (std::vector<std::string>{"/usr/local/bin/page", "--to", "duty"}));
  EXPECT_EQ((*roster)[0].step.severity, Least::alarm);
  EXPECT_EQ((*roster)[1].step.severity, Least::warn);
  EXPECT_EQ((*roster)[1].webhook.at, (net::Endpoint{.host = "127.0.0.1", .port = 8080}));
  EXPECT_EQ((*roster)[1].webhook.target, "/hook?a=b");
  EXPECT_EQ((*roster)[2].webhook.at, (net::Endpoint{.host = "::1", .port = 80}));
  EXPECT_EQ((*roster)[2].step.after, 90s);
  EXPECT_EQ((*roster)[3].webhook.at, (net::Endpoint{.host = "hooks.example.org", .port = 443}));
  ASSERT_TRUE((*roster)[3].webhook.pin);
  EXPECT_EQ(to_hex(*(*roster)[3].webhook.pin), pin);
  EXPECT_EQ((*roster)[3].step.after, 24h);
  EXPECT_TRUE(roster_of("")->empty());
}

TEST(Roster, anything_else_is_refused_with_line_and_remedy) {
  struct Case {
    std::string step;
    Code code;
    std::string says, line = "2";
  };
  const Case cases[] = {
      {"command = [\"/bin/true\"]", Code::missing_field, "", "1"},
      {"after = \"0m\"", Code::missing_field, "one of command and webhook"},
      {"after = \"0m\"\ncommand = [\"/bin/true\"]\nwebhook = \"http://127.0.0.1/\"",
       Code::missing_field, "one of command and webhook", "3"},
      {"after = \"0\"\ncommand = [\"/bin/true\"]", Code::bad_value, "0m"},
      {"after = \"m\"\ncommand = [\"/bin/true\"]", Code::bad_value, "0m"},
      {"after = \"-1m\"\ncommand = [\"/bin/true\"]", Code::bad_value, "0m"},
      {"after = \"1d\"\ncommand = [\"/bin/true\"]", Code::bad_value, "0m"},
      {"after = \"25h\"\ncommand = [\"/bin/true\"]", Code::bad_value, "at most 24h"},
      {"after = \"0m\"\ncommand = []", Code::bad_value, "absolute", "3"},
      {"after = \"0m\"\ncommand = [\"mail\"]", Code::bad_value, "absolute", "3"},
      {"after = \"0m\"\ncommand = \"/bin/true\"", Code::bad_value, "", "3"},
      {"after = \"0m\"\ncommand = [\"/bin/true\"]\npin = \"" + pin + "\"", Code::bad_value,
       "https webhook alone", "4"},
      {"after = \"0m\"\nseverity = \"info\"\ncommand = [\"/bin/true\"]", Code::bad_value, "", "3"},
      {"after = \"0m\"\ncommand = [\"/bin/true\"]\nmail = \"x\"", Code::unknown_field, "", "4"},
      {"after = \"0m\"\nwebhook = \"ftp://127.0.0.1/\"", Code::bad_value, "https://host", "3"},
      {"after = \"0m\"\nwebhook = \"http://127.0.0.1\"", Code::bad_value, "https://host", "3"},
      {"after = \"0m\"\nwebhook = \"http://127.0.0.1:0/\"", Code::bad_value, "https://host", "3"},
      {"after = \"0m\"\nwebhook = \"http://me@127.0.0.1/\"", Code::bad_value, "https://host", "3"},
      {"after = \"0m\"\nwebhook = \"http://127.0.0.1/a#b\"", Code::bad_value, "https://host", "3"},
      {"after = \"0m\"\nwebhook = \"http://127.0.0.1/../a\"", Code::bad_value, "https://host", "3"},
      {"after = \"0m\"\nwebhook = \"http://hooks.example.org/\"", Code::bad_value,
       "this machine alone", "3"},
      {"after = \"0m\"\nwebhook = \"http://127.example.org/\"", Code::bad_value,
       "this machine alone", "3"},
      {"after = \"0m\"\nwebhook = \"http://localhost/\"", Code::bad_value, "this machine alone",
       "3"},
      {"after = \"0m\"\nwebhook = \"https://hooks.example.org/\"", Code::missing_field, "needs pin",
       "3"},
      {"after = \"0m\"\nwebhook = \"https://hooks.example.org/\"\npin = \"abc\"", Code::bad_value,
       "", "4"},
      {"after = \"0m\"\nwebhook = \"http://127.0.0.1/\"\npin = \"" + pin + "\"", Code::bad_value,
       "https webhook alone", "4"},
  };
  for (const Case& each : cases) {
    auto roster = roster_of("[[alarm]]\n" + each.step + "\n");
    ASSERT_FALSE(roster) << each.step;
    EXPECT_TRUE(roster.error().what.contains(each.says)) << each.step << to_text(roster.error());
    EXPECT_EQ(roster.error().where, "comity.toml:" + each.line)
        << each.step << to_text(roster.error());
    if (each.code != Code::bad_value || !each.says.empty())
      EXPECT_EQ(roster.error().code, each.code) << each.step << to_text(roster.error());
  }
  auto command = [](std::size_t parts, std::size_t size) {
    std::string text =
        "[[alarm]]\nafter = \"0m\"\ncommand = [\"/" + std::string(size - 1, 'a') + "\"";
    for (std::size_t i = 1; i < parts; ++i) text += ", \"a\"";
    return text + "]\n";
  };
  EXPECT_TRUE(roster_of(command(limits::hook_arguments_max, limits::hook_argument_bytes_max)));
  EXPECT_FALSE(roster_of(command(limits::hook_arguments_max + 1, 10)));
  EXPECT_FALSE(roster_of(command(1, limits::hook_argument_bytes_max + 1)));
  std::string step = "[[alarm]]\nafter = \"10m\"\ncommand = [\"/bin/true\"]\n";
  auto backwards = roster_of(step + "[[alarm]]\nafter = \"9m\"\ncommand = [\"/bin/true\"]\n");
  ASSERT_FALSE(backwards);
  EXPECT_EQ(backwards.error().where, "comity.toml:5");
  std::string many;
  for (std::size_t i = 0; i < limits::roster_steps_max; ++i) many += step;
  EXPECT_TRUE(roster_of(many));
  EXPECT_FALSE(roster_of(many + step));
}

}  // namespace
}  // namespace comity::app
