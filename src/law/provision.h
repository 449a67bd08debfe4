#pragma once
// One provision as the other rooms need it: clocks, fields, grounds and approvals come from here,
// never from code.
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/time.h"
#include "law/corpus.h"

namespace comity::law {

enum class Unit : std::uint8_t {
  hours,
  days,
  event,
  asap
};  // event: ends with something that happens
enum class Bound : std::uint8_t { minimum, maximum };
[[nodiscard]] std::string_view name_of(Unit unit);  // "h", "d", "event", "asap"
[[nodiscard]] std::string_view name_of(Bound bound);

struct Deadline {
  std::string code;  // stable: "preserve_minimum", "provider_answers"
  std::string what;
  std::int64_t value = 0;  // 0 for event and asap
  Unit unit = Unit::days;
  Bound bound = Bound::maximum;
  Confidence confidence = Confidence::confirmed;
  // Its length; none for event and asap.
  [[nodiscard]] std::optional<std::chrono::hours> length() const;
};
// "the provider answers: at most 10 days"
[[nodiscard]] std::string to_text(const Deadline& deadline);

enum class Weight : std::uint8_t { bar, may };  // bar: must refuse; may: may refuse

struct Ground {
  GroundId ground;
  std::string code;  // the ground's word
  Weight weight = Weight::may;
  std::string article;  // "ETS185 Art.29(5)(a)"
  std::string note;
  Confidence confidence = Confidence::confirmed;
};

struct Provision {
  std::string id;          // "ets185-29"
  std::string instrument;  // "ETS185"
  std::string title;
  Effect effect = Effect::permit;
  bool binding = true;
  std::string cite;
  std::string source;
  Confidence confidence = Confidence::confirmed;
  std::vector<std::string> measures;                // codes
  std::vector<std::string> channels;                // codes, best first
  std::vector<std::string> requesters, recipients;  // role codes; empty: not said
  Carriage carriage = Carriage::central_authority;
  std::vector<std::string> approvals;        // on the asking side
  std::vector<std::string> required_fields;  // names of the request form's boxes
  std::vector<Deadline> deadlines;
  std::vector<Ground> grounds;  // the only grounds that a refusal under this provision may name
  std::vector<std::string> postponement;  // ground codes
  std::vector<std::string> conditions;
  std::vector<std::string> handling;
  std::vector<std::string> unconfirmed;  // details that were recalled, in words

  [[nodiscard]] const Deadline* deadline(std::string_view code) const;
};

// Code::not_found names the nearest ids. The reference lives as long as the corpus.
[[nodiscard]] Result<const Provision*> provision(const Corpus& corpus, std::string_view id);
[[nodiscard]] const Provision& provision(const Corpus& corpus, ProvisionId id);
[[nodiscard]] std::span<const Provision> provisions(const Corpus& corpus);

// The grounds on which `to` may refuse a request of `from` under this provision for this offence:
// the provision's own, and those its reservations add (Art. 29(4) outside Arts 2 to 11, for one).
[[nodiscard]] std::vector<Ground> refusal_grounds(const Corpus& corpus,
                                                  std::string_view provision_id, Country to,
                                                  OffenceId offence, Date on);

enum class Secrecy : std::uint8_t {
  imposed,
  none,
  unknown
};  // does the law bind the custodian to secrecy?

// How a jurisdiction preserves data under its own law. What the request room's domestic clock runs
// on.
struct PreservationLaw {
  std::string rule;
  std::optional<int> days;        // none: no clock in the law, or no such power
  std::optional<int> renew_days;  // by one renewal
  std::optional<int> total_days;  // in all, where the law caps it
  bool order_needed = true;
  bool in_force = true;  // false: enacted, not commenced: gives no power
  Secrecy secrecy = Secrecy::unknown;
  std::string cite;
  std::string source;
  std::string note;
  Confidence confidence = Confidence::unconfirmed;
};
// As it stood on that day; where none was in force, the last before, else the first to come. None
// for a jurisdiction of which nobody has researched it.
[[nodiscard]] const PreservationLaw* preservation_law(const Corpus& corpus, Country country,
                                                      Date on);

// What an officer is asked when a fact is unknown, and what may be answered: "yes or no".
[[nodiscard]] std::string_view question_of(const Corpus& corpus, FactId fact);
[[nodiscard]] std::string_view values_of(const Corpus& corpus, FactId fact);

// Whether that law gives a power on this day: known, commenced, begun, and not suspended by a
// court.
[[nodiscard]] bool preservation_in_force(const Corpus& corpus, Country country, Date on);

// Where a jurisdiction's law speaks of one officer alone sending a preservation request.
struct SingleOfficer {
  std::string cite;
  Confidence confidence = Confidence::unconfirmed;
};
// None: not researched, said not to be allowed, not in its period, or not a preservation.
[[nodiscard]] std::optional<SingleOfficer> single_officer(const Corpus& corpus, Country country,
                                                          MeasureId measure, Date on);

struct Question;  // law/engine.h

// What a sender should be warned of before the request leaves, and a holder before it gives:
// blocking statutes, custodians not bound to secrecy, a power not commenced.
struct Warning {
  std::string code;  // "blocking_statute", "holder_not_secret", "no_domestic_power"
  std::string text;
  std::string cite;
  Confidence confidence = Confidence::unconfirmed;
};
[[nodiscard]] std::vector<Warning> holder_warnings(const Corpus& corpus, const Question& question);

}  // namespace comity::law
