#pragma once
// The vocabulary, compiled: every word by its number, and those that the engine itself needs.
// Private to this room.
#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "law/provision.h"
#include "law/vocabulary.h"

namespace comity::law {

// Reasons that the engine itself gives; the vocabulary must define each.
enum class Why : std::uint8_t {
  in_force,
  not_in_force,
  start_unknown,
  not_a_party,
  signed_only,
  ratified_only,
  invited_only,
  negotiating,
  participates_only,
  status_doubtful,
  membership_unknown,
  no_treaty,
  other_treaty_binds,
  prevails,
  dual_criminality_met,
  dual_criminality_unknown,
  dual_criminality_absent,
  threshold_met,
  threshold_unknown,
  below_threshold,
  fact_missing,
  fact_given,
  fact_contrary,
  condition_unmet,
  reservation_requires,
  reservation_excludes,
  reservation_risk,
  other_sender,
  other_addressee,
  sender_unsaid,
  addressee_unsaid,
  data_unsaid,
  blocking_statute,
  statute_requires,
  holder_not_secret,
  no_domestic_power,
  not_binding,
  own_national,
  count_
};
// As the vocabulary names them, in that order.
inline constexpr std::array<std::string_view, static_cast<std::size_t>(Why::count_)> why_codes = {
    "in_force",
    "not_in_force",
    "start_unknown",
    "not_a_party",
    "signed_only",
    "ratified_only",
    "invited_only",
    "negotiating",
    "participates_only",
    "status_doubtful",
    "membership_unknown",
    "no_treaty",
    "other_treaty_binds",
    "prevails",
    "dual_criminality_met",
    "dual_criminality_unknown",
    "dual_criminality_absent",
    "threshold_met",
    "threshold_unknown",
    "below_threshold",
    "fact_missing",
    "fact_given",
    "fact_contrary",
    "condition_unmet",
    "reservation_requires",
    "reservation_excludes",
    "reservation_risk",
    "other_sender",
    "other_addressee",
    "sender_unsaid",
    "addressee_unsaid",
    "data_unsaid",
    "blocking_statute",
    "statute_requires",
    "holder_not_secret",
    "no_domestic_power",
    "not_binding",
    "own_national"};
// Facts that the engine itself asks for.
enum class Known : std::uint8_t {
  punishable_requesting,
  punishable_requested,
  penalty_requesting,
  penalty_requested,
  target_nationality,
  other_treaty_in_force,
  other_domestic_power,
  count_
};
enum class FactKind : std::uint8_t { yes_no, jurisdiction, months };

struct FactWord {
  std::string question, question_fr, owner;  // question_fr: empty where nobody wrote one
  FactKind kind = FactKind::yes_no;
};

struct Vocabulary {
  std::vector<Word> measures, offences, data, roles, channels, grounds, approvals, facts, reasons,
      personal_data;
  std::vector<FactWord> fact_words;
  std::vector<std::string> offence_articles;  // for readers: "ETS185 Art.2"; empty where none
  std::vector<Speed> channel_speed;
  std::vector<std::optional<Speed>> measure_speed;  // whatever the channel
  std::vector<Carriage> channel_carriage;
  std::vector<RoleId> channel_end;  // who receives by it; unknown: nobody in particular
  std::uint64_t surrenders = 0, preserves = 0, discloses = 0;  // measures
  std::array<std::uint64_t, 2> at_home{};   // of measures: [production], [emergency] speak of them
  std::vector<std::uint64_t> measure_data;  // what it is about by itself; 0: not said
  std::uint64_t only_surrender = 0;         // grounds
  std::uint64_t on_paper = 0;               // approvals
  std::size_t grounds_that_refuse = 0;      // the grounds before the outcomes
  std::size_t grounds_as_reasons = 0;       // reasons[grounds_as_reasons + g] is ground g
  std::map<std::string, std::uint16_t, std::less<>> measure_of, offence_of, data_of, role_of,
      channel_of, ground_of, approval_of, fact_of, reason_of, personal_data_of;
  std::map<Country, std::string> countries;
  std::array<ReasonId, static_cast<std::size_t>(Why::count_)> why;
  std::array<FactId, static_cast<std::size_t>(Known::count_)> known;

  // Whether it matters to a road that reaches such data alone which are asked for.
  [[nodiscard]] bool turns_on_data(MeasureId measure, std::uint64_t reached) const {
    std::uint64_t meant = measure_data[measure.value];
    return meant == 0 || (meant & ~reached) != 0;
  }
};

}  // namespace comity::law
