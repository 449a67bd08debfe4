#pragma once
// One member that is paired, holds real keys, and lies. Its node works as any other; beside it
// somebody uses its keys.
#include <set>
#include <string>
#include <vector>

#include "act/act.h"
#include "node/entry.h"
#include "party.h"

namespace comity::sim {

class Liar {
 public:
  Liar(Stage& stage, Network& network, Party& self, std::vector<Party*> victims);

  void act();  // one lie
  // What the honest must have noticed by now. Faults go to the stage.
  void check_noticed();

 private:
  struct Answered {
    std::string code;  // empty: a receipt
  };
  using Then =
      std::function<void(const std::string& code)>;  // of the first act: empty for a receipt
  void post(Party& victim, std::string_view path, std::string body,
            std::function<void(const net::Response&)> then = {});
  void post_act(Party& victim, const std::string& envelope, Then then);
  [[nodiscard]] act::Act draft(Party& victim);
  void garbage(Party& victim);
  void bad_signature(Party& victim);
  void replay(Party& victim);
  void reuse_id(Party& victim);
  void gap(Party& victim);
  void foreign_conversation(Party& victim);
  void foreign_law(Party& victim);
  void check_law(Party& victim);
  void wrong_recipient(Party& victim);
  void split_view(Party& victim);
  [[nodiscard]] net::Response forge(const net::Request& request, net::Response response);

  Stage& stage_;
  Network& network_;
  Party& self_;
  std::vector<Party*> victims_;
  std::vector<std::pair<Party*, std::string>> must_alarm_;  // victim, alarm key
  Party* split_ = nullptr;                                  // who was shown another ledger
  std::uint64_t forked_at_ = 0;                             // the size from which on it is another
};

}  // namespace comity::sim
