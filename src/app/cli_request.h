#pragma once
// What the commands of comity request share: cli_request.cc drafts, cli_approve.cc decides and
// sends, cli_look.cc shows.
#include <cstdint>
#include <functional>
#include <memory>
#include <set>
#include <string>
#include <vector>

#include "app/cli.h"
#include "app/folder.h"

namespace comity::app {

struct RequestArgs {
  std::string partner, conversation, draft, file, provision,
      lane = "urgent", reason = "", serves, event, authority, decision, instrument, as_role, dated,
      alone, verdict, paper, out, tlp, expires;
  std::vector<std::string> set, facts, targets, gives, use_limits, conditions;
  bool acknowledge_unconfirmed = false, acknowledge_override = false, order = false;
  std::int64_t hours = 24;
};

struct Working {
  Folder folder;
  Client client;
  Desk desk;
};

[[nodiscard]] Result<Working> begin(Session& session);
// The strings of a list; none when there is no such list.
[[nodiscard]] std::set<std::string> words_at(const json::Value& value, std::string_view name);
// Code::not_found.
[[nodiscard]] Result<json::Value> find_draft(Client& client, const std::string& id);

using RunRequest = Result<void> (*)(Session&, const RequestArgs&);
// Adds one command to the group, which runs `run`.
using AddRequest = std::function<CLI::App*(const char* name, const char* about, RunRequest run)>;
void add_deciding_commands(const AddRequest& add, const std::shared_ptr<RequestArgs>& args);
void add_looking_commands(const AddRequest& add, const std::shared_ptr<RequestArgs>& args);

}  // namespace comity::app
