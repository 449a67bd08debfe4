#pragma once
// HTTP messages as bytes between parties: late, lost, twice, out of order, cut short, or not at
// all.
#include <functional>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "base/result.h"
#include "stage.h"

namespace comity::sim {

class Network {
 public:
  using Answer = std::function<void(std::string)>;
  using Serve = std::function<void(std::size_t from, std::string bytes, Answer answer)>;
  using Done = std::function<void(Result<std::string>)>;

  explicit Network(Stage& stage) : stage_(stage) {}

  // Parties in order of their index. `is_up` may be asked at any time.
  void attach(Serve serve, std::function<bool()> is_up) {
    ends_.push_back({std::move(serve), std::move(is_up)});
  }

  // Exactly one answer, or Code::unreachable.
  void request(std::size_t from, std::size_t to, const std::string& bytes, Done done);

  // One way: what `from` says does not come through to `to`, be it a question or an answer.
  void cut(std::size_t from, std::size_t to) { cut_.emplace(from, to); }
  void mend(std::size_t from, std::size_t to) { cut_.erase({from, to}); }
  [[nodiscard]] bool is_cut(std::size_t from, std::size_t to) const {
    return cut_.contains({from, to});
  }

  struct Weather {
    unsigned lost = 0, twice = 0, torn = 0;  // percent of messages
    Millis latency_max{50};
  };
  Weather weather;
  void calm() {
    weather = {};
    cut_.clear();
  }

 private:
  void carry(std::size_t from, std::size_t to, const std::string& bytes, const Done& done);
  struct End {
    Serve serve;
    std::function<bool()> is_up;
  };
  Stage& stage_;
  std::vector<End> ends_;
  std::set<std::pair<std::size_t, std::size_t>> cut_;
};

}  // namespace comity::sim
