#include "node/context.h"

#include <algorithm>

#include "base/limits.h"
#include "ledger/checkpoint.h"
#include "ledger/note.h"
#include "member/card_change.h"

namespace comity::node {
namespace {

// Whether `key` speaks under an earlier card of ours, now that `card` is in force.
bool still_speaks(const member::Card& card, const crypto::PublicKey& key, Instant now) {
  auto found = std::ranges::find(card.act_keys, key, &member::ActKey::key);
  if (found != card.act_keys.end()) return !found->revoked_at;
  return now < card.issued_at + limits::key_overlap;
}

}  // namespace

std::span<const crypto::SigningKey> Keys::checkpoint_of(const CardHash& card) const {
  auto found = log.find(card);
  return found == log.end() ? std::span(&checkpoint, 1) : std::span(found->second.checkpoint);
}

std::span<const crypto::SigningKey> Keys::cosignature_of(const CardHash& card) const {
  auto found = log.find(card);
  return found == log.end() ? std::span(&cosignature, 1) : std::span(found->second.cosignature);
}

std::set<CardHash> silenced_cards(const Keys& keys, const member::Card& own, const CardHash& hash,
                                  Instant now) {
  std::vector<crypto::PublicKey> live;
  for (const std::string& text : member::live_checkpoint_keys(own, now))
    if (auto key = ledger::VerifierKey::parse(text)) live.push_back(key->key);
  auto is_live = [&](const crypto::SigningKey& key) {
    return std::ranges::find(live, key.public_key()) != live.end();
  };
  std::set<CardHash> silenced;
  for (const auto& [past, key] : keys.act) {
    bool verifiable = std::ranges::any_of(keys.checkpoint_of(past), is_live);
    if (past != hash && (!verifiable || !still_speaks(own, key.public_key(), now)))
      silenced.insert(past);
  }
  return silenced;
}

void Context::take_card(const member::SignedCard& own, Instant now) {
  card = own.hash;
  card_envelope = own.envelope;
  name = own.card.name;
  silenced = silenced_cards(*keys, own.card, own.hash, now);
}

std::string Context::origin() const {
  return ledger::origin_of(self.view());
}

ledger::Pseudonym Context::pseudonym(std::string_view actor) const {
  return ledger::actor_pseudonym(keys->pseudonym.view(), as_bytes(actor));
}

}  // namespace comity::node
