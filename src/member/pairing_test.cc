#include "member/pairing.h"

#include <gtest/gtest.h>

#include <cctype>
#include <set>

#include "act/envelope.h"
#include "member/pairing_parts.h"
#include "member/sample.h"
#include "member/words.h"

namespace comity::member {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using Words = std::array<std::string, 6>;

OfficerId officer() {
  crypto::SeededRandom random(3);
  return make_id<OfficerId>(sample_now, random);
}

// A step that must succeed, and does not otherwise return.
template <typename T>
T must(Result<T> result) {
  if (!result) throw std::runtime_error(to_text(result.error()));
  return *std::move(result);
}

// Both sides of one ceremony, as far as it has gone.
struct Two {
  explicit Two(std::uint64_t seed = 1)
      : us(seed * 2 + 1000, "Contact point of Samplestan", "US"),
        ph(seed * 2 + 1001),
        inviter(must(make_invitation(us.presented(), us.terms(), sample_now, us.random))),
        text(to_text(inviter.invitation)) {}

  void accept() {
    auto invitation = must(invitation_from_text(text));
    auto step = must(answer_invitation(ph.presented(), invitation, sample_now, ph.random));
    acceptor = step.ceremony;
    accept_message = step.message;
    step = must(receive(inviter, accept_message, sample_now));
    inviter = step.ceremony;
    inviter_reveal = step.message;
  }
  void reveal() {
    auto step = must(receive(acceptor, inviter_reveal, sample_now));
    acceptor = step.ceremony;
    acceptor_reveal = step.message;
    inviter = must(receive(inviter, acceptor_reveal, sample_now)).ceremony;
  }
  void confirm(Verdict by_inviter = Verdict::match, Verdict by_acceptor = Verdict::match) {
    auto ours = must(finish(inviter, {by_inviter, officer()}, us.act_key, sample_now));
    auto theirs = must(finish(acceptor, {by_acceptor, officer()}, ph.act_key, sample_now));
    inviter = ours.ceremony;
    acceptor = theirs.ceremony;
    inviter_confirm = ours.message;
    acceptor_confirm = theirs.message;
  }
  void deliver_confirms() {
    inviter = must(receive(inviter, acceptor_confirm, sample_now)).ceremony;
    acceptor = must(receive(acceptor, inviter_confirm, sample_now)).ceremony;
  }

