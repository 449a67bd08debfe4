#pragma once
// Copies of a running store, and the way back.
//
// A backup is two files that are worthless apart: the journal with its sealed records, and the
// wrapped record keys. Keep them in two places, and let the keys expire: whoever holds both halves
// and the node's key reads also what was erased since. Both are made from one snapshot while the
// node goes on writing.
#include <optional>
#include <string>

#include "base/random.h"
#include "base/result.h"
#include "base/time.h"
#include "store/check.h"
#include "store/sqlite_store.h"

namespace comity::store {

inline constexpr const char* backup_journal_name = "comity-journal.db";
inline constexpr const char* backup_keys_name = "comity-record-keys.db";

struct BackupOptions {
  std::string folder;       // gets comity-journal.db; must exist and hold none
  std::string keys_folder;  // gets comity-record-keys.db; may be the same, better is another disk
  Instant now;
  std::optional<Instant> keys_expire = {};  // from then on restore() refuses the keys
  Random& random;  // names the backup, so that halves of two backups are not joined
};

struct BackupReport {
  node::Head head;
  std::uint64_t entries = 0;
  std::uint64_t keys = 0;
};

// Returns when both files and their folders are on disk.
//   Errors  exists (a file of that name is there), io, corrupt,
//           expired (keys_expire is not after now)
[[nodiscard]] Result<BackupReport> backup(SqliteStore& store, const BackupOptions& options,
                                          const Progress& progress = {});

struct RestoreOptions {
  std::string folder;
  std::string keys_folder;
  std::string path;  // of the store to make; nothing may be there
  Instant now;
};

// Joins both halves into a store at `path`, whose restored_from_backup() is true until cleared.
//   Errors  exists, not_found, io, malformed (not such a file, or halves of two backups),
//           expired (the keys)
[[nodiscard]] Result<BackupReport> restore(const RestoreOptions& options,
                                           const Progress& progress = {});

}  // namespace comity::store
