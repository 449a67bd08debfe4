#pragma once
// What the commands about the law share.
#include <string>
#include <utility>
#include <vector>

#include "app/corpus.h"

namespace CLI {
class App;
}

namespace comity::app {

struct Session;

// "NAME=VALUE" as two; Code::bad_value without '='.
[[nodiscard]] Result<std::vector<std::pair<std::string, std::string>>> facts_of(
    const std::vector<std::string>& texts);

// law map, gaps, history, diff, impact. `folder` outlives the parser.
void add_atlas_commands(CLI::App& law, Session& session, const std::string& folder);

}  // namespace comity::app
