#pragma once
// Who this node is, which keys it holds and which law it knows: given to every step, changed by
// none.
#include <map>
#include <memory>
#include <set>
#include <span>
#include <string>
#include <vector>

#include "base/ids.h"
#include "crypto/secret.h"
#include "crypto/sign.h"
#include "law/corpus.h"
#include "ledger/leaf.h"
#include "member/card.h"

namespace comity::intel {
class WarningLists;
}

namespace comity::node {

// What signs for our ledger, and as a witness of others, under one card: the key in office first,
// then those in their overlap, so that a partner with the card before can verify too.
struct LogKeys {
  std::vector<crypto::SigningKey> checkpoint, cosignature;
};

struct Keys {
  std::map<CardHash, crypto::SigningKey> act;  // by the card that lists the public key
  crypto::SigningKey checkpoint;               // of the first card, and of every one not in `log`
  crypto::SigningKey cosignature;              //   "
  crypto::Secret pseudonym;                    // 32 bytes, for the actors in ledger leaves
  std::map<CardHash, LogKeys> log{};           // of later cards

  [[nodiscard]] std::span<const crypto::SigningKey> checkpoint_of(const CardHash& card) const;
  [[nodiscard]] std::span<const crypto::SigningKey> cosignature_of(const CardHash& card) const;
};

// Cards of ours, other than `hash`, whose signatures partners refuse by now: a key of theirs was
// revoked, or its overlap is over.
[[nodiscard]] std::set<CardHash> silenced_cards(const Keys& keys, const member::Card& own,
                                                const CardHash& hash, Instant now);

// The law as it came with the program, or from the operator's folder: what answers where nobody has
// published anything, and what a published file is checked against.
struct BaseLaw {
  std::vector<law::SourceFile> files;
  law::Corpus corpus;  // compiled from them
};

struct Context {
  MemberId self;
  CardHash card;                          // our current one
  std::string card_envelope;              // as signed by the root key
  std::vector<std::string> card_lineage;  // for newcomers: member/card.h, check_lineage()
  std::string name, jurisdiction, role;
  std::shared_ptr<const Keys>
      keys;  // shared: a context is replaced while turns may still hold the old one
  // In use: the base, with what jurisdictions published in its place. The driver replaces it when
  // another day or another version makes it another law (node/law_in_force.h).
  law::Corpus corpus;
  // Shared by every context of this process, until the operator's folder is another.
  std::shared_ptr<const BaseLaw> base_law = {};
  std::set<CardHash> silenced{};  // silenced_cards(), filled by take_card()
  // The operator's; null: none. What they name does not go to partners by itself (node/push.h).
  std::shared_ptr<const intel::WarningLists> warnings = {};

  // Makes `own` the current card. `keys` must hold what it lists. To be called again once the
  // overlap that begins with it is over.
  void take_card(const member::SignedCard& own, Instant now);
  [[nodiscard]] const crypto::SigningKey& act_key() const { return keys->act.at(card); }
  [[nodiscard]] std::string origin() const;  // of our log: "comity/<member id>"
  [[nodiscard]] ledger::Pseudonym pseudonym(std::string_view actor) const;
};

}  // namespace comity::node
