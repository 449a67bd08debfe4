#include "member/member.h"

#include <algorithm>

#include "act/envelope.h"
#include "base/check.h"
#include "crypto/hash.h"
#include "json/reader.h"
#include "member/plain.h"

namespace comity::member {
namespace {

constexpr std::pair<State, std::string_view> state_names[] = {{State::introduced, "introduced"},
                                                              {State::pairing, "pairing"},
                                                              {State::paired, "paired"},
                                                              {State::frozen, "frozen"},
                                                              {State::ended, "ended"}};
constexpr std::pair<CheckMethod, std::string_view> method_names[] = {
    {CheckMethod::depositary_list, "depositary_list"},
    {CheckMethod::official_journal, "official_journal"},
    {CheckMethod::call_back, "call_back"},
    {CheckMethod::diplomatic_note, "diplomatic_note"},
    {CheckMethod::in_person, "in_person"},
    {CheckMethod::other, "other"}};

template <typename E, std::size_t n>
std::string_view name_in(const std::pair<E, std::string_view> (&table)[n], E value) {
  for (const auto& [each, name] : table)
    if (each == value) return name;
  check(false, "a value that has a name");
  return {};
}

template <typename E, std::size_t n>
Result<E> value_in(const std::pair<E, std::string_view> (&table)[n], std::string_view text) {
  std::string what = "must be one of";
  for (const auto& [each, name] : table) {
    if (name == text) return each;
    what.append(" ").append(name);
  }
  return fail(Code::bad_value, std::move(what));
}

KnownCard known_of(const SignedCard& card, Instant now) {
  KnownCard known{card.hash, card.card.number, card.root, {}, now};
  for (const ActKey& each : card.card.act_keys)
    if (!each.revoked_at) known.act_keys.push_back(each.key);
  return known;
}

void note_revoked(Member& member, const Card& card) {
  for (const ActKey& each : card.act_keys)
    if (each.revoked_at && std::ranges::find(member.revoked, each.key) == member.revoked.end())
      member.revoked.push_back(each.key);
  if (member.revoked.size() > limits::revoked_keys_max)
    member.revoked.erase(member.revoked.begin(),
                         member.revoked.end() - std::ptrdiff_t{limits::revoked_keys_max});
}

// check_succession() sees two cards; a key revoked in an earlier one is remembered here.
Result<void> check_no_key_returns(const Member& member, const Card& card) {
  for (const ActKey& each : card.act_keys)
    if (!each.revoked_at && std::ranges::find(member.revoked, each.key) != member.revoked.end())
      return fail(Code::revoked_key, "takes back a key that was revoked: make a new one",
                  "/act_keys");
  return {};
}

void hold(Member& member, const SignedCard& card, Instant now) {
  member.envelope = card.envelope;
  member.next_root = card.card.next_root;
  member.cards.push_back(known_of(card, now));
  if (member.cards.size() > limits::known_cards_max) member.cards.erase(member.cards.begin());
  note_revoked(member, card.card);
  // A mandate that a card drops is checked anew, should a later one claim it again.
  std::erase_if(member.mandates, [&](const CheckedMandate& each) {
    return std::ranges::find(card.card.mandates, each.mandate) == card.card.mandates.end();
  });
}

Member frozen_by(Member member, const SignedCard& card, const CardHash& held, Instant now) {
  if (member.evidence.size() >= limits::equivocations_max)
    member.evidence.erase(member.evidence.begin());
  member.evidence.push_back({now, held, card.envelope});
  member.state = State::frozen;
  member.since = now;
  member.why = "two different cards with number " + std::to_string(card.card.number) +
               " were signed in its name; both are kept as evidence. Call the partner, then pair "
               "anew";
  return member;
}

// Only a root in office can contradict itself: a root that was replaced, perhaps because it was
// stolen, cannot freeze the member that recovered from the theft.
Result<void> check_in_office(const Member& member, const SignedCard& card) {
  if (card.root == member.current().root || root_commitment(card.root) == member.next_root)
    return {};
  for (const KnownCard& known : member.cards)
    if (known.root == card.root)
      return fail(Code::revoked_key, "signed by a root key that was replaced since");
  return fail(Code::unknown_key, "signed by a root key that this member never had");
}

Result<TakenCard> take_other_card(const Member& member, const SignedCard& card, Instant now) {
  TRY_VOID(check_in_office(member, card));
  auto held = std::ranges::find(member.cards, card.card.number, &KnownCard::number);
  if (held == member.cards.end())
    return fail(Code::wrong_state, "the card is older than any that is held: cards only go forward",
                "/number");
  return TakenCard{frozen_by(member, card, held->hash, now), Taken::equivocated};
}

}  // namespace

std::string_view state_name(State state) {
  return name_in(state_names, state);
}
std::string_view method_name(CheckMethod method) {
  return name_in(method_names, method);
}
Result<CheckMethod> method_from_name(std::string_view name) {
  return value_in(method_names, name);
}

Result<Card> current_card(const Member& member) {
  TRY(act::Envelope opened, act::parse_envelope(member.envelope, limits::card_bytes_max));
  if (card_hash(opened.payload) != member.current().hash)
    return fail(Code::corrupt, "the card kept is not the one that was recorded");
  return parse_card(opened.payload);
}

Result<void> check_nickname(std::string_view nickname) {
  auto ok = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-'; };
  if (nickname.empty() || nickname.size() > limits::nickname_bytes_max ||
      !std::ranges::all_of(nickname, ok) || nickname.front() < 'a')
    return fail(Code::bad_value,
                "a nickname has up to " + std::to_string(limits::nickname_bytes_max) +
                    " lower-case letters, digits and dashes, and begins with a letter",
                "/nickname");
  return {};
}

Result<void> nickname_is_free(std::string_view nickname, const MemberId& for_member,
                              std::span<const Member> members) {
  for (const Member& each : members)
    if (each.nickname == nickname && each.id != for_member)
      return fail(Code::exists, "another member bears this nickname: choose another", "/nickname");
  return {};
}

Result<Member> introduce(const SignedCard& card, std::string nickname, Instant now) {
  TRY_VOID(check_nickname(nickname));
  Member member;
  member.id = card.card.member;
  member.nickname = std::move(nickname);
  member.since = now;
  member.why = "known by its card alone; pair before anything is accepted from it";
  hold(member, card, now);
  return member;
}

Result<crypto::PublicKey> key_for(const Member& member, const CardHash& card,
                                  const crypto::PublicKey& key, Instant now) {
  if (member.state == State::frozen)
    return fail(Code::frozen, "the member is frozen: " + member.why);
  if (member.state != State::paired)
    return fail(Code::not_paired, "the member is not paired: " + member.why);
  auto named = std::ranges::find(member.cards, card, &KnownCard::hash);
  if (named == member.cards.end())
    return fail(Code::unknown_key, "names a card that is not held here: send the card first",
                "/card");
  auto has = [&](const KnownCard& known) {
    return std::ranges::find(known.act_keys, key) != known.act_keys.end();
  };
  if (std::ranges::find(member.revoked, key) != member.revoked.end())
    return fail(Code::revoked_key, "the key was revoked: sign anew with a key of the latest card");
  if (!has(*named)) return fail(Code::unknown_key, "the key is not in the card named", "/card");

  auto last = std::ranges::find_if(member.cards.rbegin(), member.cards.rend(), has);
  if (last == member.cards.rbegin()) return key;
  const KnownCard& dropped_by = *std::prev(last);  // the card after it
  if (now < dropped_by.recorded_at + limits::key_overlap) return key;
  return fail(Code::revoked_key, "the key was replaced by card " +
                                     std::to_string(dropped_by.number) +
                                     " and its overlap is over: sign anew with the new key");
}

Result<TakenCard> take_card(const Member& member, std::string_view envelope, Instant now) {
  if (member.state == State::frozen)
    return fail(Code::frozen, "the member is frozen: " + member.why);
  if (member.state == State::ended) return fail(Code::not_paired, "the membership has ended");
  TRY(SignedCard card, read_card(envelope));
  if (card.card.member != member.id) return fail(Code::wrong_sender, "is another member's card");
  if (std::ranges::find(member.cards, card.hash, &KnownCard::hash) != member.cards.end())
    return TakenCard{member, Taken::known};

  std::uint64_t next = member.current().number + 1;
  if (card.card.number < next) return take_other_card(member, card, now);
  if (card.card.number > next)
    return fail(Code::not_found, "card " + std::to_string(next) + " is missing: send it first",
                "/number");
  // The next number upon another past: whoever signed it has two histories, and we hold one of
  // them.
  if (card.card.previous != member.current().hash) {
    TRY_VOID(check_in_office(member, card));
    return TakenCard{frozen_by(member, card, member.current().hash, now), Taken::equivocated};
  }
  TRY(SignedCard current, read_card(member.envelope));
  TRY_VOID(check_succession(current, card));
  TRY_VOID(check_no_key_returns(member, card.card));
  TakenCard taken{member, Taken::recorded};
  hold(taken.member, card, now);
  return taken;
}

Result<Member> record_check(const Member& member, CheckedMandate checked, Instant now) {
  TRY(Card card, current_card(member));
  if (std::ranges::find(card.mandates, checked.mandate) == card.mandates.end())
    return fail(Code::not_found, "the member's current card claims no such mandate");
  // A day that has begun somewhere on earth is no future date.
  if (checked.date > date_of(now + std::chrono::hours{14}))
    return fail(Code::bad_value, "the date of the check lies ahead", "/date");
  bool must_tell = checked.method == CheckMethod::other;
  TRY_VOID(check_plain(checked.note, "/note", limits::card_text_bytes_max,
                       must_tell ? Emptiness::refused : Emptiness::allowed));
  Member out = member;
  std::erase_if(out.mandates, [&](const auto& each) { return each.mandate == checked.mandate; });
  // What the card no longer claims counts for nothing and goes with the next check.
  std::erase_if(out.mandates, [&](const CheckedMandate& each) {
    return std::ranges::find(card.mandates, each.mandate) == card.mandates.end();
  });
  out.mandates.push_back(std::move(checked));
  return out;
}

std::optional<CheckedMandate> mandate_checked(const Member& member, const Card& card,
                                              std::string_view measure) {
  for (const CheckedMandate& each : member.mandates)
    if (each.mandate.measure == measure &&
        std::ranges::find(card.mandates, each.mandate) != card.mandates.end())
      return each;
  return std::nullopt;
}

Result<Member> end_membership(const Member& member, std::string why, Instant now) {
  if (member.state == State::ended) return fail(Code::wrong_state, "the membership has ended");
  TRY_VOID(check_plain(why, "/why", limits::card_text_bytes_max));
  Member out = member;
  out.state = State::ended;
  out.since = now;
  out.why = std::move(why);
  return out;
}

// --- JSON ---

namespace {

json::Array keys_json(const std::vector<crypto::PublicKey>& keys) {
  json::Array out;
  for (const crypto::PublicKey& key : keys) out.emplace_back(to_hex(key));
  return out;
}

json::Value known_json(const KnownCard& card) {
  return json::Object{{"hash", to_hex(card.hash)},
                      {"number", card.number},
                      {"root", to_hex(card.root)},
                      {"act_keys", keys_json(card.act_keys)},
                      {"recorded_at", to_text(card.recorded_at)}};
}

json::Value check_json(const CheckedMandate& check) {
  return json::Object{{"measure", check.mandate.measure},
                      {"legal_basis", check.mandate.legal_basis},
                      {"cite", check.mandate.cite},
                      {"checked_by", to_text(check.checked_by)},
                      {"method", method_name(check.method)},
                      {"date", to_text(check.date)},
                      {"note", check.note}};
}

std::vector<crypto::PublicKey> read_keys(json::Reader& in, std::string_view name,
                                         std::size_t count_max) {
  std::vector<crypto::PublicKey> keys;
  for (const std::string& text : in.texts(name, count_max, 64)) {
    auto key = hash_from_hex(text);
    if (!key)
      in.refuse(name, Code::bad_value, "a key is 64 hex digits");
    else
      keys.push_back({key->bytes});
  }
  return keys;
}

KnownCard read_known(json::Reader& in) {
  KnownCard card;
  card.hash = in.fixed<CardTag>("hash");
  card.number = static_cast<std::uint64_t>(
      in.integer("number", 1, static_cast<std::int64_t>(limits::card_number_max)));
  card.root = in.fixed<crypto::PublicKeyTag>("root");
  card.act_keys = read_keys(in, "act_keys", limits::card_act_keys_max);
  card.recorded_at = in.instant("recorded_at");
  return card;
}

CheckedMandate read_check(json::Reader& in) {
  CheckedMandate check;
  check.mandate.measure = in.text("measure", 64);
  check.mandate.legal_basis = in.text("legal_basis", limits::card_text_bytes_max);
  check.mandate.cite = in.text("cite", limits::card_text_bytes_max);
  check.checked_by = in.id<OfficerId>("checked_by");
  if (auto method = method_from_name(in.text("method", 64)))
    check.method = *method;
  else
    in.refuse("method", Code::bad_value, method.error().what);
  if (auto date = date_from_text(in.text("date", 10)))
    check.date = *date;
  else
    in.refuse("date", Code::bad_value, date.error().what);
  check.note = in.text("note", limits::card_text_bytes_max);
  return check;
}

}  // namespace

json::Value to_json(const Member& member) {
  json::Array cards, mandates, evidence;
  for (const KnownCard& each : member.cards) cards.push_back(known_json(each));
  for (const CheckedMandate& each : member.mandates) mandates.push_back(check_json(each));
  for (const Equivocation& each : member.evidence)
    evidence.push_back(json::Object{
        {"at", to_text(each.at)}, {"held", to_hex(each.held)}, {"envelope", each.envelope}});
  json::Object out{{"id", to_hex(member.id)},
                   {"state", state_name(member.state)},
                   {"nickname", member.nickname},
                   {"envelope", member.envelope},
                   {"next_root", to_hex(member.next_root)},
                   {"cards", std::move(cards)},
                   {"revoked", keys_json(member.revoked)},
                   {"mandates", std::move(mandates)},
                   {"evidence", std::move(evidence)},
                   {"since", to_text(member.since)},
                   {"why", member.why}};
  if (member.last_seen) out.emplace("last_seen", to_text(*member.last_seen));
  return out;
}

Result<Member> member_from_json(const json::Value& value) {
  Member member;
  json::Reader in(value);
  member.id = in.fixed<MemberTag>("id");
  if (auto state = value_in(state_names, in.text("state", 64)))
    member.state = *state;
  else
    in.refuse("state", Code::bad_value, state.error().what);
  member.nickname = in.text("nickname", limits::nickname_bytes_max);
  member.envelope = in.text("envelope", limits::card_bytes_max);
  member.next_root = in.hash("next_root");
  in.objects("cards", limits::known_cards_max,
             [&](json::Reader& each) { member.cards.push_back(read_known(each)); });
  member.revoked = read_keys(in, "revoked", limits::revoked_keys_max);
  in.objects("mandates", limits::card_mandates_max,
             [&](json::Reader& each) { member.mandates.push_back(read_check(each)); });
  in.objects("evidence", limits::equivocations_max, [&](json::Reader& each) {
    member.evidence.push_back({each.instant("at"), each.fixed<CardTag>("held"),
                               each.text("envelope", limits::card_bytes_max)});
  });
  member.since = in.instant("since");
  member.why = in.text("why");
  member.last_seen = in.instant_if("last_seen");
  if (in.ok() && member.cards.empty())
    in.refuse("cards", Code::bad_value, "a member is known by at least one card");
  TRY_VOID(in.finish());
  return member;
}

}  // namespace comity::member
