#include "app/warnings.h"

#include <algorithm>
#include <vector>

#include "base/limits_intel.h"

namespace comity::app {

namespace fs = std::filesystem;

namespace {

Result<std::vector<fs::path>> list_files(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code wrong;
  if (!folder.empty())
    for (fs::recursive_directory_iterator at(folder, wrong), end; !wrong && at != end;
         at.increment(wrong))
      if (at->path().extension() == ".json" && at->is_regular_file(wrong) && !at->is_symlink(wrong))
        files.push_back(at->path());
  if (wrong)
    return fail(Code::io, "the folder of warning lists cannot be read: " + wrong.message(),
                folder.string());
  std::ranges::sort(files);
  return files;
}

}  // namespace

WarningsWanted warnings_wanted(const Config& config) {
  return {.folder = config.warning_lists, .built_in = config.built_in_warnings};
}

Result<intel::WarningLists> read_warning_lists(const WarningsWanted& wanted) {
  intel::WarningLists lists;
  TRY_VOID(intel::add_built_in(lists, wanted.built_in));
  TRY(auto files, list_files(wanted.folder));
  for (const fs::path& file : files) {
    TRY(std::string text, read_file(file, limits::warning_list_bytes_max));
    auto added = lists.add(file.filename().string(), text);
    if (!added)
      return fail(added.error().code, added.error().what,
                  file.string() + (added.error().where.empty() ? "" : ": ") + added.error().where);
  }
  lists.finish();
  return lists;
}

Result<Warnings> load_warnings(const WarningsWanted& wanted) {
  Warnings now;
  if (!wanted.folder.empty()) {
    TRY(now.stamp, stamp_of(wanted.folder, ".json"));
  }
  TRY(intel::WarningLists lists, read_warning_lists(wanted));
  now.lists = std::make_shared<const intel::WarningLists>(std::move(lists));
  return now;
}

WarningsWatch::WarningsWatch(const Log& log, WarningsWanted wanted, Warnings now)
    : log_(log),
      wanted_(std::move(wanted)),
      lists_(std::move(now.lists)),
      watch_(wanted_.folder, ".json", std::move(now.stamp), "warnings",
             [this](const Result<void>& readable) { read(readable); }) {}

void WarningsWatch::read(const Result<void>& readable) {
  auto now = readable ? read_warning_lists(wanted_) : std::unexpected(readable.error());
  if (!now)
    return log_.write(Level::error, "warning_lists_unreadable",
                      {{"what", now.error().what}, {"where", now.error().where}});
  log_.write(Level::info, "warning_lists_in_use",
             {{"lists", static_cast<std::int64_t>(now->lists())},
              {"entries", static_cast<std::int64_t>(now->entries())}});
  lists_.store(std::make_shared<const intel::WarningLists>(*std::move(now)));
}

}  // namespace comity::app
