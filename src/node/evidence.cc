#include "node/evidence.h"

#include <utility>

namespace comity::node {

Result<std::string> keep_evidence(Work& work, const std::string& subject, json::Object about,
                                  std::string bytes) {
  TRY(std::uint64_t position,
      work.record({EntryType::evidence, subject, "", std::move(about), std::move(bytes)}));
  return "the evidence is entry " + std::to_string(position) +
         " of our ledger: comity ledger prove --position " + std::to_string(position);
}

}  // namespace comity::node
