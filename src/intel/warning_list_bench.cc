// What a question costs when a million entries are held.
#include <benchmark/benchmark.h>

#include "intel/warning_list.h"

namespace comity::intel {
namespace {

constexpr int entries = 1'000'000;

std::string file_of(std::string_view type, auto entry) {
  std::string text = R"({"name":"n","type":")" + std::string(type) + R"(","list":[)";
  for (int i = 0; i < entries; ++i) text += (i ? ",\"" : "\"") + entry(i) + "\"";
  return text + "]}";
}

std::string host(int i) {
  return "h" + std::to_string(i) + ".d" + std::to_string(i % 1'000) + ".example";
}
std::string net(int i) {
  return std::to_string(1 + i % 200) + "." + std::to_string(i / 200 % 256) + "." +
         std::to_string(i / 51'200) + ".0/24";
}

void load(benchmark::State& state) {
  std::string text = file_of("hostname", host);
  for (auto _ : state) {
    WarningLists lists;
    if (!lists.add("f", text)) state.SkipWithError("not taken");
    lists.finish();
    benchmark::DoNotOptimize(lists);
  }
  state.SetItemsProcessed(state.iterations() * entries);
}
BENCHMARK(load)->Unit(benchmark::kMillisecond);

void ask(benchmark::State& state, const std::string& text, auto value) {
  WarningLists lists;
  if (!lists.add("f", text)) return state.SkipWithError("not taken");
  lists.finish();
  std::vector<sweep::Item> items;
  for (int i = 0; i < 10'000; ++i) items.push_back(value(i));
  std::size_t at = 0, found = 0;
  for (auto _ : state) found += !lists.warned(items[at++ % items.size()]).empty();
  state.counters["found"] = static_cast<double>(found) / static_cast<double>(state.iterations());
  state.SetItemsProcessed(state.iterations());
}

sweep::Item domain(int i) {
  bool listed = i % 2 == 0;
  return {sweep::Kind::domain, sweep::Form::domain, (listed ? "www." : "x") + host(i * 97)};
}
sweep::Item address(int i) {
  return {sweep::Kind::address, sweep::Form::address,
          std::to_string(1 + i % 250) + "." + std::to_string(i / 250) + ".7.9"};
}

void ask_hosts(benchmark::State& state) {
  ask(state, file_of("hostname", host), domain);
}
BENCHMARK(ask_hosts);
void ask_substrings(benchmark::State& state) {
  ask(state, file_of("substring", host), domain);
}
BENCHMARK(ask_substrings);
void ask_nets(benchmark::State& state) {
  ask(state, file_of("cidr", net), address);
}
BENCHMARK(ask_nets);

}  // namespace
}  // namespace comity::intel
