#include "app/cli.h"

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>
#include <iostream>
#include <numeric>

#include "app/tell.h"

namespace comity::app {

void Session::fail_with(const Error& error) {
  bool is_no = error.code == Code::no_permit || error.code == Code::not_approved ||
               error.code == Code::not_allowed;
  exit = is_no ? Exit::no : Exit::failed;
  if (json) {
    json::Object body{
        {"code", code_name(error.code)}, {"what", error.what}, {"where", error.where}};
    std::cout << json::write(json::Object{{"error", std::move(body)}}) << "\n";
    return;
  }
  std::cerr << "comity: " << lines_for_terminal(error.what);
  if (!error.where.empty()) std::cerr << "\n  where: " << for_terminal(error.where);
  std::cerr << "\n  code:  " << code_name(error.code) << "\n";
}

void Session::print(const json::Value& value, const std::function<std::string()>& tell) {
  std::cout << (json ? json::write(value) + "\n" : lines_for_terminal(tell())) << std::flush;
}

void Session::print_raw(const std::string& text) {
  std::cout << text << std::flush;
}

void attempt(Session& session, const std::function<Result<void>()>& body) {
  if (auto done = body(); !done) session.fail_with(done.error());
}

void attempt_words(Session& session, const std::function<Result<void>()>& body) {
  auto done = body();
  if (done) return;
  session.fail_with(done.error());
  if (done.error().code == Code::bad_value) session.exit = Exit::usage;
}

namespace {

// How many letters to put in, take out or replace to make the one of the other.
std::size_t letters_apart(std::string_view one, std::string_view other) {
  std::vector<std::size_t> row(other.size() + 1);
  std::iota(row.begin(), row.end(), 0u);
  for (std::size_t i = 1; i <= one.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= other.size(); ++j) {
      std::size_t replaced = diagonal + (one[i - 1] == other[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

// A word where a command belongs: names it and the nearest. Empty when there was no word at all.
std::string unknown_word(const CLI::App& app) {
  std::vector<std::string> left = app.remaining(true);
  auto word = std::ranges::find_if(left, [](const std::string& each) { return each[0] != '-'; });
  if (word == left.end()) return {};
  const CLI::App* within = &app;
  std::string path = "comity";
  while (!within->get_subcommands().empty()) {
    within = within->get_subcommands().back();
    path += " " + within->get_name();
  }
  std::string nearest;
  std::size_t apart = 4;  // further off it is another word
  for (const CLI::App* each : within->get_subcommands([](const CLI::App*) { return true; }))
    if (std::size_t now = letters_apart(*word, each->get_name()); now < apart)
      apart = now, nearest = each->get_name();
  std::string out = "\"" + for_terminal(*word) + "\" is no command of: " + path + "\n";
  if (!nearest.empty()) out += "  did you mean: " + path + " " + nearest + "\n";
  return out + "  all of them: " + path + " --help\n";
}

// The parser sets no flags when it fails, so the words themselves say whether a program asks.
int bad_usage(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  bool lacks = dynamic_cast<const CLI::RequiredError*>(&error) != nullptr;
  std::string unknown = lacks ? unknown_word(app) : "";
  if (unknown.empty())
    app.exit(error);
  else
    std::cerr << "comity: " << unknown;
  if (std::any_of(argv + 1, argv + argc,
                  [](const char* each) { return each == std::string_view("--json"); })) {
    Session session;
    session.json = true;
    session.fail_with(fail(Code::bad_value, unknown.empty() ? error.what() : unknown).error());
  }
  return static_cast<int>(Exit::usage);
}

// An option takes the one word behind it, however often it is given: else `--to bee ID` would take
// the ID too, and `sweep --alerts a.list x.log` would not look through x.log.
void take_one_word_each(CLI::App& app) {
  for (CLI::Option* option : app.get_options())
    if (!option->get_positional() && option->get_allow_extra_args())
      option->allow_extra_args(false)->expected(1)->take_all();
  for (CLI::App* each : app.get_subcommands([](const CLI::App*) { return true; }))
    take_one_word_each(*each);
}

}  // namespace

int run(int argc, char** argv) {
  CLI::App app{
      "Comity: lawful help against cybercrime, from one member's own machine to another's."};
  Session session;
  app.require_subcommand(1);
  app.set_version_flag("--version", "comity " COMITY_VERSION);
  app.set_help_all_flag("--help-all", "the help of every command");
  app.add_flag("--json", session.json, "answer as one JSON text");
  app.add_option("--dir", session.dir, "the node's folder")->envname("COMITY_DIR");
  app.add_option("--as", session.officer, "which officer you are: a name in officers/")
      ->envname("COMITY_OFFICER");
  app.add_option("--passphrase-file", session.unlock.passphrase_file,
                 "file that holds the passphrase (mode 0600); else it is asked for");
  app.add_option("--key-file", session.unlock.key_file,
                 "file of 32 random bytes instead of a passphrase (mode 0600)");
  app.add_option("--officer-passphrase-file", session.officer_unlock.passphrase_file,
                 "the officer's passphrase, when it is another than the node's; - asks for it")
      ->envname("COMITY_OFFICER_PASSPHRASE_FILE");
  app.add_option("--officer-key-file", session.officer_unlock.key_file,
                 "the officer's key file, when it is another than the node's")
      ->envname("COMITY_OFFICER_KEY_FILE");
  app.fallthrough();
  add_node_commands(app, session);
  add_member_commands(app, session);
  add_request_commands(app, session);
  add_law_commands(app, session);
  add_alert_commands(app, session);
  add_ledger_commands(app, session);
  add_sweep_command(app, session);
  add_demo_command(app, session);
  take_one_word_each(app);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    bool asked_for_help = error.get_exit_code() == 0;
    return asked_for_help ? app.exit(error) : bad_usage(app, error, argc, argv);
  }
  return static_cast<int>(session.exit);
}

}  // namespace comity::app
