#include "app/warnings.h"

#include <fmt/format.h>
#include <pthread.h>

#include <algorithm>
#include <chrono>
#include <vector>

#include "app/folder.h"
#include "base/limits_intel.h"

namespace comity::app {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds look_again{2};

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

Result<std::string> stamp_of(const fs::path& folder) {
  TRY(auto files, list_files(folder));
  std::string stamp;
  for (const fs::path& file : files) {
    std::error_code gone;
    auto size = fs::file_size(file, gone);
    auto time = fs::last_write_time(file, gone);
    stamp += fmt::format("{}\n{} {}\n", file.string(), size, time.time_since_epoch().count());
  }
  return stamp;
}

}  // namespace

Result<intel::WarningLists> read_warning_lists(const fs::path& folder) {
  intel::WarningLists lists;
  TRY(auto files, list_files(folder));
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

Result<Warnings> load_warnings(const fs::path& folder) {
  if (folder.empty()) return Warnings{};
  Warnings now;
  TRY(now.stamp, stamp_of(folder));
  TRY(intel::WarningLists lists, read_warning_lists(folder));
  now.lists = std::make_shared<const intel::WarningLists>(std::move(lists));
  return now;
}

WarningsWatch::WarningsWatch(const Log& log, fs::path folder, Warnings now)
    : log_(log),
      folder_(std::move(folder)),
      stamp_(std::move(now.stamp)),
      lists_(std::move(now.lists)) {
  if (folder_.empty()) return;
  thread_ = std::thread([this] { watch(); });
  ::pthread_setname_np(thread_.native_handle(), "warnings");
}

WarningsWatch::~WarningsWatch() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    changed_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void WarningsWatch::watch() {
  std::unique_lock lock(mutex_);
  while (!changed_.wait_for(lock, look_again, [this] { return stopping_; })) {
    lock.unlock();
    look();
    lock.lock();
  }
}

void WarningsWatch::look() {
  auto stamp = stamp_of(folder_);
  std::string found = stamp ? *stamp : to_text(stamp.error());
  if (found == stamp_) return;
  // Remembered before they are read: files that are still being written are read once more.
  stamp_ = std::move(found);
  auto read = stamp ? read_warning_lists(folder_) : std::unexpected(stamp.error());
  if (!read)
    return log_.write(Level::error, "warning_lists_unreadable",
                      {{"what", read.error().what}, {"where", read.error().where}});
  log_.write(Level::info, "warning_lists_in_use",
             {{"lists", static_cast<std::int64_t>(read->lists())},
              {"entries", static_cast<std::int64_t>(read->entries())}});
  lists_.store(std::make_shared<const intel::WarningLists>(*std::move(read)));
}

}  // namespace comity::app
