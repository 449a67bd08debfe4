#include "ledger/proof.h"

#include <gtest/gtest.h>

#include <set>

#include "base/limits.h"
#include "ledger/test_log.h"
#include "ledger/tile.h"

namespace comity::ledger {
namespace {

using testing::at;
using testing::key_from;
using testing::leaf_hashes;
using testing::log_key;
using testing::MemoryTiles;
using testing::witness_key;

const std::string origin = "comity/log.example";

// A log of 300 leaves, of which the one at 123 is a record of ours; cosigned by two of the policy's
// three witnesses.
class ProofOfRecord : public ::testing::Test {
 protected:
  ProofOfRecord() {
    record.bytes = to_bytes(as_bytes(R"({"kind":"request","note":"preserve"})"));
    record.key = commitment_key(Bytes(32, 0x77));
    leaf.type = 2;
    leaf.at = Minute(std::chrono::minutes(29'000'000));
    leaf.actor = {9, 8, 7, 6, 5, 4, 3, 2};
    leaf.commitment = commit(record.key, record.bytes);

    std::vector<Hash> leaves = leaf_hashes(0, 300);
    leaves[index] = leaf_hash(encode(leaf));
    TileBuilder builder;
    MemoryTiles tiles;
    tiles.write(builder.append(leaves));
    head = builder.head();

    const Checkpoint checkpoint{.origin = origin, .head = head, .extensions = {}};
    const std::string note = *sign_checkpoint(checkpoint, key_from(1));
    const std::string lines = *cosign(note, "w.example/1", key_from(11), at(100)) +
                              *cosign(note, "w.example/2", key_from(12), at(200));
    proof.extra = encode(leaf);
    proof.index = index;
    proof.path = *inclusion_proof(index, head.size, TileHashReader(head.size, tiles.source()));
    proof.checkpoint = *merge_cosignatures(note, lines, witnesses);
  }

  Policy policy(std::size_t threshold) const {
    return *Policy::parse(*make_policy(logs, witnesses, threshold));
  }
  Code code(const std::string& proof_text, const Record& r, const Policy& p) const {
    const auto verified = verify_proof(proof_text, r, p);
    return verified ? Code::exists : verified.error().code;
  }

  static constexpr std::uint64_t index = 123;
  std::vector<VerifierKey> logs = {log_key(origin, 1)};
  std::vector<VerifierKey> witnesses = {witness_key("w.example/1", 11),
                                        witness_key("w.example/2", 12),
                                        witness_key("w.example/3", 13)};
  Record record;
  Leaf leaf;
  TreeHead head;
  Proof proof;
};

TEST_F(ProofOfRecord, verifies_from_its_files_alone) {
  const auto read_back = Record::parse(record.text());
  ASSERT_TRUE(read_back) << to_text(read_back.error());
  const auto verified = verify_proof(proof.text(), *read_back, policy(2));
  ASSERT_TRUE(verified) << to_text(verified.error());
  EXPECT_EQ(verified->index, index);
  EXPECT_EQ(verified->leaf, leaf);
  EXPECT_EQ(verified->origin, origin);
  EXPECT_EQ(verified->head, head);
  EXPECT_EQ(verified->cosigners,
            (std::vector<Cosigner>{{0, "w.example/1", at(100)}, {1, "w.example/2", at(200)}}));
}

TEST_F(ProofOfRecord, every_flipped_byte_of_the_proof_is_caught_by_name) {
  // Both cosigners are demanded: under a quorum that does without one, a line that no longer names
  // a known key is ignored, as signed-note demands.
  const Policy both = *Policy::parse(*make_policy(logs, std::span(witnesses).first(2), 2));
  const std::string good = proof.text();
  ASSERT_EQ(code(good, record, both), Code::exists);
  const std::set<Code> named = {Code::malformed,     Code::bad_utf8,      Code::too_large,
                                Code::missing_field, Code::bad_value,     Code::unknown_key,
                                Code::bad_proof,     Code::bad_signature, Code::no_quorum,
                                Code::bad_commitment};
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ 1 << bit);
      const auto verified = verify_proof(bad, record, both);
      ASSERT_FALSE(verified) << "byte " << i << " bit " << bit << "\n" << bad;
      EXPECT_TRUE(named.contains(verified.error().code)) << to_text(verified.error());
      EXPECT_FALSE(verified.error().where.empty()) << to_text(verified.error());
    }
  }
}

