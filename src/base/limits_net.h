#pragma once
// The limits of servers that few files need (net/). Apart from limits.h, which everything includes.
#include <cstddef>

namespace comity::limits {

// Connections whose handshake is not over. One more ends the oldest of them: who opens many and
// says nothing crowds out itself.
inline constexpr std::size_t connections_greeting_max = 128;
inline constexpr std::size_t refusals_told_per_second_max = 10;  // lines of the log

// Bodies of one server's requests together, by what their headers announce.
inline constexpr std::size_t bodies_bytes_max = 256u << 20;

}  // namespace comity::limits
