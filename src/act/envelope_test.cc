#include "act/envelope.h"

#include <gtest/gtest.h>

#include "crypto/random.h"
#include "json/testing.h"

namespace comity::act {
namespace {

using json::testing::with;
using json::testing::without;

crypto::SigningKey key_of(std::uint64_t seed) {
  crypto::SeededRandom random(seed);
  return crypto::SigningKey::generate(random);
}

const std::string payload = R"({"hello":"world"})";

json::Value sample() {
  return *json::parse(seal(act_type, payload, key_of(1)));
}

// DSSE v1.0, protocol.md, test vectors: PAE of "http://example.com/HelloWorld" and "hello world".
TEST(Envelope, pre_authentication_is_that_of_dsse) {
  EXPECT_EQ(pre_authentication("http://example.com/HelloWorld", "hello world"),
            "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
  EXPECT_EQ(pre_authentication("", ""), "DSSEv1 0  0 ");
}

// Lengths stand before what they measure, so that no text can be cut in two ways.
TEST(Envelope, no_two_pairs_share_a_pre_authentication) {
  EXPECT_NE(pre_authentication("a", "b 1 c"), pre_authentication("a 5 b", "c"));
  EXPECT_NE(pre_authentication("ab", "c"), pre_authentication("a", "bc"));
  EXPECT_EQ(pre_authentication("t", "\xc3\xa9"), "DSSEv1 1 t 2 \xc3\xa9") << "lengths count bytes";
}

TEST(Envelope, what_is_sealed_opens_and_verifies) {
  const std::vector<std::string> payloads = {"", "x", payload, "\xc3\xa9\xe2\x82\xac",
                                             std::string(70'000, 'y')};
  for (const std::string& each : payloads) {
    auto key = key_of(2);
    auto envelope = parse_envelope(seal(receipt_type, each, key));
    ASSERT_TRUE(envelope) << to_text(envelope.error());
    EXPECT_EQ(envelope->payload_type, receipt_type);
    EXPECT_EQ(envelope->payload, each);
    EXPECT_EQ(envelope->key, key.public_key());
    EXPECT_TRUE(verify(*envelope));
  }
}

TEST(Envelope, is_one_line_of_canonical_json) {
  std::string sealed = seal(act_type, payload, key_of(1));
  EXPECT_EQ(sealed, json::write(*json::parse(sealed)));
  EXPECT_EQ(sealed.find('\n'), std::string::npos);
}

TEST(Envelope, reads_members_in_any_order_and_with_white_space) {
  auto envelope = parse_envelope(json::write_pretty(sample()));
  ASSERT_TRUE(envelope) << to_text(envelope.error());
  EXPECT_TRUE(verify(*envelope));
}

TEST(Envelope, a_signature_is_of_this_payload_type_and_key) {
  auto envelope = parse_envelope(seal(act_type, payload, key_of(1)));
  ASSERT_TRUE(envelope) << to_text(envelope.error());
  auto broken = [&](auto change) {
    Envelope other = *envelope;
    change(other);
    auto result = verify(other);
    return !result && result.error().code == Code::bad_signature &&
           result.error().where == "/signatures/0";
  };
  EXPECT_FALSE(broken([](Envelope&) {}));
  EXPECT_TRUE(broken([](Envelope& e) { e.payload += ' '; }));
  EXPECT_TRUE(broken([](Envelope& e) { e.payload[0] ^= 1; }));
  EXPECT_TRUE(broken([](Envelope& e) { e.payload_type = receipt_type; }));
  EXPECT_TRUE(broken([](Envelope& e) { e.signature.bytes[0] ^= 1; }));
  EXPECT_TRUE(broken([](Envelope& e) { e.signature.bytes[63] ^= 0x80; }));
  EXPECT_TRUE(broken([](Envelope& e) { e.key = key_of(2).public_key(); }));
  EXPECT_TRUE(broken([](Envelope& e) { e.key = {}; }));
}

TEST(Envelope, refuses_what_is_missing_unknown_or_of_another_type) {
  const std::string sig_63 = to_base64(Bytes(63)), sig_65 = to_base64(Bytes(65));
  struct Refusal {
    std::string why;
    json::Value envelope;
    Code code;
    std::string where;
  };
  json::Object one = *sample().find("signatures")->as_array()->front().as_object();
  const std::vector<Refusal> refusals = {
      {"no payload", without(sample(), "/payload"), Code::missing_field, "/payload"},
      {"no type", without(sample(), "/payloadType"), Code::missing_field, "/payloadType"},
      {"no signatures", without(sample(), "/signatures"), Code::missing_field, "/signatures"},
      {"no key", without(sample(), "/signatures/0/keyid"), Code::missing_field,
       "/signatures/0/keyid"},
      {"no signature", without(sample(), "/signatures/0/sig"), Code::missing_field,
       "/signatures/0/sig"},
      {"an unknown member", with(sample(), "/kid", "x"), Code::unknown_field, "/kid"},
      {"an unknown member of a signature", with(sample(), "/signatures/0/alg", "none"),
       Code::unknown_field, "/signatures/0/alg"},
      {"an empty list of signatures", with(sample(), "/signatures", json::Array{}), Code::bad_value,
       "/signatures"},
      {"two signatures", with(sample(), "/signatures", json::Array{one, one}), Code::too_large,
       "/signatures"},
      {"signatures that are an object", with(sample(), "/signatures", one), Code::bad_value,
       "/signatures"},
      {"a signature that is text", with(sample(), "/signatures", json::Array{"x"}), Code::bad_value,
       "/signatures/0"},
      {"a short signature", with(sample(), "/signatures/0/sig", sig_63), Code::bad_value,
       "/signatures/0/sig"},
      {"a long signature", with(sample(), "/signatures/0/sig", sig_65), Code::too_large,
       "/signatures/0/sig"},
      {"a short key", with(sample(), "/signatures/0/keyid", "abcd"), Code::bad_value,
       "/signatures/0/keyid"},
      {"a key that is no hex", with(sample(), "/signatures/0/keyid", std::string(64, 'z')),
       Code::bad_value, "/signatures/0/keyid"},
      {"a payload that is an object", with(sample(), "/payload", json::Object{}), Code::bad_value,
       "/payload"},
      {"a type that is a number", with(sample(), "/payloadType", 1), Code::bad_value,
       "/payloadType"},
      {"a long type", with(sample(), "/payloadType", std::string(129, 't')), Code::too_large,
       "/payloadType"},
      {"a payload that is not UTF-8", with(sample(), "/payload", to_base64(Bytes{0xc0, 0x80})),
       Code::bad_utf8, "/payload"},
  };
  for (const Refusal& each : refusals) {
    auto envelope = parse_envelope(json::write(each.envelope));
    ASSERT_FALSE(envelope) << each.why;
    EXPECT_EQ(envelope.error().code, each.code) << each.why << ": " << to_text(envelope.error());
    EXPECT_EQ(envelope.error().where, each.where) << each.why;
  }
}

// A payload has one text: another would be other bytes under the same signature, and so another
// record of one act.
TEST(Envelope, refuses_base64_that_is_not_canonical) {
  for (std::string text : {"QQ", "QQ=", "QQ===", "QR==", "QUF=", "QQ==\n",
                           " QQ==", "QQ==QQ==", "QQ-_", "Q===", "===="}) {
    auto envelope = parse_envelope(json::write(with(sample(), "/payload", text)));
    ASSERT_FALSE(envelope) << text;
    EXPECT_EQ(envelope.error().code, Code::bad_value) << text;
    EXPECT_EQ(envelope.error().where, "/payload") << text;
  }
  EXPECT_TRUE(parse_envelope(json::write(with(sample(), "/payload", "QQ=="))));
}

TEST(Envelope, refuses_what_is_not_one_shallow_json_object) {
  std::string text = json::write(sample());
  std::string twice = text, bad_utf8 = text;
  twice.insert(1, R"("payload":"QQ==",)");
  bad_utf8[bad_utf8.find("vnd")] = '\xff';
  const std::vector<std::tuple<std::string, std::string, Code>> cases = {
      {"nothing", "", Code::malformed},
      {"half an envelope", text.substr(0, text.size() / 2), Code::malformed},
      {"an envelope and more", text + "{}", Code::malformed},
      {"a list", "[" + text + "]", Code::bad_value},
      {"a member twice", twice, Code::duplicate_key},
      {"bytes that are not UTF-8", bad_utf8, Code::bad_utf8},
      {"deep nesting", R"({"signatures":[{"a":{"b":{"c":1}}}]})", Code::too_deep},
  };
  for (const auto& [why, bytes, code] : cases) {
    auto envelope = parse_envelope(bytes);
    ASSERT_FALSE(envelope) << why;
    EXPECT_EQ(envelope.error().code, code) << why << ": " << to_text(envelope.error());
  }
}

TEST(Envelope, keeps_the_callers_limit) {
  std::string text = json::write(sample());
  EXPECT_TRUE(parse_envelope(text, text.size()));
  auto refused = parse_envelope(text, text.size() - 1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, Code::too_large);

  // Three quarters of a mebibyte in base64, and the rest of the envelope, is more than an act may
  // take.
  std::string large = seal(act_type, std::string(limits::act_bytes_max / 4 * 3, 'x'), key_of(1));
  EXPECT_EQ(parse_envelope(large).error().code, Code::too_large);
  EXPECT_TRUE(parse_envelope(large, limits::alert_act_bytes_max));
}

}  // namespace
}  // namespace comity::act
