#pragma once
// Where the havens are: whom a jurisdiction cannot reach by a road on which an answer is owed, and
// the smallest change of law that would open a road. Found by search over the corpus; every remedy
// is verified by the engine, over the corpus changed in thought.
//
// What is never proposed: a weaker ground of refusal, right, blocking statute or data protection
// rule, or the surrender of nationals.
#include <optional>
#include <string>
#include <vector>

#include "json/value.h"
#include "law/corpus.h"
#include "law/engine.h"

namespace comity::law {

struct Change {
  enum class Kind : std::uint8_t {
    commence,          // `country` brings into force its power to preserve, enacted or suspended
    create_offence,    // `country` makes `offence` one
    lift_reservation,  // `country` lifts `reservation`
    accede,            // `country` becomes a party to `instrument`
    bring_into_force   // `instrument` enters into force
  };
  Kind kind = Kind::accede;
  Country country;
  InstrumentId instrument;
  OffenceId offence;
  std::uint16_t reservation = 0;  // in the corpus's own table
  friend auto operator<=>(const Change&, const Change&) = default;
};

struct Remedy {
  std::vector<Change> changes;  // in the order of Kind
  ProvisionId opens;
  State state = State::open;  // needs: once its facts are given
};

struct Gap {
  Country to;
  std::vector<OffenceId> offences;  // for which the same holds
  Outcome outcome = Outcome::none;  // open and needs: by a voluntary road only
  std::vector<Remedy> remedies;  // all of the smallest size, at most `remedies_max`; may be empty
  std::optional<Date> opens_on;  // a later day on which a road opens by itself
};
inline constexpr std::size_t remedies_max = 4;

// A membership of which nobody has recorded anything: neither a row, nor that there is none.
struct Row {
  Country of;
  InstrumentId instrument;
  friend auto operator<=>(const Row&, const Row&) = default;
};

// What to find out to know whether it is a gap: were all of these rows memberships in force, there
// would be a road.
struct Research {
  std::vector<Row> rows;
  ProvisionId opens;
  State state = State::open;  // needs: once its facts are given
  friend bool operator==(const Research& a, const Research& b) {
    return a.rows == b.rows && a.opens == b.opens && a.state == b.state;
  }
};

struct Unrecorded {
  Country to;
  std::vector<OffenceId> offences;  // for which the same holds
  std::vector<Research> research;   // all that ask for the fewest rows, at most `remedies_max`
};

struct GapsQuestion {
  Country from;
  MeasureId measure;
  std::optional<OffenceId> offence;  // none: each of the vocabulary
  Date on;
  Facts facts{};
  DataId data{};  // as in a Question: when known
  RoleId from_role{}, to_role{};
};

struct Gaps {
  GapsQuestion question;
  std::size_t reached = 0;             // for every offence asked about
  std::vector<Gap> gaps;               // by jurisdiction
  std::vector<Country> undecided;      // nobody researched a membership that would decide it
  std::vector<Unrecorded> unrecorded;  // which membership; not of those that hang on more than rows
  std::vector<Country> unresearched;   // of which nothing can be said
};

[[nodiscard]] Gaps find_gaps(const Corpus& corpus, const GapsQuestion& question);

// "South Africa ratifies the Convention on Cybercrime (ETS185)".
[[nodiscard]] std::string to_text(const Corpus& corpus, const Change& change, Date on);

// {"from","measure","on","corpus","reached","gaps":[{"to","offences":[code],"decision"
//   [,"opens_on"],"remedies":[{"changes":[{"kind","country"?,"instrument"?,"offence"?,
//   "reservation"?,"text"}],"provision","state"}]}],"undecided":[country],
//  "unrecorded":[{"to","offences":[code],
//   "research":[{"rows":[{"of","instrument","text"}],"provision","state"}]}],
//  "unresearched":[country]}
[[nodiscard]] json::Value to_json(const Corpus& corpus, const Gaps& gaps);
[[nodiscard]] std::string to_text(const Corpus& corpus, const Gaps& gaps);

}  // namespace comity::law
