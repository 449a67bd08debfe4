#pragma once
// Whether the content of an act fits the conversation and the law, and what a person must hear
// about it. Private.
#include <vector>

#include "request/facts.h"

namespace comity::request {

struct Judged {
  const State& state;  // before the act; for an opening act, without it
  const Facts& facts;
  const Said& said;
  const Rules& rules;
};

// Approvals, fields, grounds, terms: what the law asks of what we are about to say, and what nobody
// may say.
//   Errors  as apply()'s
[[nodiscard]] Result<void> judge(const Judged& at);

// What the officers on this side must know of the act. `next` is the state after it.
[[nodiscard]] std::vector<PersonNotice> tell(const Judged& at, const State& next);

// Whether the provision has this ground, and in the article that is cited for it.
[[nodiscard]] bool is_ground_of(const Rules& rules, const Ground& ground);

// Where the legal minimum of a term begins: when the data were preserved, and not before the
// request was recorded here. Art. 29(7) speaks of preservation "in response to the request".
[[nodiscard]] Instant minimum_from(const State& state, const TargetAnswer& said);

// The last day on which the requested State's law lets a preservation stand that began at `from`;
// none when the law is silent or unknown.
[[nodiscard]] std::optional<Instant> law_ends(const DomesticLaw& law, Instant from);
// The earliest of law_ends() over the preserved targets.
[[nodiscard]] std::optional<Instant> law_ends(const DomesticLaw& law, const State& state);

}  // namespace comity::request
