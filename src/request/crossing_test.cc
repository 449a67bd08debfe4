// Two nodes that talk past each other. Whatever crosses, is doubled, comes late or never arrives:
// once all has been heard, both hold the same.
#include <gtest/gtest.h>

#include <algorithm>
#include <deque>
#include <random>
#include <set>

#include "request/testing.h"

namespace comity::request {
namespace {

using enum Verb;

struct Sent {
  ActId act;
  Body body;
};

// One node, with the timers its driver holds: built from the changes alone.
struct Node {
  Side side = Side::opener;
  std::optional<State> state;
  Instant clock;
  std::map<std::string, Instant> driver;
  std::deque<Sent> outbox;                          // said and not yet heard over there
  std::vector<Sent> heard;                          // by this node, for doubling
  std::vector<std::pair<ActId, std::string>> back;  // rejections and voids on their way back to us
};

void drive(Node& node, const Outcome& out) {
  for (const TimerChange& change : out.timers) {
    auto at = node.driver.find(change.name);
    ASSERT_EQ(change.was.has_value(), at != node.driver.end()) << change.name;
    if (change.was) ASSERT_EQ(at->second, *change.was);
    if (change.due)
      node.driver[change.name] = *change.due;
    else
      node.driver.erase(at);
  }
  ASSERT_EQ(node.driver, out.next.timers);
  for (const auto& [name, due] : node.driver)
    ASSERT_GT(due, testing::start - Days{30}) << name << " is due in a past that nobody named";
}

// Nobody has confirmed it, so that data may expire on any day.
Rules walked_law() {
  Rules rules = testing::rules();
  rules.domestic.confirmed = false;
  return rules;
}

void answers_follow_accepts(const State& state) {
  bool accepted = state.track == Track::order;
  for (const Event& event : state.other) {
    accepted |= event.verb == accept;
    if (event.verb == answer) EXPECT_TRUE(accepted);
  }
}

class Walk {
 public:
  Walk(std::uint64_t seed, Track track, bool loses) : random_(seed), track_(track), loses_(loses) {
    opener_.side = Side::opener;
    other_.side = Side::other;
    // Clocks up to three days apart.
    opener_.clock = testing::start;
    other_.clock = testing::start + std::chrono::minutes(static_cast<int>(pick(8640)) - 4320);
    open();
  }

  void run(int steps) {
    for (int i = 0; i < steps && !::testing::Test::HasFatalFailure(); ++i) step();
    while (!quiet() && !::testing::Test::HasFatalFailure()) {
      hear(opener_, other_);
      hear(other_, opener_);
      learn(opener_);
      learn(other_);
    }
  }

  [[nodiscard]] const Node& opener() const { return opener_; }
  [[nodiscard]] const Node& other() const { return other_; }
  [[nodiscard]] const std::set<std::string>& crossings() const { return crossings_; }

 private:
  std::size_t pick(std::size_t count) {
    return std::uniform_int_distribution<std::size_t>(0, count - 1)(random_);
  }

  void open() {
    Body body = track_ == Track::order ? Body(testing::order(3)) : Body(testing::ask(3));
    say(opener_, body);
  }

  void step() {
    Node& node = pick(2) ? opener_ : other_;
    Node& peer = &node == &opener_ ? other_ : opener_;
    switch (pick(10)) {
      case 0:
      case 1:
      case 2:
        speak(node);
        break;
      case 3:
      case 4:
      case 5:
        hear(node, peer);
        break;
      case 6:
        double_up(node);
        break;
      case 7:
        fire(node);
        break;
      case 8:
        node.clock += std::chrono::hours(pick(24 * 20));
        break;
      default:
        learn(node);
        if (loses_ && pick(3) == 0) lose(node);
    }
    if (node.state && pick(8) == 0) survives_a_restart(node);
  }

  void say(Node& node, const Body& body) {
    ActId act = testing::act_id(++count_);
    auto out = apply(node.state, said(node, Speaker::ours, {act, body}), walked_law(), node.clock);
    // Content may be refused (a term, a date); an open verb never.
    if (!out) return refused(out.error());
    note(node, *out);
    node.outbox.push_back({act, body});
  }

