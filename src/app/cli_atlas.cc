// comity law map, gaps, history, diff, impact: what the law says of the whole world, of the past,
// and of a new version. Needs no node.
#include <fmt/format.h>
#include <unistd.h>
#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <fstream>

#include "app/cli.h"
#include "app/cli_law.h"
#include "law/ask.h"
#include "law/atlas.h"
#include "law/diff.h"
#include "law/gaps.h"
#include "law/history.h"
#include "law/impact.h"
#include "law/site.h"

namespace comity::app {
namespace {

struct AtlasArgs {
  std::string from, to, measure = "preservation", offence, on, conduct, since, until;
  std::string data, from_role, to_role;
  std::string before, after, into;
  std::vector<std::string> facts;
  bool csv = false, svg = false;
};

Result<std::optional<law::Country>> country_of(const law::Corpus& corpus, const std::string& code) {
  if (code.empty()) return std::nullopt;
  TRY(law::Country country, said(law::country_named(corpus, code)));
  return country;
}

Result<std::optional<law::OffenceId>> offence_or_all(const law::Corpus& corpus,
                                                     const std::string& code) {
  if (code.empty()) return std::nullopt;
  TRY(law::OffenceId offence, said(corpus.offence(code)));
  return offence;
}

// Of an AtlasQuestion or a GapsQuestion.
template <typename Asked>
Result<void> narrow(const law::Corpus& corpus, const AtlasArgs& args, Asked& question) {
  if (!args.data.empty()) {
    TRY(question.data, said(corpus.data_category(args.data)));
  }
  if (!args.from_role.empty()) {
    TRY(question.from_role, said(corpus.role(args.from_role)));
  }
  if (!args.to_role.empty()) {
    TRY(question.to_role, said(corpus.role(args.to_role)));
  }
  return {};
}

Result<void> map(Session& session, const LawSource& source, const AtlasArgs& args) {
  TRY(Date on, day_or_today(args.on));
  TRY(law::Corpus corpus, find_corpus(session, source, on));
  law::AtlasQuestion question;
  question.on = on;
  TRY(question.measure, said(corpus.measure(args.measure)));
  TRY(question.offence, offence_or_all(corpus, args.offence));
  TRY_VOID(narrow(corpus, args, question));
  law::AtlasView view;
  TRY(view.from, country_of(corpus, args.from));
  TRY(view.to, country_of(corpus, args.to));
  law::Atlas atlas = law::draw_atlas(corpus, question);
  if (session.json && !args.csv && !args.svg)
    session.print(law::to_json(corpus, atlas, view), [] { return std::string(); });
  else
    session.print_raw(args.svg   ? law::to_svg(corpus, atlas, view)
                      : args.csv ? law::to_csv(corpus, atlas, view)
                                 : law::to_text(corpus, atlas, view));
  return {};
}

Result<void> gaps(Session& session, const LawSource& source, const AtlasArgs& args) {
  TRY(Date on, day_or_today(args.on));
  TRY(law::Corpus corpus, find_corpus(session, source, on));
  law::GapsQuestion question;
  question.on = on;
  TRY(question.from, said(law::country_named(corpus, args.from)));
  TRY(question.measure, said(corpus.measure(args.measure)));
  TRY(question.offence, offence_or_all(corpus, args.offence));
  TRY(auto given, facts_of(args.facts));
  TRY(question.facts, said(law::read_facts(corpus, given)));
  TRY_VOID(narrow(corpus, args, question));
  law::Gaps found = law::find_gaps(corpus, question);
  session.print(law::to_json(corpus, found), [&] { return law::to_text(corpus, found); });
  return {};
}

Result<void> history(Session& session, const LawSource& source, const AtlasArgs& args) {
  TRY(auto given, facts_of(args.facts));
  TRY(Date until, day_or_today(args.until));
  TRY(law::Corpus corpus, find_corpus(session, source, until));
  Date since = law::first_day(corpus);
  if (!args.since.empty()) {
    TRY(since, day_or_today(args.since));
  }
  if (until < since)
    return fail(Code::bad_value,
                "a history that ends before it begins: give --since the earlier day", "--until");
  bool every = args.offence.empty();
  std::string offence = every ? corpus.offences()[0].code : args.offence;
  TRY(law::Question question, said(law::ask(corpus, {.from = args.from,
                                                     .to = args.to,
                                                     .measure = args.measure,
                                                     .offence = offence,
                                                     .on = to_text(until),
                                                     .conduct = args.conduct,
                                                     .data = args.data,
                                                     .from_role = args.from_role,
                                                     .to_role = args.to_role,
                                                     .facts = std::move(given)})));
  auto turns = every ? law::history_of_every_offence(corpus, question, since, until)
                     : law::history(corpus, question, since, until);
  session.print(law::to_json(corpus, turns), [&] { return law::to_text(corpus, turns); });
  return {};
}

Result<void> write_page(const std::string& folder, const law::Page& page) {
  namespace fs = std::filesystem;
  fs::path path = fs::path(folder) / page.path;
  std::error_code error;
  fs::create_directories(path.parent_path(), error);
  std::ofstream out(path, std::ios::binary);
  out << page.html;
  out.close();
  if (!error && out) return {};
  return fail(Code::io, "could not write a page: is the folder yours, and the disk not full?",
              path.string());
}

Result<void> diff(Session& session, const AtlasArgs& args) {
  TRY(auto before, law_version(session, args.before));
  TRY(auto after, law_version(session, args.after));
  TRY(auto differences, law::diff(before, after));
  session.print(law::to_json(differences), [&] { return law::to_text(differences); });
  return {};
}

Result<void> site(Session& session, const LawSource& source, const AtlasArgs& args) {
  TRY(Date on, day_or_today(args.on));
  TRY(LawFound law, find_law(session, source, on));
  TRY(auto pages, law::make_site(law.files, on));
  for (const law::Page& page : pages) TRY_VOID(write_page(args.into, page));
  session.print(
      json::Object{{"pages", static_cast<std::uint64_t>(pages.size())},
                   {"index", args.into + "/index.html"}},
      [&] { return fmt::format("{} pages; begin at {}/index.html\n", pages.size(), args.into); });
  return {};
}

void tell_progress(std::size_t done, std::size_t of) {
  if (isatty(STDERR_FILENO) == 0) return;
  fmt::print(stderr, "\r{} of {} jurisdictions{}", done, of, done == of ? "\r\x1b[K" : "");
  std::fflush(stderr);
}

Result<void> impact(Session& session, const AtlasArgs& args) {
  TRY(auto before_files, law_version(session, args.before));
  TRY(auto after_files, law_version(session, args.after));
  TRY(law::Corpus before, law::Corpus::load(before_files));
  TRY(law::Corpus after, law::Corpus::load(after_files));
  TRY(Date on, day_or_today(args.on));
  TRY(auto differences, law::diff(before_files, after_files));
  law::Impact found =
      law::impact(before, after, on, law::touched(before, after, differences), tell_progress);
  session.print(law::to_json(found), [&] { return law::to_text(found); });
  return {};
}

}  // namespace

void add_atlas_commands(CLI::App& law, Session& session, const LawSource& source) {
  auto args = std::make_shared<AtlasArgs>();
  auto command = [&](const char* name, const char* what, auto run) {
    CLI::App* sub = law.add_subcommand(name, what);
    sub->callback(
        [&session, args, run] { attempt_words(session, [&] { return run(session, *args); }); });
    return sub;
  };
  constexpr const char* pair = "two letters: US";
  constexpr const char* day = "YYYY-MM-DD; today when left out";

  CLI::App* drawing =
      command("map", "the best road from every jurisdiction to every other",
              [&source](Session& s, const AtlasArgs& a) { return map(s, source, a); });
  drawing->add_option("--measure", args->measure, "preservation, extradition, ...")->required();
  drawing->add_option("--offence", args->offence, "the best of all when left out");
  drawing->add_option("--on", args->on, day);
  drawing->add_option("--from", args->from,
                      "only the roads of one that asks; " + std::string(pair));
  drawing->add_option("--to", args->to, "only the roads to one that is asked");
  CLI::Option* csv = drawing->add_flag("--csv", args->csv, "every pair, as RFC 4180");
  drawing->add_flag("--svg", args->svg, "a picture of equal tiles")->excludes(csv);
  drawing->footer("With --json: every pair, as one JSON text.");

  CLI::App* gapping =
      command("gaps", "whom one cannot reach, and the smallest change of law that would help",
              [&source](Session& s, const AtlasArgs& a) { return gaps(s, source, a); });
  gapping->add_option("--from", args->from, pair)->required();
  gapping->add_option("--measure", args->measure, "preservation when left out");
  gapping->add_option("--offence", args->offence, "each of the vocabulary when left out");
  gapping->add_option("--on", args->on, day);
  gapping->add_option("--fact", args->facts, "NAME=VALUE; may be repeated");

  CLI::App* past =
      command("history", "the days on which the answer changed, and what changed it",
              [&source](Session& s, const AtlasArgs& a) { return history(s, source, a); });
  past->add_option("--from", args->from, pair)->required();
  past->add_option("--to", args->to, pair)->required();
  past->add_option("--measure", args->measure, "preservation, extradition, ...")->required();
  past->add_option("--offence", args->offence, "each of the vocabulary when left out");
  past->add_option("--conduct", args->conduct, "the day of the conduct; moves along when left out");
  past->add_option("--since", args->since, "the first day the corpus knows of, when left out");
  past->add_option("--until", args->until, day);
  past->add_option("--fact", args->facts, "NAME=VALUE; may be repeated");

  for (CLI::App* each : {drawing, gapping, past}) {
    each->add_option("--data", args->data, "subscriber, content, ...; any when left out");
    each->add_option("--from-role", args->from_role, "who asks: police, csirt, ...");
    each->add_option("--to-role", args->to_role, "who is asked");
  }

  CLI::App* comparing = command("diff", "two versions of the law, compared in words",
                                [](Session& s, const AtlasArgs& a) { return diff(s, a); });
  CLI::App* weighing = command("impact", "which roads a new version opens and closes",
                               [](Session& s, const AtlasArgs& a) { return impact(s, a); });
  for (CLI::App* each : {comparing, weighing}) {
    each->add_option("before", args->before,
                     "a folder of law files; - for the law built in; PH@2 for a version kept at "
                     "the node, PH@0 for its base")
        ->required();
    each->add_option("after", args->after,
                     "a folder of law files; - for the law built in; PH@2 for a version kept at "
                     "the node, PH@0 for its base")
        ->required();
  }
  weighing->add_option("--on", args->on, day);

  CLI::App* pages =
      command("site", "the law as pages that a lawyer can review",
              [&source](Session& s, const AtlasArgs& a) { return site(s, source, a); });
  pages->add_option("folder", args->into, "where to write them")->required();
  pages->add_option("--on", args->on, "the day of the maps; today when left out");
}

}  // namespace comity::app
