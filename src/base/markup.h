#pragma once
// Text inside HTML and SVG.
#include <string>
#include <string_view>

namespace comity {

// As the content of an element or of a quoted attribute. Control characters that XML forbids become
// U+FFFD.
[[nodiscard]] std::string escaped(std::string_view text);

}  // namespace comity
