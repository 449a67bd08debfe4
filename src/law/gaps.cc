#include "law/gaps.h"

#include <algorithm>
#include <memory>
#include <set>

#include "law/supposed.h"

namespace comity::law {
namespace {

using Changes = std::vector<Change>;

constexpr int rounds_max = 3;  // of mending one road: what is mended may show what else is missing

class Search {
 public:
  Search(const Corpus& corpus, const GapsQuestion& asked)
      : t_(corpus.tables()), supposed_(corpus), decision_(std::make_unique<Decision>()) {
    q_.from = asked.from;
    q_.measure = asked.measure;
    q_.on = asked.on;
    q_.facts = asked.facts;
    q_.data = asked.data;
    q_.from_role = asked.from_role;
    q_.to_role = asked.to_role;
    day_ = day_of(asked.on);
    for (Day day : days_of_change(t_))
      if (day > day_) later_.push_back(day);
  }

  enum class Reach { yes, no, undecided };
  Reach reach(Country to, OffenceId offence);
  // Of one that reach() has just said `no` of.
  Gap gap();
  // Of one that reach() has just said `undecided` of: which rows would decide it.
  std::vector<Research> research();

 private:
  [[nodiscard]] const Route* road();
  [[nodiscard]] const Route* road(ProvisionId id);
  [[nodiscard]] bool powerless() const;
  [[nodiscard]] bool walkable(const Route& route) const;
  [[nodiscard]] std::optional<Date> opens_on();
  [[nodiscard]] std::optional<Remedy> mend(ProvisionId id);
  [[nodiscard]] bool may_bind(const Instrument& instrument, InstrumentId id) const;
  [[nodiscard]] static Day first_heard_of(const Instrument& instrument);
  [[nodiscard]] std::optional<Changes> to_be_bound(InstrumentId id) const;
  [[nodiscard]] std::optional<Changes> what_closes(const Route& route) const;
  [[nodiscard]] Changes lifted(ProvisionId id) const;
  [[nodiscard]] std::vector<Row> unrecorded(const Rule& rule) const;
  [[nodiscard]] bool opens(const Changes& changes, ProvisionId id);
  void prune(Changes& changes, ProvisionId id);
  [[nodiscard]] const PartyRow* row_of(InstrumentId id, Country country) const;

