#pragma once
// The limits of waking people and of missing witnesses. Apart from limits.h, which everything
// includes, since few files need them.
#include <chrono>
#include <cstddef>

namespace comity::limits {

// Waking people (node/bell.h, app/bell.h).
inline constexpr std::size_t roster_steps_max = 16;
inline constexpr std::chrono::hours roster_after_max{24};  // from the alarm to a step
inline constexpr std::size_t hook_arguments_max = 16;      // of a command, its path among them
inline constexpr std::size_t hook_argument_bytes_max = 1024;
inline constexpr std::size_t hooks_running_max = 4;              // at once; drills run beside them
inline constexpr std::size_t hook_answer_bytes_max = 64u << 10;  // of a webhook's reply
inline constexpr std::chrono::milliseconds hook_within{20'000};  // then it is killed or cut off
inline constexpr std::size_t ring_outcome_bytes_max = 200;
inline constexpr std::chrono::minutes ring_again{60};  // from a roster's last step to its first
inline constexpr std::chrono::minutes ring_after_failure{
    2};  // at most, from a step that failed to the next
inline constexpr std::chrono::minutes ring_clock_slack{
    5};  // a clock set back further than this wakes the next step at once
// What lasts, and was acknowledged, is told anew after so long.
inline constexpr std::chrono::hours alarm_again{24};
// An entry that no partner has cosigned for so long is complained about; after a start, partners
// get the grace to do so first.
inline constexpr std::chrono::hours witness_wait{24};
inline constexpr std::chrono::hours witness_start_grace{1};

}  // namespace comity::limits
