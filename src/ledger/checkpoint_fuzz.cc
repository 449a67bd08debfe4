// Checkpoints, their merging and comparison, and split-view evidence.
#include "base/check.h"
#include "ledger/test_log.h"
#include "ledger/witness.h"

using namespace comity;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace ledger;
  const std::string_view text = as_text({data, size});
  const std::vector logs = {testing::log_key("comity/log.example", 1)};
  const std::vector witnesses = {testing::witness_key("w.example/1", 11)};

  if (const auto parsed = parse_checkpoint(text)) {
    check(parsed->checkpoint.text() == parsed->note.text, "a checkpoint reads back what it wrote");
    const auto line = cosign(text, "w.example/1", testing::key_from(11), testing::at(5));
    check(line.has_value(), "whatever reads as a checkpoint can be cosigned");
    if (const auto merged = merge_cosignatures(text, *line, witnesses)) {
      check(parse_note(*merged).has_value(), "a merged checkpoint is a note");
      check(merge_cosignatures(*merged, *line, witnesses) == *merged,
            "merging twice changes nothing");
    }
  }
  if (verify_checkpoint(text, logs, witnesses)) {
    const auto compared = compare_checkpoints(text, text, logs);
    check(compared && compared->views == Views::same, "a checkpoint does not contradict itself");
  }
  if (const auto split = verify_split_view(text, logs)) {
    check(split->a.checkpoint.head.root != split->b.checkpoint.head.root,
          "evidence shows two roots");
  }
  return 0;
}
