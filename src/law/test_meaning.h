#pragma once
// For the tests of meaning.h and smt.h only: questions aimed at one provision, and a corpus with
// more prohibitions.
#include <algorithm>
#include <random>
#include <vector>

#include "base/check.h"
#include "law/test_law.h"

namespace comity::law::testing {

// An article that forbids, of an instrument that binds everyone: it speaks of every road.
inline void forbid_by_article(Tables& t, Range when) {
  auto everyone = std::ranges::find(t.instruments, Membership::everyone, &Instrument::membership);
  check(everyone != t.instruments.end(), "some instrument binds everyone");
  auto number = static_cast<std::uint16_t>(t.articles.size());
  Article added;
  added.rule.id = "added";
  added.rule.measures = ~std::uint64_t{0};
  added.rule.when = when;
  added.rule.cite = {0};
  added.instrument = {static_cast<std::uint16_t>(everyone - t.instruments.begin())};
  added.towards = Towards::anyone;
  t.articles.push_back(std::move(added));
  std::vector<std::uint16_t> all;
  for (Range& range : t.measure_article_ranges) {
    auto from = t.measure_articles.begin() + range.first;
    auto first = static_cast<std::uint32_t>(all.size());
    all.insert(all.end(), from, from + range.count);
    all.push_back(number);
    range = {first, range.count + 1};
  }
  t.measure_articles = std::move(all);
}

// The corpus in which nothing is an offence that no row makes one.
inline Tables without_other_offences(const Tables& tables) {
  Tables t = tables;
  for (Jurisdiction& one : t.jurisdictions) {
    auto first = static_cast<std::uint32_t>(t.absents.size());
    for (std::uint32_t i = one.absents.first; i < one.absents.first + one.absents.count; ++i) {
      AbsentRow copy = t.absents[i];
      t.absents.push_back(std::move(copy));
    }
    for (std::uint16_t o = 0; o < t.words.offences.size(); ++o)
      t.absents.push_back({"added", o, {}, Confidence::confirmed, {0}});
    one.absents = {first, static_cast<std::uint32_t>(t.absents.size()) - first};
  }
  return t;
}

// The corpus with every prohibition that could be added, each waiting for a fact of its own: a
// statute of either side for every measure, an article towards everyone, a reservation of every
// jurisdiction to every provision, a bar in every provision. A fact answered so that it does not
// apply is as if it were not added, so all of them together stand for any. Reservations that ask
// nobody (closed, and closed unless a treaty stands beside) wait for an offence instead: the first
// and the second of the vocabulary.
inline Tables stricter(const Tables& tables) {
  Tables t = tables;
  auto fact = [&](std::string code) {
    t.words.facts.push_back({code, code, ""});
    t.words.fact_words.emplace_back();
    return FactId{static_cast<std::uint16_t>(t.words.facts.size() - 1)};
  };
  auto when = [&](FactId asked) {
    Range range{static_cast<std::uint32_t>(t.nodes.size()), 1};
    Node node;
    node.op = Op::fact_is;
    node.id = asked.value;
    node.value = 1;
    node.next = range.first + 1;
    node.cite = {0};
    t.nodes.push_back(node);
    return range;
  };
  Range by_side[] = {when(fact("added-by-the-requested")), when(fact("added-by-the-requesting"))};
  for (Profile& profile : t.profiles) {
    Range before = profile.statutes;
    profile.statutes = {static_cast<std::uint32_t>(t.statutes.size()), before.count + 2};
    for (std::uint32_t i = 0; i < before.count; ++i) {
      Statute copy = t.statutes[before.first + i];
      t.statutes.push_back(std::move(copy));
    }
    for (bool requesting : {false, true}) {
      Statute added;
      added.id = "added";
      added.requesting_side = requesting;
      added.measures = ~std::uint64_t{0};
      added.when = by_side[requesting];
      added.cite = {0};
      t.statutes.push_back(std::move(added));
    }
  }
  Range bar = when(fact("added-bar"));
  for (Rule& rule : t.rules) {
    Range before = rule.bars;
    rule.bars = {static_cast<std::uint32_t>(t.bars.size()), before.count + 1};
    for (std::uint32_t i = 0; i < before.count; ++i) {
      Bar copy = t.bars[before.first + i];
      t.bars.push_back(copy);
    }
    t.bars.push_back({t.reason(Why::own_national), {0}, Confidence::confirmed, bar});
  }
  forbid_by_article(t, when(fact("added-article")));
  FactId excluded = fact("added-reservation");
  std::vector<ReservationUse> uses;
  for (Jurisdiction& one : t.jurisdictions) {
    Reservation added;
    added.id = "added";
    added.party = one.country;
    added.effect = ReservationEffect::excludes;
    added.side = Whom::both;
    added.fact = excluded;
    added.cite = {0};
    Reservation closed = added, beside = added;
    closed.fact = beside.fact = {};
    closed.closes = true;
    closed.offences = 1;
    beside.only_with = 0;
    beside.offences = 2;
    auto first = t.reservation_uses.begin() + one.reservations.first;
    std::vector<ReservationUse> mine(first, first + one.reservations.count);
    for (Reservation* each : {&added, &closed, &beside}) {
      auto number = static_cast<std::uint16_t>(t.reservations.size());
      for (std::uint16_t p = 0; p < t.rules.size(); ++p) {
        each->provisions.push_back({p});
        mine.push_back({{p}, number});
      }
      t.reservations.push_back(std::move(*each));
    }
    std::ranges::sort(mine, {}, [](const ReservationUse& use) {
      return std::pair(use.provision, use.reservation);
    });
    one.reservations = {static_cast<std::uint32_t>(uses.size()),
                        static_cast<std::uint32_t>(mine.size())};
    uses.insert(uses.end(), mine.begin(), mine.end());
  }
  t.reservation_uses = std::move(uses);
  std::ranges::fill(t.reserved, ~std::uint64_t{0});
  return t;
}

// Questions at random that meet one provision: its measures, its offences, parties of its
// instrument, days on and around those on which some fact of the corpus begins or ends, and facts
// with the values that its conditions look for.
class Aimed {
 public:
  // `corpus` serves the random questions that are then aimed; `tables` are those asked about.
  Aimed(const Corpus& corpus, const Tables& tables, std::uint64_t seed)
      : t_(tables), questions_(corpus, seed), days_(days_of_change(tables)) {
    for (const Node& node : t_.nodes)
      if (node.op == Op::fact_is || node.op == Op::fact_at_least) atoms_.push_back(&node);
  }

