#pragma once
// What the files of `comity alert` share.
#include <string>

#include "app/cli.h"

namespace comity::app {

// A file of STIX, or "-": standard input.  Errors: those of reading; too_large.
[[nodiscard]] Result<std::string> read_stix(const std::string& file);

void add_collection_commands(CLI::App& alert, Session& session);

}  // namespace comity::app
