#pragma once
// Two versions of the law, compared in words, and what the difference does to the roads.
#include <optional>
#include <string>
#include <vector>

#include "json/value.h"
#include "law/corpus.h"
#include "law/engine.h"

namespace comity::law {

// One fact that differs.
struct Difference {
  enum class Kind : std::uint8_t { added, removed, changed };
  Kind kind = Kind::changed;
  std::string file;           // "jurisdictions/PH.toml"
  std::string entry;          // "offence data_interference (RA 10175 s.4(a)(3))"; may be empty
  std::string table;          // "offence": what stands in the file as [[offence]] or [offence]
  std::string key;            // "data_interference": its id, code, party or name; may be empty
  std::string field;          // "max_months"; empty when the whole entry came or went
  std::string before, after;  // as JSON
};

// Everything that differs, by file and entry. Order of files and entries, layout and comments do
// not count.  Errors  those of toml::parse.
[[nodiscard]] Result<std::vector<Difference>> diff(const std::vector<SourceFile>& before,
                                                   const std::vector<SourceFile>& after);
// [{"kind","file","entry","field"?,"before"?,"after"?}]
[[nodiscard]] json::Value to_json(const std::vector<Difference>& differences);
[[nodiscard]] std::string to_text(const std::vector<Difference>& differences);

}  // namespace comity::law