  Question next(ProvisionId id) {
    Question q = questions_.next();
    q.measure = MeasureId{one_of(t_.by_measure, t_.words.measures.size(), id)};
    q.offence = OffenceId{one_of(t_.by_offence, t_.words.offences.size(), id)};
    parties(t_.rules[id.value].instrument, q);
    std::vector<Day> own = own_days(id, q);
    q.on = day(own);
    if (below(2)) q.conduct = day(own);
    if (below(4) == 0) q.data = {word(t_.words.data.size())};
    if (below(4) == 0) q.from_role = {word(t_.words.roles.size())};
    if (below(4) == 0) q.to_role = {word(t_.words.roles.size())};
    facts(id, q);
    return q;
  }

 private:
  std::size_t below(std::size_t bound) { return questions_.below(bound); }
  std::uint16_t word(std::size_t count) { return static_cast<std::uint16_t>(below(count)); }

  std::uint16_t one_of(const std::vector<std::uint64_t>& sets, std::size_t count, ProvisionId id) {
    std::vector<std::uint16_t> some;
    for (std::uint16_t i = 0; i < count; ++i)
      if (sets[i * t_.words_ + id.value / 64] >> id.value % 64 & 1) some.push_back(i);
    return some[below(some.size())];
  }

  std::int32_t value(FactId id, const Question& q) {
    FactKind kind = t_.words.fact_words[id.value].kind;
    if (kind == FactKind::yes_no) return static_cast<std::int32_t>(below(2));
    if (kind == FactKind::months) return static_cast<std::int32_t>(below(60));
    return country_value(below(2) ? q.to : q.from);
  }

  // One in four questions is put by or to a stranger.
  void parties(InstrumentId id, Question& q) {
    const auto& rows = t_.instruments[id.value].parties;
    if (rows.empty()) return;
    if (below(4)) q.from = rows[below(rows.size())].first;
    if (below(4)) q.to = rows[below(rows.size())].first;
    while (q.to == q.from) q.to = t_.jurisdictions[below(t_.jurisdictions.size())].country;
  }

