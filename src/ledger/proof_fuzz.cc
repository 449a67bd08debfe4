// Proofs, records and policies. The first byte says which; a proof is verified under a policy that
// knows the key which signs the seeds, so that a mutation which still verifies shows itself.
#include "base/check.h"
#include "ledger/proof.h"
#include "ledger/test_log.h"

using namespace comity;
using namespace comity::ledger;

namespace {

void fuzz_proof(std::string_view text) {
  const std::vector logs = {testing::log_key("comity/log.example", 1)};
  const std::vector witnesses = {testing::witness_key("w.example/1", 11)};
  const Policy policy = *Policy::parse(*make_policy(logs, witnesses, 1));
  if (const auto proof = Proof::parse(text)) {
    check(proof->text() == text, "a proof reads back what it wrote");
  }
  Record record{.bytes = to_bytes(as_bytes("record")), .key = commitment_key(Bytes(32, 0x77))};
  if (const auto verified = verify_proof(text, record, policy)) {
    check(verified->cosigners.size() == 1, "a proof that verifies has its quorum");
    check(verified->index < verified->head.size, "a proof that verifies is of a leaf in the tree");
    record.bytes.back() ^= 1;
    check(!verify_proof(text, record, policy), "another record is not proved by it");
  }
}

void fuzz_record(std::string_view text) {
  if (const auto record = Record::parse(text))
    check(record->text() == text, "a record reads back what it wrote");
}

void fuzz_policy(std::string_view text) {
  const auto policy = Policy::parse(text);
  if (!policy) return;
  const std::size_t count = policy->witnesses().size();
  check(policy->quorum(std::vector<bool>(count, true)), "all witnesses together are a quorum");
  for (std::size_t i = 0; i < count; ++i) {  // one more cosignature never breaks a quorum
    std::vector<bool> cosigned(count, false);
    cosigned[i] = true;
    const bool one = policy->quorum(cosigned);
    cosigned[(i + 1) % count] = true;
    check(!one || policy->quorum(cosigned), "a quorum with one more is a quorum");
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (size == 0) return 0;
  const std::string_view text = as_text({data + 1, size - 1});
  switch (data[0]) {
    case 'p':
      fuzz_proof(text);
      break;
    case 'r':
      fuzz_record(text);
      break;
    case 'q':
      fuzz_policy(text);
      break;
    default:
      break;
  }
  return 0;
}
