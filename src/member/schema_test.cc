// docs/schemas/pairing.json says of the ceremony's messages what the code does.
#include "json/testing_schema.h"

#include "base/limits.h"
#include "crypto/random.h"
#include "member/pairing_parts.h"

namespace comity::member {
namespace {

using json::testing::Comparison;

Presented presented() {
  return {.card = "an envelope", .lineage = {"an earlier one"}};
}

int compared(const char* def, const decltype(Message::body)& body) {
  crypto::SeededRandom random(7);
  Message message{make_id<InvitationId>(Instant(std::chrono::days(20'500)), random), body};
  auto full = json::parse(message_text(message));
  EXPECT_TRUE(full);
  json::testing::Accepts accepts = [](const json::Value& document) -> Result<void> {
    TRY_VOID(message_from_text(json::write(document)));
    return {};
  };
  return Comparison(json::testing::schema_named(COMITY_SOURCE_DIR, "pairing.json"), *full, accepts,
                    def)
      .run();
}

TEST(PairingSchema, of_an_accept) {
  EXPECT_GT(compared("accept", Accept{presented(), {}}), 10);
}

TEST(PairingSchema, of_both_reveals) {
  EXPECT_GT(compared("reveal", Reveal{{}, presented()}), 10);
  EXPECT_GT(compared("reveal", Reveal{{}, std::nullopt}), 3);
}

TEST(PairingSchema, of_a_confirm) {
  EXPECT_GT(compared("confirm", Confirm{}), 8);
}

}  // namespace
}  // namespace comity::member
