// What a decision costs: p50 and p99 over questions at random, and the corpus's load.
#include <benchmark/benchmark.h>

#include "law/report.h"
#include "law/test_law.h"

namespace comity::law {
namespace {

using testing::corpus;
using testing::folder;

std::vector<Question> questions(std::size_t count) {
  testing::Questions source(corpus(), 11);
  std::vector<Question> out;
  for (std::size_t i = 0; i < count; ++i) out.push_back(source.next());
  return out;
}

// Each decision timed alone; the clock's own reading is within the figure.
void one_decision(benchmark::State& state) {
  std::vector<Question> many = questions(4096);
  static Decision decision;
  std::vector<double> microseconds;
  std::size_t i = 0;
  for (auto _ : state) {
    const Question question = many[i++ % many.size()];  // just put together, as an asker has it
    auto start = std::chrono::steady_clock::now();
    decide(corpus(), question, decision);
    auto end = std::chrono::steady_clock::now();
    benchmark::DoNotOptimize(decision.outcome);
    microseconds.push_back(std::chrono::duration<double, std::micro>(end - start).count());
  }
  std::ranges::sort(microseconds);
  state.counters["p50_us"] = microseconds[microseconds.size() / 2];
  state.counters["p99_us"] = microseconds[microseconds.size() * 99 / 100];
}
BENCHMARK(one_decision)->MinTime(1.0);

void every_pair_and_measure(benchmark::State& state) {
  static Decision decision;
  Question q = questions(1)[0];
  q.facts.clear();
  for (auto _ : state) {
    for (const Jurisdiction& from : corpus().tables().jurisdictions) {
      for (const Jurisdiction& to : corpus().tables().jurisdictions) {
        q.from = from.country;
        q.to = to.country;
        for (std::uint16_t m = 0; m < corpus().measures().size(); ++m) {
          q.measure = {m};
          decide(corpus(), q, decision);
          benchmark::DoNotOptimize(decision.outcome);
        }
      }
    }
  }
}
BENCHMARK(every_pair_and_measure)->Unit(benchmark::kMillisecond);

void load(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(testing::corpus_of(folder()));
}
BENCHMARK(load)->Unit(benchmark::kMillisecond);

void as_json(benchmark::State& state) {
  static Decision decision;
  Question q = questions(1)[0];
  decide(corpus(), q, decision);
  for (auto _ : state) benchmark::DoNotOptimize(json::write(to_json(corpus(), q, decision)));
}
BENCHMARK(as_json);

}  // namespace
}  // namespace comity::law
