#include "act/envelope.h"

#include "base/check.h"
#include "json/reader.h"

namespace comity::act {

Result<Envelope> parse_envelope(std::string_view bytes, std::size_t bytes_max) {
  TRY(json::Value value, json::parse(bytes, {.bytes_max = bytes_max, .depth_max = 4}));
  Envelope envelope;
  json::Reader in(value);
  envelope.payload_type = in.text("payloadType", 128);
  Bytes payload = in.base64("payload", bytes_max);
  std::size_t signatures = 0;
  in.objects("signatures", 1, [&](json::Reader& each) {
    ++signatures;
    envelope.key = each.fixed<crypto::PublicKeyTag>("keyid");
    auto signature = crypto::signature_from(each.base64("sig", 64));
    if (signature)
      envelope.signature = *signature;
    else
      each.refuse("sig", Code::bad_value, "an Ed25519 signature is 64 bytes");
  });
  if (signatures != 1)
    in.refuse("signatures", Code::bad_value, "an envelope has exactly one signature");
  TRY_VOID(in.finish());
  envelope.payload = as_text(payload);
  if (!is_utf8(envelope.payload))
    return fail(Code::bad_utf8, "the payload is not UTF-8 text", "/payload");
  return envelope;
}

// DSSE v1.0, protocol.md: PAE(type, body) = "DSSEv1" SP LEN(type) SP type SP LEN(body) SP body.
std::string pre_authentication(std::string_view type, std::string_view payload) {
  std::string pae = "DSSEv1 " + std::to_string(type.size()) + " ";
  pae.reserve(pae.size() + type.size() + payload.size() + 24);
  pae += type;
  pae += " " + std::to_string(payload.size()) + " ";
  pae += payload;
  return pae;
}

Result<void> verify(const Envelope& envelope) {
  std::string signed_text = pre_authentication(envelope.payload_type, envelope.payload);
  if (!crypto::verify(envelope.key, as_bytes(signed_text), envelope.signature))
    return fail(Code::bad_signature, "the signature does not fit the payload and its key",
                "/signatures/0");
  return {};
}

std::string seal(std::string_view type, std::string_view payload, const crypto::SigningKey& key) {
  check(type.find_first_of("\"\\") == std::string_view::npos, "a payload type needs no escapes");
  auto signature = key.sign(as_bytes(pre_authentication(type, payload)));
  // Canonical JSON by hand: the members stand in order, and base64, hex and our types need no
  // escapes.
  std::string out = R"({"payload":")";
  out += to_base64(as_bytes(payload));
  out += R"(","payloadType":")";
  out += type;
  out += R"(","signatures":[{"keyid":")";
  out += to_hex(key.public_key());
  out += R"(","sig":")";
  out += to_base64(signature.view());
  out += R"("}]})";
  return out;
}

}  // namespace comity::act
