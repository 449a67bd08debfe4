#pragma once
// Who this node is, which keys it holds and which law it knows: given to every step, changed by
// none.
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/ids.h"
#include "crypto/secret.h"
#include "crypto/sign.h"
#include "law/corpus.h"
#include "ledger/leaf.h"

namespace comity::node {

struct Keys {
  std::map<CardHash, crypto::SigningKey> act;  // by the card that lists the public key
  crypto::SigningKey checkpoint;
  crypto::SigningKey cosignature;
  crypto::Secret pseudonym;  // 32 bytes, for the actors in ledger leaves
};

struct Context {
  MemberId self;
  CardHash card;                          // our current one
  std::string card_envelope;              // as signed by the root key
  std::vector<std::string> card_lineage;  // for newcomers: member/card.h, check_lineage()
  std::string name, jurisdiction, role;
  std::shared_ptr<const Keys>
      keys;  // shared: a context is replaced while turns may still hold the old one
  law::Corpus corpus;

  [[nodiscard]] const crypto::SigningKey& act_key() const { return keys->act.at(card); }
  [[nodiscard]] std::string origin() const;  // of our log: "comity/<member id>"
  [[nodiscard]] ledger::Pseudonym pseudonym(std::string_view actor) const;
};

}  // namespace comity::node
