// The client's side: what is asked next, and what each answer makes of it. The partner's answers
// are made by hand.
#include <gtest/gtest.h>

#include "base/limits_push.h"
#include "ledger/checkpoint.h"
#include "peer/protocol.h"
#include "peer/testing.h"
#include "store/memory.h"

namespace comity::peer {
namespace {

using namespace testing;

template <typename T>
const T* find(const std::vector<node::Input>& inputs) {
  for (const node::Input& input : inputs)
    if (const T* found = std::get_if<T>(&input)) return found;
  return nullptr;
}

class Carrying : public ::testing::Test {
 protected:
  Carrying()
      : us(us_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory),
        ph(ph_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory),
        courier(us.id(), ph.id()) {
    pair(us, ph);
  }
  std::optional<Outgoing> next() { return must(courier.next(us.context(), *us.view(), us.now)); }
  std::optional<Instant> wake() { return must(courier.wake(*us.view(), us.now)); }
  // The answer goes into the node, as app/ does.
  std::vector<node::Input> answer(const Outgoing& sent, const Result<net::Response>& response) {
    auto inputs = courier.answered(sent, response, us.now);
    for (const node::Input& input : inputs) us.give(input);
    courier.settled(sent);
    return inputs;
  }
  static net::Response response(int status, std::string body = "") {
    return {.status = status, .headers = {}, .body = std::move(body)};
  }
  void expect(Errand errand) {
    auto sent = next();
    ASSERT_TRUE(sent);
    EXPECT_EQ(sent->errand, errand);
    courier.settled(*sent);
  }
  // Past the first question.
  void greet() { answer(*next(), response(404)); }
  std::string refused(std::size_t count, std::string code) {
    std::vector<ActResult> results(
        count, {.receipt = "", .code = std::move(code), .detail = "why", .where = ""});
    return write_results(results);
  }
  bool waits() {
    return must(node::link_row_from_json(*us.row(node::Space::link, to_hex(ph.id())))).retry >
           us.now;
  }

