// comity sweep: which indicators occur in logs and files. Needs no node, unless its collections are
// what is looked for, and sends nothing unless it is told to.
#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>
#include <CLI/CLI.hpp>

#include <algorithm>
#include <filesystem>
#include <iostream>
#include <set>

#include "app/cli.h"
#include "app/folder.h"
#include "app/node.h"
#include "app/pieces.h"
#include "app/progress.h"
#include "app/sweep_back.h"
#include "app/tell.h"
#include "app/warnings.h"
#include "base/limits_stix.h"
#include "base/limits_sweep.h"
#include "crypto/random.h"
#include "sweep/input.h"
#include "sweep/sighting.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;

struct SweepArgs {
  std::vector<std::string> alerts, paths;
  std::string sightings, at, warnings, format = "detect";
  bool whole = false, share = false, despite_warnings = false;
};

// ---- What is looked for.

Result<stix::Moment> moment_of(const SweepArgs& args) {
  if (!args.at.empty()) {
    auto at = stix::moment_from_text(args.at);
    if (!at) return fail(Code::bad_value, "--at wants a time like 2026-11-22T12:00:00Z", args.at);
    return *at;
  }
  auto since = SystemClock().now().time_since_epoch();
  auto seconds = std::chrono::floor<std::chrono::seconds>(since);
  auto rest = std::chrono::duration_cast<std::chrono::nanoseconds>(since - seconds);
  return stix::Moment{seconds.count(), static_cast<std::uint32_t>(rest.count())};
}

// As the node's configuration says, if there is one; a folder that is named comes before its own.
Result<intel::WarningLists> warnings_for(const Session& session, const SweepArgs& args) {
  if (args.despite_warnings) return read_warning_lists({});
  WarningsWanted wanted = warnings_wanted({});
  if (!session.dir.empty())
    if (auto config = Folder(session.dir).read_config()) wanted = warnings_wanted(*config);
  if (!args.warnings.empty()) wanted.folder = args.warnings;
  return read_warning_lists(wanted);
}

json::Object tally_json(const sweep::Tally& tally) {
  return {{"given", tally.given},           {"taken", tally.taken},
          {"values", tally.values},         {"revoked", tally.revoked},
          {"expired", tally.expired},       {"not_yet_valid", tally.not_yet},
          {"superseded", tally.superseded}, {"unusable", tally.unusable},
          {"refused", tally.refused},       {"warned", tally.warned}};
}

json::Array texts(const std::vector<std::string>& told) {
  json::Array out;
  for (const std::string& each : told) out.emplace_back(as_utf8(each));
  return out;
}

std::string tally_text(const sweep::Tally& tally) {
  std::string out = fmt::format("looked for {} values of {} indicators", tally.values, tally.taken);
  auto add = [&](std::uint64_t count, const char* why) {
    if (count > 0) out += fmt::format("; {} {}", count, why);
  };
  add(tally.revoked, "revoked");
  add(tally.expired, "expired");
  add(tally.not_yet, "not valid yet");
  add(tally.superseded, "older versions");
  add(tally.unusable, "without a value that a text could hold");
  add(tally.refused, "refused");
  add(tally.warned, "values on warning lists (to look for them too: --despite-warnings)");
  return out;
}

// ---- What is looked through.

// Files below folders in the order of their names; links are not followed.
Result<std::vector<std::string>> files_of(const std::vector<std::string>& paths) {
  std::vector<std::string> files;
  for (const std::string& path : paths) {
    std::error_code wrong;
    if (path == "-" || !fs::is_directory(path, wrong)) {
      files.push_back(path);
      continue;
    }
    std::size_t before = files.size();
    for (fs::recursive_directory_iterator at(path, wrong), end; !wrong && at != end;
         at.increment(wrong)) {
      if (at->is_regular_file(wrong) && !at->is_symlink(wrong))
        files.push_back(at->path().string());
      if (files.size() > limits::sweep_files_max)
        return fail(Code::too_large, "more than 10,000,000 files: sweep in parts", path);
    }
    if (wrong) return fail(Code::io, "this folder cannot be read: " + wrong.message(), path);
    std::sort(files.begin() + static_cast<long>(before), files.end());
  }
  return files;
}

