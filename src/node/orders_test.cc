// Who may order whom: competence is asked on the way out and on the way in, and nothing overrides
// it.
#include "node/orders.h"

#include <gtest/gtest.h>

#include <functional>

#include "act/receipt.h"
#include "node/conversations.h"
#include "node/testing.h"
#include "store/memory.h"

namespace comity::node {
namespace {

using namespace testing;
using member::Role;

constexpr Role all_roles[] = {
    Role::poc,   Role::central_authority, Role::prosecutor, Role::court, Role::police,
    Role::csirt, Role::provider,          Role::registrar};

json::Object order_args(const MemberId& to) {
  return {{"to", to_hex(to)},
          {"lane", "urgent"},
          {"body", request::to_json(request::testing::order(1))}};
}

TEST(Competence, is_an_authority_s_over_who_holds_data_at_home) {
  const std::set<Role> issuers = {Role::poc, Role::central_authority, Role::prosecutor, Role::court,
                                  Role::police};
  const std::set<Role> custodians = {Role::provider, Role::registrar};
  for (Role issuer : all_roles)
    for (Role custodian : all_roles)
      for (const char* where : {"PH", "US"}) {
        bool may = issuers.contains(issuer) && custodians.contains(custodian) &&
                   where == std::string("PH");
        EXPECT_EQ(bar_to_order({issuer, "PH"}, {custodian, where}).empty(), may)
            << member::role_name(issuer) << " to " << member::role_name(custodian) << " of "
            << where;
      }
}

class Orders : public ::testing::Test {
 protected:
  static TestNode node(std::uint64_t seed, const char* name, const char* where, Role role) {
    return TestNode({seed, name, where, "192.0.2." + std::to_string(seed) + ":7443", role},
                    whole_law(COMITY_SOURCE_DIR), store::open_memory);
  }
  static Code refused(TestNode& from, const TestNode& to) {
    Reply reply = from.command("request.draft", order_args(to.id()));
    return reply.error ? reply.error->code : Code::invalid;
  }

  TestNode ph = node(2, "ph-poc", "PH", Role::poc), isp = node(4, "isp", "PH", Role::provider);
};

TEST_F(Orders, of_a_contact_point_to_a_provider_at_home_are_given_and_carried_out) {
  pair(ph, isp);
  json::Value sent = ph.send(order_args(isp.id()));
  EXPECT_EQ(text_at(at(sent, "permit"), "law"), "RA 10175 s.13");
  deliver(ph, isp);
  isp.send(in_conversation(
      ph.id(), at(sent, "conversation"),
      *request::to_json(request::Comply{"EM-1", {request::testing::preserved("t1")}}).as_object()));
  deliver(isp, ph);
  auto row = ph.row(Space::conversation, text_at(sent, "conversation"));
  ASSERT_TRUE(row);
  EXPECT_EQ(text_at(at(*row, "state"), "phase"), "preserved");
}

TEST_F(Orders, of_who_is_not_competent_are_refused_at_the_draft) {
  TestNode police = node(5, "police", "PH", Role::police);
  TestNode us = node(1, "us-isp", "US", Role::provider);
  pair(ph, isp);
  pair(ph, police);
  pair(ph, us);
  EXPECT_EQ(refused(isp, ph), Code::no_permit) << "a provider orders nobody";
  EXPECT_EQ(refused(ph, police), Code::no_permit) << "an authority is no custodian";
  EXPECT_EQ(refused(ph, us), Code::no_permit) << "an order does not cross a border";
  EXPECT_EQ(refused(ph, isp), Code::invalid);
}

// What a member says that does not ask its own node first.
class Arriving : public Orders {
 protected:
  // The receipt's code; empty when it was delivered. `record`: what the journal holds of it.
  std::string arrive(TestNode& from, TestNode& to, Record& record) {
    act::Act act = hand_made(from, to.id(), 1);
    act.route.reset();
    act.body = request::to_json(request::testing::order(1));
    std::uint64_t position = to.size();
    Reply reply = to.give(ActArrived{from.id(), sealed(from, act)});
    check(!reply.error, reply.error ? to_text(*reply.error) : "");
    record = must(load_record(*to.view(), position));
    auto envelope = must(act::parse_envelope(reply.receipt));
    return must(act::parse_receipt(envelope.payload)).code;
  }
};

TEST_F(Arriving, an_order_at_home_is_taken_with_the_power_that_it_may_rest_on) {
  pair(ph, isp);
  Record record;
  EXPECT_EQ(arrive(ph, isp, record), "");
  EXPECT_EQ(text_at(record.about["verdict"], "state"), "open");
  EXPECT_EQ(text_at(record.about["verdict"], "reasons"), "RA 10175 s.13");
}

TEST_F(Arriving, an_order_where_nobody_has_read_the_law_says_so) {
  TestNode poc = node(5, "poc", "TV", Role::poc), provider = node(6, "isp", "TV", Role::provider);
  pair(poc, provider);
  Record record;
  EXPECT_EQ(arrive(poc, provider, record), "");
  EXPECT_EQ(text_at(record.about["verdict"], "decision"), "no_data");
}

TEST_F(Arriving, an_order_of_who_is_not_competent_is_refused_and_recorded_as_that) {
  TestNode us = node(1, "us-poc", "US", Role::poc), cn = node(5, "cn", "CN", Role::csirt);
  TestNode csirt = node(6, "csirt", "PH", Role::csirt), police = node(7, "pnp", "PH", Role::police);
  pair(us, isp);
  pair(cn, isp);
  pair(csirt, isp);
  pair(police, ph);
  pair(us, ph);
  for (auto [from, to] : {std::pair{&us, &isp}, std::pair{&cn, &isp}, std::pair{&csirt, &isp},
                          std::pair{&police, &ph}, std::pair{&us, &ph}}) {
    Record record;
    EXPECT_EQ(arrive(*from, *to, record), "not_allowed") << from->casting().nickname;
    EXPECT_EQ(text_at(record.about["verdict"], "state"), "blocked");
    EXPECT_TRUE(record.about.contains("rejected"));
    EXPECT_TRUE(to->rows(Space::conversation).empty());
  }
}

// An order that serves a request from abroad.
class Linked : public Orders {
 protected:
  void SetUp() override {
    pair(us, ph);
    pair(ph, isp);
    json::Value sent = us.send(ask_args(ph.id()));
    deliver(us, ph);
    request = text_at(sent, "conversation");
  }
  json::Object serving(const request::Order& order) {
    json::Object args = order_args(isp.id());
    args["body"] = request::to_json(order);
    args["link"] = request;
    return args;
  }
  // Where the draft is refused; empty when it stands.
  std::string refused(const std::function<void(request::Target&)>& change) {
    request::Order order = request::testing::order(1);
    change(order.targets[0]);
    Reply reply = ph.command("request.draft", serving(order));
    if (!reply.error) return "";
    EXPECT_EQ(reply.error->code, Code::bad_value) << to_text(*reply.error);
    return reply.error->where;
  }
  // The contact point offers less, and the requester takes it up.
  void narrow(const request::Offer& offer) {
    json::Value said =
        ph.done("request.say",
                in_conversation(us.id(), request,
                                *request::to_json(request::CounterOffer{offer}).as_object()));
    deliver(ph, us);
    us.done("request.say",
            in_conversation(ph.id(), request,
                            {{"verb", "decide"}, {"on", at(said, "act")}, {"choice", "take_up"}}));
    deliver(us, ph);
  }

