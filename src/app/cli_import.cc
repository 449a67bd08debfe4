// comity alert import: STIX, and what intel/ makes STIX of, into a collection.
#include <fmt/format.h>
#include <unistd.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <unordered_set>

#include "app/cli_alert.h"
#include "base/limits_intel.h"
#include "intel/read.h"
#include "stix/split.h"

namespace comity::app {
namespace {

constexpr std::size_t piece_bytes = 256u << 10;  // of objects given in one command

struct ImportArgs {
  std::string collection, format, tlp;
  std::vector<std::string> files;
};

// What was taken of a file so far, over all its pieces.
struct Imported {
  std::uint64_t given = 0, added = 0, present = 0;
  json::Array refused;
};

// Piece by piece: what was given before an interruption is there already when it is given again.
class Pieces {
 public:
  Pieces(Session& session, const Desk& desk, std::string collection, std::string file)
      : client_(Folder(session.dir), session.unlock),
        desk_(desk),
        collection_(std::move(collection)),
        file_(std::move(file)) {}

  Result<void> give(std::string_view object) {
    if (!piece_.empty() && piece_.size() + object.size() > piece_bytes) TRY_VOID(flush());
    piece_ += piece_.empty() ? R"({"objects":[)" : ",";
    piece_ += object;
    ++sum_.given;
    return {};
  }

  Result<Imported> finish() {
    if (!piece_.empty()) TRY_VOID(flush());
    if (terminal_ && sum_.given > 0) std::cerr << "\n";
    return std::move(sum_);
  }

 private:
  Result<void> flush() {
    TRY(json::Value answer,
        client_.command(desk_.sign_command(
            "alert.import", {{"collection", collection_}, {"envelope", piece_ + "]}"}})));
    piece_.clear();
    sum_.added += static_cast<std::uint64_t>(*answer.find("added")->as_int());
    sum_.present += static_cast<std::uint64_t>(*answer.find("present")->as_int());
    for (const json::Value& each : *answer.find("refused")->as_array())
      sum_.refused.push_back(each);
    if (terminal_)
      std::cerr << fmt::format("\r{}: {} objects given", file_, sum_.given) << std::flush;
    return {};
  }

  Client client_;
  const Desk& desk_;
  std::string collection_, file_, piece_;
  Imported sum_;
  bool terminal_ = ::isatty(STDERR_FILENO) == 1;
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
  if (!split.has_objects) split.objects = {text};
  for (std::string_view object : split.objects) TRY_VOID(pieces.give(object));
  intel::Report report;
  report.given = report.taken = split.objects.size();
  return report;
}

json::Array said_json(const intel::Told& told) {
  json::Array out;
  for (const intel::Said& each : told.list)
    out.push_back(json::Object{{"where", each.where}, {"what", each.what}});
  return out;
}

std::string said_text(const intel::Told& told, std::string_view kind) {
  std::string out;
  for (const intel::Said& each : told.list)
    out +=
        fmt::format("  {} {}: {}\n", kind, each.where.empty() ? "the file" : each.where, each.what);
  if (told.count > told.list.size())
    out += fmt::format("  … and {} more {}\n", told.count - told.list.size(), kind);
  return out;
}

struct Done {
  json::Object value;
  std::string told;
  bool whole = false;  // everything was taken
};

std::string tell(const Imported& sum, const intel::Report& report, intel::Format format,
                 const std::string& file) {
  std::string told = file;
  if (format != intel::Format::stix)
    told += fmt::format(": {}: {} of {} taken{}", intel::format_name(format), report.taken,
                        report.given,
                        report.present ? fmt::format(", {} here already", report.present) : "");
  told += fmt::format(": {} objects: {} new, {} here already, {} refused\n", sum.given, sum.added,
                      sum.present, sum.refused.size());
  for (const json::Value& each : sum.refused)
    told += fmt::format("  refused {}: {}\n", *each.find("id")->as_string(),
                        *each.find("message")->as_string());
  return told + said_text(report.left, "left") + said_text(report.noted, "noted");
}

class Importing {
 public:
  Importing(Session& session, const ImportArgs& args, std::string collection)
      : session_(session), args_(args), collection_(collection), held_(session, collection) {}

  Result<Done> file(const Desk& desk, const std::string& file) {
    TRY(std::string text, read_input(file, limits::intel_file_bytes_max));
    intel::Format format = intel::Format::stix;
    if (args_.format == "auto") {
      TRY(format, intel::recognise(text));
    } else {
      format = *intel::format_from_name(args_.format);
    }
    Pieces pieces(session_, desk, collection_, file);
    TRY(intel::Report report, read(pieces, format, text));
    TRY(Imported sum, pieces.finish());
    std::string told = tell(sum, report, format, file);
    bool whole = sum.refused.empty() && report.left.count == 0;
    return Done{json::Object{{"file", file},
                             {"format", intel::format_name(format)},
                             {"given", sum.given},
                             {"added", sum.added},
                             {"present", sum.present + report.present},
                             {"refused", std::move(sum.refused)},
                             {"left", said_json(report.left)},
                             {"left_count", report.left.count},
                             {"noted", said_json(report.noted)}},
                std::move(told), whole};
  }

 private:
  Result<intel::Report> read(Pieces& pieces, intel::Format format, std::string_view text) {
    if (format == intel::Format::stix) return give_stix(pieces, text);
    if (format != intel::Format::xarf) TRY_VOID(held_.load());
    intel::Options options{.now = SystemClock().now(),
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
  Held held_;
};

Result<void> import_files(Session& session, const ImportArgs& args) {
  TRY(json::Value collection, find_collection(session, args.collection));
  TRY(Desk desk, Desk::open(Folder(session.dir), session.officer, session.for_officer()));
  Importing importing(session, args, *collection.find("id")->as_string());
  json::Array all;
  std::string told;
  for (const std::string& file : args.files) {
    auto done = importing.file(desk, file);
    if (!done && done.error().where.empty()) done.error().where = file;
    if (!done) return std::unexpected(done.error());
    told += done->told;
    if (!done->whole) session.exit = Exit::no;
    all.push_back(std::move(done->value));
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
  made->callback(
      [&session, args] { attempt(session, [&] { return import_files(session, *args); }); });
}

}  // namespace comity::app
