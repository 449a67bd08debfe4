// Every refusal at the inbound doors, and what an act that passes leaves behind.
#include <gtest/gtest.h>

#include "act/receipt.h"
#include "ledger/checkpoint.h"
#include "node/receipts.h"
#include "node/testing.h"
#include "store/memory.h"

namespace comity::node {
namespace {

using namespace testing;

class Receiving : public ::testing::Test {
 protected:
  Receiving()
      : us(us_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory),
        ph(ph_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory) {
    pair(us, ph);
  }

  Reply arrive(const std::string& bytes) { return ph.give(ActArrived{us.id(), bytes}); }
  Reply arrive(const act::Act& act) { return arrive(sealed(us, act)); }
  act::Act ask(std::uint64_t seq = 1) { return hand_made(us, ph.id(), seq); }
  static act::Receipt read(const Reply& reply) {
    return must(act::parse_receipt(must(act::parse_envelope(reply.receipt)).payload));
  }
  // Refused with this code, and nothing recorded.
  void expect_refused(const Reply& reply, Code code, std::uint64_t size_before) {
    ASSERT_TRUE(reply.error) << "accepted";
    EXPECT_EQ(reply.error->code, code) << to_text(*reply.error);
    EXPECT_TRUE(reply.receipt.empty());
    EXPECT_EQ(ph.size(), size_before);
  }

