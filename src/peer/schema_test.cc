// docs/schemas/result.json and gossip.json say of the answers to partners what the code does.
#include "json/testing_schema.h"

#include "peer/protocol.h"

namespace comity::peer {
namespace {

using json::testing::Accepts;
using json::testing::Comparison;

json::Value read(const std::string& text) {
  auto value = json::parse(text);
  EXPECT_TRUE(value) << text;
  return value.value_or(json::Value());
}

int compared(const char* file, const char* def, const json::Value& full, const Accepts& accepts) {
  return Comparison(json::testing::schema_named(COMITY_SOURCE_DIR, file), full, accepts, def).run();
}

Result<void> a_result(const json::Value& document) {
  TRY_VOID(read_results(json::write(document) + "\n", 1));
  return {};
}

TEST(PeerSchema, of_results) {
  ActResult refused{.receipt = {}, .code = "gap_in_lane", .detail = "later", .where = "seq"};
  json::Value receipt = json::Object{{"receipt", "an envelope"}};
  EXPECT_GT(compared("result.json", "receipted", receipt, a_result), 3);
  EXPECT_GT(compared("result.json", "refused", read(write_results({{refused}})), a_result), 8);
}

TEST(PeerSchema, of_checkpoints_and_proofs) {
  Accepts shown = [](const json::Value& document) -> Result<void> {
    TRY_VOID(read_checkpoints(json::write(document)));
    return {};
  };
  Accepts proof = [](const json::Value& document) -> Result<void> {
    TRY_VOID(read_proof(json::write(document)));
    return {};
  };
  std::vector<Shown> one{{MemberId{}, "a checkpoint\n"}};
  EXPECT_GT(compared("gossip.json", "checkpoints", read(write_checkpoints(one)), shown), 8);
  std::vector<Hash> hashes(1);
  EXPECT_GT(compared("gossip.json", "consistency", read(write_proof(hashes)), proof), 3);
}

}  // namespace
}  // namespace comity::peer
