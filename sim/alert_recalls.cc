#include <algorithm>

#include "alert_audit.h"
#include "node/recall.h"

namespace comity::sim {
namespace {

class Recalls {
 public:
  explicit Recalls(const AlertFacts& facts) : facts_(facts), alerts_(facts.alerts) {}

  void run() {
    for (const Recalled& each : alerts_.recalls()) {
      if (!each.done || !is_sound(*alerts_.parties[each.by])) continue;
      for (Party* party : alerts_.parties)
        if (is_sound(*party) && party->index() != each.by) check(each, *party);
    }
    for (Party* party : alerts_.parties)
      if (is_sound(*party)) check_not_again(*party);
  }

 private:
  void check(const Recalled& recalled, Party& party) {
    const Party& by = *alerts_.parties[recalled.by];
    std::string what = recalled.object + ", which " + by.profile().name + " recalled";
    if (recalled.told.contains(party.index())) {
      ++facts_.stage.counts["alert: recall had to arrive"];
      if (!was_asked(party, recalled.object, by.id()))
        facts_.fault(party, "it was never asked to drop " + what);
    }
    std::set<std::size_t> looked;
    if (!came_by_sound(party.index(), recalled.object, looked)) return;
    for (const auto& [key, seen] : facts_.held.at(party.index()))
      if (key.first == recalled.object && !seen.bytes.contains("\"revoked\":true"))
        facts_.fault(party, "it still holds " + what);
    ++facts_.stage.counts["alert: recall looked for"];
  }

  static bool was_asked(Party& party, const std::string& object, const MemberId& by) {
    auto view = party.view();
    auto rows = view ? (*view)->scan(node::Space::recall, object + "/", "", 1000)
                     : std::unexpected(view.error());
    return rows && std::ranges::any_of(*rows, [&](const node::KeyedRow& each) {
             auto value = json::parse(each.row.value);
             auto row = value ? node::recall_row_from_json(*value) : std::unexpected(value.error());
             return row && !row->ours && row->member == by;
           });
  }

  // No liar, and nobody who lost its memory, told it on the way: those ask nobody.
  bool came_by_sound(std::size_t holder, const std::string& object, std::set<std::size_t>& looked) {
    if (!looked.insert(holder).second) return true;
    for (const Said& said : alerts_.all()) {
      auto copies = said.copies.find(holder);
      if (said.object != object || copies == said.copies.end()) continue;
      for (const auto& [giver, copy] : copies->second)
        if (!is_sound(*alerts_.parties[giver]) || !came_by_sound(giver, object, looked))
          return false;
    }
    return true;
  }

  // By the order in its journal: who told it, who recalled, and what it told then.
  void check_not_again(const Party& party) {
    const Journal& journal = facts_.journals.at(party.id());
    struct Step {
      std::optional<MemberId> in;  // told by
      const Wish* wish = nullptr;
      ActId act;
    };
    std::map<std::uint64_t, Step> steps;
    for (const auto& [key, received] : journal.received)
      if (received.rejected.empty())
        steps[received.position] = {.in = key.first, .wish = nullptr, .act = key.second};
    for (const auto& [act, sent] : journal.sent)
      if (sent.alert) steps[sent.position] = {.in = {}, .wish = nullptr, .act = act};
    for (const Wish& wish : journal.recalls)
      steps[wish.position] = {.in = wish.by, .wish = &wish, .act = {}};
    std::map<std::string, std::set<MemberId>> givers, recalled;
    for (const auto& [position, step] : steps) {
      if (step.wish) {
        for (const std::string& object : step.wish->objects) {
          recalled[object].insert(step.in.value_or(party.id()));
          givers[object].erase(step.in.value_or(party.id()));
        }
        continue;
      }
      auto told = alerts_.acts().find(step.act);
      if (told == alerts_.acts().end()) continue;
      for (const std::string& object : told->second) {
        if (step.in) {
          givers[object].insert(*step.in);
          continue;
        }
        ++facts_.stage.counts["alert: looked whether it was recalled"];
        if (!recalled[object].empty() && givers[object].empty())
          facts_.fault(party, "it tells of " + object + " after it was recalled");
      }
    }
  }

  const AlertFacts& facts_;
  const Alerts& alerts_;
};

}  // namespace

void check_recalls(const AlertFacts& facts) {
  Recalls(facts).run();
}

}  // namespace comity::sim
