#pragma once
// Signed notes: text that keys have signed. Source: C2SP signed-note v1, tlog-cosignature v1.
//
// A note is its text, which ends in a newline; an empty line; and signature lines of em dash
// (U+2014), space, key name, space, base64 of (4 bytes of key id, signature). Its text means
// nothing until verify_note() has said so.
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/bytes.h"
#include "base/result.h"
#include "crypto/sign.h"

namespace comity::ledger {

// The type byte of signed-note's registry. Other types (0x06, ML-DSA-44, to come) are read and
// ignored as signatures, refused as keys.
enum class SignatureType : std::uint8_t {
  ed25519 = 0x01,         // over the note's text
  cosignature_v1 = 0x04,  // over "cosignature/v1\ntime <seconds>\n" and the text; carries the time
};

using KeyId = std::uint32_t;
using Seconds = std::chrono::sys_seconds;  // POSIX time, as cosignatures carry it

// A public key with its name: together with the type they make the id by which a signature line
// names it.
struct VerifierKey {
  std::string name;
  SignatureType type = SignatureType::ed25519;
  crypto::PublicKey key;

  [[nodiscard]] KeyId id() const;  // first 4 bytes of SHA-256(name || 0x0A || type || key)
  // "name+530d903a+AekyeR…": name, id in hex, base64 of type and key.
  [[nodiscard]] std::string text() const;
  //   Errors   Code::malformed; Code::bad_value for another type, or an id that is not the key's.
  [[nodiscard]] static Result<VerifierKey> parse(std::string_view text);
  friend bool operator==(const VerifierKey&, const VerifierKey&) = default;
};

// Not empty, UTF-8, no Unicode space, no '+', no control character, at most
// limits::note_key_name_bytes_max bytes.
[[nodiscard]] bool is_key_name(std::string_view name);

struct SignatureLine {
  std::string name;
  KeyId id = 0;
  Bytes signature;                         // after the key id; not empty
  [[nodiscard]] std::string text() const;  // with its newline
  friend bool operator==(const SignatureLine&, const SignatureLine&) = default;
};

// Parsed, not verified.
struct Note {
  std::string text;  // with its last newline
  std::vector<SignatureLine> signatures;
  [[nodiscard]] std::string bytes() const;  // parse_note(n.bytes()) == n
  friend bool operator==(const Note&, const Note&) = default;
};

//   Errors   Code::too_large beyond limits::checkpoint_bytes_max or note_signatures_max;
//   Code::bad_utf8;
//            Code::malformed, with the line.
[[nodiscard]] Result<Note> parse_note(std::string_view bytes);
// Signature lines alone, as a witness answers them; at least one.
[[nodiscard]] Result<std::vector<SignatureLine>> parse_signature_lines(std::string_view lines);

// A signature of `text` (which must end in a newline and hold no control character but newlines).
//   Errors   Code::bad_value for a text or name that no note can hold.
[[nodiscard]] Result<SignatureLine> sign_text(std::string_view text, std::string_view name,
                                              const crypto::SigningKey& key);
[[nodiscard]] Result<SignatureLine> cosign_text(std::string_view text, std::string_view name,
                                                const crypto::SigningKey& key, Seconds at);

// One signature that verified.
struct VerifiedSignature {
  std::size_t key = 0;          // index into the keys given
  std::optional<Seconds> time;  // of a cosignature
  friend bool operator==(const VerifiedSignature&, const VerifiedSignature&) = default;
};

// Verifies every signature whose name and id are those of one of `keys`; others are ignored, as the
// clause demands.
//   Errors   Code::bad_signature when one by these keys does not verify: the note is refused whole;
//            Code::unknown_key when none of the keys signed.
[[nodiscard]] Result<std::vector<VerifiedSignature>> verify_note(const Note& note,
                                                                 std::span<const VerifierKey> keys);

}  // namespace comity::ledger
