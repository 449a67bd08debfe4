#include "ledger/leaf.h"

#include <gtest/gtest.h>

#include "crypto/hash.h"

namespace comity::ledger {
namespace {

Leaf example() {
  Leaf leaf;
  leaf.type = 3;
  leaf.at = Minute(std::chrono::minutes(0x01C2D3E4));
  leaf.actor = {1, 2, 3, 4, 5, 6, 7, 8};
  leaf.commitment.bytes.fill(0xAB);
  return leaf;
}

TEST(Leaf, has_the_layout_that_the_header_gives) {
  const Bytes bytes = encode(example());
  EXPECT_EQ(to_hex(bytes),
            "01"
            "03"
            "01c2d3e4"
            "0102030405060708"
            "abababababababababababababababababababababababababababababababab");
  EXPECT_EQ(bytes.size(), leaf_bytes);
}

TEST(Leaf, reads_back_what_it_wrote) {
  for (const std::uint8_t type : Bytes{1, 2, 63}) {
    for (const std::int64_t minute : {0ll, 1ll, 0xFFFFFFFFll}) {
      Leaf leaf = example();
      leaf.type = type;
      leaf.at = Minute(std::chrono::minutes(minute));
      EXPECT_EQ(parse_leaf(encode(leaf)), leaf);
    }
  }
}

TEST(Leaf, refuses_another_length_version_or_type) {
  const Bytes good = encode(example());
  const auto code = [](const Bytes& bytes) { return parse_leaf(bytes).error().code; };
  Bytes longer = good;
  longer.push_back(0);
  EXPECT_EQ(code(longer), Code::malformed);
  EXPECT_EQ(code(Bytes(good.begin(), good.end() - 1)), Code::malformed);
  EXPECT_EQ(code({}), Code::malformed);
  for (const std::uint8_t version : Bytes{0, 2, 255}) {
    Bytes other = good;
    other[0] = version;
    EXPECT_EQ(code(other), Code::malformed);
  }
  for (const std::uint8_t type : Bytes{0, 64, 255}) {
    Bytes other = good;
    other[1] = type;
    EXPECT_EQ(code(other), Code::malformed);
  }
}

TEST(LeafDeathTest, a_type_or_minute_out_of_range_is_our_bug) {
  Leaf leaf = example();
  leaf.type = 0;
  EXPECT_DEATH((void)encode(leaf), "type");
  leaf = example();
  leaf.at = Minute(std::chrono::minutes(-1));
  EXPECT_DEATH((void)encode(leaf), "minute");
}

TEST(Leaf, time_is_cut_to_the_minute_it_lies_in) {
  const Instant instant{Millis(59'999)};
  EXPECT_EQ(coarse(instant).time_since_epoch().count(), 0);
  EXPECT_EQ(coarse(instant + Millis(1)).time_since_epoch().count(), 1);
}

TEST(Commitment, is_an_hmac_under_a_key_derived_for_it_alone) {
  const Bytes record_key(32, 0x11);
  const CommitmentKey key = commitment_key(record_key);
  EXPECT_EQ(key.bytes, crypto::derive_key(record_key, "comity leaf commitment v1").bytes);
  EXPECT_NE(to_bytes(key.view()), record_key);
  EXPECT_EQ(commit(key, as_bytes("record")).bytes,
            crypto::hmac_sha256(key.view(), as_bytes("record")).bytes);
}

TEST(Commitment, opens_with_its_record_and_key_only) {
  const CommitmentKey key = commitment_key(Bytes(32, 0x11));
  const Commitment commitment = commit(key, as_bytes("record"));
  EXPECT_TRUE(verify_commitment(commitment, key, as_bytes("record")));
  for (const std::string_view other : {"recorD", "record ", "recor", ""}) {
    EXPECT_EQ(verify_commitment(commitment, key, as_bytes(other)).error().code,
              Code::bad_commitment);
  }
  const CommitmentKey other_key = commitment_key(Bytes(32, 0x12));
  EXPECT_EQ(verify_commitment(commitment, other_key, as_bytes("record")).error().code,
            Code::bad_commitment);
}

TEST(Pseudonym, is_stable_for_one_node_and_unlinkable_to_another) {
  const Bytes ours(32, 1);
  const Bytes theirs(32, 2);
  EXPECT_EQ(actor_pseudonym(ours, as_bytes("officer")), actor_pseudonym(ours, as_bytes("officer")));
  EXPECT_NE(actor_pseudonym(ours, as_bytes("officer")),
            actor_pseudonym(theirs, as_bytes("officer")));
  EXPECT_NE(actor_pseudonym(ours, as_bytes("officer")), actor_pseudonym(ours, as_bytes("other")));
}

}  // namespace
}  // namespace comity::ledger