  WireNode us, ph;
  Courier courier;
};

TEST_F(Carrying, first_of_all_the_partner_is_asked_what_it_remembers_until_it_has_answered) {
  us.send(ask_args(ph.id()));
  expect(Errand::witnessed);
  answer(*next(), fail(Code::unreachable, "no line"));
  EXPECT_FALSE(next());  // the back-off
  us.now += limits::retry_max;
  expect(Errand::witnessed);
  answer(*next(), response(404));
  expect(Errand::acts);
}

TEST_F(Carrying, a_partner_that_refuses_to_say_what_it_remembers_is_asked_again_only_after_a_wait) {
  answer(*next(), response(403));
  EXPECT_TRUE(waits());
  EXPECT_FALSE(next());
  us.now += limits::retry_max;
  expect(Errand::witnessed);
}

TEST_F(Carrying, a_partner_that_remembers_more_than_we_hold_stops_everything) {
  us.send(ask_args(ph.id()));
  ledger::Checkpoint later{
      .origin = us.context().origin(), .head = {.size = 900, .root = {}}, .extensions = {}};
  answer(*next(),
         response(200, must(ledger::sign_checkpoint(later, us.context().keys->checkpoint))));
  EXPECT_TRUE(us.has_alarm("rollback"));
  EXPECT_FALSE(next());
  EXPECT_FALSE(wake());
}

TEST_F(Carrying, a_halted_node_sends_no_batch) {
  us.send(ask_args(ph.id()));
  greet();
  us.give(node::Started{.epoch = 9, .restored = true});
  EXPECT_FALSE(next());
}

TEST_F(Carrying, acts_are_sent_in_order_and_their_receipts_empty_the_outbox) {
  us.send(ask_args(ph.id()));
  us.send(ask_args(ph.id()));
  greet();
  auto sent = next();
  ASSERT_EQ(sent->acts.size(), 2u);
  EXPECT_EQ(sent->request.body, write_acts(us.outbox(ph.id())));
  answer(*sent, ph.handle(us.pin(), sent->request));
  EXPECT_TRUE(us.outbox(ph.id()).empty());
  expect(Errand::add_checkpoint);
}

TEST_F(Carrying, what_is_urgent_goes_first) {
  json::Object bulk = ask_args(ph.id());
  bulk["lane"] = "bulk";
  std::string second = text_at(us.send(bulk), "act");
  std::string first = text_at(us.send(ask_args(ph.id())), "act");
  greet();
  auto sent = next();
  ASSERT_EQ(sent->acts.size(), 2u);
  EXPECT_EQ(to_text(sent->acts[0]), first);
  EXPECT_EQ(to_text(sent->acts[1]), second);
}

TEST_F(Carrying, a_second_batch_travels_while_the_first_is_being_recorded_and_a_third_waits) {
  greet();
  std::vector<Outgoing> sent;
  for (int i = 0; i < 2; ++i) {
    us.send(ask_args(ph.id()));
    sent.push_back(*next());
    ASSERT_EQ(sent.back().errand, Errand::acts);
    EXPECT_EQ(sent.back().acts.size(), 1u);
  }
  EXPECT_NE(sent[0].acts, sent[1].acts);
  us.send(ask_args(ph.id()));
  EXPECT_NE(next()->errand, Errand::acts) << "an errand may go beside them";
  EXPECT_FALSE(next()) << "one errand, and no third batch";
  answer(sent[0], ph.handle(us.pin(), sent[0].request));
  auto third = next();
  ASSERT_TRUE(third);
  answer(sent[1], ph.handle(us.pin(), sent[1].request));
  answer(*third, ph.handle(us.pin(), third->request));
  EXPECT_TRUE(us.outbox(ph.id()).empty());
}

TEST_F(Carrying, a_batch_that_overtakes_the_one_before_it_goes_again_at_once) {
  greet();
  us.send(ask_args(ph.id()));
  auto first = *next();
  us.send(ask_args(ph.id()));
  auto second = *next();
  answer(second, ph.handle(us.pin(), second.request));
  EXPECT_EQ(us.outbox(ph.id()).size(), 2u) << "a gap in the lane";
  EXPECT_FALSE(waits());
  EXPECT_NE(next()->errand, Errand::acts) << "not before the first is settled";
  answer(first, ph.handle(us.pin(), first.request));
  auto again = next();
  ASSERT_TRUE(again);
  EXPECT_EQ(again->acts, second.acts);
  EXPECT_FALSE(again->behind);
  answer(*again, ph.handle(us.pin(), again->request));
  EXPECT_TRUE(us.outbox(ph.id()).empty());
}

TEST_F(Carrying, two_requests_that_fail_of_one_cause_are_one_failure) {
  greet();
  us.send(ask_args(ph.id()));
  auto first = *next();
  us.send(ask_args(ph.id()));
  auto second = *next();
  answer(first, fail(Code::unreachable, "no line"));
  answer(second, fail(Code::unreachable, "no line"));
  EXPECT_EQ(must(node::link_row_from_json(*us.row(node::Space::link, to_hex(ph.id())))).failures,
            1u);
}

TEST_F(Carrying, a_batch_beyond_its_size_is_split) {
  // Some ninety acts of fifty kilobytes each are more than a batch may hold.
  request::Ask ask = request::testing::ask(250);
  for (auto& target : ask.targets) target.identifier += std::string(100, 'x');
  json::Object args = ask_args(ph.id());
  args["body"] = request::to_json(ask);
  std::size_t bytes = 0, acts = 0;
  for (; bytes < limits::batch_bytes_max + limits::act_bytes_max; ++acts) {
    us.send(args);
    if (acts == 0) bytes = us.outbox(ph.id())[0].size();
    bytes += us.outbox(ph.id()).empty() ? 0 : us.outbox(ph.id()).back().size();
  }
  greet();
  auto sent = next();
  EXPECT_LE(sent->request.body.size(), limits::batch_bytes_max);
  EXPECT_LT(sent->acts.size(), acts);
  answer(*sent, ph.handle(us.pin(), sent->request));
  auto rest = next();
  ASSERT_TRUE(rest);
  EXPECT_EQ(rest->acts.size(), acts - sent->acts.size());
}

TEST_F(Carrying, an_answer_of_another_number_of_lines_counts_as_no_answer) {
  us.send(ask_args(ph.id()));
  greet();
  auto sent = next();
  auto inputs = answer(*sent, response(200, refused(2, "frozen")));
  ASSERT_EQ(inputs.size(), 1u);
  EXPECT_FALSE(find<node::DeliveryTried>(inputs)->reached);
  EXPECT_TRUE(waits());
  EXPECT_FALSE(next());
}

TEST_F(Carrying, errors_of_the_server_and_of_the_whole_batch_are_waited_out) {
  us.send(ask_args(ph.id()));
  greet();
  for (int status : {500, 503, 403, 413}) {
    auto sent = next();
    while (sent && sent->errand != Errand::acts) {  // which have had their turn
      answer(*sent, response(500));
      us.now += limits::retry_max;
      sent = next();
    }
    ASSERT_TRUE(sent) << status;
    auto inputs = answer(*sent, response(status, "no"));
    EXPECT_FALSE(find<node::DeliveryTried>(inputs)->reached) << status;
    EXPECT_FALSE(next());
    us.now += limits::retry_max;
  }
  EXPECT_EQ(us.outbox(ph.id()).size(), 1u);
}

TEST_F(Carrying, a_lasting_refusal_is_told_once_and_a_passing_one_never) {
  us.send(ask_args(ph.id()));
  greet();
  EXPECT_TRUE(find<node::RefusalArrived>(answer(*next(), response(200, refused(1, "frozen")))));
  us.now += limits::retry_max;
  EXPECT_FALSE(find<node::RefusalArrived>(answer(*next(), response(200, refused(1, "frozen")))));
  us.now += limits::retry_max;
  EXPECT_FALSE(
      find<node::RefusalArrived>(answer(*next(), response(200, refused(1, "gap_in_lane")))));
  EXPECT_TRUE(us.has_alarm("refused:frozen"));
  EXPECT_FALSE(us.has_alarm("refused:gap_in_lane"));
  EXPECT_TRUE(waits());
}

TEST_F(Carrying, receipts_that_settle_nothing_are_not_asked_for_without_pause) {
  us.send(ask_args(ph.id()));
  greet();
  std::vector<ActResult> bad{{.receipt = "no receipt", .code = "", .detail = "", .where = ""}};
  int asked = 0;
  for (int i = 0; i < 100; ++i) {
    auto sent = next();
    if (!sent || sent->errand != Errand::acts) break;
    ++asked;
    answer(*sent, response(200, write_results(bad)));
  }
  EXPECT_LE(asked, 2);
  EXPECT_EQ(us.outbox(ph.id()).size(), 1u);
}

TEST_F(Carrying, a_checkpoint_is_offered_at_most_once_a_second_and_only_when_it_grew) {
  greet();
  auto sent = next();
  ASSERT_EQ(sent->errand, Errand::add_checkpoint);
  answer(*sent, ph.handle(us.pin(), sent->request));
  EXPECT_TRUE(us.row(node::Space::cosignature, to_hex(ph.id())));
  us.now += checkpoint_every * 2;
  EXPECT_FALSE(next());
  us.done("request.draft", ask_args(ph.id()));
  sent = next();
  ASSERT_EQ(sent->errand, Errand::add_checkpoint);
  answer(*sent, ph.handle(us.pin(), sent->request));
  us.done("request.draft", ask_args(ph.id()));
  EXPECT_FALSE(next());
  ASSERT_TRUE(wake());
  us.now = *wake();
  expect(Errand::add_checkpoint);
}

// The witness holds another size than we thought: the proof is made from that one.
TEST_F(Carrying, a_conflict_is_answered_from_the_size_that_the_witness_holds) {
  greet();
  auto first = next();
  ph.handle(us.pin(), first->request);
  answer(*first, response(500));  // its answer was lost
  us.done("request.draft", ask_args(ph.id()));
  us.now += limits::retry_max;
  auto second = next();
  ASSERT_EQ(second->errand, Errand::add_checkpoint);
  net::Response conflict = ph.handle(us.pin(), second->request);
  EXPECT_EQ(conflict.status, 409);
  answer(*second, conflict);
  us.now += checkpoint_every;
  auto third = next();
  ASSERT_TRUE(third);
  net::Response cosigned = ph.handle(us.pin(), third->request);
  EXPECT_EQ(cosigned.status, 200) << cosigned.body;
}

TEST_F(Carrying, a_witness_that_holds_more_than_we_have_is_asked_what_it_saw) {
  greet();
  answer(*next(), response(409, std::to_string(us.size() + 50) + "\n"));
  expect(Errand::witnessed);
}

TEST_F(Carrying, a_witness_that_says_ever_other_sizes_is_not_asked_without_pause) {
  greet();
  int asked = 0;
  for (int i = 0; i < 100; ++i) {
    auto sent = next();
    if (!sent) break;
    ++asked;
    answer(*sent, response(409, std::to_string(1 + i % 2) + "\n"));
  }
  EXPECT_LE(asked, 2);
}

// Whatever a partner will not take, it does not escape the question whether its ledger is one.
TEST_F(Carrying, a_partner_that_takes_nothing_is_asked_for_its_proof_all_the_same) {
  us.send(ask_args(ph.id()));
  greet();
  std::string note = must(ph.driver().checkpoint(*ph.view()));
  ASSERT_EQ(us.handle(ph.pin(), post(add_checkpoint_path, "old 0\n\n" + note)).status, 200);
  ledger::Checkpoint other{.origin = ph.context().origin(),
                           .head = {.size = ph.size() + 9, .root = {}},
                           .extensions = {}};
  us.give(node::CheckpointShown{
      ph.id(), ph.id(), must(ledger::sign_checkpoint(other, ph.context().keys->checkpoint)), {}});
  std::vector<Errand> asked;
  for (int i = 0; i < 4; ++i) {
    auto sent = next();
    ASSERT_TRUE(sent);
    asked.push_back(sent->errand);
    answer(*sent, response(503));
    us.now += limits::retry_max;
  }
  EXPECT_EQ(asked,
            (std::vector{Errand::acts, Errand::add_checkpoint, Errand::consistency, Errand::acts}));
}

TEST_F(Carrying, a_proof_that_is_none_counts_against_the_log) {
  greet();
  auto offer = next();
  answer(*offer, ph.handle(us.pin(), offer->request));
  std::string note = must(ph.driver().checkpoint(*ph.view()));
  ASSERT_EQ(us.handle(ph.pin(), post(add_checkpoint_path, "old 0\n\n" + note)).status, 200);
  ledger::Checkpoint other{.origin = ph.context().origin(),
                           .head = {.size = ph.size() + 9, .root = {}},
                           .extensions = {}};
  us.give(node::CheckpointShown{
      ph.id(), ph.id(), must(ledger::sign_checkpoint(other, ph.context().keys->checkpoint)), {}});
  auto sent = next();
  ASSERT_TRUE(sent);
  ASSERT_EQ(sent->errand, Errand::consistency);
  answer(*sent, response(200, write_proof({})));
  EXPECT_TRUE(us.has_alarm("unproven_ledger"));
  EXPECT_FALSE(next());
}

// ---- alerts and their blobs

std::string envelope_of(std::size_t bytes, int n = 1) {
  return R"({"objects":[{"type":"malware","spec_version":"2.1","id":"malware--0000000)" +
         std::to_string(n) +
         R"(-17d4-4cbf-938f-98ee46b3cd3f","created":"2026-11-01T00:00:00.000Z",)"
         R"("modified":"2026-11-01T00:00:00.000Z","is_family":false,"description":")" +
         std::string(bytes, 'x') + "\"}]}";
}

