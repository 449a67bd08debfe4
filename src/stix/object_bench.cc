// What reading and wholly checking real bundles costs. Skips itself without them.
#include <benchmark/benchmark.h>

#include "stix/bundle.h"
#include "stix/split.h"
#include "stix/test_data.h"

namespace comity::stix {
namespace {

void with_text(benchmark::State& state, auto work) {
  std::string name(testing::bundle_names[static_cast<std::size_t>(state.range(0))]);
  auto text = testing::published(COMITY_SOURCE_DIR, name);
  if (!text) return state.SkipWithError("no ../shared/data beside the repository");
  std::size_t objects = 0;
  for (auto _ : state) objects += work(*text);
  state.SetLabel(name);
  state.SetItemsProcessed(static_cast<std::int64_t>(objects));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text->size()));
}

void read_whole(benchmark::State& state) {
  with_text(state, [](const std::string& text) {
    std::size_t warnings = 0;
    auto bundle = read_bundle(text, [&](const Reading& one) { warnings += one.findings.warnings; });
    benchmark::DoNotOptimize(warnings);
    return bundle->objects;
  });
}
BENCHMARK(read_whole)->DenseRange(0, 3)->Unit(benchmark::kMillisecond);

void split_only(benchmark::State& state) {
  with_text(state, [](const std::string& text) { return split_objects(text)->objects.size(); });
}
BENCHMARK(split_only)->DenseRange(0, 3)->Unit(benchmark::kMillisecond);

void parse_only(benchmark::State& state) {
  with_text(state, [](const std::string& text) {
    auto split = split_objects(text);
    for (std::string_view one : split->objects) benchmark::DoNotOptimize(json::parse(one));
    return split->objects.size();
  });
}
BENCHMARK(parse_only)->DenseRange(0, 3)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace comity::stix
