#include "store/backup.h"

#include <fcntl.h>
#include <unistd.h>

#include <filesystem>
#include <utility>

#include "store/sqlite_impl.h"

namespace comity::store {
namespace {

constexpr std::size_t name_bytes = 16;
constexpr const char* unfinished_suffix = ".unfinished";

using Counted = std::function<void(std::uint64_t)>;

// A new file under another name until it is whole and on disk; gone if it never gets there.
class NewFile {
 public:
  explicit NewFile(std::filesystem::path path) : path_(std::move(path)) {}
  ~NewFile() {
    connection_.reset();
    std::error_code ignored;
    if (!finished_) std::filesystem::remove(unfinished(), ignored);
  }
  NewFile(const NewFile&) = delete;
  NewFile& operator=(const NewFile&) = delete;

  [[nodiscard]] Connection& connection() { return *connection_; }

  Result<void> begin() {
    std::error_code ignored;
    // SQLite's files beside it count too: a log left from an older store would be played into the
    // new one.
    for (const char* suffix : {"", "-wal", "-shm", "-journal"}) {
      if (std::filesystem::exists(path_.string() + suffix, ignored)) {
        return fail(Code::exists, "the file is there already: move it away",
                    path_.string() + suffix);
      }
    }
    std::filesystem::remove(unfinished(), ignored);
    TRY(connection_, Connection::open({.path = unfinished(), .access = Access::create}));
    TRY_VOID(connection_->set_journal(Journal::rollback));
    return connection_->run("BEGIN IMMEDIATE");
  }

  // COMMIT syncs the file, as synchronous=FULL says; the folder must then know its name.
  Result<void> finish() {
    TRY_VOID(connection_->run("COMMIT"));
    connection_.reset();
    if (::rename(unfinished().c_str(), path_.c_str()) != 0)
      return failed("cannot give the finished file its name");
    finished_ = true;
    return sync_folder();
  }

 private:
  [[nodiscard]] std::string unfinished() const { return path_.string() + unfinished_suffix; }
  [[nodiscard]] std::unexpected<Error> failed(const char* what) const {
    return fail(
        Code::io,
        std::string(what) + " (" + std::generic_category().message(errno) + "): check the disk",
        path_.string());
  }
  Result<void> sync_folder() const {
    const std::string folder = path_.has_parent_path() ? path_.parent_path().string() : ".";
    const int file = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    if (file < 0) return failed("cannot open the folder to make the file's name durable");
    const int synced = ::fsync(file);
    ::close(file);
    if (synced != 0) return failed("cannot make the file's name durable");
    return {};
  }

  std::filesystem::path path_;
  std::unique_ptr<Connection> connection_;
  bool finished_ = false;
};

// All but the keys, under another state row.
Result<void> copy_journal(Connection& from, Connection& to, const State& state,
                          const Counted& progress) {
  TRY_VOID(create_store_tables(to));
  TRY_VOID(insert_state(to, state));
  std::uint64_t before = 0;
  for (const Table table : {Table::entry, Table::head, Table::tile, Table::row, Table::sealed}) {
    TRY(const std::uint64_t copied,
        copy_table(from, to, table, [&](std::uint64_t count) { progress(before + count); }));
    before += copied;
  }
  return {};
}

Result<std::unique_ptr<Connection>> open_half(const std::string& folder, const char* name,
                                              std::int64_t application_id) {
  const std::string path = (std::filesystem::path(folder) / name).string();
  if (!std::filesystem::exists(path)) {
    return fail(Code::not_found,
                "this half of the backup is not there: name the folder that holds it", path);
  }
  TRY(auto connection, Connection::open({.path = path}));
  TRY(const FileKind kind, identify(*connection, application_id));
  if (kind == FileKind::fresh)
    return fail(Code::malformed, "the file is empty: use another backup", path);
  return connection;
}

}  // namespace

Result<BackupReport> backup(SqliteStore& store, const BackupOptions& options,
                            const Progress& progress) {
  if (options.keys_expire && *options.keys_expire <= options.now) {
    return fail(Code::expired,
                "the keys of this backup would be expired from the start: give a later time");
  }
  const auto told = [&](const char* stage) {
    return [&progress, stage](std::uint64_t done) {
      if (progress) progress(stage, done, 0);
    };
  };
  NewFile journal(std::filesystem::path(options.folder) / backup_journal_name);
  NewFile keys(std::filesystem::path(options.keys_folder) / backup_keys_name);
  TRY_VOID(journal.begin());
  TRY_VOID(keys.begin());

  Bytes name(name_bytes);
  options.random.fill(name);
  TRY(auto reader, store.impl().reader());
  TRY(State state, read_state(reader.connection()));
  state.incarnation.clear();
  state.restored = true;
  state.backup = name;
  TRY_VOID(copy_journal(reader.connection(), journal.connection(), state, told("journal")));

  TRY_VOID(create_keys_tables(keys.connection()));
  TRY_VOID(insert_keys_state(keys.connection(), {name, options.now, options.keys_expire}));
  TRY(const std::uint64_t copied,
      copy_table(reader.connection(), keys.connection(), Table::record_key, told("keys")));
  TRY_VOID(journal.finish());
  TRY_VOID(keys.finish());
  return BackupReport{state.head, state.head.size, copied};
}

Result<BackupReport> restore(const RestoreOptions& options, const Progress& progress) {
  TRY(const auto journal, open_half(options.folder, backup_journal_name, store_application_id));
  TRY(const auto keys, open_half(options.keys_folder, backup_keys_name, keys_application_id));
  TRY(State state, read_state(*journal));
  TRY(const KeysState keys_state, read_keys_state(*keys));
  if (state.backup.empty()) {
    return fail(Code::malformed, "this is a store, not a backup of one", options.folder);
  }
  if (state.backup != keys_state.backup) {
    return fail(Code::malformed, "the journal and the keys are of two backups: name halves of one",
                options.keys_folder);
  }
  if (keys_state.expires_at && options.now >= *keys_state.expires_at) {
    return fail(Code::expired, "the backup's keys expired at " + to_text(*keys_state.expires_at) +
                                   ": use a later backup");
  }
  state.backup.clear();

  NewFile made(options.path);
  TRY_VOID(made.begin());
  const auto told = [&](std::uint64_t done) {
    if (progress) progress("restore", done, 0);
  };
  TRY_VOID(copy_journal(*journal, made.connection(), state, told));
  TRY(const std::uint64_t copied, copy_table(*keys, made.connection(), Table::record_key, told));
  TRY_VOID(made.finish());
  return BackupReport{state.head, state.head.size, copied};
}

}  // namespace comity::store