TEST_F(ProofOfRecord, every_flipped_byte_of_the_record_file_is_caught_by_name) {
  const std::string good = record.text();
  for (std::size_t i = 0; i < good.size(); ++i) {
    for (int bit = 0; bit < 8; ++bit) {
      std::string bad = good;
      bad[i] = static_cast<char>(bad[i] ^ 1 << bit);
      const auto parsed = Record::parse(bad);
      if (!parsed) {
        EXPECT_EQ(parsed.error().code, Code::malformed) << i;
      } else {
        EXPECT_EQ(code(proof.text(), *parsed, policy(2)), Code::bad_commitment)
            << "byte " << i << " bit " << bit;
      }
    }
  }
}

TEST_F(ProofOfRecord, too_few_cosigners_are_no_quorum) {
  EXPECT_EQ(code(proof.text(), record, policy(3)), Code::no_quorum);
  EXPECT_EQ(code(proof.text(), record, policy(0)), Code::exists);
  const Policy other = *Policy::parse(*make_policy(logs, std::span(witnesses).last(1), 1));
  EXPECT_EQ(code(proof.text(), record, other), Code::no_quorum);
}

TEST_F(ProofOfRecord, two_witnesses_of_one_name_are_not_counted_for_one_line) {
  const std::vector twins = {witness_key("w.example/1", 11), witness_key("w.example/1", 14)};
  EXPECT_EQ(code(proof.text(), record, *Policy::parse(*make_policy(logs, twins, 2))),
            Code::no_quorum);
  EXPECT_EQ(code(proof.text(), record, *Policy::parse(*make_policy(logs, twins, 1))), Code::exists);
}

TEST_F(ProofOfRecord, a_log_outside_the_policy_is_unknown) {
  const std::vector other = {log_key(origin, 2)};
  EXPECT_EQ(code(proof.text(), record, *Policy::parse(*make_policy(other, witnesses, 1))),
            Code::unknown_key);
  EXPECT_EQ(code(proof.text(), record, *Policy::parse(*make_policy({}, witnesses, 1))),
            Code::unknown_key);
}

TEST_F(ProofOfRecord, another_leaf_index_or_checkpoint_does_not_lead_to_the_root) {
  Proof other = proof;
  leaf.type = 3;
  other.extra = encode(leaf);
  EXPECT_EQ(code(other.text(), record, policy(2)), Code::bad_proof);
  other = proof;
  other.index = 122;
  EXPECT_EQ(code(other.text(), record, policy(2)), Code::bad_proof);
  other.index = 300;
  EXPECT_EQ(code(other.text(), record, policy(2)), Code::bad_value);
  other = proof;
  other.path.pop_back();
  EXPECT_EQ(code(other.text(), record, policy(2)), Code::bad_proof);
  other = proof;
  other.checkpoint = *sign_checkpoint(
      {.origin = origin, .head = {300, empty_root()}, .extensions = {}}, key_from(1));
  EXPECT_EQ(code(other.text(), record, policy(0)), Code::bad_proof);
}

TEST_F(ProofOfRecord, another_record_or_key_is_not_what_was_committed_to) {
  Record other = record;
  other.bytes.push_back('\n');
  EXPECT_EQ(code(proof.text(), other, policy(2)), Code::bad_commitment);
  other = record;
  other.key = commitment_key(Bytes(32, 0x78));
  EXPECT_EQ(code(proof.text(), other, policy(2)), Code::bad_commitment);
}

TEST_F(ProofOfRecord, without_a_leaf_it_proves_nothing_of_a_record) {
  Proof other = proof;
  other.extra.reset();
  EXPECT_EQ(code(other.text(), record, policy(2)), Code::missing_field);
  other.extra = Bytes(leaf_bytes - 1, 1);
  EXPECT_EQ(code(other.text(), record, policy(2)), Code::malformed);
}

