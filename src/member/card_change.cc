#include "member/card_change.h"

#include <algorithm>

#include "base/limits.h"

namespace comity::member {
namespace {

template <typename T>
bool holds(const std::vector<T>& list, const T& value) {
  return std::ranges::find(list, value) != list.end();
}

Result<void> retire(Card& draft, KeyUse use, std::string key, Overlap overlap, Instant now) {
  // A stolen key takes the earlier ones of its kind along: nobody knows what else was in the file.
  if (overlap == Overlap::none) {
    std::erase_if(draft.retiring, [&](const RetiringKey& each) { return each.use == use; });
    return {};
  }
  std::erase_if(draft.retiring, [&](const RetiringKey& each) { return each.until <= now; });
  if (draft.retiring.size() >= limits::card_retiring_max)
    return fail(Code::too_large,
                "too many keys are in their overlap: wait until the first of them is over");
  draft.retiring.push_back({use, std::move(key), now + limits::key_overlap});
  return {};
}

// Partners remember what a card revoked; the oldest make room.
void forget_old_revocations(Card& draft) {
  while (draft.act_keys.size() + 1 >= limits::card_act_keys_max) {
    auto oldest = std::ranges::find_if(
        draft.act_keys, [](const ActKey& each) { return each.revoked_at.has_value(); });
    if (oldest == draft.act_keys.end()) return;
    draft.act_keys.erase(oldest);
  }
}

Result<void> replace_log_key(Card& draft, KeyUse use, std::string& in_office,
                             const std::string& fresh, Overlap overlap, Instant now) {
  if (fresh == in_office) return fail(Code::exists, "the card lists this key: make a new one");
  std::string old = std::exchange(in_office, fresh);
  return retire(draft, use, std::move(old), overlap, now);
}

Result<void> replace_pins(Card& draft, const crypto::TlsPin& fresh, Overlap overlap, Instant now) {
  if (holds(draft.tls_pins, fresh))
    return fail(Code::exists, "the card lists this pin: make a new key");
  for (const crypto::TlsPin& old : std::exchange(draft.tls_pins, {fresh}))
    TRY_VOID(retire(draft, KeyUse::tls, to_hex(old), overlap, now));
  return {};
}

// By the overlap's clock, which is the reader's.
template <typename Take>
void each_live(const Card& card, KeyUse use, Instant now, Take take) {
  for (const RetiringKey& each : card.retiring)
    if (each.use == use && now < each.until) take(each);
}

std::vector<std::string> live_keys(const std::string& in_office, const Card& card, KeyUse use,
                                   Instant now) {
  std::vector<std::string> keys{in_office};
  each_live(card, use, now, [&](const RetiringKey& each) { keys.push_back(each.key); });
  return keys;
}

}  // namespace

Result<Card> with_fresh_keys(const Card& card, const FreshKeys& fresh, Overlap overlap,
                             Instant now) {
  Card draft = card;
  if (fresh.act) forget_old_revocations(draft);
  if (fresh.act && overlap == Overlap::kept) {
    TRY(draft, with_rotated_key(draft, *fresh.act, now));
  }
  if (fresh.act && overlap == Overlap::none) {
    std::vector<crypto::PublicKey> stolen;
    for (const ActKey& each : card.act_keys)
      if (!each.revoked_at) stolen.push_back(each.key);
    draft.act_keys.push_back({*fresh.act, now, std::nullopt});
    for (const crypto::PublicKey& key : stolen) {
      TRY(draft, with_revoked_key(draft, key, now));
    }
  }
  if (fresh.tls) TRY_VOID(replace_pins(draft, *fresh.tls, overlap, now));
  if (fresh.checkpoint)
    TRY_VOID(replace_log_key(draft, KeyUse::checkpoint, draft.checkpoint_key, *fresh.checkpoint,
                             overlap, now));
  if (fresh.cosignature)
    TRY_VOID(replace_log_key(draft, KeyUse::cosignature, draft.cosignature_key, *fresh.cosignature,
                             overlap, now));
  if (fresh.sealing && *fresh.sealing == draft.sealing_key)
    return fail(Code::exists, "the card lists this sealing key: make a new one");
  if (fresh.sealing) draft.sealing_key = *fresh.sealing;
  return draft;
}

Result<Card> with_changes(const Card& card, const CardChanges& changes) {
  Card draft = card;
  if (changes.name) draft.name = *changes.name;
  if (changes.callback) draft.callback = *changes.callback;
  if (changes.office_hours) draft.office_hours = *changes.office_hours;
  if (changes.languages) draft.languages = *changes.languages;
  if (changes.endpoints) draft.endpoints = *changes.endpoints;
  for (const std::string& measure : changes.dropped_mandates)
    if (std::erase_if(draft.mandates,
                      [&](const Mandate& each) { return each.measure == measure; }) == 0)
      return fail(Code::not_found, "the card claims no mandate for this measure", measure);
  for (const Mandate& mandate : changes.mandates) {
    if (holds(draft.mandates, mandate)) continue;  // word for word: partners need not check it anew
    std::erase_if(draft.mandates,
                  [&](const Mandate& each) { return each.measure == mandate.measure; });
    draft.mandates.push_back(mandate);
  }
  if (draft == card) return fail(Code::exists, "the card says all of this already");
  return draft;
}

std::vector<crypto::TlsPin> live_pins(const Card& card, Instant now) {
  std::vector<crypto::TlsPin> pins = card.tls_pins;
  each_live(card, KeyUse::tls, now, [&](const RetiringKey& each) {
    if (auto pin = hash_from_hex(each.key)) pins.push_back({pin->bytes});
  });
  return pins;
}

std::vector<std::string> live_checkpoint_keys(const Card& card, Instant now) {
  return live_keys(card.checkpoint_key, card, KeyUse::checkpoint, now);
}

std::vector<std::string> live_cosignature_keys(const Card& card, Instant now) {
  return live_keys(card.cosignature_key, card, KeyUse::cosignature, now);
}

std::optional<Instant> next_lapse(const Card& card, KeyUse use, Instant now) {
  std::optional<Instant> next;
  each_live(card, use, now, [&](const RetiringKey& each) {
    if (!next || each.until < *next) next = each.until;
  });
  return next;
}

std::vector<std::string> notable_changes(const SignedCard& old, const SignedCard& next) {
  std::vector<std::string> changed;
  auto compare = [&](const char* member, bool same) {
    if (!same) changed.emplace_back(member);
  };
  compare("name", old.card.name == next.card.name);
  compare("endpoints", old.card.endpoints == next.card.endpoints);
  compare("callback", old.card.callback == next.card.callback);
  compare("office_hours", old.card.office_hours == next.card.office_hours);
  compare("mandates", old.card.mandates == next.card.mandates);
  compare("root", old.root == next.root);
  return changed;
}

}  // namespace comity::member
