#pragma once
// The store's contract (node/ports.h) in one SQLite file (WAL, synchronous=FULL), for one process
// at a time.
//
// Records lie sealed under a key each; those keys lie wrapped under the node's key in a table of
// their own, so that deleting one row makes one record unreadable for ever. README.md draws the
// tables.
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"
#include "crypto/secret.h"
#include "node/ports.h"

namespace comity::store {

class Connection;  // store/sqlite.h, of this room alone

// `read` changes no byte of the store, takes no incarnation and begins no group; the file must
// exist.
enum class Opening : std::uint8_t { write, read };

struct SqliteOptions {
  std::string path;    // made with mode 0600 when absent; its folder must exist
  crypto::Secret kek;  // the node's key, 32 bytes: wraps the record keys
  Random& random;  // record keys and nonces; used by whoever holds the group; outlives the store
  Opening opening = Opening::write;
  std::string vfs = {};                       // a registered sqlite3_vfs; empty: the system's
  std::size_t cache_bytes = 8u << 20;         // pages that the writer keeps
  std::size_t reader_cache_bytes = 2u << 20;  // and each pooled reader
  std::size_t pending_bytes_max = 16u
                                  << 20;  // what a group holds before it writes to its transaction
};

// Threads: begin(), the group and clear_restored() belong to one thread at a time; snapshot() and
// its views may be used beside them, each view by one thread at a time. Views and groups end before
// their store does.
class SqliteStore final : public node::Store {
 public:
  // Opens or makes the store, and takes a new incarnation (see restored_from_backup).
  //   Errors  not_allowed   `kek` is not the key this store was made with
  //           malformed     the file is not a Comity store
  //           invalid       written by a newer Comity
  //           corrupt       the file is damaged
  //           busy          another process has it
  //           io            as the system says
  //           not_found     `opening` is read, and there is no store
  [[nodiscard]] static Result<std::unique_ptr<SqliteStore>> open(SqliteOptions options);
  ~SqliteStore() override;

  [[nodiscard]] Result<std::unique_ptr<node::Group>> begin() override;
  [[nodiscard]] Result<std::unique_ptr<node::View>> snapshot() override;
  [[nodiscard]] std::uint64_t generation() const override;
  [[nodiscard]] Result<std::unique_ptr<node::Group>> begin_rebuild() override;

  // True when the file's past is not this machine's last one: it came from a backup, or is another
  // than the file beside it ("<path>-incarnation", never backed up) remembers. Then the ledger may
  // have been cut back to what it once was, and the node must not sign before a partner confirmed
  // the last checkpoint it saw. Holds over restarts until clear_restored(). A copy of the whole
  // folder cannot be told apart here: partners tell.
  [[nodiscard]] bool restored_from_backup() const;
  [[nodiscard]] Result<void> clear_restored();

  // What store/check.h and store/backup.h stand on.
  class Impl;
  [[nodiscard]] Impl& impl() { return *impl_; }

 private:
  explicit SqliteStore(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

[[nodiscard]] Result<std::unique_ptr<SqliteStore>> open_sqlite(SqliteOptions options);

}  // namespace comity::store
