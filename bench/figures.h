#pragma once
// One figure: a value, and the limit that the machine set in the same run. Machines are noisy;
// ratios less so.
#include <chrono>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace comity::bench {

struct Figure {
  std::string name;
  double value = 0;
  std::string unit;
  double limit = 0;
  std::string limit_is;  // how the limit was had
  double target = 0;     // the ratio wanted
  bool at_most = true;   // the ratio is to be at most the target, else at least
};
// {"at_most"|"at_least","limit","limit_is","met","name","ratio","unit","value"} and a line feed.
void print(const Figure& figure);

class Stopwatch {
 public:
  [[nodiscard]] double seconds() const {
    return std::chrono::duration<double>(std::chrono::steady_clock::now() - began_).count();
  }

 private:
  std::chrono::steady_clock::time_point began_ = std::chrono::steady_clock::now();
};

// Of a sample, which is sorted here; `share` from 0 to 1.
[[nodiscard]] double quantile(std::vector<double>& sample, double share);

// A folder below the working directory's build folder, so that the disk is the one that matters;
// removed at the end.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

 private:
  std::filesystem::path path_;
};

// Median seconds of appending 4 KiB to a file in `folder` and fdatasync().
[[nodiscard]] double fdatasync_seconds(const std::filesystem::path& folder);

void exchange();
void law();
void ledger();
void node(const char* comity);  // path of the program
void push();
void sweep(const char* comity);
void taxii(const char* comity);

}  // namespace comity::bench
