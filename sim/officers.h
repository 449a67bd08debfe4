#pragma once
// What the people at the desks do: ask, approve, answer, order, withdraw; in their own time, and
// not always rightly.
#include <set>
#include <utility>

#include "node/conversations.h"
#include "party.h"
#include "request/machine.h"

namespace comity::sim {

class Officers {
 public:
  Officers(Stage& stage, std::vector<Party*> parties)
      : stage_(stage),
        parties_(std::move(parties)),
        publications_left_(stage.dice.percent(25) ? 2 : 0),
        drives_(stage.dice.percent(35)) {
    if (drives_) requests_max = 5;
  }

  // Pairs a and b as their officers would, over a network that works, and has the mandates checked.
  void pair(Party& a, Party& b);
  // One thing that somebody at this desk does now.
  void act(Party& party);
  // A new key for acts. Without an overlap those before are revoked.
  void new_key(Party& party, member::Overlap overlap);

  std::size_t requests_max = 12;  // opened in all

 private:
  struct Saying {
    MemberId to;
    request::Body body;
    json::Array refs;
    std::string provision, link, lane = "normal";
    bool second_person = false;  // coercive or disclosure
  };
  void open_request(Party& party);
  // The law of this desk's jurisdiction with another penalty, at times with a mistake in it.
  void publish_law(Party& party);
  void go_on(Party& party);
  void say(Party& party, const Saying& saying);
  void approve_and_send(Party& party, const json::Value& draft);
  void erase(Party& party, const std::string& conversation);
  void order(Party& party, const node::Conversation& served);
  // What a request still asks for, as it came in.
  static std::vector<request::Target> asked_in(Party& party, const node::Conversation& served);
  [[nodiscard]] std::optional<request::Body> words(const Party& party, const request::State& state,
                                                   request::Verb verb);
  [[nodiscard]] request::Body answer_of(const request::State& state, Instant now, bool comply);
  [[nodiscard]] Millis thinks() { return stage_.dice.between(Millis{500}, Millis{20'000}); }

  Stage& stage_;
  std::vector<Party*> parties_;
  std::size_t requests_ = 0;
  std::set<std::pair<std::size_t, Hash>> approved_;  // by whose desks, and not sent yet
  // In a quarter of the runs: every node compiles the whole law for each.
  std::size_t publications_left_ = 0;
  bool drives_ = false;  // in a third of the runs few requests, each driven on to its end
};

}  // namespace comity::sim
