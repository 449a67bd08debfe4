#include "store/sqlite.h"

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/check.h"
#include "store/log_vfs.h"

namespace comity::store {
namespace {

// With the system's own file system, a new file is made here, so that nobody but us ever may read
// it; SQLite gives the log beside it the same mode.
void create_private(const std::string& path) {
  const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (file >= 0) ::close(file);
}

int configure(sqlite3* db, const ConnectionOptions& options) {
  sqlite3_extended_result_codes(db, 1);
  sqlite3_busy_timeout(db, 0);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DEFENSIVE, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_TRUSTED_SCHEMA, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_FKEY, 1, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_TRIGGER, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_ENABLE_VIEW, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DML, 0, nullptr);
  sqlite3_db_config(db, SQLITE_DBCONFIG_DQS_DDL, 0, nullptr);
  sqlite3_limit(db, SQLITE_LIMIT_ATTACHED, 0);

  // Temporary tables stay in memory: nothing readable lands in /tmp.
  const std::string pragmas =
      "PRAGMA mmap_size=0; PRAGMA temp_store=MEMORY; PRAGMA cell_size_check=ON; PRAGMA "
      "synchronous=FULL;"
      "PRAGMA secure_delete=ON; PRAGMA foreign_keys=ON; PRAGMA trusted_schema=OFF; PRAGMA "
      "cache_size=-" +
      std::to_string(options.cache_bytes / 1024) + ";";
  return sqlite3_exec(db, pragmas.c_str(), nullptr, nullptr, nullptr);
}

Error describe(int code, std::string_view text, const std::string& path) {
  const std::string what(text);
  switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
      return {Code::busy, "another process uses this store; stop it, or ask it to do the work",
              path};
    case SQLITE_CORRUPT:
      return {Code::corrupt,
              "the store is damaged (" + what + "): run comity store check, then restore a backup",
              path};
    case SQLITE_NOTADB:
      return {Code::malformed, "this file is not a Comity store", path};
    case SQLITE_FULL:
      return {Code::io,
              "the disk is full: free some space; nothing was half-written, and work goes on from "
              "there",
              path};
    case SQLITE_CANTOPEN:
      return {Code::io, "cannot open the store: check that the folder exists and may be written",
              path};
    case SQLITE_READONLY:
      return {Code::io,
              "the store may not be written: check the owner and mode of the file and its folder",
              path};
    case SQLITE_IOERR:
      return {Code::io,
              "the disk failed (" + what +
                  "): check the disk and its file system; nothing was half-written",
              path};
    case SQLITE_CONSTRAINT:
      return {
          Code::corrupt,
          "the store holds rows that contradict each other (" + what + "): run comity store check",
          path};
    default:
      return {Code::io, "the store failed: " + what, path};
  }
}

}  // namespace

void start_sqlite() {
  [[maybe_unused]] static const int once = sqlite3_config(SQLITE_CONFIG_MEMSTATUS, 0);
}

Result<std::unique_ptr<Connection>> Connection::open(const ConnectionOptions& options) {
  start_sqlite();
  if (options.access == Access::create && options.vfs.empty()) create_private(options.path);
  int flags = SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_PRIVATECACHE;
  flags |= options.access == Access::read ? SQLITE_OPEN_READONLY : SQLITE_OPEN_READWRITE;
  if (options.access == Access::create) flags |= SQLITE_OPEN_CREATE;

  sqlite3* db = nullptr;
  int code = sqlite3_open_v2(options.path.c_str(), &db, flags, gathering_log(options.vfs).c_str());
  if (db == nullptr) throw std::bad_alloc();
  std::unique_ptr<Connection> connection(new Connection(db, options.path));
  if (code == SQLITE_OK) code = configure(db, options);
  if (code != SQLITE_OK) return std::unexpected(connection->error(code));
  return connection;
}

Connection::~Connection() {
  for (const auto& [sql, statement] : statements_) sqlite3_finalize(statement);
  check(sqlite3_close(db_) == SQLITE_OK, "a connection was closed with work open");
}

Result<void> Connection::set_journal(Journal journal) {
  Query query(*this,
              journal == Journal::wal ? "PRAGMA journal_mode=WAL" : "PRAGMA journal_mode=DELETE");
  TRY(const bool row, query.step());
  const std::string_view mode = row ? query.text(0) : "";
  if (mode != (journal == Journal::wal ? "wal" : "delete")) {
    return fail(Code::io,
                "the file system does not carry SQLite's write-ahead log: use a local disk", path_);
  }
  return {};
}

