// SQLite's file system over the disks of the simulation (https://www.sqlite.org/vfs.html). One
// thread.
#include <sqlite3.h>

#include <algorithm>
#include <array>
#include <cstring>
#include <new>

#include "base/check.h"
#include "crypto/random.h"
#include "disk.h"

namespace comity::sim {

// The wal-index lives in memory that all connections of one process share, and dies with the
// process.
struct Disk::Shared {
  struct Slot {
    int shared = 0;
    const void* exclusive = nullptr;
  };
  std::vector<std::unique_ptr<char[]>> regions;
  std::array<Slot, SQLITE_SHM_NLOCK> slots;
};

struct FileSystem::Methods {
  explicit Methods(std::uint64_t seed) : random(seed) {}
  sqlite3_vfs vfs{};
  sqlite3_vfs* system = nullptr;
  crypto::SeededRandom random;
  std::map<std::string, Disk*> disks;

  [[nodiscard]] Disk& disk_of(const std::string& path) const {
    auto at = disks.find(path.substr(0, path.find('/', 1)));
    check(at != disks.end(), "a path on a mounted disk");
    return *at->second;
  }
};

namespace {

struct Open {
  Disk* disk = nullptr;
  std::shared_ptr<Disk::Inode>
      file;  // shared with the disk's names: a file may be removed while it is open
  std::string path;
  int level = SQLITE_LOCK_NONE;
  bool remove_on_close = false;
  std::shared_ptr<Disk::Shared> index;
  std::array<int, SQLITE_SHM_NLOCK> held{};  // of the index: 1 shared, 2 exclusive
};

struct File {
  sqlite3_file base;
  Open* open;
};

Open& of(sqlite3_file* file) {
  return *reinterpret_cast<File*>(file)->open;
}

int unlock(sqlite3_file* file, int level);
int shm_unmap(sqlite3_file* file, int remove_it);

int close(sqlite3_file* file) {
  Open* open = &of(file);
  unlock(file, SQLITE_LOCK_NONE);
  shm_unmap(file, 0);
  if (open->remove_on_close) open->disk->remove(open->path);
  delete open;
  return SQLITE_OK;
}

int read(sqlite3_file* file, void* to, int count, sqlite3_int64 from) {
  Open& open = of(file);
  if (int code = open.disk->strike(Ailment::read_error)) return code;
  const std::string& content = open.file->now;
  auto at = static_cast<std::size_t>(from), want = static_cast<std::size_t>(count);
  std::size_t have = at < content.size() ? std::min(want, content.size() - at) : 0;
  if (have > 0) std::memcpy(to, content.data() + at, have);
  if (have == want) return SQLITE_OK;
  std::memset(static_cast<char*>(to) + have, 0, want - have);
  return SQLITE_IOERR_SHORT_READ;
}

int write(sqlite3_file* file, const void* from, int count, sqlite3_int64 to) {
  Open& open = of(file);
  std::string_view bytes(static_cast<const char*>(from), static_cast<std::size_t>(count));
  auto at = static_cast<std::uint64_t>(to);
  bool grows = at + bytes.size() > open.file->now.size();
  bool was_well = !open.disk->crashed();
  int code = open.disk->strike(
      open.disk->ailment() == Ailment::full && grows ? Ailment::full : Ailment::write_error);
  if (code == SQLITE_OK) open.disk->write(*open.file, bytes, at);
  // What fails may have been half done.
  else if (was_well && code != SQLITE_FULL)
    open.disk->write(*open.file, bytes.substr(0, bytes.size() / 2), at);
  return code;
}

int truncate(sqlite3_file* file, sqlite3_int64 size) {
  Open& open = of(file);
  if (int code = open.disk->strike(Ailment::write_error)) return code;
  open.disk->cut(*open.file, static_cast<std::uint64_t>(size));
  return SQLITE_OK;
}

int sync(sqlite3_file* file, int) {
  Open& open = of(file);
  if (int code = open.disk->strike(Ailment::sync_error)) return code;
  open.disk->sync(*open.file);
  return SQLITE_OK;
}

int size(sqlite3_file* file, sqlite3_int64* out) {
  *out = static_cast<sqlite3_int64>(of(file).file->now.size());
  return SQLITE_OK;
}

int lock(sqlite3_file* file, int level) {
  Open& open = of(file);
  Disk::Inode& inode = *open.file;
  if (open.level >= level) return SQLITE_OK;
  auto other = [&](const void* holder) { return holder != nullptr && holder != &open; };
  if (open.level == SQLITE_LOCK_NONE) {
    if (other(inode.waiting) || other(inode.exclusive)) return SQLITE_BUSY;
    ++inode.shared_locks;
    open.level = SQLITE_LOCK_SHARED;
  }
  if (level >= SQLITE_LOCK_RESERVED) {
    if (other(inode.reserved)) return SQLITE_BUSY;
    inode.reserved = &open;
    open.level = std::max(open.level, SQLITE_LOCK_RESERVED);
  }
  if (level == SQLITE_LOCK_EXCLUSIVE) {
    if (other(inode.waiting)) return SQLITE_BUSY;
    inode.waiting = &open;
    open.level = SQLITE_LOCK_PENDING;
    if (inode.shared_locks > 1) return SQLITE_BUSY;
    inode.exclusive = &open;
    open.level = SQLITE_LOCK_EXCLUSIVE;
  }
  return SQLITE_OK;
}

int unlock(sqlite3_file* file, int level) {
  Open& open = of(file);
  Disk::Inode& inode = *open.file;
  if (open.level <= level) return SQLITE_OK;
  if (level <= SQLITE_LOCK_SHARED) {
    if (inode.reserved == &open) inode.reserved = nullptr;
    if (inode.waiting == &open) inode.waiting = nullptr;
    if (inode.exclusive == &open) inode.exclusive = nullptr;
  }
  if (level == SQLITE_LOCK_NONE && open.level >= SQLITE_LOCK_SHARED && inode.shared_locks > 0)
    --inode.shared_locks;
  open.level = level;
  return SQLITE_OK;
}

int reserved(sqlite3_file* file, int* out) {
  *out = of(file).file->reserved != nullptr ? 1 : 0;
  return SQLITE_OK;
}

int control(sqlite3_file*, int, void*) {
  return SQLITE_NOTFOUND;
}
int sector(sqlite3_file*) {
  return static_cast<int>(Disk::sector_bytes);
}
// As SQLite's own file system says of any disk: a torn write harms no byte beside it.
int traits(sqlite3_file*) {
  return SQLITE_IOCAP_POWERSAFE_OVERWRITE;
}

int shm_map(sqlite3_file* file, int region, int bytes, int extend, void volatile** out) {
  Open& open = of(file);
  *out = nullptr;
  if (!open.index) {
    if (!open.file->index) open.file->index = std::make_shared<Disk::Shared>();
    open.index = open.file->index;
  }
  auto& regions = open.index->regions;
  auto at = static_cast<std::size_t>(region);
  while (regions.size() <= at) {
    if (extend == 0) return SQLITE_OK;
    regions.push_back(std::make_unique<char[]>(static_cast<std::size_t>(bytes)));
  }
  *out = regions[at].get();
  return SQLITE_OK;
}

int shm_lock(sqlite3_file* file, int offset, int count, int flags) {
  Open& open = of(file);
  if (!open.index) return SQLITE_OK;
  auto first = static_cast<std::size_t>(offset), end = first + static_cast<std::size_t>(count);
  if ((flags & SQLITE_SHM_LOCK) != 0) {
    bool exclusive = (flags & SQLITE_SHM_EXCLUSIVE) != 0;
    for (std::size_t i = first; i < end; ++i) {
      const auto& slot = open.index->slots[i];
      int others = slot.shared - (open.held[i] == 1 ? 1 : 0);
      if (slot.exclusive != nullptr && slot.exclusive != &open) return SQLITE_BUSY;
      if (exclusive && others > 0) return SQLITE_BUSY;
    }
  }
  for (std::size_t i = first; i < end; ++i) {
    auto& slot = open.index->slots[i];
    if (open.held[i] == 1) --slot.shared;
    if (open.held[i] == 2) slot.exclusive = nullptr;
    open.held[i] = 0;
    if ((flags & SQLITE_SHM_UNLOCK) != 0) continue;
    if ((flags & SQLITE_SHM_EXCLUSIVE) != 0) {
      slot.exclusive = &open;
      open.held[i] = 2;
    } else {
      ++slot.shared;
      open.held[i] = 1;
    }
  }
  return SQLITE_OK;
}

void shm_barrier(sqlite3_file*) {}

int shm_unmap(sqlite3_file* file, int) {
  Open& open = of(file);
  if (!open.index) return SQLITE_OK;
  shm_lock(file, 0, SQLITE_SHM_NLOCK, SQLITE_SHM_UNLOCK | SQLITE_SHM_EXCLUSIVE);
  open.index.reset();
  // The last one out takes it along: the next to come reads the log anew.
  if (open.file->index.use_count() == 1) open.file->index.reset();
  return SQLITE_OK;
}

constexpr sqlite3_io_methods io_methods = {
    2,       close,  read,   write,   truncate, sync,        size,      lock,    unlock, reserved,
    control, sector, traits, shm_map, shm_lock, shm_barrier, shm_unmap, nullptr, nullptr};

}  // namespace

namespace {

// The name is FileSystem's private type; its address travels through pAppData.
template <typename Methods>
struct Vfs {
  static Methods& of_vfs(sqlite3_vfs* vfs) { return *static_cast<Methods*>(vfs->pAppData); }

