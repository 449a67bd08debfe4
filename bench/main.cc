#include <fcntl.h>
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <cstring>

#include "base/check.h"
#include "figures.h"
#include "json/value.h"

namespace comity::bench {

void print(const Figure& figure) {
  double ratio = figure.limit == 0 ? 0 : figure.value / figure.limit;
  bool met = figure.at_most ? ratio <= figure.target : ratio >= figure.target;
  json::Object line{{"name", figure.name},
                    {"value", figure.value},
                    {"unit", figure.unit},
                    {"limit", figure.limit},
                    {"limit_is", figure.limit_is},
                    {"ratio", ratio},
                    {figure.at_most ? "at_most" : "at_least", figure.target},
                    {"met", met}};
  std::puts(json::write(line).c_str());
  std::fflush(stdout);
}

double quantile(std::vector<double>& sample, double share) {
  check(!sample.empty(), "a sample to take a quantile of");
  std::sort(sample.begin(), sample.end());
  return sample[std::min(sample.size() - 1,
                         static_cast<std::size_t>(share * static_cast<double>(sample.size())))];
}

Scratch::Scratch() {
  std::string pattern = (std::filesystem::current_path() / "bench-XXXXXX").string();
  check(::mkdtemp(pattern.data()) != nullptr, "a scratch folder can be made here");
  path_ = pattern;
}

Scratch::~Scratch() {
  std::error_code ignored;
  std::filesystem::remove_all(path_, ignored);
}

double fdatasync_seconds(const std::filesystem::path& folder) {
  int fd = ::open((folder / "fdatasync").c_str(), O_WRONLY | O_CREAT | O_CLOEXEC, 0600);
  check(fd >= 0, "a file can be made in the scratch folder");
  std::vector<char> block(4096, 'x');
  std::vector<double> sample;
  for (int i = 0; i < 300; ++i) {
    Stopwatch watch;
    check(::write(fd, block.data(), block.size()) == static_cast<ssize_t>(block.size()) &&
              ::fdatasync(fd) == 0,
          "the scratch disk takes 4 KiB");
    sample.push_back(watch.seconds());
  }
  ::close(fd);
  return quantile(sample, 0.5);
}

}  // namespace comity::bench

int main(int argc, char** argv) {
  using namespace comity::bench;
  std::string_view name = argc == 2 ? argv[1] : "";
  if (name == "exchange")
    exchange();
  else if (name == "law")
    law();
  else if (name == "ledger")
    ledger();
  else if (name == "node")
    node((std::filesystem::path(argv[0]).parent_path() / "comity").c_str());
  else if (name == "push")
    push();
  else if (name == "sweep")
    sweep((std::filesystem::path(argv[0]).parent_path() / "comity").c_str());
  else if (name == "taxii")
    taxii((std::filesystem::path(argv[0]).parent_path() / "comity").c_str());
  else
    return std::fputs("usage: comity_bench exchange|law|ledger|node|push|sweep|taxii\n", stderr), 2;
  return 0;
}
