#pragma once
// Text that people read and decide by: names, reasons, telephone numbers.
#include <string>
#include <string_view>

#include "base/result.h"

namespace comity::member {

enum class Emptiness { allowed, refused };

// Code::bad_value at `where` unless `text` is UTF-8 within `bytes_max`, begins and ends with a
// visible character, and has nothing that makes it look other than it is: control characters, line
// separators, zero-width spaces, or the embeddings, overrides and isolates that reorder text
// (Unicode TR 36, section 3.2).
[[nodiscard]] Result<void> check_plain(std::string_view text, std::string where,
                                       std::size_t bytes_max,
                                       Emptiness emptiness = Emptiness::refused);
// Code::bad_value unless 1 to 64 lower-case letters, digits and underscores, beginning with a
// letter.
[[nodiscard]] Result<void> check_word(std::string_view text, std::string where);

}  // namespace comity::member
