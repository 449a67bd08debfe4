// docs/schemas says of acts, envelopes and receipts what the code does: the same members, the same
// required ones, the same words and the same bounds.
#include "json/testing_schema.h"

#include "act/receipt.h"
#include "crypto/random.h"

namespace comity::act {
namespace {

using json::testing::Accepts;
using json::testing::Comparison;

json::Value schema_named(const std::string& name) {
  return json::testing::schema_named(COMITY_SOURCE_DIR, name);
}

template <typename T>
Accepts reader(Result<T> (*parse)(std::string_view)) {
  return [parse](const json::Value& document) -> Result<void> {
    TRY_VOID(parse(json::write(document)));
    return {};
  };
}

Handling full_handling() {
  return {.tlp = "TLP:GREEN",
          .use_limits = {"one"},
          .conditions = {"two"},
          .expires = Instant(std::chrono::days(20'000))};
}

Act full_act() {
  crypto::SeededRandom random(5);
  Act act;
  act.id = make_id<ActId>(Instant(std::chrono::days(20'500)), random);
  act.seq = 1;
  act.refs = {{"follows", act.id}};
  act.route = Route{.corpus = {}, .provision = "ets185-29", .decision = {}};
  act.handling = full_handling();
  act.body = json::Object{{"measure", "preservation"}};
  return act;
}

TEST(Schema, of_an_act) {
  EXPECT_GT(Comparison(schema_named("act.json"), to_json(full_act()), reader(parse_act)).run(), 50);
}

TEST(Schema, of_an_envelope) {
  crypto::SeededRandom random(6);
  auto key = crypto::SigningKey::generate(random);
  auto sealed = json::parse(seal(full_act(), key));
  ASSERT_TRUE(sealed);
  Accepts accepts = [](const json::Value& document) -> Result<void> {
    TRY_VOID(parse_envelope(json::write(document)));
    return {};
  };
  EXPECT_GT(Comparison(schema_named("envelope.json"), *sealed, accepts).run(), 8);
}

TEST(Schema, of_a_receipt) {
  Receipt receipt;
  receipt.act = full_act().id;
  receipt.seq = 1;
  receipt.outcome = "delivery";
  receipt.checkpoint = "poc.example/ledger\n1\n\n";
  EXPECT_GT(Comparison(schema_named("receipt.json"), to_json(receipt), reader(parse_receipt)).run(),
            20);
}

TEST(Schema, of_a_rejection) {
  Receipt receipt;
  receipt.act = full_act().id;
  receipt.seq = 1;
  receipt.outcome = "rejection";
  receipt.code = "no_permit";
  receipt.checkpoint = "poc.example/ledger\n1\n\n";
  // The code stands under if/then, not under "required": a rejection without it is refused all the
  // same.
  json::Value schema = schema_named("receipt.json");
  schema.as_object()->find("required")->second.as_array()->emplace_back("code");
  EXPECT_GT(Comparison(schema, to_json(receipt), reader(parse_receipt)).run(), 20);
}

}  // namespace
}  // namespace comity::act
