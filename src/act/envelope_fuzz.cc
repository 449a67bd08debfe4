// An envelope that is read has one canonical text; any UTF-8 text can be sealed, and no other text
// verifies in its place.
#include <cstdlib>

#include "act/envelope.h"
#include "crypto/random.h"
#include "json/value.h"

using namespace comity;

namespace {

std::string canonical(const act::Envelope& envelope) {
  json::Object one{{"keyid", to_hex(envelope.key)}, {"sig", to_base64(envelope.signature.view())}};
  return json::write(json::Object{{"payload", to_base64(as_bytes(envelope.payload))},
                                  {"payloadType", envelope.payload_type},
                                  {"signatures", json::Array{one}}});
}

void read_from_outside(std::string_view bytes) {
  auto envelope = act::parse_envelope(bytes);
  if (!envelope) return;
  std::string text = canonical(*envelope);
  auto again = act::parse_envelope(text);
  if (!again || canonical(*again) != text) std::abort();
  if (act::verify(*envelope).has_value() != act::verify(*again).has_value()) std::abort();
}

void seal_and_open(std::string_view payload) {
  static const crypto::SigningKey key = [] {
    crypto::SeededRandom random(1);
    return crypto::SigningKey::generate(random);
  }();
  auto envelope = act::parse_envelope(act::seal(act::act_type, payload, key));
  if (envelope.has_value() != is_utf8(payload)) std::abort();
  if (!envelope) return;
  if (envelope->payload != payload || !act::verify(*envelope)) std::abort();
  envelope->payload += ' ';
  if (act::verify(*envelope)) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  read_from_outside(as_text({data, size}));
  if (size <= limits::act_bytes_max / 2) seal_and_open(as_text({data, size}));
  return 0;
}