  const Tables& t_;
  Supposed supposed_;
  Question q_;
  Day day_ = 0;
  std::vector<Day> later_;
  std::unique_ptr<Decision> decision_;
};

bool Search::powerless() const {
  const Tables& now = supposed_.tables();
  const Jurisdiction& jurisdiction = now.jurisdictions[now.slot(q_.to)];
  bool preserves = now.words.preserves >> q_.measure.value & 1;
  return preserves && jurisdiction.profiled &&
         now.profiles[jurisdiction.profile].power_asleep(day_);
}

// A road that can be walked: somebody owes an answer on it, it is not closed, rests on memberships
// that are known, and has a power at its end.
bool Search::walkable(const Route& route) const {
  bool owed = route.binding && !t_.rules[route.provision.value].one_sided;
  return owed && route.researched && route.state != State::blocked && !powerless();
}

const Route* Search::road() {
  decide(supposed_.tables(), q_, *decision_);
  auto found = std::find_if(decision_->routes.begin(), decision_->routes.end(),
                            [&](const Route& route) { return walkable(route); });
  return found == decision_->routes.end() ? nullptr : &*found;
}

const Route* Search::road(ProvisionId id) {
  decide(supposed_.tables(), q_, *decision_);
  return decision_->find(id);
}

std::optional<Date> Search::opens_on() {
  Date today = q_.on;
  std::optional<Date> found;
  for (Day day : later_) {
    q_.on = Date{std::chrono::days{day_ = day}};
    if (!road()) continue;
    found = q_.on;
    break;
  }
  q_.on = today;
  day_ = day_of(today);
  return found;
}

const PartyRow* Search::row_of(InstrumentId id, Country country) const {
  Range rows = t_.rows_of(id, t_.slot(country));
  return rows.count == 0 ? nullptr : &t_.party_rows[rows.first + rows.count - 1];
}

// The first day of which its file knows anything: a signature, an entry into force. Before it
// nobody could have joined.
Day Search::first_heard_of(const Instrument& instrument) {
  Day first = instrument.period.from == day_first ? day_never : instrument.period.from;
  for (const auto& [country, row] : instrument.parties)
    if (row.period.from != day_first) first = std::min(first, row.period.from);
  return first == day_never ? day_first : first;
}

// Treaties that others may join; and agreements between these two that were begun and are not in
// force. Schemes of a region, commitments and practices cannot be joined by a change of law.
bool Search::may_bind(const Instrument& instrument, InstrumentId id) const {
  if (!instrument.binding || day_ < first_heard_of(instrument)) return false;
  bool listed = row_of(id, q_.from) && row_of(id, q_.to);
  if (instrument.membership == Membership::open)
    return instrument.kind == "treaty" && (listed || !instrument.only_listed);
  if (instrument.membership == Membership::everyone) return true;
  if (instrument.membership == Membership::unilateral) return false;  // another State's own law
  auto begun = [&](Country country) {
    const PartyRow* row = row_of(id, country);
    return row && row->status != Status::none && row->status != Status::doubtful;
  };
  return begun(q_.from) && begun(q_.to);
}

// What makes an instrument, and those that it builds on, bind both. None: nothing can.
std::optional<Changes> Search::to_be_bound(InstrumentId id) const {
  Changes changes;
  std::vector<InstrumentId> all{id};
  const auto& also = t_.instruments[id.value].requires_;
  all.insert(all.end(), also.begin(), also.end());
  for (InstrumentId each : all) {
    const Instrument& instrument = t_.instruments[each.value];
    bool in_force = instrument.in_force_known && instrument.period.holds(day_);
    bool everyone = instrument.membership == Membership::everyone;
    bool closed = instrument.membership == Membership::closed;
    std::vector<Country> unbound;
    for (Country side : {q_.from, q_.to}) {
      Range rows = t_.rows_of(each, t_.slot(side));
      bool bound = everyone;
      for (std::uint32_t i = rows.first; i < rows.first + rows.count; ++i)
        bound |= t_.party_rows[i].status == Status::in_force && t_.party_rows[i].period.holds(day_);
      if (!bound) unbound.push_back(side);
    }
    if (in_force && unbound.empty()) continue;
    if (!may_bind(instrument, each) || (closed && in_force)) return std::nullopt;
    if (!in_force)
      changes.push_back({.kind = Change::Kind::bring_into_force,
                         .country = q_.from,
                         .instrument = each,
                         .offence = {}});
    for (Country side : unbound)
      if (!closed)
        changes.push_back(
            {.kind = Change::Kind::accede, .country = side, .instrument = each, .offence = {}});
  }
  return changes;
}

// Reservations of either side that touch the provision and can close it: outright, on a condition,
// on a fact, or for want of a treaty beside it. Never one that protects a right.
Changes Search::lifted(ProvisionId id) const {
  Changes changes;
  for (Country side : {q_.from, q_.to}) {
    Range uses = t_.jurisdictions[t_.slot(side)].reservations;
    for (std::uint32_t i = uses.first; i < uses.first + uses.count; ++i) {
      const ReservationUse& use = t_.reservation_uses[i];
      const Reservation& reservation = t_.reservations[use.reservation];
      bool closing = reservation.closes || reservation.when.count > 0 || reservation.fact.known() ||
                     reservation.only_with >= 0;
      if (use.provision == id && closing && !reservation.protects_right)
        changes.push_back({.kind = Change::Kind::lift_reservation,
                           .country = side,
                           .instrument = reservation.instrument,
                           .offence = {},
                           .reservation = use.reservation});
    }
  }
  return changes;
}

// What would take away each reason that closes the road; none when one of them must stay.
std::optional<Changes> Search::what_closes(const Route& route) const {
  Changes changes;
  for (std::size_t i = 0; i < route.closers && i < route.reasons.size(); ++i) {
    ReasonId code = route.reasons[i].code;
    if (route.state != State::blocked) break;
    if (code == t_.reason(Why::dual_criminality_absent)) {
      for (Country side : {q_.from, q_.to})
        changes.push_back({.kind = Change::Kind::create_offence,
                           .country = side,
                           .instrument = {},
                           .offence = q_.offence});
    } else if (code == t_.reason(Why::reservation_excludes) ||
               code == t_.reason(Why::reservation_requires)) {
      Changes more = lifted(route.provision);
      changes.insert(changes.end(), more.begin(), more.end());
    } else {
      return std::nullopt;
    }
  }
  if (powerless())
    changes.push_back(
        {.kind = Change::Kind::commence, .country = q_.to, .instrument = {}, .offence = {}});
  if (changes.empty()) return std::nullopt;
  return changes;
}

bool Search::opens(const Changes& changes, ProvisionId id) {
  for (const Change& change : changes) supposed_.make(change, q_.to, day_);
  const Route* route = road(id);
  bool open = route && walkable(*route);
  supposed_.undo();
  return open;
}

// What the road does without is no part of the smallest change.
void Search::prune(Changes& changes, ProvisionId id) {
  for (std::size_t i = 0; i < changes.size();) {
    Changes fewer = changes;
    fewer.erase(fewer.begin() + static_cast<std::ptrdiff_t>(i));
    if (opens(fewer, id))
      changes = std::move(fewer);
    else
      ++i;
  }
}

std::optional<Remedy> Search::mend(ProvisionId id) {
  auto changes = to_be_bound(t_.rules[id.value].instrument);
  if (!changes) return std::nullopt;
  for (int round = 0; round < rounds_max; ++round) {
    for (const Change& change : *changes) supposed_.make(change, q_.to, day_);
    const Route* route = road(id);
    bool open = route && walkable(*route);
    std::optional<Changes> more;
    if (route && !open) more = what_closes(*route);
    State state = route ? route->state : State::blocked;
    supposed_.undo();
    if (open) {
      prune(*changes, id);
      std::ranges::sort(*changes);
      return Remedy{std::move(*changes), id, state};
    }
    if (!more) return std::nullopt;
    changes->insert(changes->end(), more->begin(), more->end());
  }
  return std::nullopt;
}

Search::Reach Search::reach(Country to, OffenceId offence) {
  q_.to = to;
  q_.offence = offence;
  if (road()) return Reach::yes;
  bool hangs = std::ranges::any_of(decision_->routes, [](const Route& route) {
    return route.binding && !route.researched && route.state != State::blocked;
  });
  return hangs ? Reach::undecided : Reach::no;
}

Gap Search::gap() {
  Gap gap{.to = q_.to,
          .offences = {q_.offence},
          .outcome = decision_->outcome,  // as reach() left it
          .remedies = {},
          .opens_on = opens_on()};
  std::set<Changes> seen;
  for (std::uint16_t p = 0; p < t_.rules.size(); ++p) {
    auto speaks = [&](const std::vector<std::uint64_t>& sets, std::size_t of) {
      return (sets[of * t_.words_ + p / 64] >> p % 64 & 1) != 0;
    };
    if (!speaks(t_.by_measure, q_.measure.value) || !speaks(t_.by_offence, q_.offence.value))
      continue;
    auto remedy = mend({p});
    if (!remedy || remedy->changes.empty()) continue;
    std::size_t least = gap.remedies.empty() ? SIZE_MAX : gap.remedies[0].changes.size();
    if (remedy->changes.size() > least) continue;
    if (remedy->changes.size() < least) gap.remedies.clear();
    if (gap.remedies.size() < remedies_max && seen.insert(remedy->changes).second)
      gap.remedies.push_back(std::move(*remedy));
  }
  return gap;
}

// The rows that nobody wrote of the instrument that a road rests on, of those that it builds on,
// and of those that its condition asks about.
std::vector<Row> Search::unrecorded(const Rule& rule) const {
  std::set<Row> rows;
  auto row = [&](InstrumentId id, Country side) {
    if (t_.instruments[id.value].membership == Membership::everyone) return;
    if (t_.rows_of(id, t_.slot(side)).count == 0) rows.insert({side, id});
  };
  const Instrument& own = t_.instruments[rule.instrument.value];
  std::vector<InstrumentId> all = own.requires_;
  if (own.membership == Membership::unilateral)
    row(rule.instrument, q_.to);
  else
    all.push_back(rule.instrument);
  for (InstrumentId id : all) {
    row(id, q_.from);
    row(id, q_.to);
  }
  for (std::uint32_t i = rule.when.first; i < rule.when.first + rule.when.count; ++i) {
    const Node& node = t_.nodes[i];
    if (node.op != Op::member && node.op != Op::not_member) continue;
    if (node.whom != Whom::requested) row({node.id}, q_.from);
    if (node.whom != Whom::requesting) row({node.id}, q_.to);
  }
  return {rows.begin(), rows.end()};
}

std::vector<Research> Search::research() {
  std::vector<ProvisionId> hanging;
  for (const Route& route : decision_->routes)
    if (route.binding && !route.researched && route.state != State::blocked)
      hanging.push_back(route.provision);
  std::vector<Research> out;
  for (ProvisionId id : hanging) {
    std::vector<Row> rows = unrecorded(t_.rules[id.value]);
    std::size_t least = out.empty() ? SIZE_MAX : out[0].rows.size();
    if (rows.empty() || rows.size() > least) continue;
    for (const Row& row : rows)
      supposed_.make({.kind = Change::Kind::accede,
                      .country = row.of,
                      .instrument = row.instrument,
                      .offence = {}},
                     q_.to, day_);
    const Route* found = road(id);
    bool decides = found && walkable(*found);
    State state = found ? found->state : State::blocked;
    supposed_.undo();
    if (!decides) continue;
    if (rows.size() < least) out.clear();
    auto same = [&](const Research& each) { return each.rows == rows; };
    if (out.size() < remedies_max && std::ranges::none_of(out, same))
      out.push_back({std::move(rows), id, state});
  }
  return out;
}

// One jurisdiction's unknowns of one kind are told together.
void merge(std::vector<Unrecorded>& all, Country to, OffenceId offence,
           std::vector<Research> research) {
  if (research.empty()) return;
  for (Unrecorded& each : all) {
    if (each.to != to || each.research != research) continue;
    each.offences.push_back(offence);
    return;
  }
  all.push_back({to, {offence}, std::move(research)});
}

// One jurisdiction's gaps of one kind are told together.
void merge(std::vector<Gap>& gaps, Gap gap) {
  for (Gap& each : gaps) {
    auto same = [](const Remedy& a, const Remedy& b) {
      return a.opens == b.opens && a.changes == b.changes;
    };
    if (each.to != gap.to || each.outcome != gap.outcome || each.opens_on != gap.opens_on ||
        !std::ranges::equal(each.remedies, gap.remedies, same))
      continue;
    each.offences.push_back(gap.offences[0]);
    return;
  }
  gaps.push_back(std::move(gap));
}

}  // namespace

Gaps find_gaps(const Corpus& corpus, const GapsQuestion& question) {
  Gaps out{.question = question,
           .reached = 0,
           .gaps = {},
           .undecided = {},
           .unrecorded = {},
           .unresearched = {}};
  Search search(corpus, question);
  bool known = corpus.coverage(question.from) != Coverage::unresearched;
  for (Country to : corpus.countries()) {
    if (to == question.from || corpus.is_union(to)) continue;
    if (!known || corpus.coverage(to) == Coverage::unresearched) {
      out.unresearched.push_back(to);
      continue;
    }
    std::vector<Gap> here;
    bool undecided = false;
    for (std::uint16_t i = 0; i < corpus.offences().size(); ++i) {
      if (question.offence && question.offence->value != i) continue;
      auto reach = search.reach(to, {i});
      undecided |= reach == Search::Reach::undecided;
      if (reach == Search::Reach::undecided) merge(out.unrecorded, to, {i}, search.research());
      if (reach == Search::Reach::no) merge(here, search.gap());
    }
    out.gaps.insert(out.gaps.end(), here.begin(), here.end());
    if (undecided)
      out.undecided.push_back(to);
    else if (here.empty())
      ++out.reached;
  }
  return out;
}

}  // namespace comity::law
