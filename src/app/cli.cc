#include "app/cli.h"

#include <CLI/CLI.hpp>
#include <cstdlib>
#include <iostream>

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
  std::cerr << "comity: " << error.what;
  if (!error.where.empty()) std::cerr << "\n  where: " << error.where;
  std::cerr << "\n  code:  " << code_name(error.code) << "\n";
}

void Session::print(const json::Value& value, const std::function<std::string()>& tell) {
  std::cout << (json ? json::write(value) + "\n" : tell()) << std::flush;
}

void Session::print_raw(const std::string& text) {
  std::cout << text << std::flush;
}

void attempt(Session& session, const std::function<Result<void>()>& body) {
  if (auto done = body(); !done) session.fail_with(done.error());
}

int run(int argc, char** argv) {
  CLI::App app{
      "Comity: lawful help against cybercrime, from one member's own machine to another's."};
  Session session;
  app.require_subcommand(1);
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
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return app.exit(error) == 0 ? 0 : static_cast<int>(Exit::usage);
  }
  return static_cast<int>(session.exit);
}

}  // namespace comity::app