  TestNode us = node(1, "us-poc", "US", Role::poc);
  std::string request;
};

TEST_F(Linked, order_is_for_the_data_of_the_request) {
  EXPECT_EQ(refused([](auto& t) { t.identifier = "other@mail.example"; }), "/targets/0/identifier");
  EXPECT_EQ(refused([](auto& t) { t.identifier_type = "account_name"; }),
            "/targets/0/identifier_type");
  EXPECT_EQ(refused([](auto& t) { t.service = "Other Mail"; }), "/targets/0/service");
  EXPECT_EQ(refused([](auto& t) { t.period.from += std::chrono::days{1}; }), "/targets/0/period");
  EXPECT_EQ(refused([](auto& t) { t.categories = {"traffic"}; }), "/targets/0/categories");
  EXPECT_EQ(refused([](auto& t) { t.id = "t9"; }), "/targets/0/id");
  EXPECT_EQ(refused([](auto&) {}), "");
  json::Value sent = ph.send(serving(request::testing::order(1)));
  auto served = must(load_conversation(*std::make_unique<Overlay>(*ph.view()), request));
  ASSERT_EQ(served->state.links.size(), 1u);
  EXPECT_EQ(to_text(served->state.links[0].conversation), text_at(sent, "conversation"));
}

TEST_F(Linked, order_serves_a_request_that_is_here_and_was_asked_of_us) {
  json::Object args = serving(request::testing::order(1));
  args["link"] = "0192f0c1-2b3a-7c4d-8e5f-a6b7c8d9e0f1";
  EXPECT_EQ(ph.command("request.draft", args).error->code, Code::not_found);
  args["link"] = text_at(ph.send(order_args(isp.id())), "conversation");
  EXPECT_EQ(ph.command("request.draft", args).error->code, Code::wrong_state);
}

TEST_F(Linked, order_follows_what_was_agreed_also_after_it_was_drafted) {
  request::Order whole = request::testing::order(1);
  json::Value drafted = ph.done("request.draft", serving(whole));
  ASSERT_FALSE(ph.approve(ph.approver(), drafted).error);
  request::Order less = whole;
  less.targets[0].categories = {"traffic"};
  less.targets[0].period.from += std::chrono::days{5};
  request::Offer offer = request::testing::narrow({}, {"traffic"});
  offer.period = less.targets[0].period;
  EXPECT_TRUE(ph.command("request.draft", serving(less)).error);
  narrow(offer);
  EXPECT_FALSE(ph.command("request.draft", serving(less)).error);
  us.done("request.say", in_conversation(ph.id(), request, {{"verb", "withdraw"}}));
  deliver(us, ph);
  Reply late = ph.command("request.send", {{"draft", at(drafted, "draft")}});
  ASSERT_TRUE(late.error);
  EXPECT_EQ(late.error->where, "/targets/0/id") << to_text(*late.error);
}

}  // namespace
}  // namespace comity::node
