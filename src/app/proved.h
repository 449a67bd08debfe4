#pragma once
// What a record says that was proved to be in a ledger. A proof shows that a node logged the bytes;
// who else stands by them, only a signature in them can show.
#include <string_view>

#include "base/result.h"
#include "json/value.h"

namespace comity::app {

// {"entry","written"[,"signed":{"what","key", and of an act "act","kind","from","to","card","at",
// of a receipt "act","from","to","outcome"[,"code"],"recorded_at","position", of a card
// "member","number"}]}
// Without "signed", nobody but the log answers for it.
//   Errors  Code::bad_signature; Code::corrupt: no record of a journal
[[nodiscard]] Result<json::Object> tell_proved(std::string_view record);

}  // namespace comity::app
