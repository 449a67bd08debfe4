#pragma once
// Member cards: who a member is, how to reach it, which keys speak for it. docs/schemas/card.json.
//
// A card is a DSSE envelope of act::card_type, signed by the member's offline root key. Cards form
// a chain: number from 1, each naming the hash of the one before. Rules of succession, all checked
// by check_succession():
//   - same member, jurisdiction and role (what two humans looked at when they paired), number + 1,
//     previous = hash, issued no earlier;
//   - signed by the current root with `next_root` unchanged, or by the root that `next_root`
//     committed to, and then with a new commitment: whoever steals the current root cannot shut its
//     owner out;
//   - a key once revoked is not taken back.
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ids.h"
#include "base/time.h"
#include "crypto/certificate.h"
#include "crypto/sealed_box.h"
#include "crypto/sign.h"
#include "json/value.h"

namespace comity::member {

enum class Role { poc, central_authority, prosecutor, court, police, csirt, provider, registrar };
[[nodiscard]] std::string_view role_name(Role role);
[[nodiscard]] Result<Role> role_from_name(std::string_view name);
// The role's code in the law corpus ("poc_24_7", "service_provider", ...); empty for csirt, which
// no treaty names.
[[nodiscard]] std::string_view law_role(Role role);
// An authority of its State: it speaks for that State's law, and orders at home.
[[nodiscard]] bool is_authority(Role role);
// Holds data of others, and is whom such an order binds.
[[nodiscard]] bool is_custodian(Role role);

// What the member says it may do. It counts for us only once checked: member.h, mandate_checked().
struct Mandate {
  std::string measure;      // a measure code of the corpus: "preservation"
  std::string legal_basis;  // "designated under Art. 35(1) of the Convention on Cybercrime"
  std::string cite;         // where that can be read
  friend bool operator==(const Mandate&, const Mandate&) = default;
};

struct ActKey {
  crypto::PublicKey key;
  Instant not_before;  // from when the member means to sign with it, by its own clock; receivers do
                       // not refuse by it, for clocks differ and the root vouches for the key
  std::optional<Instant> revoked_at;  // not after the card's issued_at
  friend bool operator==(const ActKey&, const ActKey&) = default;
};

// A key that another took the place of, and that partners take beside the new one until then, by
// their own clock. One that is on neither list is dead to whoever holds the card. (Keys for acts
// overlap without being named: member.h.)
enum class KeyUse { tls, checkpoint, cosignature };
[[nodiscard]] std::string_view use_name(KeyUse use);
struct RetiringKey {
  KeyUse use = KeyUse::tls;
  std::string key;  // as the card names the key in office: a pin in hex, or a verifier key
  Instant until;    // after the card's issued_at, by limits::key_overlap at the most
  friend bool operator==(const RetiringKey&, const RetiringKey&) = default;
};

struct Card {
  std::uint64_t number = 1;
  std::optional<CardHash> previous;  // absent on the first card alone
  MemberId member;
  std::string name;
  std::string jurisdiction;  // ISO 3166-1 alpha-2
  Role role = Role::poc;
  std::vector<Mandate> mandates;
  std::vector<std::string> languages;  // ISO 639: "en", "fil"
  std::vector<std::string> endpoints;  // "host:port"; IPv6 in brackets
  std::string callback;                // telephone to call back; may be empty
  std::string office_hours;            // "24/7"; may be empty
  std::vector<ActKey> act_keys;        // at least one not revoked
  std::string checkpoint_key;          // C2SP signed-note verifier key, Ed25519 (type 0x01)
  std::string cosignature_key;         // the same, cosignature/v1 (type 0x04)
  std::vector<crypto::TlsPin> tls_pins;
  crypto::SealingPublicKey sealing_key;
  std::vector<RetiringKey> retiring;
  Hash next_root;  // SHA-256 of the next root's public key
  Instant issued_at;
  friend bool operator==(const Card&, const Card&) = default;
};

// A card as it came, verified.
struct SignedCard {
  Card card;
  CardHash hash;           // SHA-256 of the payload's bytes
  crypto::PublicKey root;  // who signed
  std::string envelope;
};

[[nodiscard]] MemberId member_id(const crypto::PublicKey& first_root);
[[nodiscard]] Hash root_commitment(const crypto::PublicKey& next_root);
[[nodiscard]] CardHash card_hash(std::string_view payload);

// Strict: every member by name, none beside; texts without control or direction characters; all
// Ed25519 keys of one card different from each other; verifier keys with their right key id.
//   Errors  those of json::parse and json::Reader, bad_value with a JSON pointer.
[[nodiscard]] Result<Card> parse_card(std::string_view payload);
[[nodiscard]] json::Value to_json(const Card& card);

// Envelope, signature, payload; a first card must be signed by the root that its member id is made
// of, and no card by a key it lists. Succession is another matter: check_succession(),
// check_lineage().
//   Errors  those of act::parse_envelope and parse_card; bad_signature.
[[nodiscard]] Result<SignedCard> read_card(std::string_view envelope);

// Makes card 1 out of `draft`, whose number, previous, member, next_root and issued_at are filled
// in here.
//   Errors  bad_value as parse_card() would give for the result.
[[nodiscard]] Result<SignedCard> first_card(Card draft, const crypto::SigningKey& root,
                                            const crypto::PublicKey& next_root, Instant now);
// The card after `old`, out of `draft`, signed by the root that signed `old`.
[[nodiscard]] Result<SignedCard> next_card(const SignedCard& old, Card draft,
                                           const crypto::SigningKey& root, Instant now);
// The same, handing over to the root that `old` committed to, and committing to the one that will
// follow it.
[[nodiscard]] Result<SignedCard> next_card_new_root(const SignedCard& old, Card draft,
                                                    const crypto::SigningKey& new_root,
                                                    const crypto::PublicKey& following_root,
                                                    Instant now);

// A draft in which `key` takes the place of every act key not revoked; those stay good at partners
// for limits::key_overlap.  Errors: exists, too_large.
[[nodiscard]] Result<Card> with_rotated_key(const Card& card, const crypto::PublicKey& key,
                                            Instant now);
// A draft in which `key` is revoked, whether the card lists it or an earlier one did: dead at a
// partner as soon as it records the card. To replace the only key at once, rotate first and revoke
// in the same draft.
//   Errors  exists: revoked already; not_allowed: no other key would be left; too_large.
[[nodiscard]] Result<Card> with_revoked_key(const Card& card, const crypto::PublicKey& key,
                                            Instant now);
// The key that a member itself signs with: not revoked, the latest that has begun (else the first
// to begin).
[[nodiscard]] const ActKey& signing_key_of(const Card& card, Instant now);

// Code::bad_value with the rule that is broken, as listed above; revoked_key for a signer that is
// not in office.
[[nodiscard]] Result<void> check_succession(const SignedCard& old, const SignedCard& next);

// Proof to a newcomer that `card` descends from the first root its member id is made of: `lineage`
// holds one card envelope of every earlier root, oldest first; empty when the root never changed.
//   Errors  those of read_card; bad_value; too_large beyond limits::card_lineage_max.
[[nodiscard]] Result<void> check_lineage(const std::vector<std::string>& lineage,
                                         const SignedCard& card);

// "host:port": a DNS name, an IPv4 address or a bracketed IPv6 address, and a port from 1.
// Code::bad_value.
[[nodiscard]] Result<void> check_endpoint(std::string_view endpoint);

}  // namespace comity::member
