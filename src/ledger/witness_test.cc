#include "ledger/witness.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "ledger/test_log.h"

namespace comity::ledger {
namespace {

using testing::at;
using testing::key_from;
using testing::leaf_hashes;
using testing::log_key;
using testing::NaiveTree;
using testing::witness_key;

const std::string origin = "comity/log.example";
const std::string witness_name = "witness.example/w";

// One log of twenty leaves, and a witness that has seen its first eight.
class Witness : public ::testing::Test {
 protected:
  std::string checkpoint(const TreeHead& head, std::uint8_t seed = 1) {
    return *sign_checkpoint({.origin = origin, .head = head, .extensions = {}}, key_from(seed));
  }
  std::string request(std::uint64_t old_size, const TreeHead& head) {
    return AddCheckpoint{old_size, tree.proof(old_size, head.size), checkpoint(head)}.body();
  }
  WitnessAnswer ask(std::string_view body) {
    return witness_add(
        body, [this](std::string_view o) { return o == origin ? &log : nullptr; },
        {witness_name, key_from(9)}, at(1'700'000'000));
  }
  static void expect_refused(const WitnessAnswer& answer, WitnessStatus status) {
    EXPECT_EQ(answer.status, status) << answer.body;
    EXPECT_FALSE(answer.accepted);
    EXPECT_FALSE(answer.body.empty());
    EXPECT_EQ(answer.body.find("\u2014"), std::string::npos)
        << "no signature leaves with a refusal";
  }

  NaiveTree tree{leaf_hashes(0, 20)};
  WitnessedLog log{.keys = {log_key(origin, 1)}, .latest = tree.head(8)};
};

TEST_F(Witness, answers_200_with_a_cosignature_that_verifies) {
  const std::string body = request(8, tree.head(20));
  const WitnessAnswer answer = ask(body);
  ASSERT_EQ(answer.status, WitnessStatus::ok) << answer.body;
  EXPECT_EQ(answer.accepted, tree.head(20));
  EXPECT_EQ(answer.origin, origin);
  EXPECT_FALSE(answer.contradicts);

  const std::vector witnesses = {witness_key(witness_name, 9)};
  const auto verified =
      verify_checkpoint(checkpoint(tree.head(20)) + answer.body, log.keys, witnesses);
  ASSERT_TRUE(verified) << to_text(verified.error());
  EXPECT_EQ(verified->cosigners, (std::vector<Cosigner>{{0, witness_name, at(1'700'000'000)}}));
}

TEST_F(Witness, answers_200_to_a_first_checkpoint_and_to_the_same_again) {
  log.latest = {};
  EXPECT_EQ(ask(request(0, tree.head(5))).accepted, tree.head(5));
  EXPECT_EQ(ask(request(0, tree.head(0))).accepted, tree.head(0));
  log.latest = tree.head(5);
  EXPECT_EQ(ask(request(5, tree.head(5))).accepted, tree.head(5));
}

TEST_F(Witness, answers_200_while_a_log_key_rotates) {
  log.keys.push_back(log_key(origin, 2));
  const std::string body = AddCheckpoint{8, tree.proof(8, 9), checkpoint(tree.head(9), 2)}.body();
  EXPECT_EQ(ask(body).status, WitnessStatus::ok);
}

TEST_F(Witness, answers_400_to_what_is_not_a_request) {
  const std::string good = request(8, tree.head(20));
  for (const std::string& body : std::vector<std::string>{
           "", "\n", "old 8\n", "old 8\n\n", good.substr(1), "old  8" + good.substr(5),
           "old 08" + good.substr(5), "old -1" + good.substr(5), "Old" + good.substr(3),
           "old 8\nnot base64\n\n" + checkpoint(tree.head(20)),
           "old 8\nAAAA\n\n" + checkpoint(tree.head(20)), "old 8\n\nnot a note\n",
           "old 8\n\n" + checkpoint(tree.head(20)) + "\n", good.substr(0, good.size() - 1)}) {
    expect_refused(ask(body), WitnessStatus::bad_request);
  }
}

TEST_F(Witness, answers_400_to_an_old_size_above_the_checkpoints) {
  const WitnessAnswer answer = ask(AddCheckpoint{8, {}, checkpoint(tree.head(7))}.body());
  expect_refused(answer, WitnessStatus::bad_request);
  EXPECT_EQ(answer.origin, origin);
}

TEST_F(Witness, answers_400_beyond_the_named_bounds) {
  AddCheckpoint many{8, std::vector<Hash>(limits::witness_proof_lines_max, Hash{}),
                     checkpoint(tree.head(20))};
  expect_refused(ask(many.body()), WitnessStatus::bad_proof);  // 63 lines are read
  many.proof.emplace_back();
  expect_refused(ask(many.body()), WitnessStatus::bad_request);
  expect_refused(ask(std::string(limits::witness_request_bytes_max + 1, 'a')),
                 WitnessStatus::bad_request);
}

TEST_F(Witness, answers_403_without_a_signature_of_a_trusted_key) {
  expect_refused(ask(AddCheckpoint{8, tree.proof(8, 20), checkpoint(tree.head(20), 3)}.body()),
                 WitnessStatus::forbidden);
}

TEST_F(Witness, answers_403_to_a_wrong_signature) {
  std::string note = checkpoint(tree.head(20));
  auto parsed = *parse_note(note);
  parsed.signatures[0].signature[5] ^= 1;
  expect_refused(ask(AddCheckpoint{8, tree.proof(8, 20), parsed.bytes()}.body()),
                 WitnessStatus::forbidden);
}

TEST_F(Witness, answers_404_to_a_log_it_does_not_know) {
  const Checkpoint other{.origin = "comity/other.example", .head = tree.head(20), .extensions = {}};
  const WitnessAnswer answer =
      ask(AddCheckpoint{8, tree.proof(8, 20), *sign_checkpoint(other, key_from(1))}.body());
  expect_refused(answer, WitnessStatus::unknown_log);
}

TEST_F(Witness, answers_409_with_the_size_it_holds) {
  for (const std::uint64_t old_size : {0u, 7u, 9u}) {
    const WitnessAnswer answer = ask(request(old_size, tree.head(20)));
    expect_refused(answer, WitnessStatus::conflict);
    EXPECT_EQ(answer.body, "8\n");
    EXPECT_EQ(answer.content_type, "text/x.tlog.size");
    EXPECT_FALSE(answer.contradicts);
  }
}

TEST_F(Witness, answers_409_to_another_root_of_the_size_it_holds_and_says_that_it_contradicts) {
  const TreeHead forked{8, tree.mth(1, 9)};
  for (const std::uint64_t old_size : {8u, 5u}) {
    const WitnessAnswer answer = ask(AddCheckpoint{old_size, {}, checkpoint(forked)}.body());
    expect_refused(answer, WitnessStatus::conflict);
    EXPECT_EQ(answer.body, "8\n");
    EXPECT_TRUE(answer.contradicts);
  }
}

TEST_F(Witness, answers_422_to_a_proof_that_does_not_verify) {
  AddCheckpoint asked{8, tree.proof(8, 20), checkpoint(tree.head(20))};
  asked.proof[0].bytes[0] ^= 1;
  expect_refused(ask(asked.body()), WitnessStatus::bad_proof);
  asked.proof.clear();
  expect_refused(ask(asked.body()), WitnessStatus::bad_proof);
  // "The proof MUST be empty if the old size is zero"; and so it must when the sizes are equal.
  log.latest = {};
  expect_refused(ask(AddCheckpoint{0, {Hash{}}, checkpoint(tree.head(20))}.body()),
                 WitnessStatus::bad_proof);
  log.latest = tree.head(20);
  expect_refused(ask(AddCheckpoint{20, {Hash{}}, checkpoint(tree.head(20))}.body()),
                 WitnessStatus::bad_proof);
}

TEST_F(Witness, a_size_zero_with_a_root_is_no_empty_tree) {
  log.latest = {};
  expect_refused(ask(AddCheckpoint{0, {}, checkpoint({0, tree.mth(0, 1)})}.body()),
                 WitnessStatus::conflict);
}

TEST_F(Witness, request_reads_back_what_it_wrote) {
  const AddCheckpoint asked{8, tree.proof(8, 20), checkpoint(tree.head(20))};
  EXPECT_EQ(AddCheckpoint::parse(asked.body()), asked);
}

class SplitViews : public Witness {
 protected:
  std::string one() { return checkpoint(tree.head(8)); }
  std::string other() { return checkpoint({8, tree.mth(1, 9)}); }
  Code code(std::string_view evidence) {
    const auto verified = verify_split_view(evidence, log.keys);
    return verified ? Code::exists : verified.error().code;
  }
};

TEST_F(SplitViews, two_roots_of_one_size_make_portable_evidence) {
  const auto compared = compare_checkpoints(one(), other(), log.keys);
  ASSERT_TRUE(compared) << to_text(compared.error());
  EXPECT_EQ(compared->views, Views::split);
  const auto verified = verify_split_view(compared->evidence, log.keys);
  ASSERT_TRUE(verified) << to_text(verified.error());
  EXPECT_EQ(verified->a.checkpoint.head, tree.head(8));
  EXPECT_EQ(verified->b.checkpoint.head.root, tree.mth(1, 9));
}

TEST_F(SplitViews, one_root_is_the_same_and_two_sizes_need_a_proof) {
  const auto same = compare_checkpoints(one(), one(), log.keys);
  ASSERT_TRUE(same);
  EXPECT_EQ(same->views, Views::same);
  EXPECT_TRUE(same->evidence.empty());
  const auto larger = compare_checkpoints(one(), checkpoint(tree.head(9)), log.keys);
  ASSERT_TRUE(larger);
  EXPECT_EQ(larger->views, Views::need_proof);
}

TEST_F(SplitViews, what_the_log_did_not_sign_accuses_nobody) {
  const std::string forged = checkpoint({8, tree.mth(1, 9)}, 3);
  EXPECT_EQ(compare_checkpoints(one(), forged, log.keys).error().code, Code::unknown_key);
  EXPECT_EQ(compare_checkpoints(forged, one(), log.keys).error().code, Code::unknown_key);
  const std::vector both = {log_key(origin, 1), log_key("comity/other.example", 2)};
  const Checkpoint foreign{
      .origin = "comity/other.example", .head = tree.head(8), .extensions = {}};
  EXPECT_EQ(compare_checkpoints(one(), *sign_checkpoint(foreign, key_from(2)), both).error().code,
            Code::wrong_sender);
}

TEST_F(SplitViews, evidence_that_shows_nothing_is_refused) {
  const auto evidence = [](const std::string& a, const std::string& b) {
    return "comity-split-view@v1\nbytes " + std::to_string(a.size()) + " " +
           std::to_string(b.size()) + "\n\n" + a + b;
  };
  EXPECT_EQ(code(evidence(one(), other())), Code::exists);
  EXPECT_EQ(code(evidence(one(), one())), Code::bad_proof);
  EXPECT_EQ(code(evidence(one(), checkpoint(tree.head(9)))), Code::bad_proof);
  EXPECT_EQ(code(evidence(one(), checkpoint({8, tree.mth(1, 9)}, 3))), Code::unknown_key);
}

TEST_F(SplitViews, every_flipped_byte_of_the_evidence_is_caught) {
  const std::string good = compare_checkpoints(one(), other(), log.keys)->evidence;
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(bad[i] ^ 1);
    EXPECT_NE(code(bad), Code::exists) << "byte " << i;
  }
}

TEST_F(SplitViews, evidence_of_another_shape_is_refused) {
  const std::string good = compare_checkpoints(one(), other(), log.keys)->evidence;
  for (const std::string& bad : std::vector<std::string>{
           "", "comity-split-view@v1", "comity-split-view@v1\n",
           "comity-split-view@v1\nbytes 1\n\nab", "comity-split-view@v1\nbytes  1\n\nab",
           "comity-split-view@v1\nbytes 1 18446744073709551615\n\nab",
           "comity-split-view@v1\nbytes 18446744073709551615 1\n\nab",
           "comity-split-view@v1\nbytes 1 1\nab", good + "\n", good.substr(0, good.size() - 1)}) {
    EXPECT_EQ(code(bad), Code::malformed) << bad;
  }
  EXPECT_EQ(code(std::string(limits::split_view_bytes_max + 1, 'a')), Code::too_large);
}

}  // namespace
}  // namespace comity::ledger
