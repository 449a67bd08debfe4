// The invitation as text.
#include <algorithm>

#include "crypto/hash.h"
#include "member/pairing.h"
#include "member/pairing_parts.h"

namespace comity::member {
namespace {

constexpr std::string_view prefix = "comity-invitation-v1:";
constexpr std::size_t fixed_bytes = 16 + 4 * 32 + 8;  // before the endpoint
constexpr std::size_t checksum_bytes = 4;

// Years 1970 to 9999, which is what to_text(Instant) can write.
constexpr std::uint64_t seconds_max = 253'402'300'799;

void put(Bytes& out, BytesView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

template <typename T>
T take_fixed(BytesView& in) {
  T out;
  std::copy_n(in.begin(), out.bytes.size(), out.bytes.begin());
  in = in.subspan(out.bytes.size());
  return out;
}

std::string without_spaces(std::string_view text) {
  std::string out;
  for (char c : text)
    if (c != ' ' && c != '\t' && c != '\r' && c != '\n') out += c;
  return out;
}

}  // namespace

// id (16), inviter (32), card (32), TLS pin (32), commitment (32), expiry (8, seconds, big-endian),
// endpoint.
Bytes to_binary(const Invitation& invitation) {
  Bytes out;
  put(out, invitation.id.bytes);
  put(out, invitation.inviter.view());
  put(out, invitation.card.view());
  put(out, invitation.tls_pin.view());
  put(out, invitation.commitment.view());
  auto seconds = std::chrono::floor<std::chrono::seconds>(invitation.expires).time_since_epoch();
  for (int shift = 56; shift >= 0; shift -= 8)
    out.push_back(static_cast<std::uint8_t>(seconds.count() >> shift & 0xFF));
  put(out, as_bytes(invitation.endpoint));
  return out;
}

Result<Invitation> invitation_from_binary(BytesView bytes) {
  if (bytes.size() <= fixed_bytes) return fail(Code::malformed, "the invitation is cut off");
  Invitation invitation;
  TRY(auto uuid, uuid7_from_text(uuid_text(take_fixed<InvitationId>(bytes).bytes)));
  invitation.id.bytes = uuid;
  invitation.inviter = take_fixed<MemberId>(bytes);
  invitation.card = take_fixed<CardHash>(bytes);
  invitation.tls_pin = take_fixed<crypto::TlsPin>(bytes);
  invitation.commitment = take_fixed<Hash>(bytes);
  std::uint64_t seconds = 0;
  for (std::uint8_t byte : bytes.first(8)) seconds = seconds << 8 | byte;
  if (seconds > seconds_max) return fail(Code::bad_value, "the invitation's expiry is no date");
  invitation.expires = Instant{std::chrono::seconds{static_cast<std::int64_t>(seconds)}};
  invitation.endpoint = as_text(bytes.subspan(8));
  TRY_VOID(check_endpoint(invitation.endpoint));
  return invitation;
}

std::string to_text(const Invitation& invitation) {
  Bytes bytes = to_binary(invitation);
  put(bytes, crypto::sha256(bytes).view().first(checksum_bytes));
  return std::string(prefix) + to_base64(bytes);
}

Result<Invitation> invitation_from_text(std::string_view text) {
  if (text.size() > limits::invitation_bytes_max)
    return fail(Code::too_large, "an invitation has at most " +
                                     std::to_string(limits::invitation_bytes_max) + " characters");
  std::string line = without_spaces(text);
  if (!line.starts_with(prefix))
    return fail(Code::malformed, "an invitation begins with \"" + std::string(prefix) + "\"");
  auto bytes = from_base64(std::string_view(line).substr(prefix.size()));
  auto slip = [] {
    return fail(Code::malformed, "the invitation was not copied whole: copy it again");
  };
  if (!bytes || bytes->size() < checksum_bytes) return slip();
  BytesView body = BytesView(*bytes).first(bytes->size() - checksum_bytes);
  BytesView sum = BytesView(*bytes).last(checksum_bytes);
  if (!std::ranges::equal(crypto::sha256(body).view().first(checksum_bytes), sum)) return slip();
  return invitation_from_binary(body);
}

}  // namespace comity::member
