// Whole nodes, speaking through Courier and Service over a line that loses answers and says things
// twice.
#include <gtest/gtest.h>

#include <set>

#include "ledger/checkpoint.h"
#include "node/rebuild.h"
#include "peer/protocol.h"
#include "peer/testing.h"
#include "store/memory.h"

namespace comity::peer {
namespace {

using namespace testing;

enum class Weather {
  fair,
  foul
};  // foul: every request arrives twice, and its first answer is lost

// One direction: `from` as client, `to` as server.
class Line {
 public:
  Line(WireNode& from, WireNode& to, Weather weather)
      : from_(from), to_(to), weather_(weather), courier_(from.id(), to.id()) {}

  // One errand, if there is one now.
  bool run() {
    auto view = from_.view();
    auto next = must(courier_.next(from_.context(), *view, from_.now));
    view.reset();
    if (!next) return false;
    auto inputs = courier_.answered(*next, ask(next->request), from_.now);
    for (const node::Input& input : inputs) from_.give(input);
    courier_.settled(*next);
    return true;
  }
  std::optional<Instant> wake() { return must(courier_.wake(*from_.view(), from_.now)); }

 private:
  Result<net::Response> ask(const net::Request& request) {
    net::Response response = to_.handle(from_.pin(), request);
    if (weather_ == Weather::fair) return response;
    net::Response again = to_.handle(from_.pin(), request);
    if (lost_.insert(request.target + "\n" + request.body).second)
      return fail(Code::unreachable, "the line broke");
    return again;
  }

  WireNode& from_;
  WireNode& to_;
  Weather weather_;
  Courier courier_;
  std::set<std::string> lost_;
};

class World {
 public:
  explicit World(Weather weather) : weather_(weather) {}

  void pair(WireNode& a, WireNode& b) {
    json::Value invited = a.done(
        "member.invite",
        {{"nickname", b.casting().nickname}, {"endpoint", a.casting().endpoint}, {"minutes", 10}});
    b.done("member.accept",
           {{"nickname", a.casting().nickname}, {"invitation", at(invited, "text")}});
    carry(a, b);
    json::Object match{{"invitation", at(invited, "invitation")}, {"verdict", "match"}};
    EXPECT_EQ(words_of(a, invited), words_of(b, invited));
    a.done("member.confirm", match);
    b.done("member.confirm", match);
    carry(a, b);
    check_mandate(a, b.id());
    check_mandate(b, a.id());
    lines_.push_back(std::make_unique<Line>(a, b, weather_));
    lines_.push_back(std::make_unique<Line>(b, a, weather_));
    for (WireNode* node : {&a, &b}) nodes_.insert(node);
  }

  // Until nobody has said anything for longer than any back-off or round of gossip takes.
  void settle() {
    spoken_ = now();
    for (int turns = 0; turns < 5000; ++turns)
      if (!turn() && (now() > spoken_ + 2 * limits::retry_max || !sleep())) return;
    FAIL() << "the nodes never come to rest";
  }
  // For an hour, where somebody goes on asking what is refused; returns how often anybody asked
  // anything.
  int run_an_hour() {
    int asked = 0;
    for (Instant end = now() + std::chrono::hours{1}; now() < end && asked < 5000;) {
      if (turn())
        ++asked;
      else if (!sleep())
        break;
    }
    return asked;
  }

 private:
  static std::string words_of(const WireNode& node, const json::Value& invited) {
    auto row = node.row(node::Space::pairing, text_at(invited, "invitation"));
    auto words = must(member::words(must(node::pairing_row_from_json(*row)).ceremony));
    std::string all;
    for (const std::string& word : words) all += word + " ";
    return all;
  }
  // As app/deliverer.cc does: a pending message is said until it was taken.
  void carry(WireNode& a, WireNode& b) {
    for (bool moved = true; moved;) {
      moved = false;
      for (auto [from, to] : {std::pair{&a, &b}, std::pair{&b, &a}}) {
        for (const node::KeyedRow& row : from->rows(node::Space::pairing)) {
          auto pairing = must(node::pairing_row_from_json(must(json::parse(row.row.value))));
          if (pairing.pending.empty()) continue;
          moved = true;
          net::Response response = to->handle(from->pin(), post(pairing_path, pairing.pending));
          ASSERT_EQ(response.status, 200) << response.body;
          if (weather_ == Weather::foul && lost_.insert(pairing.pending).second) continue;
          node::Reply taken =
              from->give(node::PairingAnswered{row.key, to->pin(), pairing.pending, response.body});
          ASSERT_FALSE(taken.error) << to_text(*taken.error);
        }
      }
    }
  }

