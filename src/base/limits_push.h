#pragma once
// The limits of alerts that travel between nodes (alert/, node/, peer/). Apart from limits.h, which
// everything includes.
#include <chrono>
#include <cstddef>
#include <cstdint>

namespace comity::limits {

// The blobs that one batch brings, and so those of one alert: with its act, alert_act_bytes_max.
inline constexpr std::size_t batch_blobs_bytes_max = 15u << 20;
inline constexpr std::size_t batch_blobs_max = 256;
inline constexpr std::size_t act_blobs_max = 16;
inline constexpr std::size_t recall_objects_max = 256;  // of one recall
// What one partner's alerts may take up here. Beyond it they are rejected until something is
// recalled.
inline constexpr std::uint64_t blob_bytes_per_member_max = 4ull << 30;
// What one partner's alerts may give this node to read in one turn of its writer: the others wait
// for as long. A batch, as it brings its blobs, is within it.
inline constexpr std::uint64_t alert_bytes_per_turn_max = 16u << 20;
// An alert with more than this goes by the bulk lane, unless an officer says otherwise.
inline constexpr std::size_t prompt_blob_bytes_max = 256u << 10;
inline constexpr std::size_t command_blob_bytes_max = 8u << 20;  // beside an officer's command
inline constexpr std::chrono::seconds watch_wait_max{30};        // of one question for what is new
inline constexpr std::size_t watch_objects_max = 1'000;          // of one answer
inline constexpr std::size_t watchers_max = 64;
// Of indicators that a warning list holds back: told one by one in one answer; all are counted.
inline constexpr std::size_t warned_named_max = 100;

}  // namespace comity::limits
