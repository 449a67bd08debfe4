// comity alert export: what a reader may see of a collection, in the formats of others.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <filesystem>
#include <iostream>

#include "app/cli_alert.h"
#include "crypto/random.h"
#include "intel/blocklist.h"
#include "stix/bundle.h"
#include "stix/identifier.h"

namespace comity::app {
namespace {

struct ExportArgs {
  std::string collection, format, at, reader, out, origin, mode;
  std::optional<int> confidence;
  bool despite_warnings = false, loose = false;
};

struct Written {
  std::vector<intel::File> files;
  json::Object counts;
  intel::Told left, warned;
};

Result<Instant> moment_asked(const std::string& at) {
  return at.empty() ? Result<Instant>(SystemClock().now()) : instant_from_text(at);
}

stix::Moment moment_of(Instant at) {
  auto whole = std::chrono::floor<std::chrono::seconds>(at);
  auto rest = std::chrono::duration_cast<std::chrono::nanoseconds>(at - whole);
  return {whole.time_since_epoch().count(), static_cast<std::uint32_t>(rest.count())};
}

// Of indicators those that are asked for; everything else as it is. Not a byte is changed.
class Bundle {
 public:
  Bundle(const ExportArgs& args, stix::Moment at) : args_(args), at_(at) {}

  void add(std::string object) {
    if (!is_wanted(object)) {
      ++left_out_;
      return;
    }
    objects_.push_back(std::move(object));
  }

  Written finish() {
    crypto::SystemRandom random;
    std::array<std::uint8_t, 16> name{};
    random.fill(name);
    std::vector<std::string_view> views(objects_.begin(), objects_.end());
    std::string id = "bundle--" + uuid_text(stix::named_uuid(name, "export"));
    Written written;
    written.files = {{"bundle.json", stix::write_bundle(id, views)}};
    written.counts = {{"objects", std::uint64_t{objects_.size()}}, {"left_out", left_out_}};
    return written;
  }

 private:
  [[nodiscard]] bool is_wanted(std::string_view bytes) const {
    if (args_.at.empty() && !args_.confidence) return true;
    stix::Reading reading = stix::read_object(bytes);
    if (!reading.object || reading.object->type != "indicator") return true;
    const stix::Object& one = *reading.object;
    if (args_.confidence && one.confidence.value_or(-1) < *args_.confidence) return false;
    if (args_.at.empty()) return true;
    return !one.revoked && !(one.valid_until && *one.valid_until <= at_) &&
           !(one.valid_from && at_ < *one.valid_from);
  }

