#pragma once
// How the answer to one question changed over the years, and what changed it.
#include <optional>
#include <string>
#include <vector>

#include "json/value.h"
#include "law/corpus.h"
#include "law/engine.h"

namespace comity::law {

// What a road that is not closed asks of whoever walks it, besides what its provision always does.
struct Terms {
  std::vector<Need> needs;
  std::vector<Note> notes;
  ChannelId channel;  // of a difference: unknown where it is the same
  friend bool operator==(const Terms& a, const Terms& b);
};

// What one day did to one road. A road that is not shown has no state.
struct RouteTurn {
  ProvisionId provision;
  std::optional<State> before, after;
  std::vector<Reason> gained, lost;  // of the trace: what speaks now, and what no longer does
  Terms asks, asked;  // its conditions: what it asks now and did not, and what it no longer does
  friend bool operator==(const RouteTurn& a, const RouteTurn& b);
};

struct Turn {
  Date on;
  std::vector<OffenceId> offences;  // for which the same holds
  Outcome before = Outcome::none, after = Outcome::none;
  std::vector<RouteTurn> routes;  // best first, then those that vanished
};

// The days in [first, last] on which the outcome, the state of a road, or what a road that is not
// closed asks for became another; the first
// entry is the answer on `first` itself, its `before` the same as its `after`. The question's own
// day does not count; without a day of conduct, the conduct moves with the day. Linear in the days
// on which any fact of the corpus begins or ends: nothing can change on another.
[[nodiscard]] std::vector<Turn> history(const Corpus& corpus, Question question, Date first,
                                        Date last);
// The same for every offence of the vocabulary, by day; what is the same for several is told once.
[[nodiscard]] std::vector<Turn> history_of_every_offence(const Corpus& corpus, Question question,
                                                         Date first, Date last);

// The first day of which the corpus knows anything.
[[nodiscard]] Date first_day(const Corpus& corpus);

// [{"on","offences":[code],"before","after","routes":[{"provision","before","after",
//   "gained":[REASON],"lost":[…],"conditions_gained":[{"kind","text"}],"conditions_lost":[…]}]}]
// with REASON as in report.h, and kind one of needs, approval, clock, channel, condition; before
// and after are null where the road is not shown.
[[nodiscard]] json::Value to_json(const Corpus& corpus, const std::vector<Turn>& turns);
[[nodiscard]] std::string to_text(const Corpus& corpus, const std::vector<Turn>& turns);

}  // namespace comity::law
