#pragma once
// `comity store backup`, inside the process that has the store open.
#include <string_view>

#include "json/value.h"
#include "store/sqlite_store.h"

namespace comity::app {

// {"folder","keys_folder","keys_days"}; a folder must exist.  Answers
// {"entries","keys","ledger_size"}.
[[nodiscard]] Result<json::Value> run_backup(store::SqliteStore& store, std::string_view request);

}  // namespace comity::app