class Descriptor {
 public:
  explicit Descriptor(int fd) : fd_(fd) {}
  ~Descriptor() {
    if (fd_ > STDERR_FILENO) ::close(fd_);
  }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  [[nodiscard]] int get() const { return fd_; }

 private:
  int fd_;
};

// Whom sightings go back to: nobody, unless an officer says so.
struct Back {
  std::vector<SweptCollection> collections;
  std::optional<Desk> desk;
};

class Sweeping {
 public:
  Sweeping(Session& session, const SweepArgs& args, const Back& back, const sweep::Index& index)
      : session_(session),
        args_(args),
        back_(back),
        index_(index),
        sightings_(index.indicators()),
        block_(limits::sweep_read_bytes) {}

  void file(const std::string& path) {
    ++files_;
    auto done = read(path);
    if (done) return;
    ++failed_;
    progress_.clear();
    if (session_.json)
      print({{"failed", json::Object{{"path", as_utf8(path)},
                                     {"code", code_name(done.error().code)},
                                     {"what", done.error().what}}}});
    else
      std::cerr << "comity: " << for_terminal(path) << ": " << done.error().what << "\n";
  }

  Result<void> finish() {
    progress_.clear();
    if (wants_sightings()) {
      sweep::Sighter by = sighter_here(session_, args_.paths, began_);
      by.ended = SystemClock().now();
      if (!args_.sightings.empty())
        TRY_VOID(write_file(args_.sightings, sightings_.bundle(by), Existing::replace));
      if (back_.desk) {
        TRY(shared_, share_sightings(session_, *back_.desk, back_.collections, sightings_, by));
      }
    }
    tell();
    session_.exit = failed_ > 0 ? Exit::failed : hits_ > 0 ? Exit::no : Exit::done;
    return {};
  }

