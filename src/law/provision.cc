#include "law/provision.h"

#include <algorithm>

#include "law/engine.h"
#include "law/tables.h"

namespace comity::law {
namespace {

bool applies(const Reservation& r, OffenceId offence, Day day) {
  return r.period.holds(day) &&
         (r.offences == 0 || (offence.value < 64 && r.offences >> offence.value & 1));
}

const Profile* profile_of(const Tables& t, Country country) {
  Slot slot = t.slot(country);
  if (slot == no_slot || !t.jurisdictions[slot].profiled) return nullptr;
  return &t.profiles[t.jurisdictions[slot].profile];
}

bool bound(const Tables& t, std::size_t instrument, Country country, Day day) {
  Slot slot = t.slot(country);
  if (slot == no_slot) return false;
  Range rows = t.rows_of({static_cast<std::uint16_t>(instrument)}, slot);
  for (std::uint32_t i = rows.first; i < rows.first + rows.count; ++i) {
    const PartyRow& row = t.party_rows[i];
    if (row.status == Status::in_force && row.period.holds(day)) return true;
  }
  return false;
}

Warning blocking(const Statute& s) {
  return {"blocking_statute", s.title, s.clause, s.confidence};
}

// Articles of instruments that bind the holder's State: Art. 48 of the GDPR, for one, which speaks
// of third countries alone.
void union_warnings(const Tables& t, const Question& q, std::vector<Warning>& out) {
  Day day = day_of(q.on);
  for (const Article& a : t.articles) {
    const Instrument& instrument = t.instruments[a.instrument.value];
    bool speaks = a.rule.warns_holder && (a.rule.measures >> q.measure.value & 1) &&
                  a.rule.period.holds(day) && instrument.in_force_known &&
                  instrument.period.holds(day) && bound(t, a.instrument.value, q.to, day);
    if (!speaks) continue;
    bool member = bound(t, a.instrument.value, q.from, day);
    if (a.towards == Towards::anyone || member == (a.towards == Towards::members))
      out.push_back(blocking(a.rule));
  }
}

}  // namespace

std::string_view name_of(Unit unit) {
  switch (unit) {
    case Unit::hours:
      return "h";
    case Unit::days:
      return "d";
    case Unit::event:
      return "event";
    case Unit::asap:
      return "asap";
  }
  return "";
}

std::string_view name_of(Bound bound) {
  return bound == Bound::minimum ? "minimum" : "maximum";
}

std::optional<std::chrono::hours> Deadline::length() const {
  if (unit == Unit::hours) return std::chrono::hours(value);
  if (unit == Unit::days) return std::chrono::hours(24 * value);
  return std::nullopt;
}

std::string to_text(const Deadline& d) {
  auto length = d.length();
  if (!length) return d.what;
  return d.what + (d.bound == Bound::minimum ? ": at least " : ": at most ") +
         std::to_string(d.value) + (d.unit == Unit::hours ? " hours" : " days");
}

const Deadline* Provision::deadline(std::string_view code) const {
  auto found = std::find_if(deadlines.begin(), deadlines.end(),
                            [&](const Deadline& d) { return d.code == code; });
  return found == deadlines.end() ? nullptr : &*found;
}

Result<const Provision*> provision(const Corpus& corpus, std::string_view id) {
  TRY(ProvisionId found, corpus.provision(id));
  return &corpus.tables().provisions[found.value];
}

const Provision& provision(const Corpus& corpus, ProvisionId id) {
  check(id.value < corpus.tables().provisions.size(), "a provision of this corpus");
  return corpus.tables().provisions[id.value];
}

std::span<const Provision> provisions(const Corpus& corpus) {
  return corpus.tables().provisions;
}

std::vector<Ground> refusal_grounds(const Corpus& corpus, std::string_view provision_id, Country to,
                                    OffenceId offence, Date on) {
  const Tables& t = corpus.tables();
  auto found = t.provision_of.find(provision_id);
  if (found == t.provision_of.end()) return {};
  std::vector<Ground> out = t.provisions[found->second].grounds;
  auto dual = t.words.ground_of.find("dual_criminality_absent");
  Slot slot = t.slot(to);
  if (slot == no_slot || dual == t.words.ground_of.end()) return out;
  // A reservation that lets its party refuse speaks, in this corpus, of dual criminality (Art.
  // 29(4)).
  Range uses = t.jurisdictions[slot].reservations;
  for (std::uint32_t i = uses.first; i < uses.first + uses.count; ++i) {
    const Reservation& r = t.reservations[t.reservation_uses[i].reservation];
    if (t.reservation_uses[i].provision.value != found->second) continue;
    if (r.effect != ReservationEffect::adds_risk || !applies(r, offence, day_of(on))) continue;
    out.push_back({{dual->second},
                   dual->first,
                   Weight::may,
                   std::string(corpus.cite(r.cite)),
                   r.text,
                   r.confidence});
  }
  return out;
}

const PreservationLaw* preservation_law(const Corpus& corpus, Country country, Date on) {
  const Profile* profile = profile_of(corpus.tables(), country);
  const PreservationRow* row = profile ? row_on(profile->preservation, day_of(on)) : nullptr;
  return row ? &row->law : nullptr;
}

bool preservation_in_force(const Corpus& corpus, Country country, Date on) {
  const Profile* profile = profile_of(corpus.tables(), country);
  const PreservationRow* row = profile ? row_on(profile->preservation, day_of(on)) : nullptr;
  return row && row->power && row->holds(day_of(on));
}

std::optional<SingleOfficer> single_officer(const Corpus& corpus, Country country,
                                            MeasureId measure, Date on) {
  const Tables& t = corpus.tables();
  check(measure.value < t.words.measures.size(), "a measure of this corpus");
  const Profile* profile = profile_of(t, country);
  const SingleOfficerRow* row = profile ? row_on(profile->single_officer, day_of(on)) : nullptr;
  if (!row || !row->allowed || !row->holds(day_of(on)) || !(t.words.preserves >> measure.value & 1))
    return std::nullopt;
  return SingleOfficer{std::string(corpus.cite(row->cite)), row->confidence};
}

std::string_view question_of(const Corpus& corpus, FactId fact) {
  return corpus.tables().words.fact_words[fact.value].question;
}

std::string_view values_of(const Corpus& corpus, FactId fact) {
  switch (corpus.tables().words.fact_words[fact.value].kind) {
    case FactKind::yes_no:
      return "yes or no";
    case FactKind::jurisdiction:
      return "two letters: PH";
    case FactKind::months:
      return "a number of months";
  }
  return "";
}

std::vector<Warning> holder_warnings(const Corpus& corpus, const Question& q) {
  const Tables& t = corpus.tables();
  check(q.measure.value < t.words.measures.size(), "a measure of this corpus");
  std::vector<Warning> out;
  union_warnings(t, q, out);
  const Profile* profile = profile_of(t, q.to);
  if (!profile) return out;
  for (std::uint32_t i = profile->statutes.first;
       i < profile->statutes.first + profile->statutes.count; ++i) {
    const Statute& s = t.statutes[i];
    if (s.warns_holder && (s.measures >> q.measure.value & 1) && s.period.holds(day_of(q.on)))
      out.push_back(blocking(s));
  }
  if (!(t.words.preserves >> q.measure.value & 1)) return out;
  const PreservationRow* row = row_on(profile->preservation, day_of(q.on));
  if (row && row->law.secrecy == Secrecy::none) {
    out.push_back({"holder_not_secret",
                   "the custodian is not bound to secrecy and may tell its user",
                   std::string(corpus.cite(row->secrecy_cite)), row->law.confidence});
  }
  if (!preservation_in_force(corpus, q.to, q.on)) {
    PreservationLaw none;
    const PreservationLaw& law = row ? row->law : none;
    out.push_back({"no_domestic_power", "no domestic power to preserve is known to be in force",
                   law.cite, law.confidence});
  }
  return out;
}

}  // namespace comity::law
