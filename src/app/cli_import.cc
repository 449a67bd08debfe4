// comity alert import: STIX, and what intel/ makes STIX of, into a collection.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <unordered_set>

#include "app/cli_alert.h"
#include "app/pieces.h"
#include "app/tell.h"
#include "base/limits_intel.h"
#include "intel/read.h"
#include "stix/split.h"

namespace comity::app {
namespace {

struct ImportArgs {
  std::string collection, format, tlp;
  std::vector<std::string> files;
  bool ours = false, elsewhere = false;
};

// Which objects are there already, asked when it is first needed.
class Held {
 public:
  Held(Session& session, std::string collection)
      : session_(session), collection_(std::move(collection)) {}
  Result<void> load() {
    if (loaded_) return {};
    loaded_ = true;
    TRY(Withheld withheld, each_object(session_, {.collection = collection_},
                                       [&](const json::Value& each) -> Result<void> {
                                         ids_.insert(*each.find("id")->as_string());
                                         return {};
                                       }));
    (void)withheld;  // an own reader sees all that a collection may hold
    return {};
  }
  [[nodiscard]] bool has(std::string_view id) const { return ids_.contains(std::string(id)); }

 private:
  Session& session_;
  std::string collection_;
  std::unordered_set<std::string> ids_;
  bool loaded_ = false;
};

Result<intel::Report> give_stix(Pieces& pieces, std::string_view text) {
  TRY(stix::Split split, stix::split_objects(text));
  if (!is_bundle(split)) split.objects = {text};
  pieces.expect(split.objects.size());
  for (std::string_view object : split.objects) TRY_VOID(pieces.give(object));
  intel::Report report;
  report.given = report.taken = split.objects.size();
  return report;
}

// What became of one file.
struct Done {
  json::Object value;
  std::string told;
  Exit exit = Exit::no;  // done: everything was taken; failed: with the reason
};

std::string tell(const Imported& sum, const intel::Report& report, intel::Format format,
                 const std::string& file) {
  std::string told = for_terminal(file);
  if (format != intel::Format::stix)
    told += fmt::format(": {}: {} of {} taken{}", intel::format_name(format), report.taken,
                        report.given,
                        report.present ? fmt::format(", {} here already", report.present) : "");
  told += fmt::format(": {} objects: {} new, {} here already, {} refused\n", sum.given, sum.added,
                      sum.present, sum.refused.size());
  return told + tell_rest(to_json(sum)) + said_text(report.left, "left") +
         said_text(report.noted, "noted");
}

// The others are taken all the same; what was taken of this one before stays.
Done failed_file(const std::string& file, const Error& error, const Imported& sum) {
  json::Object value = to_json(sum);
  value["file"] = file;
  value["error"] = error_json(error);
  std::string told = failed_text(file, error);
  if (sum.added + sum.present > 0)
    told += fmt::format("  until then {} new, {} here already\n", sum.added, sum.present);
  return {std::move(value), std::move(told), Exit::failed};
}

class Importing {
 public:
  Importing(Session& session, const ImportArgs& args, const json::Value& collection)
      : session_(session),
        args_(args),
        collection_(*collection.find("id")->as_string()),
        unmarked_(stix::tlp_from_name(*collection.find("unmarked")->as_string())
                      .value_or(stix::Tlp::amber_strict)),
        held_(session, collection_) {}

  Done file(const Desk& desk, const std::string& file) {
    Pieces pieces(session_, desk, collection_, file);
    auto done = take(pieces, file);
    return done ? *std::move(done) : failed_file(file, done.error(), pieces.so_far());
  }

 private:
  Result<Done> take(Pieces& pieces, const std::string& file) {
    TRY(std::string text, read_input(file, limits::intel_file_bytes_max));
    intel::Format format = intel::Format::stix;
    if (args_.format == "auto") {
      TRY(format, intel::recognise(text));
    } else {
      format = *intel::format_from_name(args_.format);
    }
    // An event of a MISP may be anybody's, and "your organisation only" is a distribution there.
    bool anybodys = format == intel::Format::misp;
    pieces.from_elsewhere(args_.elsewhere || (anybodys && !args_.ours));
    TRY(intel::Report report, read(pieces, format, text));
    TRY(Imported sum, pieces.finish());
    json::Object value = to_json(sum);
    value["file"] = file;
    value["format"] = intel::format_name(format);
    value["present"] = sum.present + report.present;
    value["left"] = said_json(report.left);
    value["left_count"] = report.left.count;
    value["noted"] = said_json(report.noted);
    bool whole = sum.refused.empty() && report.left.count == 0;
    return Done{std::move(value), tell(sum, report, format, file), whole ? Exit::done : Exit::no};
  }

  Result<intel::Report> read(Pieces& pieces, intel::Format format, std::string_view text) {
    if (format == intel::Format::stix) {
      if (!args_.tlp.empty())
        return fail(
            Code::bad_value,
            "--tlp is not for STIX, which stays as its maker marked it: what bears no label "
            "counts as the collection says (comity alert change C --unmarked)");
      return give_stix(pieces, text);
    }
    TRY_VOID(held_.load());
    intel::Options options{.unmarked = unmarked_,
                           .now = SystemClock().now(),
                           .held = [this](std::string_view id) { return held_.has(id); }};
    if (!args_.tlp.empty()) {
      options.tlp = stix::tlp_from_name(args_.tlp);
      if (!options.tlp)
        return fail(Code::bad_value, "--tlp wants a label like TLP:GREEN", args_.tlp);
    }
    return intel::read(format, text, options,
                       [&](const std::string& object) { return pieces.give(object); });
  }

  Session& session_;
  const ImportArgs& args_;
  std::string collection_;
  stix::Tlp unmarked_;
  Held held_;
};

Result<void> import_files(Session& session, const ImportArgs& args) {
  TRY(json::Value collection, find_collection(session, args.collection));
  TRY(Desk desk, Desk::open(Folder(session.dir), session.officer, session.for_officer()));
  Importing importing(session, args, collection);
  json::Array all;
  std::string told;
  for (const std::string& file : args.files) {
    Done done = importing.file(desk, file);
    told += done.told;
    session.exit = std::max(session.exit, done.exit);
    all.push_back(std::move(done.value));
  }
  session.print(json::Object{{"collection", *collection.find("id")}, {"files", std::move(all)}},
                [&] { return told; });
  return {};
}

}  // namespace

void add_import_command(CLI::App& alert, Session& session) {
  auto args = std::make_shared<ImportArgs>();
  CLI::App* made = alert.add_subcommand("import", "takes alerts into a collection");
  made->add_option("collection", args->collection, "id, alias or title")->required();
  made->add_option("files", args->files,
                   "STIX bundles, envelopes or objects; MISP events; X-ARF reports; lists with one "
                   "value a line; - is standard input")
      ->required();
  made->add_option("--format", args->format, "auto (by content), stix, misp, xarf or list")
      ->default_val("auto")
      ->check(CLI::IsMember({"auto", "stix", "misp", "xarf", "list"}));
  made->add_option("--tlp", args->tlp,
                   "the label of what bears none in its file; not for STIX, which stays as it is");
  CLI::Option* ours = made->add_flag(
      "--ours", args->ours, "this organisation made it, and chooses who gets what is AMBER");
  made->add_flag(
          "--elsewhere", args->elsewhere,
          "others made it: only GREEN and CLEAR go on to partners (MISP events: unless said)")
      ->excludes(ours);
  made->callback(
      [&session, args] { attempt(session, [&] { return import_files(session, *args); }); });
}

}  // namespace comity::app