 private:
  Result<void> read(const std::string& path) {
    Descriptor file(path == "-" ? STDIN_FILENO : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
    if (file.get() < 0) return fail(Code::io, std::string("cannot be opened: ") + strerror(errno));
    struct stat about{};
    if (::fstat(file.get(), &about) != 0 || S_ISDIR(about.st_mode))
      return fail(Code::io, "is not a file");
    (void)::posix_fadvise(file.get(), 0, 0, POSIX_FADV_SEQUENTIAL);
    sweep::Format format = args_.format == "text"   ? sweep::Format::text
                           : args_.format == "json" ? sweep::Format::json
                           : args_.format == "mail" ? sweep::Format::mail
                                                    : sweep::Format::detect;
    sweep::Input input(index_, format, [&](const sweep::Hit& hit) { take(path, hit); });
    for (;;) {
      ssize_t n = ::read(file.get(), block_.data(), block_.size());
      if (n < 0 && errno == EINTR) continue;
      if (n < 0) {
        auto failed = fail(Code::io, std::string("cannot be read: ") + strerror(errno));
        (void)input.finish();  // what was read counts
        return failed;
      }
      if (n == 0) return input.finish();
      bytes_ += static_cast<std::uint64_t>(n);
      TRY_VOID(input.feed({block_.data(), static_cast<std::size_t>(n)}));
      show_progress(path);
    }
  }

  void take(const std::string& path, const sweep::Hit& hit) {
    sweep::Indicator one = index_.indicators().at(hit.found.indicator);
    if (args_.whole && !one.decisive) return;
    ++hits_;
    indicators_.insert(index_.indicators().origin_number(hit.found.indicator));
    if (wants_sightings()) sightings_.add(hit.found.indicator);
    sweep::Origin origin = index_.indicators().origin(hit.found.indicator);
    progress_.clear();
    if (session_.json) return print(hit_json(path, hit, one, origin));
    std::cout << fmt::format("{}{}:{}:{}: {}  [{} {}{}] {} {}{}\n", for_terminal(path),
                             hit.part.empty() ? "" : fmt::format("({})", for_terminal(hit.part)),
                             hit.found.line, hit.found.column, for_terminal(hit.found.text),
                             sweep::kind_name(one.kind), for_terminal(one.value),
                             one.decisive ? "" : ", part of a pattern", for_terminal(origin.alert),
                             for_terminal(origin.id),
                             origin.name.empty() ? "" : " " + for_terminal(origin.name));
  }

  static json::Object hit_json(const std::string& path, const sweep::Hit& hit,
                               const sweep::Indicator& one, const sweep::Origin& origin) {
    json::Object out{{"path", as_utf8(path)},
                     {"line", hit.found.line},
                     {"column", hit.found.column},
                     {"offset", hit.found.offset},
                     {"found", as_utf8(hit.found.text)},
                     {"kind", sweep::kind_name(one.kind)},
                     {"value", as_utf8(one.value)},
                     {"decisive", one.decisive},
                     {"alert", origin.alert},
                     {"indicator", origin.id}};
    if (!hit.part.empty()) out.emplace("part", hit.part);
    if (!origin.name.empty()) out.emplace("name", origin.name);
    if (origin.confidence) out.emplace("confidence", *origin.confidence);
    return out;
  }

  static void print(const json::Object& line) { std::cout << json::write(line) << '\n'; }

  void tell() {
    const sweep::Tally& tally = index_.indicators().tally();
    std::uint64_t left_out = index_.left_out().size();
    if (session_.json) {
      json::Object searched{{"hits", hits_},
                            {"indicators_hit", std::uint64_t{indicators_.size()}},
                            {"files", files_},
                            {"failed", failed_},
                            {"bytes", bytes_},
                            {"left_out", left_out},
                            {"indicators", tally_json(tally)},
                            {"warned", texts(tally.warned_told)}};
      if (wants_sightings()) searched.emplace("sightings", std::uint64_t{sightings_.size()});
      if (back_.desk) searched.emplace("shared", std::move(shared_));
      print({{"summary", std::move(searched)}});
      std::cout << std::flush;
      return;
    }
    std::cout << std::flush;
    for (const std::string& told : tally.told)
      std::cerr << "refused: " << for_terminal(told) << "\n";
    for (const std::string& told : tally.warned_told)
      std::cerr << "withheld: " << for_terminal(told) << "\n";
    std::cerr << fmt::format("{} hits of {} indicators in {} files, {} bytes; {}", hits_,
                             indicators_.size(), files_, bytes_, tally_text(tally));
    if (left_out > 0) std::cerr << fmt::format("; {} left out: too many alike", left_out);
    if (failed_ > 0) std::cerr << fmt::format("; {} FILES FAILED", failed_);
    std::cerr << "\n";
    for (const json::Value& each : shared_)
      std::cerr << fmt::format("{}: {} sightings and what they need: {} new, {} here already\n",
                               for_terminal(*each.find("title")->as_string()),
                               *each.find("given")->as_int(), *each.find("added")->as_int(),
                               *each.find("present")->as_int())
                << lines_for_terminal(tell_rest(each));
  }

  [[nodiscard]] bool wants_sightings() const { return !args_.sightings.empty() || back_.desk; }

  // Some ten times a second at most.
  void show_progress(const std::string& path) {
    if (bytes_ - shown_ < (64u << 20)) return;
    shown_ = bytes_;
    progress_.show(
        fmt::format("{} hits, {} MB, {:.60}", hits_, bytes_ / 1'000'000, for_terminal(path)));
  }

  Session& session_;
  const SweepArgs& args_;
  const Back& back_;
  const sweep::Index& index_;
  Instant began_ = SystemClock().now();
  json::Array shared_;
  sweep::Sightings sightings_;
  std::vector<char> block_;
  std::set<std::uint64_t> indicators_;
  std::uint64_t hits_ = 0, files_ = 0, failed_ = 0, bytes_ = 0, shown_ = 0;
  Progress progress_;
};

// A log that is named by mistake must not be replaced: only what an earlier sweep wrote is.
Result<void> check_sightings_file(const SweepArgs& args, const std::vector<std::string>& files) {
  std::error_code wrong;
  if (args.sightings.empty() || !fs::exists(args.sightings, wrong)) return {};
  for (const std::string& file : files)
    if (fs::equivalent(file, args.sightings, wrong))
      return fail(Code::bad_value, "--sightings would replace what is swept: name another file",
                  args.sightings);
  constexpr const char* not_ours =
      "--sightings replaces only a bundle of sightings: name another file, or remove this one";
  auto text = fs::is_regular_file(args.sightings, wrong)
                  ? read_file(args.sightings, limits::stix_bundle_bytes_max)
                  : Result<std::string>(fail(Code::bad_value, not_ours));
  if (!text || !sweep::is_bundle_of_sightings(*text))
    return fail(Code::bad_value, not_ours, args.sightings);
  return {};
}

Result<void> run_sweep(Session& session, const SweepArgs& args) {
  TRY(stix::Moment now, moment_of(args));
  TRY(auto files, files_of(args.paths));
  TRY_VOID(check_sightings_file(args, files));
  TRY(intel::WarningLists warnings, warnings_for(session, args));
  sweep::Loader loader(now);
  loader.leave_out([&](const sweep::Item& item) { return warnings.warned(item); });
  Back back;
  TRY(back.collections, load_alerts(session, args.alerts, loader));
  if (args.share && back.collections.empty())
    return fail(Code::bad_value, "--share brings sightings into collections: --alerts names none");
  if (args.share) {
    TRY(back.desk, Desk::open(Folder(session.dir), session.officer, session.for_officer()));
  }
  TRY(sweep::Indicators indicators, loader.finish());
  if (indicators.size() == 0)
    return fail(Code::not_found, "nothing to look for: " + tally_text(indicators.tally()));
  crypto::SystemRandom random;
  sweep::Index index(indicators, random.u64());
  Sweeping sweeping(session, args, back, index);
  for (const std::string& file : files) sweeping.file(file);
  return sweeping.finish();
}

}  // namespace

