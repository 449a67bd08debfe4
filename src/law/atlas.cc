#include "law/atlas.h"

#include <algorithm>
#include <memory>

#include "law/tables.h"

namespace comity::law {
namespace {

// How much better one outcome is to know than another: of two offences the one with a road counts;
// what nobody knows counts for more than a "no", so that nothing unknown is told as closed.
unsigned rank(Outcome outcome) {
  switch (outcome) {
    case Outcome::open:
      return 0;
    case Outcome::needs:
      return 1;
    case Outcome::no_data:
      return 2;
    case Outcome::blocked:
      return 3;
    case Outcome::none:
      return 4;
  }
  return 4;
}

// What binds the side that asks alone (public data, ETS185 Art.32(a)) needs no answer and reaches
// nobody who would have to give one.
bool owes_an_answer(const Tables& t, const Route& route) {
  return route.binding && !t.rules[route.provision.value].one_sided;
}

// Routes come open before needs, whoever owes an answer; here a binding one comes first, and none
// that hangs on what nobody researched comes before one that does not.
const Route& best_of(const Tables& t, const Decision& decision) {
  for (bool answered : {true, false})
    for (const Route& route : decision.routes)
      if (owes_an_answer(t, route) == answered && route.researched && route.state != State::blocked)
        return route;
  return decision.routes[0];
}

Cell cell_of(const Tables& t, const Decision& decision) {
  Cell cell;
  cell.outcome = decision.outcome;
  if (decision.routes.empty()) return cell;
  const Route& best = best_of(t, decision);
  cell.binding = owes_an_answer(t, best) && best.researched;
  cell.undecided = !cell.binding && std::ranges::any_of(decision.routes, [&](const Route& route) {
    return owes_an_answer(t, route) && !route.researched && route.state != State::blocked;
  });
  if (best.state == State::needs && cell.outcome == Outcome::open) cell.outcome = Outcome::needs;
  cell.best = best.provision;
  cell.channel = best.channel;
  cell.speed = best.speed;
  cell.carriage = best.carriage;
  cell.confidence = best.confidence;
  if (best.state == State::blocked && best.closers > 0) {
    cell.why = best.reasons[0].code;
    cell.cite = best.reasons[0].cite;
  }
  return cell;
}

bool owed(const Cell& cell) {
  return cell.binding && rank(cell.outcome) < rank(Outcome::no_data);
}

bool better(const Cell& a, const Cell& b) {
  if (owed(a) != owed(b)) return owed(a);
  if (a.outcome != b.outcome) return rank(a.outcome) < rank(b.outcome);
  return a.speed < b.speed;
}

class Drawing {
 public:
  Drawing(const Corpus& corpus, const AtlasQuestion& asked)
      : corpus_(corpus), decision_(std::make_unique<Decision>()) {
    question_.measure = asked.measure;
    question_.on = asked.on;
    question_.data = asked.data;
    question_.from_role = asked.from_role;
    question_.to_role = asked.to_role;
    auto all = static_cast<std::uint16_t>(corpus.offences().size());
    for (std::uint16_t i = 0; i < all; ++i)
      if (!asked.offence || asked.offence->value == i) offences_.push_back({i});
  }
  Cell pair(Country from, Country to) {
    question_.from = from;
    question_.to = to;
    Cell best;
    std::uint16_t with_road = 0;
    for (OffenceId offence : offences_) {
      question_.offence = offence;
      decide(corpus_, question_, *decision_);
      Cell cell = cell_of(corpus_.tables(), *decision_);
      if (owed(cell)) ++with_road;
      if (offence == offences_.front() || better(cell, best)) best = cell;
    }
    best.offences = static_cast<std::uint16_t>(offences_.size());
    best.with_road = with_road;
    // A "no" is said only between two profiled jurisdictions, also of a road that binds.
    auto profiled = [&](Country each) { return corpus_.coverage(each) == Coverage::profiled; };
    if (!owed(best) && !(profiled(from) && profiled(to))) best.undecided = true;
    return best;
  }

 private:
  const Corpus& corpus_;
  Question question_;
  std::vector<OffenceId> offences_;
  std::unique_ptr<Decision> decision_;
};

}  // namespace

Atlas draw_atlas(const Corpus& corpus, const AtlasQuestion& question) {
  Atlas atlas{.question = question, .countries = corpus.countries(), .cells = {}};
  std::erase_if(atlas.countries, [&](Country each) { return corpus.is_union(each); });
  std::size_t count = atlas.countries.size();
  atlas.cells.resize(count * count);
  Drawing drawing(corpus, question);
  for (std::size_t from = 0; from < count; ++from) {
    if (corpus.coverage(atlas.countries[from]) == Coverage::unresearched) continue;
    for (std::size_t to = 0; to < count; ++to) {
      if (from == to || corpus.coverage(atlas.countries[to]) == Coverage::unresearched) continue;
      atlas.cells[from * count + to] = drawing.pair(atlas.countries[from], atlas.countries[to]);
    }
  }
  return atlas;
}

}  // namespace comity::law
