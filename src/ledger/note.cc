#include "ledger/note.h"

#include <algorithm>

#include "base/limits.h"
#include "crypto/hash.h"
#include "ledger/lines.h"

namespace comity::ledger {
namespace {

constexpr std::string_view signature_prefix = "\u2014 ";  // em dash, space
constexpr std::size_t ed25519_bytes = 64;
constexpr std::size_t time_bytes = 8;

std::string id_bytes(KeyId id) {
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(id >> shift);
  return out;
}

// The property White_Space of Unicode beyond ASCII, as UTF-8 (Unicode 15, PropList.txt).
constexpr std::string_view unicode_spaces[] = {"\u0085", "\u00A0", "\u1680", "\u2000", "\u2001",
                                               "\u2002", "\u2003", "\u2004", "\u2005", "\u2006",
                                               "\u2007", "\u2008", "\u2009", "\u200A", "\u2028",
                                               "\u2029", "\u202F", "\u205F", "\u3000"};

bool is_control(char c) {
  return static_cast<unsigned char>(c) < 0x20;
}

// signed-note: "MUST be valid UTF-8 and MUST NOT contain any ASCII control characters [...] other
// than newline".
Result<void> check_note_characters(std::string_view bytes) {
  const auto bad = std::ranges::find_if(bytes, [](char c) { return is_control(c) && c != '\n'; });
  if (bad != bytes.end()) {
    return fail(Code::malformed, "a control character other than newline",
                "byte " + std::to_string(bad - bytes.begin()));
  }
  if (!is_utf8(bytes)) return fail(Code::bad_utf8, "a note must be UTF-8");
  return {};
}

// "Signatures are the base64 encoding of 4+n bytes. The first four bytes [are] the key ID [...] in
// big-endian order."
Result<SignatureLine> parse_signature_line(std::string_view line, const Lines& at) {
  if (!line.starts_with(signature_prefix)) {
    return fail(Code::malformed, "a signature line begins with an em dash and a space", at.where());
  }
  line.remove_prefix(signature_prefix.size());
  const std::size_t space = line.find(' ');
  if (space == std::string_view::npos || !is_key_name(line.substr(0, space))) {
    return fail(Code::malformed, "a signature line holds a key name and a signature", at.where());
  }
  const auto bytes = from_base64(line.substr(space + 1));
  if (!bytes || bytes->size() <= 4) {
    return fail(Code::malformed, "a signature is the base64 of more than 4 bytes", at.where());
  }
  SignatureLine out;
  out.name = line.substr(0, space);
  for (const std::uint8_t byte : std::span(*bytes).first(4)) out.id = out.id << 8 | byte;
  out.signature.assign(bytes->begin() + 4, bytes->end());
  return out;
}

Result<std::vector<SignatureLine>> read_signature_lines(Lines& lines) {
  std::vector<SignatureLine> out;
  while (!lines.done()) {
    TRY(const std::string_view line, lines.next());
    if (out.size() == limits::note_signatures_max) {
      return fail(Code::too_large, "more signatures than note_signatures_max", lines.where());
    }
    TRY(SignatureLine signature, parse_signature_line(line, lines));
    out.push_back(std::move(signature));
  }
  if (out.empty())
    return fail(Code::malformed, "a note has at least one signature line", lines.where());
  return out;
}

// What may be signed: text that parse_note gives back unchanged.
Result<void> check_signable(std::string_view text, std::string_view name) {
  if (!text.ends_with('\n')) return fail(Code::bad_value, "a note's text must end in a newline");
  if (text.size() > limits::checkpoint_bytes_max) {
    return fail(Code::too_large, "a note's text beyond checkpoint_bytes_max");
  }
  TRY_VOID(check_note_characters(text));
  if (!is_key_name(name)) {
    return fail(Code::bad_value, "a key name must be without spaces, plus or control characters",
                std::string(name));
  }
  return {};
}

// tlog-cosignature, "Ed25519 signed message".
std::string cosigned_message(std::string_view text, Seconds at) {
  std::string out = "cosignature/v1\ntime " + std::to_string(at.time_since_epoch().count()) + "\n";
  out += text;
  return out;
}

SignatureLine line_for(const VerifierKey& key, Bytes signature) {
  return {.name = key.name, .id = key.id(), .signature = std::move(signature)};
}

std::unexpected<Error> bad_signature(const VerifierKey& key) {
  return fail(Code::bad_signature, "the signature by a known key does not verify", key.name);
}

// tlog-cosignature, "timestamped_signature": u64 timestamp, opaque ed25519_signature[64].
Result<Seconds> verify_cosignature(std::string_view text, const VerifierKey& key,
                                   BytesView signature) {
  if (signature.size() != time_bytes + ed25519_bytes) return bad_signature(key);
  std::uint64_t time = 0;
  for (const std::uint8_t byte : signature.first(time_bytes)) time = time << 8 | byte;
  if (time >> 63 != 0) return bad_signature(key);  // "MUST NOT exceed 2^63 - 1"
  const Seconds at{std::chrono::seconds(static_cast<std::int64_t>(time))};
  TRY(const crypto::Signature ed25519, crypto::signature_from(signature.subspan(time_bytes)));
  if (!crypto::verify(key.key, as_bytes(cosigned_message(text, at)), ed25519))
    return bad_signature(key);
  return at;
}

Result<std::optional<Seconds>> verify_line(std::string_view text, const VerifierKey& key,
                                           BytesView signature) {
  switch (key.type) {
    case SignatureType::ed25519: {
      if (signature.size() != ed25519_bytes) return bad_signature(key);
      TRY(const crypto::Signature ed25519, crypto::signature_from(signature));
      if (!crypto::verify(key.key, as_bytes(text), ed25519)) return bad_signature(key);
      return std::nullopt;
    }
    case SignatureType::cosignature_v1: {
      TRY(const Seconds at, verify_cosignature(text, key, signature));
      return at;
    }
  }
  return bad_signature(key);
}

}  // namespace

// signed-note: "Key names MUST be non-empty and MUST NOT contain any Unicode spaces or plus
// (U+002B) characters."
bool is_key_name(std::string_view name) {
  if (name.empty() || name.size() > limits::note_key_name_bytes_max || !is_utf8(name)) return false;
  const auto is_bad = [](char c) { return is_control(c) || c == ' ' || c == '+'; };
  if (std::ranges::any_of(name, is_bad)) return false;
  const auto is_ascii = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  if (std::ranges::all_of(name, is_ascii)) return true;
  const auto is_in_name = [&](std::string_view space) { return name.contains(space); };
  return std::ranges::none_of(unicode_spaces, is_in_name);
}

// signed-note: "key ID = SHA-256(key name || 0x0A || signature type || public key)[:4]".
KeyId VerifierKey::id() const {
  const std::uint8_t separator[] = {'\n', static_cast<std::uint8_t>(type)};
  const Hash hash = crypto::sha256({as_bytes(name), separator, key.view()});
  KeyId out = 0;
  for (std::size_t i = 0; i < 4; ++i) out = out << 8 | hash.bytes[i];
  return out;
}

std::string VerifierKey::text() const {
  Bytes typed{static_cast<std::uint8_t>(type)};
  typed.insert(typed.end(), key.bytes.begin(), key.bytes.end());
  return name + "+" + to_hex(as_bytes(id_bytes(id()))) + "+" + to_base64(typed);
}

Result<VerifierKey> VerifierKey::parse(std::string_view text) {
  constexpr std::size_t hex_digits = 8;
  const std::size_t first = text.find('+');
  const std::size_t second = first == std::string_view::npos ? first : text.find('+', first + 1);
  if (second == std::string_view::npos || second - first != hex_digits + 1) {
    return fail(Code::malformed, "a verifier key is name+id+key, the id in 8 hex digits");
  }
  VerifierKey out;
  out.name = text.substr(0, first);
  if (!is_key_name(out.name)) return fail(Code::malformed, "not a key name", out.name);
  const auto typed = from_base64(text.substr(second + 1));
  if (!typed || typed->empty())
    return fail(Code::malformed, "the key must be base64 of type and key", out.name);

  out.type = static_cast<SignatureType>(typed->front());
  if (out.type != SignatureType::ed25519 && out.type != SignatureType::cosignature_v1) {
    return fail(Code::bad_value,
                "a key of a signature type other than Ed25519 (1) or cosignature/v1 (4)", out.name);
  }
  if (typed->size() != 33) return fail(Code::malformed, "an Ed25519 key has 32 bytes", out.name);
  TRY(out.key, fixed32<crypto::PublicKeyTag>(BytesView(*typed).subspan(1)));
  if (out.text() != text)
    return fail(Code::bad_value, "the id is not that of the name and key", out.name);
  return out;
}

std::string SignatureLine::text() const {
  const std::string id_text = id_bytes(id);
  Bytes bytes = to_bytes(as_bytes(id_text));
  bytes.insert(bytes.end(), signature.begin(), signature.end());
  return std::string(signature_prefix) + name + " " + to_base64(bytes) + "\n";
}

std::string Note::bytes() const {
  std::string out = text + "\n";
  for (const SignatureLine& signature : signatures) out += signature.text();
  return out;
}

Result<Note> parse_note(std::string_view bytes) {
  if (bytes.size() > limits::checkpoint_bytes_max) {
    return fail(Code::too_large, "a note beyond checkpoint_bytes_max");
  }
  TRY_VOID(check_note_characters(bytes));
  // "the text is separated from the signatures by the last empty line in the note".
  const std::size_t end = bytes.rfind("\n\n");
  if (end == std::string_view::npos)
    return fail(Code::malformed, "a note has an empty line before its signatures");
  Lines lines(bytes);
  while (lines.rest().size() > bytes.size() - end - 2) TRY_VOID(lines.next());
  TRY(auto signatures, read_signature_lines(lines));
  return Note{.text = std::string(bytes.substr(0, end + 1)), .signatures = std::move(signatures)};
}

Result<std::vector<SignatureLine>> parse_signature_lines(std::string_view bytes) {
  if (bytes.size() > limits::checkpoint_bytes_max) {
    return fail(Code::too_large, "signature lines beyond checkpoint_bytes_max");
  }
  TRY_VOID(check_note_characters(bytes));
  Lines lines(bytes);
  return read_signature_lines(lines);
}

Result<SignatureLine> sign_text(std::string_view text, std::string_view name,
                                const crypto::SigningKey& key) {
  TRY_VOID(check_signable(text, name));
  const VerifierKey verifier{std::string(name), SignatureType::ed25519, key.public_key()};
  return line_for(verifier, to_bytes(key.sign(as_bytes(text)).view()));
}

Result<SignatureLine> cosign_text(std::string_view text, std::string_view name,
                                  const crypto::SigningKey& key, Seconds at) {
  TRY_VOID(check_signable(text, name));
  const std::int64_t time = at.time_since_epoch().count();
  if (time < 0) return fail(Code::bad_value, "a cosignature's time is not before 1970");
  Bytes signature;
  for (int shift = 56; shift >= 0; shift -= 8)
    signature.push_back(static_cast<std::uint8_t>(time >> shift));
  const crypto::Signature ed25519 = key.sign(as_bytes(cosigned_message(text, at)));
  signature.insert(signature.end(), ed25519.bytes.begin(), ed25519.bytes.end());
  const VerifierKey verifier{std::string(name), SignatureType::cosignature_v1, key.public_key()};
  return line_for(verifier, std::move(signature));
}

// signed-note, "Signatures": "MUST ignore signatures from unknown keys, even if they share a name
// or ID (but not both) with a known key"; "If a signature from a known key fails to verify, clients
// SHOULD reject the whole note".
Result<std::vector<VerifiedSignature>> verify_note(const Note& note,
                                                   std::span<const VerifierKey> keys) {
  std::vector<KeyId> ids;
  for (const VerifierKey& key : keys) ids.push_back(key.id());
  std::vector<VerifiedSignature> out;
  for (const SignatureLine& line : note.signatures) {
    for (std::size_t i = 0; i < keys.size(); ++i) {
      if (line.id != ids[i] || line.name != keys[i].name) continue;
      TRY(const auto time, verify_line(note.text, keys[i], line.signature));
      out.push_back({.key = i, .time = time});
    }
  }
  if (out.empty()) return fail(Code::unknown_key, "no signature is by a key that is known here");
  return out;
}

}  // namespace comity::ledger
