#include "network.h"

#include <memory>

namespace comity::sim {
namespace {

constexpr Millis answer_within{30'000};

}  // namespace

void Network::request(std::size_t from, std::size_t to, const std::string& bytes, Done done) {
  // Whoever comes first answers: the reply, the refusal or the end of patience.
  auto once = [open = std::make_shared<bool>(true),
               done = std::move(done)](Result<std::string> result) {
    if (std::exchange(*open, false)) done(std::move(result));
  };
  stage_.after(answer_within, [once] { once(fail(Code::unreachable, "no answer in time")); });
  carry(from, to, bytes, once);
  if (stage_.dice.percent(weather.twice)) {
    ++stage_.counts["message twice"];
    carry(from, to, bytes, once);
  }
}

void Network::carry(std::size_t from, std::size_t to, const std::string& bytes, const Done& done) {
  Millis there = stage_.dice.between(Millis{1}, weather.latency_max);
  Millis back = stage_.dice.between(Millis{1}, weather.latency_max);
  bool lost = stage_.dice.percent(weather.lost), answer_lost = stage_.dice.percent(weather.lost);
  std::string sent = bytes;
  if (stage_.dice.percent(weather.torn)) {
    ++stage_.counts["message cut short"];
    sent.resize(stage_.dice.below(sent.size()));
  }
  stage_.after(there, [=, this, sent = std::move(sent)] {
    if (lost || is_cut(from, to)) {
      ++stage_.counts["message lost"];
      return;
    }
    if (!ends_[to].is_up()) return done(fail(Code::unreachable, "connection refused"));
    ends_[to].serve(from, sent, [=, this](std::string answer) {
      stage_.after(back, [=, this, answer = std::move(answer)] {
        if (answer_lost || is_cut(to, from)) {
          ++stage_.counts["answer lost"];
          return;
        }
        done(answer);
      });
    });
  });
}

}  // namespace comity::sim
