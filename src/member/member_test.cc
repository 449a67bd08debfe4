#include "member/member.h"

#include <gtest/gtest.h>

#include "act/envelope.h"
#include "member/sample.h"

namespace comity::member {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;

OfficerId officer(std::uint64_t seed = 1) {
  crypto::SeededRandom random(seed);
  return make_id<OfficerId>(sample_now, random);
}

// A paired member whose act key was replaced by `fresh` in card 2, recorded at `recorded`.
struct Rotated {
  Sample sample{1};
  crypto::SigningKey fresh = sample.new_key();
  Instant recorded = sample_now + hours{1};
  SignedCard second =
      *next_card(sample.card, *with_rotated_key(sample.card.card, fresh.public_key(), sample_now),
                 sample.root, sample_now);
  Member before = sample_paired(sample.card);
  Member after = take_card(before, second.envelope, recorded)->member;
};

TEST(Member, is_what_its_json_says) {
  Rotated rotated;
  Member member = rotated.after;
  member.last_seen = sample_now;
  member = *record_check(member,
                         {rotated.second.card.mandates[0], officer(), CheckMethod::call_back,
                          date_of(sample_now), "called the number on the list"},
                         sample_now);
  member.evidence.push_back({sample_now, rotated.sample.card.hash, rotated.second.envelope});
  auto parsed = json::parse(json::write(to_json(member)));
  ASSERT_TRUE(parsed);
  auto again = member_from_json(*parsed);
  ASSERT_TRUE(again) << to_text(again.error());
  EXPECT_EQ(*again, member);
  EXPECT_EQ(*current_card(*again), rotated.second.card);
}

TEST(Member, refuses_a_row_that_is_broken) {
  Member member = sample_paired(Sample(1).card);
  auto with = [&](auto edit) {
    json::Value value = to_json(member);
    edit(*value.as_object());
    auto again = member_from_json(value);
    return again ? std::string("taken") : again.error().where;
  };
  EXPECT_EQ(with([](json::Object&) {}), "taken");
  EXPECT_EQ(with([](json::Object& o) { o["state"] = "married"; }), "/state");
  EXPECT_EQ(with([](json::Object& o) { o["cards"] = json::Array{}; }), "/cards");
  EXPECT_EQ(with([](json::Object& o) { o["revoked"] = json::Array{"zz"}; }), "/revoked");
  EXPECT_EQ(with([](json::Object& o) { o["more"] = 1; }), "/more");
  EXPECT_EQ(with([](json::Object& o) { o.erase("why"); }), "/why");
  EXPECT_EQ(with([](json::Object& o) { o["mandates"] = json::Array{json::Object{}}; }),
            "/mandates/0/measure");
}

TEST(Member, does_not_take_a_stored_card_for_another) {
  Member member = sample_paired(Sample(1).card);
  member.envelope = Sample(2).card.envelope;
  EXPECT_EQ(current_card(member).error().code, Code::corrupt);
}

TEST(Nickname, is_short_plain_and_unique) {
  for (const char* good : {"ph", "us-poc-24", "a"}) EXPECT_TRUE(check_nickname(good)) << good;
  for (std::string bad : {"", "PH", "-ph", "2ph", "ph poc", "ph/poc", "p\xC3\xA9"})
    EXPECT_EQ(check_nickname(bad).error().code, Code::bad_value) << bad;
  EXPECT_FALSE(check_nickname(std::string(limits::nickname_bytes_max + 1, 'a')));
  EXPECT_TRUE(check_nickname(std::string(limits::nickname_bytes_max, 'a')));
  std::vector<Member> members{sample_paired(Sample(1).card, "ph-poc")};
  EXPECT_TRUE(nickname_is_free("us-poc", Sample(2).card.card.member, members));
  EXPECT_TRUE(nickname_is_free("ph-poc", members[0].id, members));
  EXPECT_EQ(nickname_is_free("ph-poc", Sample(2).card.card.member, members).error().code,
            Code::exists);
}

// --- Keys ---

TEST(KeyFor, speaks_for_a_paired_member_and_for_no_other) {
  Sample sample(1);
  Member member = sample_paired(sample.card);
  auto key = sample.act_key.public_key();
  EXPECT_EQ(*key_for(member, sample.card.hash, key, sample_now), key);
  struct {
    State state;
    Code code;
  } refused[] = {{State::introduced, Code::not_paired},
                 {State::pairing, Code::not_paired},
                 {State::ended, Code::not_paired},
                 {State::frozen, Code::frozen}};
  for (auto [state, code] : refused) {
    member.state = state;
    EXPECT_EQ(key_for(member, sample.card.hash, key, sample_now).error().code, code)
        << state_name(state);
  }
}

TEST(KeyFor, refuses_unknown_cards_and_keys_of_other_cards) {
  Rotated r;
  auto old_key = r.sample.act_key.public_key(), new_key = r.fresh.public_key();
  auto code = [&](const Member& m, const CardHash& card, const crypto::PublicKey& key) {
    auto found = key_for(m, card, key, sample_now);
    return found ? "" : code_name(found.error().code);
  };
  EXPECT_EQ(code(r.before, r.second.hash, new_key), "unknown_key");  // card 2 not here yet
  EXPECT_EQ(code(r.before, r.sample.card.hash, new_key), "unknown_key");
  EXPECT_EQ(code(r.after, r.sample.card.hash, new_key), "unknown_key");
  EXPECT_EQ(code(r.after, r.second.hash, old_key), "unknown_key");
  EXPECT_EQ(code(r.after, r.second.hash, r.sample.root.public_key()), "unknown_key");
  EXPECT_EQ(code(r.after, r.second.hash, r.sample.checkpoint_key.public_key()), "unknown_key");
  EXPECT_EQ(code(r.after, r.second.hash, new_key), "");
  EXPECT_EQ(code(r.after, r.sample.card.hash, old_key), "");
}

TEST(KeyFor, a_replaced_key_overlaps_thirty_days_from_the_record_on_our_clock) {
  Rotated r;
  auto key = r.sample.act_key.public_key();
  Instant end = r.recorded + limits::key_overlap;
  EXPECT_EQ(limits::key_overlap, hours{720});
  EXPECT_TRUE(key_for(r.after, r.sample.card.hash, key, end - milliseconds{1}));
  auto over = key_for(r.after, r.sample.card.hash, key, end);
  EXPECT_EQ(over.error().code, Code::revoked_key);
  // The new one goes on.
  EXPECT_TRUE(key_for(r.after, r.second.hash, r.fresh.public_key(), end + hours{99999}));
}

// The overlap of a key runs from the card that dropped it, not from the latest card.
TEST(KeyFor, a_later_card_does_not_lengthen_the_overlap) {
  Rotated r;
  auto third = next_card(r.second, r.second.card, r.sample.root, sample_now);
  Member member = take_card(r.after, third->envelope, r.recorded + hours{600})->member;
  auto key = r.sample.act_key.public_key();
  EXPECT_TRUE(key_for(member, r.sample.card.hash, key, r.recorded + hours{719}));
  EXPECT_FALSE(key_for(member, r.sample.card.hash, key, r.recorded + hours{720}));
  // A key of the current card is good under whichever of its cards an act names.
  EXPECT_TRUE(key_for(member, r.second.hash, r.fresh.public_key(), r.recorded + hours{9000}));
}

TEST(KeyFor, a_revoked_key_dies_at_once_under_every_card) {
  Rotated r;
  auto key = r.sample.act_key.public_key();
  auto draft = with_revoked_key(r.second.card, key, sample_now);
  auto third = next_card(r.second, *draft, r.sample.root, sample_now);
  auto taken = take_card(r.after, third->envelope, r.recorded);
  ASSERT_TRUE(taken);
  EXPECT_EQ(key_for(taken->member, r.sample.card.hash, key, r.recorded).error().code,
            Code::revoked_key);
  EXPECT_EQ(key_for(taken->member, third->hash, key, r.recorded).error().code, Code::revoked_key);
  EXPECT_TRUE(key_for(taken->member, third->hash, r.fresh.public_key(), r.recorded));
  // A fourth card that no longer lists it does not wake it.
  Card quiet = third->card;
  std::erase_if(quiet.act_keys, [](const ActKey& k) { return k.revoked_at.has_value(); });
  auto fourth = next_card(*third, quiet, r.sample.root, sample_now);
  Member member = take_card(taken->member, fourth->envelope, r.recorded)->member;
  EXPECT_EQ(key_for(member, r.sample.card.hash, key, r.recorded).error().code, Code::revoked_key);
  // And a fifth that lists it as good again is refused.
  quiet.act_keys.push_back({key, sample_now, {}});
  auto fifth = next_card(*fourth, quiet, r.sample.root, sample_now);
  ASSERT_TRUE(fifth);  // two neighbours alone do not show it
  EXPECT_EQ(take_card(member, fifth->envelope, r.recorded).error().code, Code::revoked_key);
}

TEST(KeyFor, a_key_is_not_refused_because_clocks_differ) {
  Sample sample(1);
  Member member = sample_paired(sample.card);
  EXPECT_TRUE(
      key_for(member, sample.card.hash, sample.act_key.public_key(), sample_now - hours{72}));
}

// --- Cards ---

TEST(TakeCard, records_the_next_and_knows_what_it_has) {
  Rotated r;
  EXPECT_EQ(r.after.current().hash, r.second.hash);
  EXPECT_EQ(r.after.cards.size(), 2U);
  EXPECT_EQ(r.after.state, State::paired);
  for (const std::string& again : {r.sample.card.envelope, r.second.envelope}) {
    auto taken = take_card(r.after, again, sample_now);
    ASSERT_TRUE(taken);
    EXPECT_EQ(taken->taken, Taken::known);
    EXPECT_EQ(taken->member, r.after);
  }
}

TEST(TakeCard, refuses_strangers_gaps_and_members_out_of_standing) {
  Rotated r;
  auto third = next_card(r.second, r.second.card, r.sample.root, sample_now);
  auto code = [&](const Member& m, const std::string& card) {
    return take_card(m, card, sample_now).error().code;
  };
  EXPECT_EQ(code(r.before, third->envelope), Code::not_found);  // card 2 is missing
  EXPECT_EQ(code(r.before, Sample(2).card.envelope), Code::wrong_sender);
  EXPECT_EQ(code(r.before, "{}"), Code::missing_field);
  Member ended = *end_membership(r.before, "the agreement lapsed", sample_now);
  EXPECT_EQ(code(ended, r.second.envelope), Code::not_paired);
  Member frozen = r.before;
  frozen.state = State::frozen;
  EXPECT_EQ(code(frozen, r.second.envelope), Code::frozen);
  // Paired with card 2, card 1 is older than any that is held.
  EXPECT_EQ(code(sample_paired(r.second), r.sample.card.envelope), Code::wrong_state);
}

TEST(TakeCard, two_cards_with_one_number_freeze_the_member_and_are_kept) {
  Rotated r;
  Card other = r.sample.card.card;
  other.callback = "+63 2 5550 0666";
  auto fork = next_card(r.sample.card, other, r.sample.root, sample_now);
  auto taken = take_card(r.after, fork->envelope, r.recorded);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->taken, Taken::equivocated);
  EXPECT_EQ(taken->member.state, State::frozen);
  ASSERT_EQ(taken->member.evidence.size(), 1U);
  EXPECT_EQ(taken->member.evidence[0].held, r.second.hash);
  EXPECT_EQ(taken->member.evidence[0].envelope, fork->envelope);
  EXPECT_EQ(taken->member.current().hash, r.second.hash);  // what was believed is not changed
  EXPECT_EQ(key_for(taken->member, r.second.hash, r.fresh.public_key(), r.recorded).error().code,
            Code::frozen);
}

