#pragma once
// DSSE v1.0 envelopes with one Ed25519 signature. The bytes received are the bytes stored: nothing
// here re-encodes what somebody else signed.
//   {"payload":"<base64>","payloadType":"<type>","signatures":[{"keyid":"<hex public
//   key>","sig":"<base64>"}]}
#include <string>
#include <string_view>

#include "base/limits.h"
#include "crypto/hash.h"
#include "crypto/sign.h"

namespace comity::act {

inline constexpr std::string_view act_type = "application/vnd.comity.act+json";
inline constexpr std::string_view receipt_type = "application/vnd.comity.receipt+json";
inline constexpr std::string_view card_type = "application/vnd.comity.card+json";
inline constexpr std::string_view command_type = "application/vnd.comity.command+json";

struct Envelope {
  std::string payload_type;
  std::string payload;  // decoded
  crypto::PublicKey key;
  crypto::Signature signature;
};

// Strict: exactly the members above, exactly one signature, canonical base64.
//   Errors  those of json::parse; missing_field, unknown_field, bad_value with a JSON pointer;
//   bad_utf8 when the
//           payload is not UTF-8. Does not check the signature.
[[nodiscard]] Result<Envelope> parse_envelope(std::string_view bytes,
                                              std::size_t bytes_max = limits::act_bytes_max);

// DSSE's pre-authentication encoding: "DSSEv1 <len> <type> <len> <payload>".
[[nodiscard]] std::string pre_authentication(std::string_view type, std::string_view payload);

// Code::bad_signature unless `envelope.key` signed it.
[[nodiscard]] Result<void> verify(const Envelope& envelope);

// The envelope as it goes on the wire: canonical JSON, one line.
[[nodiscard]] std::string seal(std::string_view type, std::string_view payload,
                               const crypto::SigningKey& key);

}  // namespace comity::act