std::string shared_collection(WireNode& from, const MemberId& with) {
  return text_at(
      from.done("alert.collection", {{"title", "Worms"}, {"members", json::Array{to_hex(with)}}}),
      "id");
}

TEST_F(Carrying, an_alert_travels_with_its_blob_at_the_first_attempt_and_at_each_further_one) {
  greet();
  std::string text = envelope_of(100);
  import_into(us, shared_collection(us, ph.id()), text);
  auto sent = next();
  ASSERT_EQ(sent->errand, Errand::acts);
  EXPECT_EQ(sent->request.headers[0].second, batch_type);
  EXPECT_EQ(must(read_batch(sent->request.body)).blobs, std::vector<std::string_view>{text});
  auto inputs = answer(*sent, response(200, refused(1, "blob_missing")));
  EXPECT_FALSE(find<node::RefusalArrived>(inputs)) << "nobody is woken for it";
  do {  // others have their turn
    us.now += limits::retry_max;
    sent = next();
    ASSERT_TRUE(sent);
    if (sent->errand != Errand::acts) answer(*sent, response(500));
  } while (sent->errand != Errand::acts);
  EXPECT_EQ(must(read_batch(sent->request.body)).blobs.size(), 1u);
  answer(*sent, ph.handle(us.pin(), sent->request));
  EXPECT_TRUE(us.outbox(ph.id()).empty());
}

