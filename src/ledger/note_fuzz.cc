// Notes, signature lines and verifier keys: what is read is written back unchanged; nothing
// unsigned verifies.
#include "base/check.h"
#include "ledger/test_log.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text = as_text({data, size});
  if (const auto note = ledger::parse_note(text)) {
    check(note->bytes() == text, "a note reads back what it wrote");
    const std::vector keys = {ledger::testing::log_key("comity/log.example", 1),
                              ledger::testing::witness_key("w.example/1", 11)};
    if (const auto verified = ledger::verify_note(*note, keys)) {
      check(verified->size() <= note->signatures.size(),
            "no more signatures verify than there are");
    }
  }
  if (const auto lines = ledger::parse_signature_lines(text)) {
    std::string back;
    for (const auto& line : *lines) back += line.text();
    check(back == text, "signature lines read back what they wrote");
  }
  if (const auto key = ledger::VerifierKey::parse(text)) {
    check(key->text() == text, "a verifier key reads back what it wrote");
    check(ledger::is_key_name(key->name), "a verifier key has a key name");
  }
  return 0;
}
