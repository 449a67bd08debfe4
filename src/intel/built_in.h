#pragma once
// The warning lists that the program brings along: what the IANA keeps for special purposes, which
// nobody means to block (src/intel/built_in/*.json, each entry with its source).
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "intel/warning_list.h"

namespace comity::intel {

// Name of the file, and text; made by cmake/embed.cmake.
[[nodiscard]] std::span<const std::pair<std::string_view, std::string_view>> built_in_files();

// "special-addresses", …
[[nodiscard]] std::vector<std::string> built_in_names();
// Those in use unless the operator says otherwise: addresses and names for documentation are not
// among them, since drills and tests have no others.
[[nodiscard]] std::vector<std::string> built_in_by_default();

//   Errors  bad_value: no list has such a name.
[[nodiscard]] Result<void> add_built_in(WarningLists& lists, std::span<const std::string> names);

}  // namespace comity::intel
