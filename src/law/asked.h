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

// Everything a question asks of a corpus, before any one road is looked at.
class Asked {
 public:
  Asked(const Tables& tables, const Question& question)
      : t(tables),
        q(question),
        on(day_of(question.on)),
        conduct(day_of(question.conduct.value_or(question.on))),
        from(tables.slot(question.from)),
        to(tables.slot(question.to)) {}

  [[nodiscard]] Slot slot(Side side) const { return side == Side::requesting ? from : to; }
  [[nodiscard]] const Profile* profile(Side side) const {
    const Jurisdiction& j = t.jurisdictions[slot(side)];
    return j.profiled ? &t.profiles[j.profile] : nullptr;
  }
  [[nodiscard]] const std::int32_t* fact(FactId id) const {
    for (const Fact& fact : q.facts) {
      if (fact.id == id) return &fact.value;
    }
    return nullptr;
  }
  [[nodiscard]] bool measure_in(std::uint64_t set) const { return set >> q.measure.value & 1; }

  [[nodiscard]] bool instrument_in_force(const Instrument& instrument) const {
    return instrument.in_force_known && instrument.period.holds(on);
  }
  [[nodiscard]] Binding bound(InstrumentId id, Side side) const;
  [[nodiscard]] Tri bound_by(InstrumentId id, Whom whom) const;
  // Whether it stands between the two, as far as this corpus goes: unknown only where a membership
  // is doubtful. Who has no row counts as no party.
  [[nodiscard]] Tri stands_between(InstrumentId id) const;
  [[nodiscard]] bool doubtful(InstrumentId id, Side side) const;
  // Which of measure_articles speak of these two on this day, by their place in the measure's
  // range.
  [[nodiscard]] std::uint64_t speaking() const;
  [[nodiscard]] bool roles_fit(const Article& article) const;
  // Facts about the offence, computed once for each side and day.
  [[nodiscard]] const Punished& punished(Side side, WhichDate date);

  [[nodiscard]] Tri holds(std::uint32_t at);
  [[nodiscard]] Tri holds(Range when) { return when.count ? holds(when.first) : Tri::yes; }

  const Tables& t;
  const Question& q;
  Day on, conduct;
  Slot from, to;

 private:
  [[nodiscard]] Tri atom(const Node& node);
  [[nodiscard]] Tri penalty_reaches(Side side, const Node& node);
  [[nodiscard]] bool speaks(const Article& article) const;
  [[nodiscard]] Punished punished_on(Side side, Day day) const;
  [[nodiscard]] Punished by_rows(const Profile& profile, Day day) const;
  void by_absence(Side side, Day day, Punished& out) const;

  std::array<Punished, 4> punished_;
  std::array<bool, 4> punished_known_{};
};

}  // namespace comity::law