  TestNode us, ph;
};

TEST_F(Receiving, an_act_is_applied_recorded_and_receipted) {
  std::uint64_t before = ph.size();
  std::string bytes = sealed(us, ask());
  Reply reply = arrive(bytes);
  ASSERT_FALSE(reply.error) << to_text(*reply.error);
  EXPECT_EQ(ph.size(), before + 1);
  act::Receipt receipt = read(reply);
  EXPECT_EQ(receipt.outcome, "delivery");
  EXPECT_EQ(receipt.position, before);
  EXPECT_EQ(receipt.act_hash, crypto::sha256(as_bytes(bytes)));
  EXPECT_EQ(ph.rows(Space::conversation).size(), 1u);
  Record record = must(load_record(*ph.view(), before));
  EXPECT_EQ(record.bytes, bytes);
  EXPECT_TRUE(record.about.contains("verdict"));
}

TEST_F(Receiving, a_request_under_law_that_we_do_not_know_goes_to_the_desk_with_no_data) {
  act::Act act = ask();
  act.route->provision = "xx-unheard-of-1";
  std::uint64_t before = ph.size();
  Reply reply = arrive(act);
  ASSERT_FALSE(reply.error) << to_text(*reply.error);
  EXPECT_EQ(read(reply).outcome, "delivery");
  Record record = must(load_record(*ph.view(), before));
  ASSERT_TRUE(record.about.contains("verdict"));
  EXPECT_EQ(text_at(record.about["verdict"], "decision"), "no_data");
  EXPECT_FALSE(record.about.contains("rejected"));
  // The desk may ask and refuse, but carries out nothing under law that nobody has read.
  json::Value conversation = to_text(act::conversation_of(act));
  ph.done("request.say", in_conversation(us.id(), conversation, {{"verb", "acknowledge"}}));
  json::Value accept =
      ph.done("request.draft", in_conversation(us.id(), conversation, {{"verb", "accept"}}));
  ASSERT_FALSE(ph.approve(ph.approver(), accept).error);
  Reply sent = ph.command("request.send", {{"draft", at(accept, "draft")}});
  ASSERT_TRUE(sent.error);
  EXPECT_EQ(sent.error->code, Code::no_permit) << to_text(*sent.error);
  json::Object ground{{"code", "sovereignty_security_ordre_public"},
                      {"article", "X Art. 1"},
                      {"explanation", "not known here"}};
  ph.done("request.say", in_conversation(us.id(), conversation,
                                         {{"verb", "refuse"}, {"grounds", json::Array{ground}}}));
}

TEST_F(Receiving, the_same_bytes_twice_give_the_identical_receipt_and_change_nothing) {
  std::string bytes = sealed(us, ask());
  Reply first = arrive(bytes);
  auto rows = ph.rebuilt_rows();
  std::uint64_t size = ph.size();
  ph.now += std::chrono::hours{5};
  Reply second = arrive(bytes);
  EXPECT_EQ(first.receipt, second.receipt);
  EXPECT_FALSE(second.receipt.empty());
  EXPECT_EQ(ph.size(), size);
  EXPECT_EQ(ph.rebuilt_rows(), rows);
}

TEST_F(Receiving, a_receipt_derived_again_from_the_store_is_the_same_bytes) {
  act::Act act = ask();
  Reply reply = arrive(act);
  arrive(ask(2));  // the ledger has grown since
  EXPECT_EQ(must(derive_receipt(ph.context(), *ph.view(), {us.id(), act.id})), reply.receipt);
}

TEST_F(Receiving, bytes_that_are_no_envelope_are_refused) {
  std::uint64_t size = ph.size();
  expect_refused(arrive(std::string("nonsense")), Code::malformed, size);
  expect_refused(arrive(std::string("{}")), Code::missing_field, size);
  std::string bytes = sealed(us, ask());
  expect_refused(arrive(bytes.substr(0, bytes.size() - 1)), Code::malformed, size);
  expect_refused(arrive(bytes + bytes), Code::malformed, size);
}

TEST_F(Receiving, an_envelope_of_another_type_is_refused) {
  std::string payload = json::write(act::to_json(ask()));
  expect_refused(arrive(act::seal(act::receipt_type, payload, us.context().act_key())),
                 Code::bad_value, ph.size());
}

TEST_F(Receiving, an_act_for_somebody_else_is_refused) {
  act::Act act = ask();
  act.to = us.id();
  expect_refused(arrive(act), Code::wrong_recipient, ph.size());
}

TEST_F(Receiving, an_act_brought_by_another_than_its_signer_is_refused) {
  TestNode fr(fr_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory);
  pair(fr, ph);
  std::uint64_t size = ph.size();
  expect_refused(ph.give(ActArrived{fr.id(), sealed(us, ask())}), Code::wrong_sender, size);
}

TEST_F(Receiving, an_act_of_a_stranger_is_refused) {
  TestNode fr(fr_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory);
  std::uint64_t size = ph.size();
  expect_refused(ph.give(ActArrived{fr.id(), sealed(fr, hand_made(fr, ph.id(), 1))}),
                 Code::not_paired, size);
}

TEST_F(Receiving, an_act_of_a_member_whose_pairing_has_ended_is_refused) {
  ph.done("member.end", {{"member", to_hex(us.id())}, {"why", "closed"}});
  expect_refused(arrive(ask()), Code::not_paired, ph.size());
}

TEST_F(Receiving, an_act_under_a_card_that_nobody_knows_is_refused) {
  act::Act act = ask();
  act.card.bytes.fill(7);
  expect_refused(arrive(act), Code::unknown_key, ph.size());
}

TEST_F(Receiving, a_key_that_is_not_of_the_card_is_refused) {
  auto other = crypto::SigningKey::generate(us.random());
  expect_refused(arrive(act::seal(ask(), other)), Code::unknown_key, ph.size());
}

TEST_F(Receiving, a_changed_payload_under_an_old_signature_is_refused) {
  act::Act act = ask();
  act::Act other = act;
  other.handling.tlp = "TLP:RED";
  json::Value envelope = must(json::parse(sealed(us, act)));
  json::Value forged = must(json::parse(sealed(us, other)));
  (*forged.as_object())["signatures"] = at(envelope, "signatures");
  expect_refused(arrive(json::write(forged)), Code::bad_signature, ph.size());
}

// The card that revokes a key arrives as an act; from then on that key is dead, whatever card an
// act names.
TEST_F(Receiving, a_revoked_key_is_refused) {
  auto old = must(member::read_card(us.context().card_envelope));
  crypto::SigningKey old_key = us.context().act_key().clone();
  auto new_key = crypto::SigningKey::generate(us.random());
  auto draft = must(member::with_rotated_key(old.card, new_key.public_key(), us.now));
  draft = must(member::with_revoked_key(draft, old_key.public_key(), us.now));
  auto next = must(member::next_card(old, draft, us.root(), us.now));
  act::Act queued_before = ask(2);
  us.done("member.card", {{"card", next.envelope}});
  deliver(us, ph);
  EXPECT_EQ(ph.partner(us.id()).current().hash, next.hash);
  expect_refused(arrive(act::seal(queued_before, old_key)), Code::revoked_key, ph.size());

  us.use_card(next, new_key);
  Reply reply = arrive(ask(2));
  EXPECT_FALSE(reply.error) << to_text(*reply.error);
}

TEST_F(Receiving, an_id_used_for_other_bytes_is_refused_and_kept_once_as_evidence) {
  act::Act act = ask();
  ASSERT_FALSE(arrive(act).error);
  act::Act other = act;
  other.handling.tlp = "TLP:RED";
  std::string second = sealed(us, other);
  Reply reply = arrive(second);
  ASSERT_TRUE(reply.error);
  EXPECT_EQ(reply.error->code, Code::id_reused);
  EXPECT_TRUE(reply.receipt.empty());
  EXPECT_EQ(ph.count(EntryType::evidence), 1u);
  EXPECT_EQ(must(load_record(*ph.view(), ph.size() - 1)).bytes, second);
  EXPECT_TRUE(ph.has_alarm("id_reused:" + to_text(act.id)));
  std::uint64_t size = ph.size();
  EXPECT_EQ(arrive(second).error->code, Code::id_reused);
  EXPECT_EQ(ph.size(), size);
}

// Bytes that nobody of the member's signed are no evidence against it: they must not be kept, nor
// raise an alarm.
TEST_F(Receiving, an_id_reused_in_bytes_that_the_member_did_not_sign_is_no_evidence) {
  act::Act act = ask();
  ASSERT_FALSE(arrive(act).error);
  act::Act other = act;
  other.handling.tlp = "TLP:RED";
  auto stranger = crypto::SigningKey::generate(us.random());
  expect_refused(arrive(act::seal(other, stranger)), Code::unknown_key, ph.size());
  EXPECT_EQ(ph.count(EntryType::evidence), 0u);
}

TEST_F(Receiving, a_gap_in_a_lane_is_refused_and_nothing_recorded) {
  expect_refused(arrive(ask(2)), Code::gap_in_lane, ph.size());
  ASSERT_FALSE(arrive(ask(1)).error);
  EXPECT_FALSE(arrive(ask(2)).error);
}

TEST_F(Receiving, a_place_that_is_taken_is_refused_as_stale) {
  ASSERT_FALSE(arrive(ask(1)).error);
  expect_refused(arrive(ask(1)), Code::stale_in_lane, ph.size());
}

TEST_F(Receiving, lanes_are_counted_apart) {
  act::Act bulk = ask(1);
  bulk.lane = act::Lane::bulk;
  ASSERT_FALSE(arrive(ask(1)).error);
  EXPECT_FALSE(arrive(bulk).error);
}

TEST_F(Receiving, a_later_epoch_begins_anew_and_the_earlier_one_is_over) {
  ASSERT_FALSE(arrive(ask(1)).error);
  act::Act restored = ask(1);
  restored.epoch = 5;
  EXPECT_FALSE(arrive(restored).error);
  expect_refused(arrive(ask(2)), Code::stale_in_lane, ph.size());
  act::Act far = ask(2);
  far.epoch = 6;
  expect_refused(arrive(far), Code::gap_in_lane, ph.size());
}

TEST_F(Receiving, a_void_takes_the_place_of_an_act_that_never_came) {
  act::Act lost = ask(1), place = ask(1);
  place.kind = act::Kind::void_;
  place.route.reset();
  place.body = json::Object{{"replaces", to_text(lost.id)}};
  Reply reply = arrive(place);
  ASSERT_FALSE(reply.error) << to_text(*reply.error);
  EXPECT_EQ(read(reply).act, place.id);
  EXPECT_FALSE(arrive(ask(2)).error);
  // The lost act is found after all: too late.
  EXPECT_EQ(arrive(lost).error->code, Code::stale_in_lane);
}

TEST_F(Receiving, a_void_of_an_act_that_was_received_gets_the_receipt_of_that_act) {
  act::Act act = ask(1), place = ask(1);
  Reply first = arrive(act);
  place.kind = act::Kind::void_;
  place.route.reset();
  place.body = json::Object{{"replaces", to_text(act.id)}};
  std::uint64_t size = ph.size();
  Reply reply = arrive(place);
  ASSERT_FALSE(reply.error);
  EXPECT_EQ(reply.receipt, first.receipt);
  EXPECT_EQ(ph.size(), size);
}

TEST_F(Receiving, a_void_of_nothing_we_have_in_a_place_that_is_taken_is_stale) {
  ASSERT_FALSE(arrive(ask(1)).error);
  act::Act place = ask(1);
  place.kind = act::Kind::void_;
  place.route.reset();
  place.body = json::Object{{"replaces", to_text(place.id)}};
  expect_refused(arrive(place), Code::stale_in_lane, ph.size());
}

TEST_F(Receiving, kinds_that_this_node_does_not_take_are_refused_at_the_door) {
  for (act::Kind kind : {act::Kind::match, act::Kind::consult}) {
    act::Act act = ask(1);
    act.kind = kind;
    expect_refused(arrive(act), Code::unknown_kind, ph.size());
  }
  json::Value payload = act::to_json(ask(1));
  (*payload.as_object())["kind"] = "sermon";
  expect_refused(arrive(act::seal(act::act_type, json::write(payload), us.context().act_key())),
                 Code::unknown_kind, ph.size());
}

TEST_F(Receiving, an_act_that_the_machine_rejects_is_recorded_consumed_and_receipted_as_rejection) {
  act::Act act = ask(1);
  act.body = request::to_json(request::Withdraw{"of nothing that was ever asked"});
  std::uint64_t size = ph.size();
  Reply reply = arrive(act);
  ASSERT_FALSE(reply.error) << to_text(*reply.error);
  EXPECT_EQ(ph.size(), size + 1);
  EXPECT_TRUE(ph.rows(Space::conversation).empty());
  act::Receipt receipt = read(reply);
  EXPECT_EQ(receipt.outcome, "rejection");
  EXPECT_EQ(receipt.code, "wrong_state");
  EXPECT_TRUE(must(load_record(*ph.view(), size)).about.contains("rejected"));
  EXPECT_FALSE(arrive(ask(2)).error);  // its place is taken
}

TEST_F(Receiving, a_body_that_cannot_be_read_is_a_rejection_too) {
  act::Act act = ask(1);
  act.body = json::Object{{"verb", "ask"}};
  Reply reply = arrive(act);
  ASSERT_FALSE(reply.error) << to_text(*reply.error);
  EXPECT_EQ(read(reply).outcome, "rejection");
  EXPECT_EQ(read(reply).code, "missing_field");
}

TEST_F(Receiving, a_clock_that_is_off_is_flagged_and_never_refused) {
  act::Act act = ask(1);
  act.at = ph.now - std::chrono::hours{30};
  ASSERT_FALSE(arrive(act).error);
  EXPECT_TRUE(must(load_record(*ph.view(), ph.size() - 1)).about.contains("clock_skew_ms"));
  act::Act exact = ask(2);
  ASSERT_FALSE(arrive(exact).error);
  EXPECT_FALSE(must(load_record(*ph.view(), ph.size() - 1)).about.contains("clock_skew_ms"));
  std::uint64_t seq = 3;
  for (Millis ahead :
       {Millis{limits::clock_skew_flagged}, limits::clock_skew_flagged + Millis{1}}) {
    act::Act skewed = ask(seq++);
    skewed.at = ph.now + ahead;
    ASSERT_FALSE(arrive(skewed).error);
    EXPECT_EQ(must(load_record(*ph.view(), ph.size() - 1)).about.contains("clock_skew_ms"),
              ahead > limits::clock_skew_flagged);
  }
}

TEST_F(Receiving, a_halted_node_takes_nothing_and_signs_nothing) {
  std::string bytes = sealed(us, ask(1));
  ASSERT_FALSE(arrive(bytes).error);
  ASSERT_FALSE(ph.give(Started{.epoch = 9, .restored = true}).error);
  std::uint64_t size = ph.size();
  expect_refused(arrive(ask(2)), Code::not_signing, size);
  expect_refused(arrive(bytes), Code::not_signing, size);
  EXPECT_EQ(ph.driver().checkpoint(*ph.view()).error().code, Code::not_signing);
}

TEST_F(Receiving, a_rejection_reaches_its_sender_as_an_alarm) {
  us.send(ask_args(ph.id()));
  std::string bytes = us.outbox(ph.id())[0];
  act::Act sent = must(act::parse_act(must(act::parse_envelope(bytes)).payload));
  act::Receipt receipt{.act = sent.id,
                       .act_hash = crypto::sha256(as_bytes(bytes)),
                       .from = ph.id(),
                       .to = us.id(),
                       .card = ph.context().card,
                       .lane = sent.lane,
                       .epoch = sent.epoch,
                       .seq = sent.seq,
                       .recorded_at = ph.now,
                       .position = 0,
                       .outcome = "rejection",
                       .code = "wrong_state",
                       .checkpoint = must(ph.driver().checkpoint(*ph.view()))};
  Reply reply = us.give(ReceiptArrived{ph.id(), act::seal(receipt, ph.context().act_key())});
  ASSERT_FALSE(reply.error) << to_text(*reply.error);
  EXPECT_TRUE(us.has_alarm("rejected"));
  EXPECT_TRUE(us.outbox(ph.id()).empty());
}

class Receipts : public Receiving {
 protected:
  Receipts() {
    us.send(ask_args(ph.id()));
    bytes = us.outbox(ph.id())[0];
    receipt = read(ph.give(ActArrived{us.id(), bytes}));
  }
  Reply give(const act::Receipt& given) {
    return us.give(ReceiptArrived{ph.id(), act::seal(given, ph.context().act_key())});
  }
  void expect_refused_receipt(const act::Receipt& given, Code code) {
    std::uint64_t size = us.size();
    Reply reply = give(given);
    ASSERT_TRUE(reply.error);
    EXPECT_EQ(reply.error->code, code) << to_text(*reply.error);
    EXPECT_EQ(us.size(), size);
    EXPECT_EQ(us.outbox(ph.id()).size(), 1u);
  }
  std::string bytes;
  act::Receipt receipt;
};

TEST_F(Receipts, a_receipt_empties_the_outbox_and_is_recorded_once) {
  ASSERT_FALSE(give(receipt).error);
  EXPECT_TRUE(us.outbox(ph.id()).empty());
  EXPECT_EQ(us.count(EntryType::receipt_in), 1u);
  ASSERT_FALSE(give(receipt).error);
  EXPECT_EQ(us.count(EntryType::receipt_in), 1u);
}

TEST_F(Receipts, of_other_bytes_or_another_place_or_another_log_are_refused) {
  act::Receipt wrong = receipt;
  wrong.act_hash.bytes[0] ^= 1;
  expect_refused_receipt(wrong, Code::bad_value);
  wrong = receipt;
  wrong.seq = 2;
  expect_refused_receipt(wrong, Code::bad_value);
  wrong = receipt;
  wrong.lane = act::Lane::bulk;
  expect_refused_receipt(wrong, Code::bad_value);
  wrong = receipt;
  wrong.position = 1'000'000;
  expect_refused_receipt(wrong, Code::bad_value);
  wrong = receipt;
  wrong.checkpoint = must(us.driver().checkpoint(*us.view()));
  expect_refused_receipt(wrong, Code::wrong_sender);
  wrong = receipt;
  wrong.from = us.id();
  expect_refused_receipt(wrong, Code::wrong_sender);
  wrong = receipt;
  wrong.to = ph.id();
  expect_refused_receipt(wrong, Code::wrong_recipient);
  wrong = receipt;
  wrong.act = make_id<ActId>(us.now, us.random());
  expect_refused_receipt(wrong, Code::not_found);
}

// A partner that signs receipts under a checkpoint which its own log never signed gives us nothing
// to hold it to.
TEST_F(Receipts, under_a_checkpoint_that_the_log_did_not_sign_are_refused) {
  act::Receipt wrong = receipt;
  auto note = must(ledger::parse_checkpoint(receipt.checkpoint));
  wrong.checkpoint = must(ledger::sign_checkpoint(note.checkpoint, us.context().keys->checkpoint));
  std::uint64_t size = us.size();
  Reply reply = give(wrong);
  ASSERT_TRUE(reply.error);
  EXPECT_EQ(us.size(), size);
  EXPECT_EQ(us.outbox(ph.id()).size(), 1u);
}

TEST_F(Receipts, signed_by_somebody_else_are_refused) {
  Reply reply = us.give(ReceiptArrived{ph.id(), act::seal(receipt, us.context().act_key())});
  ASSERT_TRUE(reply.error);
  EXPECT_EQ(reply.error->code, Code::unknown_key);
  EXPECT_EQ(us.outbox(ph.id()).size(), 1u);
}

}  // namespace
}  // namespace comity::node
