#include "app/folder.h"

#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <cstring>

#include "base/limits_intel.h"
#include "json/reader.h"
#include "toml/parse.h"

namespace comity::app {
namespace {

namespace fs = std::filesystem;

auto io_error(const fs::path& path, std::string_view doing) {
  return fail(Code::io, std::string(doing) + " failed: " + std::strerror(errno), path.string());
}

class File {
 public:
  explicit File(int fd) : fd_(fd) {}
  File(const File&) = delete;
  File& operator=(const File&) = delete;
  ~File() {
    if (fd_ >= 0) ::close(fd_);
  }
  [[nodiscard]] int fd() const { return fd_; }

 private:
  int fd_;
};

Result<void> write_all(const fs::path& path, int fd, std::string_view bytes) {
  while (!bytes.empty()) {
    ssize_t wrote = ::write(fd, bytes.data(), bytes.size());
    if (wrote < 0 && errno == EINTR) continue;
    if (wrote < 0) return io_error(path, "writing");
    bytes.remove_prefix(static_cast<std::size_t>(wrote));
  }
  if (::fsync(fd) != 0) return io_error(path, "fsync");
  return {};
}

// Of a file that other programs read.
struct Rights {
  mode_t mode = 0600;
  std::optional<uid_t> owner{};  // that it had, and is to keep as far as we may say so
  std::optional<gid_t> group{};
};

Result<void> give_rights(const fs::path& path, int fd, const Rights& rights) {
  constexpr auto same = static_cast<uid_t>(-1);
  if (rights.owner && ::fchown(fd, *rights.owner, same) != 0 && errno != EPERM)
    return io_error(path, "keeping its owner");
  // What its group may do, no other group may.
  if (rights.group && (rights.mode & 070) != 0 && ::fchown(fd, same, *rights.group) != 0)
    return io_error(path, "keeping its group (--mode says the rights anew)");
  if (::fchmod(fd, rights.mode) != 0) return io_error(path, "setting its mode");
  return {};
}

Result<void> write_part(const fs::path& part, std::string_view bytes, const Rights& rights) {
  File file(::open(part.c_str(), O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0600));
  if (file.fd() < 0) return io_error(part, "opening");
  TRY_VOID(give_rights(part, file.fd(), rights));
  return write_all(part, file.fd(), bytes);
}

Result<int> lock_file(const fs::path& path, const char* taken) {
  int fd = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (fd < 0) return io_error(path, "opening");
  if (::flock(fd, LOCK_EX | LOCK_NB) != 0) {
    ::close(fd);
    return fail(Code::busy, taken, path.parent_path().string());
  }
  return fd;
}

}  // namespace

Result<void> sync_folder(const fs::path& folder) {
  fs::path named = folder.empty() ? fs::path(".") : folder;  // of a bare file name
  File dir(::open(named.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
  if (dir.fd() < 0 || ::fsync(dir.fd()) != 0) return io_error(named, "fsync");
  return {};
}

namespace {

Result<void> write_with(const fs::path& path, std::string_view bytes, Existing existing,
                        const Rights& rights) {
  fs::path part = path;
  part += ".part";
  auto written = write_part(part, bytes, rights);
  if (written && ::rename(part.c_str(), path.c_str()) != 0) written = io_error(path, "renaming");
  if (!written) {
    ::unlink(part.c_str());
    return written;
  }
  auto synced = sync_folder(path.parent_path());
  // A new file that failed must not stand in the way of the second try.
  if (!synced && existing == Existing::keep) ::unlink(path.c_str());
  return synced;
}

}  // namespace

Result<void> write_file(const fs::path& path, std::string_view bytes, Existing existing) {
  if (existing == Existing::keep && fs::exists(path))
    return fail(Code::exists, "this file is there already; move it away first", path.string());
  return write_with(path, bytes, existing, {});
}

Result<void> replace_public_file(const fs::path& path, std::string_view bytes,
                                 std::optional<unsigned> mode) {
  Rights rights;
  if (struct stat about{}; ::stat(path.c_str(), &about) == 0)
    rights = {.mode = about.st_mode & 0777, .owner = about.st_uid, .group = about.st_gid};
  if (mode) rights = {.mode = *mode};
  return write_with(path, bytes, Existing::replace, rights);
}

Result<std::string> read_file(const fs::path& path, std::size_t bytes_max) {
  File file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
  if (file.fd() < 0) return io_error(path, "opening");
  std::string bytes;
  char block[1 << 16];
  for (;;) {
    ssize_t got = ::read(file.fd(), block, sizeof block);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return io_error(path, "reading");
    if (got == 0) return bytes;
    bytes.append(block, static_cast<std::size_t>(got));
    if (bytes.size() > bytes_max)
      return fail(Code::too_large, "the file is too large", path.string());
  }
}

Result<std::string> read_private_file(const fs::path& path) {
  struct stat about{};
  if (::stat(path.c_str(), &about) != 0) return io_error(path, "reading");
  if ((about.st_mode & 077) != 0)
    return fail(Code::not_allowed, "others may read this key file; run: chmod 600 " + path.string(),
                path.string());
  return read_file(path);
}

Result<void> Folder::create() const {
  if (root_.empty())
    return fail(Code::missing_field, "say where the node shall live: --dir DIR (or COMITY_DIR)");
  if (fs::exists(config()))
    return fail(Code::exists, "a node lives in this folder already", root_.string());
  std::error_code error;
  for (const fs::path& each : {root_, root_ / "keys", root_ / "officers"}) {
    fs::create_directories(each, error);
    if (!error) fs::permissions(each, fs::perms::owner_all, error);
    if (error)
      return fail(Code::io, "the folder cannot be made: " + error.message(), each.string());
  }
  return {};
}

Result<Config> Folder::read_config() const {
  auto text = read_file(config());
  if (!text)
    return fail(Code::not_found,
                root_.empty() ? "say where the node lives: --dir DIR (or COMITY_DIR); none lives "
                                "in the folder that you are in"
                              : "no node lives in this folder; make one with: comity init --dir "
                                "DIR ...",
                root_.empty() ? fs::current_path().string() : root_.string());
  TRY(toml::Document document, toml::parse(*text, config().string()));
  Config found;
  json::Reader in(document.root);
  found.name = in.text("name");
  found.jurisdiction = in.text("jurisdiction");
  found.role = in.text("role");
  std::string listen = in.text("listen");
  found.endpoint = in.text("endpoint");
  std::string metrics = in.text_or("metrics", "");
  std::string taxii = in.text_or("taxii", "");
  found.taxii_certificate = in.text_or("taxii_certificate", "");
  found.taxii_key = in.text_or("taxii_key", "");
  found.law = in.text_or("law", "");
  found.warning_lists = in.text_or("warning_lists", "");
  if (in.has("built_in_warnings"))
    found.built_in_warnings = in.texts("built_in_warnings", limits::warning_lists_max);
  found.roster = read_roster(in);
  if (auto done = in.finish(); !done) {
    const std::string& pointer = done.error().where;  // "/roster/0/after"
    return fail(done.error().code,
                "\"" + pointer.substr(std::min<std::size_t>(pointer.size(), 1)) +
                    "\": " + done.error().what,
                toml::place(document, pointer));
  }
  TRY(found.listen, net::endpoint_from_text(listen));
  if (!metrics.empty()) {
    TRY(found.metrics, net::endpoint_from_text(metrics));
  }
  if (!taxii.empty()) {
    TRY(found.taxii, net::endpoint_from_text(taxii));
  }
  return found;
}

std::string to_toml(const Config& config) {
  auto quoted = [](std::string_view text) { return json::write(json::Value(text)); };
  std::string text =
      "# A Comity node. docs/operations.md explains each line; restart the node after a change.\n";
  text += "name = " + quoted(config.name) + "\n";
  text += "jurisdiction = " + quoted(config.jurisdiction) + "\n";
  text += "role = " + quoted(config.role) + "\n";
  text += "listen = " + quoted(net::to_text(config.listen)) +
          "      # where this machine listens for partners\n";
  text += "endpoint = " + quoted(config.endpoint) +
          "    # how partners reach it; it is on the member card\n";
  if (config.metrics) text += "metrics = " + quoted(net::to_text(*config.metrics)) + "\n";
  if (!config.law.empty()) text += "law = " + quoted(config.law) + "\n";
  return text;
}

Result<FolderLock> FolderLock::take(const Folder& folder) {
  TRY(int fd, lock_file(folder.lock(),
                        "another process works in this folder (comity serve?); stop it, or talk "
                        "to it"));
  return FolderLock(fd);
}

Result<FolderLock> FolderLock::take_keys(const Folder& folder) {
  TRY(int fd, lock_file(folder.root() / "keys" / "lock",
                        "somebody else is issuing a card of this node; wait for them"));
  return FolderLock(fd);
}

FolderLock::~FolderLock() {
  if (fd_ >= 0) ::close(fd_);
}

}  // namespace comity::app
