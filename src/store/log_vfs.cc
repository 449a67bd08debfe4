#include "store/log_vfs.h"

#include <sqlite3.h>

#include <algorithm>
#include <cstdint>
#include <cstring>
#include <map>
#include <memory>
#include <mutex>
#include <new>
#include <span>
#include <utility>

namespace comity::store {
namespace {

constexpr std::size_t frame_header_bytes = 24;
// SQLite's own file system takes at most 131,071 bytes in one call.
constexpr std::size_t gathered_bytes_max = 120u << 10;

// A log. The file of the file system below lies right behind it.
struct Log {
  sqlite3_file file;
  std::uint8_t* gathered;  // gathered_bytes_max of them; null until something is written
  std::size_t size;
  sqlite3_int64 at;  // where they belong; where the last write ended when there are none
  bool ends;         // the page that comes next is the last of a transaction
};

Log& log_of(sqlite3_file* file) {
  return *reinterpret_cast<Log*>(file);
}
sqlite3_file* below(sqlite3_file* file) {
  return reinterpret_cast<sqlite3_file*>(reinterpret_cast<Log*>(file) + 1);
}

int write_below(sqlite3_file* file, std::span<const std::uint8_t> bytes, sqlite3_int64 at) {
  return below(file)->pMethods->xWrite(below(file), bytes.data(), static_cast<int>(bytes.size()),
                                       at);
}

// What could not be written is let go: SQLite is told, and gives up the transaction.
int write_gathered(sqlite3_file* file) {
  Log& log = log_of(file);
  if (log.size == 0) return SQLITE_OK;
  const std::size_t size = std::exchange(log.size, 0);
  const sqlite3_int64 at = std::exchange(log.at, log.at + static_cast<sqlite3_int64>(size));
  return write_below(file, {log.gathered, size}, at);
}

// A frame's second word, big-endian, is the size of the database after a transaction, and 0 in all
// frames but its last.
bool ends_transaction(std::span<const std::uint8_t> header) {
  return std::ranges::any_of(header.subspan(4, 4), [](std::uint8_t byte) { return byte != 0; });
}

// What does not follow the last write goes to the file at once: headers that are written anew.
int gather(sqlite3_file* file, std::span<const std::uint8_t> bytes, sqlite3_int64 at) {
  Log& log = log_of(file);
  if (log.gathered == nullptr) log.gathered = new (std::nothrow) std::uint8_t[gathered_bytes_max];
  const bool follows = at == log.at + static_cast<sqlite3_int64>(log.size);
  const bool held = follows && log.gathered != nullptr && bytes.size() <= gathered_bytes_max;
  if (!held || log.size + bytes.size() > gathered_bytes_max) {
    if (const int code = write_gathered(file); code != SQLITE_OK) return code;
  }
  if (!held) {
    log.at = at + static_cast<sqlite3_int64>(bytes.size());
    return write_below(file, bytes, at);
  }
  std::memcpy(log.gathered + log.size, bytes.data(), bytes.size());
  log.size += bytes.size();
  return SQLITE_OK;
}

int write(sqlite3_file* file, const void* from, int count, sqlite3_int64 at) {
  const std::span bytes(static_cast<const std::uint8_t*>(from), static_cast<std::size_t>(count));
  Log& log = log_of(file);
  const bool header = bytes.size() == frame_header_bytes;
  const bool ended = !header && std::exchange(log.ends, false);
  if (header) log.ends = ends_transaction(bytes);
  const int code = gather(file, bytes, at);
  return code == SQLITE_OK && ended ? write_gathered(file) : code;
}

// Every other operation finds the file as it would be had nothing been held back.
template <typename Operation>
int once_written(sqlite3_file* file, Operation operation) {
  const int code = write_gathered(file);
  return code == SQLITE_OK ? operation(below(file)) : code;
}

int close(sqlite3_file* file) {
  const int written = write_gathered(file);
  const int closed = below(file)->pMethods->xClose(below(file));
  delete[] log_of(file).gathered;
  return written == SQLITE_OK ? closed : written;
}
int read(sqlite3_file* file, void* to, int count, sqlite3_int64 at) {
  return once_written(file,
                      [&](sqlite3_file* log) { return log->pMethods->xRead(log, to, count, at); });
}
int truncate(sqlite3_file* file, sqlite3_int64 size) {
  return once_written(file, [&](sqlite3_file* log) { return log->pMethods->xTruncate(log, size); });
}
int sync(sqlite3_file* file, int flags) {
  return once_written(file, [&](sqlite3_file* log) { return log->pMethods->xSync(log, flags); });
}
int size(sqlite3_file* file, sqlite3_int64* out) {
  return once_written(file, [&](sqlite3_file* log) { return log->pMethods->xFileSize(log, out); });
}
int lock(sqlite3_file* file, int level) {
  return below(file)->pMethods->xLock(below(file), level);
}
int unlock(sqlite3_file* file, int level) {
  return below(file)->pMethods->xUnlock(below(file), level);
}
int reserved(sqlite3_file* file, int* out) {
  return below(file)->pMethods->xCheckReservedLock(below(file), out);
}
int control(sqlite3_file* file, int what, void* argument) {
  return once_written(
      file, [&](sqlite3_file* log) { return log->pMethods->xFileControl(log, what, argument); });
}
int sector(sqlite3_file* file) {
  return below(file)->pMethods->xSectorSize(below(file));
}
int traits(sqlite3_file* file) {
  return below(file)->pMethods->xDeviceCharacteristics(below(file));
}

// Version 1: a log is neither shared memory nor mapped.
constexpr sqlite3_io_methods log_methods = {
    1,       close,  read,   write,   truncate, sync,    size,    lock,    unlock, reserved,
    control, sector, traits, nullptr, nullptr,  nullptr, nullptr, nullptr, nullptr};

// The file system below, by its name: tests take theirs away and bring it anew.
struct Gathering {
  std::string base, name;
  sqlite3_vfs vfs{};
};
sqlite3_vfs* base_of(sqlite3_vfs* vfs) {
  return sqlite3_vfs_find(static_cast<Gathering*>(vfs->pAppData)->base.c_str());
}

int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags, int* flags_out) {
  sqlite3_vfs* base = base_of(vfs);
  if ((flags & SQLITE_OPEN_WAL) == 0) return base->xOpen(base, path, file, flags, flags_out);
  new (file) Log{};
  const int code = base->xOpen(base, path, below(file), flags, flags_out);
  if (below(file)->pMethods != nullptr) file->pMethods = &log_methods;
  return code;
}
int remove(sqlite3_vfs* vfs, const char* path, int sync_folder) {
  return base_of(vfs)->xDelete(base_of(vfs), path, sync_folder);
}
int access(sqlite3_vfs* vfs, const char* path, int what, int* out) {
  return base_of(vfs)->xAccess(base_of(vfs), path, what, out);
}
int full_name(sqlite3_vfs* vfs, const char* path, int bytes, char* out) {
  return base_of(vfs)->xFullPathname(base_of(vfs), path, bytes, out);
}
int random(sqlite3_vfs* vfs, int count, char* out) {
  return base_of(vfs)->xRandomness(base_of(vfs), count, out);
}
int sleep(sqlite3_vfs* vfs, int micros) {
  return base_of(vfs)->xSleep(base_of(vfs), micros);
}
int time(sqlite3_vfs* vfs, double* out) {
  return base_of(vfs)->xCurrentTime(base_of(vfs), out);
}
int time_ms(sqlite3_vfs* vfs, sqlite3_int64* out) {
  return base_of(vfs)->xCurrentTimeInt64(base_of(vfs), out);
}
int last_error(sqlite3_vfs* vfs, int count, char* out) {
  return base_of(vfs)->xGetLastError(base_of(vfs), count, out);
}

std::unique_ptr<Gathering> register_over(const sqlite3_vfs& base) {
  auto made = std::make_unique<Gathering>();
  made->base = base.zName;
  made->name = "comity-log-" + made->base;
  made->vfs = {.iVersion = 2,
               .szOsFile = static_cast<int>(sizeof(Log)) + base.szOsFile,
               .mxPathname = base.mxPathname,
               .pNext = nullptr,
               .zName = made->name.c_str(),
               .pAppData = made.get(),
               .xOpen = open,
               .xDelete = remove,
               .xAccess = access,
               .xFullPathname = full_name,
               .xDlOpen = nullptr,
               .xDlError = nullptr,
               .xDlSym = nullptr,
               .xDlClose = nullptr,
               .xRandomness = random,
               .xSleep = sleep,
               .xCurrentTime = time,
               .xGetLastError = last_error,
               .xCurrentTimeInt64 = time_ms,
               .xSetSystemCall = nullptr,
               .xGetSystemCall = nullptr,
               .xNextSystemCall = nullptr};
  if (sqlite3_vfs_register(&made->vfs, 0) != SQLITE_OK) throw std::bad_alloc();
  return made;
}

}  // namespace

std::string gathering_log(const std::string& base) {
  static std::mutex mutex;
  static auto& known =
      *new std::map<std::string, std::unique_ptr<Gathering>>;  // SQLite's, for good
  const sqlite3_vfs* found = sqlite3_vfs_find(base.empty() ? nullptr : base.c_str());
  if (found == nullptr) return "";
  const std::lock_guard lock(mutex);
  std::unique_ptr<Gathering>& gathering = known[found->zName];
  if (!gathering) gathering = register_over(*found);
  return gathering->name;
}

}  // namespace comity::store
