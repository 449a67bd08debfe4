#include <benchmark/benchmark.h>

#include "crypto/aead.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "crypto/sign.h"

namespace comity::crypto {
namespace {

Bytes message(benchmark::State& state) {
  return Bytes(static_cast<std::size_t>(state.range(0)), 7);
}

void sign(benchmark::State& state) {
  SeededRandom random(1);
  SigningKey key = SigningKey::generate(random);
  Bytes data = message(state);
  for (auto _ : state) benchmark::DoNotOptimize(key.sign(data));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(sign)->Arg(1024);

void verify(benchmark::State& state) {
  SeededRandom random(1);
  SigningKey key = SigningKey::generate(random);
  Bytes data = message(state);
  Signature signature = key.sign(data);
  for (auto _ : state) benchmark::DoNotOptimize(crypto::verify(key.public_key(), data, signature));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(verify)->Arg(1024);

// 65 bytes: an inner node of the ledger's tree.
void sha256(benchmark::State& state) {
  Bytes data = message(state);
  for (auto _ : state) benchmark::DoNotOptimize(crypto::sha256(data));
  state.SetBytesProcessed(state.iterations() * state.range(0));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(sha256)->Arg(65)->Arg(1024)->Arg(1 << 20);

void hmac(benchmark::State& state) {
  Bytes data = message(state), key(32);
  for (auto _ : state) benchmark::DoNotOptimize(hmac_sha256(key, data));
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(hmac)->Arg(64)->Arg(1024);

void seal(benchmark::State& state) {
  SeededRandom random(1);
  Bytes data = message(state), key(32);
  for (auto _ : state) benchmark::DoNotOptimize(aead_seal(key, data, {}, random));
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(seal)->Arg(1024)->Arg(1 << 20);

void seeded_random(benchmark::State& state) {
  SeededRandom random(1);
  Bytes data = message(state);
  for (auto _ : state) random.fill(data);
  state.SetBytesProcessed(state.iterations() * state.range(0));
}
BENCHMARK(seeded_random)->Arg(16)->Arg(1 << 16);

}  // namespace
}  // namespace comity::crypto
