// comity law publish, versions, version: own law, published, and what partners publish of theirs.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>

#include "app/cli.h"
#include "app/cli_law.h"
#include "app/tell.h"
#include "base/limits_law.h"
#include "law/edition.h"

namespace comity::app {
namespace {

struct PublishArgs {
  std::string file, from, jurisdiction, name, number;
  std::string approval, to, reason, as_role;
  unsigned hours = 24;
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
  TRY(Desk desk, Desk::open(folder, session.officer, session.for_officer()));
  Client client(folder, session.unlock);
  json::Object what{{"text", text}, {"from", to_text(from)}};
  if (!args.approval.empty()) {
    TRY(what["approval"], read_file(args.approval, limits::approval_bytes_max));
  }
  TRY(json::Value answer, client.command(desk.sign_command("law.publish", std::move(what))));
  session.print(answer, [&] {
    return fmt::format(
        "Version {} of the law of {}, in force from {}; on its way to {} partners.\n",
        word(answer, "version"), word(answer, "jurisdiction"), word(answer, "from"),
        word(answer, "told"));
  });
  return {};
}

// The role said, else the first of the officer's that may agree to what is published.
Result<member::OfficerRole> reading_role(const std::string& said, const json::Value& officer) {
  const json::Array& own = *officer.find("roles")->as_array();
  for (const char* role : {"counsel", "approver", "admin"})
    if ((said.empty() || said == role) && std::ranges::find(own, json::Value(role)) != own.end())
      return member::officer_role_from_name(role);
  return fail(Code::not_allowed, said.empty()
                                     ? "this officer is neither counsel nor approver nor admin"
                                     : "this officer is no " + said + "; see: comity user list");
}

Result<void> approve(Session& session, const PublishArgs& args) {
  TRY(Date from, day_or_today(args.from));
  TRY(std::string text, read_file(args.file, limits::law_edition_bytes_max));
  Folder folder(session.dir);
  TRY(Desk desk, Desk::open(folder, session.officer, session.for_officer()));
  Client client(folder, session.unlock);
  TRY(json::Value officer, find_officer(client, to_text(desk.officer())));
  TRY(auto as, reading_role(args.as_role, officer));
  std::string approval = desk.sign_approval({.subject = law::publication_subject(from, text),
                                             .reason = args.reason,
                                             .good_for = std::chrono::hours(args.hours),
                                             .as = as});
  TRY_VOID(write_file(args.to, approval, Existing::keep));
  session.print(json::Object{{"approval", args.to}, {"from", to_text(from)}}, [&] {
    return fmt::format(
        "Your word for {}, as the law from {}, is in {}; it is good for {} hours.\n"
        "Whoever publishes it: comity law publish {} --from {} --approval {}\n",
        args.file, to_text(from), args.to, args.hours, args.file, to_text(from), args.to);
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
  publishing->add_option("--approval", args->approval,
                         "what a second person made with law approve; needed once there is a "
                         "partner and somebody who may");
  publishing->callback(
      [&session, args] { attempt(session, [&] { return publish(session, *args); }); });
  CLI::App* approving =
      law.add_subcommand("approve", "say that you have read a file that another will publish");
  approving->add_option("file", args->file, "the whole file, as it will be published")->required();
  approving->add_option("--from", args->from, "the day, as it will be published");
  approving->add_option("--reason", args->reason, "what you read it against")->required();
  approving->add_option("--to", args->to, "the file that your word is written to")->required();
  approving
      ->add_option("--as-role", args->as_role,
                   "counsel, approver or admin; else the first of these that you are")
      ->check(CLI::IsMember({"counsel", "approver", "admin"}));
  approving->add_option("--hours", args->hours, "how long your word is good; 24 unless told")
      ->capture_default_str();
  approving->callback(
      [&session, args] { attempt(session, [&] { return approve(session, *args); }); });
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
