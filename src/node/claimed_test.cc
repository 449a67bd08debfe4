// What a partner says and cannot prove: whose an object is, and that it may name bytes by their
// hash alone.
#include "base/limits_push.h"
#include "crypto/hash.h"
#include "node/blobs.h"
#include "node/testing_alert.h"
#include "store/memory.h"

namespace comity::node {
namespace {

using namespace testing;

class Claimed : public ThreeNodes {
 protected:
  Claimed() : ThreeNodes(store::open_memory), stranger(MemberId{}) {
    stranger.bytes[0] = 9;
    theirs = make_collection(us, {});
  }
  enum class Bytes { beside, left_out };
  // An alert that `from` has put together by hand.
  Reply say(TestNode& from, TestNode& to, const std::string& text,
            const std::optional<MemberId>& origin = {}, Bytes bytes = Bytes::beside) {
    alert::Share share{
        .collection = theirs, .title = "Worms", .blobs = {blob_of(text)}, .origin = origin};
    ActArrived arrived =
        with_blob(from, made_by_hand(from, to.id(), ++said[from.id()], share), text);
    if (bytes == Bytes::left_out) arrived.blobs = {};
    Reply reply = to.give(arrived);
    if (reply.error) --said[from.id()];
    return reply;
  }
  static std::string later(int n) {
    std::string text = malware(n);
    std::string_view old = R"("modified":"2026-11-01T00:00:00.000Z")";
    return text.replace(text.find(old), old.size(),
                        R"("modified":"2026-11-05T00:00:00.000Z","revoked":true)");
  }
  static bool is_revoked(TestNode& node, int n) {
    auto view = node.view();
    Overlay rows(*view);
    return must(last_version(rows, received(node), id(n)))->revoked;
  }

  MemberId stranger;
  std::string theirs;
  std::map<MemberId, std::uint64_t> said;
};

TEST_F(Claimed, an_origin_that_a_second_relay_names_lets_it_revoke_nothing) {
  ASSERT_FALSE(say(ph, jp, envelope({malware(1)}), stranger).error);
  ASSERT_FALSE(say(us, jp, envelope({later(1)}), stranger).error);
  EXPECT_FALSE(is_revoked(jp, 1));
  EXPECT_TRUE(jp.has_alarm("alert_refused_in_part"));
  ASSERT_FALSE(say(ph, jp, envelope({later(1)}), stranger).error);
  EXPECT_TRUE(is_revoked(jp, 1)) << "who relayed it says what became of it";
}

TEST_F(Claimed, a_member_that_is_named_as_the_origin_of_anothers_copy_is_still_told) {
  std::string ours = make_collection(jp, {&us});
  subscribe(jp, ph, theirs, ours);
  import_into(jp, ours, envelope({malware(1)}));
  ASSERT_FALSE(say(ph, jp, envelope({malware(1)}), us.id()).error);
  for (const KeyedRow& row : jp.rows(Space::spread))
    EXPECT_FALSE(must(spread_row_from_json(must(json::parse(row.row.value)))).origin);
}

TEST_F(Claimed, a_hash_is_not_as_good_as_the_bytes) {
  std::string own = make_collection(jp, {});
  std::string text = envelope({malware(1)});
  import_into(jp, own, text);
  jp.staff("alert.collection", {{"id", own}, {"title", "Worms"}, {"members", json::Array{}}});
  ASSERT_FALSE(say(us, jp, text).error) << "it has the bytes";
  Reply guessed = say(ph, jp, text, {}, Bytes::left_out);
  ASSERT_TRUE(guessed.error);
  EXPECT_EQ(guessed.error->code, Code::blob_missing);
  EXPECT_FALSE(say(us, jp, text, {}, Bytes::left_out).error) << "it sent them before";
}

TEST_F(Claimed, who_says_the_same_again_and_again_fills_no_disk) {
  std::string text = envelope({malware(1), malware(2), malware(3)});
  ASSERT_FALSE(say(ph, jp, text).error);
  std::size_t rows = jp.rows(Space::spread).size();
  for (int i = 0; i < 5; ++i) ASSERT_FALSE(say(ph, jp, text).error);
  EXPECT_EQ(jp.rows(Space::spread).size(), rows);
}

TEST_F(Claimed, what_is_kept_without_what_was_refused_counts_to_its_sender) {
  auto counted = [&] {
    auto view = jp.view();
    Overlay rows(*view);
    return must(blob_bytes_of(rows, ph.id()));
  };
  ASSERT_FALSE(say(ph, jp, envelope({malware(1), R"({"type":"malware"})"})).error);
  EXPECT_EQ(counted(), envelope({malware(1)}).size());
}

TEST_F(Claimed, one_partner_reads_this_node_only_so_much_in_one_turn) {
  std::vector<Input> inputs;
  std::string padding(limits::batch_blobs_bytes_max / 2, 'x');
  for (int i = 1; i <= 4; ++i) {
    std::string text = envelope({malware(i)});
    text.insert(1, "\"next\":\"" + padding + "\",");
    alert::Share share{.collection = theirs, .title = "Worms", .blobs = {blob_of(text)}};
    inputs.emplace_back(
        with_blob(ph, made_by_hand(ph, jp.id(), static_cast<std::uint64_t>(i), share), text));
  }
  auto replies = jp.give_all(inputs).replies;
  EXPECT_FALSE(replies[0].error);
  EXPECT_FALSE(replies[1].error);
  ASSERT_TRUE(replies[2].error);
  EXPECT_EQ(replies[2].error->code, Code::busy);
  EXPECT_FALSE(jp.give(inputs[2]).error) << "the next turn takes it";
}

}  // namespace
}  // namespace comity::node
