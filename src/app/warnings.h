#pragma once
// The operator's warning lists: a folder of files in MISP's format (comity.toml, warning_lists).
#include <filesystem>

#include "intel/warning_list.h"

namespace comity::app {

// Every *.json below the folder; links are not followed. An empty path: no lists.
//   Errors  io; of WarningLists::add, with the file in `where`.
[[nodiscard]] Result<intel::WarningLists> read_warning_lists(const std::filesystem::path& folder);

}  // namespace comity::app