  void speak(Node& node) {
    if (!node.state) return;
    auto open = allowed(*node.state);
    if (open.empty()) return;
    Verb verb = open[pick(open.size())];
    // What ends a conversation comes seldom, or no walk would get far.
    bool ends = verb == withdraw || verb == refuse || verb == expire;
    if (ends && pick(4)) verb = open[pick(open.size())];
    say(node, body_for(verb, node));
  }

  static void refused(const Error& error) {
    EXPECT_TRUE(error.code == Code::bad_value || error.code == Code::not_allowed ||
                error.where.starts_with("/targets"))
        << to_text(error);
  }

  // The next act of the peer's lane; the peer's acts keep their order.
  void hear(Node& node, Node& peer) {
    if (peer.outbox.empty()) return;
    Sent sent = peer.outbox.front();
    peer.outbox.pop_front();
    auto out = apply(node.state, said(node, Speaker::theirs, sent), walked_law(), node.clock);
    if (!out) {
      EXPECT_TRUE(loses_) << verb_name(verb_of(sent.body)) << ": " << to_text(out.error());
      peer.back.emplace_back(sent.act, std::string(code_name(out.error().code)));
      return;
    }
    for (const auto& notice : out->notices)
      if (notice.code == "crossed")
        crossings_.insert(std::string(phase_name(node.state->phase)) + " x " +
                          std::string(verb_name(verb_of(sent.body))));
    note(node, *out);
    node.heard.push_back(sent);
  }

  void double_up(Node& node) {
    if (node.heard.empty()) return;
    const Sent& again = node.heard[pick(node.heard.size())];
    auto out = apply(node.state, said(node, Speaker::theirs, again), walked_law(), node.clock);
    ASSERT_TRUE(out) << to_text(out.error());
    EXPECT_TRUE(out->next == *node.state);
    EXPECT_TRUE(out->timers.empty() && out->notices.empty());
  }

  // The oldest act not yet heard expires: a void takes its place.
  void lose(Node& node) {
    if (node.outbox.empty()) return;
    node.back.emplace_back(node.outbox.front().act, "void");
    node.outbox.pop_front();
  }

  void learn(Node& node) {
    for (const auto& [act, why] : node.back) {
      auto out = local(*node.state, TakenBack{act, why}, node.clock);
      ASSERT_TRUE(out) << to_text(out.error());
      node.state = out->next;
      drive(node, *out);
    }
    node.back.clear();
  }

  void fire(Node& node) {
    if (node.driver.empty()) return;
    auto [name, due] = *std::next(node.driver.begin(), static_cast<long>(pick(node.driver.size())));
    auto out = on_timer(*node.state, name, node.clock);
    ASSERT_TRUE(out);
    if (due > node.clock) EXPECT_TRUE(out->next == *node.state) << name;
    EXPECT_EQ(json::write(agreed_part(out->next)), json::write(agreed_part(*node.state)));
    node.state = out->next;
    drive(node, *out);
    auto twice = on_timer(*node.state, name, node.clock);
    if (due <= node.clock && !node.driver.contains(name)) EXPECT_TRUE(twice->next == *node.state);
  }

  void note(Node& node, const Outcome& out) {
    // Nothing reopens: what crossed may only change how it was closed.
    if (node.state && is_closed(node.state->phase)) EXPECT_TRUE(is_closed(out.next.phase));
    node.state = out.next;
    drive(node, out);
    // While a void is on its way, a side may stand without the accept that it said.
    if (!loses_) answers_follow_accepts(*node.state);
  }

  static void survives_a_restart(Node& node) {
    auto read = state_from_json(json::parse(json::write(to_json(*node.state))).value());
    ASSERT_TRUE(read) << to_text(read.error());
    ASSERT_TRUE(*read == *node.state);
    node.state = *read;
  }

  [[nodiscard]] bool quiet() const {
    return opener_.outbox.empty() && other_.outbox.empty() && opener_.back.empty() &&
           other_.back.empty();
  }

  static Said said(const Node& node, Speaker by, const Sent& sent) {
    return {by,
            sent.act,
            ConversationId{testing::act_id(1).bytes},
            testing::member(2),
            sent.body,
            node.clock,
            {"poc_officer"}};
  }

