#pragma once
// A thin cover over SQLite's C interface: ownership, errors as Result, statements prepared once. Of
// this room alone.
#include <sqlite3.h>

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/bytes.h"
#include "base/result.h"

namespace comity::store {

enum class Access : std::uint8_t { read, write, create };
enum class Journal : std::uint8_t {
  wal,
  rollback
};  // rollback: SQLite's own default, for small and finished files

// SQLite would count the memory it has, under one lock for all threads, at each call for memory.
// Nobody asks. Has an effect before anything else of SQLite's is called; opening does it.
void start_sqlite();

struct ConnectionOptions {
  std::string path;
  std::string vfs = {};
  Access access = Access::read;
  std::size_t cache_bytes = 2u << 20;
};

// One connection, used by one thread at a time.
class Connection {
 public:
  //   Errors  io (also when the file is absent and access is not `create`), busy, corrupt,
  //           malformed
  [[nodiscard]] static Result<std::unique_ptr<Connection>> open(const ConnectionOptions& options);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  [[nodiscard]] Result<void> set_journal(Journal journal);
  // One or more statements that give no rows.
  [[nodiscard]] Result<void> run(const char* sql);
  // The first column of the first row.
  [[nodiscard]] Result<std::int64_t> integer(std::string_view sql);
  void rollback();  // what is open, if anything is; cannot fail in a way that matters
  [[nodiscard]] bool in_transaction() const { return sqlite3_get_autocommit(db_) == 0; }
  [[nodiscard]] std::int64_t changes() const { return sqlite3_changes64(db_); }
  [[nodiscard]] Error error(int code) const;
  // Writes the log into the file and empties it; false when a reader still needs it.
  [[nodiscard]] Result<bool> truncate_log();
  [[nodiscard]] sqlite3* raw() { return db_; }

 private:
  friend class Query;
  Connection(sqlite3* db, std::string path) : db_(db), path_(std::move(path)) {}
  [[nodiscard]] sqlite3_stmt* prepared(std::string_view sql, int& code);

  sqlite3* db_;
  std::string path_;
  std::unordered_map<std::string_view, sqlite3_stmt*> statements_;  // keys are literals
};

// One use of a prepared statement; the statement is reset when this goes. `sql` must be a literal,
// and two uses of the same text must not overlap. What is bound must outlive the use.
class Query {
 public:
  Query(Connection& connection, std::string_view sql);
  ~Query();
  Query(const Query&) = delete;
  Query& operator=(const Query&) = delete;

  Query& bind(int at, std::int64_t value);
  Query& bind(int at, std::uint64_t value) { return bind(at, static_cast<std::int64_t>(value)); }
  Query& bind(int at, std::string_view text);
  Query& bind(int at, BytesView blob);
  Query& bind(int at, const sqlite3_value* value);
  Query& bind_null(int at);

  [[nodiscard]] Result<bool> step();  // true: there is a row
  [[nodiscard]] Result<void>
  run();  // a statement without rows, to its end; may be bound and run again

  [[nodiscard]] int columns() const { return sqlite3_column_count(statement_); }
  [[nodiscard]] std::int64_t integer(int column) const;
  [[nodiscard]] std::uint64_t natural(int column) const;
  [[nodiscard]] std::string_view text(int column) const;  // until the next step
  [[nodiscard]] BytesView blob(int column) const;         // until the next step
  [[nodiscard]] bool is_null(int column) const;
  [[nodiscard]] const sqlite3_value* value(int column) const;

 private:
  Connection& connection_;
  sqlite3_stmt* statement_;
  int code_ = SQLITE_OK;  // the first failure of preparing or binding, told by step()
};

}  // namespace comity::store
