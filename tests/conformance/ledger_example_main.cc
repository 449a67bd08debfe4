// Writes what a node's ledger shows to others, for foreign implementations to read: a log of SIZE
// records as tiles, its checkpoint with two cosignatures, a proof and record of one entry, a
// policy, and a request to a witness.
//   ledger_example FOLDER SIZE INDEX OLD_SIZE
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <stdexcept>
#include <string>
#include <vector>

#include "ledger/proof.h"
#include "ledger/tile.h"
#include "ledger/witness.h"

namespace {

using namespace comity;

template <typename T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(to_text(result.error()));
  return *std::move(result);
}

class Example {
 public:
  Example(std::filesystem::path folder, std::uint64_t size)
      : folder_(std::move(folder)), size_(size) {
    std::vector<Hash> leaves;
    for (std::uint64_t i = 0; i < size_; ++i) {
      const Bytes leaf = ledger::encode(leaf_of(i));
      leaves.push_back(ledger::leaf_hash(leaf));
      ledger::append_entry(bundles_[i / ledger::tile_width], leaf);
    }
    for (ledger::TileWrite& w : builder_.append(leaves))
      tiles_[{w.level, w.index}] = std::move(w.hashes);
  }

  void write(std::uint64_t index, std::uint64_t old_size) {
    for (const auto& [id, bytes] : tiles_) {
      put(ledger::tile_path(id, ledger::tile_width_at(id, size_)), as_text(bytes));
    }
    for (const auto& [bundle, bytes] : bundles_) {
      put(ledger::entries_path(bundle, ledger::tile_width_at({0, bundle}, size_)), as_text(bytes));
    }
    const std::string older = sign(old_size);
    const std::string signed_note = sign(size_);
    const std::string cosigned = must(ledger::merge_cosignatures(
        signed_note,
        must(ledger::cosign(signed_note, witness_[0].name, key(11), time_)) +
            must(ledger::cosign(signed_note, witness_[1].name, key(12), time_)),
        witness_));
    put("checkpoint", cosigned);
    put("checkpoint.old", older);
    put("log.vkey", log_.text() + "\n");
    put("witness.vkeys", witness_[0].text() + "\n" + witness_[1].text() + "\n");
    put("policy", must(ledger::make_policy(std::vector{log_}, witness_, 2)));
    put("entry.comity-record", ledger::Record{record_of(index), commitment_key_of(index)}.text());
    put("entry.tlog-proof",
        ledger::Proof{.extra = ledger::encode(leaf_of(index)),
                      .index = index,
                      .path = must(ledger::inclusion_proof(index, size_, reader())),
                      .checkpoint = cosigned}
            .text());
    put("add-checkpoint",
        ledger::AddCheckpoint{old_size, must(ledger::consistency_proof(old_size, size_, reader())),
                              signed_note}
            .body());
  }

 private:
  static crypto::SigningKey key(std::uint8_t seed) {
    return must(crypto::SigningKey::from_seed(Bytes(32, seed)));
  }
  static ledger::VerifierKey verifier(std::string name, ledger::SignatureType type,
                                      std::uint8_t seed) {
    return {std::move(name), type, key(seed).public_key()};
  }
  static Bytes record_of(std::uint64_t i) {
    return to_bytes(as_bytes("{\"kind\":\"example\",\"number\":" + std::to_string(i) + "}"));
  }
  static ledger::CommitmentKey commitment_key_of(std::uint64_t i) {
    return ledger::commitment_key(Bytes(32, static_cast<std::uint8_t>(i)));
  }
  static ledger::Leaf leaf_of(std::uint64_t i) {
    return {.type = 1,
            .at = ledger::Minute(std::chrono::minutes(29'000'000 + i)),
            .actor = {1, 2, 3, 4, 5, 6, 7, 8},
            .commitment = ledger::commit(commitment_key_of(i), record_of(i))};
  }

  ledger::TileHashReader reader() const {
    return {size_,
            [this](const ledger::TileId& id, unsigned) -> Result<Bytes> { return tiles_.at(id); }};
  }
  std::string sign(std::uint64_t size) const {
    const ledger::TreeHead head{size, must(ledger::root_at(size, reader()))};
    return must(
        ledger::sign_checkpoint({.origin = log_.name, .head = head, .extensions = {}}, key(1)));
  }
  void put(const std::string& path, std::string_view bytes) const {
    const std::filesystem::path file = folder_ / path;
    std::filesystem::create_directories(file.parent_path());
    std::ofstream out(file, std::ios::binary);
    out.write(bytes.data(), static_cast<std::streamsize>(bytes.size()));
    if (!out.flush()) throw std::runtime_error("cannot write " + file.string());
  }

  std::filesystem::path folder_;
  std::uint64_t size_;
  ledger::TileBuilder builder_;
  std::map<ledger::TileId, Bytes> tiles_;
  std::map<std::uint64_t, Bytes> bundles_;
  ledger::VerifierKey log_ =
      verifier(ledger::origin_of(Bytes(32, 0x5A)), ledger::SignatureType::ed25519, 1);
  std::vector<ledger::VerifierKey> witness_ = {
      verifier("comity/witness.example/1", ledger::SignatureType::cosignature_v1, 11),
      verifier("comity/witness.example/2", ledger::SignatureType::cosignature_v1, 12)};
  ledger::Seconds time_{std::chrono::seconds(1'795'000'000)};
};

}  // namespace

int main(int argc, char** argv) {
  if (argc != 5) {
    std::fprintf(stderr, "usage: ledger_example FOLDER SIZE INDEX OLD_SIZE\n");
    return 2;
  }
  try {
    Example(argv[1], std::strtoull(argv[2], nullptr, 10))
        .write(std::strtoull(argv[3], nullptr, 10), std::strtoull(argv[4], nullptr, 10));
  } catch (const std::exception& error) {
    std::fprintf(stderr, "ledger_example: %s\n", error.what());
    return 1;
  }
}
