#include "act/sealed.h"

#include <gtest/gtest.h>

#include <type_traits>

#include "crypto/random.h"
#include "json/testing.h"

namespace comity::act {
namespace {

crypto::SigningKey key_of(std::uint64_t seed) {
  crypto::SeededRandom random(seed);
  return crypto::SigningKey::generate(random);
}

const std::string payload = R"({"hello":"world"})";

std::string sample() {
  return seal(act_type, payload, key_of(1));
}

// Nobody has one without examine(): not by default, not from bytes, not from an envelope.
static_assert(!std::is_default_constructible_v<Sealed>);
static_assert(!std::is_constructible_v<Sealed, std::string>);
static_assert(!std::is_constructible_v<Sealed, std::string, Envelope, Result<void>>);
static_assert(!std::is_constructible_v<Sealed, std::string, Result<Envelope>, Result<void>>);

TEST(Sealed, holds_the_bytes_and_what_they_say) {
  Sealed sealed = Sealed::examine(sample(), limits::act_bytes_max);
  EXPECT_EQ(sealed.bytes(), sample());
  ASSERT_TRUE(sealed.envelope());
  EXPECT_EQ(sealed.envelope()->payload, payload);
  EXPECT_EQ(sealed.envelope()->key, key_of(1).public_key());
  EXPECT_TRUE(sealed.signature());
}

// The shape may be looked at, so that a node can refuse in its own order.
TEST(Sealed, tells_a_wrong_signature_apart_from_a_wrong_shape) {
  using json::testing::with;
  json::Value good = *json::parse(sample());
  const std::vector<std::pair<std::string, json::Value>> unsigned_by_key = {
      {"another payload", with(good, "/payload", to_base64(as_bytes("{}")))},
      {"another type", with(good, "/payloadType", receipt_type)},
      {"another's key", with(good, "/signatures/0/keyid", to_hex(key_of(2).public_key()))},
      {"no signature at all", with(good, "/signatures/0/sig", to_base64(Bytes(64, 0)))},
  };
  for (const auto& [why, value] : unsigned_by_key) {
    Sealed sealed = Sealed::examine(json::write(value), limits::act_bytes_max);
    EXPECT_TRUE(sealed.envelope()) << why;
    ASSERT_FALSE(sealed.signature()) << why;
    EXPECT_EQ(sealed.signature().error().code, Code::bad_signature) << why;
  }
}

TEST(Sealed, what_cannot_be_read_has_no_good_signature) {
  for (const auto& [bytes, code] : {std::pair<std::string, Code>{"", Code::malformed},
                                    {"{}", Code::missing_field},
                                    {sample() + "{}", Code::malformed}}) {
    Sealed sealed = Sealed::examine(bytes, limits::act_bytes_max);
    ASSERT_FALSE(sealed.envelope()) << bytes;
    EXPECT_EQ(sealed.envelope().error().code, code) << bytes;
    ASSERT_FALSE(sealed.signature()) << bytes;
    EXPECT_EQ(sealed.signature().error().code, code) << bytes;
  }
  Sealed large = Sealed::examine(sample(), sample().size() - 1);
  ASSERT_FALSE(large.signature());
  EXPECT_EQ(large.signature().error().code, Code::too_large);
  EXPECT_TRUE(Sealed::examine(sample(), sample().size()).signature());
}

}  // namespace
}  // namespace comity::act
