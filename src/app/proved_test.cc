// What verify tells of a record that is proved to be logged: only what somebody signed.
#include "app/proved.h"

#include <gtest/gtest.h>

#include "act/envelope.h"
#include "crypto/random.h"
#include "node/entry.h"
#include "node/testing.h"

namespace comity::app {
namespace {

using node::testing::must;

std::string record_of(node::EntryType type, std::string bytes) {
  return node::write_record({.type = type,
                             .recorded_at = must(instant_from_text("2026-11-23T02:00:00.000Z")),
                             .about = {},
                             .bytes = std::move(bytes),
                             .rows = {}});
}

std::string signed_text(std::string_view payload) {
  crypto::SystemRandom random;
  return act::seal("text/plain", payload, crypto::SigningKey::generate(random));
}

TEST(Proved, what_a_node_logged_as_another_ones_act_must_bear_a_good_signature) {
  std::string envelope = signed_text("hello");
  json::Value told = must(tell_proved(record_of(node::EntryType::act_in, envelope)));
  const json::Value* shown = told.find("signed");
  ASSERT_TRUE(shown);
  EXPECT_EQ(*shown->find("what"), json::Value("text/plain"));
  EXPECT_TRUE(shown->find("key"));

  std::size_t at = envelope.find("aGVsbG8");  // the payload's base64
  ASSERT_NE(at, std::string::npos);
  envelope[at] = 'b';
  auto forged = tell_proved(record_of(node::EntryType::act_in, envelope));
  ASSERT_FALSE(forged);
  EXPECT_EQ(forged.error().code, Code::bad_signature);
  EXPECT_FALSE(tell_proved(record_of(node::EntryType::receipt_in, "no envelope")));
}

TEST(Proved, what_nobody_signed_is_told_as_the_ledgers_own_word) {
  json::Value told = must(tell_proved(record_of(node::EntryType::start, "")));
  EXPECT_EQ(*told.find("entry"), json::Value("start"));
  EXPECT_FALSE(told.find("signed"));
  EXPECT_FALSE(tell_proved("no record at all"));
}

}  // namespace
}  // namespace comity::app