  static int open(sqlite3_vfs* vfs, const char* path, sqlite3_file* file, int flags,
                  int* flags_out) {
    auto* out = reinterpret_cast<File*>(file);
    out->base.pMethods = nullptr;
    if (path == nullptr)
      return SQLITE_CANTOPEN;  // nothing here makes temporary files: temp_store is memory
    Disk& disk = of_vfs(vfs).disk_of(path);
    if (disk.strike(Ailment::none) != SQLITE_OK) return SQLITE_CANTOPEN;
    auto inode = disk.find(path);
    if (!inode) {
      if ((flags & SQLITE_OPEN_CREATE) == 0) return SQLITE_CANTOPEN;
      inode = disk.make(path);
    }
    out->open = new Open{.disk = &disk,
                         .file = std::move(inode),
                         .path = path,
                         .level = SQLITE_LOCK_NONE,
                         .remove_on_close = (flags & SQLITE_OPEN_DELETEONCLOSE) != 0,
                         .index = nullptr,
                         .held = {}};
    out->base.pMethods = &io_methods;
    if (flags_out != nullptr) *flags_out = flags;
    return SQLITE_OK;
  }

  static int remove(sqlite3_vfs* vfs, const char* path, int sync_folder) {
    Disk& disk = of_vfs(vfs).disk_of(path);
    if (disk.strike(Ailment::none) != SQLITE_OK) return SQLITE_IOERR_DELETE;
    if (!disk.find(path)) return SQLITE_IOERR_DELETE_NOENT;
    disk.remove(path);
    if (sync_folder != 0) disk.sync_names();
    return SQLITE_OK;
  }

