#pragma once
// Whether the files of a folder are others than they were: for what an operator may replace while
// the node runs (warning lists, the law).
#include <condition_variable>
#include <filesystem>
#include <functional>
#include <mutex>
#include <string>
#include <thread>

#include "base/result.h"

namespace comity::app {

// Of the files below `folder` with this extension: paths, places on the disk, sizes, times. Links
// to files are not followed; one to the folder itself is. Errors: io.
[[nodiscard]] Result<std::string> stamp_of(const std::filesystem::path& folder,
                                           std::string_view extension);

// Looks every two seconds, on a thread of its own. Files that are others are told of once two looks
// agree on them, so that a folder which is still being copied is left alone.
class FolderWatch {
 public:
  // With what stamp_of() said; when it failed, with why.
  using Changed = std::function<void(const Result<void>& readable)>;
  // `stamp`: of the files as they were before they were read. An empty folder is not watched.
  // `name` is the thread's, at most 15 letters.
  FolderWatch(std::filesystem::path folder, std::string extension, std::string stamp,
              const char* name, Changed changed);
  ~FolderWatch();
  FolderWatch(const FolderWatch&) = delete;
  FolderWatch& operator=(const FolderWatch&) = delete;

 private:
  void watch();
  void look();

  std::filesystem::path folder_;
  std::string extension_;
  std::string told_, seen_;  // stamps: of the files last told of, and of those at the last look
  Changed changed_;
  std::mutex mutex_;
  std::condition_variable wake_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace comity::app
