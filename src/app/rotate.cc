#include "app/rotate.h"

#include "crypto/random.h"
#include "member/card.h"

namespace comity::app {

Result<json::Value> rotate_act_key(Session& session, const std::string& revoke) {
  Folder folder(session.dir);
  Client client(folder, session.unlock);
  TRY(Desk desk, Desk::open(folder, session.officer, session.for_officer()));
  TRY(Unlocker unlocker, find_unlocker(session.unlock, Ask::once, "this node"));
  TRY(auto root, load_signing_key(folder.root_key(), unlocker));
  TRY(Keyring keyring, load_keyring(folder, unlocker));
  TRY(json::Value held, client.get("/card"));
  TRY(auto old, member::read_card(*held.find("card")->as_string()));

  crypto::SystemRandom random;
  Instant now = SystemClock().now();
  auto fresh = crypto::SigningKey::generate(random);
  TRY(member::Card draft, member::with_rotated_key(old.card, fresh.public_key(), now));
  if (!revoke.empty()) {
    TRY(Hash key, hash_from_hex(revoke));
    // A key still on the draft is revoked there; with_rotated_key() has left out the ones that it
    // replaced, so the revocation is made on the card that names them both.
    member::Card both = old.card;
    both.act_keys.push_back({.key = fresh.public_key(), .not_before = now, .revoked_at = {}});
    TRY(draft, member::with_revoked_key(both, crypto::PublicKey{key.bytes}, now));
  }
  TRY(auto next, member::next_card(old, draft, root, now));
  keyring.act.emplace(next.hash, fresh.clone());
  TRY_VOID(save_keyring(folder, keyring, unlocker, random, Existing::replace));
  return client.command(desk.sign_command("member.card", {{"card", next.envelope}}));
}

}  // namespace comity::app
