// What the store costs. `fsync` says what the disk alone takes, so that the other figures can be
// read against it.
#include <benchmark/benchmark.h>
#include <fcntl.h>
#include <unistd.h>

#include <cstdio>
#include <fstream>

#include "store/memory.h"
#include "store/test_kit.h"

namespace comity::store {
namespace {

using kit::noon;

struct Opened {
  kit::Folder folder{kit::Medium::disk};
  crypto::SystemRandom random;
  std::unique_ptr<SqliteStore> store;

  explicit Opened(std::size_t pending_bytes_max = 16u << 20) {
    auto opened = open_sqlite({.path = folder.path("store"),
                               .kek = kit::test_kek(),
                               .random = random,
                               .pending_bytes_max = pending_bytes_max});
    check(opened.has_value(), "the bench's store opens");
    store = *std::move(opened);
  }
};

void require(const auto& result) {
  if (!result) {
    std::fprintf(stderr, "%s\n", to_text(result.error()).c_str());
    std::abort();
  }
}

void fill(node::Store& store, std::uint64_t from, std::uint64_t count, std::uint64_t batch) {
  for (std::uint64_t at = from; at < from + count; at += batch) {
    auto group = store.begin();
    require(group);
    for (std::uint64_t i = at; i < std::min(at + batch, from + count); ++i) {
      require((*group)->apply(kit::act_plan(i), noon));
    }
    require((*group)->commit());
  }
}

// One write and fdatasync of a page: the least that a durable commit can cost here.
void fsync(benchmark::State& state) {
  const kit::Folder folder{kit::Medium::disk};
  const int file = ::open(folder.path("f").c_str(), O_RDWR | O_CREAT, 0600);
  const std::string page(4096, 'x');
  for (auto _ : state) {
    check(::write(file, page.data(), page.size()) == 4096 && ::fdatasync(file) == 0,
          "a page is written");
  }
  ::close(file);
}
BENCHMARK(fsync)->Unit(benchmark::kMicrosecond)->UseRealTime();

// Plans of one entry and four rows, `range(0)` of them to a group. range(1): bytes a group may hold
// before it writes; 0 writes every plan at once.
void acts(benchmark::State& state) {
  Opened opened(static_cast<std::size_t>(state.range(1)));
  std::uint64_t next = 0;
  const auto batch = static_cast<std::uint64_t>(state.range(0));
  for (auto _ : state) {
    fill(*opened.store, next, batch, batch);
    next += batch;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(next));
}
BENCHMARK(acts)
    ->Args({1, 16 << 20})
    ->Args({64, 16 << 20})
    ->Args({64, 0})
    ->Args({4096, 16 << 20})
    ->Args({4096, 0})
    ->UseRealTime()
    ->Unit(benchmark::kMillisecond);

// Entries alone, sealed, with leaves, tiles and head, `range(0)` of them to a group.
void append_leaves(benchmark::State& state) {
  Opened opened;
  const auto batch = static_cast<std::uint64_t>(state.range(0));
  const node::Plan plan = kit::append(std::string(64, 'r'));
  std::uint64_t done = 0;
  for (auto _ : state) {
    auto group = opened.store->begin();
    require(group);
    for (std::uint64_t i = 0; i < batch; ++i) require((*group)->apply(plan, noon));
    require((*group)->commit());
    done += batch;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(done));
}
BENCHMARK(append_leaves)->Arg(1024)->Arg(16384)->UseRealTime()->Unit(benchmark::kMillisecond);

void memory_acts(benchmark::State& state) {
  crypto::SystemRandom random;
  const auto store = open_memory(random);
  std::uint64_t next = 0;
  for (auto _ : state) {
    fill(*store, next, 64, 64);
    next += 64;
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(next));
}
BENCHMARK(memory_acts)->UseRealTime()->Unit(benchmark::kMillisecond);

double resident_mib() {
  std::ifstream statm("/proc/self/statm");
  double all = 0;
  double resident = 0;
  statm >> all >> resident;
  return resident * 4096 / (1 << 20);
}

// A start with 100,000 acts in the store, and what the process then holds.
void start(benchmark::State& state) {
  Opened opened;
  fill(*opened.store, 0, 100'000, 2'000);
  for (auto _ : state) {
    state.PauseTiming();
    opened.store.reset();
    state.ResumeTiming();
    auto again = kit::open_at(opened.folder.path("store"), opened.random);
    require(again);
    require((*again)->snapshot());
    state.PauseTiming();
    opened.store = *std::move(again);
    state.ResumeTiming();
  }
  state.counters["resident_MiB"] = resident_mib();
}
BENCHMARK(start)->UseRealTime()->Unit(benchmark::kMillisecond);

void get_row(benchmark::State& state) {
  Opened opened;
  fill(*opened.store, 0, 20'000, 2'000);
  auto view = opened.store->snapshot();
  require(view);
  std::uint64_t i = 0;
  for (auto _ : state) {
    const auto row =
        (*view)->get(node::Space::act, "sender/" + std::to_string(i++ * 7919 % 20'000));
    benchmark::DoNotOptimize(row);
  }
}
BENCHMARK(get_row);

void read_entry(benchmark::State& state) {
  Opened opened;
  fill(*opened.store, 0, 20'000, 2'000);
  auto view = opened.store->snapshot();
  require(view);
  std::uint64_t i = 0;
  for (auto _ : state) {
    const auto entry = (*view)->entry(i++ * 7919 % 20'000);
    benchmark::DoNotOptimize(entry);
  }
}
BENCHMARK(read_entry);

}  // namespace
}  // namespace comity::store
