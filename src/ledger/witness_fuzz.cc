// Requests to a witness: whatever comes, no cosignature leaves but over a head consistent with the
// one held.
#include "base/check.h"
#include "ledger/test_log.h"
#include "ledger/witness.h"

using namespace comity;
using namespace comity::ledger;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const WitnessedLog log = [] {
    Frontier frontier;
    frontier.append(testing::leaf_hashes(0, 8));
    return WitnessedLog{.keys = {testing::log_key("comity/log.example", 1)},
                        .latest = frontier.head()};
  }();
  static const crypto::SigningKey key = testing::key_from(11);

  const std::string_view body = as_text({data, size});
  const auto parsed = AddCheckpoint::parse(body);
  if (parsed) check(parsed->body() == body, "a request reads back what it wrote");

  const WitnessAnswer answer = witness_add(
      body, [](std::string_view origin) { return origin == "comity/log.example" ? &log : nullptr; },
      {"w.example/1", key}, testing::at(5));
  check(answer.accepted.has_value() == (answer.status == WitnessStatus::ok),
        "only a 200 moves the head");
  if (answer.status == WitnessStatus::ok) {
    check(answer.accepted->size >= log.latest.size, "a witness never goes back");
    check(verify_consistency(log.latest, *answer.accepted, parsed->proof).has_value(),
          "the new head continues the old");
    const std::vector witnesses = {testing::witness_key("w.example/1", 11)};
    const auto merged = merge_cosignatures(parsed->checkpoint, answer.body, witnesses);
    check(!merged || verify_checkpoint(*merged, log.keys, witnesses).has_value(),
          "the cosignature verifies");
  } else {
    check(parse_signature_lines(answer.body).has_value() == false,
          "no signature leaves with a refusal");
  }
  return 0;
}
