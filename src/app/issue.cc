#include "app/issue.h"

#include <algorithm>

#include "app/roots.h"
#include "crypto/random.h"
#include "ledger/note.h"

namespace comity::app {
namespace {

constexpr std::pair<Fresh, std::string_view> fresh_names[] = {{Fresh::act, "act"},
                                                              {Fresh::tls, "tls"},
                                                              {Fresh::checkpoint, "checkpoint"},
                                                              {Fresh::cosignature, "cosignature"},
                                                              {Fresh::sealing, "sealing"},
                                                              {Fresh::root, "root"}};
constexpr std::size_t cards_kept = 64;    // in node.key, beyond those that still speak
constexpr std::size_t tls_past_kept = 4;  // a partner that missed more must pair anew
constexpr std::size_t sealing_past_kept = 32;

// The keys that the next card will name.
struct NewKeys {
  std::optional<crypto::SigningKey> act, checkpoint, cosignature;
  std::optional<crypto::TlsIdentity> tls;
  std::optional<crypto::SealingKey> sealing;
};

NewKeys make_keys(const CardOrder& order, Random& random) {
  NewKeys keys;
  bool act = order.keys.contains(Fresh::act) || !order.revoke.empty();
  if (act) keys.act = crypto::SigningKey::generate(random);
  if (order.keys.contains(Fresh::tls)) keys.tls = crypto::make_tls_identity();
  if (order.keys.contains(Fresh::checkpoint))
    keys.checkpoint = crypto::SigningKey::generate(random);
  if (order.keys.contains(Fresh::cosignature))
    keys.cosignature = crypto::SigningKey::generate(random);
  if (order.keys.contains(Fresh::sealing)) keys.sealing = crypto::SealingKey::generate(random);
  return keys;
}

// The verifier key of the same name and type, for another key: what it names, a log or a witness,
// goes on.
Result<std::string> renewed(const std::string& verifier, const crypto::SigningKey& key) {
  TRY(auto old, ledger::VerifierKey::parse(verifier));
  return ledger::VerifierKey{old.name, old.type, key.public_key()}.text();
}

Result<member::Card> draft_of(const CardOrder& order, const member::Card& old, const NewKeys& keys,
                              Instant now) {
  member::FreshKeys fresh;
  if (keys.act) fresh.act = keys.act->public_key();
  if (keys.tls) fresh.tls = keys.tls->pin;
  if (keys.sealing) fresh.sealing = keys.sealing->public_key;
  if (keys.checkpoint) {
    TRY(fresh.checkpoint, renewed(old.checkpoint_key, *keys.checkpoint));
  }
  if (keys.cosignature) {
    TRY(fresh.cosignature, renewed(old.cosignature_key, *keys.cosignature));
  }
  member::Card both = old;
  if (!order.revoke.empty()) {
    TRY(Hash revoked, hash_from_hex(order.revoke));
    // with_fresh_keys() leaves out what it replaces: a key is revoked on the card that names both.
    both.act_keys.push_back(
        {.key = *std::exchange(fresh.act, std::nullopt), .not_before = now, .revoked_at = {}});
    TRY(both, member::with_revoked_key(both, crypto::PublicKey{revoked.bytes}, now));
  }
  TRY(member::Card draft, member::with_fresh_keys(both, fresh, order.overlap, now));
  const member::CardChanges& changes = order.changes;
  bool changed = changes.name || changes.callback || changes.office_hours || changes.languages ||
                 changes.endpoints || !changes.mandates.empty() ||
                 !changes.dropped_mandates.empty();
  if (!changed) return draft;
  return member::with_changes(draft, changes);
}

// Those that sign under `next`: its own first, then, of what signed under the card before, those
// that it names as retiring.
std::vector<crypto::SigningKey> signers(std::optional<crypto::SigningKey>& fresh,
                                        std::span<const crypto::SigningKey> before,
                                        const member::Card& next, member::KeyUse use) {
  std::vector<crypto::SigningKey> keys;
  if (fresh) keys.push_back(fresh->clone());
  for (const crypto::SigningKey& key : before) {
    bool in_office = !fresh && keys.empty();
    bool retiring = std::ranges::any_of(next.retiring, [&](const member::RetiringKey& each) {
      auto verifier =
          each.use == use ? ledger::VerifierKey::parse(each.key) : fail(Code::not_found, "");
      return verifier && verifier->key == key.public_key();
    });
    if (in_office || retiring) keys.push_back(key.clone());
  }
  return keys;
}

// Never the one in office: an order that failed half-way leaves keys behind that no card names.
void forget_old_identities(Keyring& keyring, const member::Card& in_office) {
  auto& past = keyring.tls_past;
  while (past.size() > tls_past_kept) {
    auto last = std::ranges::find_if(past.rbegin(), past.rend(), [&](const auto& identity) {
      return std::ranges::find(in_office.tls_pins, identity.pin) == in_office.tls_pins.end();
    });
    if (last == past.rend()) return;
    past.erase(std::next(last).base());
  }
}

// Errors: too_large when every card held still speaks. A new key for acts silences them in time.
Result<void> hold(Keyring& keyring, NewKeys& keys, const member::SignedCard& old,
                  const member::SignedCard& next, Instant now) {
  auto before = keyring.node_keys();
  for (const CardHash& card : node::silenced_cards(*before, next.card, next.hash, now))
    if (keyring.act.size() > cards_kept && card != old.hash) {
      keyring.act.erase(card);
      keyring.log.erase(card);
    }
  if (keyring.act.size() >= keyring_cards_max)
    return fail(Code::too_large, "the key file holds keys for " +
                                     std::to_string(keyring_cards_max) +
                                     " cards, and all of them still speak: make a new key for acts "
                                     "(comity member rotate act), and change the card in 30 days");
  keyring.act.emplace(next.hash, keys.act ? keys.act->clone() : before->act.at(old.hash).clone());
  keyring.log.emplace(
      next.hash, node::LogKeys{signers(keys.checkpoint, before->checkpoint_of(old.hash), next.card,
                                       member::KeyUse::checkpoint),
                               signers(keys.cosignature, before->cosignature_of(old.hash),
                                       next.card, member::KeyUse::cosignature)});
  if (keys.tls) {
    keyring.tls_past.insert(keyring.tls_past.begin(),
                            std::exchange(keyring.tls, *std::move(keys.tls)));
    forget_old_identities(keyring, old.card);
  }
  if (keys.sealing) {
    keyring.sealing_past.insert(keyring.sealing_past.begin(),
                                std::exchange(keyring.sealing, *std::move(keys.sealing)));
    if (keyring.sealing_past.size() > sealing_past_kept) keyring.sealing_past.pop_back();
  }
  return {};
}

}  // namespace

Result<Fresh> fresh_from_name(std::string_view name) {
  for (const auto& [fresh, each] : fresh_names)
    if (each == name) return fresh;
  return fail(Code::bad_value, "must be act, tls, checkpoint, cosignature, sealing or root",
              std::string(name));
}

Result<json::Value> issue_card(Session& session, const CardOrder& order) {
  Folder folder(session.dir);
  Client client(folder, session.unlock);
  TRY(Desk desk, Desk::open(folder, session.officer, session.for_officer()));
  TRY(Unlocker unlocker, find_unlocker(session.unlock, Ask::once, "this node"));
  TRY(FolderLock lock, FolderLock::take_keys(folder));
  TRY(json::Value held, client.get("/card"));
  TRY(auto old, member::read_card(*held.find("card")->as_string()));
  TRY_VOID(settle_roots(folder, old, unlocker));

  crypto::SystemRandom random;
  Instant now = SystemClock().now();
  NewKeys keys = make_keys(order, random);
  TRY(member::Card draft, draft_of(order, old.card, keys, now));
  std::optional<member::SignedCard> next;
  if (order.keys.contains(Fresh::root)) {
    TRY(HandOver roots, begin_hand_over(folder, old, unlocker, random));
    TRY(next, member::next_card_new_root(old, draft, roots.root, roots.following, now));
  } else {
    TRY(auto root, root_in_office(folder, old, unlocker));
    TRY(next, member::next_card(old, draft, root, now));
  }
  TRY(Keyring keyring, load_keyring(folder, unlocker));
  TRY_VOID(hold(keyring, keys, old, *next, now));
  TRY_VOID(save_keyring(folder, keyring, unlocker, random, Existing::replace));
  TRY(json::Value answer,
      client.command(desk.sign_command("member.card", {{"card", next->envelope}})));
  TRY_VOID(settle_roots(folder, *next, unlocker));
  return answer;
}

}  // namespace comity::app
