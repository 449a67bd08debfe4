// Bodies from a partner. Whatever reads is written again as something that reads the same.
#include <algorithm>
#include <string>
#include <vector>

#include "base/check.h"
#include "peer/protocol.h"

using namespace comity;
using namespace comity::peer;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  std::string_view text = as_text({data, size});
  if (auto batch = read_batch(text)) {
    std::vector<std::string> envelopes(batch->acts.begin(), batch->acts.end());
    std::string again = write_acts(envelopes);
    for (std::string_view blob : batch->blobs) append_blob(again, blob);
    check(again == text, "a batch of acts and blobs is read as it stands");
  }
  auto lines = static_cast<std::size_t>(std::ranges::count(text, '\n'));
  if (auto results = read_results(text, lines)) {
    auto again = read_results(write_results(*results), lines);
    check(again && *again == *results, "results are read back");
  }
  if (auto shown = read_checkpoints(text)) {
    auto again = read_checkpoints(write_checkpoints(*shown));
    check(again && *again == *shown, "checkpoints are read back");
  }
  if (auto proof = read_proof(text)) {
    auto again = read_proof(write_proof(*proof));
    check(again && *again == *proof, "a proof is read back");
  }
  return 0;
}