  static int access(sqlite3_vfs* vfs, const char* path, int, int* out) {
    Disk& disk = of_vfs(vfs).disk_of(path);
    if (disk.strike(Ailment::none) != SQLITE_OK) return SQLITE_IOERR_ACCESS;
    auto file = disk.find(path);
    // As the system's does: an empty journal or log counts as none.
    *out = file && !(file->now.empty()) ? 1 : 0;
    return SQLITE_OK;
  }

  static int full_name(sqlite3_vfs*, const char* path, int bytes, char* out) {
    sqlite3_snprintf(bytes, out, "%s", path);
    return SQLITE_OK;
  }
  static int random(sqlite3_vfs* vfs, int count, char* out) {
    of_vfs(vfs).random.fill(
        {reinterpret_cast<std::uint8_t*>(out), static_cast<std::size_t>(count)});
    return count;
  }
  static int sleep(sqlite3_vfs*, int micros) { return micros; }
  static int time(sqlite3_vfs*, double* out) {
    *out = 2'461'365.5;
    return SQLITE_OK;
  }
  static int time_ms(sqlite3_vfs*, sqlite3_int64* out) {
    *out = 212'661'979'200'000;
    return SQLITE_OK;
  }
  static int last_error(sqlite3_vfs*, int, char*) { return 0; }
};

}  // namespace

FileSystem::FileSystem(std::uint64_t seed) : methods_(std::make_unique<Methods>(seed)) {
  sqlite3_initialize();
  using Calls = Vfs<Methods>;
  methods_->system = sqlite3_vfs_find(nullptr);
  sqlite3_vfs& vfs = methods_->vfs;
  vfs.iVersion = 2;
  vfs.szOsFile = sizeof(File);
  vfs.mxPathname = 512;
  vfs.zName = name;
  vfs.pAppData = methods_.get();
  vfs.xOpen = Calls::open;
  vfs.xDelete = Calls::remove;
  vfs.xAccess = Calls::access;
  vfs.xFullPathname = Calls::full_name;
  vfs.xRandomness = Calls::random;
  vfs.xSleep = Calls::sleep;
  vfs.xCurrentTime = Calls::time;
  vfs.xGetLastError = Calls::last_error;
  vfs.xCurrentTimeInt64 = Calls::time_ms;
  check(sqlite3_vfs_register(&vfs, 1) == SQLITE_OK, "SQLite takes a file system");
  // SQLite draws the salts of its log from one generator, seeded from the default file system: seed
  // it anew.
  sqlite3_randomness(0, nullptr);
}

FileSystem::~FileSystem() {
  sqlite3_vfs_unregister(&methods_->vfs);
  sqlite3_vfs_register(methods_->system, 1);
  sqlite3_randomness(0, nullptr);
}

void FileSystem::mount(const std::string& folder, Disk& disk) {
  methods_->disks[folder] = &disk;
}

}  // namespace comity::sim
