#pragma once
// A disk that fails on demand, for tests: the system's sqlite3_vfs, some of whose operations are
// made to fail.
#include <sqlite3.h>

#include <cstdint>
#include <string>

#include "base/check.h"
#include "store/sqlite.h"

namespace comity::store {

// One at a time. While it lives, SQLite knows a file system called FailingVfs::name.
class FailingVfs {
 public:
  enum class Operation : std::uint8_t { write, sync, any };  // any: reads, opens and deletes too
  static constexpr const char* name = "comity-failing";
  [[nodiscard]] static std::string text(Operation operation) {
    return operation == Operation::write ? "write" : operation == Operation::sync ? "sync" : "any";
  }

  FailingVfs() {
    check(live_ == nullptr, "one failing disk at a time");
    live_ = this;
    start_sqlite();
    system_ = sqlite3_vfs_find(nullptr);
    vfs_ = *system_;
    vfs_.szOsFile = static_cast<int>(sizeof(File)) + system_->szOsFile;
    vfs_.zName = name;
    vfs_.pNext = nullptr;
    vfs_.xOpen = open;
    vfs_.xDelete = remove;
    sqlite3_vfs_register(&vfs_, 0);
  }
  ~FailingVfs() {
    sqlite3_vfs_unregister(&vfs_);
    live_ = nullptr;
  }
  FailingVfs(const FailingVfs&) = delete;
  FailingVfs& operator=(const FailingVfs&) = delete;

  // After `count` more operations of this kind all of them fail, until heal().
  void fail_after(Operation operation, int count) {
    operation_ = operation;
    left_ = count;
    struck_ = false;
  }
  void heal() { left_ = -1; }
  [[nodiscard]] bool struck() const { return struck_; }
  // How often SQLite wrote, to any file.
  [[nodiscard]] std::size_t writes() const { return writes_; }

 private:
  struct File {
    sqlite3_file base;
    // The system's file lies right behind this one.
    [[nodiscard]] static sqlite3_file* real(sqlite3_file* file) {
      return reinterpret_cast<sqlite3_file*>(reinterpret_cast<File*>(file) + 1);
    }
  };

  static bool strikes(Operation operation) {
    FailingVfs& disk = *live_;
    if (disk.left_ < 0 || (disk.operation_ != Operation::any && disk.operation_ != operation))
      return false;
    if (disk.left_ > 0) {
      --disk.left_;
      return false;
    }
    disk.struck_ = true;
    return true;
  }

  static int open(sqlite3_vfs*, const char* path, sqlite3_file* file, int flags, int* flags_out) {
    file->pMethods = nullptr;
    if (strikes(Operation::any)) return SQLITE_CANTOPEN;
    const int code =
        live_->system_->xOpen(live_->system_, path, File::real(file), flags, flags_out);
    if (File::real(file)->pMethods != nullptr) file->pMethods = &methods_;
    return code;
  }
  static int remove(sqlite3_vfs*, const char* path, int sync_folder) {
    if (strikes(Operation::any)) return SQLITE_IOERR_DELETE;
    return live_->system_->xDelete(live_->system_, path, sync_folder);
  }
  static int close(sqlite3_file* file) {
    return File::real(file)->pMethods->xClose(File::real(file));
  }
  static int read(sqlite3_file* file, void* to, int count, sqlite3_int64 at) {
    if (strikes(Operation::any)) return SQLITE_IOERR_READ;
    return File::real(file)->pMethods->xRead(File::real(file), to, count, at);
  }
  // Half of what was to be written gets there: what a torn write leaves.
  static int write(sqlite3_file* file, const void* from, int count, sqlite3_int64 at) {
    ++live_->writes_;
    if (!strikes(Operation::write))
      return File::real(file)->pMethods->xWrite(File::real(file), from, count, at);
    (void)File::real(file)->pMethods->xWrite(File::real(file), from, count / 2, at);
    return SQLITE_IOERR_WRITE;
  }
  static int truncate(sqlite3_file* file, sqlite3_int64 size) {
    if (strikes(Operation::write)) return SQLITE_IOERR_TRUNCATE;
    return File::real(file)->pMethods->xTruncate(File::real(file), size);
  }
  static int sync(sqlite3_file* file, int flags) {
    if (strikes(Operation::sync)) return SQLITE_IOERR_FSYNC;
    return File::real(file)->pMethods->xSync(File::real(file), flags);
  }
  static int size(sqlite3_file* file, sqlite3_int64* out) {
    return File::real(file)->pMethods->xFileSize(File::real(file), out);
  }
  static int lock(sqlite3_file* file, int level) {
    return File::real(file)->pMethods->xLock(File::real(file), level);
  }
  static int unlock(sqlite3_file* file, int level) {
    return File::real(file)->pMethods->xUnlock(File::real(file), level);
  }
  static int reserved(sqlite3_file* file, int* out) {
    return File::real(file)->pMethods->xCheckReservedLock(File::real(file), out);
  }
  static int control(sqlite3_file* file, int what, void* argument) {
    return File::real(file)->pMethods->xFileControl(File::real(file), what, argument);
  }
  static int sector(sqlite3_file* file) {
    return File::real(file)->pMethods->xSectorSize(File::real(file));
  }
  static int traits(sqlite3_file* file) {
    return File::real(file)->pMethods->xDeviceCharacteristics(File::real(file));
  }
  static int shm_map(sqlite3_file* file, int page, int size, int extend, void volatile** out) {
    return File::real(file)->pMethods->xShmMap(File::real(file), page, size, extend, out);
  }
  static int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
    return File::real(file)->pMethods->xShmLock(File::real(file), offset, count, flags);
  }
  static void shm_barrier(sqlite3_file* file) {
    File::real(file)->pMethods->xShmBarrier(File::real(file));
  }
  static int shm_unmap(sqlite3_file* file, int remove_it) {
    return File::real(file)->pMethods->xShmUnmap(File::real(file), remove_it);
  }

  // Version 2: with shared memory, which WAL needs, without memory mapping.
  static constexpr sqlite3_io_methods methods_ = {
      2,       close,  read,   write,   truncate, sync,        size,      lock,    unlock, reserved,
      control, sector, traits, shm_map, shm_lock, shm_barrier, shm_unmap, nullptr, nullptr};

  inline static FailingVfs* live_ = nullptr;
  sqlite3_vfs* system_ = nullptr;
  sqlite3_vfs vfs_{};
  Operation operation_ = Operation::any;
  int left_ = -1;  // negative: healthy
  std::size_t writes_ = 0;
  bool struck_ = false;
};

}  // namespace comity::store