  [[nodiscard]] Instant now() const { return (*nodes_.begin())->now; }
  bool turn() {
    bool moved = false;
    for (auto& line : lines_) moved |= line->run();
    if (moved) spoken_ = now();
    return moved;
  }
  // Until somebody may have something to say; false: never.
  bool sleep() {
    std::optional<Instant> next;
    for (auto& line : lines_)
      if (auto at = line->wake(); at && (!next || *at < *next)) next = at;
    if (!next) return false;
    for (WireNode* node : nodes_) node->now = *next;
    return true;
  }

  Instant spoken_{};
  Weather weather_;
  std::vector<std::unique_ptr<Line>> lines_;
  std::set<WireNode*> nodes_;
  std::set<std::string> lost_;
};

class Wire : public ::testing::TestWithParam<Weather> {
 protected:
  static WireNode make(const Casting& casting) {
    return {casting, whole_law(COMITY_SOURCE_DIR), store::open_memory};
  }
  // Nothing but what the requests themselves tell their officers.
  static void expect_no_trouble(const WireNode& node) {
    for (const auto& row : node.rows(node::Space::alarm)) {
      std::string code = text_at(must(json::parse(row.row.value)), "code");
      EXPECT_TRUE(code == "request_received" || code == "no_secrecy_duty") << row.row.value;
    }
  }
  // The whole of `of`'s ledger stands cosigned by `by`, in the hands of `of`.
  static void expect_cosigned(const WireNode& of, const WireNode& by) {
    auto row = of.row(node::Space::cosignature, to_hex(by.id()));
    ASSERT_TRUE(row);
    auto log = must(node::partner_log_from_json(*row));
    EXPECT_EQ(log.head.size, of.size());
    auto own = must(ledger::VerifierKey::parse(
        must(member::read_card(of.context().card_envelope)).card.checkpoint_key));
    auto witness = must(ledger::VerifierKey::parse(
        must(member::read_card(by.context().card_envelope)).card.cosignature_key));
    auto verified =
        must(ledger::verify_checkpoint(log.checkpoint, std::vector{own}, std::vector{witness}));
    EXPECT_EQ(verified.cosigners.size(), 1u);
  }
};

TEST_P(Wire, what_is_said_arrives_exactly_once_with_receipts_and_cosignatures) {
  WireNode us = make(us_casting), ph = make(ph_casting);
  World world(GetParam());
  world.pair(us, ph);
  world.settle();

  for (int i = 0; i < 3; ++i) us.send(ask_args(ph.id(), us.now));
  json::Value last = us.send(ask_args(ph.id(), us.now));
  world.settle();
  ph.done("request.say",
          in_conversation(us.id(), at(last, "conversation"),
                          *request::to_json(request::Acknowledge{"IS-9", "received"}).as_object()));
  world.settle();

  EXPECT_EQ(ph.count(node::EntryType::act_in), 4u);
  EXPECT_EQ(us.count(node::EntryType::act_in), 1u);
  EXPECT_EQ(us.count(node::EntryType::receipt_in), 4u);
  EXPECT_EQ(ph.count(node::EntryType::receipt_in), 1u);
  EXPECT_TRUE(us.outbox(ph.id()).empty());
  EXPECT_TRUE(ph.outbox(us.id()).empty());
  EXPECT_EQ(us.rows(node::Space::conversation).size(), 4u);
  EXPECT_EQ(ph.rows(node::Space::conversation).size(), 4u);
  auto conversation = us.row(node::Space::conversation, text_at(last, "conversation"));
  ASSERT_TRUE(conversation);
  EXPECT_EQ(text_at(at(*conversation, "state"), "phase"), "acknowledged");
  expect_cosigned(us, ph);
  expect_cosigned(ph, us);
  for (const WireNode* node : {&us, &ph}) expect_no_trouble(*node);
}

TEST_P(Wire, acts_of_one_lane_are_applied_in_the_order_in_which_they_were_sent) {
  WireNode us = make(us_casting), ph = make(ph_casting);
  World world(GetParam());
  world.pair(us, ph);
  std::vector<std::string> sent;
  for (int i = 0; i < 5; ++i) sent.push_back(text_at(us.send(ask_args(ph.id(), us.now)), "act"));
  world.settle();
  std::vector<std::string> taken;
  auto view = ph.view();
  for (std::uint64_t i = 0; i < ph.size(); ++i) {
    node::Record record = must(node::load_record(*view, i));
    if (record.type == node::EntryType::act_in) taken.push_back(*record.about["act"].as_string());
  }
  EXPECT_EQ(taken, sent);
}

TEST_P(Wire, partners_that_share_a_partner_compare_what_they_saw_of_it) {
  WireNode us = make(us_casting), ph = make(ph_casting), fr = make(fr_casting);
  World world(GetParam());
  world.pair(us, ph);
  world.pair(us, fr);
  world.pair(ph, fr);
  us.send(ask_args(ph.id(), us.now));
  world.settle();
  for (const WireNode* node : {&us, &ph, &fr}) {
    expect_no_trouble(*node);
    // Whatever was shown at another size has been proven.
    for (const auto& row : node->rows(node::Space::partner_log))
      EXPECT_EQ(row.key.find("/shown"), std::string::npos);
  }
  expect_cosigned(fr, us);
  expect_cosigned(fr, ph);
}

// Two past-tellings of one ledger, each shown to another partner: gossip brings them together.
TEST_P(Wire, a_ledger_that_shows_two_pasts_is_found_out_and_frozen_by_both) {
  WireNode us = make(us_casting), ph = make(ph_casting), fr = make(fr_casting);
  World world(GetParam());
  world.pair(us, ph);
  world.pair(us, fr);
  world.pair(ph, fr);
  // fr tells us one thing and ph another.
  for (auto [node, fill] : {std::pair{&us, 1}, std::pair{&ph, 2}}) {
    ledger::Checkpoint lie{
        .origin = "comity/" + to_hex(fr.id()), .head = {.size = 500, .root = {}}, .extensions = {}};
    lie.head.root.bytes.fill(static_cast<std::uint8_t>(fill));
    std::string note = must(ledger::sign_checkpoint(lie, fr.context().keys->checkpoint));
    std::string body = "old 0\n\n" + note;
    EXPECT_EQ(node->handle(fr.pin(), post(add_checkpoint_path, body)).status, 200);
  }
  EXPECT_LT(world.run_an_hour(), 200);  // fr goes on knocking, ever less often
  for (const WireNode* node : {&us, &ph}) {
    EXPECT_EQ(node->partner(fr.id()).state, member::State::frozen);
    EXPECT_TRUE(node->has_alarm("split_view"));
    EXPECT_EQ(node->count(node::EntryType::evidence), 1u);
  }
  EXPECT_EQ(us.handle(fr.pin(), get(std::string(witnessed_path))).status, 403);
}

// The store was put back: partners remember more, and the node stops before it signs another past.
TEST_P(Wire, a_node_that_was_rolled_back_halts_before_it_signs_anything) {
  WireNode us = make(us_casting), ph = make(ph_casting);
  World world(GetParam());
  world.pair(us, ph);
  ledger::Checkpoint later{
      .origin = us.context().origin(), .head = {.size = 500, .root = {}}, .extensions = {}};
  std::string note = must(ledger::sign_checkpoint(later, us.context().keys->checkpoint));
  ASSERT_EQ(ph.handle(us.pin(), post(add_checkpoint_path, "old 0\n\n" + note)).status, 200);
  us.send(ask_args(ph.id(), us.now));
  EXPECT_LT(world.run_an_hour(), 100);  // ph goes on asking for a cosignature, ever less often
  EXPECT_TRUE(us.has_alarm("rollback"));
  EXPECT_EQ(us.outbox(ph.id()).size(), 1u);
  EXPECT_EQ(ph.count(node::EntryType::act_in), 0u);
  EXPECT_EQ(us.driver().checkpoint(*us.view()).error().code, Code::not_signing);
}

TEST_P(Wire, every_row_of_both_nodes_is_rebuilt_byte_for_byte) {
  WireNode us = make(us_casting), ph = make(ph_casting);
  World world(GetParam());
  world.pair(us, ph);
  us.send(ask_args(ph.id(), us.now));
  world.settle();
  for (WireNode* node : {&us, &ph}) {
    auto before = node->rebuilt_rows();
    auto rebuilt = must(node::rebuild(node->store(), node->now));
    EXPECT_EQ(rebuilt.entries, node->size());
    EXPECT_EQ(node->rebuilt_rows(), before);
  }
}

INSTANTIATE_TEST_SUITE_P(Weathers, Wire, ::testing::Values(Weather::fair, Weather::foul),
                         [](const auto& tested) {
                           return tested.param == Weather::fair ? "fair" : "foul";
                         });

}  // namespace
}  // namespace comity::peer
