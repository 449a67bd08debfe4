#include "act/act.h"

#include <gtest/gtest.h>

#include "crypto/random.h"
#include "json/testing.h"

namespace comity::act {
namespace {

using json::testing::with;
using json::testing::without;

const std::string id_1 = "019aa8a0-0000-7000-8000-000000000001";
const std::string id_2 = "019aa8a0-0000-7000-8000-000000000002";
const std::string hex_a(64, 'a'), hex_b(64, 'b'), hex_c(64, 'c'), hex_d(64, 'd'), hex_e(64, 'e');

// A request with every member an act can have.
json::Value sample() {
  return json::Object{
      {"id", id_1},
      {"kind", "request"},
      {"from", hex_a},
      {"to", hex_b},
      {"card", hex_c},
      {"at", "2026-11-21T08:15:30.250Z"},
      {"lane", "urgent"},
      {"epoch", 2},
      {"seq", 7},
      {"refs", json::Array{json::Object{{"rel", "conversation"}, {"act", id_2}}}},
      {"route", json::Object{{"corpus", hex_d}, {"provision", "ets185-29"}, {"decision", hex_e}}},
      {"handling", json::Object{{"tlp", "TLP:AMBER+STRICT"},
                                {"use_limits", json::Array{"this investigation alone"}},
                                {"conditions", json::Array{"return or destroy"}},
                                {"expires", "2027-02-19T00:00:00.000Z"}}},
      {"body", json::Object{{"measure", "preservation"}}},
  };
}

json::Value refs_of(std::size_t count, std::string_view rel) {
  return json::Array(count, json::Object{{"rel", rel}, {"act", id_2}});
}

std::string text_of_bytes(std::size_t bytes) {
  return std::string(bytes, 'x');
}

TEST(Act, reads_every_member) {
  auto act = parse_act(json::write(sample()));
  ASSERT_TRUE(act) << to_text(act.error());
  EXPECT_EQ(to_text(act->id), id_1);
  EXPECT_EQ(act->kind, Kind::request);
  EXPECT_EQ(to_hex(act->from), hex_a);
  EXPECT_EQ(to_hex(act->to), hex_b);
  EXPECT_EQ(to_hex(act->card), hex_c);
  EXPECT_EQ(to_text(act->at), "2026-11-21T08:15:30.250Z");
  EXPECT_EQ(act->lane, Lane::urgent);
  EXPECT_EQ(act->epoch, 2u);
  EXPECT_EQ(act->seq, 7u);
  ASSERT_EQ(act->refs.size(), 1u);
  EXPECT_EQ(act->refs[0].rel, "conversation");
  EXPECT_EQ(to_text(act->refs[0].act), id_2);
  ASSERT_TRUE(act->route);
  EXPECT_EQ(to_hex(act->route->corpus), hex_d);
  EXPECT_EQ(act->route->provision, "ets185-29");
  EXPECT_EQ(to_hex(act->route->decision), hex_e);
  EXPECT_EQ(act->handling.tlp, "TLP:AMBER+STRICT");
  EXPECT_EQ(act->handling.use_limits, std::vector<std::string>{"this investigation alone"});
  EXPECT_EQ(act->handling.conditions, std::vector<std::string>{"return or destroy"});
  ASSERT_TRUE(act->handling.expires);
  EXPECT_EQ(to_text(*act->handling.expires), "2027-02-19T00:00:00.000Z");
  EXPECT_EQ(json::write(act->body), R"({"measure":"preservation"})");
}

TEST(Act, writes_what_it_reads) {
  auto act = parse_act(json::write(sample()));
  ASSERT_TRUE(act) << to_text(act.error());
  EXPECT_EQ(json::write(to_json(*act)), json::write(sample()));
}

TEST(Act, reads_the_least_there_can_be) {
  json::Value least = without(without(sample(), "/refs"), "/route");
  least = with(least, "/handling", json::Object{{"tlp", "TLP:CLEAR"}});
  auto act = parse_act(json::write(with(least, "/body", json::Object{})));
  ASSERT_TRUE(act) << to_text(act.error());
  EXPECT_TRUE(act->refs.empty());
  EXPECT_FALSE(act->route);
  EXPECT_FALSE(act->handling.expires);
}

TEST(Act, knows_its_kinds_and_lanes_by_name) {
  for (std::string_view kind : {"request", "alert", "match", "consult", "card", "law", "void"}) {
    auto act = parse_act(json::write(with(sample(), "/kind", kind)));
    ASSERT_TRUE(act) << to_text(act.error());
    EXPECT_EQ(kind_name(act->kind), kind);
  }
  for (std::string_view lane : {"urgent", "normal", "bulk"}) {
    auto read = lane_from_name(lane);
    ASSERT_TRUE(read);
    EXPECT_EQ(lane_name(*read), lane);
  }
  EXPECT_EQ(lane_from_name("express").error().code, Code::bad_value);
}

struct Refusal {
  std::string why;
  json::Value act;
  Code code;
  std::string where;
};

void expect_refusals(const std::vector<Refusal>& refusals) {
  for (const Refusal& each : refusals) {
    auto act = parse_act(json::write(each.act));
    ASSERT_FALSE(act) << each.why;
    EXPECT_EQ(act.error().code, each.code) << each.why << ": " << to_text(act.error());
    EXPECT_EQ(act.error().where, each.where) << each.why;
    EXPECT_FALSE(act.error().what.empty()) << each.why;
  }
}

TEST(Act, misses_each_required_member) {
  for (std::string name : {"id", "kind", "from", "to", "card", "at", "lane", "epoch", "seq",
                           "handling", "body", "refs/0/rel", "refs/0/act", "route/corpus",
                           "route/provision", "route/decision", "handling/tlp"}) {
    std::string pointer = "/" + name;
    expect_refusals(
        {{"absent " + name, without(sample(), pointer), Code::missing_field, pointer},
         {"null " + name, with(sample(), pointer, nullptr), Code::missing_field, pointer}});
  }
}

TEST(Act, refuses_members_nobody_defined) {
  for (std::string where : {"/note", "/refs/0/note", "/route/note", "/handling/note"})
    expect_refusals({{"unknown member", with(sample(), where, "x"), Code::unknown_field, where}});
}

TEST(Act, refuses_values_of_another_type_or_range) {
  const std::string version_4 = "019aa8a0-0000-4000-8000-000000000001";
  const std::string variant_c = "019aa8a0-0000-7000-c000-000000000001";
  const std::string upper = "019AA8A0-0000-7000-8000-000000000001";
  const std::int64_t beyond = std::int64_t{1} << 53;
  expect_refusals({
      {"a UUID of version 4", with(sample(), "/id", version_4), Code::bad_value, "/id"},
      {"a UUID of another variant", with(sample(), "/id", variant_c), Code::bad_value, "/id"},
      {"a UUID in upper case", with(sample(), "/id", upper), Code::bad_value, "/id"},
      {"a UUID without dashes", with(sample(), "/id", std::string(32, '7')), Code::bad_value,
       "/id"},
      {"an id that is a number", with(sample(), "/id", 1), Code::bad_value, "/id"},
      {"a kind that is a number", with(sample(), "/kind", 1), Code::bad_value, "/kind"},
      {"a short member id", with(sample(), "/from", "ab"), Code::bad_value, "/from"},
      {"a member id that is no hex", with(sample(), "/to", std::string(64, 'g')), Code::bad_value,
       "/to"},
      {"a long card hash", with(sample(), "/card", hex_a + "aa"), Code::bad_value, "/card"},
      {"a time without zone", with(sample(), "/at", "2026-11-21T08:15:30"), Code::bad_value, "/at"},
      {"a day that is not", with(sample(), "/at", "2026-02-30T00:00:00Z"), Code::bad_value, "/at"},
      {"a leap second", with(sample(), "/at", "2016-12-31T23:59:60Z"), Code::bad_value, "/at"},
      {"a time that is a number", with(sample(), "/at", 1'795'249'530), Code::bad_value, "/at"},
      {"an unknown lane", with(sample(), "/lane", "express"), Code::bad_value, "/lane"},
      {"a lane in upper case", with(sample(), "/lane", "URGENT"), Code::bad_value, "/lane"},
      {"a negative epoch", with(sample(), "/epoch", -1), Code::bad_value, "/epoch"},
      {"seq 0", with(sample(), "/seq", 0), Code::bad_value, "/seq"},
      {"a seq that is text", with(sample(), "/seq", "7"), Code::bad_value, "/seq"},
      {"a seq with a fraction", with(sample(), "/seq", 7.5), Code::bad_value, "/seq"},
      {"a seq beyond 2^53 - 1", with(sample(), "/seq", beyond), Code::bad_value, "/seq"},
      {"refs that are an object", with(sample(), "/refs", json::Object{}), Code::bad_value,
       "/refs"},
      {"a ref that is text", with(sample(), "/refs", json::Array{"x"}), Code::bad_value, "/refs/0"},
      {"an unknown rel", with(sample(), "/refs", refs_of(1, "about")), Code::bad_value,
       "/refs/0/rel"},
      {"two conversations", with(sample(), "/refs", refs_of(2, "conversation")), Code::bad_value,
       "/refs/1/rel"},
      {"a route that is text", with(sample(), "/route", "ets185-29"), Code::bad_value, "/route"},
      {"an unknown TLP", with(sample(), "/handling/tlp", "TLP:PINK"), Code::bad_value,
       "/handling/tlp"},
      {"TLP 1.0's white", with(sample(), "/handling/tlp", "TLP:WHITE"), Code::bad_value,
       "/handling/tlp"},
      {"a use limit that is a number", with(sample(), "/handling/use_limits", json::Array{1}),
       Code::bad_value, "/handling/use_limits/0"},
      {"conditions that are text", with(sample(), "/handling/conditions", "none"), Code::bad_value,
       "/handling/conditions"},
      {"an expiry that is no time", with(sample(), "/handling/expires", "soon"), Code::bad_value,
       "/handling/expires"},
      {"a body that is a list", with(sample(), "/body", json::Array{}), Code::bad_value, "/body"},
      {"a body that is text", with(sample(), "/body", "x"), Code::bad_value, "/body"},
  });
}

TEST(Act, names_the_kind_it_does_not_know) {
  for (std::string kind : {"subpoena", "void_", "Request", ""}) {
    auto act = parse_act(json::write(with(sample(), "/kind", kind)));
    ASSERT_FALSE(act);
    EXPECT_EQ(act.error().code, Code::unknown_kind);
    EXPECT_EQ(act.error().where, "/kind");
    EXPECT_NE(act.error().what.find('"' + kind + '"'), std::string::npos) << act.error().what;
  }
}

TEST(Act, keeps_each_limit) {
  auto use_limits = [](std::size_t count) {
    return json::Value(json::Array(count, json::Value("x")));
  };
  auto ok = [](const json::Value& act) { return parse_act(json::write(act)).has_value(); };
  EXPECT_TRUE(ok(with(sample(), "/refs", refs_of(limits::refs_max, "follows"))));
  EXPECT_TRUE(ok(with(sample(), "/handling/use_limits", use_limits(limits::refs_max))));
  EXPECT_TRUE(ok(with(sample(), "/route/provision", text_of_bytes(128))));
  EXPECT_TRUE(ok(
      with(sample(), "/handling/conditions", json::Array{text_of_bytes(limits::text_bytes_max)})));
  expect_refusals({
      {"too many refs", with(sample(), "/refs", refs_of(limits::refs_max + 1, "follows")),
       Code::too_large, "/refs"},
      {"too many use limits",
       with(sample(), "/handling/use_limits", use_limits(limits::refs_max + 1)), Code::too_large,
       "/handling/use_limits"},
      {"a long provision", with(sample(), "/route/provision", text_of_bytes(129)), Code::too_large,
       "/route/provision"},
      {"a long condition",
       with(sample(), "/handling/conditions",
            json::Array{text_of_bytes(limits::text_bytes_max + 1)}),
       Code::too_large, "/handling/conditions/0"},
      {"a long kind", with(sample(), "/kind", text_of_bytes(65)), Code::too_large, "/kind"},
  });
}

// A sample act whose canonical text has exactly `bytes` bytes.
std::string act_of_bytes(std::string_view kind, std::size_t bytes) {
  json::Value act = with(with(sample(), "/kind", kind), "/body", json::Object{{"pad", ""}});
  std::size_t without_pad = json::write(act).size();
  return json::write(with(act, "/body/pad", text_of_bytes(bytes - without_pad)));
}

TEST(Act, only_an_alert_may_be_larger_than_a_mebibyte) {
  EXPECT_TRUE(parse_act(act_of_bytes("request", limits::act_bytes_max)));
  auto request = parse_act(act_of_bytes("request", limits::act_bytes_max + 1));
  ASSERT_FALSE(request);
  EXPECT_EQ(request.error().code, Code::too_large);

  EXPECT_TRUE(parse_act(act_of_bytes("alert", limits::alert_act_bytes_max)));
  auto alert = parse_act(act_of_bytes("alert", limits::alert_act_bytes_max + 1));
  ASSERT_FALSE(alert);
  EXPECT_EQ(alert.error().code, Code::too_large);
}

TEST(Act, a_body_may_nest_to_the_limit_and_no_deeper) {
  auto nested = [](std::size_t levels) {
    json::Value value = json::Object{{"in", 1}};
    for (std::size_t i = 1; i < levels; ++i) value = json::Object{{"in", std::move(value)}};
    return json::write(with(sample(), "/body", std::move(value)));
  };
  EXPECT_TRUE(parse_act(nested(limits::json_depth_max - 1)));
  auto deeper = parse_act(nested(limits::json_depth_max));
  ASSERT_FALSE(deeper);
  EXPECT_EQ(deeper.error().code, Code::too_deep);
}

TEST(Act, refuses_what_is_not_one_clean_json_object) {
  std::string text = json::write(sample());
  std::string twice = text, bad_utf8 = text;
  twice.insert(twice.find("\"id\""), "\"seq\":7,");
  bad_utf8[bad_utf8.find("ets185")] = '\xff';
  const std::vector<std::tuple<std::string, std::string, Code>> cases = {
      {"nothing", "", Code::malformed},
      {"half an act", text.substr(0, text.size() / 2), Code::malformed},
      {"two acts", text + text, Code::malformed},
      {"a byte order mark", "\xef\xbb\xbf" + text, Code::malformed},
      {"a list", "[" + text + "]", Code::bad_value},
      {"null", "null", Code::bad_value},
      {"a member twice", twice, Code::duplicate_key},
      {"bytes that are not UTF-8", bad_utf8, Code::bad_utf8},
  };
  for (const auto& [why, payload, code] : cases) {
    auto act = parse_act(payload);
    ASSERT_FALSE(act) << why;
    EXPECT_EQ(act.error().code, code) << why << ": " << to_text(act.error());
  }
}

TEST(Act, handling_and_route_read_alone_as_they_do_inside) {
  auto act = parse_act(json::write(sample()));
  ASSERT_TRUE(act) << to_text(act.error());
  EXPECT_EQ(handling_from_json(to_json(act->handling)), act->handling);
  EXPECT_EQ(route_from_json(to_json(*act->route)), *act->route);
  EXPECT_EQ(handling_from_json(json::Object{}).error().code, Code::missing_field);
  EXPECT_EQ(handling_from_json(json::Array{}).error().code, Code::bad_value);
  EXPECT_EQ(route_from_json(json::Object{{"via", "post"}}).error().code, Code::missing_field);
  EXPECT_EQ(route_from_json(with(to_json(*act->route), "/via", "post")).error().code,
            Code::unknown_field);
}

TEST(Act, belongs_to_the_conversation_it_names_or_opens_its_own) {
  auto act = parse_act(json::write(sample()));
  ASSERT_TRUE(act) << to_text(act.error());
  EXPECT_EQ(to_text(conversation_of(*act)), id_2);
  act->refs[0].rel = "in_reply_to";
  EXPECT_EQ(to_text(conversation_of(*act)), id_1);
  act->refs.push_back({"conversation", act->refs[0].act});
  EXPECT_EQ(to_text(conversation_of(*act)), id_2);
}

// What is approved is what is sent: whatever the approver saw is bound, and what is settled only at
// sending is not.
TEST(Act, an_approval_binds_content_and_not_its_place_in_the_lane) {
  auto act = parse_act(json::write(sample()));
  ASSERT_TRUE(act) << to_text(act.error());
  const Hash approved = approval_subject(*act);

  for (auto [pointer, value] :
       std::vector<std::pair<std::string, json::Value>>{{"/id", id_2},
                                                        {"/card", hex_e},
                                                        {"/at", "2026-11-22T00:00:00.000Z"},
                                                        {"/lane", "bulk"},
                                                        {"/epoch", 3},
                                                        {"/seq", 8}}) {
    auto other = parse_act(json::write(with(sample(), pointer, value)));
    ASSERT_TRUE(other) << to_text(other.error());
    EXPECT_EQ(approval_subject(*other), approved) << pointer;
  }
  for (auto [pointer, value] :
       std::vector<std::pair<std::string, json::Value>>{{"/kind", "alert"},
                                                        {"/from", hex_e},
                                                        {"/to", hex_e},
                                                        {"/refs", json::Array{}},
                                                        {"/route/provision", "ets185-30"},
                                                        {"/handling/tlp", "TLP:RED"},
                                                        {"/body/measure", "disclosure"},
                                                        {"/route", nullptr}}) {
    auto other = parse_act(json::write(with(sample(), pointer, value)));
    ASSERT_TRUE(other) << to_text(other.error());
    EXPECT_NE(approval_subject(*other), approved) << pointer;
  }
}

TEST(Act, an_approval_is_of_the_canonical_text) {
  json::Value act = without(with(sample(), "/body", json::Object{}), "/route");
  act = with(with(act, "/refs", json::Array{}), "/handling", json::Object{{"tlp", "TLP:RED"}});
  auto read = parse_act(json::write(act));
  ASSERT_TRUE(read) << to_text(read.error());
  std::string canonical = R"({"body":{},"from":")" + hex_a +
                          R"(","handling":{"conditions":[],"tlp":"TLP:RED","use_limits":[]},)" +
                          R"("kind":"request","refs":[],"route":null,"to":")" + hex_b + R"("})";
  EXPECT_EQ(approval_subject(*read), crypto::sha256(as_bytes(canonical)));
}

TEST(Act, is_sealed_under_its_senders_key) {
  crypto::SeededRandom random(7);
  auto key = crypto::SigningKey::generate(random);
  auto act = parse_act(json::write(sample()));
  ASSERT_TRUE(act) << to_text(act.error());
  std::string sealed = seal(*act, key);
  EXPECT_EQ(sealed, seal(*act, key));
  auto envelope = parse_envelope(sealed);
  ASSERT_TRUE(envelope) << to_text(envelope.error());
  EXPECT_EQ(envelope->payload_type, act_type);
  EXPECT_EQ(envelope->payload, json::write(sample()));
  EXPECT_TRUE(verify(*envelope));
}

}  // namespace
}  // namespace comity::act
