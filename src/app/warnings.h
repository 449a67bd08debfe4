#pragma once
// The operator's warning lists: a folder of files in MISP's format (comity.toml, warning_lists).
#include <atomic>
#include <condition_variable>
#include <filesystem>
#include <memory>
#include <mutex>
#include <string>
#include <thread>

#include "base/log.h"
#include "intel/warning_list.h"

namespace comity::app {

// Every *.json below the folder; links are not followed. An empty path: no lists.
//   Errors  io; of WarningLists::add, with the file in `where`.
[[nodiscard]] Result<intel::WarningLists> read_warning_lists(const std::filesystem::path& folder);

// For a node at work. Null when no folder is configured.
using WarningsPtr = std::shared_ptr<const intel::WarningLists>;
struct Warnings {
  WarningsPtr lists;
  std::string stamp;  // of the files as they were before they were read: paths, sizes, times
};
[[nodiscard]] Result<Warnings> load_warnings(const std::filesystem::path& folder);

// Looks every few seconds, on a thread of its own, whether the files are others, and reads them
// anew. What cannot be read is logged and changes nothing: the lists before go on.
class WarningsWatch {
 public:
  // `log` outlives it.
  WarningsWatch(const Log& log, std::filesystem::path folder, Warnings now);
  ~WarningsWatch();
  WarningsWatch(const WarningsWatch&) = delete;
  WarningsWatch& operator=(const WarningsWatch&) = delete;
  [[nodiscard]] WarningsPtr lists() const { return lists_.load(); }  // from any thread

 private:
  void watch();
  void look();

  const Log& log_;
  std::filesystem::path folder_;
  std::string stamp_;
  std::atomic<WarningsPtr> lists_;
  std::mutex mutex_;
  std::condition_variable changed_;
  bool stopping_ = false;
  std::thread thread_;
};

}  // namespace comity::app
