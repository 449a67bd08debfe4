#pragma once
// What a jurisdiction's own law says, as far as roads from abroad end in it: rows, each with the
// days on which it is the law. Private to this room.
#include <cstdint>
#include <string>

#include "law/period.h"
#include "law/provision.h"
#include "law/vocabulary.h"

namespace comity::law {

// A power to have data preserved; or, without `power`, that none is known.
struct PreservationRow {
  PreservationLaw law;
  bool power = true;
  Period period;
  Period suspended{day_never, day_never};
  CiteId note, gone, secrecy_cite;
  Confidence secrecy_confidence = Confidence::unconfirmed;

  // What is enacted and not commenced, or suspended, leaves the day to another row.
  [[nodiscard]] bool holds(Day day) const {
    return law.in_force && period.holds(day) && !suspended.holds(day);
  }
};

// Whether it surrenders its own nationals, and for what.
struct ExtraditionRow {
  bool nationals = true;
  std::int32_t threshold_months = 0;  // 0: not known
  Period period;
  CiteId cite;
  Confidence confidence = Confidence::unconfirmed;
  [[nodiscard]] bool holds(Day day) const { return period.holds(day); }
};

// Whether one officer alone may send a preservation request.
struct SingleOfficerRow {
  bool allowed = false;
  Period period;
  CiteId cite;
  Confidence confidence = Confidence::unconfirmed;
  [[nodiscard]] bool holds(Day day) const { return period.holds(day); }
};

// What is told in words; no decision rests on it. See law/there.h.
struct HomeRule {
  std::string text, cite;  // text empty: nothing is known
  Period period{};
  Confidence confidence = Confidence::unconfirmed;
  [[nodiscard]] bool holds(Day day) const { return period.holds(day); }
};

// Who acts. Empty: not known.
struct AuthoritiesRow {
  std::string poc_24_7, central_authority, csirt, extradition;
  Period period;
  HomeRule said;  // without its text: since when these act, and how that is known
  [[nodiscard]] bool holds(Day day) const { return period.holds(day); }
};

}  // namespace comity::law