  // ---- what to say

  std::vector<std::string> some_targets() {
    std::vector<std::string> out;
    for (const char* target : {"t1", "t2", "t3"})
      if (pick(2)) out.emplace_back(target);
    return out;
  }

  std::vector<TargetAnswer> some_answers(const Node& node) {
    std::vector<TargetAnswer> out;
    for (const TargetMark& mark : node.state->targets) {
      if (mark.status != TargetStatus::awaiting && mark.status != TargetStatus::preserved) continue;
      if (!out.empty() && pick(2)) continue;
      TargetAnswer each = testing::not_held(mark.target);
      if (mark.status == TargetStatus::preserved || pick(3)) {
        each = testing::preserved(mark.target);
        each.preserved_at = node.clock;
        each.preserved_until = node.clock + Days{60 + static_cast<int>(pick(120))};
      }
      out.push_back(each);
    }
    return out;
  }

  // An act of the other half, or of ours, that the verb may name.
  ActId some_act(const Node& node, Verb verb) {
    std::vector<ActId> fit;
    bool opens = node.side == Side::opener;
    for (const Event& event : opens ? node.state->other : node.state->opener) {
      bool names = (verb == reply && event.verb == query) ||
                   (verb == extension_answer && event.verb == extend) ||
                   (verb == decide &&
                    (event.verb == warn || event.verb == counter_offer || event.verb == objection));
      if (names) fit.push_back(event.act);
    }
    return fit.empty() ? testing::act_id(999) : fit[pick(fit.size())];
  }

  Decide some_decision(const Node& node) {
    Decide out{some_act(node, decide), "decline", {}, ""};
    for (const Event& event : node.state->other) {
      if (event.act != out.on) continue;
      bool first = pick(3) != 0;
      if (event.verb == warn) out.choice = first ? "proceed" : "do_not_execute";
      if (event.verb == counter_offer) out.choice = first ? "take_up" : "decline";
      if (event.verb == objection) out.choice = first ? "maintain" : "lift";
      if (event.verb == objection && pick(2)) {
        out.choice = "narrow";
        out.targets = {"t1", "t3"};
      }
    }
    return out;
  }

  Body body_for(Verb verb, const Node& node) {
    Body body = testing::samples(node.state ? some_act(node, verb) : ActId{})
                    .at(static_cast<std::size_t>(verb));
    Instant later = node.clock + Days{61 + static_cast<int>(pick(200))};
    if (auto* x = std::get_if<Answer>(&body)) x->targets = some_answers(node);
    if (auto* x = std::get_if<Comply>(&body)) x->targets = some_answers(node);
    if (std::holds_alternative<Decide>(body)) body = some_decision(node);
    if (auto* x = std::get_if<Release>(&body))
      x->targets = pick(2) ? some_targets() : std::vector<std::string>{};
    if (auto* x = std::get_if<Expire>(&body); x && pick(2)) x->targets = {"t2"};
    if (auto* x = std::get_if<Extend>(&body)) x->until = later;
    if (auto* x = std::get_if<ExtensionAnswer>(&body)) x->until = later;
    if (auto* x = std::get_if<CounterOffer>(&body)) {
      x->offer = testing::narrow({"t2", "t3"});
      if (pick(2)) x->offer.categories = {pick(2) ? "subscriber" : "traffic"};
    }
    if (auto* x = std::get_if<Query>(&body)) x->pauses_clock = pick(2) == 0;
    if (auto* x = std::get_if<Notice>(&body)) x->received_on.reset();
    return body;
  }

