// comity law: what the law says, from the corpus built in or a folder of one's own. Needs no node.
#include <fmt/format.h>
#include <CLI/CLI.hpp>
#include <algorithm>
#include <chrono>
#include <iostream>

#include "app/cli.h"
#include "app/cli_law.h"
#include "law/cases.h"
#include "law/coverage.h"
#include "law/dialog.h"
#include "law/engine.h"
#include "law/facts.h"
#include "law/provision.h"
#include "law/report.h"
#include "law/show.h"

namespace comity::app {
namespace {

struct LawArgs {
  law::QuestionText question;
  std::vector<std::string> facts;
  LawSource source;
  std::string id;
  std::string language = "en";
  bool ask = false;
  bool coverage = false;
};

Result<void> routes(Session& session, LawArgs& args) {
  TRY(Date on, day_or_today(args.question.on));
  TRY(LawFound found, find_law(session, args.source, on));
  TRY(law::Corpus corpus, law::Corpus::load(found.files));
  args.question.on = to_text(on);
  TRY(args.question.facts, facts_of(args.facts));
  TRY(law::Question question, said(law::ask(corpus, args.question)));
  auto decision = std::make_unique<law::Decision>();
  law::decide(corpus, question, *decision);
  auto language = args.language == "fr" ? law::Language::fr : law::Language::en;
  if (args.ask)
    law::ask_for_the_rest(corpus, args.question, language, std::cin, std::cerr, question,
                          *decision);
  json::Value answer = law::to_json(corpus, question, *decision);
  if (args.source.node) (*answer.as_object())["published"] = found.versions;
  auto warnings = law::holder_warnings(corpus, question);
  if (!warnings.empty()) (*answer.as_object())["warnings"] = law::to_json(warnings);
  session.print(answer, [&] {
    return law::notice(language) + tell_source(args.source, found, on) +
           law::to_text(warnings, language) + law::to_text(corpus, question, *decision, language);
  });
  bool some_road =
      decision->outcome == law::Outcome::open || decision->outcome == law::Outcome::needs;
  if (!some_road) session.exit = Exit::no;
  return {};
}

// What keeps the folder from being read is a problem of the law as any other: what, then remedy.
bool of_the_folder(const Error& error) {
  return error.code == Code::invalid || error.code == Code::too_large;
}

law::Problem problem_of(const Error& error) {
  std::size_t remedy = error.what.find("; ");
  if (remedy == std::string::npos) return {error.where, error.what, "see law/README.md"};
  return {error.where, error.what.substr(0, remedy), error.what.substr(remedy + 2)};
}

std::vector<law::Problem> problems_of(const std::vector<law::SourceFile>& files) {
  std::vector<law::Problem> problems = law::Corpus::check(files);
  auto corpus = law::Corpus::load(files);
  for (law::Problem& problem : law::case_problems(corpus ? &*corpus : nullptr, files))
    problems.push_back(std::move(problem));
  return problems;
}

Result<void> check(Session& session, const LawArgs& args) {
  auto found = find_law(session, args.source, date_of(SystemClock().now()));
  if (!found && !of_the_folder(found.error())) return std::unexpected(found.error());
  auto files = found ? std::move(found->files) : std::vector<law::SourceFile>{};
  auto problems = found ? problems_of(files) : std::vector{problem_of(found.error())};
  json::Array list;
  for (const law::Problem& problem : problems)
    list.push_back(
        json::Object{{"where", problem.where}, {"what", problem.what}, {"remedy", problem.remedy}});
  session.print(
      json::Object{{"files", static_cast<std::uint64_t>(files.size())}, {"problems", list}}, [&] {
        std::string out;
        for (const law::Problem& problem : problems) out += law::to_text(problem) + "\n";
        return out + fmt::format("{} files, {} problems\n", files.size(), problems.size());
      });
  if (!problems.empty()) session.exit = Exit::no;
  return {};
}

Result<void> show(Session& session, const LawArgs& args) {
  TRY(LawFound found, find_law(session, args.source, date_of(SystemClock().now())));
  TRY(law::Corpus corpus, law::Corpus::load(found.files));
  auto shown = law::show_json(corpus, found.files, args.id);
  if (!shown && shown.error().code == Code::not_found) shown = said(std::move(shown));
  if (!shown) return std::unexpected(shown.error());
  session.print(*shown, [&] { return law::show_text(*shown); });
  return {};
}

Result<void> facts(Session& session, const LawArgs& args) {
  TRY(law::Corpus corpus, find_corpus(session, args.source, date_of(SystemClock().now())));
  session.print(law::facts_json(corpus), [&] { return law::facts_text(corpus); });
  return {};
}

Result<void> cases(Session& session, const LawArgs& args) {
  TRY(LawFound found, find_law(session, args.source, date_of(SystemClock().now())));
  TRY(law::Corpus corpus, law::Corpus::load(found.files));
  TRY(law::CaseReport report, law::run_cases(corpus, found.files));
  std::vector<law::Uncovered> untried;
  if (args.coverage) {
    TRY(untried, law::uncovered(corpus, found.files));
  }
  json::Object out{{"passed", static_cast<std::uint64_t>(report.passed)},
                   {"failed", static_cast<std::uint64_t>(report.failed())}};
  if (args.coverage) {
    json::Array list;
    for (const law::Uncovered& one : untried)
      list.push_back(json::Object{{"kind", one.kind}, {"id", one.id}, {"what", one.what}});
    out["uncovered"] = std::move(list);
  }
  session.print(out, [&] {
    std::string text;
    for (const auto& failure : report.failures)
      text += fmt::format("{}: {}\n    {}\n", failure.where, failure.name, failure.what);
    for (const law::Uncovered& one : untried)
      text += fmt::format("{} {}: {}\n", one.kind, one.id, one.what);
    text += fmt::format("{} passed, {} failed\n", report.passed, report.failed());
    return args.coverage ? text + fmt::format("{} rules without cases\n", untried.size()) : text;
  });
  if (report.failed() > 0 || !untried.empty()) session.exit = Exit::no;
  return {};
}

}  // namespace

Result<std::vector<std::pair<std::string, std::string>>> facts_of(
    const std::vector<std::string>& texts) {
  std::vector<std::pair<std::string, std::string>> facts;
  for (const std::string& text : texts) {
    std::size_t equals = text.find('=');
    if (equals == std::string::npos) return fail(Code::bad_value, "write --fact NAME=VALUE", text);
    facts.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  return facts;
}

void add_law_commands(CLI::App& app, Session& session) {
  auto args = std::make_shared<LawArgs>();
  CLI::App* group = app.add_subcommand("law", "which lawful roads are open; not legal advice")
                        ->require_subcommand(1);
  CLI::Option* folder = group->add_option("--law", args->source.folder,
                                          "a folder of law files instead of those built in");
  group
      ->add_flag("--node", args->source.node,
                 "the law that the node in --dir uses, with what was published")
      ->excludes(folder);
  CLI::App* asking =
      group->add_subcommand("routes", "the roads from one jurisdiction to another, best first");
  asking->add_option("--from", args->question.from, "two letters: US")->required();
  asking->add_option("--to", args->question.to, "two letters: PH")->required();
  asking->add_option("--measure", args->question.measure, "preservation, extradition, ...")
      ->required();
  asking->add_option("--offence", args->question.offence, "data_interference, ...")->required();
  asking->add_option("--on", args->question.on,
                     "the day of the decision, YYYY-MM-DD; today when left out");
  asking->add_option("--conduct", args->question.conduct,
                     "the day of the conduct; that of the decision when left out");
  asking->add_option("--data", args->question.data,
                     "category of data: subscriber, traffic, content, ...");
  asking->add_option("--from-role", args->question.from_role,
                     "who asks: poc_24_7, central_authority, ...");
  asking->add_option("--to-role", args->question.to_role, "who is asked");
  asking->add_option("--fact", args->facts, "NAME=VALUE; may be repeated");
  asking->add_flag("--ask", args->ask,
                   "ask for what is unknown, one thing at a time: roles, data, facts");
  asking->add_option("--language", args->language, "of the answer and the questions: en or fr")
      ->check(CLI::IsMember({"en", "fr"}))
      ->capture_default_str();
  asking->callback(
      [&session, args] { attempt_words(session, [&] { return routes(session, *args); }); });
  group->add_subcommand("check", "is every law file sound; file, line and remedy")
      ->callback([&session, args] { attempt(session, [&] { return check(session, *args); }); });
  CLI::App* showing =
      group->add_subcommand("show", "whatever the law has under a name, whole, or a list");
  showing
      ->add_option("name", args->id,
                   "ets185-29, ETS185, PH, preservation, love-bug, ...; or a list: measures, ...")
      ->required();
  showing->callback(
      [&session, args] { attempt_words(session, [&] { return show(session, *args); }); });
  group->add_subcommand("facts", "what can be told with --fact, and which rules ask for it")
      ->callback([&session, args] { attempt(session, [&] { return facts(session, *args); }); });
  CLI::App* running = group->add_subcommand("cases", "run the corpus's own cases");
  running->add_flag("--coverage", args->coverage,
                    "also list every rule that no case fires, or that none just misses");
  running->callback([&session, args] { attempt(session, [&] { return cases(session, *args); }); });
  add_atlas_commands(*group, session, args->source);
  add_publishing_commands(*group, session);
}

}  // namespace comity::app
