#pragma once
// What a partner signed and cannot take back: kept in the journal, so that it can be shown to
// others with a proof (comity ledger prove --position).
#include <string>

#include "node/work.h"

namespace comity::node {

// Records it, and says where it is in the words of an alarm.
//   subject   the member whose fault it shows, as text
[[nodiscard]] Result<std::string> keep_evidence(Work& work, const std::string& subject,
                                                json::Object about, std::string bytes);

}  // namespace comity::node
