#include <algorithm>

#include "alert_audit.h"
#include "node/outbreak.h"

namespace comity::sim {
namespace {

// Whether circle and label let it go back, without a doubt.
bool must_go_back(const AlertFacts& facts, const Said& said, const Party& to, const Shelf& theirs) {
  const Shelf& ours = *said.copies.at(said.origin).at(said.origin).shelf;
  bool police = to.profile().role != member::Role::provider;
  return said.taken && said.label && *said.label <= Label::amber && !(ours.csirts && police) &&
         theirs.changes == 0 && theirs.sure.contains(said.origin) &&
         !facts.alerts.is_recalled(said.of) && !facts.alerts.is_dropped(said.origin, said.of);
}

void check_back(const AlertFacts& facts, const Said& said) {
  const Party& from = *facts.alerts.parties[said.origin];
  for (const auto& [teller, shelf] : said.tellers) {
    const Party& to = *facts.alerts.parties[teller];
    if (!shelf || !is_sound(to) || !must_go_back(facts, said, to, *shelf)) continue;
    ++facts.stage.counts["alert: sighting had to come back"];
    // Whoever is in the circle gets it as any alert, and into the collection for these.
    if (facts.held.at(teller).contains({said.object, said.modified})) continue;
    if (has_failed(facts, from, to))
      ++facts.stage.counts["alert: not told in a week"];
    else
      facts.fault(to,
                  from.profile().name + " saw " + said.of + ", and it never got " + said.object);
  }
}

// As the outbreak's picture counts them.
void check_counted(const AlertFacts& facts, Party& party) {
  std::map<std::string, std::set<std::string>> seen;  // sightings by what was seen
  for (const auto& [key, held] : facts.held.at(party.index()))
    if (const Said* said = facts.alerts.find(key.first, key.second); said && !said->of.empty())
      seen[said->of].insert(said->object);
  for (const auto& [object, sightings] : seen) {
    auto view = party.view();
    if (!view) return;
    auto picture = node::gather_outbreak(*party.context(), **view, object, party.clock());
    if (!picture) return facts.fault(party, "no picture: " + to_text(picture.error()));
    std::uint64_t sum = 0;
    for (const alert::Sighted& each : picture->sightings) sum += each.count;
    ++facts.stage.counts["alert: outbreak counted"];
    if (sum != sightings.size())
      facts.fault(party, object + " was seen " + std::to_string(sightings.size()) +
                             " times, and it counts " + std::to_string(sum));
  }
}

}  // namespace

void check_sightings(const AlertFacts& facts) {
  for (const Said& said : facts.alerts.all())
    if (!said.of.empty() && is_sound(*facts.alerts.parties[said.origin])) check_back(facts, said);
  for (Party* party : facts.alerts.parties)
    if (is_sound(*party)) check_counted(facts, *party);
}

}  // namespace comity::sim
