#pragma once
// The law as pages that a lawyer can review: one for each instrument, agreement and jurisdiction,
// with every fact, its citation, period, confidence and source, and the cases that rest on it.
#include <string>
#include <vector>

#include "law/corpus.h"

namespace comity::law {

struct Page {
  std::string path;  // "jurisdictions/PH.html", relative to the site's root
  std::string html;  // self-contained: no script, nothing fetched
};

// The whole site: index.html, vocabulary.html, and a page for each file but the cases. The same
// files give the same bytes. `on` is the day of the maps on the first page.
//   Errors  those of Corpus::load and toml::parse.
[[nodiscard]] Result<std::vector<Page>> make_site(const std::vector<SourceFile>& files, Date on);

}  // namespace comity::law
