#include "law/engine.h"

#include <array>
#include <bit>

#include "base/check.h"
#include "law/judged.h"

namespace comity::law {
namespace {

Outcome outcome_of(const Asked& a, const Decision& decision, bool needs, bool unresearched) {
  // Open roads come first.
  bool open = !decision.routes.empty() && decision.routes[0].state == State::open;
  if (open) return Outcome::open;
  if (needs) return Outcome::needs;
  // Where only memberships are known, what nobody researched may hold a road: no "no" without a
  // profile.
  bool profiled = a.profile(Side::requesting) && a.profile(Side::requested);
  if (unresearched || !profiled) return Outcome::no_data;
  return decision.routes.empty() ? Outcome::none : Outcome::blocked;
}

}  // namespace

std::string_view name_of(State state) {
  switch (state) {
    case State::open:
      return "open";
    case State::needs:
      return "needs";
    case State::blocked:
      return "blocked";
  }
  return "";
}

std::string_view name_of(Outcome outcome) {
  switch (outcome) {
    case Outcome::open:
      return "open";
    case Outcome::needs:
      return "needs";
    case Outcome::blocked:
      return "blocked";
    case Outcome::none:
      return "none";
    case Outcome::no_data:
      return "no_data";
  }
  return "";
}

std::string_view name_of(Whose whose) {
  switch (whose) {
    case Whose::common:
      return "common";
    case Whose::requesting:
      return "requesting";
    case Whose::requested:
      return "requested";
  }
  return "";
}

const Route* Decision::find(ProvisionId provision) const {
  for (const Route& route : routes) {
    if (route.provision == provision) return &route;
  }
  return nullptr;
}

void decide(const Corpus& corpus, const Question& question, Decision& decision) {
  decide(corpus.tables(), question, decision);
}

void decide(const Tables& t, const Question& question, Decision& decision) {
  check(question.measure.value < t.words.measures.size(), "a measure of this corpus");
  check(question.offence.value < t.words.offences.size(), "an offence of this corpus");
  decision.routes.clear();
  decision.truncated = false;
  decision.outcome = Outcome::no_data;
  Asked asked(t, question);
  if (asked.from == no_slot || asked.to == no_slot) return;

  std::array<std::uint64_t, routes_max> keys;
  Scratch scratch;
  Speaking speaking = asked.speaking();
  bool needs = false, unresearched = false;
  for (std::size_t w = 0; w < t.words_; ++w) {
    const std::uint64_t* open = t.open_to.data();
    const std::uint64_t* one = t.closed_one.data();
    const std::uint64_t* other = t.closed_other.data();
    std::size_t from = asked.from * t.words_ + w, to = asked.to * t.words_ + w;
    std::uint64_t speak = t.by_measure[question.measure.value * t.words_ + w] &
                          t.by_offence[question.offence.value * t.words_ + w] & t.asks_as[from] &
                          t.asked_as[to];
    std::uint64_t known = t.for_everyone[w] | open[from] | open[to] | t.alone_to[to] |
                          (one[from] & other[to]) | (other[from] & one[to]);
    for (std::uint64_t left = speak & known; left; left &= left - 1) {
      ProvisionId id{
          static_cast<std::uint16_t>(w * 64 + static_cast<std::size_t>(std::countr_zero(left)))};
      std::uint64_t data = t.rules[id.value].data;
      if (question.data.known() && data != 0 && !(data >> question.data.value & 1)) continue;
      Route& route = decision.routes.extend();
      Judged judged(asked, route, scratch, speaking, decision.truncated);
      decision.routes.settle(judged.run(id), keys);
      if (route.state == State::needs) (judged.unresearched() ? unresearched : needs) = true;
    }
  }
  decision.outcome = outcome_of(asked, decision, needs, unresearched);
}

}  // namespace comity::law
