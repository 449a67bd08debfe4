// What officers are shown of the node's rows.
#include "app/admin.h"

#include <gtest/gtest.h>

#include "node/testing.h"
#include "store/memory.h"

namespace comity::app {
namespace {

using namespace node::testing;

json::Value asked_of(TestNode& node, const std::string& what) {
  auto view = node.view();
  auto target = net::parse_target(what);
  return must(query(node.context(), *view, must(std::move(target))));
}

json::Value shown(TestNode& node, const std::string& id) {
  return asked_of(node, "/conversation?id=" + id);
}

TEST(ShowDraft, whoever_approves_sees_what_the_law_said_and_what_was_warned_of) {
  TestNode us(us_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory);
  TestNode ph(ph_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory);
  pair(us, ph);
  json::Value drafted = us.done("request.draft", ask_args(ph.id(), us.now));
  json::Value drafts = asked_of(us, "/drafts");
  const json::Value& seen = drafts.as_array()->front();
  EXPECT_EQ(text_at(at(seen, "law"), "state"), "open");
  EXPECT_EQ(at(seen, "law"), at(drafted, "law"));
  EXPECT_EQ(at(seen, "notices"), at(drafted, "notices"));
}

// Nobody erased it: what was asked stays to be seen, and that it did not arrive.
TEST(ShowConversation, a_request_that_was_never_delivered_shows_what_was_asked) {
  TestNode us(us_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory);
  TestNode ph(ph_casting, whole_law(COMITY_SOURCE_DIR), store::open_memory);
  pair(us, ph);
  std::string id = text_at(us.send(ask_args(ph.id(), us.now)), "conversation");
  us.now += std::chrono::hours{24 * 7 + 1};
  ASSERT_FALSE(us.give(node::Ticked{}).error);
  ph.now = us.now;
  deliver(us, ph);

  json::Value seen = shown(us, id);
  EXPECT_EQ(text_at(seen, "phase"), "undelivered");
  EXPECT_FALSE(text_at(seen, "cite").empty());
  ASSERT_EQ(at(seen, "acts").as_array()->size(), 1u);
  const json::Value& asked = at(seen, "acts").as_array()->front();
  EXPECT_EQ(text_at(asked, "verb"), "ask");
  EXPECT_EQ(text_at(asked, "standing"), "expired");
  EXPECT_EQ(at(asked, "taken_back"), json::Value(true));
  EXPECT_EQ(at(at(asked, "body"), "targets").as_array()->size(), 1u);
}

}  // namespace
}  // namespace comity::app
