#include "request/machine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <functional>
#include <set>

#include "base/limits.h"
#include "request/testing.h"

namespace comity::request {
namespace {

using ::testing::HasSubstr;
using testing::Talk;
using enum Verb;
using Verbs = std::set<Verb>;

std::string names(const Verbs& verbs) {
  std::string out;
  for (Verb verb : verbs) out.append(verb_name(verb)).append(" ");
  return out;
}

bool heard(const Outcome& outcome, std::string_view code) {
  return std::ranges::any_of(outcome.notices, [&](const auto& each) { return each.code == code; });
}

// ---- the table: every phase, verb and side

struct Row {
  const char* how;
  Phase phase;
  Verbs opener, other;
  std::function<Talk()> make;
};

Talk accepted() {
  Talk talk;
  talk.say(Side::other, Accept{});
  return talk;
}

Talk answered(std::vector<TargetAnswer> targets = {testing::preserved("t1"),
                                                   testing::preserved("t2")}) {
  Talk talk = accepted();
  talk.say(Side::other, Answer{"", std::move(targets)});
  return talk;
}

Talk after(Talk talk, Side side, const Body& body) {
  talk.say(side, body);
  return talk;
}

const Query question{"scope", "Which?", false};

std::vector<Row> open_requests() {
  const Verbs asks = {query, withdraw, notice};
  const Verbs answers = {acknowledge, query, accept, forward, refuse, counter_offer, warn};
  auto with = [](Verbs verbs, Verb verb) { return verbs.insert(verb), verbs; };
  auto without = [](Verbs verbs, Verb verb) { return verbs.erase(verb), verbs; };
  const Verbs holds = {query, withdraw, notice, extend, release};
  const Verbs keeps = {query, warn, answer, expire};
  return {
      {"asked", Phase::asked, asks, answers, [] { return Talk(); }},
      {"acknowledged", Phase::acknowledged, asks, without(answers, acknowledge),
       [] { return after(Talk(), Side::other, Acknowledge{}); }},
      {"forwarded", Phase::forwarded, asks, answers,
       [] { return after(Talk(), Side::other, Forward{testing::authority(), ""}); }},
      {"questioned", Phase::questioned, with(asks, reply), answers,
       [] { return after(Talk(), Side::other, question); }},
      {"asked back", Phase::asked, asks, with(answers, reply),
       [] { return after(Talk(), Side::opener, question); }},
      {"countered", Phase::countered, with(asks, decide), without(answers, counter_offer),
       [] { return after(Talk(), Side::other, CounterOffer{testing::narrow({"t1"})}); }},
      {"warned", Phase::warned, with(asks, decide), without(without(answers, accept), warn),
       [] { return after(Talk(), Side::other, Warn{{"will_not_secure"}, "soon gone"}); }},
      {"accepted",
       Phase::accepted,
       asks,
       {query, forward, refuse, counter_offer, warn, answer},
       accepted},
      {"partly preserved", Phase::preserved, holds, with(keeps, forward),
       [] { return answered({testing::preserved("t1")}); }},
      {"preserved", Phase::preserved, holds, keeps, [] { return answered(); }},
      {"extension asked", Phase::preserved, without(holds, extend), with(keeps, extension_answer),
       [] {
         return after(answered(), Side::opener, Extend{{}, testing::start + Days{120}, "late", {}});
       }},
      {"warned while preserved",
       Phase::warned,
       with(holds, decide),
       {query, expire},
       [] { return after(answered(), Side::other, Warn{{"will_not_secure"}, "moving"}); }},
      {"kept", Phase::kept, holds, keeps,
       [] { return after(answered(), Side::opener, Notice{"MLA-1", "", {}}); }},
  };
}

std::vector<Row> closed_requests() {
  return {
      {"refused",
       Phase::refused,
       {},
       {},
       [] { return after(Talk(), Side::other, Refuse{{testing::ground()}, {}}); }},
      {"not preserved",
       Phase::not_preserved,
       {},
       {},
       [] { return answered({testing::not_held("t1"), testing::not_held("t2")}); }},
      {"withdrawn",
       Phase::withdrawn,
       {},
       {},
       [] { return after(Talk(), Side::opener, Withdraw{}); }},
      {"withdrawn when preserved",
       Phase::withdrawn,
       {},
       {},
       [] { return after(answered(), Side::opener, Withdraw{}); }},
      {"released",
       Phase::released,
       {},
       {},
       [] { return after(answered(), Side::opener, Release{}); }},
      {"expired",
       Phase::expired,
       {},
       {},
       [] {
         Talk talk = answered();
         talk.wait(Days{361});
         return after(std::move(talk), Side::other, Expire{{}, "law_ended"});
       }},
      {"undelivered",
       Phase::undelivered,
       {},
       {},
       [] {
         Talk talk;
         talk.happens(Side::opener, TakenBack{testing::act_id(1), "void"});
         return talk;
       }},
  };
}

Talk ordered() {
  return Talk(Track::order);
}
Talk complied() {
  return after(ordered(), Side::other,
               Comply{"", {testing::preserved("t1"), testing::preserved("t2")}});
}

std::vector<Row> orders() {
  return {
      {"ordered",
       Phase::asked,
       {query, withdraw},
       {acknowledge, query, objection, comply},
       ordered},
      {"objected",
       Phase::objected,
       {query, withdraw, decide},
       {acknowledge, query, comply},
       [] { return after(ordered(), Side::other, Objection{"overbroad", "too much", {}}); }},
      {"questioned",
       Phase::questioned,
       {query, withdraw, reply},
       {acknowledge, query, objection, comply},
       [] { return after(ordered(), Side::other, question); }},
      {"complied",
       Phase::preserved,
       {query, withdraw, extend, release},
       {query, comply, expire},
       complied},
      {"released",
       Phase::released,
       {},
       {},
       [] { return after(complied(), Side::opener, Release{}); }},
      {"lifted",
       Phase::withdrawn,
       {},
       {},
       [] {
         Talk talk = ordered();
         ActId on = talk.say(Side::other, Objection{"privilege", "a lawyer's mailbox", {}});
         return after(std::move(talk), Side::opener, Decide{on, "lift", {}, ""});
       }},
  };
}

// A body of `verb` that fits the state, where one does.
Body fitting(Verb verb, const State& state) {
  ActId on = state.other.empty() ? testing::act_id(1) : state.other.back().act;
  for (const auto* half : {&state.opener, &state.other})
    for (const Event& event : *half) {
      if (verb == reply && event.verb == query) on = event.act;
      if (verb == extension_answer && event.verb == extend) on = event.act;
    }
  Body body = testing::samples(on).at(static_cast<std::size_t>(verb));
  if (auto* said = std::get_if<Decide>(&body)) {
    if (state.phase == Phase::countered) said->choice = "decline";
    if (state.phase == Phase::objected) said->choice = "maintain";
  }
  return body;
}

void check_side(const Row& row, const Talk& talk, Side side) {
  const Verbs& open = side == Side::opener ? row.opener : row.other;
  const State& state = side == Side::opener ? talk.opener() : talk.other();
  auto may = allowed(state);
  EXPECT_EQ(names({may.begin(), may.end()}), names(open)) << row.how;
  Talk late = talk;
  late.wait(Days{361});  // what the law gives has ended
  for (Verb verb : all_verbs()) {
    auto outcome = (verb == expire ? late : talk).attempt(side, fitting(verb, state));
    if (open.contains(verb))
      EXPECT_TRUE(outcome) << row.how << " " << verb_name(verb) << ": " << to_text(outcome.error());
    else
      EXPECT_EQ(outcome ? Code::invalid : outcome.error().code, Code::wrong_state)
          << row.how << " " << verb_name(verb);
  }
}

TEST(Machine, opens_the_verbs_of_the_table_and_no_others) {
  auto rows = open_requests();
  for (auto more : {closed_requests(), orders()}) rows.insert(rows.end(), more.begin(), more.end());
  for (const Row& row : rows) {
    Talk talk = row.make();
    EXPECT_EQ(talk.opener().phase, row.phase) << row.how << ": " << phase_name(talk.opener().phase);
    check_side(row, talk, Side::opener);
    if (row.phase == Phase::undelivered) continue;  // the other side has never heard of it
    EXPECT_EQ(talk.other().phase, row.phase) << row.how;
    EXPECT_EQ(json::write(agreed_part(talk.opener())), json::write(agreed_part(talk.other())));
    check_side(row, talk, Side::other);
  }
}

TEST(Machine, the_table_shows_every_phase) {
  std::set<Phase> shown;
  for (const auto& rows : {open_requests(), closed_requests(), orders()})
    for (const Row& row : rows) shown.insert(row.phase);
  EXPECT_EQ(shown.size(), phase_count);
}

// What one side sees as open to the other is what the other may say.
TEST(Machine, both_sides_see_the_same_verbs_open) {
  for (const Row& row : open_requests()) {
    Talk talk = row.make();
    EXPECT_EQ(allowed(talk.opener(), Speaker::theirs), allowed(talk.other())) << row.how;
    EXPECT_EQ(allowed(talk.other(), Speaker::theirs), allowed(talk.opener())) << row.how;
  }
}

// ---- beginnings

Said opening(const Body& body, Speaker by = Speaker::ours, std::uint64_t number = 1) {
  ActId act = testing::act_id(number);
  return {by,
          act,
          ConversationId{act.bytes},
          testing::member(2),
          body,
          testing::start,
          {"poc_officer"}};
}

TEST(Opening, only_an_ask_or_an_order_opens) {
  for (const Body& body : testing::samples()) {
    auto outcome = apply(std::nullopt, opening(body), testing::rules(), testing::start);
    bool opens = verb_of(body) == ask || verb_of(body) == order;
    EXPECT_EQ(outcome.has_value(), opens) << verb_name(verb_of(body));
    if (!opens) EXPECT_EQ(outcome.error().code, Code::wrong_state);
  }
}

TEST(Opening, gives_each_side_its_role) {
  auto role = [](const Body& body, Speaker by) {
    return apply(std::nullopt, opening(body, by), testing::rules(), testing::start)->next.role;
  };
  EXPECT_EQ(role(testing::ask(), Speaker::ours), Role::requester);
  EXPECT_EQ(role(testing::ask(), Speaker::theirs), Role::requested);
  EXPECT_EQ(role(testing::order(), Speaker::ours), Role::requester);
  EXPECT_EQ(role(testing::order(), Speaker::theirs), Role::custodian);
}

TEST(Opening, an_act_in_another_conversation_is_refused) {
  Said said = opening(testing::ask());
  said.conversation.bytes[0] ^= 1;
  EXPECT_EQ(apply(std::nullopt, said, testing::rules(), testing::start).error().code,
            Code::wrong_state);

  Talk talk;
  Said stray = opening(Acknowledge{}, Speaker::ours, 2);
  EXPECT_EQ(apply(talk.other(), stray, talk.law(), talk.now()).error().code, Code::bad_value);
  stray.conversation = talk.other().conversation;
  stray.counterpart = testing::member(9);
  EXPECT_EQ(apply(talk.other(), stray, talk.law(), talk.now()).error().code, Code::bad_value);
}

TEST(Opening, leaves_out_no_box_that_the_provision_requires) {
  Rules rules = testing::rules();
  rules.required_fields.push_back("domestic_legal_basis");
  rules.required_fields.push_back("custodian_or_location_if_known");
  Ask ask = testing::ask();
  ask.custodian = {};
  EXPECT_TRUE(apply(std::nullopt, opening(ask), rules, testing::start));
  ask.domestic_legal_basis.clear();
  auto outcome = apply(std::nullopt, opening(ask), rules, testing::start);
  EXPECT_EQ(outcome.error().code, Code::missing_field);
  EXPECT_EQ(outcome.error().where, "/domestic_legal_basis");
  // What comes in is never dropped for it: it is for an officer to ask.
  EXPECT_TRUE(apply(std::nullopt, opening(ask, Speaker::theirs), rules, testing::start));
}

TEST(Opening, without_the_intention_of_a_formal_request_does_not_leave) {
  Ask ask = testing::ask();
  ask.intent_to_request_mla = false;
  EXPECT_EQ(apply(std::nullopt, opening(ask), testing::rules(), testing::start).error().where,
            "/intent_to_request_mla");
}

TEST(Opening, dated_ahead_of_the_clock_is_refused) {
  Ask ask = testing::ask();
  ask.date = testing::start + Millis{1};
  auto law = testing::rules();
  EXPECT_EQ(apply(std::nullopt, opening(ask), law, testing::start).error().where, "/date");
  EXPECT_TRUE(apply(std::nullopt, opening(ask, Speaker::theirs), law, testing::start));
  ask.date = testing::start + limits::clock_skew_believed + Millis{1};
  EXPECT_EQ(apply(std::nullopt, opening(ask, Speaker::theirs), law, testing::start).error().where,
            "/date");
}

TEST(Opening, warns_of_what_the_law_abroad_lacks) {
  auto told = [](DomesticLaw law, std::string_view code) {
    Rules rules = testing::rules();
    rules.domestic = std::move(law);
    auto outcome = apply(std::nullopt, opening(testing::ask()), rules, testing::start);
    return std::ranges::any_of(outcome->notices, [&](const auto& n) { return n.code == code; });
  };
  DomesticLaw law = testing::rules().domestic;
  EXPECT_FALSE(told(law, "no_secrecy_duty"));
  law.secrecy = Known::no;
  EXPECT_TRUE(told(law, "no_secrecy_duty"));
  law.secrecy = Known::unknown;
  EXPECT_TRUE(told(law, "no_secrecy_duty"));
  EXPECT_FALSE(told(law, "law_below_minimum"));
  law.total = Days{21};
  EXPECT_TRUE(told(law, "law_below_minimum"));
  EXPECT_TRUE(told({}, "domestic_law_unknown"));
}

// ---- approvals and permits

Result<Outcome> open_with(const Rules& rules, std::vector<std::string> held) {
  ActId act = testing::act_id(1);
  return apply(std::nullopt,
               {Speaker::ours, act, ConversationId{act.bytes}, testing::member(2),
                Body(testing::ask(1)), testing::start, std::move(held)},
               rules, testing::start);
}

TEST(Approvals, what_is_asked_needs_those_the_provision_names) {
  Rules rules = testing::rules();
  for (std::vector<std::string> held : {std::vector<std::string>{}, {"supervisor"}}) {
    auto opened = open_with(rules, held);
    ASSERT_FALSE(opened);
    EXPECT_EQ(opened.error().code, Code::not_approved);
  }
  EXPECT_TRUE(open_with(rules, {"supervisor", "poc_officer"}));
}

TEST(Approvals, the_side_that_is_asked_needs_an_officer_and_not_those_of_the_provision) {
  Talk talk = accepted();
  Answer said{"", {testing::preserved("t1")}};
  EXPECT_EQ(talk.attempt(Side::other, said, {}).error().code, Code::not_approved);
  EXPECT_TRUE(talk.attempt(Side::other, said, {"approver"}));
  EXPECT_EQ(Talk().attempt(Side::other, Accept{}, {}).error().code, Code::not_approved);
  EXPECT_TRUE(Talk().attempt(Side::other, Refuse{{testing::ground()}, {}}, {}));
}

TEST(Approvals, where_the_law_is_silent_one_officer_must_still_have_approved) {
  Rules rules = testing::rules();
  rules.approvals.clear();
  EXPECT_EQ(open_with(rules, {}).error().code, Code::not_approved);
  EXPECT_TRUE(open_with(rules, {"approver"}));
  rules.approvals = {"none"};
  EXPECT_TRUE(open_with(rules, {}));
}

TEST(Approvals, kinds_of_permit_follow_the_verbs) {
  Verbs coercive;
  for (Verb verb : all_verbs()) {
    EXPECT_NE(permit_kind(verb), PermitKind::disclosure);
    if (permit_kind(verb) == PermitKind::coercive) coercive.insert(verb);
  }
  EXPECT_EQ(names(coercive), names({ask, accept, answer, extend, extension_answer, order, comply}));
}

// ---- grounds

TEST(Grounds, only_those_of_the_provision_leave_this_node) {
  for (const char* code : {"dual_criminality_absent", "not_held", "wrong_addressee",
                           "insufficient_facts", "de_facto_impossible", "own_national"}) {
    auto outcome = Talk().attempt(Side::other, Refuse{{testing::ground(code)}, {}});
    ASSERT_FALSE(outcome) << code;
    EXPECT_EQ(outcome.error().code, Code::bad_value);
    EXPECT_THAT(outcome.error().what, HasSubstr("political_offence"));
  }
  EXPECT_TRUE(Talk().attempt(Side::other, Refuse{{testing::ground()}, {}}));
  Rules none = testing::rules();
  none.refusal_grounds.clear();
  EXPECT_FALSE(Talk(Track::request, none).attempt(Side::other, Refuse{{testing::ground()}, {}}));
}

TEST(Grounds, are_cited_by_the_article_that_has_them) {
  auto refused = [](std::string article) {
    return Talk().attempt(Side::other, Refuse{{{"political_offence", std::move(article), ""}}, {}});
  };
  EXPECT_TRUE(refused("ETS185 Art.29(5)(a)"));
  EXPECT_TRUE(refused("ETS 185, Art. 29(5)(a)")) << "as people write it";
  for (const char* article : {"Art. 99(9)", "ETS185 Art.29(5)(b)"}) {
    auto outcome = refused(article);
    ASSERT_FALSE(outcome) << article;
    EXPECT_EQ(outcome.error().code, Code::bad_value);
    EXPECT_THAT(outcome.error().what, HasSubstr("ETS185 Art.29(5)(a)"));
  }
}

TEST(Grounds, of_a_provision_that_the_corpus_does_not_know_are_for_people_to_judge) {
  Rules unknown = testing::rules();
  unknown.known = false;
  unknown.refusal_grounds.clear();
  Talk talk(Track::request, unknown);
  EXPECT_TRUE(talk.attempt(Side::other, Refuse{{testing::ground()}, {}}));
  talk.say(Side::other, Refuse{{testing::ground()}, {}});
  for (const PersonNotice& notice : talk.heard().notices)
    EXPECT_NE(notice.code, "ground_not_of_provision");
}

TEST(Grounds, hold_for_one_target_and_for_an_extension_too) {
  TargetAnswer no = testing::not_held("t1");
  no.status = "refused";
  no.grounds = {testing::ground("own_national")};
  EXPECT_EQ(accepted().attempt(Side::other, Answer{"", {no}}).error().code, Code::bad_value);
  no.grounds = {testing::ground()};
  EXPECT_TRUE(accepted().attempt(Side::other, Answer{"", {no}}));

  Talk talk = answered();
  ActId to = talk.say(Side::opener, Extend{{}, talk.now() + Days{120}, "late", {}});
  auto grant = [&](std::vector<Ground> grounds) {
    return talk.attempt(Side::other, ExtensionAnswer{to, "refused", {}, std::move(grounds), ""});
  };
  EXPECT_TRUE(grant({}));
  EXPECT_TRUE(grant({testing::ground()}));
  EXPECT_EQ(grant({testing::ground("own_national")}).error().code, Code::bad_value);
}

// Blueprint: "Foreign law warns": what another State refuses on is recorded, and flagged.
TEST(Grounds, of_others_are_recorded_and_flagged) {
  Talk talk;
  auto told = [&](const Ground& ground) {
    Said said{Speaker::theirs,
              testing::act_id(2),
              talk.opener().conversation,
              testing::member(2),
              Refuse{{ground}, {}},
              talk.now(),
              {}};
    auto outcome = apply(talk.opener(), said, talk.law(), talk.now());
    EXPECT_TRUE(outcome && outcome->next.phase == Phase::refused);
    return outcome && heard(*outcome, "ground_not_of_provision");
  };
  EXPECT_TRUE(told(testing::ground("own_national")));
  EXPECT_TRUE(told({"political_offence", "Art. 99(9)", ""}));
  EXPECT_FALSE(told(testing::ground()));
}

// ---- answers and terms

TEST(Answer, below_the_legal_minimum_does_not_leave) {
  Talk talk = accepted();
  auto said = [&](Days term) {
    return talk.attempt(Side::other, Answer{"", {testing::preserved("t1", term)}});
  };
  EXPECT_EQ(said(Days{59}).error().where, "/targets/0/preserved_until");
  EXPECT_TRUE(said(Days{60}));
  Rules none = testing::rules();
  none.preserve_at_least.reset();
  Talk free = Talk(Track::request, none);
  free.say(Side::other, Accept{});
  EXPECT_TRUE(free.attempt(Side::other, Answer{"", {testing::preserved("t1", Days{1})}}));
}

// Data that were kept for years already are kept for sixty days from the request on.
TEST(Answer, below_the_legal_minimum_does_not_leave_by_an_earlier_date_of_preservation) {
  Talk talk = accepted();
  talk.wait(Days{3});
  TargetAnswer back_dated = testing::preserved("t1");
  back_dated.preserved_at = testing::start - Days{300};
  auto until = [&](Days days) {
    back_dated.preserved_until = testing::start + days;
    return talk.attempt(Side::other, Answer{"", {back_dated}});
  };
  EXPECT_EQ(until(Days{59}).error().where, "/targets/0/preserved_until");
  EXPECT_TRUE(until(Days{60}));
  TargetAnswer later = testing::preserved("t1", Days{62});
  later.preserved_at = testing::start + Days{3};
  EXPECT_FALSE(talk.attempt(Side::other, Answer{"", {later}})) << "counts from what came later";

  auto told = [&](Days days) {
    back_dated.preserved_until = testing::start + days;
    Said said{Speaker::theirs,
              testing::act_id(99),
              talk.opener().conversation,
              testing::member(2),
              Answer{"", {back_dated}},
              talk.now(),
              {}};
    return heard(*apply(talk.opener(), said, talk.law(), talk.now()), "below_minimum");
  };
  EXPECT_TRUE(told(Days{59}));
  EXPECT_FALSE(told(Days{60}));
}

// README.md: "Our own confirmed law binds".
TEST(Answer, beyond_what_our_own_confirmed_law_gives_does_not_leave) {
  auto said = [](const Rules& rules, Track track, Days term) {
    Talk talk(track, rules);
    std::vector<TargetAnswer> targets{testing::preserved("t1", term)};
    if (track == Track::order) return talk.attempt(Side::other, Comply{"", targets});
    talk.say(Side::other, Accept{});
    return talk.attempt(Side::other, Answer{"", targets});
  };
  Rules unconfirmed = testing::rules();
  unconfirmed.domestic.confirmed = false;
  for (Track track : {Track::request, Track::order}) {
    EXPECT_EQ(said(testing::rules(), track, Days{361}).error().where, "/targets/0/preserved_until");
    auto whole = said(testing::rules(), track, Days{360});
    ASSERT_TRUE(whole) << to_text(whole.error());
    EXPECT_TRUE(heard(*whole, "renewal_needed"));
    EXPECT_FALSE(heard(*said(testing::rules(), track, Days{180}), "renewal_needed"));
    auto beyond = said(unconfirmed, track, Days{361});
    ASSERT_TRUE(beyond) << to_text(beyond.error());
    EXPECT_TRUE(heard(*beyond, "beyond_domestic_law"));
  }
}

TEST(Answer, where_our_own_law_is_shorter_than_the_treaty_s_minimum_says_what_there_is) {
  Rules rules = testing::rules();
  rules.domestic.total = Days{21};
  Talk talk(Track::request, rules);
  talk.say(Side::other, Accept{});
  EXPECT_TRUE(talk.attempt(Side::other, Answer{"", {testing::preserved("t1", Days{21})}}));
  EXPECT_FALSE(talk.attempt(Side::other, Answer{"", {testing::preserved("t1", Days{22})}}));
}

TEST(Opening, an_order_beyond_our_own_confirmed_law_does_not_leave) {
  auto ordered_for = [](Days term, Rules rules, Speaker by) {
    Order order = testing::order();
    order.preserve_until = testing::start + term;
    return apply(std::nullopt, opening(order, by), rules, testing::start);
  };
  Rules unconfirmed = testing::rules();
  unconfirmed.domestic.confirmed = false;
  EXPECT_EQ(ordered_for(Days{361}, testing::rules(), Speaker::ours).error().where,
            "/preserve_until");
  EXPECT_TRUE(ordered_for(Days{360}, testing::rules(), Speaker::ours));
  EXPECT_TRUE(heard(*ordered_for(Days{361}, unconfirmed, Speaker::ours), "beyond_domestic_law"));
  EXPECT_TRUE(
      heard(*ordered_for(Days{361}, testing::rules(), Speaker::theirs), "beyond_domestic_law"));
}

TEST(Answer, names_targets_of_the_request_only_and_in_the_past_only) {
  Talk talk = accepted();
  EXPECT_EQ(talk.attempt(Side::other, Answer{"", {testing::preserved("t3")}}).error().where,
            "/targets/0/target");
  TargetAnswer ahead = testing::preserved("t1");
  ahead.preserved_at = talk.now() + Millis{1};
  EXPECT_EQ(talk.attempt(Side::other, Answer{"", {ahead}}).error().where,
            "/targets/0/preserved_at");
  talk.wait(Days{100});
  EXPECT_EQ(talk.attempt(Side::other, Answer{"", {testing::preserved("t1")}}).error().where,
            "/targets/0/preserved_until");
}

TEST(Answer, stands_once_given_and_grows_only) {
  Talk talk = answered({testing::preserved("t1"), testing::not_held("t2")});
  auto said = [&](TargetAnswer each) { return talk.attempt(Side::other, Answer{"", {each}}); };
  EXPECT_EQ(said(testing::preserved("t2")).error().code, Code::wrong_state);
  EXPECT_EQ(said(testing::not_held("t1")).error().where, "/targets/0/status");
  EXPECT_EQ(said(testing::preserved("t1", Days{89})).error().where, "/targets/0/preserved_until");
  EXPECT_TRUE(said(testing::preserved("t1", Days{120})));
}

TEST(Answer, to_a_target_that_was_given_up_does_not_leave) {
  Talk talk;
  ActId on = talk.say(Side::other, CounterOffer{testing::narrow({"t1"})});
  talk.say(Side::opener, Decide{on, "take_up", {}, ""});
  EXPECT_EQ(talk.other().targets[1].status, TargetStatus::cancelled);
  talk.say(Side::other, Accept{});
  EXPECT_EQ(talk.attempt(Side::other, Answer{"", {testing::preserved("t2")}}).error().code,
            Code::wrong_state);
  talk.say(Side::other, Answer{"", {testing::preserved("t1")}});
  EXPECT_EQ(talk.opener().phase, Phase::preserved);
}

TEST(Answer, in_parts_leaves_the_rest_awaiting) {
  Talk talk = answered({testing::preserved("t1")});
  EXPECT_EQ(talk.opener().targets[0].status, TargetStatus::preserved);
  EXPECT_EQ(talk.opener().targets[1].status, TargetStatus::awaiting);
  EXPECT_EQ(on_the_clock(talk.opener()).who, "requested");
  talk.say(Side::other, Answer{"", {testing::not_held("t2")}});
  EXPECT_EQ(on_the_clock(talk.opener()).what, "formal_request");
}

// ---- the order behind an answer

Rules with_order(bool confirmed = true) {
  Rules rules = testing::rules();
  rules.domestic.order_needed = Known::yes;
  rules.domestic.confirmed = confirmed;
  return rules;
}

TEST(DomesticOrder, must_stand_behind_a_preserved_answer_where_the_law_asks_for_one) {
  Answer said{"", {testing::preserved("t1")}};
  for (const char* decision : {"refused", "granted", "limited"}) {
    Talk talk(Track::request, with_order());
    talk.say(Side::other, Accept{});
    auto outcome = talk.attempt(Side::other, said);
    EXPECT_EQ(outcome.error().code, Code::not_allowed);
    EXPECT_THAT(outcome.error().what, HasSubstr("RA 10175 s.13"));
    talk.happens(Side::other, OrderRecorded{"prosecutor", {}, decision});
    EXPECT_EQ(talk.attempt(Side::other, said).has_value(), decision != std::string("refused"));
  }
  Talk talk(Track::request, with_order());
  talk.say(Side::other, Accept{});
  EXPECT_TRUE(talk.attempt(Side::other, Answer{"", {testing::not_held("t1")}}));
}

TEST(DomesticOrder, an_unconfirmed_law_warns_and_does_not_block) {
  Talk talk(Track::request, with_order(false));
  talk.say(Side::other, Accept{});
  auto outcome = talk.attempt(Side::other, Answer{"", {testing::preserved("t1")}});
  ASSERT_TRUE(outcome);
  EXPECT_TRUE(std::ranges::any_of(outcome->notices,
                                  [](const auto& n) { return n.code == "order_may_be_needed"; }));
}

TEST(DomesticOrder, its_custodian_s_answer_is_the_most_we_may_say) {
  Talk talk(Track::request, with_order());
  talk.say(Side::other, Accept{});
  ConversationId order{testing::act_id(77).bytes};
  talk.happens(Side::other, LinkOpened{order, "served_by"});
  auto said = [&](Days term) {
    return talk.attempt(Side::other, Answer{"", {testing::preserved("t1", term)}});
  };
  EXPECT_EQ(said(Days{90}).error().code, Code::not_allowed);
  TargetMark mark{
      "t1", TargetStatus::preserved, testing::start, testing::start + Days{90}, {"subscriber"}};
  talk.happens(Side::other, LinkAnswered{order, {mark}});
  EXPECT_TRUE(said(Days{90}));
  EXPECT_EQ(said(Days{91}).error().code, Code::not_allowed);
  auto beyond = [&](const std::function<void(TargetAnswer&)>& more) {
    TargetAnswer answer = testing::preserved("t1");
    more(answer);
    auto outcome = talk.attempt(Side::other, Answer{"", {answer}});
    EXPECT_EQ(outcome ? Code::invalid : outcome.error().code, Code::not_allowed);
    if (!outcome) EXPECT_THAT(outcome.error().what, HasSubstr("subscriber from"));
  };
  // An order of a court here binds the custodian; it does not make it hold more than it said.
  for (bool ordered : {false, true}) {
    if (ordered) talk.happens(Side::other, OrderRecorded{"court", {}, "granted"});
    beyond([](TargetAnswer& said) { said.categories.push_back("traffic"); });
    beyond([](TargetAnswer& said) { *said.preserved_at -= Days{1}; });
    beyond([](TargetAnswer& said) { *said.preserved_until += Days{1}; });
  }
}

TEST(DomesticOrder, an_extension_is_granted_as_far_as_the_custodian_has_said) {
  Talk talk(Track::request, with_order());
  talk.say(Side::other, Accept{});
  ConversationId order{testing::act_id(77).bytes};
  talk.happens(Side::other, LinkOpened{order, "served_by"});
  talk.happens(Side::other, OrderRecorded{"court", {}, "granted"});
  TargetMark mark{
      "t1", TargetStatus::preserved, testing::start, testing::start + Days{90}, {"subscriber"}};
  talk.happens(Side::other, LinkAnswered{order, {mark}});
  talk.say(Side::other, Answer{"", {testing::preserved("t1")}});
  talk.say(Side::opener, Extend{{"t1"}, testing::start + Days{120}, "more time", std::nullopt});
  ExtensionAnswer grant{talk.last(), "granted", testing::start + Days{120}, {}, ""};
  auto refused = talk.attempt(Side::other, grant);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::not_allowed);
  mark.preserved_until = testing::start + Days{120};
  talk.happens(Side::other, LinkAnswered{order, {mark}});
  EXPECT_TRUE(talk.attempt(Side::other, grant));
}

TEST(DomesticOrder, its_custodian_s_answer_is_told_once_and_an_acknowledgement_not_at_all) {
  Talk talk(Track::request, with_order());
  ConversationId order{testing::act_id(77).bytes};
  talk.happens(Side::other, LinkOpened{order, "served_by"});
  auto told = [&](TargetMark mark) {
    auto out = local(talk.other(), LinkAnswered{order, {std::move(mark)}}, talk.now());
    return out && std::ranges::any_of(out->notices,
                                      [](const auto& n) { return n.code == "order_answered"; });
  };
  TargetMark mark{"t1", TargetStatus::awaiting, {}, {}};
  EXPECT_FALSE(told(mark));
  mark = {"t1", TargetStatus::preserved, testing::start, testing::start + Days{90}};
  EXPECT_TRUE(told(mark));
  talk.happens(Side::other, LinkAnswered{order, {mark}});
  EXPECT_FALSE(told(mark));
}

TEST(DomesticOrder, that_goes_on_under_another_id_keeps_its_link_and_what_it_answered) {
  Talk talk(Track::request, with_order());
  ConversationId order{testing::act_id(77).bytes}, moved{testing::act_id(78).bytes};
  EXPECT_EQ(local(talk.other(), LinkMoved{order, moved}, talk.now()).error().code, Code::not_found);
  talk.happens(Side::other, LinkOpened{order, "served_by"});
  TargetMark mark{"t1", TargetStatus::preserved, testing::start, testing::start + Days{90}};
  talk.happens(Side::other, LinkAnswered{order, {mark}});
  talk.happens(Side::other, LinkMoved{order, moved});
  EXPECT_EQ(talk.other().links, (std::vector<Link>{{moved, "served_by", {mark}}}));
  talk.say(Side::opener, Withdraw{});
  EXPECT_TRUE(local(talk.other(), LinkMoved{moved, order}, talk.now())) << "after close too";
}

TEST(DomesticOrder, links_stay_on_the_contact_point_s_side) {
  ConversationId other{testing::act_id(77).bytes};
  Talk talk;
  EXPECT_EQ(local(talk.opener(), LinkOpened{other, "served_by"}, talk.now()).error().code,
            Code::wrong_state);
  EXPECT_EQ(local(talk.other(), LinkOpened{other, "serves"}, talk.now()).error().code,
            Code::wrong_state);
  EXPECT_EQ(local(talk.other(), LinkAnswered{other, {}}, talk.now()).error().code, Code::not_found);
  Talk order = ordered();
  EXPECT_TRUE(local(order.opener(), LinkOpened{other, "serves"}, order.now()));
  EXPECT_EQ(local(order.other(), LinkOpened{other, "serves"}, order.now()).error().code,
            Code::wrong_state);

  auto before = json::write(agreed_part(talk.other()));
  talk.happens(Side::other, LinkOpened{other, "served_by"});
  EXPECT_EQ(json::write(agreed_part(talk.other())), before);
}

TEST(DomesticOrder, a_drill_touches_no_custodian) {
  Ask drill = testing::ask();
  drill.drill = true;
  State state =
      apply(std::nullopt, opening(drill, Speaker::theirs), testing::rules(), testing::start)->next;
  ConversationId other{testing::act_id(77).bytes};
  EXPECT_EQ(local(state, LinkOpened{other, "served_by"}, testing::start).error().code,
            Code::not_allowed);
}

TEST(DomesticOrder, a_custodian_pleads_its_own_law) {
  TargetAnswer no = testing::not_held("t1");
  no.status = "refused";
  no.grounds = {{"conflict_of_laws", "GDPR Art. 48", ""}};
  EXPECT_TRUE(ordered().attempt(Side::other, Comply{"", {no}}));
}

TEST(DomesticOrder, handed_on_at_home_shows_on_the_clock_of_that_side_alone) {
  Talk talk = accepted();
  talk.happens(Side::other, ForwardedDomestically{"prosecutor"});
  EXPECT_EQ(on_the_clock(talk.other()).who, "domestic_authority");
  EXPECT_EQ(on_the_clock(talk.opener()).who, "requested");
  talk.happens(Side::other, OrderRecorded{"prosecutor", {}, "granted"});
  EXPECT_EQ(on_the_clock(talk.other()).who, "requested");
  EXPECT_EQ(local(talk.opener(), ForwardedDomestically{"police"}, talk.now()).error().code,
            Code::wrong_state);
  EXPECT_EQ(local(talk.other(), OrderRecorded{"court", {}, "perhaps"}, talk.now()).error().code,
            Code::bad_value);
}

// ---- decisions

TEST(Decision, must_fit_what_it_answers) {
  Talk talk;
  ActId on = talk.say(Side::other, Warn{{"will_not_secure"}, "gone soon"});
  for (const char* choice : {"take_up", "decline", "maintain", "lift"})
    EXPECT_EQ(talk.attempt(Side::opener, Decide{on, choice, {}, ""}).error().where, "/choice");
  EXPECT_EQ(
      talk.attempt(Side::opener, Decide{testing::act_id(99), "proceed", {}, ""}).error().where,
      "/on");
  talk.say(Side::opener, Decide{on, "proceed", {}, ""});
  EXPECT_EQ(talk.opener().phase, Phase::asked);
  EXPECT_EQ(talk.attempt(Side::opener, Decide{on, "proceed", {}, ""}).error().code,
            Code::wrong_state);
}

TEST(Decision, not_to_execute_closes) {
  Talk talk = answered();
  ActId on = talk.say(Side::other, Warn{{"prejudices_investigation"}, "the user will hear"});
  talk.say(Side::opener, Decide{on, "do_not_execute", {}, ""});
  EXPECT_EQ(talk.other().phase, Phase::withdrawn);
  EXPECT_EQ(talk.other().targets[0].status, TargetStatus::released);
}

TEST(Decision, to_take_another_road_closes_this_one) {
  Talk talk;
  Offer road{"other_route", "ask the central authority", {}, {}, {}, "ets185-31", "Ministry", {}};
  ActId on = talk.say(Side::other, CounterOffer{road});
  talk.say(Side::opener, Decide{on, "take_up", {}, ""});
  EXPECT_EQ(talk.other().phase, Phase::withdrawn);
}

TargetAnswer preserved_of(std::string target, std::vector<std::string> categories) {
  TargetAnswer out = testing::preserved(std::move(target));
  out.categories = std::move(categories);
  return out;
}

TEST(Decision, to_take_up_fewer_categories_binds_every_later_answer) {
  Talk talk;
  ActId on = talk.say(Side::other, CounterOffer{testing::narrow({}, {"traffic"})});
  EXPECT_EQ(talk.other().targets[0].asked, (std::vector<std::string>{"subscriber", "traffic"}));
  talk.say(Side::opener, Decide{on, "take_up", {}, ""});
  for (const State* state : {&talk.opener(), &talk.other()})
    EXPECT_EQ(state->targets[1].asked, std::vector<std::string>{"traffic"});
  talk.say(Side::other, Accept{});
  auto said = [&](std::vector<std::string> categories) {
    return talk.attempt(Side::other, Answer{"", {preserved_of("t1", std::move(categories))}});
  };
  for (const auto& more : {std::vector<std::string>{"subscriber"}, {"subscriber", "traffic"}}) {
    ASSERT_FALSE(said(more));
    EXPECT_EQ(said(more).error().where, "/targets/0/categories");
    EXPECT_THAT(said(more).error().what, HasSubstr("which is: traffic"));
  }
  EXPECT_TRUE(said({"traffic"}));
}

TEST(Decision, to_decline_fewer_categories_leaves_what_was_asked) {
  Talk talk;
  ActId on = talk.say(Side::other, CounterOffer{testing::narrow({"t1"}, {"traffic"})});
  talk.say(Side::opener, Decide{on, "decline", {}, ""});
  EXPECT_EQ(talk.other().targets[0].asked, (std::vector<std::string>{"subscriber", "traffic"}));
}

TEST(Offer, keeps_something_that_was_asked_for) {
  auto offered = [](std::vector<std::string> categories) {
    return Talk().attempt(Side::other, CounterOffer{testing::narrow({}, std::move(categories))});
  };
  EXPECT_EQ(offered({"content"}).error().where, "/offer/categories");
  EXPECT_EQ(offered({"traffic", "content"}).error().where, "/offer/categories");
  EXPECT_TRUE(offered({"traffic"}));
}

TEST(Answer, of_what_nobody_asked_for_neither_leaves_nor_is_taken) {
  Answer more{"", {preserved_of("t1", {"subscriber", "content"})}};
  Talk talk = accepted();
  EXPECT_EQ(talk.attempt(Side::other, more).error().where, "/targets/0/categories");
  Said said{Speaker::theirs,
            testing::act_id(99),
            talk.opener().conversation,
            testing::member(2),
            more,
            talk.now(),
            {}};
  EXPECT_EQ(apply(talk.opener(), said, talk.law(), talk.now()).error().code, Code::bad_value);
  Comply under_order{"", more.targets};
  EXPECT_EQ(ordered().attempt(Side::other, under_order).error().where, "/targets/0/categories");
}

TEST(Decision, an_objection_may_be_met_by_less) {
  Talk talk = ordered();
  ActId on = talk.say(Side::other, Objection{"overbroad", "t2 is not ours", {"t2"}});
  talk.say(Side::opener, Decide{on, "narrow", {"t1"}, ""});
  EXPECT_EQ(talk.other().targets[1].status, TargetStatus::cancelled);
  EXPECT_EQ(talk.other().phase, Phase::asked);
  EXPECT_EQ(talk.attempt(Side::opener, Decide{on, "narrow", {"t9"}, ""}).error().code,
            Code::wrong_state);
}

// ---- extension, notice, release, expiry

Talk extending(Rules rules, Days until) {
  Talk talk(Track::request, std::move(rules));
  talk.say(Side::other, Accept{});
  talk.say(Side::other, Answer{"", {testing::preserved("t1"), testing::preserved("t2")}});
  talk.say(Side::opener, Extend{{"t1"}, testing::start + until, "the request is late", {}});
  return talk;
}

TEST(Extension, reaches_the_targets_it_named) {
  Talk talk = extending(testing::rules(), Days{150});
  talk.say(Side::other,
           ExtensionAnswer{talk.last(), "granted", testing::start + Days{140}, {}, ""});
  EXPECT_EQ(talk.opener().targets[0].preserved_until, testing::start + Days{140});
  EXPECT_EQ(talk.opener().targets[1].preserved_until, testing::start + Days{90});
}

TEST(Extension, is_granted_only_as_our_own_law_allows) {
  Rules rules = testing::rules();
  rules.domestic.first = Days{90};
  rules.domestic.renew = Days{30};
  Talk talk = extending(rules, Days{150});
  auto grant = [](const Talk& t, Days until) {
    return t.attempt(Side::other,
                     ExtensionAnswer{t.last(), "granted", testing::start + until, {}, ""});
  };
  EXPECT_TRUE(grant(talk, Days{120}));
  EXPECT_EQ(grant(talk, Days{121}).error().code, Code::bad_value);
  rules.domestic.total = Days{100};
  EXPECT_FALSE(grant(extending(rules, Days{150}), Days{101}));
  rules.domestic.renew = Days{0};
  EXPECT_EQ(grant(extending(rules, Days{150}), Days{95}).error().code, Code::not_allowed);
  rules.domestic.confirmed = false;
  EXPECT_TRUE(grant(extending(rules, Days{150}), Days{150}));
}

TEST(Extension, to_no_later_day_than_the_present_term_is_none) {
  Talk talk = extending(testing::rules(), Days{150});
  auto grant = [&](Days until) {
    return talk.attempt(Side::other,
                        ExtensionAnswer{talk.last(), "granted", testing::start + until, {}, ""});
  };
  for (Days until : {Days{30}, Days{89}, Days{90}}) {
    ASSERT_FALSE(grant(until));
    EXPECT_EQ(grant(until).error().where, "/until");
    EXPECT_THAT(grant(until).error().what, HasSubstr("2027-02-19"));
  }
  EXPECT_TRUE(grant(Days{91}));
}

TEST(Extension, granted_wakes_the_requester_the_more_when_it_falls_short) {
  Talk talk = extending(testing::rules(), Days{150});
  auto told = [&](Days until) {
    Said said{Speaker::theirs,
              testing::act_id(99),
              talk.opener().conversation,
              testing::member(2),
              ExtensionAnswer{talk.last(), "granted", testing::start + until, {}, ""},
              talk.now(),
              {}};
    return apply(talk.opener(), said, talk.law(), talk.now())->notices.front();
  };
  EXPECT_EQ(told(Days{150}).severity, Severity::warn);
  EXPECT_EQ(told(Days{149}).severity, Severity::alarm);
  EXPECT_THAT(told(Days{30}).text, HasSubstr("was asked")) << "another node may say even this";
}

TEST(Extension, that_the_law_abroad_does_not_allow_warns_the_requester) {
  Rules rules = testing::rules();
  rules.domestic.total = Days{100};
  Talk talk(Track::request, rules);
  talk.say(Side::other, Accept{});
  talk.say(Side::other, Answer{"", {testing::preserved("t1"), testing::preserved("t2")}});
  EXPECT_EQ(talk.opener().extension_ends, testing::start + Days{100});
  auto outcome = talk.attempt(Side::opener, Extend{{}, testing::start + Days{120}, "late", {}});
  ASSERT_TRUE(outcome);
  std::set<std::string> codes;
  for (const auto& notice : outcome->notices) codes.insert(notice.code);
  EXPECT_TRUE(codes.contains("beyond_domestic_law"));
  EXPECT_TRUE(codes.contains("law_ends_before_decision"));
}

TEST(Extension, backwards_or_of_what_is_not_preserved_does_not_leave) {
  Talk talk = answered({testing::preserved("t1"), testing::not_held("t2")});
  auto extend_to = [&](std::vector<std::string> targets, Days until) {
    return talk.attempt(Side::opener, Extend{std::move(targets), testing::start + until, "x", {}});
  };
  EXPECT_EQ(extend_to({}, Days{90}).error().where, "/until");
  EXPECT_EQ(extend_to({"t2"}, Days{120}).error().where, "/targets");
  EXPECT_EQ(extend_to({"t7"}, Days{120}).error().where, "/targets");
  EXPECT_TRUE(extend_to({}, Days{91}));
}

TEST(Notice, keeps_what_is_preserved_until_the_decision) {
  Talk talk = answered();
  talk.wait(Days{91});
  EXPECT_TRUE(talk.attempt(Side::other, Expire{{}, "term_ended"}));
  EXPECT_EQ(talk.attempt(Side::other, Expire{{}, "follow_up_decided"}).error().where, "/reason");
  talk.say(Side::opener, Notice{"MLA-1", "central_authority", talk.now()});
  EXPECT_EQ(talk.attempt(Side::other, Expire{{}, "term_ended"}).error().code, Code::not_allowed);
  EXPECT_TRUE(talk.attempt(Side::other, Expire{{}, "follow_up_decided"}));
  EXPECT_EQ(on_the_clock(talk.opener()).what, "formal_decision");
  Notice ahead{"MLA-2", "", talk.now() + Days{1}};
  EXPECT_EQ(talk.attempt(Side::opener, ahead).error().where, "/received_on");
}

TEST(Expiry, before_its_term_needs_another_reason) {
  Talk talk = answered();
  EXPECT_EQ(talk.attempt(Side::other, Expire{{}, "term_ended"}).error().where, "/reason");
  EXPECT_EQ(talk.attempt(Side::other, Expire{{"t5"}, "law_ended"}).error().where, "/targets");
}

TEST(Expiry, for_the_end_of_the_law_waits_for_that_end) {
  Talk talk = after(answered(), Side::opener, Notice{"MLA-1", "", {}});
  auto expired = [](const Talk& t) { return t.attempt(Side::other, Expire{{"t1"}, "law_ended"}); };
  EXPECT_EQ(expired(talk).error().where, "/reason");
  EXPECT_THAT(expired(talk).error().what, HasSubstr("2027-11-16"));
  talk.wait(Days{359});
  EXPECT_FALSE(expired(talk));
  talk.wait(Days{1});
  auto outcome = expired(talk);
  ASSERT_TRUE(outcome) << to_text(outcome.error());
  EXPECT_FALSE(heard(*outcome, "law_not_ended"));
}

TEST(Expiry, for_the_end_of_a_law_that_is_unconfirmed_or_unknown_warns) {
  Rules unconfirmed = testing::rules(), unknown = testing::rules();
  unconfirmed.domestic.confirmed = false;
  unknown.domestic = {};
  for (const Rules& rules : {unconfirmed, unknown}) {
    Talk talk(Track::request, rules);
    talk.say(Side::other, Accept{});
    talk.say(Side::other, Answer{"", {testing::preserved("t1"), testing::preserved("t2")}});
    auto outcome = talk.attempt(Side::other, Expire{{}, "law_ended"});
    ASSERT_TRUE(outcome) << to_text(outcome.error());
    EXPECT_TRUE(heard(*outcome, "law_not_ended"));
  }
}

// Another node says it all the same: the requester hears that the law runs on.
TEST(Expiry, of_others_before_the_law_s_end_is_flagged) {
  Talk talk = answered();
  auto told = [&](Instant now) {
    Said said{Speaker::theirs,
              testing::act_id(99),
              talk.opener().conversation,
              testing::member(2),
              Expire{{}, "law_ended"},
              now,
              {}};
    auto outcome = apply(talk.opener(), said, talk.law(), now);
    return outcome ? outcome->notices.front().text : to_text(outcome.error());
  };
  EXPECT_THAT(told(talk.now()), HasSubstr("before the law's end"));
  EXPECT_THAT(told(talk.now() + Days{361}), ::testing::Not(HasSubstr("before the law's end")));
}

TEST(Release, of_one_target_leaves_the_other) {
  Talk talk = after(answered(), Side::opener, Release{{"t1"}, ""});
  EXPECT_EQ(talk.other().phase, Phase::preserved);
  EXPECT_EQ(talk.other().targets[0].status, TargetStatus::released);
  EXPECT_EQ(talk.attempt(Side::opener, Release{{"t4"}, ""}).error().where, "/targets");
  talk.say(Side::opener, Release{{"t2"}, ""});
  EXPECT_EQ(talk.other().phase, Phase::released);
}

// ---- replies, limits, words

TEST(Reply, names_an_open_query_of_the_other_side) {
  Talk talk;
  ActId mine = talk.say(Side::opener, question);
  ActId theirs = talk.say(Side::other, question);
  EXPECT_EQ(talk.attempt(Side::opener, Reply{mine, "x"}).error().where, "/to");
  talk.say(Side::opener, Reply{theirs, "x"});
  EXPECT_EQ(talk.attempt(Side::opener, Reply{theirs, "again"}).error().code, Code::wrong_state);
  EXPECT_TRUE(talk.attempt(Side::other, Reply{mine, "x"}));
}

TEST(Limits, one_side_may_say_so_much_and_close_after_it) {
  Talk talk;
  while (talk.opener().opener.size() < limits::conversation_acts_max)
    talk.say(Side::opener, question);
  EXPECT_EQ(talk.attempt(Side::opener, question).error().code, Code::too_large);
  EXPECT_TRUE(talk.attempt(Side::other, question));
  EXPECT_TRUE(talk.attempt(Side::opener, Withdraw{}));
}

TEST(Limits, acts_that_close_have_so_many_places_beside_the_others_and_no_more) {
  Talk talk;
  while (talk.opener().opener.size() < limits::conversation_acts_max)
    talk.say(Side::opener, question);
  State full = talk.opener();
  auto close = [&](std::size_t beside) {
    State state = full;
    for (std::size_t i = 0; i < beside; ++i) {
      state.opener.push_back(state.opener.back());
      state.opener.back().act = testing::act_id(10'000 + i);
    }
    return apply(state,
                 {.by = Speaker::ours,
                  .act = testing::act_id(20'000),
                  .conversation = state.conversation,
                  .counterpart = state.counterpart,
                  .body = Withdraw{},
                  .recorded_at = testing::start,
                  .approvals = {}},
                 Rules{}, testing::start);
  };
  EXPECT_TRUE(close(limits::conversation_closing_acts_max - 1));
  EXPECT_EQ(close(limits::conversation_closing_acts_max).error().code, Code::too_large);
}

TEST(State, survives_its_json_and_nothing_else_does) {
  for (const auto& rows : {open_requests(), closed_requests(), orders()})
    for (const Row& row : rows) {
      Talk talk = row.make();
      for (const State* state : {&talk.opener(), &talk.other()}) {
        auto read = state_from_json(json::parse(json::write(to_json(*state))).value());
        ASSERT_TRUE(read) << row.how << to_text(read.error());
        EXPECT_TRUE(*read == *state) << row.how;
      }
    }
  json::Value value = to_json(Talk().opener());
  (*value.as_object())["phase"] = "preserved";
  EXPECT_EQ(state_from_json(value).error().code, Code::corrupt);
  (*value.as_object())["phase"] = "lost";
  EXPECT_EQ(state_from_json(value).error().code, Code::bad_value);
  (*value.as_object()).erase("phase");
  EXPECT_EQ(state_from_json(value).error().code, Code::missing_field);
}

// Goal: rows are not encrypted, so nothing of what was said may be in them.
TEST(State, and_notices_hold_nothing_of_what_was_said) {
  Talk talk;
  talk.say(Side::other, question);
  std::string told;
  for (const auto& notice : talk.heard().notices) told += notice.text;
  talk.say(Side::other, Accept{"RA 10175", "call the desk"});
  talk.say(Side::other, Answer{"IS-9", {testing::preserved("t1"), testing::preserved("t2")}});
  talk.say(Side::opener, Notice{"MLA-2026-5", "central_authority", {}});
  for (const auto& notice : talk.heard().notices) told += notice.text;
  std::string row = json::write(to_json(talk.opener())) + json::write(to_json(talk.other())) + told;
  for (const char* word : {"mail.example", "Example Mail", "worm", "Examplia", "EX-2026", "IS-9",
                           "MLA-2026", "555", "duty officer", "1030", "Manila", "Which?"})
    EXPECT_EQ(row.find(word), std::string::npos) << word;
}

TEST(Words, of_etsi_ts_103_120_name_every_state) {
  const std::set<std::string_view> tasks = {"AwaitingPreservation",     "Preserved", "Rejected",
                                            "PreservationNotAvailable", "Cancelled", "Expired"};
  std::set<std::string_view> used;
  for (int i = 0; i < 8; ++i) used.insert(etsi_status(static_cast<TargetStatus>(i)));
  EXPECT_EQ(used, tasks);
  const std::set<std::string_view> words = {"AwaitingApproval", "Approved", "Rejected", "Suspended",
                                            "Cancelled",        "Expired",  "Invalid"};
  std::set<std::string_view> phases;
  for (std::size_t i = 0; i < phase_count; ++i) phases.insert(etsi_status(static_cast<Phase>(i)));
  EXPECT_EQ(phases, words);
}

}  // namespace
}  // namespace comity::request
