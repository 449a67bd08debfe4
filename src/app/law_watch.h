#pragma once
// The operator's folder of law (comity.toml, law), for a node at work.
#include <filesystem>
#include <mutex>
#include <optional>

#include "app/folder_watch.h"
#include "base/log.h"
#include "node/input.h"

namespace comity::app {

// Reads the folder anew when its files are others. The law built into the program is not watched.
class LawWatch {
 public:
  // `stamp`: of the files before the node read them. `log` outlives it.
  LawWatch(const Log& log, const std::string& folder, std::string stamp);

  // What was read since, once; from any thread. To be given to the node in a turn of its own.
  [[nodiscard]] std::optional<node::LawRead> take();
  // The node could not take it: it is given again, unless something newer was read since.
  void give_back(node::LawRead read);

 private:
  void read(const Result<void>& readable);

  const Log& log_;
  std::string folder_;
  std::mutex mutex_;
  std::optional<node::LawRead> read_;
  FolderWatch watch_;  // last: its thread calls read()
};

}  // namespace comity::app
