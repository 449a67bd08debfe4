#pragma once
// The operator's warning lists: a folder of files in MISP's format (comity.toml, warning_lists).
#include <atomic>
#include <filesystem>
#include <memory>
#include <string>

#include "app/folder_watch.h"
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

// Reads them anew when the files are others. What cannot be read is logged and changes nothing: the
// lists before go on.
class WarningsWatch {
 public:
  // `log` outlives it.
  WarningsWatch(const Log& log, const std::filesystem::path& folder, Warnings now);
  [[nodiscard]] WarningsPtr lists() const { return lists_.load(); }  // from any thread

 private:
  void read(const Result<void>& readable);

  const Log& log_;
  std::filesystem::path folder_;
  std::atomic<WarningsPtr> lists_;
  FolderWatch watch_;  // last: its thread calls read()
};

}  // namespace comity::app
