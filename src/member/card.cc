#include "member/card.h"

#include <algorithm>
#include <utility>

#include "act/envelope.h"
#include "base/check.h"
#include "crypto/hash.h"
#include "json/reader.h"
#include "member/card_check.h"

namespace comity::member {
namespace {

struct RoleNames {
  Role role;
  std::string_view name, law;
};
constexpr RoleNames role_names[] = {
    {Role::poc, "poc", "poc_24_7"},
    {Role::central_authority, "central_authority", "central_authority"},
    {Role::prosecutor, "prosecutor", "prosecutor"},
    {Role::court, "court", "judicial_authority"},
    {Role::police, "police", "police"},
    {Role::csirt, "csirt", ""},
    {Role::provider, "provider", "service_provider"},
    {Role::registrar, "registrar", "registrar"},
};

const RoleNames& names_of(Role role) {
  const auto* found = std::ranges::find(role_names, role, &RoleNames::role);
  check(found != std::end(role_names), "a role that has a name");
  return *found;
}

constexpr std::pair<KeyUse, std::string_view> use_names[] = {
    {KeyUse::tls, "tls"}, {KeyUse::checkpoint, "checkpoint"}, {KeyUse::cosignature, "cosignature"}};

void read_retiring(json::Reader& in, Card& card) {
  in.objects_or_none("retiring", limits::card_retiring_max, [&](json::Reader& each) {
    RetiringKey key;
    std::string use = each.one_of("use", {"tls", "checkpoint", "cosignature"});
    for (const auto& [value, name] : use_names)
      if (name == use) key.use = value;
    key.key = each.text("key", limits::card_text_bytes_max);
    key.until = each.instant("until");
    card.retiring.push_back(std::move(key));
  });
}

void read_keys(json::Reader& in, Card& card) {
  in.objects("act_keys", limits::card_act_keys_max, [&](json::Reader& each) {
    ActKey key;
    key.key = each.fixed<crypto::PublicKeyTag>("key");
    key.not_before = each.instant("not_before");
    key.revoked_at = each.instant_if("revoked_at");
    card.act_keys.push_back(key);
  });
  card.checkpoint_key = in.text("checkpoint_key", limits::card_text_bytes_max);
  card.cosignature_key = in.text("cosignature_key", limits::card_text_bytes_max);
  for (const std::string& text : in.texts("tls_pins", limits::card_tls_pins_max, 64)) {
    auto pin = hash_from_hex(text);
    if (!pin)
      in.refuse("tls_pins", Code::bad_value, "a pin is 64 hex digits");
    else
      card.tls_pins.push_back({pin->bytes});
  }
  card.sealing_key = in.fixed<crypto::SealingPublicKeyTag>("sealing_key");
  read_retiring(in, card);
  card.next_root = in.hash("next_root");
}

std::uint64_t read_number(json::Reader& in) {
  auto max = static_cast<std::int64_t>(limits::card_number_max);
  return static_cast<std::uint64_t>(in.integer("number", 1, max));
}

Result<SignedCard> sign_card(const Card& card, const crypto::SigningKey& root) {
  TRY_VOID(check_card(card));
  std::string payload = json::write(to_json(card));
  return read_card(act::seal(act::card_type, payload, root));
}

Card draft_after(const SignedCard& old, Card draft, Instant now) {
  draft.number = old.card.number + 1;
  draft.previous = old.hash;
  draft.member = old.card.member;
  draft.issued_at =
      std::max(now, old.card.issued_at);  // a clock set back must not stop a revocation
  std::erase_if(draft.retiring,
                [&](const RetiringKey& each) { return each.until <= draft.issued_at; });
  return draft;
}

Result<SignedCard> sign_after(const SignedCard& old, const Card& draft,
                              const crypto::SigningKey& root) {
  TRY(SignedCard next, sign_card(draft, root));
  TRY_VOID(check_succession(old, next));
  return next;
}

// The root that may sign after `old`, and what it must commit to.
Result<void> check_root(const SignedCard& old, const SignedCard& next) {
  if (next.root == old.root) {
    if (next.card.next_root != old.card.next_root)
      return fail(Code::bad_value, "only the next root itself may change the commitment to it",
                  "/next_root");
    return {};
  }
  if (root_commitment(next.root) != old.card.next_root)
    return fail(Code::revoked_key, "signed neither by the current root nor by the next one",
                "/signatures/0/keyid");
  if (next.card.next_root == old.card.next_root || next.card.next_root == root_commitment(old.root))
    return fail(Code::bad_value, "a new root commits to a root not used before", "/next_root");
  return {};
}

}  // namespace

std::string_view use_name(KeyUse use) {
  const auto* found =
      std::ranges::find(use_names, use, &std::pair<KeyUse, std::string_view>::first);
  check(found != std::end(use_names), "a use that has a name");
  return found->second;
}

std::string_view role_name(Role role) {
  return names_of(role).name;
}
std::string_view law_role(Role role) {
  return names_of(role).law;
}

bool is_authority(Role role) {
  switch (role) {
    case Role::poc:
    case Role::central_authority:
    case Role::prosecutor:
    case Role::court:
    case Role::police:
      return true;
    case Role::csirt:
    case Role::provider:
    case Role::registrar:
      return false;
  }
  return false;
}
bool is_custodian(Role role) {
  return role == Role::provider || role == Role::registrar;
}

Result<Role> role_from_name(std::string_view name) {
  const auto* found = std::ranges::find(role_names, name, &RoleNames::name);
  if (found != std::end(role_names)) return found->role;
  return fail(Code::bad_value,
              "must be poc, central_authority, prosecutor, court, police, csirt, provider or "
              "registrar");
}

MemberId member_id(const crypto::PublicKey& first_root) {
  return {crypto::sha256(first_root.view()).bytes};
}
Hash root_commitment(const crypto::PublicKey& next_root) {
  return crypto::sha256(next_root.view());
}
CardHash card_hash(std::string_view payload) {
  return {crypto::sha256(as_bytes(payload)).bytes};
}

Result<Card> parse_card(std::string_view payload) {
  TRY(json::Value value,
      json::parse(payload, {.bytes_max = limits::card_bytes_max, .depth_max = 4}));
  Card card;
  json::Reader in(value);
  card.number = read_number(in);
  if (in.has("previous")) card.previous = in.fixed<CardTag>("previous");
  card.member = in.fixed<MemberTag>("member");
  card.name = in.text("name", limits::card_name_bytes_max);
  card.jurisdiction = in.text("jurisdiction", 2);
  if (auto role = role_from_name(in.text("role", 64)))
    card.role = *role;
  else
    in.refuse("role", Code::bad_value, role.error().what);
  in.objects("mandates", limits::card_mandates_max, [&](json::Reader& each) {
    Mandate mandate;
    mandate.measure = each.text("measure", 64);
    mandate.legal_basis = each.text("legal_basis", limits::card_text_bytes_max);
    mandate.cite = each.text("cite", limits::card_text_bytes_max);
    card.mandates.push_back(std::move(mandate));
  });
  card.languages = in.texts("languages", limits::card_languages_max, 8);
  card.endpoints =
      in.texts("endpoints", limits::card_endpoints_max, limits::card_endpoint_bytes_max);
  card.callback = in.text("callback", limits::card_text_bytes_max);
  card.office_hours = in.text("office_hours", limits::card_text_bytes_max);
  read_keys(in, card);
  card.issued_at = in.instant("issued_at");
  TRY_VOID(in.finish());
  TRY_VOID(check_card(card));
  return card;
}

json::Value to_json(const Card& card) {
  json::Array mandates, languages, endpoints, act_keys, pins;
  for (const Mandate& each : card.mandates)
    mandates.push_back(json::Object{
        {"measure", each.measure}, {"legal_basis", each.legal_basis}, {"cite", each.cite}});
  for (const std::string& each : card.languages) languages.emplace_back(each);
  for (const std::string& each : card.endpoints) endpoints.emplace_back(each);
  for (const ActKey& each : card.act_keys) {
    json::Object key{{"key", to_hex(each.key)}, {"not_before", to_text(each.not_before)}};
    if (each.revoked_at) key.emplace("revoked_at", to_text(*each.revoked_at));
    act_keys.emplace_back(std::move(key));
  }
  for (const crypto::TlsPin& each : card.tls_pins) pins.emplace_back(to_hex(each));
  json::Object out{{"number", card.number},
                   {"member", to_hex(card.member)},
                   {"name", card.name},
                   {"jurisdiction", card.jurisdiction},
                   {"role", role_name(card.role)},
                   {"mandates", std::move(mandates)},
                   {"languages", std::move(languages)},
                   {"endpoints", std::move(endpoints)},
                   {"callback", card.callback},
                   {"office_hours", card.office_hours},
                   {"act_keys", std::move(act_keys)},
                   {"checkpoint_key", card.checkpoint_key},
                   {"cosignature_key", card.cosignature_key},
                   {"tls_pins", std::move(pins)},
                   {"sealing_key", to_hex(card.sealing_key)},
                   {"next_root", to_hex(card.next_root)},
                   {"issued_at", to_text(card.issued_at)}};
  if (card.previous) out.emplace("previous", to_hex(*card.previous));
  json::Array retiring;
  for (const RetiringKey& each : card.retiring)
    retiring.push_back(json::Object{
        {"use", use_name(each.use)}, {"key", each.key}, {"until", to_text(each.until)}});
  if (!retiring.empty()) out.emplace("retiring", std::move(retiring));
  return out;
}

Result<SignedCard> read_card(std::string_view envelope) {
  TRY(act::Envelope opened, act::parse_envelope(envelope, limits::card_bytes_max));
  if (opened.payload_type != act::card_type)
    return fail(Code::bad_value, "is not a member card", "/payloadType");
  TRY_VOID(act::verify(opened));
  TRY(Card card, parse_card(opened.payload));
  if (card.number == 1 && card.member != member_id(opened.key))
    return fail(Code::bad_value, "a first card is signed by the root its member id is made of",
                "/member");
  if (std::ranges::find(card.act_keys, opened.key, &ActKey::key) != card.act_keys.end())
    return fail(Code::bad_value, "the root key signs cards and nothing else", "/act_keys");
  if (root_commitment(opened.key) == card.next_root)
    return fail(Code::bad_value, "the next root must be another key than this one", "/next_root");
  return SignedCard{std::move(card), card_hash(opened.payload), opened.key, std::string(envelope)};
}

Result<SignedCard> first_card(Card draft, const crypto::SigningKey& root,
                              const crypto::PublicKey& next_root, Instant now) {
  draft.number = 1;
  draft.previous.reset();
  draft.member = member_id(root.public_key());
  draft.next_root = root_commitment(next_root);
  draft.issued_at = now;
  return sign_card(draft, root);
}

Result<SignedCard> next_card(const SignedCard& old, Card draft, const crypto::SigningKey& root,
                             Instant now) {
  draft = draft_after(old, std::move(draft), now);
  draft.next_root = old.card.next_root;
  return sign_after(old, draft, root);
}

Result<SignedCard> next_card_new_root(const SignedCard& old, Card draft,
                                      const crypto::SigningKey& new_root,
                                      const crypto::PublicKey& following_root, Instant now) {
  draft = draft_after(old, std::move(draft), now);
  draft.next_root = root_commitment(following_root);
  return sign_after(old, draft, new_root);
}

Result<Card> with_rotated_key(const Card& card, const crypto::PublicKey& key, Instant now) {
  if (std::ranges::find(card.act_keys, key, &ActKey::key) != card.act_keys.end())
    return fail(Code::exists, "the card lists this key already: make a new one");
  Card draft = card;
  std::erase_if(draft.act_keys, [](const ActKey& each) { return !each.revoked_at; });
  if (draft.act_keys.size() >= limits::card_act_keys_max)
    return fail(Code::too_large, "the card lists too many keys: leave out old revoked ones");
  draft.act_keys.push_back({key, now, std::nullopt});
  return draft;
}

Result<Card> with_revoked_key(const Card& card, const crypto::PublicKey& key, Instant now) {
  Card draft = card;
  auto found = std::ranges::find(draft.act_keys, key, &ActKey::key);
  if (found != draft.act_keys.end() && found->revoked_at)
    return fail(Code::exists, "the key is revoked already");
  if (found != draft.act_keys.end())
    found->revoked_at = now;
  else if (draft.act_keys.size() < limits::card_act_keys_max)
    draft.act_keys.push_back({key, now, now});
  else
    return fail(Code::too_large, "the card lists too many keys: leave out old revoked ones");
  if (std::ranges::all_of(draft.act_keys, [](const ActKey& k) { return k.revoked_at.has_value(); }))
    return fail(Code::not_allowed, "that is the last key: rotate to a new one in the same card");
  return draft;
}

const ActKey& signing_key_of(const Card& card, Instant now) {
  const ActKey* best = nullptr;
  for (const ActKey& each : card.act_keys) {
    if (each.revoked_at) continue;
    bool begun = each.not_before <= now;
    bool best_begun = best && best->not_before <= now;
    bool better = !best || (begun && !best_begun) ||
                  (begun == best_begun && (begun ? each.not_before > best->not_before
                                                 : each.not_before < best->not_before));
    if (better) best = &each;
  }
  check(best != nullptr, "a card has a key that is not revoked");
  return *best;
}

Result<void> check_succession(const SignedCard& old, const SignedCard& next) {
  if (next.card.member != old.card.member)
    return fail(Code::bad_value, "is another member's card", "/member");
  if (next.card.number != old.card.number + 1)
    return fail(Code::bad_value, "must be card " + std::to_string(old.card.number + 1), "/number");
  if (next.card.previous != old.hash)
    return fail(Code::bad_value, "does not follow the card before it", "/previous");
  if (next.card.jurisdiction != old.card.jurisdiction)
    return fail(Code::bad_value, "a member that changes its jurisdiction must pair anew",
                "/jurisdiction");
  if (next.card.role != old.card.role)
    return fail(Code::bad_value, "a member that changes its role must pair anew", "/role");
  if (next.card.issued_at < old.card.issued_at)
    return fail(Code::bad_value, "must not be issued before the card it follows", "/issued_at");
  TRY_VOID(check_root(old, next));
  for (const ActKey& gone : old.card.act_keys) {
    auto again = std::ranges::find(next.card.act_keys, gone.key, &ActKey::key);
    if (gone.revoked_at && again != next.card.act_keys.end() &&
        again->revoked_at != gone.revoked_at)
      return fail(Code::bad_value, "a revoked key stays revoked as it was", "/act_keys");
  }
  return {};
}

Result<void> check_lineage(const std::vector<std::string>& lineage, const SignedCard& card) {
  if (lineage.size() > limits::card_lineage_max)
    return fail(Code::too_large, "the lineage has too many cards", "/lineage");
  crypto::PublicKey root = card.root;
  std::uint64_t number = card.card.number;
  for (std::size_t i = lineage.size(); i-- > 0;) {
    std::string where = "/lineage/" + std::to_string(i);
    auto earlier = read_card(lineage[i]);
    if (!earlier) return fail(earlier.error().code, earlier.error().what, where);
    if (earlier->card.member != card.card.member || earlier->card.number >= number ||
        earlier->card.next_root != root_commitment(root))
      return fail(Code::bad_value, "does not commit to the root that signed after it", where);
    root = earlier->root;
    number = earlier->card.number;
  }
  if (member_id(root) != card.card.member)
    return fail(Code::bad_value,
                "does not lead back to the first root: show a card of every root before this one",
                "/lineage");
  return {};
}

}  // namespace comity::member
