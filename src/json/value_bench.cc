#include <benchmark/benchmark.h>

#include "json/value.h"

namespace comity::json {
namespace {

// An act's size and shape: an object of some texts, a list and numbers, about 700 bytes.
std::string act_like() {
  Object handling{{"tlp", "amber"},
                  {"use", Array{"investigation", "prosecution"}},
                  {"expires", "2027-01-01T00:00:00.000Z"}};
  Object body{{"measure", "preservation"},
              {"offence", "data_interference"},
              {"note", std::string(200, 'x')},
              {"n", 12}};
  return write(Value(Object{{"id", "018f4e2a-7b1c-7def-8abc-0123456789ab"},
                            {"from", std::string(64, 'a')},
                            {"to", std::string(64, 'b')},
                            {"seq", 17},
                            {"at", "2026-11-21T08:15:30.000Z"},
                            {"handling", std::move(handling)},
                            {"body", std::move(body)}}));
}

std::string large() {
  Value one = *parse(act_like());
  return write(Value(Array(1000, one)));
}

void parse_act(benchmark::State& state) {
  std::string text = act_like();
  for (auto _ : state) benchmark::DoNotOptimize(parse(text));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(parse_act);

void parse_large(benchmark::State& state) {
  std::string text = large();
  for (auto _ : state) benchmark::DoNotOptimize(parse(text));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(parse_large);

void write_large(benchmark::State& state) {
  std::string text = large();
  Value value = *parse(text);
  for (auto _ : state) benchmark::DoNotOptimize(write(value));
  state.SetBytesProcessed(state.iterations() * static_cast<std::int64_t>(text.size()));
}
BENCHMARK(write_large);

void write_doubles(benchmark::State& state) {
  Array numbers;
  for (int i = 1; i <= 10'000; ++i) numbers.emplace_back(1.0 / i);
  Value value(std::move(numbers));
  for (auto _ : state) benchmark::DoNotOptimize(write(value));
  state.SetItemsProcessed(state.iterations() * 10'000);
}
BENCHMARK(write_doubles);

}  // namespace
}  // namespace comity::json
