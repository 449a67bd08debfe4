#pragma once
// What an entry becomes at rest: its leaf, its record sealed under a key of its own, and that key
// wrapped under the node's. Of this room alone.
#include <array>
#include <cstdint>
#include <span>
#include <string>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"
#include "crypto/secret.h"
#include "node/ports.h"

namespace comity::store {

// Code::bad_value unless the leaf can hold the entry: type 1 to 63, an actor of 8 bytes, a time
// since 1970.
[[nodiscard]] Result<void> check_entry(const node::Entry& entry);

// The 46 bytes that the ledger takes. `record_key` is 32 bytes; the entry passed check_entry().
[[nodiscard]] Bytes make_leaf(const node::Entry& entry, BytesView record_key);

// Draws from `source` by the kilobyte: an entry needs three small draws, and each is a system call.
// What was handed out is wiped here.
class RandomBuffer final : public Random {
 public:
  explicit RandomBuffer(Random& source) : source_(source) {}
  ~RandomBuffer() override;
  RandomBuffer(const RandomBuffer&) = delete;
  RandomBuffer& operator=(const RandomBuffer&) = delete;
  void fill(std::span<std::uint8_t> out) override;

 private:
  Random& source_;
  std::array<std::uint8_t, 1024> held_{};
  std::size_t used_ = 1024;
};

struct SealedEntry {
  Bytes leaf;
  Bytes sealed;   // AES-256-GCM of the record under derive_key(record key, "comity record v1")
  Bytes wrapped;  // AES-256-GCM of the record key under a key derived from the node's
};

// Both seals bind the position, so that no two entries' bytes can change places unnoticed.
class Sealer {
 public:
  explicit Sealer(const crypto::Secret& kek);

  [[nodiscard]] SealedEntry seal(std::uint64_t position, const node::Entry& entry,
                                 Random& random) const;
  // Code::corrupt, with the position, when the bytes are not what seal() made there.
  [[nodiscard]] Result<crypto::Secret> unwrap(std::uint64_t position, BytesView wrapped) const;
  [[nodiscard]] Result<std::string> open(std::uint64_t position, BytesView sealed,
                                         const crypto::Secret& record_key) const;

  // Values of rows, under a key of the node's own: they are rewritten, not erased one by one. The
  // seal binds space and key.
  [[nodiscard]] Bytes seal_row(node::Space space, std::string_view key, std::string_view value,
                               Random& random) const;
  [[nodiscard]] Result<std::string> open_row(node::Space space, std::string_view key,
                                             std::string_view sealed) const;

  // A value by which a store knows its key again.
  [[nodiscard]] Bytes make_check(Random& random) const;
  [[nodiscard]] bool is_own_check(BytesView sealed) const;

 private:
  crypto::Secret wrapping_;
  crypto::Secret checking_;
  crypto::Secret of_rows_;
};

}  // namespace comity::store