  // The days on which something of this provision or of these two parties begins or ends.
  std::vector<Day> own_days(ProvisionId id, const Question& q) {
    std::vector<Day> out;
    auto both_ends = [&](const Period& period) {
      for (Day day : {period.from, period.until})
        if (day != day_first && day != day_never) out.push_back(day);
    };
    const Instrument& instrument = t_.instruments[t_.rules[id.value].instrument.value];
    both_ends(t_.rules[id.value].period);
    both_ends(instrument.period);
    for (auto& [who, row] : instrument.parties)
      if (who == q.from || who == q.to) both_ends(row.period);
    for (const Reservation& one : t_.reservations)
      if (one.party == q.from || one.party == q.to) both_ends(one.period);
    for (const Article& one : t_.articles) both_ends(t_.instruments[one.instrument.value].period);
    for (Country who : {q.from, q.to}) {
      const Jurisdiction& here = t_.jurisdictions[t_.slot(who)];
      for (std::uint32_t i = here.absents.first; i < here.absents.first + here.absents.count; ++i)
        both_ends(t_.absents[i].period);
      if (!here.profiled) continue;
      const Profile& law = t_.profiles[here.profile];
      for (const ExtraditionRow& row : law.extradition) both_ends(row.period);
      for (const PreservationRow& row : law.preservation) {
        both_ends(row.period);
        both_ends(row.suspended);
      }
      for (std::uint32_t i = law.statutes.first; i < law.statutes.first + law.statutes.count; ++i)
        both_ends(t_.statutes[i].period);
      std::size_t at = here.profile * t_.words.offences.size() + q.offence.value;
      Range rows = t_.offence_ranges[at];
      for (std::uint32_t i = rows.first; i < rows.first + rows.count; ++i) {
        both_ends(t_.offence_rows[i].period);
        both_ends(t_.offence_rows[i].suspended);
      }
    }
    return out;
  }

  // Today, when most law is in force; on or around such a day; or around any day of change.
  Date day(const std::vector<Day>& own) {
    std::size_t which = below(4);
    if (which == 0 || days_.empty()) return Date(std::chrono::days(20'777));
    const std::vector<Day>& days = which == 1 || own.empty() ? days_ : own;
    return Date(std::chrono::days(days[below(days.size())] + static_cast<int>(below(3)) - 1));
  }

  void add(FactId id, std::int32_t value, Question& q) {
    for (const Fact& fact : q.facts)
      if (fact.id == id) return;
    (void)q.facts.push({id, value});
  }

  void facts(ProvisionId id, Question& q) {
    q.facts.clear();
    std::size_t eager = below(4);  // how much is known differs from question to question
    auto atom = [&](const Node& node) {
      if (below(4) > eager) return;
      std::int32_t wanted = node.value;
      if (node.whom == Whom::requested) wanted = country_value(q.to);
      if (node.whom == Whom::requesting) wanted = country_value(q.from);
      if (below(4) == 0) wanted = value({node.id}, q);
      if (node.op == Op::fact_at_least && below(4) == 0) --wanted;
      add({node.id}, std::max(wanted, 0), q);
    };
    Range when = t_.rules[id.value].when;
    for (std::uint32_t i = when.first; i < when.first + when.count; ++i) {
      const Node& node = t_.nodes[i];
      if (node.op == Op::fact_is || node.op == Op::fact_at_least) atom(node);
    }
    for (Known known :
         {Known::punishable_requesting, Known::punishable_requested, Known::penalty_requesting,
          Known::penalty_requested, Known::target_nationality, Known::other_treaty_in_force}) {
      FactId fact = t_.fact(known);
      bool months = known == Known::penalty_requesting || known == Known::penalty_requested;
      std::int32_t edge = t_.rules[id.value].threshold.months - 1;
      std::int32_t at_edge = edge + static_cast<std::int32_t>(below(3));
      bool yes = known == Known::punishable_requesting || known == Known::punishable_requested;
      if (below(4) <= eager)
        add(fact,
            months ? std::max(at_edge, 0)
            : yes  ? static_cast<std::int32_t>(below(4) != 0)
                   : value(fact, q),
            q);
    }
    for (const Reservation& one : t_.reservations) {
      bool theirs = one.party == q.to || one.party == q.from;
      if (theirs && one.fact.known() && below(4) <= eager)
        add(one.fact, static_cast<std::int32_t>(below(2)), q);
    }
    for (std::size_t i = below(12); i > 0 && !atoms_.empty(); --i)
      atom(*atoms_[below(atoms_.size())]);
  }

  const Tables& t_;
  Questions questions_;
  std::vector<Day> days_;
  std::vector<const Node*> atoms_;
};

}  // namespace comity::law::testing
