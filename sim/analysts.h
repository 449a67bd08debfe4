#pragma once
// What people do with alerts: collections and their circles, objects under every label, new
// versions, who is told by hand, what was seen, what is taken back.
#include <string>
#include <vector>

#include "alerts.h"
#include "party.h"

namespace comity::sim {

class Analysts {
 public:
  Analysts(Stage& stage, std::vector<Party*> parties, Alerts& alerts)
      : stage_(stage), parties_(std::move(parties)), alerts_(alerts) {}

  // Collections of this desk's, and, once everybody has some, where those of others go.
  void settle(Party& party);
  void subscribe(Party& party);
  // One thing that somebody at this desk does now.
  void act(Party& party);

  std::size_t acts_left = 14;  // in all

 private:
  void post(Party& party);
  void post_version(Party& party);
  void import(Party& party, const Shelf& shelf, const std::vector<Said*>& said);
  void share(Party& party);
  void sight(Party& party);
  static bool lies_here(const Party& party, const Shelf& shelf, const std::string& object);
  void recall(Party& party);
  void drop(Party& party);
  void change_circle(Party& party);
  // Objects, each with the collection that it lies in here; own ones, or what others told.
  using Lying = std::vector<std::pair<std::string, const Shelf*>>;
  [[nodiscard]] Lying lying(const Party& party, bool own, bool others) const;
  Said& invent(const Shelf& shelf);
  [[nodiscard]] Parties some_others(const Party& party, unsigned chance);
  [[nodiscard]] json::Array ids_of(const Parties& who) const;
  [[nodiscard]] std::string a_token();

  Stage& stage_;
  std::vector<Party*> parties_;
  Alerts& alerts_;
  std::size_t objects_ = 0, tokens_ = 0;
};

}  // namespace comity::sim
