#pragma once
// What law/report.h says around the words of the vocabulary, in each language. Private to this
// room.
#include <string>
#include <string_view>

#include "law/engine.h"
#include "law/language.h"
#include "law/provision.h"

namespace comity::law {

struct Phrases {
  Language language;
  std::string_view first_line;  // what stays in another language, and why; empty: nothing
  std::string_view asks, about, on, conduct, corpus, answer;
  std::string_view profiled, memberships, unresearched;  // coverage
  std::string_view open, needs, blocked, none, no_data;  // outcomes; the first three: states
  std::string_view is_open, is_needed, is_blocked, is_none, is_no_data;  // a sentence for each
  // Labels, each with the blanks that line up what follows.
  std::string_view by, lacks, approval, clock, condition, must_state, handling, may_wait, recalled,
      risks, why, closed_surely, closed_as_known;
  std::string_view there, who_acts, own_law, compels_by, in_emergency, protects_by;  // law/there.h
  std::string_view only_for;                                                         // these data
  std::string_view takes, estimate, carried;
  std::string_view immediate, hours, days, months;  // speeds
  std::string_view by_comity, by_other_system, by_central_authority;
  std::string_view requesting, requested, holder;         // owners of facts
  std::string_view at_least, at_most, in_hours, in_days;  // deadlines
  std::string_view confirmed, unconfirmed, not_read, voluntary, cut, colon, semicolon;
  std::string_view holder_warned;
  std::string_view not_advice;
};
[[nodiscard]] const Phrases& phrases_in(Language language);

[[nodiscard]] std::string_view word_for(const Phrases& say, Outcome outcome);
[[nodiscard]] std::string_view word_for(const Phrases& say, State state);
[[nodiscard]] std::string_view word_for(const Phrases& say, Coverage coverage);
[[nodiscard]] std::string_view word_for(const Phrases& say, Speed speed);
[[nodiscard]] std::string_view word_for(const Phrases& say, Carriage carriage);
[[nodiscard]] std::string_view word_for(const Phrases& say, Confidence confidence);
// "requesting", "requested" or "holder", as the vocabulary has it.
[[nodiscard]] std::string_view side_for(const Phrases& say, std::string_view owner);
[[nodiscard]] std::string_view sentence_for(const Phrases& say, Outcome outcome);
// "", or " [unconfirmed]".
[[nodiscard]] std::string mark_in(const Phrases& say, Confidence confidence);
[[nodiscard]] std::string deadline_in(const Phrases& say, const Deadline& deadline);

}  // namespace comity::law