Result<void> Connection::run(const char* sql) {
  const int code = sqlite3_exec(db_, sql, nullptr, nullptr, nullptr);
  if (code != SQLITE_OK) return std::unexpected(error(code));
  return {};
}

Result<std::int64_t> Connection::integer(std::string_view sql) {
  Query query(*this, sql);
  TRY(const bool row, query.step());
  if (!row) return fail(Code::corrupt, "a row that every store has is missing", path_);
  return query.integer(0);
}

void Connection::rollback() {
  // After some I/O errors SQLite has rolled back by itself; then there is nothing to do.
  if (in_transaction()) sqlite3_exec(db_, "ROLLBACK", nullptr, nullptr, nullptr);
}

Error Connection::error(int code) const {
  return describe(code, sqlite3_errmsg(db_), path_);
}

Result<bool> Connection::truncate_log() {
  const int code =
      sqlite3_wal_checkpoint_v2(db_, nullptr, SQLITE_CHECKPOINT_TRUNCATE, nullptr, nullptr);
  if (code == SQLITE_OK) return true;
  if ((code & 0xff) == SQLITE_BUSY) return false;
  return std::unexpected(error(code));
}

sqlite3_stmt* Connection::prepared(std::string_view sql, int& code) {
  if (const auto found = statements_.find(sql); found != statements_.end()) return found->second;
  sqlite3_stmt* statement = nullptr;
  code = sqlite3_prepare_v3(db_, sql.data(), static_cast<int>(sql.size()),
                            SQLITE_PREPARE_PERSISTENT, &statement, nullptr);
  if (code == SQLITE_OK) statements_.emplace(sql, statement);
  return statement;
}

Query::Query(Connection& connection, std::string_view sql) : connection_(connection) {
  statement_ = connection.prepared(sql, code_);
  check(statement_ == nullptr || sqlite3_stmt_busy(statement_) == 0,
        "two uses of one statement overlap");
}

Query::~Query() {
  if (statement_ == nullptr) return;
  sqlite3_reset(statement_);
  sqlite3_clear_bindings(statement_);
}

Query& Query::bind(int at, std::int64_t value) {
  if (code_ == SQLITE_OK) code_ = sqlite3_bind_int64(statement_, at, value);
  return *this;
}

Query& Query::bind(int at, std::string_view text) {
  if (code_ == SQLITE_OK) {
    code_ = sqlite3_bind_text64(statement_, at, text.data() == nullptr ? "" : text.data(),
                                text.size(), SQLITE_STATIC, SQLITE_UTF8);
  }
  return *this;
}

Query& Query::bind(int at, BytesView blob) {
  if (code_ == SQLITE_OK) {
    code_ = blob.empty()
                ? sqlite3_bind_zeroblob(statement_, at, 0)
                : sqlite3_bind_blob64(statement_, at, blob.data(), blob.size(), SQLITE_STATIC);
  }
  return *this;
}

Query& Query::bind(int at, const sqlite3_value* value) {
  if (code_ == SQLITE_OK) code_ = sqlite3_bind_value(statement_, at, value);
  return *this;
}

Query& Query::bind_null(int at) {
  if (code_ == SQLITE_OK) code_ = sqlite3_bind_null(statement_, at);
  return *this;
}

Result<bool> Query::step() {
  if (code_ != SQLITE_OK) return std::unexpected(connection_.error(code_));
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  return std::unexpected(connection_.error(code));
}

Result<void> Query::run() {
  TRY(const bool row, step());
  check(!row, "a statement that gives rows was run as one that gives none");
  sqlite3_reset(statement_);
  return {};
}

std::int64_t Query::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::uint64_t Query::natural(int column) const {
  return static_cast<std::uint64_t>(integer(column));
}

std::string_view Query::text(int column) const {
  const auto* data = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return {data == nullptr ? "" : data,
          static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

BytesView Query::blob(int column) const {
  const auto* data = static_cast<const std::uint8_t*>(sqlite3_column_blob(statement_, column));
  return {data, static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))};
}

bool Query::is_null(int column) const {
  return sqlite3_column_type(statement_, column) == SQLITE_NULL;
}

const sqlite3_value* Query::value(int column) const {
  return sqlite3_column_value(statement_, column);
}

}  // namespace comity::store
