#pragma once
// How to mend a file that is no TOML, told to a person who has never heard of TOML. Private to this
// room.
#include <string>
#include <string_view>

#include "law/corpus.h"

namespace comity::law {

// `text` is the file, `error` what the parser said of it.
[[nodiscard]] Problem not_toml(std::string_view text, const Error& error);

}  // namespace comity::law
