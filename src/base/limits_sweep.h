#pragma once
// The limits of sweeping files for indicators (sweep/). Apart from limits.h, which everything
// includes, since few files need them.
#include <cstddef>
#include <cstdint>

namespace comity::limits {

// Of what is looked for.
inline constexpr std::size_t sweep_list_bytes_max = std::size_t{1} << 30;  // one plain list
inline constexpr std::size_t sweep_list_line_bytes_max = 4096;
inline constexpr std::size_t sweep_indicators_max = 16'000'000;
inline constexpr std::size_t sweep_told_max = 20;         // refused ones that are told one by one
inline constexpr std::size_t sweep_name_bytes_max = 255;  // a domain; a file name
inline constexpr std::size_t sweep_mail_bytes_max = 320;  // RFC 3696, erratum 1690, rounded
inline constexpr std::size_t sweep_url_bytes_max = 2048;  // longer ones never match
inline constexpr std::size_t sweep_registry_bytes_max = 1024;
inline constexpr std::size_t sweep_phrase_bytes_min = 4;     // shorter is in every text by chance
inline constexpr std::size_t sweep_anchor_shapes_max = 256;  // phrases tried where one word stands
inline constexpr unsigned sweep_ipv4_bits_min = 8;           // a wider range says nothing
inline constexpr unsigned sweep_ipv6_bits_min = 16;

// Of what is looked through.
inline constexpr std::size_t sweep_read_bytes = 1u << 20;           // one read of a file
inline constexpr std::size_t sweep_line_held_bytes_max = 1u << 20;  // longer lines: in parts
inline constexpr std::size_t sweep_depth_max = 4;  // packed in packed, mail in mail
inline constexpr std::size_t sweep_mail_message_bytes_max = 64u << 20;
inline constexpr std::size_t sweep_mail_parts_max = 1000;
inline constexpr std::size_t sweep_mail_depth_max = 16;          // MIME in MIME
inline constexpr std::size_t sweep_boundary_bytes_max = 200;     // RFC 2046 has 70
inline constexpr std::uint64_t sweep_expansion_max = 1100;       // times; deflate ends at 1032
inline constexpr std::uint64_t sweep_expanded_free = 64u << 20;  // below that nobody counts
inline constexpr std::uint64_t sweep_expanded_bytes_max = std::uint64_t{1} << 38;  // of one input
inline constexpr int sweep_zstd_window_log_max = 27;  // 128 MiB of memory, as the zstd tool has it
inline constexpr std::size_t sweep_files_max = 10'000'000;  // found below the paths given

}  // namespace comity::limits