TEST_F(Carrying, a_batch_takes_no_more_blobs_than_it_may) {
  greet();
  std::string shared = shared_collection(us, ph.id());
  constexpr std::size_t each = 3u << 20;
  for (int n = 1; n <= 6; ++n) import_into(us, shared, envelope_of(each, n));
  auto first = next();
  EXPECT_EQ(first->acts.size(), limits::batch_blobs_bytes_max / (each + 300));
  answer(*first, ph.handle(us.pin(), first->request));
  auto rest = next();
  EXPECT_EQ(rest->acts.size() + first->acts.size(), 6u);
  answer(*rest, ph.handle(us.pin(), rest->request));
  EXPECT_TRUE(us.outbox(ph.id()).empty());
}

TEST_F(Carrying, what_is_urgent_does_not_wait_for_what_is_bulk) {
  greet();
  std::string shared = shared_collection(us, ph.id());
  import_into(us, shared, envelope_of(limits::prompt_blob_bytes_max, 1));
  auto bulk = next();
  ASSERT_EQ(bulk->errand, Errand::acts);
  ASSERT_EQ(bulk->lane, act::Lane::bulk);
  import_into(us, shared, envelope_of(limits::prompt_blob_bytes_max, 2));
  auto errand = next();
  EXPECT_TRUE(!errand || errand->errand != Errand::acts) << "one batch of bulk at a time";
  import_into(us, shared, envelope_of(10, 3));
  auto normal = next();
  ASSERT_TRUE(normal);
  EXPECT_EQ(normal->lane, act::Lane::normal);
  us.send(ask_args(ph.id()));
  auto urgent = next();
  ASSERT_TRUE(urgent) << "there is always room for one of the urgent lane";
  EXPECT_EQ(urgent->lane, act::Lane::urgent);
  for (const auto& sent : {urgent, normal, bulk}) answer(*sent, ph.handle(us.pin(), sent->request));
  auto rest = next();
  ASSERT_TRUE(rest);
  answer(*rest, ph.handle(us.pin(), rest->request));
  EXPECT_TRUE(us.outbox(ph.id()).empty());
}

TEST_F(Carrying, an_urgent_act_does_not_ride_with_the_blobs_of_another_lane) {
  greet();
  import_into(us, shared_collection(us, ph.id()), envelope_of(10));
  us.send(ask_args(ph.id()));
  auto first = next();
  EXPECT_EQ(first->lane, act::Lane::urgent);
  EXPECT_TRUE(must(read_batch(first->request.body)).blobs.empty());
}

}  // namespace
}  // namespace comity::peer
