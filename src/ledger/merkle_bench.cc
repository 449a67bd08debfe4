// What the ledger costs: appending, proving from tiles, and verifying a proof file offline.
#include <benchmark/benchmark.h>

#include "ledger/proof.h"
#include "ledger/test_log.h"

namespace comity::ledger {
namespace {

using testing::key_from;
using testing::log_key;
using testing::witness_key;

Leaf leaf_of(std::uint64_t i) {
  Leaf leaf;
  leaf.at = Minute(std::chrono::minutes(i));
  return leaf;
}

void leaf_and_frontier(benchmark::State& state) {
  const Bytes leaf = encode(leaf_of(7));
  Frontier frontier;
  for (auto _ : state) {
    frontier.append(leaf_hash(leaf));
    benchmark::DoNotOptimize(frontier);
  }
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(leaf_and_frontier);

// One group commit: leaf hashes, tiles to write, root.
void tiles_by_batch(benchmark::State& state) {
  const auto batch = static_cast<std::size_t>(state.range(0));
  const Bytes leaf = encode(leaf_of(7));
  TileBuilder builder;
  for (auto _ : state) {
    std::vector<Hash> leaves(batch);
    for (Hash& hash : leaves) hash = leaf_hash(leaf);
    benchmark::DoNotOptimize(builder.append(leaves));
    benchmark::DoNotOptimize(builder.head());
  }
  state.SetItemsProcessed(state.iterations() * state.range(0));
}
BENCHMARK(tiles_by_batch)->Arg(1)->Arg(32)->Arg(256)->Arg(4096);

struct Log {
  explicit Log(std::uint64_t size) {
    TileBuilder builder;
    std::vector<Hash> leaves;
    for (std::uint64_t i = 0; i < size; ++i) leaves.push_back(leaf_hash(encode(leaf_of(i))));
    leaves[size / 3] = leaf_hash(encode(ours));
    tiles.write(builder.append(leaves));
    head = builder.head();
  }
  Record record{.bytes = Bytes(1024, 'r'), .key = commitment_key(Bytes(32, 1))};
  Leaf ours{.type = 1, .at = {}, .actor = {}, .commitment = commit(record.key, record.bytes)};
  testing::MemoryTiles tiles;
  TreeHead head;
};

const Log& million() {
  static const Log log(1'000'000);
  return log;
}

void prove_inclusion_in_a_million(benchmark::State& state) {
  const Log& log = million();
  const TileHashReader reader(log.head.size, log.tiles.source());
  std::uint64_t index = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(inclusion_proof(index, log.head.size, reader));
    index = (index + 7919) % log.head.size;
  }
}
BENCHMARK(prove_inclusion_in_a_million);

void verify_inclusion_in_a_million(benchmark::State& state) {
  const Log& log = million();
  const auto index = log.head.size / 3;
  const auto path =
      *inclusion_proof(index, log.head.size, TileHashReader(log.head.size, log.tiles.source()));
  const Hash leaf = leaf_hash(encode(log.ours));
  for (auto _ : state) {
    if (!verify_inclusion(index, leaf, log.head, path)) state.SkipWithError("does not verify");
  }
}
BENCHMARK(verify_inclusion_in_a_million);

std::string proof_text(std::size_t cosigners, std::vector<VerifierKey>& witnesses) {
  const Log& log = million();
  const Checkpoint checkpoint{.origin = "comity/log.example", .head = log.head, .extensions = {}};
  std::string note = *sign_checkpoint(checkpoint, key_from(1));
  for (std::size_t i = 0; i < cosigners; ++i) {
    const auto seed = static_cast<std::uint8_t>(10 + i);
    witnesses.push_back(witness_key("w.example/" + std::to_string(i), seed));
    note += *cosign(note, witnesses.back().name, key_from(seed), testing::at(100));
  }
  const std::uint64_t index = log.head.size / 3;
  return Proof{.extra = encode(log.ours),
               .index = index,
               .path = *inclusion_proof(index, log.head.size,
                                        TileHashReader(log.head.size, log.tiles.source())),
               .checkpoint = note}
      .text();
}

// The whole of verify_proof: with range(0) cosignatures, so with one Ed25519 verification more.
void verify_proof_file(benchmark::State& state) {
  std::vector<VerifierKey> witnesses;
  const auto count = static_cast<std::size_t>(state.range(0));
  const std::string text = proof_text(count, witnesses);
  const Policy policy =
      *Policy::parse(*make_policy(std::vector{log_key("comity/log.example", 1)}, witnesses, count));
  for (auto _ : state) {
    if (!verify_proof(text, million().record, policy)) state.SkipWithError("does not verify");
  }
}
BENCHMARK(verify_proof_file)->Arg(0)->Arg(1)->Arg(3);

// The same without the signatures: everything that verify_proof does besides them.
void verify_proof_file_but_signatures(benchmark::State& state) {
  std::vector<VerifierKey> witnesses;
  const std::string text = proof_text(3, witnesses);
  const Record& record = million().record;
  for (auto _ : state) {
    const auto proof = Proof::parse(text);
    const auto checkpoint = parse_checkpoint(proof->checkpoint);
    const auto leaf = parse_leaf(*proof->extra);
    if (!verify_inclusion(proof->index, leaf_hash(*proof->extra), checkpoint->checkpoint.head,
                          proof->path) ||
        !verify_commitment(leaf->commitment, record.key, record.bytes)) {
      state.SkipWithError("does not verify");
    }
  }
}
BENCHMARK(verify_proof_file_but_signatures);

void one_signature(benchmark::State& state) {
  const auto key = key_from(1);
  const std::string text(120, 'c');
  const auto signature = key.sign(as_bytes(text));
  for (auto _ : state)
    benchmark::DoNotOptimize(crypto::verify(key.public_key(), as_bytes(text), signature));
}
BENCHMARK(one_signature);

}  // namespace
}  // namespace comity::ledger
