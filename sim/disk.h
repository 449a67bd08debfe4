#pragma once
// A disk in memory, for the real SQLite: what was synced is kept, what was not may be lost, in any
// part, when the power fails. Every operation can be the last before that.
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"

namespace comity::sim {

// What an ailing disk answers until it is well again.
enum class Ailment : std::uint8_t { none, full, write_error, sync_error, read_error };

class Disk {
 public:
  static constexpr std::size_t sector_bytes = 512;

  // `random` decides what survives a crash; it outlives the disk.
  explicit Disk(Random& random) : random_(random) {}
  Disk(const Disk&) = delete;
  Disk& operator=(const Disk&) = delete;

  // The power fails at the operation after `count` more: it and all that follow fail, until
  // settle().
  void crash_after(std::uint64_t count) { crash_at_ = operations_ + count; }
  void crash_now() { crashed_ = true; }
  // A crash still to come will not.
  void heal() {
    crash_at_ = ~std::uint64_t{0};
    ailment_ = Ailment::none;
  }
  [[nodiscard]] bool crashed() const { return crashed_; }
  // The power is back, and nothing is open any more. Of what was not synced, a part the randomness
  // chooses survives: all, nothing, a beginning, or any of its sectors. Names made or removed
  // survive up to some moment, in order.
  void settle();

  void ail(Ailment ailment) { ailment_ = ailment; }
  [[nodiscard]] Ailment ailment() const { return ailment_; }

  // All files as they are read now, and back again as if copied there: `except` names one that
  // stays as it is.
  using Copy = std::map<std::string, std::string>;
  [[nodiscard]] Copy copy() const;
  void put_back(const Copy& copy, const std::string& except);

  [[nodiscard]] std::uint64_t operations() const { return operations_; }

  struct Pending {
    std::uint64_t at = 0;
    std::string bytes;
    bool cut = false;  // the file is cut off at `at`
  };
  struct Shared;  // the wal-index, for those who have the file open
  struct Inode {
    std::string now, kept;
    std::vector<Pending> pending;
    int shared_locks = 0;
    const void* reserved = nullptr;
    const void* waiting = nullptr;  // PENDING
    const void* exclusive = nullptr;
    std::shared_ptr<Shared> index;  // shared by every connection of the one process
  };

  // For the file system (vfs.cc): each counts as an operation.
  [[nodiscard]] int strike(Ailment kind);  // SQLITE_OK, or why the operation fails
  [[nodiscard]] std::shared_ptr<Inode> find(const std::string& path) const;
  std::shared_ptr<Inode> make(const std::string& path);
  void remove(const std::string& path);
  void write(Inode& file, std::string_view bytes, std::uint64_t at);
  void cut(Inode& file, std::uint64_t size);
  void sync(Inode& file);
  void sync_names();

 private:
  struct NameChange {
    std::string path;
    std::shared_ptr<Inode> file;  // null: removed
  };
  void settle(Inode& file);
  static void apply(std::string& content, const Pending& change);

  Random& random_;
  // Inodes are shared between names and open files, as on any disk.
  std::map<std::string, std::shared_ptr<Inode>> names_, kept_names_;
  std::vector<NameChange> name_changes_;
  std::uint64_t operations_ = 0;
  std::uint64_t crash_at_ = ~std::uint64_t{0};
  bool crashed_ = false;
  Ailment ailment_ = Ailment::none;
};

// While it lives, SQLite's default file system is that of the disks mounted here, and its
// randomness follows `seed`.
class FileSystem {
 public:
  static constexpr const char* name = "comity-sim";
  explicit FileSystem(std::uint64_t seed);
  ~FileSystem();
  FileSystem(const FileSystem&) = delete;
  FileSystem& operator=(const FileSystem&) = delete;
  void mount(const std::string& folder, Disk& disk);  // "/us": files are "/us/..."

 private:
  struct Methods;
  std::unique_ptr<Methods> methods_;
};

}  // namespace comity::sim
