// Leaves appended durably in batches through the store, and a proof verified.
#include <fcntl.h>
#include <unistd.h>

#include <map>

#include "base/check.h"
#include "crypto/random.h"
#include "figures.h"
#include "ledger/proof.h"
#include "ledger/tile.h"
#include "node/ports.h"
#include "store/sqlite_store.h"

namespace comity::bench {
namespace {

constexpr int batches = 40;
constexpr int batch_leaves = 8192;

template <typename T>
T value_of(Result<T> result) {
  check(result.has_value(), result ? "" : to_text(result.error()));
  return *std::move(result);
}

node::Plan plan_of(int leaves, Random& random) {
  node::Plan plan;
  for (int i = 0; i < leaves; ++i) {
    node::Entry entry;
    entry.record = "{\"at\":\"" + std::to_string(random.u64()) + "\"}\n";
    entry.type = 1;
    entry.recorded_at = Instant{Millis{1'790'000'000'000}};
    entry.actor.assign(8, 0);
    plan.entries.push_back(std::move(entry));
  }
  return plan;
}

// One journal entry a leaf, sealed under a key of its own, leaf and tiles, in groups with one fsync
// each.
void append_entries() {
  Scratch scratch;
  crypto::SystemRandom random;
  Bytes kek(32, 7);
  auto store = value_of(store::open_sqlite({.path = (scratch.path() / "ledger.db").string(),
                                            .kek = crypto::Secret(kek),
                                            .random = random}));
  std::vector<node::Plan> plans;
  for (int i = 0; i < batches / 4; ++i) plans.push_back(plan_of(batch_leaves, random));
  Stopwatch watch;
  for (const node::Plan& plan : plans) {
    auto group = value_of(store->begin());
    value_of(group->apply(plan, Instant{Millis{1'790'000'000'000}}));
    value_of(group->commit());
  }
  double rate = static_cast<double>(batches / 4) * batch_leaves / watch.seconds();
  print({"journal_entries_appended", rate, "1/s", 100'000,
         "target for bare leaves; here each comes with its sealed journal record and wrapped key",
         1, false});
}

// The ledger's own part: leaves into tiles, tiles and head onto disk, one fsync a batch.
void append_leaves() {
  Scratch scratch;
  crypto::SystemRandom random;
  ledger::TileBuilder builder;
  std::vector<ledger::Leaf> leaves(batch_leaves);
  for (auto& leaf : leaves) random.fill(leaf.commitment.bytes);
  int fd = ::open((scratch.path() / "tiles").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  check(fd >= 0, "a file for tiles");
  Stopwatch watch;
  for (int i = 0; i < batches; ++i) {
    std::vector<Hash> hashes;
    for (const auto& leaf : leaves) hashes.push_back(ledger::leaf_hash(ledger::encode(leaf)));
    for (const ledger::TileWrite& tile : builder.append(hashes))
      check(::write(fd, tile.hashes.data(), tile.hashes.size()) ==
                static_cast<ssize_t>(tile.hashes.size()),
            "a tile");
    Hash root = builder.head().root;
    check(::write(fd, root.bytes.data(), root.bytes.size()) == 32 && ::fdatasync(fd) == 0,
          "a head on disk");
  }
  double rate = static_cast<double>(batches) * batch_leaves / watch.seconds();
  ::close(fd);
  print({"ledger_leaves_appended", rate, "1/s", 100'000,
         "target of the project; tiles and head with one fdatasync for each 8192 leaves", 1,
         false});
}

void verify_proofs() {
  crypto::SystemRandom random;
  auto log = crypto::SigningKey::generate(random);
  auto witness = crypto::SigningKey::generate(random);
  std::string origin = "comity/bench";
  ledger::TileBuilder builder;
  std::map<ledger::TileId, Bytes> tiles;
  std::vector<Hash> hashes(100'000);
  for (Hash& hash : hashes) random.fill(hash.bytes);
  std::string record_text(800, 'r');
  ledger::CommitmentKey key;
  random.fill(key.bytes);
  ledger::Leaf leaf;
  leaf.commitment = ledger::commit(key, as_bytes(record_text));
  constexpr std::uint64_t index = 54'321;
  hashes[index] = ledger::leaf_hash(ledger::encode(leaf));
  for (const auto& write : builder.append(hashes)) tiles[{write.level, write.index}] = write.hashes;
  ledger::TileHashReader reader(hashes.size(),
                                [&](const ledger::TileId& tile, unsigned width) -> Result<Bytes> {
                                  Bytes bytes = tiles.at(tile);
                                  bytes.resize(width * 32);
                                  return bytes;
                                });
  std::string checkpoint = value_of(ledger::sign_checkpoint({origin, builder.head(), {}}, log));
  checkpoint += value_of(ledger::cosign(checkpoint, "witness", witness,
                                        ledger::Seconds{std::chrono::seconds{1'790'000'000}}));
  ledger::Proof proof{ledger::encode(leaf), index,
                      value_of(ledger::inclusion_proof(index, hashes.size(), reader)), checkpoint};
  ledger::VerifierKey log_key{origin, ledger::SignatureType::ed25519, log.public_key()};
  ledger::VerifierKey witness_key{"witness", ledger::SignatureType::cosignature_v1,
                                  witness.public_key()};
  auto policy = value_of(ledger::Policy::parse(
      value_of(ledger::make_policy(std::vector{log_key}, std::vector{witness_key}, 1))));
  std::string text = proof.text();
  ledger::Record record{to_bytes(as_bytes(record_text)), key};
  std::vector<double> whole, signatures;
  for (int i = 0; i < 2000; ++i) {
    Stopwatch watch;
    check(ledger::verify_proof(text, record, policy).has_value(), "our own proof verifies");
    whole.push_back(watch.seconds() * 1e6);
    Stopwatch alone;
    auto note = value_of(ledger::parse_note(checkpoint));
    check(ledger::verify_note(note, std::vector{log_key, witness_key}).has_value(),
          "our own note verifies");
    signatures.push_back(alone.seconds() * 1e6);
  }
  double besides = quantile(whole, 0.5) - quantile(signatures, 0.5);
  print({"proof_verified_besides_signatures", besides, "us", 50,
         "target of the project; 100,000 leaves, two signatures apart", 1, true});
}

}  // namespace

void ledger() {
  append_leaves();
  append_entries();
  verify_proofs();
}

}  // namespace comity::bench
