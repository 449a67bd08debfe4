#include "act/receipt.h"

#include <gtest/gtest.h>

#include "crypto/random.h"
#include "json/testing.h"

namespace comity::act {
namespace {

using json::testing::with;
using json::testing::without;

const std::string id_1 = "019aa8a0-0000-7000-8000-000000000001";
const std::string hex_a(64, 'a'), hex_b(64, 'b'), hex_c(64, 'c'), hex_d(64, 'd');
const std::string checkpoint =
    "poc.example/ledger\n43\nqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqqo=\n\n";

json::Value sample() {
  return json::Object{{"act", id_1},
                      {"act_hash", hex_a},
                      {"from", hex_b},
                      {"to", hex_c},
                      {"card", hex_d},
                      {"lane", "normal"},
                      {"epoch", 0},
                      {"seq", 12},
                      {"recorded_at", "2026-11-21T08:15:30.250Z"},
                      {"position", 42},
                      {"outcome", "delivery"},
                      {"checkpoint", checkpoint}};
}

json::Value rejection() {
  return with(with(sample(), "/outcome", "rejection"), "/code", "no_permit");
}

TEST(Receipt, reads_every_member_of_a_delivery) {
  auto receipt = parse_receipt(json::write(sample()));
  ASSERT_TRUE(receipt) << to_text(receipt.error());
  EXPECT_EQ(to_text(receipt->act), id_1);
  EXPECT_EQ(to_hex(receipt->act_hash), hex_a);
  EXPECT_EQ(to_hex(receipt->from), hex_b);
  EXPECT_EQ(to_hex(receipt->to), hex_c);
  EXPECT_EQ(to_hex(receipt->card), hex_d);
  EXPECT_EQ(receipt->lane, Lane::normal);
  EXPECT_EQ(receipt->epoch, 0u);
  EXPECT_EQ(receipt->seq, 12u);
  EXPECT_EQ(to_text(receipt->recorded_at), "2026-11-21T08:15:30.250Z");
  EXPECT_EQ(receipt->position, 42u);
  EXPECT_EQ(receipt->outcome, "delivery");
  EXPECT_EQ(receipt->code, "");
  EXPECT_EQ(receipt->checkpoint, checkpoint);
}

TEST(Receipt, writes_what_it_reads) {
  for (const json::Value& each : {sample(), rejection()}) {
    auto receipt = parse_receipt(json::write(each));
    ASSERT_TRUE(receipt) << to_text(receipt.error());
    EXPECT_EQ(json::write(to_json(*receipt)), json::write(each));
  }
}

// A crash after the rows are committed must not change the receipt that the peer gets.
TEST(Receipt, sealing_twice_gives_the_same_bytes) {
  crypto::SeededRandom random(3);
  auto key = crypto::SigningKey::generate(random);
  auto receipt = parse_receipt(json::write(rejection()));
  ASSERT_TRUE(receipt) << to_text(receipt.error());
  std::string sealed = seal(*receipt, key);
  EXPECT_EQ(sealed, seal(*receipt, key));
  auto envelope = parse_envelope(sealed);
  ASSERT_TRUE(envelope) << to_text(envelope.error());
  EXPECT_EQ(envelope->payload_type, receipt_type);
  EXPECT_EQ(envelope->payload, json::write(rejection()));
  EXPECT_TRUE(verify(*envelope));
}

struct Refusal {
  std::string why;
  json::Value receipt;
  Code code;
  std::string where;
};

void expect_refusals(const std::vector<Refusal>& refusals) {
  for (const Refusal& each : refusals) {
    auto receipt = parse_receipt(json::write(each.receipt));
    ASSERT_FALSE(receipt) << each.why;
    EXPECT_EQ(receipt.error().code, each.code) << each.why << ": " << to_text(receipt.error());
    EXPECT_EQ(receipt.error().where, each.where) << each.why;
  }
}

TEST(Receipt, misses_each_required_member) {
  for (const auto& [name, value] : *sample().as_object())
    expect_refusals(
        {{"absent " + name, without(sample(), "/" + name), Code::missing_field, "/" + name}});
}

TEST(Receipt, a_rejection_has_a_code_and_a_delivery_has_none) {
  expect_refusals({
      {"a rejection without code", without(rejection(), "/code"), Code::bad_value, "/code"},
      {"a rejection with an empty code", with(rejection(), "/code", ""), Code::bad_value, "/code"},
      {"a delivery with a code", with(sample(), "/code", "no_permit"), Code::bad_value, "/code"},
  });
}

TEST(Receipt, refuses_values_of_another_type_or_range) {
  expect_refusals({
      {"an unknown member", with(sample(), "/note", "x"), Code::unknown_field, "/note"},
      {"an id of version 4", with(sample(), "/act", "019aa8a0-0000-4000-8000-000000000001"),
       Code::bad_value, "/act"},
      {"a short hash", with(sample(), "/act_hash", "aa"), Code::bad_value, "/act_hash"},
      {"a giver that is no member id", with(sample(), "/from", "poc"), Code::bad_value, "/from"},
      {"a sender that is a number", with(sample(), "/to", 1), Code::bad_value, "/to"},
      {"a card that is a list", with(sample(), "/card", json::Array{}), Code::bad_value, "/card"},
      {"an unknown lane", with(sample(), "/lane", "fast"), Code::bad_value, "/lane"},
      {"a negative epoch", with(sample(), "/epoch", -1), Code::bad_value, "/epoch"},
      {"seq 0", with(sample(), "/seq", 0), Code::bad_value, "/seq"},
      {"a time without zone", with(sample(), "/recorded_at", "2026-11-21T08:15:30"),
       Code::bad_value, "/recorded_at"},
      {"a negative position", with(sample(), "/position", -1), Code::bad_value, "/position"},
      {"an unknown outcome", with(sample(), "/outcome", "read"), Code::bad_value, "/outcome"},
      {"a long code", with(rejection(), "/code", std::string(65, 'c')), Code::too_large, "/code"},
      {"a checkpoint that is an object", with(sample(), "/checkpoint", json::Object{}),
       Code::bad_value, "/checkpoint"},
      {"a long checkpoint",
       with(sample(), "/checkpoint", std::string(limits::checkpoint_bytes_max + 1, 'x')),
       Code::too_large, "/checkpoint"},
  });
}

TEST(Receipt, refuses_what_is_not_one_clean_json_object) {
  std::string text = json::write(sample());
  std::string twice = text, bad_utf8 = text;
  twice.insert(1, R"("seq":12,)");
  bad_utf8[bad_utf8.find("poc.example")] = '\xff';
  const std::vector<std::tuple<std::string, std::string, Code>> cases = {
      {"nothing", "", Code::malformed},
      {"half a receipt", text.substr(0, text.size() / 2), Code::malformed},
      {"a list", "[]", Code::bad_value},
      {"a member twice", twice, Code::duplicate_key},
      {"bytes that are not UTF-8", bad_utf8, Code::bad_utf8},
      {"too many bytes", text + std::string(limits::card_bytes_max, ' '), Code::too_large},
  };
  for (const auto& [why, payload, code] : cases) {
    auto receipt = parse_receipt(payload);
    ASSERT_FALSE(receipt) << why;
    EXPECT_EQ(receipt.error().code, code) << why << ": " << to_text(receipt.error());
  }
}

}  // namespace
}  // namespace comity::act
