#pragma once
// A question, put to a corpus: what its facts, dates and countries answer before any one road is
// looked at.
#include <array>
#include <optional>

#include "law/engine.h"
#include "law/tables.h"

// Blueprint, section 5, "Law". Kleene's three values throughout: no < unknown < yes, so AND is the
// least and OR the greatest, and to learn a fact can turn an unknown but never a yes or a no.
namespace comity::law {

enum class Side : std::uint8_t { requesting, requested };

struct Binding {  // whether one side is bound by an instrument, and by what row
  Tri is = Tri::unknown;
  bool through_union = false;
  Why why = Why::membership_unknown;
  CiteId cite;
  Confidence confidence = Confidence::unconfirmed;
};

struct Punished {  // whether the conduct is an offence on one side on one day
  Tri is = Tri::unknown;
  bool months_known = false;
  bool heavier_forms = false;
  std::int32_t months = 0;
  CiteId cite;
  Confidence confidence = Confidence::unconfirmed;
};

// Which of measure_articles speak of these two on this day, by their place in the measure's range,
// and which of those do so only if a role or the data that nobody named are theirs.
struct Speaking {
  std::uint64_t all = 0, perhaps = 0;
};

// Everything a question asks of a corpus, before any one road is looked at.
class Asked {
 public:
  Asked(const Tables& tables, const Question& question)
      : t(tables),
        q(question),
        on(day_of(question.on)),
        conduct(day_of(question.conduct.value_or(question.on))),
        from(tables.slot(question.from)),
        to(tables.slot(question.to)),
        law_{profile_of(from), profile_of(to)},
        statutes_{statutes_of(Side::requesting), statutes_of(Side::requested)} {
    for (const Fact& fact : question.facts) given_ |= bit_of(fact.id);
  }

  [[nodiscard]] Slot slot(Side side) const { return side == Side::requesting ? from : to; }
  [[nodiscard]] const Profile* profile(Side side) const {
    return law_[static_cast<std::size_t>(side)];
  }
  [[nodiscard]] const std::int32_t* fact(FactId id) const {
    if (!(given_ & bit_of(id))) return nullptr;
    for (const Fact& fact : q.facts) {
      if (fact.id == id) return &fact.value;
    }
    return nullptr;
  }
  [[nodiscard]] bool measure_in(std::uint64_t set) const { return set >> q.measure.value & 1; }

  [[nodiscard]] bool instrument_in_force(const Instrument& instrument) const {
    return instrument.in_force_known && instrument.period.holds(on);
  }
  // False: it may have been in force on that day, and nobody knows.
  [[nodiscard]] bool settled(const Instrument& instrument) const {
    return !instrument.undated || on >= t.reviewed;
  }
  [[nodiscard]] Binding bound(InstrumentId id, Side side) const;
  [[nodiscard]] Tri bound_by(InstrumentId id, Whom whom) const;
  // Whether it stands between the two, as far as this corpus goes: unknown only where a membership
  // is doubtful. Who has no row counts as no party.
  [[nodiscard]] Tri stands_between(InstrumentId id) const;
  [[nodiscard]] bool doubtful(InstrumentId id, Side side) const;
  [[nodiscard]] Speaking speaking() const;
  // Which statutes of a side's own law speak of the measure on this day, by their place in its
  // profile's range.
  [[nodiscard]] std::uint64_t statutes(Side side) const {
    return statutes_[static_cast<std::size_t>(side)];
  }
  // Whether an article speaks of what is asked: these roles, this offence, these data. Where it
  // speaks of some only and the question does not say which, unknown.
  [[nodiscard]] Tri concerned(const Article& article) const;
  // Facts about the offence, computed once for each side and day.
  [[nodiscard]] const Punished& punished(Side side, WhichDate date);

  [[nodiscard]] Tri holds(std::uint32_t at);
  [[nodiscard]] Tri holds(Range when) { return when.count ? holds(when.first) : Tri::yes; }

  const Tables& t;
  const Question& q;
  Day on, conduct;
  Slot from, to;

 private:
  // Most of what is asked was not given: one bit says so for all facts that share it.
  [[nodiscard]] static std::uint64_t bit_of(FactId id) { return std::uint64_t{1} << id.value % 64; }
  [[nodiscard]] const Profile* profile_of(Slot slot) const {
    if (slot == no_slot) return nullptr;
    const Jurisdiction& j = t.jurisdictions[slot];
    return j.profiled ? &t.profiles[j.profile] : nullptr;
  }
  [[nodiscard]] std::uint64_t statutes_of(Side side) const;
  [[nodiscard]] Tri atom(const Node& node);
  [[nodiscard]] Tri penalty_reaches(Side side, const Node& node);
  [[nodiscard]] bool binds(const Article& article) const;
  [[nodiscard]] Punished punished_on(Side side, Day day) const;
  [[nodiscard]] Punished by_rows(const Profile& profile, Day day) const;
  void by_absence(Side side, Day day, Punished& out) const;

  std::array<const Profile*, 2> law_;
  std::array<std::uint64_t, 2> statutes_;
  std::uint64_t given_ = 0;
  std::array<Punished, 4> punished_;
  std::array<bool, 4> punished_known_{};
};

}  // namespace comity::law