TEST(TakeCard, of_many_offences_the_latest_proofs_are_kept) {
  Rotated r;
  Member member = r.after;
  std::string last;
  for (std::size_t i = 0; i < limits::equivocations_max + 2; ++i) {
    Card other = r.sample.card.card;
    other.callback = "+63 2 5550 " + std::to_string(i);
    last = next_card(r.sample.card, other, r.sample.root, sample_now)->envelope;
    member.state = State::paired;  // paired anew
    auto taken = take_card(member, last, r.recorded);
    ASSERT_TRUE(taken) << to_text(taken.error());
    member = taken->member;
  }
  EXPECT_EQ(member.evidence.size(), limits::equivocations_max);
  EXPECT_EQ(member.evidence.back().envelope, last);
  EXPECT_TRUE(member_from_json(to_json(member)));
}

TEST(TakeCard, a_card_upon_another_past_is_the_same_offence) {
  Rotated r;
  Card other = r.sample.card.card;
  other.callback = "+63 2 5550 0666";
  auto fork = next_card(r.sample.card, other, r.sample.root, sample_now);
  auto upon_fork = next_card(*fork, other, r.sample.root, sample_now);
  auto taken = take_card(r.after, upon_fork->envelope, r.recorded);
  ASSERT_TRUE(taken);
  EXPECT_EQ(taken->taken, Taken::equivocated);
}