  Sample us, ph;
  Ceremony inviter, acceptor;
  std::string text, accept_message, inviter_reveal, acceptor_reveal;
  std::string inviter_confirm, acceptor_confirm;
};

Two at_accept() {
  Two two;
  two.accept();
  return two;
}
Two at_comparing(std::uint64_t seed = 1) {
  Two two(seed);
  two.accept();
  two.reveal();
  return two;
}

template <typename T>
std::string_view refusal(const Result<T>& result) {
  return result ? "taken" : code_name(result.error().code);
}

// --- The way through ---

TEST(Pairing, two_officers_who_hear_the_same_words_are_paired) {
  Two two = at_comparing();
  EXPECT_EQ(two.inviter.stage, Stage::comparing);
  EXPECT_EQ(two.acceptor.stage, Stage::comparing);
  Words words_here = must(words(two.inviter)), words_there = must(words(two.acceptor));
  EXPECT_EQ(words_here, words_there);
  for (const std::string& each : words_here) EXPECT_TRUE(word_index(each)) << each;
  two.confirm();
  EXPECT_EQ(two.inviter.stage, Stage::comparing);  // one verdict does not pair
  EXPECT_EQ(two.inviter.compared_by, officer());
  two.deliver_confirms();
  EXPECT_EQ(two.inviter.stage, Stage::paired);
  EXPECT_EQ(two.acceptor.stage, Stage::paired);
  auto here = must(paired_member(two.inviter, std::nullopt, "ph-poc", sample_now));
  auto there = must(paired_member(two.acceptor, std::nullopt, "us-poc", sample_now));
  EXPECT_EQ(here.state, State::paired);
  EXPECT_EQ(here.id, two.ph.card.card.member);
  EXPECT_EQ(there.id, two.us.card.card.member);
  EXPECT_TRUE(key_for(here, two.ph.card.hash, two.ph.act_key.public_key(), sample_now));
  EXPECT_TRUE(here.mandates.empty());  // pairing checks no mandate
}

TEST(Pairing, each_ceremony_has_its_own_words) {
  std::set<Words> seen;
  for (std::uint64_t seed = 1; seed <= 20; ++seed) {
    Two two = at_comparing(seed);
    EXPECT_TRUE(seen.insert(must(words(two.inviter))).second);
  }
}

TEST(Pairing, a_confirm_may_arrive_before_our_own_officer_has_spoken) {
  Two two = at_comparing();
  auto theirs = must(finish(two.acceptor, {Verdict::match, officer()}, two.ph.act_key, sample_now));
  two.inviter = must(receive(two.inviter, theirs.message, sample_now)).ceremony;
  EXPECT_EQ(two.inviter.stage, Stage::comparing);
  auto ours = must(finish(two.inviter, {Verdict::match, officer()}, two.us.act_key, sample_now));
  EXPECT_EQ(ours.ceremony.stage, Stage::paired);
}

TEST(Pairing, a_mismatch_of_either_ends_it_on_both_sides_and_says_why) {
  for (auto [a, b] : {std::pair{Verdict::mismatch, Verdict::match},
                      std::pair{Verdict::match, Verdict::mismatch}}) {
    Two two = at_comparing();
    two.confirm(a, b);
    Ceremony& first = a == Verdict::mismatch ? two.inviter : two.acceptor;
    Ceremony& second = a == Verdict::mismatch ? two.acceptor : two.inviter;
    const std::string& message =
        a == Verdict::mismatch ? two.inviter_confirm : two.acceptor_confirm;
    EXPECT_EQ(first.stage, Stage::ended);
    EXPECT_NE(first.why.find("our officer found that the words differ"), std::string::npos);
    second = must(receive(second, message, sample_now)).ceremony;
    EXPECT_EQ(second.stage, Stage::ended);
    EXPECT_NE(second.why.find("the partner's officer found"), std::string::npos);
    EXPECT_EQ(refusal(paired_member(first, std::nullopt, "x", sample_now)), "wrong_state");
  }
}

TEST(Pairing, works_for_members_whose_roots_were_rotated) {
  Two two;
  auto next = must(next_card_new_root(two.ph.card, two.ph.card.card, two.ph.next_root,
                                      two.ph.following_root.public_key(), sample_now));
  Presented rotated{next.envelope, {two.ph.card.envelope}};
  auto step = must(answer_invitation(rotated, two.inviter.invitation, sample_now, two.ph.random));
  EXPECT_TRUE(receive(two.inviter, step.message, sample_now));
  // Without the lineage nothing shows that this is the member it says it is.
  EXPECT_EQ(refusal(answer_invitation({next.envelope, {}}, two.inviter.invitation, sample_now,
                                      two.ph.random)),
            "bad_value");
  Message forged{two.inviter.invitation.id, Accept{{next.envelope, {}}, Hash{}}};
  auto refused = receive(two.inviter, message_text(forged), sample_now);
  EXPECT_EQ(refusal(refused), "bad_value");
}

// --- The invitation ---

TEST(Invitation, is_one_line_that_survives_mail) {
  Two two;
  EXPECT_EQ(two.text.find_first_of(" \r\n\t"), std::string::npos);
  EXPECT_EQ(must(invitation_from_text(two.text)), two.inviter.invitation);
  std::string wrapped = "  \r\n";
  for (std::size_t i = 0; i < two.text.size(); i += 60) wrapped += two.text.substr(i, 60) + "\r\n ";
  EXPECT_EQ(must(invitation_from_text(wrapped)), two.inviter.invitation);
}

TEST(Invitation, notices_every_byte_that_was_copied_wrong) {
  Two two;
  for (std::size_t i = 0; i < two.text.size(); ++i) {
    std::string wrong = two.text;
    wrong[i] = wrong[i] == 'x' ? 'y' : 'x';
    EXPECT_FALSE(invitation_from_text(wrong)) << i;
    EXPECT_FALSE(invitation_from_text(std::string(two.text).erase(i, 1))) << i;
  }
  for (std::string bad : {std::string(), std::string("comity-invitation-v1:"),
                          std::string("comity-invitation-v1:AAAA"), "x" + two.text, two.text + "x"})
    EXPECT_EQ(refusal(invitation_from_text(bad)), "malformed") << bad;
  EXPECT_EQ(
      refusal(invitation_from_text(two.text + std::string(limits::invitation_bytes_max, ' '))),
      "too_large");
}

TEST(Invitation, refuses_contents_that_cannot_be_though_the_checksum_holds) {
  Two two;
  auto with = [&](auto edit) {
    Invitation invitation = two.inviter.invitation;
    edit(invitation);
    return refusal(invitation_from_text(to_text(invitation)));
  };
  EXPECT_EQ(with([](Invitation&) {}), "taken");
  EXPECT_EQ(with([](Invitation& i) { i.endpoint = "nowhere"; }), "bad_value");
  EXPECT_EQ(with([](Invitation& i) { i.endpoint = ""; }), "malformed");
  EXPECT_EQ(with([](Invitation& i) { i.endpoint = "h:1\n"; }), "bad_value");
  EXPECT_EQ(with([](Invitation& i) { i.id.bytes[6] = 0x40; }), "bad_value");
  EXPECT_EQ(with([](Invitation& i) { i.expires = Instant{std::chrono::seconds{-1}}; }),
            "bad_value");
}

TEST(Invitation, is_made_only_of_what_our_card_says_and_for_a_bounded_time) {
  Sample us(1);
  auto with = [&](auto edit) {
    InvitationTerms terms = us.terms();
    edit(terms);
    return refusal(make_invitation(us.presented(), terms, sample_now, us.random));
  };
  EXPECT_EQ(with([](InvitationTerms& t) { t.expires = sample_now + limits::invitation_life_max; }),
            "taken");
  EXPECT_EQ(with([](InvitationTerms& t) {
              t.expires = sample_now + limits::invitation_life_max + hours{1};
            }),
            "bad_value");
  EXPECT_EQ(with([](InvitationTerms& t) { t.expires = sample_now; }), "bad_value");
  EXPECT_EQ(with([](InvitationTerms& t) { t.endpoint = "host"; }), "bad_value");
  EXPECT_EQ(with([](InvitationTerms& t) { t.tls_pin.bytes[0] ^= 1; }), "bad_value");
  EXPECT_EQ(refusal(make_invitation({"{}", {}}, us.terms(), sample_now, us.random)),
            "missing_field");
}

TEST(Invitation, is_answered_by_others_in_time_and_within_bounds) {
  Two two;
  const Invitation& invitation = two.inviter.invitation;
  auto answer = [&](Sample& who, const Invitation& what, Instant now) {
    return refusal(answer_invitation(who.presented(), what, now, who.random));
  };
  EXPECT_EQ(answer(two.ph, invitation, sample_now), "taken");
  EXPECT_EQ(answer(two.us, invitation, sample_now), "bad_value");
  EXPECT_EQ(answer(two.ph, invitation, invitation.expires - milliseconds{1}), "taken");
  EXPECT_EQ(answer(two.ph, invitation, invitation.expires), "expired");
  Invitation endless = invitation;
  endless.expires = sample_now + 3 * limits::invitation_life_max;
  EXPECT_EQ(answer(two.ph, endless, sample_now), "bad_value");
}

// --- Order, repetition, time ---

TEST(Pairing, an_invitation_serves_once) {
  Two two = at_accept();
  Sample third(77);
  auto late =
      must(answer_invitation(third.presented(), two.inviter.invitation, sample_now, third.random));
  auto refused = receive(two.inviter, late.message, sample_now);
  EXPECT_EQ(refusal(refused), "wrong_state");
  EXPECT_NE(refused.error().what.find("answered already"), std::string::npos);
  // The same member with another nonce is another answer too.
  auto again = must(
      answer_invitation(two.ph.presented(), two.inviter.invitation, sample_now, two.ph.random));
  EXPECT_EQ(refusal(receive(two.inviter, again.message, sample_now)), "wrong_state");
}

TEST(Pairing, a_message_lost_on_the_way_back_is_given_again_and_changes_nothing) {
  Two two = at_accept();
  auto again = must(receive(two.inviter, two.accept_message, sample_now));
  EXPECT_EQ(again.message, two.inviter_reveal);
  EXPECT_EQ(again.ceremony, two.inviter);
  two.reveal();
  again = must(receive(two.acceptor, two.inviter_reveal, sample_now));
  EXPECT_EQ(again.message, two.acceptor_reveal);
  EXPECT_EQ(again.ceremony, two.acceptor);
  again = must(receive(two.inviter, two.acceptor_reveal, sample_now));
  EXPECT_EQ(again.ceremony, two.inviter);
  two.confirm();
  auto confirm = must(finish(two.inviter, {Verdict::match, officer()}, two.us.act_key, sample_now));
  EXPECT_EQ(confirm.message, two.inviter_confirm);
  EXPECT_EQ(confirm.ceremony, two.inviter);
  two.deliver_confirms();
  again = must(receive(two.inviter, two.acceptor_confirm, sample_now));
  EXPECT_EQ(again.ceremony, two.inviter);
}

TEST(Pairing, messages_out_of_order_are_refused) {
  Two two;
  auto answered = must(
      answer_invitation(two.ph.presented(), two.inviter.invitation, sample_now, two.ph.random));
  Two whole = at_comparing();
  whole.confirm();
  Two fresh;  // the same seed: the same invitation as `whole`
  ASSERT_EQ(fresh.inviter.invitation, whole.inviter.invitation);
  auto take = [&](const Ceremony& c, const std::string& m) {
    return refusal(receive(c, m, sample_now));
  };
  // The inviter, before anybody has answered.
  EXPECT_EQ(take(fresh.inviter, whole.acceptor_reveal), "wrong_state");
  EXPECT_EQ(take(fresh.inviter, whole.acceptor_confirm), "wrong_state");
  EXPECT_EQ(take(fresh.inviter, whole.inviter_reveal), "wrong_state");
  // The acceptor, before the inviter has revealed; and its own accept thrown back at it.
  EXPECT_EQ(take(answered.ceremony, whole.inviter_confirm), "wrong_state");
  EXPECT_EQ(take(answered.ceremony, whole.accept_message), "wrong_state");
  // Words and verdicts before there is anything to compare.
  Two accepted = at_accept();
  EXPECT_EQ(refusal(words(accepted.inviter)), "wrong_state");
  EXPECT_EQ(refusal(words(accepted.acceptor)), "wrong_state");
  for (const Ceremony& c : {fresh.inviter, accepted.inviter, accepted.acceptor})
    EXPECT_EQ(refusal(finish(c, {Verdict::match, officer()}, two.us.act_key, sample_now)),
              "wrong_state");
  // Not yet paired: no member.
  EXPECT_EQ(refusal(paired_member(whole.inviter, std::nullopt, "x", sample_now)), "wrong_state");
}

TEST(Pairing, a_verdict_is_given_once) {
  Two two = at_comparing();
  two.confirm();
  EXPECT_EQ(
      refusal(finish(two.inviter, {Verdict::mismatch, officer()}, two.us.act_key, sample_now)),
      "wrong_state");
  // Nor does the partner take its own back.
  Two other = at_comparing();
  auto mismatch =
      must(finish(other.acceptor, {Verdict::mismatch, officer()}, other.ph.act_key, sample_now));
  two.inviter = must(receive(two.inviter, two.acceptor_confirm, sample_now)).ceremony;
  EXPECT_EQ(two.inviter.stage, Stage::paired);
  EXPECT_EQ(refusal(receive(two.inviter, mismatch.message, sample_now)), "wrong_state");
}

TEST(Pairing, messages_of_another_ceremony_are_refused) {
  Two two = at_comparing(1), other = at_comparing(2);
  other.confirm();
  for (const std::string& message :
       {other.accept_message, other.inviter_reveal, other.acceptor_reveal, other.acceptor_confirm})
    EXPECT_EQ(refusal(receive(two.inviter, message, sample_now)), "not_found");
}

TEST(Pairing, our_own_confirm_thrown_back_is_refused) {
  Two two = at_comparing();
  two.confirm();
  EXPECT_EQ(refusal(receive(two.inviter, two.inviter_confirm, sample_now)), "unknown_key");
}

TEST(Pairing, expires_and_gives_a_verdict_on_its_way_a_week_more) {
  Two two = at_comparing();
  Instant expires = two.inviter.invitation.expires;
  Two early = at_accept();
  EXPECT_EQ(refusal(receive(early.acceptor, early.inviter_reveal, expires)), "expired");
  EXPECT_EQ(refusal(finish(two.inviter, {Verdict::match, officer()}, two.us.act_key, expires)),
            "expired");
  Two confirmed = at_comparing();
  confirmed.confirm();
  EXPECT_EQ(refusal(receive(two.inviter, confirmed.acceptor_confirm, expires)), "expired");
  Instant end = expires + limits::pairing_confirm_grace;
  EXPECT_EQ(refusal(receive(confirmed.inviter, confirmed.acceptor_confirm, end - milliseconds{1})),
            "taken");
  EXPECT_EQ(refusal(receive(confirmed.inviter, confirmed.acceptor_confirm, end)), "expired");

  EXPECT_EQ(expire(two.inviter, expires - milliseconds{1}), two.inviter);
  Ceremony over = expire(two.inviter, expires);
  EXPECT_EQ(over.stage, Stage::ended);
  EXPECT_NE(over.why.find("expired"), std::string::npos);
  EXPECT_EQ(expire(confirmed.inviter, expires), confirmed.inviter);
  EXPECT_EQ(expire(confirmed.inviter, end).stage, Stage::ended);
  confirmed.deliver_confirms();
  EXPECT_EQ(expire(confirmed.inviter, end), confirmed.inviter);  // paired stays paired
}

TEST(Pairing, is_over_when_cancelled) {
  Two two = at_accept();
  auto cancelled = must(cancel(two.inviter, "it was not our partner who answered"));
  EXPECT_EQ(cancelled.stage, Stage::ended);
  auto late = receive(cancelled, two.accept_message, sample_now);
  EXPECT_EQ(refusal(late), "wrong_state");
  EXPECT_NE(late.error().what.find("not our partner"), std::string::npos);
  EXPECT_EQ(refusal(cancel(cancelled, "again")), "wrong_state");
  Two paired = at_comparing();
  paired.confirm();
  paired.deliver_confirms();
  EXPECT_EQ(refusal(cancel(paired.inviter, "too late")), "wrong_state");
}

TEST(Pairing, is_confirmed_with_a_key_of_the_card_alone) {
  Two two = at_comparing();
  EXPECT_EQ(refusal(finish(two.inviter, {Verdict::match, officer()}, two.us.root, sample_now)),
            "not_allowed");
  EXPECT_EQ(refusal(finish(two.inviter, {Verdict::match, officer()}, two.ph.act_key, sample_now)),
            "not_allowed");
  // Somebody who knows the transcript, but has no key of the partner's card.
  Two confirmed = at_comparing();
  confirmed.confirm();
  Message message = must(message_from_text(confirmed.acceptor_confirm));
  Confirm& confirm = std::get<Confirm>(message.body);
  confirm.key = two.us.act_key.public_key();
  EXPECT_EQ(refusal(receive(two.inviter, message_text(message), sample_now)), "unknown_key");
  confirm.key = two.ph.act_key.public_key();
  confirm.verdict = Verdict::mismatch;
  EXPECT_EQ(refusal(receive(two.inviter, message_text(message), sample_now)), "bad_signature");
  confirm.transcript.bytes[0] ^= 1;
  EXPECT_EQ(refusal(receive(two.inviter, message_text(message), sample_now)), "bad_value");
}

// --- Cards, nonces and commitments that do not fit ---

TEST(Pairing, refuses_a_partner_that_is_ourselves) {
  Two two;
  Message message{two.inviter.invitation.id, Accept{two.us.presented(), Hash{}}};
  EXPECT_EQ(refusal(receive(two.inviter, message_text(message), sample_now)), "bad_value");
}

TEST(Pairing, the_inviter_must_show_the_card_and_nonce_it_committed_to) {
  Two two = at_accept();
  Message honest = must(message_from_text(two.inviter_reveal));
  auto with = [&](auto edit) {
    Message message = honest;
    edit(std::get<Reveal>(message.body));
    return refusal(receive(two.acceptor, message_text(message), sample_now));
  };
  EXPECT_EQ(with([](Reveal&) {}), "taken");
  EXPECT_EQ(with([](Reveal& r) { r.nonce.bytes[31] ^= 1; }), "bad_value");
  EXPECT_EQ(with([](Reveal& r) { r.presented.reset(); }), "missing_field");
  EXPECT_EQ(with([](Reveal& r) { r.presented->card = Sample(5).card.envelope; }), "bad_value");
  EXPECT_EQ(with([](Reveal& r) { r.presented->card = "{}"; }), "missing_field");
  EXPECT_EQ(with([](Reveal& r) { r.presented->lineage = {Sample(5).card.envelope}; }), "bad_value");
  // A later card of the same member is not the one invited with.
  auto later = must(next_card(two.us.card, two.us.card.card, two.us.root, sample_now));
  EXPECT_EQ(with([&](Reveal& r) { r.presented->card = later.envelope; }), "bad_value");
}

TEST(Pairing, the_pin_invited_with_must_be_in_the_card) {
  Two two;
  Invitation other = two.inviter.invitation;
  other.tls_pin.bytes[0] ^= 1;
  auto step = must(answer_invitation(two.ph.presented(), other, sample_now, two.ph.random));
  auto reveal = must(receive(two.inviter, step.message, sample_now));
  EXPECT_EQ(refusal(receive(step.ceremony, reveal.message, sample_now)), "bad_value");
}

TEST(Pairing, the_acceptor_reveals_its_own_nonce_and_nothing_else) {
  Two two = at_accept();
  auto step = must(receive(two.acceptor, two.inviter_reveal, sample_now));
  Message honest = must(message_from_text(step.message));
  auto with = [&](auto edit) {
    Message message = honest;
    edit(std::get<Reveal>(message.body));
    return refusal(receive(two.inviter, message_text(message), sample_now));
  };
  EXPECT_EQ(with([](Reveal&) {}), "taken");
  EXPECT_EQ(with([](Reveal& r) { r.nonce.bytes[0] ^= 1; }), "bad_value");
  EXPECT_EQ(with([&](Reveal& r) { r.nonce = two.inviter.nonce; }), "bad_value");
  EXPECT_EQ(with([&](Reveal& r) { r.presented = two.ph.presented(); }), "unknown_field");
  EXPECT_EQ(refusal(receive(two.inviter, two.inviter_reveal, sample_now)), "unknown_field");
}

// A commitment is bound to its maker: whoever passes on another's as its own cannot open it.
TEST(Pairing, a_commitment_cannot_be_borrowed) {
  Two two;
  PairingNonce nonce = two.inviter.nonce;
  Committed honest{Side::inviter, two.inviter.invitation.id, two.us.card.card.member,
                   two.us.card.hash, nonce};
  EXPECT_EQ(commitment_to(honest), two.inviter.invitation.commitment);
  std::set<Hash> seen{commitment_to(honest)};
  Committed other = honest;
  other.side = Side::acceptor;
  EXPECT_TRUE(seen.insert(commitment_to(other)).second);
  other = honest;
  other.invitation.bytes[15] ^= 1;
  EXPECT_TRUE(seen.insert(commitment_to(other)).second);
  other = honest;
  other.member = two.ph.card.card.member;
  EXPECT_TRUE(seen.insert(commitment_to(other)).second);
  other = honest;
  other.card = two.ph.card.hash;
  EXPECT_TRUE(seen.insert(commitment_to(other)).second);
}

// --- Somebody between the two ---

// The man in the middle runs one ceremony with each side under cards of his own and copies all he
// can.
TEST(Pairing, somebody_in_the_middle_gets_other_words_on_each_side) {
  for (std::uint64_t seed = 1; seed <= 10; ++seed) {
    Two two(seed);
    Sample eve(500 + seed, "Contact point of Samplestan", "US");
    InvitationTerms terms = eve.terms();
    auto as_inviter = must(make_invitation(eve.presented(), terms, sample_now, eve.random));
    auto victim = must(
        answer_invitation(two.ph.presented(), as_inviter.invitation, sample_now, two.ph.random));
    auto as_acceptor =
        must(answer_invitation(eve.presented(), two.inviter.invitation, sample_now, eve.random));
    auto us_reveals = must(receive(two.inviter, as_acceptor.message, sample_now));
    auto eve_with_us = must(receive(as_acceptor.ceremony, us_reveals.message, sample_now));
    auto us_done = must(receive(us_reveals.ceremony, eve_with_us.message, sample_now));
    auto eve_with_ph = must(receive(as_inviter, victim.message, sample_now));
    auto ph_done = must(receive(victim.ceremony, eve_with_ph.message, sample_now));
    EXPECT_NE(must(words(us_done.ceremony)), must(words(ph_done.ceremony)));
  }
}

// Runs a ceremony in which `tamper` may change any message on its way. Gives the words of both
// sides, or nothing when one of them refused.
template <typename Tamper>
std::optional<std::pair<Words, Words>> run(const Two& start, Tamper tamper) {
  crypto::SeededRandom random(99);
  auto invitation = invitation_from_text(tamper(0, start.text));
  if (!invitation) return std::nullopt;
  auto b = answer_invitation(start.ph.presented(), *invitation, sample_now, random);
  if (!b) return std::nullopt;
  auto a = receive(start.inviter, tamper(1, b->message), sample_now);
  if (!a) return std::nullopt;
  auto c = receive(b->ceremony, tamper(2, a->message), sample_now);
  if (!c) return std::nullopt;
  auto d = receive(a->ceremony, tamper(3, c->message), sample_now);
  if (!d) return std::nullopt;
  return std::pair{must(words(d->ceremony)), must(words(c->ceremony))};
}

TEST(Pairing, any_byte_changed_on_the_way_is_an_error_or_other_words) {
  Two two;
  auto honest = run(two, [](int, std::string m) { return m; });
  ASSERT_TRUE(honest);
  ASSERT_EQ(honest->first, honest->second);
  crypto::SeededRandom random(8);
  int errors = 0;
  for (int trial = 0; trial < 600; ++trial) {
    int which = trial % 4;
    auto outcome = run(two, [&](int at, std::string message) {
      if (at != which) return message;
      std::size_t place = random.u64() % message.size();
      message[place] = static_cast<char>(message[place] ^ (1 << random.u64() % 8));
      return message;
    });
    if (!outcome)
      ++errors;
    else
      EXPECT_NE(outcome->first, outcome->second) << "trial " << trial;
  }
  EXPECT_GT(errors, 0);
}

// Who stands between two nodes could try spellings of one message until the words match.
TEST(Pairing, a_message_has_one_spelling) {
  Two two;
  for (int which = 1; which <= 3; ++which) {
    for (const char* space : {" ", "\n"}) {
      auto behind =
          run(two, [&](int at, std::string text) { return at == which ? text + space : text; });
      EXPECT_FALSE(behind) << which;
      auto within = run(two, [&](int at, std::string text) {
        return at == which ? text.insert(1, space) : text;
      });
      EXPECT_FALSE(within) << which;
    }
    EXPECT_FALSE(run(two, [&](int at, std::string text) {
      if (at != which) return text;
      std::size_t hex = text.find(at == 1 ? "commitment\":\"" : "nonce\":\"");
      for (std::size_t i = text.find(':', hex); text[i] != ','; ++i)
        text[i] = static_cast<char>(std::toupper(static_cast<unsigned char>(text[i])));
      return text;
    })) << which;
  }
  // Endpoint and expiry lead nowhere dangerous, and are noticed all the same.
  auto outcome = run(two, [&](int at, std::string message) {
    if (at != 0) return message;
    Invitation changed = must(invitation_from_text(message));
    changed.endpoint = "elsewhere.example:7443";
    return to_text(changed);
  });
  ASSERT_TRUE(outcome);
  EXPECT_NE(outcome->first, outcome->second);
}

// --- Messages ---

TEST(PairingMessage, refuses_what_is_not_one) {
  Two two = at_accept();
  auto with = [&](const std::string& text, auto edit) {
    json::Value value = must(json::parse(text));
    edit(*value.as_object());
    auto message = message_from_text(json::write(value));
    return message ? std::string("taken") : message.error().where;
  };
  using O = json::Object;
  EXPECT_EQ(with(two.accept_message, [](O&) {}), "taken");
  EXPECT_EQ(with(two.accept_message, [](O& o) { o["type"] = "hello"; }), "/type");
  EXPECT_EQ(with(two.accept_message, [](O& o) { o["invitation"] = "1"; }), "/invitation");
  EXPECT_EQ(with(two.accept_message, [](O& o) { o["nonce"] = "1"; }), "/nonce");
  EXPECT_EQ(with(two.accept_message, [](O& o) { o.erase("presented"); }), "/presented");
  EXPECT_EQ(with(two.accept_message, [](O& o) { o["commitment"] = "00"; }), "/commitment");
  EXPECT_EQ(
      with(two.accept_message, [](O& o) { (*o["presented"].as_object())["lineage"] = "none"; }),
      "/presented/lineage");
  EXPECT_EQ(with(two.accept_message,
                 [](O& o) {
                   (*o["presented"].as_object())["lineage"] =
                       json::Array(limits::card_lineage_max + 1, json::Value("x"));
                 }),
            "/presented/lineage");
  Two compared = at_comparing();
  compared.confirm();
  EXPECT_EQ(with(compared.inviter_confirm, [](O&) {}), "taken");
  EXPECT_EQ(with(compared.inviter_confirm, [](O& o) { o["verdict"] = "maybe"; }), "/verdict");
  EXPECT_EQ(with(compared.inviter_confirm, [](O& o) { o["signature"] = "AAAA"; }), "/signature");
  EXPECT_EQ(refusal(message_from_text("[]")), "bad_value");
  EXPECT_EQ(refusal(message_from_text(std::string(limits::pairing_message_bytes_max + 1, ' '))),
            "too_large");
}

// --- The row ---

TEST(Ceremony, is_what_its_json_says_at_every_stage) {
  Two two;
  std::vector<Ceremony> stages{two.inviter};
  two.accept();
  stages.insert(stages.end(), {two.inviter, two.acceptor});
  two.reveal();
  stages.insert(stages.end(), {two.inviter, two.acceptor});
  two.confirm();
  stages.insert(stages.end(), {two.inviter, two.acceptor});
  two.deliver_confirms();
  stages.insert(stages.end(), {two.inviter, two.acceptor});
  Two other = at_accept();
  stages.push_back(must(cancel(other.inviter, "changed our mind")));
  for (const Ceremony& each : stages) {
    auto again = ceremony_from_json(must(json::parse(json::write(to_json(each)))));
    ASSERT_TRUE(again) << stage_name(each.stage) << ": " << to_text(again.error());
    EXPECT_EQ(*again, each);
  }
}

TEST(Ceremony, refuses_a_row_whose_parts_do_not_fit) {
  Two two = at_comparing();
  auto with = [&](const Ceremony& c, auto edit) {
    json::Value value = to_json(c);
    edit(*value.as_object());
    return refusal(ceremony_from_json(value));
  };
  using O = json::Object;
  EXPECT_EQ(with(two.inviter, [](O&) {}), "taken");
  for (const char* stage : {"invited", "answered", "revealed", "paired"})
    EXPECT_EQ(with(two.inviter, [&](O& o) { o["stage"] = stage; }), "corrupt") << stage;
  EXPECT_EQ(with(two.inviter, [](O& o) { o["stage"] = "asleep"; }), "bad_value");
  EXPECT_EQ(with(two.inviter, [](O& o) { o["side"] = "acceptor"; }), "corrupt");
  for (const char* part : {"partner", "partner_commitment", "partner_nonce", "accept_hash",
                           "inviter_reveal_hash", "acceptor_reveal_hash"})
    EXPECT_EQ(with(two.inviter, [&](O& o) { o.erase(part); }), "corrupt") << part;
  EXPECT_EQ(with(two.inviter, [](O& o) { o["own"] = json::Object{}; }), "missing_field");
  EXPECT_EQ(with(two.inviter, [](O& o) { (*o["own"].as_object())["card"] = "{}"; }), "corrupt");
  EXPECT_EQ(with(two.inviter, [](O& o) { (*o["partner"].as_object())["card"] = "{}"; }), "corrupt");
  EXPECT_EQ(with(two.inviter, [](O& o) { o["ours"] = "maybe"; }), "bad_value");
  EXPECT_EQ(with(two.inviter, [](O& o) { o["invitation"] = "AAAA"; }), "bad_value");
  Two fresh;
  EXPECT_EQ(with(fresh.inviter, [](O& o) { o["ours"] = "match"; }), "corrupt");
  EXPECT_EQ(with(fresh.inviter, [](O& o) { o["accept_hash"] = std::string(64, '0'); }), "corrupt");
}

// --- The member that comes of it ---

Two paired() {
  Two two = at_comparing();
  two.confirm();
  two.deliver_confirms();
  return two;
}

TEST(PairedMember, begins_anew_where_it_was_frozen_and_keeps_the_evidence) {
  Two two = paired();
  Member known = sample_paired(two.ph.card, "ph-old");
  known.state = State::frozen;
  known.evidence.push_back({sample_now, two.ph.card.hash, "the other card"});
  known.revoked.push_back(two.ph.cosignature_key.public_key());
  known.mandates.push_back(
      {two.ph.card.card.mandates[0], officer(), CheckMethod::in_person, date_of(sample_now), ""});
  auto member = must(paired_member(two.inviter, known, "", sample_now));
  EXPECT_EQ(member.state, State::paired);
  EXPECT_EQ(member.nickname, "ph-old");
  EXPECT_EQ(member.evidence, known.evidence);
  EXPECT_EQ(member.revoked, known.revoked);
  EXPECT_TRUE(member.mandates.empty());  // whoever was in doubt is checked anew
}

TEST(PairedMember, an_introduced_member_keeps_what_was_checked) {
  Two two = paired();
  Member known = must(introduce(two.ph.card, "ph-poc", sample_now));
  known.mandates.push_back(
      {two.ph.card.card.mandates[0], officer(), CheckMethod::in_person, date_of(sample_now), ""});
  auto member = must(paired_member(two.inviter, known, "", sample_now));
  EXPECT_TRUE(mandate_checked(member, *current_card(member), "preservation"));
}

TEST(PairedMember, refuses_other_rows_second_pairings_and_steps_back) {
  Two two = paired();
  auto with = [&](const Member& known, std::string nickname = "ph-poc") {
    return refusal(paired_member(two.inviter, known, nickname, sample_now));
  };
  EXPECT_EQ(with(sample_paired(two.ph.card)), "exists");
  EXPECT_EQ(with(must(introduce(two.us.card, "us", sample_now))), "wrong_sender");
  auto later = must(next_card(two.ph.card, two.ph.card.card, two.ph.root, sample_now));
  EXPECT_EQ(with(must(introduce(later, "ph", sample_now))), "wrong_state");
  Member ended = sample_paired(later);
  ended.state = State::ended;
  EXPECT_EQ(with(ended), "wrong_state");
  EXPECT_EQ(refusal(paired_member(two.inviter, std::nullopt, "Not A Nickname", sample_now)),
            "bad_value");
  EXPECT_EQ(refusal(paired_member(two.inviter, std::nullopt, "", sample_now)), "bad_value");
  // The number held, with other content: only a member already frozen may be replaced by it.
  Card draft = two.ph.card.card;
  draft.office_hours = "weekdays";
  auto fork = must(first_card(draft, two.ph.root, two.ph.next_root.public_key(), sample_now));
  Member forked = must(introduce(fork, "ph", sample_now));
  EXPECT_EQ(with(forked), "wrong_state");
  forked.state = State::frozen;
  EXPECT_EQ(with(forked), "taken");
}

}  // namespace
}  // namespace comity::member
