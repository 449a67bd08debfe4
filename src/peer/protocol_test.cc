// Bodies of the protocol between nodes: what is written is read back, and what is not the format is
// refused by its name.
#include "peer/protocol.h"

#include <gtest/gtest.h>

#include <ostream>

#include "base/limits.h"
#include "base/limits_push.h"

namespace comity {

inline void PrintTo(Code code, std::ostream* out) {
  *out << code_name(code);
}

}  // namespace comity

namespace comity::peer {
namespace {

template <typename T>
Code code_of(const Result<T>& result) {
  EXPECT_FALSE(result) << "accepted";
  return result ? Code::invalid : result.error().code;
}

MemberId member(std::uint8_t fill) {
  MemberId id;
  id.bytes.fill(fill);
  return id;
}

TEST(Protocol, acts_are_read_as_the_very_bytes_that_were_written) {
  std::vector<std::string> envelopes{"{\"a\":1}", " odd \t bytes \xff", std::string(70'000, 'x')};
  std::string body = write_acts(envelopes);
  auto read = read_batch(body);
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_EQ(std::vector<std::string>(read->acts.begin(), read->acts.end()), envelopes);
  EXPECT_TRUE(read->blobs.empty());
}

TEST(Protocol, a_batch_holds_exactly_as_many_acts_as_the_limit_says) {
  std::vector<std::string> envelopes(limits::batch_acts_max, "x");
  EXPECT_EQ(read_batch(write_acts(envelopes))->acts.size(), limits::batch_acts_max);
  envelopes.push_back("x");
  EXPECT_EQ(code_of(read_batch(write_acts(envelopes))), Code::too_large);
}

TEST(Protocol, batches_that_are_none_are_refused) {
  for (const char* body : {"", "\n", "x", "x\ny", "\nx\n", "x\n\n", "x\n\ny\n"})
    EXPECT_EQ(code_of(read_batch(body)), Code::malformed) << body;
}

std::string with_blobs(const std::vector<std::string>& blobs) {
  std::string body = "{}\n";
  for (const std::string& each : blobs) append_blob(body, each);
  return body;
}

TEST(Protocol, blobs_follow_the_acts_as_raw_bytes) {
  std::vector<std::string> blobs{"x", "{\"a\":\n1}\nblob 3\nabc\n", std::string("\0\n", 2)};
  std::string body = with_blobs(blobs);
  auto read = read_batch(body);
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_EQ(read->acts, std::vector<std::string_view>{"{}"});
  EXPECT_EQ(std::vector<std::string>(read->blobs.begin(), read->blobs.end()), blobs);
}

TEST(Protocol, a_blob_has_the_length_it_says) {
  for (const char* bad :
       {"blob", "blob 3", "blob 3\nab\n", "blob 3\nabcd\n", "blob 3\nabc", "blob 03\nabc\n",
        "blob 0\n\n", "blob -3\nabc\n", "blob x\nabc\n", "blob  3\nabc\n", "blob 3\nabc\n{}\n",
        "blob 3\nabc\n\n", "blob 99999999999999999999999\nabc\n"})
    EXPECT_EQ(code_of(read_batch(std::string("{}\n") + bad)), Code::malformed) << bad;
  EXPECT_EQ(code_of(read_batch("blob 3\nabc\n")), Code::malformed) << "no act";
}

TEST(Protocol, a_batch_brings_as_many_blobs_as_the_limits_say) {
  EXPECT_TRUE(read_batch(with_blobs(std::vector<std::string>(limits::batch_blobs_max, "x"))));
  EXPECT_EQ(
      code_of(read_batch(with_blobs(std::vector<std::string>(limits::batch_blobs_max + 1, "x")))),
      Code::too_large);
  std::string most(limits::batch_blobs_bytes_max, 'x');
  EXPECT_TRUE(read_batch(with_blobs({most})));
  EXPECT_EQ(code_of(read_batch(with_blobs({most, "x"}))), Code::too_large);
  EXPECT_EQ(code_of(read_batch(with_blobs({most + "x"}))), Code::too_large);
}

TEST(Protocol, results_are_read_back) {
  std::vector<ActResult> results{
      {.receipt = "{\"payload\":\"…\"}", .code = "", .detail = "", .where = ""},
      {.receipt = "",
       .code = "gap_in_lane",
       .detail = "an earlier act is missing\nsend it",
       .where = "/seq"},
      {.receipt = "", .code = "not_signing", .detail = "", .where = ""}};
  auto read = read_results(write_results(results), results.size());
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_EQ(*read, results);
}

struct Bad {
  const char* body;
  Code code;
};

TEST(Protocol, results_that_are_none_are_refused) {
  for (const auto& [body, code] : std::initializer_list<Bad>{
           {"", Code::malformed},
           {"{\"receipt\":\"r\"}", Code::malformed},
           {"{\"receipt\":\"r\"}\n{\"receipt\":\"r\"}\n", Code::malformed},
           {"receipt\n", Code::malformed},
           {"{}\n", Code::missing_field},
           {"[]\n", Code::bad_value},
           {"{\"receipt\":7}\n", Code::bad_value},
           {"{\"receipt\":\"r\",\"more\":1}\n", Code::unknown_field},
           {"{\"receipt\":\"r\",\"receipt\":\"r\"}\n", Code::duplicate_key},
           {"{\"receipt\":\"r\",\"error\":{\"code\":\"expired\"}}\n", Code::unknown_field},
           {"{\"error\":\"expired\"}\n", Code::bad_value},
           {"{\"error\":{}}\n", Code::missing_field},
           {"{\"error\":{\"code\":\"\"}}\n", Code::bad_value},
           {"{\"error\":{\"code\":\"x\",\"status\":4}}\n", Code::unknown_field},
           {"{\"receipt\":\"\xff\"}\n", Code::bad_utf8}})
    EXPECT_EQ(code_of(read_results(body, 1)), code) << body;
  std::string long_code = "{\"error\":{\"code\":\"" + std::string(65, 'x') + "\"}}\n";
  EXPECT_EQ(code_of(read_results(long_code, 1)), Code::too_large);
}

TEST(Protocol, an_empty_receipt_is_not_taken_for_one) {
  EXPECT_EQ(code_of(read_results("{\"receipt\":\"\"}\n", 1)), Code::bad_value);
}

TEST(Protocol, checkpoints_are_read_back) {
  std::vector<Shown> shown{{member(1), "comity/…\n5\n…\n"}, {member(2), "x"}};
  auto read = read_checkpoints(write_checkpoints(shown));
  ASSERT_TRUE(read) << to_text(read.error());
  EXPECT_EQ(*read, shown);
  EXPECT_TRUE(read_checkpoints(write_checkpoints({}))->empty());
}

TEST(Protocol, checkpoints_that_are_none_are_refused) {
  std::string hex(64, 'a');
  std::string begin = "{\"checkpoints\":[{\"member\":\"";
  for (const auto& [body, code] : std::initializer_list<std::pair<std::string, Code>>{
           {"", Code::malformed},
           {"{}", Code::missing_field},
           {"{\"checkpoints\":{}}", Code::bad_value},
           {"{\"checkpoints\":[1]}", Code::bad_value},
           {"{\"checkpoints\":[],\"more\":1}", Code::unknown_field},
           {begin + hex + "\"}]}", Code::missing_field},
           {begin + "zz\",\"checkpoint\":\"c\"}]}", Code::bad_value},
           {begin + hex + "\",\"checkpoint\":5}]}", Code::bad_value},
           {begin + hex + "\",\"checkpoint\":\"" +
                std::string(limits::checkpoint_bytes_max + 1, 'c') + "\"}]}",
            Code::too_large}})
    EXPECT_EQ(code_of(read_checkpoints(body)), code) << body.substr(0, 120);
  EXPECT_TRUE(read_checkpoints(write_checkpoints(std::vector<Shown>(shown_max))));
  EXPECT_EQ(code_of(read_checkpoints(write_checkpoints(std::vector<Shown>(shown_max + 1)))),
            Code::too_large);
}

TEST(Protocol, proofs_are_read_back) {
  std::vector<Hash> hashes(limits::proof_hashes_max);
  hashes[3].bytes.fill(9);
  EXPECT_EQ(*read_proof(write_proof(hashes)), hashes);
  EXPECT_TRUE(read_proof(write_proof({}))->empty());
}

TEST(Protocol, proofs_that_are_none_are_refused) {
  EXPECT_EQ(code_of(read_proof(write_proof(std::vector<Hash>(limits::proof_hashes_max + 1)))),
            Code::too_large);
  EXPECT_EQ(code_of(read_proof("{\"proof\":[\"AAAA\"]}")), Code::bad_value);
  EXPECT_FALSE(read_proof("{\"proof\":[\"not base64\"]}"));
  EXPECT_EQ(code_of(read_proof("{\"proof\":\"\"}")), Code::bad_value);
  EXPECT_EQ(code_of(read_proof("{}")), Code::missing_field);
}

TEST(Protocol, each_path_takes_its_method_and_bounds_its_body) {
  auto limit = [](const char* method, std::string_view target) {
    return body_limit({.method = method, .target = std::string(target), .headers = {}, .body = {}});
  };
  EXPECT_GT(*limit("POST", acts_path), limits::batch_bytes_max + limits::batch_blobs_bytes_max);
  EXPECT_EQ(*limit("POST", add_checkpoint_path), limits::checkpoint_bytes_max);
  EXPECT_EQ(*limit("GET", witnessed_path), 0u);
  EXPECT_EQ(*limit("GET", std::string(consistency_path) + "?from=1&to=2"), 0u);
  EXPECT_EQ(code_of(limit("GET", acts_path)), Code::not_allowed);
  EXPECT_EQ(code_of(limit("DELETE", witnessed_path)), Code::not_allowed);
  EXPECT_EQ(code_of(limit("GET", "/")), Code::not_found);
  EXPECT_EQ(code_of(limit("POST", "/comity/v1/acts/")), Code::not_found);
  EXPECT_EQ(code_of(limit("POST", "/comity/v2/acts")), Code::not_found);
}

}  // namespace
}  // namespace comity::peer
