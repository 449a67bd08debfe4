#include "law/supposed.h"

namespace comity::law {

void Supposed::make(const Change& change, Country other, Day day) {
  switch (change.kind) {
    case Change::Kind::commence:
      return commence(change.country, day);
    case Change::Kind::create_offence:
      return create_offence(change.country, change.offence, day);
    case Change::Kind::lift_reservation:
      return set(t_.reservations[change.reservation].period, Period{day_never, day_first});
    case Change::Kind::accede:
      return accede(change.country, change.instrument, day);
    case Change::Kind::bring_into_force: {
      Instrument& instrument = t_.instruments[change.instrument.value];
      set(instrument.in_force_known, true);
      set(instrument.undated, false);
      set(instrument.period, Period{day, day_never});
      if (instrument.membership != Membership::closed) return;
      accede(change.country, change.instrument, day);
      accede(other, change.instrument, day);
    }
  }
}

void Supposed::undo() {
  for (auto step = undo_.rbegin(); step != undo_.rend(); ++step) (*step)();
  undo_.clear();
}

void Supposed::accede(Country country, InstrumentId id, Day day) {
  const Instrument& instrument = t_.instruments[id.value];
  std::size_t slot = t_.slot(country);
  auto at = static_cast<std::uint32_t>(t_.party_rows.size());
  t_.party_rows.push_back({.period = {day, day_never},
                           .status = Status::in_force,
                           .confidence = Confidence::confirmed,
                           .cite = instrument.cite});
  undo_.push_back([this] { t_.party_rows.pop_back(); });
  set(t_.party_ranges[slot * t_.instruments.size() + id.value], Range{at, 1});
  auto mark = [&](std::vector<std::uint64_t>& sets, std::size_t of, std::size_t words,
                  std::size_t member) {
    std::uint64_t& word = sets[of * words + member / 64];
    set(word, word | std::uint64_t{1} << member % 64);
  };
  // Whoever joins stands on both sides: it joins by itself, and no union does.
  mark(t_.row_one, slot, t_.instrument_words, id.value);
  mark(t_.row_other, slot, t_.instrument_words, id.value);
  for (std::size_t p = 0; p < t_.rules.size(); ++p) {
    if (t_.rules[p].instrument != id) continue;
    if (instrument.membership != Membership::closed) {
      mark(t_.open_to, slot, t_.words_, p);
    } else {
      mark(t_.closed_one, slot, t_.words_, p);
      mark(t_.closed_other, slot, t_.words_, p);
    }
  }
}

// How heavily it will be punished nobody can know: the road then asks for it.
void Supposed::create_offence(Country country, OffenceId offence, Day day) {
  const Jurisdiction& jurisdiction = t_.jurisdictions[t_.slot(country)];
  for (std::uint32_t i = 0; i < jurisdiction.absents.count; ++i) {
    AbsentRow& absent = t_.absents[jurisdiction.absents.first + i];
    if (absent.offence == offence.value) set(absent.period, Period{day_never, day_first});
  }
  if (!jurisdiction.profiled) return;
  Range& rows = t_.offence_ranges[jurisdiction.profile * t_.words.offences.size() + offence.value];
  auto first = static_cast<std::uint32_t>(t_.offence_rows.size());
  for (std::uint32_t i = 0; i < rows.count; ++i)
    t_.offence_rows.push_back(OffenceRow(t_.offence_rows[rows.first + i]));
  OffenceRow created;
  created.period = {day, day_never};
  created.start_known = true;
  created.penalty = Penalty::court_discretion;
  created.confidence = Confidence::confirmed;
  t_.offence_rows.push_back(created);
  undo_.push_back([this, first] { t_.offence_rows.resize(first); });
  set(rows, Range{first, rows.count + 1});
}

void Supposed::commence(Country country, Day day) {
  Profile& profile = t_.profiles[t_.jurisdictions[t_.slot(country)].profile];
  auto asleep = row_on(profile.preservation, day) - profile.preservation.data();
  PreservationRow& row = profile.preservation[static_cast<std::size_t>(asleep)];
  set(row.law.in_force, true);
  set(row.period, Period{});
  set(row.suspended, Period{day_never, day_never});
}

}  // namespace comity::law
