#pragma once
// Messages taken apart: RFC 5322, RFC 2045 to 2047, 2231. Lenient, as mail readers are: what is
// sought must not hide behind a rule that a sender broke.
#include <functional>
#include <string>
#include <string_view>

#include "base/result.h"

namespace comity::sweep {

// A message by its beginning: fields, and among them two that messages have.
[[nodiscard]] bool looks_like_mail(std::string_view beginning);

// Calls `see` with each part's name and bytes, decoded: "headers" (lines unfolded, encoded words
// undone, behind them the parameters that RFC 2231 cuts into pieces), then "1" for a body alone,
// "1", "2", "2.1" … for those of a multipart, each with its own "2.1/headers". An enclosed message
// is taken apart like the outer one.
//   Errors  too_large: beyond limits::sweep_mail_*; what `see` returns.
using SeePart = std::function<Result<void>(const std::string& name, std::string_view bytes)>;
[[nodiscard]] Result<void> for_each_part(std::string_view message, const SeePart& see);

// RFC 2045, 6.7 and 6.8; what is outside the alphabet is passed over.
[[nodiscard]] std::string decode_base64_leniently(std::string_view text);
[[nodiscard]] std::string decode_quoted_printable(std::string_view text);

}  // namespace comity::sweep
