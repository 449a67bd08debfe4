#include "app/folder_watch.h"

#include <fmt/format.h>
#include <pthread.h>
#include <sys/stat.h>

#include <algorithm>
#include <chrono>
#include <vector>

namespace comity::app {

namespace fs = std::filesystem;

namespace {

constexpr std::chrono::seconds look_again{2};

}  // namespace

Result<std::string> stamp_of(const fs::path& folder, std::string_view extension) {
  std::vector<std::string> lines;
  std::error_code wrong;
  for (fs::recursive_directory_iterator at(folder, wrong), end; !wrong && at != end;
       at.increment(wrong)) {
    if (at->path().extension() != extension) continue;
    struct stat about{};
    if (::lstat(at->path().c_str(), &about) != 0) continue;  // gone since: the next look sees that
    lines.push_back(fmt::format("{}\n{} {} {} {}.{}\n", at->path().string(), about.st_dev,
                                about.st_ino, about.st_size, about.st_mtim.tv_sec,
                                about.st_mtim.tv_nsec));
  }
  if (wrong)
    return fail(Code::io, "the folder cannot be read: " + wrong.message(), folder.string());
  std::ranges::sort(lines);
  std::string stamp;
  for (const std::string& line : lines) stamp += line;
  return stamp;
}

FolderWatch::FolderWatch(fs::path folder, std::string extension, std::string stamp,
                         const char* name, Changed changed)
    : folder_(std::move(folder)),
      extension_(std::move(extension)),
      told_(std::move(stamp)),
      seen_(told_),
      changed_(std::move(changed)) {
  if (folder_.empty()) return;
  thread_ = std::thread([this] { watch(); });
  ::pthread_setname_np(thread_.native_handle(), name);
}

FolderWatch::~FolderWatch() {
  {
    std::lock_guard lock(mutex_);
    stopping_ = true;
    wake_.notify_one();
  }
  if (thread_.joinable()) thread_.join();
}

void FolderWatch::watch() {
  std::unique_lock lock(mutex_);
  while (!wake_.wait_for(lock, look_again, [this] { return stopping_; })) {
    lock.unlock();
    look();
    lock.lock();
  }
}

void FolderWatch::look() {
  auto stamp = stamp_of(folder_, extension_);
  std::string found = stamp ? *stamp : to_text(stamp.error());
  bool settled = found == seen_;
  seen_ = found;
  if (!settled || found == told_) return;
  told_ = std::move(found);
  changed_(stamp ? Result<void>() : std::unexpected(stamp.error()));
}

}  // namespace comity::app
