#pragma once
// Drafts of our next card: fresh keys, and what else changes over the years. And what of a card
// counts at a moment, keys in their overlap included. Sign a draft with next_card() or
// next_card_new_root().
#include "member/card.h"

namespace comity::member {

// Whether a key that is replaced stays good for limits::key_overlap beside the new one, so that
// partners who have not seen the card yet can still talk to us; or dies as soon as the card
// arrives, because it was stolen.
enum class Overlap { kept, none };

struct FreshKeys {
  std::optional<crypto::PublicKey> act{};
  std::optional<crypto::TlsPin> tls{};
  std::optional<std::string> checkpoint{}, cosignature{};  // verifier keys, of the name they had
  std::optional<crypto::SealingPublicKey> sealing{};
};
//   Errors  exists: a key is on the card already; too_large: more keys in their overlap than
//   limits::card_retiring_max, or too many act keys.
[[nodiscard]] Result<Card> with_fresh_keys(const Card& card, const FreshKeys& fresh,
                                           Overlap overlap, Instant now);

// Absent and empty members leave the card as it is. Jurisdiction and role never change: whoever
// changes them pairs anew.
struct CardChanges {
  std::optional<std::string> name{}, callback{}, office_hours{};
  std::optional<std::vector<std::string>> languages{}, endpoints{};
  std::vector<Mandate> mandates{};              // take the place of those for the same measure
  std::vector<std::string> dropped_mandates{};  // measures
};
//   Errors  not_found: no mandate for a measure that is to be dropped; exists: nothing would
//   change.
[[nodiscard]] Result<Card> with_changes(const Card& card, const CardChanges& changes);

// Keys in office first, then those in their overlap at `now`.
[[nodiscard]] std::vector<crypto::TlsPin> live_pins(const Card& card, Instant now);
[[nodiscard]] std::vector<std::string> live_checkpoint_keys(const Card& card, Instant now);
[[nodiscard]] std::vector<std::string> live_cosignature_keys(const Card& card, Instant now);
// When the next overlap of `use` ends after `now`.
[[nodiscard]] std::optional<Instant> next_lapse(const Card& card, KeyUse use, Instant now);

// What a human at a partner should look at, as the names of the card's members: "name",
// "endpoints", "callback", "office_hours", "mandates", "root". Keys that changed in the usual way
// are left out.
[[nodiscard]] std::vector<std::string> notable_changes(const SignedCard& old,
                                                       const SignedCard& next);

}  // namespace comity::member
