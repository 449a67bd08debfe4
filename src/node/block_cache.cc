#include "node/block_cache.h"

#include <iterator>

namespace comity::node {

const std::string* BlockCache::at(const std::string& prefix, const std::string& key) const {
  auto behind = held_.upper_bound(key);
  if (behind == held_.begin()) return nullptr;
  const auto& [before, held] = *std::prev(behind);
  bool covers = before.starts_with(prefix) && held.seen == generation_ && knows_next(held) &&
                (held.next.empty() || held.next > key);
  return covers ? &before : nullptr;
}

const BlockCache::Held* BlockCache::current(const std::string& key) const {
  auto found = held_.find(key);
  return found != held_.end() && found->second.seen == generation_ ? &found->second : nullptr;
}

const BlockCache::Held* BlockCache::again(const std::string& key, std::uint64_t version) {
  auto found = held_.find(key);
  if (found == held_.end() || found->second.version != version) return nullptr;
  found->second.seen = generation_;
  return &found->second;
}

// All at once: readers who go through a collection larger than this need none of it again, and the
// others' blocks are back with their next page.
void BlockCache::make_room(std::size_t bytes) {
  if (bytes_ + bytes > bytes_max_) {
    held_.clear();
    bytes_ = 0;
  }
  bytes_ += bytes;
}

void BlockCache::put(const std::string& key, std::uint64_t version, ObjectBlockPtr block,
                     std::size_t index_bytes) {
  if (auto old = held_.find(key); old != held_.end() && old->second.bytes)
    bytes_ -= old->second.bytes->size();
  make_room(2 * index_bytes + key.size());  // its text, and what was read from it
  held_.insert_or_assign(key, Held{.block = std::move(block),
                                   .bytes = {},
                                   .version = version,
                                   .seen = generation_,
                                   .next = {},
                                   .linked = 0});
}

void BlockCache::put_bytes(const std::string& key, std::shared_ptr<const std::string> bytes) {
  if (!held_.contains(key)) return;
  make_room(bytes->size());
  auto found = held_.find(key);
  if (found != held_.end()) found->second.bytes = std::move(bytes);
}

void BlockCache::link(const std::string& key, std::string next) {
  auto found = held_.find(key);
  if (found == held_.end()) return;
  found->second.next = std::move(next);
  found->second.linked = generation_;
}

}  // namespace comity::node
