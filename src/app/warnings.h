#pragma once
// The warning lists in use: those built in that the operator wants (comity.toml, built_in_warnings)
// and a folder of files in MISP's format (warning_lists).
#include <atomic>
#include <filesystem>
#include <memory>
#include <string>
#include <vector>

#include "app/folder.h"
#include "app/folder_watch.h"
#include "base/log.h"
#include "intel/warning_list.h"

namespace comity::app {

struct WarningsWanted {
  std::filesystem::path folder;       // every *.json below it; links are not followed; empty: none
  std::vector<std::string> built_in;  // by name
};
[[nodiscard]] WarningsWanted warnings_wanted(const Config& config);

//   Errors  io; of WarningLists::add, with the file in `where`; of intel::add_built_in.
[[nodiscard]] Result<intel::WarningLists> read_warning_lists(const WarningsWanted& wanted);

// For a node at work.
using WarningsPtr = std::shared_ptr<const intel::WarningLists>;
struct Warnings {
  WarningsPtr lists;
  std::string stamp;  // of the files as they were before they were read: paths, sizes, times
};
[[nodiscard]] Result<Warnings> load_warnings(const WarningsWanted& wanted);

// Reads them anew when the files are others. What cannot be read is logged and changes nothing: the
// lists before go on.
class WarningsWatch {
 public:
  // `log` outlives it.
  WarningsWatch(const Log& log, WarningsWanted wanted, Warnings now);
  [[nodiscard]] WarningsPtr lists() const { return lists_.load(); }  // from any thread

 private:
  void read(const Result<void>& readable);

  const Log& log_;
  WarningsWanted wanted_;
  std::atomic<WarningsPtr> lists_;
  FolderWatch watch_;  // last: its thread calls read()
};

}  // namespace comity::app
