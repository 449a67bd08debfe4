#pragma once
// The command line. One file a group of commands (cli_*.cc), each adding its own to the parser.
// Exit codes: 0 done, 1 the answer is no, 2 bad usage, 3 failed. With --json, standard output is
// one JSON text and nothing else; messages for people go to standard error.
#include <functional>
#include <string>

#include "app/client.h"
#include "json/value.h"

namespace CLI {
class App;
}

namespace comity::app {

enum class Exit : int { done = 0, no = 1, usage = 2, failed = 3 };

// What all commands share.
struct Session {
  bool json = false;
  std::string dir;              // --dir, or COMITY_DIR
  UnlockSource unlock;          // of the node's keys, and of the officer's unless said apart
  UnlockSource officer_unlock;  // --officer-passphrase-file, --officer-key-file
  std::string officer;          // --as NAME, or COMITY_OFFICER
  Exit exit = Exit::done;

  [[nodiscard]] const UnlockSource& for_officer() const {
    bool apart = !officer_unlock.key_file.empty() || !officer_unlock.passphrase_file.empty();
    return apart ? officer_unlock : unlock;
  }
  // Prints the error for people or as {"error":{...}}, and sets the exit code.
  void fail_with(const Error& error);
  // Prints text that is in a format of its own.
  void print_raw(const std::string& text);
  // Prints `value` with --json, else what `tell` writes.
  void print(const json::Value& value, const std::function<std::string()>& tell);
};

// Runs `body` and prints its error, if it has one.
void attempt(Session& session, const std::function<Result<void>()>& body);

// The same, for commands whose own words are all that Code::bad_value can speak of: exit 2.
void attempt_words(Session& session, const std::function<Result<void>()>& body);

// Signs one command as the session's officer, gives it to the node, and says what came of it.
[[nodiscard]] Result<void> signed_command(Session& session, std::string_view name,
                                          json::Object args, std::string_view told);
// The same by a client that has asked the node already: on a stopped node it holds the folder.
[[nodiscard]] Result<void> signed_command(Session& session, Client& client, std::string_view name,
                                          json::Object args, std::string_view told);

// An officer's row, as user list shows it.
[[nodiscard]] Result<json::Value> find_officer(Client& client, const std::string& id);

// A member by its nickname here, or by its id.
[[nodiscard]] Result<json::Value> find_member(Session& session, const std::string& name);

void add_node_commands(CLI::App& app, Session& session);      // init, serve, user, status, alarm
void add_member_commands(CLI::App& app, Session& session);    // member
void add_request_commands(CLI::App& app, Session& session);   // request
void add_erase_command(CLI::App& request, Session& session);  // request erase
void add_law_commands(CLI::App& app, Session& session);       // law
void add_ledger_commands(CLI::App& app, Session& session);    // ledger, store
void add_alert_commands(CLI::App& app, Session& session);     // alert
void add_sweep_command(CLI::App& app, Session& session);      // sweep
void add_demo_command(CLI::App& app, Session& session);       // demo

[[nodiscard]] int run(int argc, char** argv);

}  // namespace comity::app