  std::mt19937_64 random_;
  Track track_;
  bool loses_;
  std::uint64_t count_ = 0;
  Node opener_, other_;
  std::set<std::string> crossings_;
};

void agree(const Walk& walk, std::uint64_t seed) {
  const auto& a = walk.opener().state;
  const auto& b = walk.other().state;
  if (!b) {
    EXPECT_EQ(a->phase, Phase::undelivered) << "seed " << seed;
    return;
  }
  EXPECT_EQ(json::write(agreed_part(*a)), json::write(agreed_part(*b))) << "seed " << seed;
  EXPECT_EQ(allowed(*a), allowed(*b, Speaker::theirs)) << "seed " << seed;
  answers_follow_accepts(*a);
  if (is_closed(a->phase)) {
    EXPECT_TRUE(allowed(*a).empty() && allowed(*b).empty()) << "seed " << seed;
    EXPECT_TRUE(walk.opener().driver.empty() && walk.other().driver.empty()) << "seed " << seed;
  }
}

TEST(Crossing, both_sides_agree_once_all_is_heard) {
  std::set<std::string> crossings;
  std::map<std::string, int> ends;
  for (std::uint64_t seed = 1; seed <= 1500; ++seed) {
    Walk walk(seed, seed % 4 == 0 ? Track::order : Track::request, false);
    walk.run(4 + static_cast<int>(seed % 60));
    if (::testing::Test::HasFailure()) FAIL() << "seed " << seed;
    agree(walk, seed);
    crossings.insert(walk.crossings().begin(), walk.crossings().end());
    ++ends[std::string(phase_name(walk.opener().state->phase))];
  }
  // The walks go where it hurts: or this test says nothing.
  for (const char* met :
       {"withdrawn x answer", "withdrawn x accept", "withdrawn x refuse", "refused x withdraw",
        "withdrawn x warn", "released x comply", "released x extension_answer", "expired x extend",
        "not_preserved x withdraw"})
    EXPECT_TRUE(crossings.contains(met)) << met;
  EXPECT_GE(crossings.size(), 30u);
  for (std::size_t i = 0; i < phase_count; ++i) {
    std::string phase(phase_name(static_cast<Phase>(i)));
    if (phase != "undelivered") EXPECT_GT(ends[phase], 0) << phase;
  }
}

TEST(Crossing, both_sides_agree_when_acts_are_lost_and_their_voids_come_back) {
  int undelivered = 0;
  for (std::uint64_t seed = 1; seed <= 500; ++seed) {
    Walk walk(seed, seed % 4 == 0 ? Track::order : Track::request, true);
    walk.run(4 + static_cast<int>(seed % 60));
    if (::testing::Test::HasFailure()) FAIL() << "seed " << seed;
    agree(walk, seed);
    undelivered += !walk.other().state;
  }
  EXPECT_GT(undelivered, 0);
}

// ---- the rules of README.md, one by one

struct Pair {
  testing::Talk base;
  State opener, other;
  std::uint64_t count = 500;

  explicit Pair(testing::Talk from) : base(from), opener(from.opener()), other(from.other()) {}

  // Both speak before either hears; then each hears the other.
  void cross(const Body& of_opener, const Body& of_other) {
    ActId a = testing::act_id(++count), b = testing::act_id(++count);
    take(opener, Speaker::ours, a, of_opener);
    take(other, Speaker::ours, b, of_other);
    take(other, Speaker::theirs, a, of_opener);
    take(opener, Speaker::theirs, b, of_other);
    EXPECT_EQ(json::write(agreed_part(opener)), json::write(agreed_part(other)));
  }

