#pragma once
// Identifiers. Each is its own type, so that an act's id is never taken for a conversation's.
#include <array>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/random.h"
#include "base/result.h"
#include "base/time.h"

namespace comity {

// RFC 9562, section 5.7: 48 bits of Unix milliseconds, version 7, 74 random bits. Sorts by time of
// making.
template <typename Tag>
struct Uuid {
  std::array<std::uint8_t, 16> bytes{};
  friend auto operator<=>(const Uuid&, const Uuid&) = default;
};

using ActId = Uuid<struct ActTag>;
using ConversationId =
    Uuid<struct ConversationTag>;  // the id of the act that opened the conversation
using OfficerId = Uuid<struct OfficerTag>;

[[nodiscard]] std::array<std::uint8_t, 16> make_uuid7(Instant now, Random& random);
[[nodiscard]] std::string uuid_text(
    const std::array<std::uint8_t, 16>& bytes);  // lower case, with dashes
// Only version 7, variant 10, lower case; else Code::bad_value.
[[nodiscard]] Result<std::array<std::uint8_t, 16>> uuid7_from_text(std::string_view text);

template <typename Id>
[[nodiscard]] Id make_id(Instant now, Random& random) {
  return Id{make_uuid7(now, random)};
}
template <typename Tag>
[[nodiscard]] std::string to_text(const Uuid<Tag>& id) {
  return uuid_text(id.bytes);
}
template <typename Id>
[[nodiscard]] Result<Id> id_from_text(std::string_view text) {
  TRY(auto bytes, uuid7_from_text(text));
  return Id{bytes};
}

// A member is named by the SHA-256 of its first card's root public key: 64 hex digits, for ever,
// whatever keys follow.
using MemberId = Fixed32<struct MemberTag>;
using CardHash = Fixed32<struct CardTag>;      // SHA-256 of a card's payload bytes
using CorpusHash = Fixed32<struct CorpusTag>;  // law::Corpus::hash()
[[nodiscard]] Result<MemberId> member_id_from_text(std::string_view text);

}  // namespace comity
