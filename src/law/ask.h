#pragma once
// Words that people write, as this corpus names them.
#include <string_view>

#include "law/corpus.h"

namespace comity::law {

// "ph" is PH. Errors are those of Corpus::country(), with a hint where a code of another list or a
// name was written (UK, EL, USA, France).
[[nodiscard]] Result<Country> country_named(const Corpus& corpus, std::string_view code);
// The code of ISO 3166-1 that is meant by a code of another list, by a name or its beginning;
// empty: none, or several.
[[nodiscard]] std::string country_meant(const Corpus& corpus, std::string_view text);

}  // namespace comity::law
