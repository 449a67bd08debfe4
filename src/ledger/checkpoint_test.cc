#include "ledger/checkpoint.h"

#include <gtest/gtest.h>

#include "base/limits.h"
#include "ledger/test_log.h"

namespace comity::ledger {
namespace {

using testing::at;
using testing::key_from;
using testing::leaf_hashes;
using testing::log_key;
using testing::witness_key;

const std::string origin = "comity/log.example";

Checkpoint example(std::uint64_t size = 5) {
  Frontier frontier;
  frontier.append(leaf_hashes(0, size));
  return {.origin = origin, .head = frontier.head(), .extensions = {}};
}

std::string signed_example() {
  return *sign_checkpoint(example(), key_from(1));
}
const std::vector<VerifierKey>& log_keys() {
  static const std::vector<VerifierKey> keys = {log_key(origin, 1)};
  return keys;
}
std::vector<VerifierKey> three_witnesses() {
  return {witness_key("w.example/1", 11), witness_key("w.example/2", 12),
          witness_key("w.example/3", 13)};
}
std::string line_of(std::uint8_t n, std::int64_t time) {
  return *cosign(signed_example(), "w.example/" + std::to_string(n),
                 key_from(static_cast<std::uint8_t>(10 + n)), at(time));
}

// The body of the example in C2SP tlog-checkpoint.
TEST(Checkpoint, reads_back_the_specifications_example) {
  const std::string text =
      "example.com/behind-the-sofa\n20852163\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  const auto checkpoint = Checkpoint::parse(text);
  ASSERT_TRUE(checkpoint) << to_text(checkpoint.error());
  EXPECT_EQ(checkpoint->origin, "example.com/behind-the-sofa");
  EXPECT_EQ(checkpoint->head.size, 20852163u);
  EXPECT_EQ(to_hex(checkpoint->head.root),
            "0ac5186a91863e8e1d90c808014aa89bf5da8e3ee1d9f07630f0378f68f1ab62");
  EXPECT_EQ(checkpoint->text(), text);
}

TEST(Checkpoint, carries_extension_lines_of_others) {
  Checkpoint checkpoint = example();
  checkpoint.extensions = {"one", "and another"};
  EXPECT_EQ(Checkpoint::parse(checkpoint.text()), checkpoint);
}

TEST(Checkpoint, refuses_what_is_not_one) {
  const std::string root = "CsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I=\n";
  for (const std::string& text : std::vector<std::string>{
           "", "o\n", "o\n1\n", "\n1\n" + root, "o\n\n" + root, "o\n01\n" + root, "o\n-1\n" + root,
           "o\n+1\n" + root, "o\n1 \n" + root, "o\n0x1\n" + root,
           "o\n18446744073709551616\n" + root, "o\n1\n\n" + root,
           "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2I\n", "o\n1\nAAAA\n",
           "o\n1\nCsUYapGGPo4dkMgIAUqom/Xajj7h2fB2MPA3j2jxq2J=\n", "o\n1\n" + root + "\n",
           "o\n1\n" + root + "ext"}) {
    EXPECT_EQ(Checkpoint::parse(text).error().code, Code::malformed) << text;
  }
  EXPECT_EQ(Checkpoint::parse("o\n4611686018427387904\n" + root).error().code, Code::too_large);
  EXPECT_TRUE(Checkpoint::parse("o\n4611686018427387903\n" + root));
}

TEST(Checkpoint, origin_of_a_node_is_its_member_id_and_a_key_name) {
  const Bytes id(32, 0xAB);
  EXPECT_EQ(origin_of(id), "comity/" + to_hex(id));
  EXPECT_TRUE(is_key_name(origin_of(id)));
}

TEST(SignCheckpoint, is_verified_by_its_log_key) {
  const auto verified = verify_checkpoint(signed_example(), log_keys());
  ASSERT_TRUE(verified) << to_text(verified.error());
  EXPECT_EQ(verified->checkpoint, example());
  EXPECT_TRUE(verified->cosigners.empty());
}

TEST(SignCheckpoint, refuses_what_would_not_read_back) {
  for (const std::string& bad : std::vector<std::string>{"", "two words", "a+b", "two\nlines"}) {
    Checkpoint checkpoint = example();
    checkpoint.origin = bad;
    EXPECT_EQ(sign_checkpoint(checkpoint, key_from(1)).error().code, Code::bad_value) << bad;
  }
  for (const std::string& bad : std::vector<std::string>{"", "two\nlines"}) {
    Checkpoint checkpoint = example();
    checkpoint.extensions = {bad};
    EXPECT_EQ(sign_checkpoint(checkpoint, key_from(1)).error().code, Code::bad_value) << bad;
  }
}

TEST(VerifyCheckpoint, refuses_another_key_and_another_origin) {
  const auto code = [](const std::string& bytes, const std::vector<VerifierKey>& keys) {
    const auto verified = verify_checkpoint(bytes, keys);
    return verified ? Code::exists : verified.error().code;
  };
  EXPECT_EQ(code(signed_example(), {log_key(origin, 2)}), Code::unknown_key);
  EXPECT_EQ(code(signed_example(), {}), Code::unknown_key);

  // A log that signs, with its own key and name, a checkpoint of another's origin.
  const std::string text = example().text();
  const SignatureLine foreign = *sign_text(text, "comity/other.example", key_from(2));
  const std::vector both = {log_key(origin, 1), log_key("comity/other.example", 2)};
  EXPECT_EQ(code(Note{text, {foreign}}.bytes(), both), Code::wrong_sender);
  const SignatureLine own = *sign_text(text, origin, key_from(1));
  EXPECT_EQ(code(Note{text, {foreign, own}}.bytes(), both), Code::exists);
}

TEST(VerifyCheckpoint, a_cosignature_alone_is_no_signature_of_the_log) {
  const std::string text = example().text();
  const SignatureLine cosigned = *cosign_text(text, "w.example/1", key_from(11), at(9));
  EXPECT_EQ(
      verify_checkpoint(Note{text, {cosigned}}.bytes(), log_keys(), three_witnesses()).error().code,
      Code::unknown_key);
}

TEST(VerifyCheckpoint, every_flipped_byte_is_caught) {
  const std::string good = signed_example();
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (const char bit : {'\x01', '\x20', '\x40'}) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ bit);
      const auto verified = verify_checkpoint(bad, log_keys());
      ASSERT_FALSE(verified) << "byte " << i;
      EXPECT_NE(code_name(verified.error().code), "");
    }
  }
}