TEST(TakeCard, a_thief_of_the_current_root_is_shut_out_by_the_next_one) {
  Rotated r;
  auto recovered = next_card_new_root(r.second, r.second.card, r.sample.next_root,
                                      r.sample.following_root.public_key(), sample_now);
  Member member = take_card(r.after, recovered->envelope, r.recorded)->member;
  // With the root that was replaced the thief neither follows nor freezes.
  auto forged = next_card(r.second, r.second.card, r.sample.root, sample_now + hours{1});
  EXPECT_EQ(take_card(member, forged->envelope, r.recorded).error().code, Code::revoked_key);
  json::Value value = to_json(recovered->card);
  (*value.as_object())["number"] = recovered->card.number + 1;
  (*value.as_object())["previous"] = to_hex(recovered->hash);
  auto ahead = act::seal(act::card_type, json::write(value), r.sample.root);
  EXPECT_EQ(take_card(member, ahead, r.recorded).error().code, Code::revoked_key);
  EXPECT_EQ(member.state, State::paired);
}

// Anybody can sign a card that says it is of a member; only its roots can compromise it.
TEST(TakeCard, a_stranger_cannot_freeze_a_member) {
  Rotated r;
  crypto::SigningKey stranger = r.sample.new_key();
  json::Value value = to_json(r.second.card);
  (*value.as_object())["callback"] = "+1 202 555 0100";
  auto forged = act::seal(act::card_type, json::write(value), stranger);
  EXPECT_EQ(take_card(r.after, forged, r.recorded).error().code, Code::unknown_key);
  (*value.as_object())["number"] = 3;
  (*value.as_object())["previous"] = to_hex(Hash{});
  forged = act::seal(act::card_type, json::write(value), stranger);
  EXPECT_EQ(take_card(r.after, forged, r.recorded).error().code, Code::unknown_key);
}

