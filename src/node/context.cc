#include "node/context.h"

#include "ledger/checkpoint.h"

namespace comity::node {

std::string Context::origin() const {
  return ledger::origin_of(self.view());
}

ledger::Pseudonym Context::pseudonym(std::string_view actor) const {
  return ledger::actor_pseudonym(keys->pseudonym.view(), as_bytes(actor));
}

}  // namespace comity::node