TEST_F(ProofOfRecord, reads_back_what_it_wrote) {
  EXPECT_EQ(Proof::parse(proof.text()), proof);
  Proof bare = proof;
  bare.extra.reset();
  bare.path.clear();
  bare.index = 0;
  EXPECT_EQ(Proof::parse(bare.text()), bare);
  bare.extra = Bytes{};
  EXPECT_EQ(Proof::parse(bare.text()), bare);
}

TEST_F(ProofOfRecord, refuses_text_of_another_shape) {
  const std::string hash = to_base64(Hash{}.view()) + "\n";
  const std::string head_line = "c2sp.org/tlog-proof@v1\n";
  for (const std::string& text : std::vector<std::string>{
           "", "c2sp.org/tlog-proof@v1", head_line, "c2sp.org/tlog-proof@v2\nindex 0\n\nx",
           head_line + "index\n\nx", head_line + "index 01\n\nx", head_line + "index -1\n\nx",
           head_line + "index 0 \n\nx", head_line + "Index 0\n\nx", head_line + "\nx",
           head_line + "index 0\n", head_line + "index 0\n\n", head_line + "index 0\nAAAA\n\nx",
           head_line + "index 0\n" + hash + "x", head_line + "extra A\nindex 0\n\nx",
           head_line + "extra\nindex 0\n\nx", head_line + "index 0\nextra AAAA\n\nx",
           head_line + "extra AAAA\nextra AAAA\nindex 0\n\nx"}) {
    EXPECT_EQ(Proof::parse(text).error().code, Code::malformed) << text;
  }
}

TEST_F(ProofOfRecord, has_named_bounds) {
  Proof long_path = proof;
  long_path.path.resize(limits::proof_hashes_max);
  EXPECT_TRUE(Proof::parse(long_path.text()));
  long_path.path.emplace_back();
  EXPECT_EQ(Proof::parse(long_path.text()).error().code, Code::too_large);
  EXPECT_EQ(Proof::parse(std::string(limits::log_proof_bytes_max + 1, 'a')).error().code,
            Code::too_large);
  EXPECT_EQ(Record::parse(std::string(limits::record_file_bytes_max + 1, 'a')).error().code,
            Code::too_large);
}

TEST(RecordFile, has_the_layout_that_the_header_gives) {
  Record record{.bytes = to_bytes(as_bytes("two\nlines")), .key = {}};
  record.key.bytes.fill(0xAB);
  EXPECT_EQ(record.text(),
            "comity-record@v1\nkey " + to_hex(record.key) + "\nbytes 9\n\ntwo\nlines");
  EXPECT_EQ(Record::parse(record.text()), record);
  record.bytes.clear();
  EXPECT_EQ(Record::parse(record.text()), record);
}

TEST(RecordFile, refuses_another_shape) {
  const std::string key = "key " + std::string(64, 'a') + "\n";
  for (const std::string& text : std::vector<std::string>{
           "", "comity-record@v1\n", "comity-record@v2\n" + key + "bytes 1\n\nx",
           "comity-record@v1\nbytes 1\n\nx",
           "comity-record@v1\nkey " + std::string(64, 'A') + "\nbytes 1\n\nx",
           "comity-record@v1\nkey " + std::string(62, 'a') + "\nbytes 1\n\nx",
           "comity-record@v1\nkey " + std::string(64, 'g') + "\nbytes 1\n\nx",
           "comity-record@v1\n" + key + "bytes 1\nx", "comity-record@v1\n" + key + "bytes 01\n\nx",
           "comity-record@v1\n" + key + "bytes 2\n\nx",
           "comity-record@v1\n" + key + "bytes 1\n\nx\n",
           "comity-record@v1\n" + key + "bytes 0\n\nx",
           "comity-record@v1\r\n" + key + "bytes 1\n\nx"}) {
    EXPECT_EQ(Record::parse(text).error().code, Code::malformed) << text;
  }
}

}  // namespace
}  // namespace comity::ledger