void add_sweep_command(CLI::App& app, Session& session) {
  auto args = std::make_shared<SweepArgs>();
  CLI::App* command = app.add_subcommand(
      "sweep", "which indicators occur in these logs and files; a node only for collections");
  command
      ->add_option("--alerts", args->alerts,
                   "a STIX bundle, a list with one value a line, or a collection of the node; may "
                   "be repeated")
      ->required();
  command->add_option("paths", args->paths, "files and folders; - is standard input")->required();
  command->add_option("--sightings", args->sightings, "write what was seen as a STIX bundle");
  command->add_flag("--share", args->share,
                    "bring the sightings into the collections that were swept for, and so back to "
                    "who shared them");
  CLI::Option* warnings =
      command->add_option("--warnings", args->warnings,
                          "a folder of warning lists beside those built in; default: the one of "
                          "the node's configuration");
  command
      ->add_flag("--despite-warnings", args->despite_warnings,
                 "also values that a warning list names")
      ->excludes(warnings);
  command->add_option("--at", args->at, "use the indicators that are valid at this time");
  command->add_option("--format", args->format, "detect, text, json or mail")
      ->check(CLI::IsMember({"detect", "text", "json", "mail"}));
  command->add_flag("--whole", args->whole, "leave out hits on a part of a pattern");
  command->callback(
      [&session, args] { attempt(session, [&] { return run_sweep(session, *args); }); });
}

}  // namespace comity::app
