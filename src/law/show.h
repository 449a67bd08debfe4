#pragma once
// law show: whatever the law has under a name, whole.
#include <string>
#include <string_view>
#include <vector>

#include "json/value.h"
#include "law/corpus.h"

namespace comity::law {

// A provision ("ets185-29"), instrument ("ETS185"; codes of conduct are instruments), article,
// reservation or declaration, statute, cited absence, jurisdiction ("PH"), word of the vocabulary
// ("preservation"), or a case: by its name, its place ("cases/love-bug.toml:12") or its file
// ("love-bug"). Capital and small letters are alike. Several of one name come together:
// {"name", "things": [...]}. The name of a kind ("measures") lists all: {"list", "of": [{"id",
// "title"}]}.
//   Errors  not_found, naming what is near; those of read_cases()
[[nodiscard]] Result<json::Value> show_json(const Corpus& corpus,
                                            const std::vector<SourceFile>& files,
                                            std::string_view name);
// The same for a terminal.
[[nodiscard]] std::string show_text(const json::Value& shown);

}  // namespace comity::law
