// comity request erase: one officer asks, a second confirms.
#include <fmt/format.h>
#include <CLI/CLI.hpp>

#include "app/cli.h"

namespace comity::app {
namespace {

struct EraseArgs {
  std::string conversation, reason;
  bool confirm = false;
};

Result<void> ask(Session& session, const Desk& desk, const EraseArgs& args) {
  Client client(Folder(session.dir), session.unlock);
  TRY(json::Value answer,
      client.command(desk.sign_command(
          "request.erase", {{"conversation", args.conversation}, {"reason", args.reason}})));
  session.print(answer, [&] {
    return fmt::format(
        "Asked for; nothing is erased yet. A second officer, approver or counsel, confirms:\n"
        "  comity request erase {} --confirm --reason \"...\"\n",
        args.conversation);
  });
  return {};
}

Result<void> confirm(Session& session, const Desk& desk, const EraseArgs& args) {
  Client client(Folder(session.dir), session.unlock);
  TRY(json::Value erasures, client.get("/erasures"));
  const json::Value* asked = nullptr;
  for (const json::Value& each : *erasures.as_array())
    if (*each.find("conversation") == json::Value(args.conversation)) asked = &each;
  if (!asked)
    return fail(Code::not_found, "nobody has asked for this to be erased", args.conversation);
  TRY(json::Value answer, client.command(desk.sign_command("request.erase_confirm",
                                                           {{"conversation", args.conversation},
                                                            {"asked", *asked->find("position")},
                                                            {"reason", args.reason}})));
  session.print(answer, [&] {
    return fmt::format(
        "{} records of this conversation are erased, with their keys. Backups made before hold "
        "them\nuntil you destroy those backups' key files. The partner keeps its own copy.\n",
        json::write(*answer.find("records")));
  });
  return {};
}

}  // namespace

void add_erase_command(CLI::App& request, Session& session) {
  auto args = std::make_shared<EraseArgs>();
  CLI::App* made = request.add_subcommand(
      "erase", "erase the records of a closed conversation; needs two officers");
  made->add_option("conversation", args->conversation, "or a draft that was cancelled")->required();
  made->add_option("--reason", args->reason, "why; stays on the record, so no case data")
      ->required();
  made->add_flag("--confirm", args->confirm, "confirm what another officer asked for");
  made->callback([&session, args] {
    attempt(session, [&]() -> Result<void> {
      TRY(Desk desk, Desk::open(Folder(session.dir), session.officer, session.for_officer()));
      return args->confirm ? confirm(session, desk, *args) : ask(session, desk, *args);
    });
  });
}

}  // namespace comity::app
