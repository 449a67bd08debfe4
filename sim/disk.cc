#include "disk.h"

#include <sqlite3.h>

#include <algorithm>

namespace comity::sim {

int Disk::strike(Ailment kind) {
  if (crashed_ || operations_ >= crash_at_) {
    crashed_ = true;
    return SQLITE_IOERR;
  }
  ++operations_;
  if (ailment_ != kind || kind == Ailment::none) return SQLITE_OK;
  switch (kind) {
    case Ailment::full:
      return SQLITE_FULL;
    case Ailment::write_error:
      return SQLITE_IOERR_WRITE;
    case Ailment::sync_error:
      return SQLITE_IOERR_FSYNC;
    case Ailment::read_error:
      return SQLITE_IOERR_READ;
    case Ailment::none:
      break;
  }
  return SQLITE_OK;
}

std::shared_ptr<Disk::Inode> Disk::find(const std::string& path) const {
  auto at = names_.find(path);
  return at == names_.end() ? nullptr : at->second;
}

std::shared_ptr<Disk::Inode> Disk::make(const std::string& path) {
  auto file = std::make_shared<Inode>();
  names_[path] = file;
  name_changes_.push_back({path, file});
  return file;
}

void Disk::remove(const std::string& path) {
  names_.erase(path);
  name_changes_.push_back({path, nullptr});
}

void Disk::apply(std::string& content, const Pending& change) {
  if (change.cut) {
    content.resize(change.at);
    return;
  }
  if (content.size() < change.at + change.bytes.size())
    content.resize(change.at + change.bytes.size());
  std::ranges::copy(change.bytes, content.begin() + static_cast<std::ptrdiff_t>(change.at));
}

void Disk::write(Inode& file, std::string_view bytes, std::uint64_t at) {
  file.pending.push_back({at, std::string(bytes), false});
  apply(file.now, file.pending.back());
}

void Disk::cut(Inode& file, std::uint64_t size) {
  file.pending.push_back({size, {}, true});
  apply(file.now, file.pending.back());
}

// A sync also carries every earlier making and removing of names: file systems with a journal keep
// their order.
void Disk::sync(Inode& file) {
  for (const Pending& change : file.pending) apply(file.kept, change);
  file.pending.clear();
  sync_names();
}

void Disk::sync_names() {
  for (NameChange& change : name_changes_) {
    if (change.file)
      kept_names_[change.path] = change.file;
    else
      kept_names_.erase(change.path);
  }
  name_changes_.clear();
}

void Disk::settle(Inode& file) {
  enum class Fate { nothing, all, beginning, sectors };
  Fate fate = static_cast<Fate>(random_.u64() % 4);
  std::size_t whole = file.pending.empty() ? 0 : random_.u64() % file.pending.size();
  for (std::size_t i = 0; i < file.pending.size(); ++i) {
    const Pending& change = file.pending[i];
    if (fate == Fate::nothing || (fate == Fate::beginning && i > whole)) break;
    if (fate == Fate::all || (fate == Fate::beginning && i < whole) || change.cut) {
      if (fate != Fate::sectors || random_.u64() % 2 == 0) apply(file.kept, change);
      continue;
    }
    // Torn: each sector that the write touches got there or did not.
    for (std::uint64_t at = change.at, end = change.at + change.bytes.size(); at < end;) {
      std::uint64_t next = std::min<std::uint64_t>((at / sector_bytes + 1) * sector_bytes, end);
      if (random_.u64() % 2 == 0)
        apply(file.kept, {at, change.bytes.substr(at - change.at, next - at), false});
      at = next;
    }
  }
  file.pending.clear();
  file.now = file.kept;
}

void Disk::settle() {
  std::size_t kept = name_changes_.empty() ? 0 : random_.u64() % (name_changes_.size() + 1);
  name_changes_.resize(kept);
  sync_names();
  names_ = kept_names_;
  for (auto& [path, file] : names_) {
    settle(*file);
    file->shared_locks = 0;
    file->reserved = file->waiting = file->exclusive = nullptr;
    file->index.reset();
  }
  crashed_ = false;
  crash_at_ = ~std::uint64_t{0};
}

Disk::Copy Disk::copy() const {
  Copy out;
  for (const auto& [path, file] : names_) out[path] = file->now;
  return out;
}

void Disk::put_back(const Copy& copy, const std::string& except) {
  auto stays = find(except);
  names_.clear();
  for (const auto& [path, content] : copy) {
    if (path == except) continue;
    auto file = std::make_shared<Inode>();
    file->now = file->kept = content;
    names_[path] = std::move(file);
  }
  if (stays) names_[except] = stays;
  kept_names_ = names_;
  name_changes_.clear();
}

}  // namespace comity::sim
