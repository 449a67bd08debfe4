#pragma once
// Invented members for tests and fuzzers, here and in the rooms above. Everything follows from a
// seed.
#include <string>
#include <utility>

#include "base/check.h"
#include "crypto/hash.h"
#include "crypto/random.h"
#include "member/card.h"
#include "member/member.h"
#include "member/pairing.h"

namespace comity::member {

inline const Instant sample_now =
    Instant{std::chrono::sys_days{std::chrono::year{2026} / 11 / 21}} + std::chrono::hours{9};

// A verifier key of C2SP signed-note: type 0x01 for checkpoints, 0x04 for cosignatures.
inline std::string sample_verifier_key(std::string_view name, std::uint8_t type,
                                       const crypto::PublicKey& key) {
  Bytes typed{type};
  typed.insert(typed.end(), key.bytes.begin(), key.bytes.end());
  Hash id = crypto::sha256({as_bytes(name), as_bytes("\n"), typed});
  return std::string(name) + "+" + to_hex(id.view().first(4)) + "+" + to_base64(typed);
}

// A member with its keys and first card.
struct Sample {
  explicit Sample(std::uint64_t seed, std::string name = "Contact point of Exampleland",
                  std::string jurisdiction = "PH", Role role = Role::poc)
      : random(seed),
        root(crypto::SigningKey::generate(random)),
        next_root(crypto::SigningKey::generate(random)),
        following_root(crypto::SigningKey::generate(random)),
        act_key(crypto::SigningKey::generate(random)),
        checkpoint_key(crypto::SigningKey::generate(random)),
        cosignature_key(crypto::SigningKey::generate(random)),
        card(*first_card(draft(std::move(name), std::move(jurisdiction), role), root,
                         next_root.public_key(), sample_now)) {}

  Card draft(std::string name, std::string jurisdiction, Role role) {
    Card out;
    std::string origin = "node.example.org/" + to_hex(act_key.public_key()).substr(0, 8);
    out.name = std::move(name);
    out.jurisdiction = std::move(jurisdiction);
    out.role = role;
    out.mandates = {{"preservation", "designated under Art. 35(1) of the Convention on Cybercrime",
                     "https://www.example.org/24-7-list"},
                    {"extradition", "Art. 24(7)", "https://www.example.org/central-authorities"}};
    out.languages = {"en", "fil"};
    out.endpoints = {"node.example.org:7443", "[2001:db8::1]:7443"};
    out.callback = "+63 2 5550 0100";
    out.office_hours = "24/7";
    out.act_keys = {{act_key.public_key(), sample_now, std::nullopt}};
    out.checkpoint_key = sample_verifier_key(origin, 0x01, checkpoint_key.public_key());
    out.cosignature_key = sample_verifier_key(origin, 0x04, cosignature_key.public_key());
    crypto::TlsPin pin;
    random.fill(pin.bytes);
    out.tls_pins = {pin};
    out.sealing_key = crypto::SealingKey::generate(random).public_key;
    return out;
  }

  [[nodiscard]] Presented presented() const { return {card.envelope, {}}; }
  [[nodiscard]] InvitationTerms terms() const {
    return {"node.example.org:7443", card.card.tls_pins.front(),
            sample_now + std::chrono::hours{48}};
  }
  [[nodiscard]] crypto::SigningKey new_key() { return crypto::SigningKey::generate(random); }

  crypto::SeededRandom random;
  crypto::SigningKey root, next_root, following_root, act_key, checkpoint_key, cosignature_key;
  SignedCard card;
};

// What a node holds of a member it has paired with.
inline Member sample_paired(const SignedCard& card, std::string nickname = "ph-poc",
                            Instant now = sample_now) {
  auto member = introduce(card, std::move(nickname), now);
  check(member.has_value(), "a sample card with a sample nickname");
  member->state = State::paired;
  return *std::move(member);
}

}  // namespace comity::member
