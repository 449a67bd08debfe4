#include "member/pairing.h"

#include <algorithm>

#include "base/check.h"
#include "crypto/hash.h"
#include "json/reader.h"
#include "member/pairing_parts.h"
#include "member/words.h"

namespace comity::member {
namespace {

PairingNonce make_nonce(Random& random) {
  PairingNonce nonce;
  random.fill(nonce.bytes);
  return nonce;
}

Result<SignedCard> check_presented(const Presented& presented) {
  TRY(SignedCard card, read_card(presented.card));
  TRY_VOID(check_lineage(presented.lineage, card));
  return card;
}

// Both cards were verified when they entered the ceremony, whose row is ours.
SignedCard verified(const Presented& presented) {
  auto card = read_card(presented.card);
  check(card.has_value(), "a card that was verified before");
  return *std::move(card);
}

bool lists_pin(const Card& card, const crypto::TlsPin& pin) {
  return std::ranges::find(card.tls_pins, pin) != card.tls_pins.end();
}

bool signs_acts(const Card& card, const crypto::PublicKey& key) {
  auto found = std::ranges::find(card.act_keys, key, &ActKey::key);
  return found != card.act_keys.end() && !found->revoked_at;
}

Hash hash_of(std::string_view message) {
  return crypto::sha256(as_bytes(message));
}

std::string reveal_message(const Ceremony& ceremony) {
  Reveal reveal{ceremony.nonce, {}};
  if (ceremony.side == Side::inviter) reveal.presented = ceremony.own;
  return message_text(Message{ceremony.invitation.id, reveal});
}

// Every byte that passed between the two, and once more by name what it was all about.
Result<Hash> transcript_of(const Ceremony& ceremony) {
  if (!ceremony.acceptor_reveal_hash || !ceremony.partner_nonce)
    return fail(Code::wrong_state, "the nonces are not revealed yet: there is nothing to compare");
  bool inviting = ceremony.side == Side::inviter;
  CardHash own = verified(ceremony.own).hash, partner = verified(*ceremony.partner).hash;
  const PairingNonce& theirs = *ceremony.partner_nonce;
  return crypto::sha256(
      {as_bytes("comity-pairing-v1 transcript\n"),
       crypto::sha256(to_binary(ceremony.invitation)).view(), ceremony.accept_hash->view(),
       ceremony.inviter_reveal_hash->view(), ceremony.acceptor_reveal_hash->view(),
       (inviting ? own : partner).view(), (inviting ? partner : own).view(),
       (inviting ? ceremony.nonce : theirs).view(), (inviting ? theirs : ceremony.nonce).view()});
}

Result<void> check_nonce(const Ceremony& ceremony, const SignedCard& partner,
                         const PairingNonce& nonce, const Hash& commitment) {
  Side side = ceremony.side == Side::inviter ? Side::acceptor : Side::inviter;
  Hash made =
      commitment_to({side, ceremony.invitation.id, partner.card.member, partner.hash, nonce});
  if (made != commitment)
    return fail(Code::bad_value, "the nonce is not the one committed to", "/nonce");
  return {};
}

Result<Step> out_of_order(const Ceremony& ceremony, std::string_view what) {
  if (ceremony.stage == Stage::ended)
    return fail(Code::wrong_state, "the ceremony has ended: " + ceremony.why);
  return fail(Code::wrong_state, std::string(what) + " (the ceremony is at \"" +
                                     std::string(stage_name(ceremony.stage)) + "\")");
}

// Inviter, first message: who answers, bound to a nonce before it has seen ours.
Result<Step> take_accept(Ceremony ceremony, const Accept& accept, const Hash& hash) {
  // Its own accept thrown back must not make an acceptor show its nonce.
  if (ceremony.side != Side::inviter)
    return out_of_order(ceremony, "an accept goes to the inviter");
  if (ceremony.accept_hash == hash) return Step{ceremony, reveal_message(ceremony)};
  if (ceremony.stage != Stage::invited)
    return out_of_order(ceremony,
                        "the invitation was answered already, and serves once: if it was not your "
                        "partner who answered, cancel and send a new one");
  TRY(SignedCard partner, check_presented(accept.presented));
  if (partner.card.member == ceremony.invitation.inviter)
    return fail(Code::bad_value, "a member does not pair with itself", "/presented/card");
  ceremony.partner = accept.presented;
  ceremony.partner_commitment = accept.commitment;
  ceremony.accept_hash = hash;
  ceremony.stage = Stage::revealed;
  std::string message = reveal_message(ceremony);
  ceremony.inviter_reveal_hash = hash_of(message);
  return Step{std::move(ceremony), std::move(message)};
}

// Acceptor: the inviter shows the card and the nonce that the invitation committed to.
Result<Step> take_inviter_reveal(Ceremony ceremony, const Reveal& reveal, const Hash& hash) {
  if (ceremony.inviter_reveal_hash == hash) return Step{ceremony, reveal_message(ceremony)};
  if (ceremony.stage != Stage::answered)
    return out_of_order(ceremony, "the inviter revealed already");
  if (!reveal.presented)
    return fail(Code::missing_field, "the inviter reveals its card too", "/presented");
  const Invitation& invitation = ceremony.invitation;
  TRY(SignedCard partner, check_presented(*reveal.presented));
  if (partner.hash != invitation.card || partner.card.member != invitation.inviter)
    return fail(Code::bad_value, "is not the card that the invitation names", "/presented/card");
  if (!lists_pin(partner.card, invitation.tls_pin))
    return fail(Code::bad_value, "the card does not list the invitation's TLS pin",
                "/presented/card");
  TRY_VOID(check_nonce(ceremony, partner, reveal.nonce, invitation.commitment));
  ceremony.partner = reveal.presented;
  ceremony.partner_nonce = reveal.nonce;
  ceremony.inviter_reveal_hash = hash;
  ceremony.stage = Stage::comparing;
  std::string message = reveal_message(ceremony);
  ceremony.acceptor_reveal_hash = hash_of(message);
  return Step{std::move(ceremony), std::move(message)};
}

// Inviter: the acceptor shows the nonce that its accept committed to.
Result<Step> take_acceptor_reveal(Ceremony ceremony, const Reveal& reveal, const Hash& hash) {
  if (ceremony.acceptor_reveal_hash == hash) return Step{ceremony, ""};
  if (ceremony.stage != Stage::revealed)
    return out_of_order(ceremony, "a reveal comes after the accept, and once");
  if (reveal.presented)
    return fail(Code::unknown_field, "the acceptor showed its card already", "/presented");
  SignedCard partner = verified(*ceremony.partner);
  TRY_VOID(check_nonce(ceremony, partner, reveal.nonce, *ceremony.partner_commitment));
  ceremony.partner_nonce = reveal.nonce;
  ceremony.acceptor_reveal_hash = hash;
  ceremony.stage = Stage::comparing;
  return Step{std::move(ceremony), ""};
}

// Paired when both officers have said that the words match; over when one says that they do not.
void settle(Ceremony& ceremony) {
  constexpr std::string_view differ =
      " found that the words differ: the two nodes did not talk to each other but to somebody "
      "between them, or the invitation was changed on its way. Nothing was trusted. Begin again "
      "with a new invitation, sent another way";
  if (ceremony.ours == Verdict::mismatch || ceremony.theirs == Verdict::mismatch) {
    ceremony.stage = Stage::ended;
    ceremony.why = ceremony.ours == Verdict::mismatch ? "our officer" : "the partner's officer";
    ceremony.why += differ;
  } else if (ceremony.ours && ceremony.theirs) {
    ceremony.stage = Stage::paired;
  }
}

Result<Step> take_confirm(Ceremony ceremony, const Confirm& confirm) {
  if (ceremony.stage != Stage::comparing && ceremony.stage != Stage::paired)
    return out_of_order(ceremony, "there is nothing to confirm yet");
  TRY(Hash transcript, transcript_of(ceremony));
  if (confirm.transcript != transcript)
    return fail(Code::bad_value, "confirms another transcript than ours", "/transcript");
  if (!signs_acts(verified(*ceremony.partner).card, confirm.key))
    return fail(Code::unknown_key, "the key is not in the partner's card", "/key");
  Side partner_side = ceremony.side == Side::inviter ? Side::acceptor : Side::inviter;
  std::string text = confirmation(partner_side, transcript, confirm.verdict);
  if (!crypto::verify(confirm.key, as_bytes(text), confirm.signature))
    return fail(Code::bad_signature, "the confirmation's signature does not verify", "/signature");
  if (ceremony.theirs && *ceremony.theirs != confirm.verdict)
    return out_of_order(ceremony, "the partner gave the other verdict before");
  ceremony.theirs = confirm.verdict;
  settle(ceremony);
  return Step{std::move(ceremony), ""};
}

// Until when the ceremony waits: a verdict of ours that is on its way must not be undone by a slow
// line.
Instant deadline_of(const Ceremony& ceremony) {
  Instant expires = ceremony.invitation.expires;
  return ceremony.ours ? expires + limits::pairing_confirm_grace : expires;
}

Result<void> check_time(const Ceremony& ceremony, Instant deadline, Instant now) {
  if (now < deadline || ceremony.stage == Stage::paired) return {};
  return fail(Code::expired, "the invitation expired at " + to_text(ceremony.invitation.expires) +
                                 ": make a new one");
}

}  // namespace

std::string_view stage_name(Stage stage) {
  switch (stage) {
    case Stage::invited:
      return "invited";
    case Stage::answered:
      return "answered";
    case Stage::revealed:
      return "revealed";
    case Stage::comparing:
      return "comparing";
    case Stage::paired:
      return "paired";
    case Stage::ended:
      return "ended";
  }
  check(false, "a stage that has a name");
  return {};
}

Result<Ceremony> make_invitation(const Presented& own, const InvitationTerms& terms, Instant now,
                                 Random& random) {
  TRY(SignedCard card, check_presented(own));
  TRY_VOID(check_endpoint(terms.endpoint));
  if (!lists_pin(card.card, terms.tls_pin))
    return fail(Code::bad_value, "our card does not list this TLS pin", "/tls_pin");
  Instant expires = std::chrono::floor<std::chrono::seconds>(terms.expires);
  if (expires <= now || expires > now + limits::invitation_life_max)
    return fail(Code::bad_value,
                "an invitation lasts at most " +
                    std::to_string(limits::invitation_life_max.count()) + " hours",
                "/expires");
  Ceremony ceremony;
  ceremony.own = own;
  ceremony.nonce = make_nonce(random);
  Invitation& invitation = ceremony.invitation;
  invitation = {make_id<InvitationId>(now, random),
                card.card.member,
                card.hash,
                terms.endpoint,
                terms.tls_pin,
                {},
                expires};
  invitation.commitment =
      commitment_to({Side::inviter, invitation.id, card.card.member, card.hash, ceremony.nonce});
  return ceremony;
}

Result<Step> answer_invitation(const Presented& own, const Invitation& invitation, Instant now,
                               Random& random) {
  TRY(SignedCard card, check_presented(own));
  if (card.card.member == invitation.inviter)
    return fail(Code::bad_value, "this is our own invitation: give it to the partner");
  Ceremony ceremony;
  ceremony.invitation = invitation;
  ceremony.side = Side::acceptor;
  ceremony.stage = Stage::answered;
  TRY_VOID(check_time(ceremony, invitation.expires, now));
  if (invitation.expires > now + 2 * limits::invitation_life_max)  // twice: clocks differ
    return fail(Code::bad_value, "lasts longer than an invitation may: check the clocks");
  ceremony.own = own;
  ceremony.nonce = make_nonce(random);
  Hash commitment =
      commitment_to({Side::acceptor, invitation.id, card.card.member, card.hash, ceremony.nonce});
  std::string message = message_text(Message{invitation.id, Accept{own, commitment}});
  ceremony.accept_hash = hash_of(message);
  return Step{std::move(ceremony), std::move(message)};
}

Result<Step> receive(const Ceremony& ceremony, std::string_view text, Instant now) {
  TRY(Message message, message_from_text(text));
  // The words are made of the bytes. White space, or another spelling of the same message, would
  // let who stands between two nodes try spellings, with both nonces known, until the words match.
  if (message_text(message) != text)
    return fail(Code::bad_value,
                "is not written as RFC 8785 says (no white space, members sorted)");
  if (message.invitation != ceremony.invitation.id)
    return fail(Code::not_found, "belongs to another invitation", "/invitation");
  if (ceremony.stage == Stage::ended) return out_of_order(ceremony, "");
  if (const auto* confirm = std::get_if<Confirm>(&message.body)) {
    TRY_VOID(check_time(ceremony, deadline_of(ceremony), now));
    return take_confirm(ceremony, *confirm);
  }
  TRY_VOID(check_time(ceremony, ceremony.invitation.expires, now));
  Hash hash = hash_of(text);
  if (const auto* accept = std::get_if<Accept>(&message.body))
    return take_accept(ceremony, *accept, hash);
  const auto& reveal = std::get<Reveal>(message.body);
  return ceremony.side == Side::inviter ? take_acceptor_reveal(ceremony, reveal, hash)
                                        : take_inviter_reveal(ceremony, reveal, hash);
}

Result<std::array<std::string, 6>> words(const Ceremony& ceremony) {
  TRY(Hash transcript, transcript_of(ceremony));
  return six_words(transcript);
}

Result<Step> finish(const Ceremony& ceremony, const Comparison& comparison,
                    const crypto::SigningKey& act_key, Instant now) {
  bool again = ceremony.ours == comparison.verdict;  // the same word once more: the same message
  if (!again && (ceremony.stage != Stage::comparing || ceremony.ours))
    return out_of_order(ceremony, "a verdict is given once, on words that are there to compare");
  if (!again) TRY_VOID(check_time(ceremony, ceremony.invitation.expires, now));
  if (!signs_acts(verified(ceremony.own).card, act_key.public_key()))
    return fail(Code::not_allowed, "confirm with an act key of the card that was presented");
  TRY(Hash transcript, transcript_of(ceremony));
  Verdict verdict = comparison.verdict;
  auto signature = act_key.sign(as_bytes(confirmation(ceremony.side, transcript, verdict)));
  Confirm confirm{transcript, verdict, act_key.public_key(), signature};
  Step step{ceremony, message_text(Message{ceremony.invitation.id, confirm})};
  if (again) return step;
  step.ceremony.ours = verdict;
  step.ceremony.compared_by = comparison.officer;
  settle(step.ceremony);
  return step;
}

Result<Ceremony> cancel(const Ceremony& ceremony, std::string why) {
  if (ceremony.stage == Stage::paired || ceremony.stage == Stage::ended)
    return std::unexpected(out_of_order(ceremony, "it is too late to cancel").error());
  Ceremony out = ceremony;
  out.stage = Stage::ended;
  out.why = std::move(why);
  return out;
}

Ceremony expire(const Ceremony& ceremony, Instant now) {
  Ceremony out = ceremony;
  bool open = ceremony.stage != Stage::paired && ceremony.stage != Stage::ended;
  if (!open || now < deadline_of(ceremony)) return out;
  out.stage = Stage::ended;
  out.why = "it expired before both officers had confirmed: make a new invitation";
  return out;
}

Result<Member> paired_member(const Ceremony& ceremony, const std::optional<Member>& existing,
                             std::string nickname, Instant now) {
  if (ceremony.stage != Stage::paired)
    return std::unexpected(out_of_order(ceremony, "both officers must confirm first").error());
  SignedCard card = verified(*ceremony.partner);
  if (nickname.empty() && existing) nickname = existing->nickname;
  TRY(Member member, introduce(card, std::move(nickname), now));
  member.state = State::paired;
  member.why = "two officers compared six words";
  if (!existing) return member;
  if (existing->id != member.id) return fail(Code::wrong_sender, "the row is another member's");
  if (existing->state == State::paired) return fail(Code::exists, "the member is paired already");
  const KnownCard& held = existing->current();
  bool other_card = held.number == card.card.number && held.hash != card.hash;
  if (card.card.number < held.number || (other_card && existing->state != State::frozen))
    return fail(Code::wrong_state,
                "the card presented does not go forward from the one that is held: have the "
                "partner issue a new card and pair with that");
  member.evidence = existing->evidence;
  member.last_seen = existing->last_seen;
  for (const crypto::PublicKey& key : existing->revoked)
    if (std::ranges::find(member.revoked, key) == member.revoked.end())
      member.revoked.push_back(key);
  if (existing->state == State::introduced || existing->state == State::pairing)
    member.mandates = existing->mandates;
  return member;
}

// --- JSON ---

namespace {

constexpr std::string_view stages[] = {"invited",   "answered", "revealed",
                                       "comparing", "paired",   "ended"};

std::optional<Verdict> read_verdict(json::Reader& in, std::string_view name) {
  if (!in.has(name)) {
    (void)in.text_or(name, "");
    return std::nullopt;
  }
  return in.one_of(name, {"match", "mismatch"}) == "match" ? Verdict::match : Verdict::mismatch;
}

std::optional<Hash> read_hash(json::Reader& in, std::string_view name) {
  if (in.has(name)) return in.hash(name);
  (void)in.text_or(name, "");
  return std::nullopt;
}

Presented read_presented(json::Reader& in) {
  Presented presented;
  presented.card = in.text("card", limits::card_bytes_max);
  presented.lineage = in.texts("lineage", limits::card_lineage_max, limits::card_bytes_max);
  return presented;
}

// What each stage must have, so that no function above meets a ceremony that cannot be.
bool holds_together(const Ceremony& c) {
  bool inviting = c.side == Side::inviter;
  bool revealed = c.partner_nonce.has_value();
  bool met = c.partner.has_value();
  if (c.acceptor_reveal_hash.has_value() != revealed) return false;
  if (revealed && !(met && c.accept_hash && c.inviter_reveal_hash)) return false;
  if (c.inviter_reveal_hash && !(met && c.accept_hash)) return false;
  if (c.accept_hash.has_value() != (met || !inviting)) return false;
  if (met != c.inviter_reveal_hash.has_value()) return false;
  if ((inviting && met) != c.partner_commitment.has_value()) return false;
  if ((c.ours || c.theirs) && !revealed) return false;
  switch (c.stage) {
    case Stage::invited:
      return inviting && !met;
    case Stage::answered:
      return !inviting && !met;
    case Stage::revealed:
      return inviting && met && !revealed;
    case Stage::comparing:
      return revealed && !(c.ours && c.theirs);
    case Stage::paired:
      return c.ours == Verdict::match && c.theirs == Verdict::match;
    case Stage::ended:
      return true;
  }
  return false;
}

Result<void> check_ceremony(const Ceremony& ceremony) {
  auto corrupt = [](std::string what) { return fail(Code::corrupt, std::move(what)); };
  if (!holds_together(ceremony)) return corrupt("the ceremony's parts do not fit its stage");
  if (!check_presented(ceremony.own)) return corrupt("our own card in the ceremony is not valid");
  if (ceremony.partner && !check_presented(*ceremony.partner))
    return corrupt("the partner's card in the ceremony is not valid");
  return {};
}

}  // namespace

json::Value to_json(const Ceremony& ceremony) {
  json::Object out{{"invitation", to_base64(to_binary(ceremony.invitation))},
                   {"side", side_name(ceremony.side)},
                   {"stage", stage_name(ceremony.stage)},
                   {"own", presented_json(ceremony.own)},
                   {"nonce", to_hex(ceremony.nonce)},
                   {"why", ceremony.why}};
  auto put = [&](std::string_view name, const auto& value) {
    if (value) out.emplace(name, to_hex(*value));
  };
  if (ceremony.partner) out.emplace("partner", presented_json(*ceremony.partner));
  put("partner_commitment", ceremony.partner_commitment);
  put("partner_nonce", ceremony.partner_nonce);
  put("accept_hash", ceremony.accept_hash);
  put("inviter_reveal_hash", ceremony.inviter_reveal_hash);
  put("acceptor_reveal_hash", ceremony.acceptor_reveal_hash);
  if (ceremony.ours) out.emplace("ours", verdict_name(*ceremony.ours));
  if (ceremony.theirs) out.emplace("theirs", verdict_name(*ceremony.theirs));
  if (ceremony.compared_by) out.emplace("compared_by", to_text(*ceremony.compared_by));
  return out;
}

Result<Ceremony> ceremony_from_json(const json::Value& value) {
  Ceremony ceremony;
  json::Reader in(value);
  auto invitation = invitation_from_binary(in.base64("invitation", limits::invitation_bytes_max));
  if (invitation)
    ceremony.invitation = *invitation;
  else
    in.refuse("invitation", Code::bad_value, invitation.error().what);
  ceremony.side =
      in.one_of("side", {"inviter", "acceptor"}) == "inviter" ? Side::inviter : Side::acceptor;
  const auto* stage = std::ranges::find(stages, in.text("stage", 16));
  if (stage != std::end(stages))
    ceremony.stage = static_cast<Stage>(stage - std::begin(stages));
  else
    in.refuse("stage", Code::bad_value, "no such stage");
  in.object("own", [&](json::Reader& each) { ceremony.own = read_presented(each); });
  ceremony.nonce = in.fixed<PairingNonceTag>("nonce");
  in.object_if("partner", [&](json::Reader& each) { ceremony.partner = read_presented(each); });
  ceremony.partner_commitment = read_hash(in, "partner_commitment");
  if (auto nonce = read_hash(in, "partner_nonce"))
    ceremony.partner_nonce = PairingNonce{nonce->bytes};
  ceremony.accept_hash = read_hash(in, "accept_hash");
  ceremony.inviter_reveal_hash = read_hash(in, "inviter_reveal_hash");
  ceremony.acceptor_reveal_hash = read_hash(in, "acceptor_reveal_hash");
  ceremony.ours = read_verdict(in, "ours");
  ceremony.theirs = read_verdict(in, "theirs");
  if (in.has("compared_by")) ceremony.compared_by = in.id<OfficerId>("compared_by");
  ceremony.why = in.text("why");
  TRY_VOID(in.finish());
  TRY_VOID(check_ceremony(ceremony));
  return ceremony;
}

}  // namespace comity::member
