// The parsers and the writer alone.
#include <benchmark/benchmark.h>

#include "base/check.h"
#include "net/http.h"

namespace {

using namespace comity;
using namespace comity::net;

std::string request_of(std::size_t body_bytes) {
  const Request request{"POST",
                        "/comity/v1/acts",
                        {{"host", "node.example:8443"},
                         {"content-type", "application/json"},
                         {"accept", "application/json"},
                         {"user-agent", "comity"}},
                        std::string(body_bytes, 'x')};
  return *write(request);
}

void parse_request(benchmark::State& state) {
  const std::string bytes = request_of(static_cast<std::size_t>(state.range(0)));
  RequestParser parser(
      [](const Request&) -> Result<std::size_t> { return limits::alert_act_bytes_max; });
  for (auto _ : state) {
    std::string_view left = bytes;
    check(parser.feed(left) == State::done, "a whole request");
    benchmark::DoNotOptimize(parser.take());
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes.size()) * state.iterations());
}
BENCHMARK(parse_request)->Arg(0)->Arg(2 << 10)->Arg(1 << 20);

void write_response(benchmark::State& state) {
  const Response response{200,
                          {{"content-type", "application/json"}},
                          std::string(static_cast<std::size_t>(state.range(0)), 'x')};
  for (auto _ : state) benchmark::DoNotOptimize(write(response));
}
BENCHMARK(write_response)->Arg(0)->Arg(2 << 10);

}  // namespace
