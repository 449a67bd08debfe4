#include "request/serve.h"

#include <gtest/gtest.h>

#include <functional>

#include "request/testing.h"

namespace comity::request {
namespace {

using testing::Talk;

std::string refused(const std::function<void(Target&)>& change) {
  Order order = testing::order();
  change(order.targets[1]);
  auto outcome = check_serves(order, still_asked(testing::ask(), Talk().other(), {}));
  if (outcome) return "";
  EXPECT_EQ(outcome.error().code, Code::bad_value);
  return outcome.error().where;
}

TEST(Serves, an_order_for_the_same_data) {
  EXPECT_EQ(refused([](Target&) {}), "");
  EXPECT_EQ(refused([](Target& t) { t.categories.push_back("content"); }), "");
  EXPECT_EQ(refused([](Target& t) { t.period.from -= Days{1}; }), "");
}

TEST(Serves, no_order_for_other_data_or_for_less) {
  EXPECT_EQ(refused([](Target& t) { t.id = "t9"; }), "/targets/1/id");
  EXPECT_EQ(refused([](Target& t) { t.identifier = "other@mail.example"; }),
            "/targets/1/identifier");
  EXPECT_EQ(refused([](Target& t) { t.identifier_type = "account_name"; }),
            "/targets/1/identifier_type");
  EXPECT_EQ(refused([](Target& t) { t.service = "Other Mail"; }), "/targets/1/service");
  EXPECT_EQ(refused([](Target& t) { t.period.from += Days{1}; }), "/targets/1/period");
  EXPECT_EQ(refused([](Target& t) { t.period.to -= Days{1}; }), "/targets/1/period");
  EXPECT_EQ(refused([](Target& t) { t.categories = {"traffic"}; }), "/targets/1/categories");
}

TEST(Serves, what_was_given_up_is_not_asked_for) {
  Talk talk;
  Offer offer = testing::narrow({"t1"}, {"traffic"});
  Ask ask = testing::ask();
  offer.period = Period{ask.targets[0].period.from + Days{3}, ask.targets[0].period.to, ""};
  ActId on = talk.say(Side::other, CounterOffer{offer});
  talk.say(Side::opener, Decide{on, "take_up", {}, ""});
  auto asked = still_asked(ask, talk.other(), {offer});
  EXPECT_FALSE(check_serves(testing::order(), asked)) << "t2 is given up";
  Order less = testing::order(1);
  less.targets[0].categories = {"traffic"};
  less.targets[0].period.from += Days{3};
  EXPECT_TRUE(check_serves(less, asked));
  less.targets[0].period.from += Days{1};
  EXPECT_FALSE(check_serves(less, asked));
}

}  // namespace
}  // namespace comity::request
