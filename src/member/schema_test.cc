// docs/schemas says of the ceremony's messages, of commands and of approvals what the code does.
#include "json/testing_schema.h"

#include "act/act.h"
#include "base/limits.h"
#include "crypto/random.h"
#include "member/officer.h"
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

// Each document is signed before it is read.
template <typename T>
int signed_and_compared(const char* schema, std::string_view type, const json::Value& full,
                        Result<T> (*read)(std::string_view, From)) {
  crypto::SeededRandom random(8);
  auto key = crypto::SigningKey::generate(random);
  json::testing::Accepts accepts = [&](const json::Value& document) -> Result<void> {
    TRY_VOID(read(act::seal(type, json::write(document), key), From::outside));
    return {};
  };
  return Comparison(json::testing::schema_named(COMITY_SOURCE_DIR, schema), full, accepts).run();
}

TEST(OfficerSchema, of_a_command) {
  crypto::SeededRandom random(9);
  Instant now(std::chrono::days(20'500));
  Command command{make_id<CommandId>(now, random), make_id<OfficerId>(now, random), "request.send",
                  json::Object{}, now};
  EXPECT_GT(signed_and_compared("command.json", act::command_type, to_json(command), &read_command),
            6);
}

TEST(OfficerSchema, of_an_approval) {
  crypto::SeededRandom random(10);
  Instant now(std::chrono::days(20'500));
  Approval approval{.subject = {},
                    .officer = make_id<OfficerId>(now, random),
                    .gives = {"judge"},
                    .instruments = {{"judge", "Court of Exampleland", date_of(now), {}}},
                    .reason = "read and agreed",
                    .at = now,
                    .expires = now + std::chrono::hours{24}};
  EXPECT_GT(signed_and_compared("approval.json", approval_type, to_json(approval), &read_approval),
            20);
}

}  // namespace
}  // namespace comity::member