TEST(TakeCard, keeps_a_bounded_past) {
  Sample sample(1);
  Member member = sample_paired(sample.card);
  SignedCard last = sample.card;
  for (std::size_t i = 0; i < limits::known_cards_max + 3; ++i) {
    auto draft = with_rotated_key(last.card, sample.new_key().public_key(), sample_now);
    last = *next_card(last, *draft, sample.root, sample_now);
    member = take_card(member, last.envelope, sample_now)->member;
  }
  EXPECT_EQ(member.cards.size(), limits::known_cards_max);
  EXPECT_EQ(member.current().hash, last.hash);
  EXPECT_TRUE(member_from_json(to_json(member)));
}

TEST(TakeCard, remembers_a_bounded_number_of_revoked_keys) {
  Sample sample(1);
  Member member = sample_paired(sample.card);
  SignedCard last = sample.card;
  crypto::PublicKey newest;
  for (std::size_t count = 0; count <= limits::revoked_keys_max;) {
    Card draft = last.card;
    std::erase_if(draft.act_keys, [](const ActKey& k) { return k.revoked_at.has_value(); });
    for (; draft.act_keys.size() < limits::card_act_keys_max; ++count) {
      newest = sample.new_key().public_key();
      draft = *with_revoked_key(draft, newest, sample_now);
    }
    last = *next_card(last, draft, sample.root, sample_now);
    member = take_card(member, last.envelope, sample_now)->member;
  }
  EXPECT_EQ(member.revoked.size(), limits::revoked_keys_max);
  EXPECT_EQ(member.revoked.back(), newest);
}

// Random histories: of every chain each card is recorded once; every fork is found, whichever side
// comes first.
TEST(TakeCard, finds_every_fork_of_a_random_chain) {
  for (std::uint64_t seed = 100; seed < 130; ++seed) {
    Sample sample(seed);
    std::vector<SignedCard> chain{sample.card};
    std::size_t length = 2 + sample.random.u64() % 5;
    while (chain.size() < length)
      chain.push_back(*next_card(
          chain.back(),
          *with_rotated_key(chain.back().card, sample.new_key().public_key(), sample_now),
          sample.root, sample_now));
    std::size_t parent = sample.random.u64() % (length - 1);
    std::vector<SignedCard> fork;
    for (std::size_t i = 0; i <= sample.random.u64() % 2; ++i) {
      const SignedCard& from = fork.empty() ? chain[parent] : fork.back();
      Card draft = from.card;
      draft.office_hours = "fork " + std::to_string(i);
      fork.push_back(*next_card(from, draft, sample.root, sample_now));
    }
    Member member = sample_paired(chain[0]);
    for (std::size_t i = 1; i < length; ++i) {
      auto taken = take_card(member, chain[i].envelope, sample_now);
      ASSERT_TRUE(taken);
      ASSERT_EQ(taken->taken, Taken::recorded) << "seed " << seed;
      member = taken->member;
    }
    auto caught = take_card(member, fork.front().envelope, sample_now);
    ASSERT_TRUE(caught) << "seed " << seed << ": " << to_text(caught.error());
    EXPECT_EQ(caught->taken, Taken::equivocated) << "seed " << seed;
    EXPECT_EQ(caught->member.state, State::frozen);
  }
}

