// comity law publish, versions, version: own law, published, and what partners publish of theirs.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <filesystem>

#include "app/cli.h"
#include "app/cli_law.h"
#include "app/tell.h"
#include "base/limits_law.h"

namespace comity::app {
namespace {

struct PublishArgs {
  std::string file, from, jurisdiction, name, number;
};

std::string word(const json::Value& value, const char* name) {
  const json::Value* member = value.find(name);
  if (!member) return "";
  return member->as_string() ? *member->as_string() : json::write(*member);
}

Result<void> publish(Session& session, const PublishArgs& args) {
  TRY(Date from, day_or_today(args.from));
  TRY(std::string text, read_file(args.file, limits::law_edition_bytes_max));
  Folder folder(session.dir);
  TRY(Desk desk, Desk::open(folder, session.officer, session.unlock));
  Client client(folder, session.unlock);
  TRY(json::Value answer,
      client.command(desk.sign_command("law.publish", {{"text", text}, {"from", to_text(from)}})));
  session.print(answer, [&] {
    return fmt::format(
        "Version {} of the law of {}, in force from {}; on its way to {} partners.\n",
        word(answer, "version"), word(answer, "jurisdiction"), word(answer, "from"),
        word(answer, "told"));
  });
  return {};
}

Result<void> versions(Session& session, const PublishArgs& args) {
  Client client(Folder(session.dir), session.unlock);
  std::string filter = args.jurisdiction.empty() ? "" : "?jurisdiction=" + args.jurisdiction;
  TRY(json::Value rows, client.get("/laws" + filter));
  session.print(rows, [&] {
    return table(
        rows, {"jurisdiction", "version", "from", "standing", "publisher", "recorded_at", "facts"});
  });
  return {};
}

Result<void> version(Session& session, const PublishArgs& args) {
  Client client(Folder(session.dir), session.unlock);
  TRY(json::Value shown, find_law_version(client, args.name, args.number));
  session.print(shown, [&] { return word(shown, "text"); });
  return {};
}

}  // namespace

void add_publishing_commands(CLI::App& law, Session& session) {
  auto args = std::make_shared<PublishArgs>();
  CLI::App* publishing =
      law.add_subcommand("publish", "sign our own jurisdiction's file and tell every partner");
  publishing->add_option("file", args->file, "the whole file, as in jurisdictions/XX.toml")
      ->required();
  publishing->add_option("--from", args->from,
                         "the first day on which it is the law, YYYY-MM-DD; today when left out");
  publishing->callback(
      [&session, args] { attempt(session, [&] { return publish(session, *args); }); });
  CLI::App* listing =
      law.add_subcommand("versions", "who published which version of whose law, and from when");
  listing->add_option("jurisdiction", args->jurisdiction, "two letters; all when left out");
  listing->callback(
      [&session, args] { attempt(session, [&] { return versions(session, *args); }); });
  CLI::App* showing = law.add_subcommand("version", "the text of one version that is kept here");
  showing->add_option("name", args->name, "PH, a partner's nickname, or own")->required();
  showing->add_option("number", args->number, "as law versions shows it")->required();
  showing->callback(
      [&session, args] { attempt(session, [&] { return version(session, *args); }); });
}

}  // namespace comity::app
