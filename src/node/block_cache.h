#pragma once
// Blocks of collections (object_block.h) as they were opened, kept for the next reader. What was
// read while the store said a generation holds as long as it says so; after that, a block still is
// the one that it was while its row has the same version. For one thread.
#include <cstdint>
#include <map>
#include <memory>
#include <string>

#include "node/object_block.h"

namespace comity::node {

class BlockCache {
 public:
  explicit BlockCache(std::size_t bytes_max) : bytes_max_(bytes_max) {}

  struct Held {
    ObjectBlockPtr block;
    std::shared_ptr<const std::string> bytes;  // null: nobody has asked for them
    std::uint64_t version = 0;                 // of the block's row
    std::uint64_t seen = 0;                    // the generation at which it was the store's
    std::string next;                          // the key of the block behind it; empty: none
    std::uint64_t linked = 0;                  // the generation at which `next` was so
  };

  // What the store says; asked before the view is opened that readers then read.
  void begin(std::uint64_t generation) { generation_ = generation + 1; }

  // The key of the last block of the collection whose key is at most this one; null: it is not
  // known, of this generation.
  [[nodiscard]] const std::string* at(const std::string& prefix, const std::string& key) const;
  // Null: it is not known of this generation.
  [[nodiscard]] const Held* current(const std::string& key) const;
  // Known again by its version: then it is current.
  [[nodiscard]] const Held* again(const std::string& key, std::uint64_t version);
  void put(const std::string& key, std::uint64_t version, ObjectBlockPtr block,
           std::size_t index_bytes);
  void put_bytes(const std::string& key, std::shared_ptr<const std::string> bytes);
  // That `next` follows the block of this key; empty: none does.
  void link(const std::string& key, std::string next);
  [[nodiscard]] bool knows_next(const Held& held) const { return held.linked == generation_; }

 private:
  void make_room(std::size_t bytes);

  std::size_t bytes_max_, bytes_ = 0;
  std::uint64_t generation_ = 0;  // the store's and one: 0 is never
  std::map<std::string, Held> held_;
};

}  // namespace comity::node
