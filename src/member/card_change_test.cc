#include "member/card_change.h"

#include <gtest/gtest.h>

#include "member/sample.h"

namespace comity::member {
namespace {

using std::chrono::hours;
constexpr hours overlap = limits::key_overlap;

template <typename T>
std::string_view code(const Result<T>& result) {
  return result ? "" : code_name(result.error().code);
}

struct Fixture : ::testing::Test {
  crypto::TlsPin pin() {
    crypto::TlsPin out;
    sample.random.fill(out.bytes);
    return out;
  }
  std::string verifier(const std::string& in_office, std::uint8_t type) {
    return sample_verifier_key(in_office.substr(0, in_office.find('+')), type,
                               sample.new_key().public_key());
  }
  FreshKeys every_key() {
    return {.act = sample.new_key().public_key(),
            .tls = pin(),
            .checkpoint = verifier(card().checkpoint_key, 0x01),
            .cosignature = verifier(card().cosignature_key, 0x04),
            .sealing = crypto::SealingKey::generate(sample.random).public_key};
  }
  const Card& card() { return sample.card.card; }
  Result<SignedCard> sign(const Card& draft, Instant at = sample_now) {
    return next_card(sample.card, draft, sample.root, at);
  }
  Sample sample{1};
};
using CardChange = Fixture;

TEST_F(CardChange, every_key_is_replaced_and_the_old_ones_overlap_for_thirty_days) {
  FreshKeys fresh = every_key();
  auto draft = with_fresh_keys(card(), fresh, Overlap::kept, sample_now);
  ASSERT_TRUE(draft) << to_text(draft.error());
  auto next = sign(*draft);
  ASSERT_TRUE(next) << to_text(next.error());
  auto again = read_card(next->envelope);
  ASSERT_TRUE(again) << to_text(again.error());
  EXPECT_EQ(again->card, next->card);

  Instant last = sample_now + overlap - Millis{1}, over = sample_now + overlap;
  EXPECT_EQ(live_pins(next->card, last), (std::vector{*fresh.tls, card().tls_pins[0]}));
  EXPECT_EQ(live_pins(next->card, over), std::vector{*fresh.tls});
  EXPECT_EQ(live_checkpoint_keys(next->card, last),
            (std::vector{*fresh.checkpoint, card().checkpoint_key}));
  EXPECT_EQ(live_checkpoint_keys(next->card, over), std::vector{*fresh.checkpoint});
  EXPECT_EQ(live_cosignature_keys(next->card, last),
            (std::vector{*fresh.cosignature, card().cosignature_key}));
  EXPECT_EQ(live_cosignature_keys(next->card, over), std::vector{*fresh.cosignature});
  EXPECT_EQ(next->card.sealing_key, *fresh.sealing);
  EXPECT_EQ(next_lapse(next->card, KeyUse::tls, sample_now), over);
  EXPECT_EQ(next_lapse(next->card, KeyUse::tls, over), std::nullopt);
}

TEST_F(CardChange, keys_that_were_stolen_have_no_overlap) {
  auto draft = with_fresh_keys(card(), every_key(), Overlap::none, sample_now);
  ASSERT_TRUE(draft) << to_text(draft.error());
  EXPECT_TRUE(draft->retiring.empty());
  ASSERT_EQ(draft->act_keys.size(), 2u);
  EXPECT_TRUE(draft->act_keys[0].revoked_at) << "an act key dies by being named as revoked";
  EXPECT_TRUE(sign(*draft));
  // Nor do the ones replaced before it: who knows how long the thief has been there.
  auto usual = with_fresh_keys(card(), {.tls = pin()}, Overlap::kept, sample_now);
  ASSERT_TRUE(usual);
  auto theft = with_fresh_keys(*usual, {.tls = pin()}, Overlap::none, sample_now);
  ASSERT_TRUE(theft);
  EXPECT_TRUE(theft->retiring.empty());
}

TEST_F(CardChange, an_overlap_that_is_over_leaves_the_next_card) {
  auto draft = with_fresh_keys(card(), {.tls = pin()}, Overlap::kept, sample_now);
  auto next = sign(*draft);
  ASSERT_TRUE(next);
  ASSERT_EQ(next->card.retiring.size(), 1u);
  auto during = next_card(*next, next->card, sample.root, sample_now + overlap - Millis{1});
  ASSERT_TRUE(during);
  EXPECT_EQ(during->card.retiring.size(), 1u);
  auto after = next_card(*next, next->card, sample.root, sample_now + overlap);
  ASSERT_TRUE(after);
  EXPECT_TRUE(after->card.retiring.empty());
}

TEST_F(CardChange, a_key_on_the_card_is_not_a_fresh_one) {
  EXPECT_EQ(
      code(with_fresh_keys(card(), {.act = card().act_keys[0].key}, Overlap::kept, sample_now)),
      "exists");
  EXPECT_EQ(code(with_fresh_keys(card(), {.tls = card().tls_pins[0]}, Overlap::kept, sample_now)),
            "exists");
  EXPECT_EQ(code(with_fresh_keys(card(), {.checkpoint = card().checkpoint_key}, Overlap::kept,
                                 sample_now)),
            "exists");
  EXPECT_EQ(
      code(with_fresh_keys(card(), {.sealing = card().sealing_key}, Overlap::kept, sample_now)),
      "exists");
}

TEST_F(CardChange, keys_in_their_overlap_are_bounded) {
  Card draft = card();
  for (std::size_t i = 0; i < limits::card_retiring_max; ++i)
    draft = *with_fresh_keys(draft, {.tls = pin()}, Overlap::kept, sample_now);
  EXPECT_TRUE(sign(draft));
  EXPECT_EQ(code(with_fresh_keys(draft, {.tls = pin()}, Overlap::kept, sample_now)), "too_large");
  EXPECT_TRUE(with_fresh_keys(draft, {.tls = pin()}, Overlap::none, sample_now));
  EXPECT_TRUE(with_fresh_keys(draft, {.tls = pin()}, Overlap::kept, sample_now + overlap));
}

TEST_F(CardChange, what_a_card_may_not_say_of_retiring_keys) {
  std::string old_pin = to_hex(pin());
  std::string checkpoint = verifier(card().checkpoint_key, 0x01);
  struct Bad {
    const char* why;
    RetiringKey key;
  };
  Instant soon = sample_now + hours{1};
  const Bad bad[] = {
      {"over already", {KeyUse::tls, old_pin, sample_now}},
      {"longer than 30 days", {KeyUse::tls, old_pin, sample_now + overlap + Millis{1}}},
      {"no pin", {KeyUse::tls, "abc", soon}},
      {"still in office", {KeyUse::tls, to_hex(card().tls_pins[0]), soon}},
      {"a checkpoint key in office", {KeyUse::checkpoint, card().checkpoint_key, soon}},
      {"of the wrong type", {KeyUse::cosignature, checkpoint, soon}},
      {"of another log",
       {KeyUse::checkpoint,
        sample_verifier_key("another.example.org/log", 0x01, sample.new_key().public_key()), soon}},
      {"a key for acts",
       {KeyUse::checkpoint,
        sample_verifier_key(card().checkpoint_key.substr(0, card().checkpoint_key.find('+')), 0x01,
                            card().act_keys[0].key),
        soon}}};
  for (const Bad& each : bad) {
    Card draft = card();
    draft.retiring = {each.key};
    // Signed as it is: next_card() would leave out what is over.
    draft.issued_at = sample_now;
    json::Value value = to_json(draft);
    EXPECT_EQ(code(parse_card(json::write(value))), "bad_value") << each.why;
  }
  Card twice = card();
  twice.retiring = {{KeyUse::tls, old_pin, soon}, {KeyUse::tls, old_pin, soon}};
  EXPECT_EQ(code(parse_card(json::write(to_json(twice)))), "bad_value");
}

TEST_F(CardChange, changes_touch_what_they_name_and_nothing_else) {
  CardChanges changes{.name = "Contact point, renamed (invented)",
                      .callback = "+63 2 5550 0199",
                      .office_hours = {},
                      .languages = std::vector<std::string>{"en"},
                      .endpoints = std::vector<std::string>{"new.example.org:7443"},
                      .mandates = {{"disclosure", "Art. 31", "https://www.example.org/31"}},
                      .dropped_mandates = {"extradition"}};
  auto draft = with_changes(card(), changes);
  ASSERT_TRUE(draft) << to_text(draft.error());
  EXPECT_EQ(draft->office_hours, card().office_hours);
  EXPECT_EQ(draft->act_keys, card().act_keys);
  ASSERT_EQ(draft->mandates.size(), 2u);
  EXPECT_EQ(draft->mandates[0], card().mandates[0]);
  EXPECT_EQ(draft->mandates[1].measure, "disclosure");
  auto next = sign(*draft);
  ASSERT_TRUE(next) << to_text(next.error());
  EXPECT_EQ(notable_changes(sample.card, *next),
            (std::vector<std::string>{"name", "endpoints", "callback", "mandates"}));

  EXPECT_EQ(code(with_changes(card(), {.dropped_mandates = {"disclosure"}})), "not_found");
  EXPECT_EQ(code(with_changes(card(), {})), "exists");
  EXPECT_EQ(code(with_changes(card(), {.mandates = {card().mandates[0]}})), "exists");
  auto bad = with_changes(card(), {.endpoints = std::vector<std::string>{"nowhere"}});
  ASSERT_TRUE(bad);
  EXPECT_EQ(code(sign(*bad)), "bad_value");
}

TEST_F(CardChange, a_partner_checks_anew_what_changed_and_only_that) {
  Member member = sample_paired(sample.card);
  auto checked = [&](const Mandate& mandate) {
    auto done = record_check(member,
                             {.mandate = mandate,
                              .checked_by = make_id<OfficerId>(sample_now, sample.random),
                              .method = CheckMethod::call_back,
                              .date = date_of(sample_now),
                              .note = ""},
                             sample_now);
    ASSERT_TRUE(done) << to_text(done.error());
    member = *done;
  };
  for (const Mandate& mandate : card().mandates) checked(mandate);
  auto dropped = sign(*with_changes(card(), {.dropped_mandates = {"extradition"}}));
  member = take_card(member, dropped->envelope, sample_now)->member;
  EXPECT_TRUE(mandate_checked(member, *current_card(member), "preservation"));
  EXPECT_FALSE(mandate_checked(member, *current_card(member), "extradition"));
  // Claimed again word for word: what was checked then says nothing of now.
  auto back = next_card(*dropped, *with_changes(dropped->card, {.mandates = {card().mandates[1]}}),
                        sample.root, sample_now);
  member = take_card(member, back->envelope, sample_now)->member;
  EXPECT_TRUE(mandate_checked(member, *current_card(member), "preservation"));
  EXPECT_FALSE(mandate_checked(member, *current_card(member), "extradition"));
}

TEST_F(CardChange, a_new_root_is_worth_a_look_and_a_new_key_is_not) {
  auto keys = sign(*with_fresh_keys(card(), every_key(), Overlap::kept, sample_now));
  ASSERT_TRUE(keys);
  EXPECT_TRUE(notable_changes(sample.card, *keys).empty());
  auto root = next_card_new_root(sample.card, card(), sample.next_root,
                                 sample.following_root.public_key(), sample_now);
  ASSERT_TRUE(root);
  EXPECT_EQ(notable_changes(sample.card, *root), std::vector<std::string>{"root"});
}

}  // namespace
}  // namespace comity::member