  const ExportArgs& args_;
  stix::Moment at_;
  std::vector<std::string> objects_;
  std::uint64_t left_out_ = 0;
};

Result<Written> write_list(const intel::Blocklist& list, const ExportArgs& args,
                           const intel::About& about) {
  Written written;
  if (args.format == "csv") written.files = {write_csv(list)};
  if (args.format == "zeek") written.files = {write_zeek(list, about, written.left)};
  if (args.format == "suricata") written.files = write_suricata(list, about, written.left);
  if (args.format == "rpz") {
    TRY(intel::File zone, write_rpz(list, about, written.left));
    written.files = {std::move(zone)};
  }
  const intel::Blocklist::Counts& counts = list.counts();
  written.counts = {{"indicators", counts.indicators},
                    {"taken", counts.taken},
                    {"values", std::uint64_t{list.values().size()}},
                    {"revoked", counts.revoked},
                    {"expired", counts.expired},
                    {"not_yet_valid", counts.not_yet},
                    {"not_sure_enough", counts.unsure},
                    {"several_values_at_once", counts.joined}};
  for (const intel::Said& each : list.left().list) written.left.add(each.where, each.what);
  written.left.count += list.left().count - list.left().list.size();
  written.warned = list.warned();
  return written;
}

constexpr const char* not_a_mode = "three or four octal digits that let the owner write: 0644";

std::optional<unsigned> mode_from(const std::string& text) {
  bool octal = (text.size() == 3 || text.size() == 4) &&
               std::ranges::all_of(text, [](char c) { return '0' <= c && c <= '7'; });
  if (!octal) return std::nullopt;
  unsigned mode = static_cast<unsigned>(std::stoul(text, nullptr, 8));
  bool good = mode <= 0777 && (mode & 0600) == 0600 && (mode & 0111) == 0;
  return good ? std::optional(mode) : std::nullopt;
}

// A program that reads what is replaced must be able to read what replaces it.
Result<void> put_file(const std::filesystem::path& path, const ExportArgs& args,
                      const std::string& text) {
  return replace_public_file(path, text, mode_from(args.mode));
}

// Into the folder or the file that was named; else to standard output.
Result<void> put(const ExportArgs& args, const std::vector<intel::File>& files) {
  if (args.out.empty()) {
    std::cout << files.front().text << std::flush;
    return {};
  }
  if (args.format != "suricata") return put_file(args.out, args, files.front().text);
  std::error_code wrong;
  std::filesystem::create_directories(args.out, wrong);
  if (wrong) return fail(Code::io, "the folder cannot be made: " + wrong.message(), args.out);
  for (const intel::File& each : files)
    TRY_VOID(put_file(std::filesystem::path(args.out) / each.name, args, each.text));
  return {};
}

std::string report_text(const Written& written, const Withheld& withheld) {
  std::string out;
  for (const auto& [name, count] : written.counts)
    out += fmt::format("{}{} {}", out.empty() ? "" : ", ", *count.as_int(), name);
  out += "\n" + said_text(written.left, "left") + said_text(written.warned, "withheld");
  if (written.warned.count > 0) out += "  to write these too: --despite-warnings\n";
  for (const auto& [verdict, count] : withheld.of)
    out += fmt::format("  {} objects not shown: {}\n", count, verdict);
  return out;
}

json::Object report_json(const Written& written, const Withheld& withheld) {
  json::Array files;
  for (const intel::File& each : written.files) files.emplace_back(each.name);
  json::Object unseen;
  for (const auto& [verdict, count] : withheld.of) unseen[verdict] = count;
  return {{"files", std::move(files)},           {"counts", written.counts},
          {"left", said_json(written.left)},     {"left_count", written.left.count},
          {"warned", said_json(written.warned)}, {"warned_count", written.warned.count},
          {"withheld", std::move(unseen)}};
}

Result<Written> collect(Session& session, const ExportArgs& args, const json::Value& collection,
                        Withheld& withheld) {
  TRY(Asked asked, asked_for(session, args.reader, collection));
  TRY(Instant at, moment_asked(args.at));
  if (args.format == "stix") {
    Bundle bundle(args, moment_of(at));
    TRY(withheld, each_object(session, asked, [&](const json::Value& each) -> Result<void> {
          bundle.add(*each.find("bytes")->as_string());
          return {};
        }));
    return bundle.finish();
  }
  TRY(intel::WarningLists warnings, configured_warnings(session));
  intel::Blocklist list(
      {.at = moment_of(at),
       .confidence = args.confidence ? std::optional<std::int64_t>(*args.confidence) : std::nullopt,
       .warnings = args.despite_warnings ? nullptr : &warnings,
       .loose = args.loose});
  TRY(withheld, each_object(session, asked, [&](const json::Value& each) -> Result<void> {
        list.add(*each.find("bytes")->as_string());
        return {};
      }));
  return write_list(list, args,
                    {.title = *collection.find("title")->as_string(),
                     .at = SystemClock().now(),
                     .origin = args.origin});
}

Result<void> export_collection(Session& session, const ExportArgs& args) {
  TRY(json::Value collection, find_collection(session, args.collection));
  Withheld withheld;
  TRY(Written written, collect(session, args, collection, withheld));
  TRY_VOID(put(args, written.files));
  if (session.json)
    session.print(report_json(written, withheld), [] { return std::string(); });
  else
    std::cerr << report_text(written, withheld);
  return {};
}

}  // namespace

void add_export_command(CLI::App& alert, Session& session) {
  auto args = std::make_shared<ExportArgs>();
  CLI::App* made = alert.add_subcommand("export", "what a reader sees of a collection, as a file");
  made->add_option("collection", args->collection, "id, alias or title")->required();
  made->add_option("--format", args->format, "stix, csv, suricata, zeek or rpz")
      ->default_val("stix")
      ->check(CLI::IsMember({"stix", "csv", "suricata", "zeek", "rpz"}));
  made->add_option("--for", args->reader,
                   "whom the file is for: own, client, or a partner; they see no more over TAXII")
      ->default_val("own");
  made->add_option("--min-confidence", args->confidence,
                   "leave out indicators that are less sure, or do not say (0 to 100)")
      ->check(CLI::Range(0, 100));
  made->add_flag("--loose", args->loose,
                 "where a pattern asks for several values at once (a file's name and hash, an "
                 "address and a port): the one that says most, alone");
  made->add_flag("--despite-warnings", args->despite_warnings,
                 "also values that a warning list names");
  made->add_option("--at", args->at, "what is valid at this time; default: now");
  made->add_option("--out", args->out, "a file; for suricata a folder; else standard output");
  made->add_option("--origin", args->origin, "the name of the DNS zone")
      ->default_val("rpz.invalid");
  made->add_option("--mode", args->mode,
                   "rights of the files, octal: 0644; default: those of the file that was there, "
                   "else 0600")
      ->check(CLI::Validator([](std::string& text) { return mode_from(text) ? "" : not_a_mode; },
                             "OCTAL", "mode"));
  made->callback([&session, args] {
    if (args->out.empty() && (session.json || args->format == "suricata"))
      throw CLI::ValidationError("--out", "say where to: a folder for suricata, else a file");
    attempt(session, [&] { return export_collection(session, *args); });
  });
}

}  // namespace comity::app
