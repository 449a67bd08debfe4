// comity alert: threat intelligence in STIX.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <iostream>
#include <iterator>

#include "app/cli_alert.h"
#include "app/progress.h"
#include "app/tell.h"
#include "base/limits_stix.h"
#include "intel/read.h"
#include "stix/bundle.h"
#include "stix/split.h"

namespace comity::app {
namespace {

// What one file holds: how many objects, and what is to be said of them.
struct Checked {
  std::string file;
  std::size_t objects = 0, refused = 0, warned = 0;
  json::Array findings;
  std::string told;
};

}  // namespace

Result<std::string> read_input(const std::string& file, std::size_t bytes_max) {
  std::string text;
  if (file != "-") {
    TRY(text, read_file(file, bytes_max));
    return std::string(intel::without_mark(text));
  }
  for (char piece[65536]; std::cin.read(piece, sizeof piece) || std::cin.gcount() > 0;) {
    text.append(piece, static_cast<std::size_t>(std::cin.gcount()));
    if (text.size() > bytes_max)
      return fail(Code::too_large, "standard input has more than a file may", "-");
  }
  return std::string(intel::without_mark(text));
}

Result<std::string> read_stix(const std::string& file) {
  return read_input(file, limits::stix_bundle_bytes_max);
}

Result<Asked> asked_for(Session& session, const std::string& reader, const json::Value& found) {
  Asked asked{.collection = *found.find("id")->as_string(), .bytes = true};
  if (reader == "own" || reader == "client") {
    asked.standing = reader;
    return asked;
  }
  TRY(json::Value member, find_member(session, reader));
  asked.standing = "member";
  asked.member = *member.find("id")->as_string();
  return asked;
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

Result<Withheld> each_object(Session& session, const Asked& asked,
                             const std::function<Result<void>(const json::Value& object)>& see) {
  Client client(Folder(session.dir), session.unlock);
  std::string target = "/objects?collection=" + asked.collection + "&standing=" + asked.standing;
  if (!asked.member.empty()) target += "&member=" + asked.member;
  if (asked.bytes) target += "&bytes=1";
  if (!asked.type.empty()) target += "&type=" + asked.type;
  Withheld withheld;
  Progress progress;
  std::uint64_t seen = 0;
  for (std::string after = asked.after.empty() ? "" : "&after=" + asked.after;;) {
    TRY(json::Value page, client.get(target + after));
    const json::Array& objects = *page.find("objects")->as_array();
    for (const json::Value& each : objects) {
      TRY_VOID(see(each));
      if (++seen == asked.count) return withheld;
    }
    for (const auto& [verdict, count] : *page.find("withheld")->as_object())
      withheld.of[verdict] += static_cast<std::uint64_t>(*count.as_int());
    const json::Value* next = page.find("next");
    if (!next) return withheld;
    progress.show(fmt::format("{} objects read", seen));
    after = "&after=" + std::to_string(*next->as_int());
  }
}

json::Object error_json(const Error& error) {
  return {{"code", code_name(error.code)}, {"what", error.what}, {"where", error.where}};
}

std::string failed_text(const std::string& file, const Error& error) {
  return fmt::format("{}: FAILED: {}{}\n", for_terminal(file), lines_for_terminal(error.what),
                     error.where.empty() ? "" : " (" + for_terminal(error.where) + ")");
}

bool is_bundle(const stix::Split& split) {
  auto type = split.head.find("type");
  return split.has_objects || (type != split.head.end() && type->second.as_string() &&
                               *type->second.as_string() == "bundle");
}

namespace {

void take_findings(Checked& checked, std::string_view of, const stix::Findings& findings,
                   bool warnings) {
  std::string lines;
  for (const stix::Finding& finding : findings.list) {
    bool error = finding.severity == stix::Severity::error;
    if (!error && !warnings) continue;
    checked.findings.push_back(json::Object{{"of", of},
                                            {"severity", error ? "error" : "warning"},
                                            {"fault", stix::fault_name(finding.fault)},
                                            {"clause", finding.clause},
                                            {"path", finding.path},
                                            {"what", finding.what},
                                            {"mend", finding.mend}});
    lines += "    " + to_text(finding) + "\n";
  }
  if (!lines.empty()) checked.told += fmt::format("  {}\n{}", of, lines);
}

void take_reading(Checked& checked, const stix::Reading& reading, bool warnings) {
  ++checked.objects;
  if (!reading.object) ++checked.refused;
  if (reading.findings.warnings > 0) ++checked.warned;
  std::string of = reading.id.empty() ? fmt::format("object {}", checked.objects)
                                      : fmt::format("object {}, {}", checked.objects, reading.id);
  take_findings(checked, of, reading.findings, warnings);
}

Result<Checked> check_file(const std::string& file, bool warnings) {
  Checked checked{.file = file, .findings = {}, .told = {}};
  TRY(std::string text, read_stix(file));
  TRY(stix::Split split, stix::split_objects(text));
  if (!is_bundle(split)) {
    take_reading(checked, stix::read_object(text), warnings);
    return checked;
  }
  TRY(stix::Bundle bundle, stix::read_bundle(text, [&](const stix::Reading& reading) {
        take_reading(checked, reading, warnings);
      }));
  take_findings(checked, "the bundle itself", bundle.findings, warnings);
  return checked;
}

std::string tell(const Checked& checked) {
  return fmt::format("{}: {} objects, {} good, {} refused, {} with warnings\n{}", checked.file,
                     checked.objects, checked.objects - checked.refused, checked.refused,
                     checked.warned, checked.told);
}

struct CheckArgs {
  std::vector<std::string> files;
  bool warnings = false;
};

Result<void> check_files(Session& session, const CheckArgs& args) {
  json::Array all;
  std::string told;
  bool good = true;
  for (const std::string& file : args.files) {
    auto checked = check_file(file, args.warnings);
    if (!checked) {
      bool unread = checked.error().code == Code::io || checked.error().code == Code::not_found;
      session.exit = std::max(session.exit, unread ? Exit::failed : Exit::no);
      told += failed_text(file, checked.error());
      all.push_back(json::Object{{"file", file}, {"error", error_json(checked.error())}});
      continue;
    }
    good &= checked->refused == 0;
    told += tell(*checked);
    auto count = [](std::size_t n) { return static_cast<std::uint64_t>(n); };
    all.push_back(json::Object{{"file", checked->file},
                               {"objects", count(checked->objects)},
                               {"refused", count(checked->refused)},
                               {"warned", count(checked->warned)},
                               {"findings", std::move(checked->findings)}});
  }
  if (!good)
    told +=
        "What is refused breaks a MUST of STIX: no partner would take it. Mend it and check "
        "again.\n";
  session.print(json::Object{{"files", std::move(all)}}, [&] { return told; });
  if (!good) session.exit = std::max(session.exit, Exit::no);
  return {};
}

}  // namespace

void add_alert_commands(CLI::App& app, Session& session) {
  CLI::App* alert = app.add_subcommand("alert", "threat intelligence in STIX 2.1 and 2.0");
  alert->require_subcommand(1);
  add_collection_commands(*alert, session);
  add_road_commands(*alert, session);
  add_taxii_user_commands(*alert, session);
  add_list_command(*alert, session);
  add_warned_command(*alert, session);
  add_share_commands(*alert, session);
  add_outbreak_command(*alert, session);
  add_import_command(*alert, session);
  add_export_command(*alert, session);
  add_taxii_commands(*alert, session);
  auto args = std::make_shared<CheckArgs>();
  CLI::App* check = alert->add_subcommand(
      "check", "whether STIX objects and bundles are as the specification demands");
  check->add_option("files", args->files, "bundles, envelopes or objects; - is standard input")
      ->required();
  check->add_flag("--warnings", args->warnings, "also what SHOULD be better");
  check->callback(
      [&session, args] { attempt(session, [&] { return check_files(session, *args); }); });
}

}  // namespace comity::app