// --- Mandates ---

CheckedMandate check_of(const Mandate& mandate) {
  return {mandate, officer(), CheckMethod::depositary_list, date_of(sample_now), ""};
}

TEST(Mandate, counts_only_once_recorded_as_checked) {
  Sample sample(1);
  Member member = sample_paired(sample.card);
  auto checked = record_check(member, check_of(sample.card.card.mandates[0]), sample_now);
  ASSERT_TRUE(checked) << to_text(checked.error());
  auto found = mandate_checked(*checked, *current_card(*checked), "preservation");
  ASSERT_TRUE(found);
  EXPECT_EQ(found->checked_by, officer());
  EXPECT_EQ(found->method, CheckMethod::depositary_list);
  EXPECT_FALSE(mandate_checked(*checked, *current_card(*checked), "extradition"));
  EXPECT_FALSE(mandate_checked(*checked, *current_card(*checked), "preserv"));
}

TEST(Mandate, a_later_check_replaces_the_earlier) {
  Sample sample(1);
  Member member =
      *record_check(sample_paired(sample.card), check_of(sample.card.card.mandates[0]), sample_now);
  CheckedMandate again = check_of(sample.card.card.mandates[0]);
  again.method = CheckMethod::call_back;
  member = *record_check(member, again, sample_now);
  ASSERT_EQ(member.mandates.size(), 1U);
  EXPECT_EQ(mandate_checked(member, *current_card(member), "preservation")->method,
            CheckMethod::call_back);
}

TEST(Mandate, a_mandate_reworded_must_be_checked_anew) {
  Sample sample(1);
  Member member =
      *record_check(sample_paired(sample.card), check_of(sample.card.card.mandates[0]), sample_now);
  Card draft = sample.card.card;
  draft.mandates[0].legal_basis = "a decree of last week";
  auto next = next_card(sample.card, draft, sample.root, sample_now);
  member = take_card(member, next->envelope, sample_now)->member;
  // The stale check goes with the next one.
  member = *record_check(member, check_of(draft.mandates[0]), sample_now);
  EXPECT_EQ(member.mandates.size(), 1U);
  EXPECT_TRUE(mandate_checked(member, *current_card(member), "preservation"));
}

TEST(Mandate, refuses_checks_of_nothing_from_the_future_or_unexplained) {
  Sample sample(1);
  Member member = sample_paired(sample.card);
  Mandate claimed = sample.card.card.mandates[0];
  CheckedMandate bad = check_of({"preservation", "another basis", claimed.cite});
  EXPECT_EQ(record_check(member, bad, sample_now).error().code, Code::not_found);
  bad = check_of(claimed);
  bad.date += std::chrono::days{1};
  EXPECT_EQ(record_check(member, bad, sample_now).error().where, "/date");
  EXPECT_TRUE(
      record_check(member, bad, sample_now + hours{1}));  // the next day has begun in the east
  bad = check_of(claimed);
  bad.method = CheckMethod::other;
  EXPECT_EQ(record_check(member, bad, sample_now).error().where, "/note");
  bad.note = "seen at a conference\n";
  EXPECT_EQ(record_check(member, bad, sample_now).error().where, "/note");
  bad.note = "seen at a conference";
  EXPECT_TRUE(record_check(member, bad, sample_now));
  for (CheckMethod method :
       {CheckMethod::depositary_list, CheckMethod::official_journal, CheckMethod::call_back,
        CheckMethod::diplomatic_note, CheckMethod::in_person, CheckMethod::other})
    EXPECT_EQ(*method_from_name(method_name(method)), method);
  EXPECT_EQ(method_from_name("hearsay").error().code, Code::bad_value);
}

TEST(Membership, ends_once_and_says_why) {
  Member member = sample_paired(Sample(1).card);
  auto ended = end_membership(member, "the agreement lapsed", sample_now);
  ASSERT_TRUE(ended);
  EXPECT_EQ(ended->state, State::ended);
  EXPECT_EQ(ended->why, "the agreement lapsed");
  EXPECT_EQ(end_membership(*ended, "again", sample_now).error().code, Code::wrong_state);
  EXPECT_EQ(end_membership(member, "", sample_now).error().where, "/why");
}

}  // namespace
}  // namespace comity::member
