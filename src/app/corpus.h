#pragma once
// The law that a node uses: the corpus built into the program, or a folder of the operator's.
#include <string>
#include <vector>

#include "law/corpus.h"

namespace comity::app {

// `folder` empty: the files built in. Reads *.toml below the folder.  Errors: io; too_large.
[[nodiscard]] Result<std::vector<law::SourceFile>> law_files(const std::string& folder);
[[nodiscard]] Result<law::Corpus> load_corpus(const std::string& folder);

}  // namespace comity::app