  void take(State& state, Speaker by, ActId act, const Body& body) {
    Said said{by, act, state.conversation, state.counterpart, body, base.now(), {"poc_officer"}};
    auto out = apply(state, said, base.law(), base.now());
    ASSERT_TRUE(out) << verb_name(verb_of(body)) << ": " << to_text(out.error());
    state = out->next;
  }
};

testing::Talk accepted() {
  testing::Talk talk;
  talk.say(Side::other, Accept{});
  return talk;
}

testing::Talk preserved() {
  testing::Talk talk = accepted();
  talk.say(Side::other, Answer{"", {testing::preserved("t1"), testing::preserved("t2")}});
  return talk;
}

testing::Talk noticed() {
  testing::Talk talk = preserved();
  talk.say(Side::opener, Notice{"MLA-1", "", {}});
  return talk;
}

TEST(Crossing, a_withdrawal_wins_over_an_answer_and_releases_what_it_gave) {
  Pair pair(accepted());
  pair.cross(Withdraw{}, Answer{"", {testing::preserved("t1")}});
  EXPECT_EQ(pair.opener.phase, Phase::withdrawn);
  EXPECT_EQ(pair.opener.targets[0].status, TargetStatus::released);
  EXPECT_EQ(pair.opener.targets[1].status, TargetStatus::cancelled);
}

TEST(Crossing, a_withdrawal_wins_over_a_refusal) {
  Pair pair{testing::Talk()};
  pair.cross(Withdraw{}, Refuse{{testing::ground()}, {}});
  EXPECT_EQ(pair.other.phase, Phase::withdrawn);
  EXPECT_EQ(pair.other.targets[0].status, TargetStatus::refused);
}

TEST(Crossing, data_that_expired_are_not_released) {
  Pair pair(noticed());
  pair.cross(Release{}, Expire{{}, "follow_up_decided"});
  EXPECT_EQ(pair.opener.phase, Phase::expired);
}

TEST(Crossing, an_offer_taken_up_narrows_even_what_was_accepted_meanwhile) {
  testing::Talk talk;
  ActId offer = talk.say(Side::other, CounterOffer{testing::narrow({"t1"})});
  Pair pair(talk);
  pair.cross(Decide{offer, "take_up", {}, ""}, Accept{});
  EXPECT_EQ(pair.opener.phase, Phase::accepted);
  EXPECT_EQ(pair.opener.targets[1].status, TargetStatus::cancelled);
}

TEST(Crossing, an_offer_of_fewer_categories_taken_up_trims_what_was_answered_meanwhile) {
  testing::Talk talk;
  Decide decide{
      talk.say(Side::other, CounterOffer{testing::narrow({}, {"traffic"})}), "take_up", {}, ""};
  Answer answer{"", {testing::preserved("t1"), testing::preserved("t2")}};
  answer.targets[0].categories = {"subscriber", "traffic"};
  Pair pair(talk);
  ActId a = testing::act_id(900), b = testing::act_id(901), c = testing::act_id(902);
  pair.take(pair.opener, Speaker::ours, a, decide);
  pair.take(pair.other, Speaker::ours, b, Accept{});
  pair.take(pair.other, Speaker::ours, c, answer);
  pair.take(pair.other, Speaker::theirs, a, decide);
  pair.take(pair.opener, Speaker::theirs, b, Accept{});
  pair.take(pair.opener, Speaker::theirs, c, answer);
  EXPECT_EQ(json::write(agreed_part(pair.opener)), json::write(agreed_part(pair.other)));
  EXPECT_EQ(pair.opener.targets[0].categories, std::vector<std::string>{"traffic"});
  EXPECT_EQ(pair.opener.targets[0].status, TargetStatus::preserved);
  EXPECT_EQ(pair.opener.targets[1].status, TargetStatus::released) << "only subscriber data";
}

TEST(Crossing, an_extension_asked_of_what_has_just_expired_stays_without_effect) {
  Pair pair(noticed());
  pair.cross(Extend{{}, testing::start + Days{120}, "late", {}}, Expire{{}, "follow_up_decided"});
  EXPECT_EQ(pair.other.phase, Phase::expired);
  EXPECT_TRUE(allowed(pair.other).empty());
}

TEST(Crossing, what_nobody_could_have_said_is_refused_even_so) {
  testing::Talk talk;
  Said early{Speaker::theirs,
             testing::act_id(50),
             talk.opener().conversation,
             testing::member(2),
             Answer{"", {testing::preserved("t1")}},
             talk.now(),
             {}};
  EXPECT_EQ(apply(talk.opener(), early, talk.law(), talk.now()).error().code, Code::wrong_state);
  early.body = Withdraw{};
  EXPECT_EQ(apply(talk.opener(), early, talk.law(), talk.now()).error().code, Code::wrong_state);
  early.body = ExtensionAnswer{testing::act_id(1), "granted", talk.now() + Days{99}, {}, ""};
  EXPECT_EQ(apply(talk.opener(), early, talk.law(), talk.now()).error().code, Code::wrong_state);
  early.body = Refuse{{testing::ground()}, {}};
  State refused = apply(talk.opener(), early, talk.law(), talk.now())->next;
  early.act = testing::act_id(51);
  early.body = Accept{};
  EXPECT_EQ(apply(refused, early, talk.law(), talk.now()).error().code, Code::wrong_state);
}

}  // namespace
}  // namespace comity::request
