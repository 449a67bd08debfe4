#pragma once
// A node's folder on disk, and how files get there: whole or not at all, on disk before we say so.
//
//   comity.toml        what the operator may edit
//   keys/node.key      the keys that the node works with, locked (crypto/keyfile.h)
//   keys/root.key      the root key, and the one that will follow it: needed to issue cards; keep
//   them elsewhere keys/next-root.key officers/NAME.key  keys of officers who work on this machine
//   comity.db          the store (store/sqlite_store.h)
//   keys/lock          held while a card is being issued
//   admin.sock         the command line's way in, while the node runs
//   lock               held by whoever has the store open
#include <filesystem>
#include <optional>
#include <string>

#include "app/roster.h"
#include "base/result.h"
#include "intel/built_in.h"
#include "net/endpoint.h"

namespace comity::app {

struct Config {
  std::string name, jurisdiction, role;
  net::Endpoint listen;
  std::string endpoint;                  // as partners reach us: "host:port"
  std::optional<net::Endpoint> metrics;  // Prometheus and /healthz; none: not served
  std::optional<net::Endpoint> taxii{};  // TAXII for tools; none: not served
  std::string taxii_certificate{};  // PEM files; empty: plain HTTP, which is for loopback alone
  std::string taxii_key{};          //   "
  std::string law;                  // folder of the corpus; empty: the one built in
  std::string warning_lists{};      // folder of warning lists; empty: none
  std::vector<std::string> built_in_warnings = intel::built_in_by_default();
  Roster roster{};  // whom alarms wake; empty: nobody
};

class Folder {
 public:
  explicit Folder(std::filesystem::path root) : root_(std::move(root)) {}
  [[nodiscard]] const std::filesystem::path& root() const { return root_; }
  [[nodiscard]] std::filesystem::path config() const { return root_ / "comity.toml"; }
  [[nodiscard]] std::filesystem::path node_key() const { return root_ / "keys" / "node.key"; }
  [[nodiscard]] std::filesystem::path root_key() const { return root_ / "keys" / "root.key"; }
  [[nodiscard]] std::filesystem::path next_root_key() const {
    return root_ / "keys" / "next-root.key";
  }
  [[nodiscard]] std::filesystem::path following_root_key() const {
    return root_ / "keys" / "following-root.key";
  }
  [[nodiscard]] std::filesystem::path officer_key(const std::string& name) const {
    return root_ / "officers" / (name + ".key");
  }
  [[nodiscard]] std::filesystem::path store() const { return root_ / "comity.db"; }
  [[nodiscard]] std::filesystem::path admin_socket() const { return root_ / "admin.sock"; }
  [[nodiscard]] std::filesystem::path lock() const { return root_ / "lock"; }

  // Makes the folder and its rooms, mode 0700.  Errors: exists, when a node lives there; io.
  [[nodiscard]] Result<void> create() const;
  [[nodiscard]] Result<Config> read_config() const;  // with file, line and remedy

 private:
  std::filesystem::path root_;
};

// As init writes it: without a roster.
[[nodiscard]] std::string to_toml(const Config& config);

enum class Existing { keep, replace };
// Mode 0600, fsynced, and its folder too; a new file that failed is not left behind.  Errors:
// exists (keep), io.
[[nodiscard]] Result<void> write_file(const std::filesystem::path& path, std::string_view bytes,
                                      Existing existing);
[[nodiscard]] Result<std::string> read_file(const std::filesystem::path& path,
                                            std::size_t bytes_max = 16u << 20);
// A key file that others may read is refused.
[[nodiscard]] Result<std::string> read_private_file(const std::filesystem::path& path);
// For files that other programs read: with this mode, else the rights that the file there has, else
// 0600.  Errors: io; also when the group of the file there cannot be kept.
[[nodiscard]] Result<void> replace_public_file(const std::filesystem::path& path,
                                               std::string_view bytes,
                                               std::optional<unsigned> mode);

[[nodiscard]] Result<void> sync_folder(const std::filesystem::path& folder);

// Holds the folder's lock while it lives.
class FolderLock {
 public:
  // Errors  busy: another process has it (serve, most likely)
  [[nodiscard]] static Result<FolderLock> take(const Folder& folder);
  // Of keys/, for whoever is about to rewrite node.key.  Errors: busy
  [[nodiscard]] static Result<FolderLock> take_keys(const Folder& folder);
  FolderLock(FolderLock&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
  FolderLock& operator=(FolderLock&&) = delete;
  ~FolderLock();

 private:
  explicit FolderLock(int fd) : fd_(fd) {}
  int fd_;
};

}  // namespace comity::app