TEST(MergeCosignatures, adds_those_of_known_witnesses_in_their_order) {
  const auto merged =
      merge_cosignatures(signed_example(), line_of(3, 30) + line_of(1, 10), three_witnesses());
  ASSERT_TRUE(merged) << to_text(merged.error());
  EXPECT_EQ(*merged, signed_example() + line_of(1, 10) + line_of(3, 30));
  const auto verified = verify_checkpoint(*merged, log_keys(), three_witnesses());
  ASSERT_TRUE(verified) << to_text(verified.error());
  EXPECT_EQ(verified->cosigners,
            (std::vector<Cosigner>{{0, "w.example/1", at(10)}, {2, "w.example/3", at(30)}}));
}

TEST(MergeCosignatures, keeps_the_latest_of_each_whatever_the_order) {
  const auto once = merge_cosignatures(signed_example(), line_of(1, 10), three_witnesses());
  const auto later = merge_cosignatures(*once, line_of(1, 20) + line_of(1, 15), three_witnesses());
  const auto reversed =
      merge_cosignatures(*once, line_of(1, 15) + line_of(1, 20), three_witnesses());
  ASSERT_TRUE(later && reversed);
  EXPECT_EQ(*later, signed_example() + line_of(1, 20));
  EXPECT_EQ(*later, *reversed);
  EXPECT_EQ(merge_cosignatures(*later, line_of(1, 20), three_witnesses()), *later);
}

TEST(MergeCosignatures, drops_lines_by_unknown_keys_and_keeps_those_already_there) {
  const auto unknown = cosign(signed_example(), "w.example/9", key_from(19), at(1));
  const auto merged =
      merge_cosignatures(signed_example() + *unknown, *unknown + line_of(2, 5), three_witnesses());
  ASSERT_TRUE(merged) << to_text(merged.error());
  EXPECT_EQ(*merged, signed_example() + *unknown + line_of(2, 5));
}

TEST(MergeCosignatures, refuses_a_wrong_line_of_a_known_witness) {
  // Over another checkpoint.
  const auto other =
      cosign(*sign_checkpoint(example(6), key_from(1)), "w.example/1", key_from(11), at(1));
  EXPECT_EQ(merge_cosignatures(signed_example(), *other, three_witnesses()).error().code,
            Code::bad_signature);
  EXPECT_EQ(merge_cosignatures(signed_example(), "", three_witnesses()).error().code,
            Code::malformed);
  EXPECT_EQ(merge_cosignatures(signed_example(), "not a line\n", three_witnesses()).error().code,
            Code::malformed);
  EXPECT_EQ(merge_cosignatures("not a note", line_of(1, 1), three_witnesses()).error().code,
            Code::malformed);
}

TEST(MergeCosignatures, refuses_more_than_a_note_may_hold) {
  std::vector<VerifierKey> witnesses;
  std::string lines;
  for (std::uint8_t i = 0; i < limits::note_signatures_max; ++i) {
    const auto seed = static_cast<std::uint8_t>(100 + i);
    witnesses.push_back(witness_key("w.example/" + std::to_string(i), seed));
    lines += *cosign(signed_example(), witnesses.back().name, key_from(seed), at(1));
  }
  EXPECT_EQ(merge_cosignatures(signed_example(), lines, witnesses).error().code, Code::too_large);
  witnesses.pop_back();
  EXPECT_TRUE(merge_cosignatures(signed_example(), lines, witnesses));
}

// Key names are not unique: two witnesses of one name must not be counted twice for one line.
TEST(VerifyCheckpoint, tells_witnesses_of_one_name_apart) {
  const std::vector witnesses = {witness_key("w.example/1", 11), witness_key("w.example/1", 12)};
  const std::string bytes = signed_example() + line_of(1, 10);
  const auto verified = verify_checkpoint(bytes, log_keys(), witnesses);
  ASSERT_TRUE(verified) << to_text(verified.error());
  EXPECT_EQ(verified->cosigners, (std::vector<Cosigner>{{0, "w.example/1", at(10)}}));
}

}  // namespace
}  // namespace comity::ledger
