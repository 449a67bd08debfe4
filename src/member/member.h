#pragma once
// What a node knows of one other member: the value of its row in Space::member. Pure; JSON in and
// out.
//
// A key speaks for a member while the member is paired and the key is
//   - in the current card, not revoked; or
//   - in an earlier card and dropped since, for limits::key_overlap from when the card that dropped
//   it was recorded
//     here. All on our own clock. A key that any card revoked is dead from that card on, whatever
//     card an act names.
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "member/card.h"

namespace comity::member {

enum class State { introduced, pairing, paired, frozen, ended };
[[nodiscard]] std::string_view state_name(State state);

// A card we hold or held: enough to verify an act by the hash it names.
struct KnownCard {
  CardHash hash;
  std::uint64_t number = 0;
  crypto::PublicKey root;
  std::vector<crypto::PublicKey> act_keys;  // not revoked in that card
  Instant recorded_at;
  friend bool operator==(const KnownCard&, const KnownCard&) = default;
};

// How one of our officers checked a mandate that the card claims.
enum class CheckMethod {
  depositary_list,
  official_journal,
  call_back,
  diplomatic_note,
  in_person,
  other
};
[[nodiscard]] std::string_view method_name(CheckMethod method);
[[nodiscard]] Result<CheckMethod> method_from_name(std::string_view name);

struct CheckedMandate {
  Mandate mandate;
  OfficerId checked_by;
  CheckMethod method = CheckMethod::other;
  Date date;
  std::string note;  // where it was found; required for `other`
  friend bool operator==(const CheckedMandate&, const CheckedMandate&) = default;
};

// Two cards with one number: kept, for it is proof against whoever signed both.
struct Equivocation {
  Instant at;
  CardHash held;         // the card we had
  std::string envelope;  // the other one, as it came
  friend bool operator==(const Equivocation&, const Equivocation&) = default;
};

struct Member {
  MemberId id;
  State state = State::introduced;
  std::string nickname;          // ours, unique here: "ph-poc"
  std::string envelope;          // the current card as it came
  Hash next_root;                // as the current card commits
  std::vector<KnownCard> cards;  // oldest first; the last is the current one
  std::vector<crypto::PublicKey> revoked;
  std::vector<CheckedMandate> mandates;
  std::vector<Equivocation> evidence;
  Instant since;    // of this state
  std::string why;  // of this state, for people
  std::optional<Instant> last_seen;
  friend bool operator==(const Member&, const Member&) = default;

  [[nodiscard]] const KnownCard& current() const { return cards.back(); }
};

[[nodiscard]] json::Value to_json(const Member& member);
[[nodiscard]] Result<Member> member_from_json(const json::Value& value);
// The current card, parsed anew from the envelope that was verified when it was recorded.
[[nodiscard]] Result<Card> current_card(const Member& member);

// A member known by its card alone; nothing is accepted from it yet.  Errors: bad_value for the
// nickname.
[[nodiscard]] Result<Member> introduce(const SignedCard& card, std::string nickname, Instant now);
// Lower-case letters, digits and dashes, beginning with a letter, within
// limits::nickname_bytes_max.
[[nodiscard]] Result<void> check_nickname(std::string_view nickname);
// Code::exists when another member of `members` bears it.
[[nodiscard]] Result<void> nickname_is_free(std::string_view nickname, const MemberId& for_member,
                                            std::span<const Member> members);

// Whether `key`, under the card named `card`, may speak for the member now; returns the key.
//   Errors  not_paired, frozen; unknown_key: no such card here, or the key is not of that card;
//   revoked_key: revoked, or
//           replaced longer ago than limits::key_overlap.
[[nodiscard]] Result<crypto::PublicKey> key_for(const Member& member, const CardHash& card,
                                                const crypto::PublicKey& key, Instant now);

enum class Taken {
  recorded,    // the next card: now current
  known,       // a card we hold already: nothing changed
  equivocated  // another card of a number we hold, or another past: the member is frozen, the
               // evidence kept
};
struct TakenCard {
  Member member;
  Taken taken = Taken::known;
};
// Records a card that came from or about `member`.
//   Errors  those of read_card and check_succession; wrong_sender: of another member; not_found: a
//   card between is
//           missing; wrong_state: older than any we hold; revoked_key, unknown_key: signed by a
//           root replaced or never in office; frozen; not_paired when ended.
[[nodiscard]] Result<TakenCard> take_card(const Member& member, std::string_view envelope,
                                          Instant now);

// Records that a mandate of the current card was checked; a later check of the same mandate
// replaces it.
//   Errors  not_found: the current card claims no such mandate; bad_value: date after today, or no
//   note where needed.
[[nodiscard]] Result<Member> record_check(const Member& member, CheckedMandate check, Instant now);
// The check that lets `measure` count: recorded for a mandate that the current card still claims
// word for word.
// `card` is the member's current one.
[[nodiscard]] std::optional<CheckedMandate> mandate_checked(const Member& member, const Card& card,
                                                            std::string_view measure);

// Ends what we have with a member; only a new pairing begins again.  Errors: wrong_state when ended
// already.
[[nodiscard]] Result<Member> end_membership(const Member& member, std::string why, Instant now);

}  // namespace comity::member
