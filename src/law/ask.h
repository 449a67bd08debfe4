#pragma once
// Words that people write, as this corpus names them.
#include <string_view>

#include "law/corpus.h"

namespace comity::law {

// "ph" is PH. Errors are those of Corpus::country(), with a hint where a code of another list or a
// name was written (UK, EL, USA, France).
[[nodiscard]] Result<Country> country_named(const Corpus& corpus, std::string_view code);

}  // namespace comity::law
