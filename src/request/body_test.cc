#include "request/body.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <functional>
#include <iterator>

#include "base/limits.h"
#include "request/testing.h"

namespace comity::request {
namespace {

using json::Array;
using json::Object;
using json::Value;

Value sample(Verb verb) {
  return to_json(testing::samples().at(static_cast<std::size_t>(verb)));
}

// The member at `path` ("targets/0/id"); check()s that it is there.
Value& at(Value& root, std::string_view path) {
  Value* here = &root;
  while (!path.empty()) {
    std::string step(path.substr(0, path.find('/')));
    path = step.size() == path.size() ? "" : path.substr(step.size() + 1);
    if (Array* list = here->as_array())
      here = &list->at(std::stoul(step));
    else
      here = &(*here->as_object())[step];
  }
  return *here;
}

struct Bad {
  Verb verb;
  std::string path;
  Value value;
  Code code = Code::bad_value;
};

TEST(Body, every_sample_survives_the_journey) {
  auto samples = testing::samples();
  ASSERT_EQ(samples.size(), verb_count);
  for (std::size_t i = 0; i < samples.size(); ++i) {
    EXPECT_EQ(samples[i].index(), i);
    auto read = body_from_json(to_json(samples[i]));
    ASSERT_TRUE(read) << verb_name(all_verbs()[i]) << ": " << to_text(read.error());
    EXPECT_TRUE(*read == samples[i]) << verb_name(all_verbs()[i]);
  }
}

TEST(Body, verbs_have_distinct_names_that_read_back) {
  for (Verb verb : all_verbs()) EXPECT_EQ(verb_from_name(verb_name(verb)).value(), verb);
  for (std::string_view word : {"", "Ask", "disclose", "asks"})
    EXPECT_EQ(verb_from_name(word).error().code, Code::bad_value) << word;
}

TEST(Body, every_optional_box_survives_too) {
  Ask full = testing::ask();
  full.drill = true;
  full.status = "follow_up";
  full.investigating_authority = testing::authority();
  full.decisions = "Order of 2026-11-20\nof the court of first instance";
  full.earlier_requests = {"EX-2026-3"};
  full.earlier_preservation = {"IS-4"};
  full.confidentiality.user_notice_from = testing::start + Days{30};
  full.formal_request_expected = testing::start + Days{60};
  full.language = "fil-PH";
  EXPECT_TRUE(body_from_json(to_json(Body(full))).value() == Body(full));

  Offer later{"later", "next week", {}, {}, {}, "ets185-31", "Ministry", testing::start};
  Refuse refuse{{testing::ground()}, later};
  EXPECT_TRUE(body_from_json(to_json(Body(refuse))).value() == Body(refuse));

  TargetAnswer gone{"t1", "not_available", {}, {}, {}, {}, "retention_ended", "gone"};
  TargetAnswer no{"t2", "refused", {}, {}, {}, {testing::ground()}, "", ""};
  Answer answer{"", {gone, no}};
  EXPECT_TRUE(body_from_json(to_json(Body(answer))).value() == Body(answer));
}

const Instant tomorrow = testing::start + Days{1};
const std::string too_long_line(limits::request_line_bytes_max + 1, 'x');
const std::string too_long_text(limits::request_text_bytes_max + 1, 'x');

// One bad value a box; each is refused at its own place.
std::vector<Bad> bad_asks() {
  using enum Code;
  Verb v = Verb::ask;
  return {{v, "measure", "interception"},
          {v, "drill", "yes"},
          {v, "date", "21 November"},
          {v, "date", "1970-01-01T00:00:00Z"},
          {v, "reference", ""},
          {v, "reference", too_long_line, too_large},
          {v, "reference", "two\nlines"},
          {v, "reference", "bell\a"},
          {v, "reference", "\xe2\x80\xaeturned"},
          {v, "status", "renewed"},
          {v, "requested_authority", 7},
          {v, "requesting_authority/name", ""},
          {v, "requesting_authority/country", "Philippines"},
          {v, "requesting_authority/country", "ph"},
          {v, "requesting_authority/kind", "Point of Contact"},
          {v, "requesting_authority/fax", "1", unknown_field},
          {v, "callback/telephone", ""},
          {v, "callback/languages", Array{""}},
          {v, "investigating_authority", "police"},
          {v, "decisions", too_long_text, too_large},
          {v, "earlier_requests", Array{1}},
          {v, "offence/code", "Hacking!"},
          {v, "offence/statute", ""},
          {v, "offence/months_max", -1},
          {v, "facts_summary", ""},
          {v, "facts_summary", "\x1b[2Jgone"},
          {v, "targets", Array{}},
          {v, "targets/0/id", "alice@mail.example"},
          {v, "targets/0/id", "t0"},
          {v, "targets/0/id", "t257"},
          {v, "targets/0/id", "t01"},
          {v, "targets/1/id", "t1"},
          {v, "targets/0/identifier_type", "name"},
          {v, "targets/0/identifier", ""},
          {v, "targets/0/service", ""},
          {v, "targets/0/categories", Array{}},
          {v, "targets/0/categories", Array{"traffic", "traffic"}},
          {v, "targets/0/period/to", to_text(tomorrow)},
          {v, "targets/0/period/to", "2026-10-01T00:00:00Z"},
          {v, "targets/0/period/from", "1970-01-01T00:00:00Z"},
          {v, "custodian/country", "P"},
          {v, "relationship_to_offence", ""},
          {v, "necessity", ""},
          {v, "urgency/level", "very"},
          {v, "urgency/why", "", missing_field},
          {v, "confidentiality/why", "", missing_field},
          {v, "confidentiality/user_notice_from", "soon"},
          {v, "intent_to_request_mla", nullptr, missing_field},
          {v, "intent_to_request_mla", "yes"},
          {v, "language", "e"},
          {v, "colour", "blue", unknown_field}};
}

std::vector<Bad> bad_others() {
  using enum Code;
  return {{Verb::acknowledge, "note", too_long_text, too_large},
          {Verb::query, "code", "why"},
          {Verb::query, "text", ""},
          {Verb::query, "pauses_clock", 1},
          {Verb::reply, "to", "1"},
          {Verb::reply, "to", "00000000-0000-4000-8000-000000000001"},
          {Verb::accept, "note", 1},
          {Verb::forward, "to/country", ""},
          {Verb::refuse, "grounds", Array{}},
          {Verb::refuse, "grounds/0/article", ""},
          {Verb::refuse, "grounds/0/code", "Because"},
          {Verb::refuse, "offer", Object{{"kind", "narrow"}, {"text", "less"}}},
          {Verb::counter_offer, "offer/kind", "other_route"},
          {Verb::counter_offer, "offer/targets", Array{"t1", "t1"}},
          {Verb::counter_offer, "offer/text", ""},
          {Verb::warn, "risks", Array{}},
          {Verb::warn, "risks", Array{"weather"}},
          {Verb::warn, "text", ""},
          {Verb::decide, "on", ""},
          {Verb::decide, "choice", "perhaps"},
          {Verb::decide, "choice", "narrow"},
          {Verb::decide, "targets", Array{"t1"}},
          {Verb::answer, "targets", Array{}},
          {Verb::answer, "targets/1/target", "t1"},
          {Verb::answer, "targets/0/status", "Preserved"},
          {Verb::answer, "targets/0/preserved_until", nullptr, missing_field},
          {Verb::answer, "targets/0/preserved_at", nullptr, missing_field},
          {Verb::answer, "targets/0/preserved_until", "2026-01-01T00:00:00Z"},
          {Verb::answer, "targets/0/preserved_until", "1970-01-01T00:00:00Z"},
          {Verb::answer, "targets/0/categories", Array{}, missing_field},
          {Verb::answer, "targets/0/status", "not_held"},
          {Verb::answer, "targets/0/grounds",
           Array{Object{{"code", "political_offence"}, {"article", "29(5)"}}}},
          {Verb::answer, "targets/0/reason", "wrong_addressee"},
          {Verb::notice, "reference", ""},
          {Verb::notice, "received_on", "yesterday"},
          {Verb::extend, "until", "1970-01-01T00:00:00Z"},
          {Verb::extend, "targets", Array{"x"}},
          {Verb::extend, "why", ""},
          {Verb::extension_answer, "outcome", "maybe"},
          {Verb::extension_answer, "until", nullptr, missing_field},
          {Verb::extension_answer, "outcome", "refused"},
          {Verb::withdraw, "why", 1},
          {Verb::release, "targets", "all"},
          {Verb::expire, "reason", "over"},
          {Verb::order, "instrument/sha256", std::string(64, 'a')},
          {Verb::order, "instrument/sha256", "00"},
          {Verb::order, "instrument/bytes", ""},
          {Verb::order, "instrument/bytes", "not base64"},
          {Verb::order, "instrument/bytes", to_base64(Bytes(limits::instrument_bytes_max + 1)),
           too_large},
          {Verb::order, "power", ""},
          {Verb::order, "legal_entity", ""},
          {Verb::order, "preserve_until", "2026-11-21T12:00:00Z"},
          {Verb::order, "secrecy/basis", ""},
          {Verb::order, "targets/0/period/to", to_text(tomorrow)},
          {Verb::objection, "code", "no"},
          {Verb::objection, "targets", Array{"t999"}},
          {Verb::comply, "targets", Array{}}};
}

TEST(Body, a_bad_box_is_refused_at_its_place) {
  auto all = bad_asks();
  for (Bad& bad : bad_others()) all.push_back(std::move(bad));
  for (const Bad& bad : all) {
    Value body = sample(bad.verb);
    at(body, bad.path) = bad.value;
    auto read = body_from_json(body);
    ASSERT_FALSE(read) << verb_name(bad.verb) << " " << bad.path;
    EXPECT_EQ(read.error().code, bad.code)
        << verb_name(bad.verb) << " " << bad.path << ": " << to_text(read.error());
    EXPECT_TRUE(read.error().where.starts_with("/")) << to_text(read.error());
  }
}

// Goal: nothing still to come is asked for under the name of stored data (ETS 185, Arts 20, 21, 33,
// 34).
TEST(Body, a_period_that_ends_after_the_request_is_refused_with_the_articles) {
  Ask ahead = testing::ask();
  ahead.targets[1].period.to = ahead.date + Millis{1};
  auto read = body_from_json(to_json(Body(ahead)));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().where, "/targets/1/period/to");
  EXPECT_THAT(read.error().what, ::testing::HasSubstr("20, 21, 33, 34"));

  ahead.targets[1].period.to = ahead.date;
  EXPECT_TRUE(body_from_json(to_json(Body(ahead))));
}

TEST(Body, targets_and_lists_have_so_many_entries_and_no_more) {
  auto asks_for = [](std::size_t count) {
    Ask ask = testing::ask(count);
    return body_from_json(to_json(Body(ask)));
  };
  EXPECT_TRUE(asks_for(limits::request_targets_max));
  EXPECT_EQ(asks_for(limits::request_targets_max + 1).error().where, "/targets");
  auto refuses_on = [](std::size_t count) {
    Refuse said{std::vector<Ground>(count, testing::ground()), std::nullopt};
    return body_from_json(to_json(Body(said)));
  };
  EXPECT_TRUE(refuses_on(limits::request_list_max));
  EXPECT_EQ(refuses_on(limits::request_list_max + 1).error().where, "/grounds");
}

TEST(Body, an_instrument_of_another_hash_is_refused) {
  Order order = testing::order();
  order.instrument.bytes[0] ^= 1;
  auto read = body_from_json(to_json(Body(order)));
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().where, "/instrument/sha256");
}

TEST(Body, a_body_that_is_no_object_or_has_no_verb_is_refused) {
  for (const Value& value : {Value(), Value(1), Value("ask"), Value(Array{})})
    EXPECT_FALSE(body_from_json(value));
  EXPECT_EQ(body_from_json(Object{}).error().code, Code::missing_field);
  EXPECT_EQ(body_from_json(Object{{"verb", "disclose"}}).error().where, "/verb");
}

// ---- the schema

Value load(const std::string& name) {
  std::ifstream file(std::string(COMITY_SOURCE_DIR) + "/" + name);
  std::string text{std::istreambuf_iterator<char>(file), {}};
  auto value = json::parse(text);
  check(value.has_value(), "a schema that parses");
  return *value;
}

std::set<std::string> names_in(const Value* list) {
  std::set<std::string> out;
  if (list)
    for (const Value& each : *list->as_array()) out.insert(*each.as_string());
  return out;
}

// What the code demands of an object in a sample: the members without which it says missing_field
// at that place.
std::set<std::string> demanded(const Value& body, const std::string& path) {
  std::set<std::string> out;
  Value whole = body;
  Object members = *at(whole, path).as_object();
  for (const auto& [name, value] : members) {
    Value without = body;
    at(without, path).as_object()->erase(name);
    auto read = body_from_json(without);
    std::string where = (path.empty() ? "" : "/" + path) + "/" + name;
    if (!read && read.error().code == Code::missing_field && read.error().where == where)
      out.insert(name);
  }
  return out;
}

TEST(Schema, lists_the_verbs_of_the_code) {
  Value schema = load("docs/schemas/request.json");
  std::set<std::string> in_code, in_schema;
  for (Verb verb : all_verbs()) in_code.insert(std::string(verb_name(verb)));
  for (const Value& each : *schema.find("oneOf")->as_array()) {
    std::string ref = *each.find("$ref")->as_string();
    in_schema.insert(ref.substr(ref.rfind('/') + 1));
  }
  EXPECT_EQ(in_schema, in_code);
}

TEST(Schema, requires_the_members_that_the_code_requires) {
  Value schema = load("docs/schemas/request.json");
  const Value* definitions = schema.find("$defs");
  for (Verb verb : all_verbs()) {
    const Value* definition = definitions->find(verb_name(verb));
    ASSERT_NE(definition, nullptr) << verb_name(verb);
    std::set<std::string> required = names_in(definition->find("required"));
    if (const Value* then = definition->find("then"))
      required.merge(names_in(then->find("required")));
    EXPECT_EQ(required, demanded(sample(verb), "")) << verb_name(verb);
    EXPECT_EQ(*definition->find("properties")->find("verb")->find("const")->as_string(),
              verb_name(verb));
    EXPECT_EQ(*definition->find("additionalProperties")->as_bool(), false);
  }
}

TEST(Schema, requires_the_members_of_the_parts_too) {
  Value schema = load("docs/schemas/request.json");
  struct Part {
    const char* name;
    Verb verb;
    const char* path;
  };
  for (const Part& part : {Part{"authority", Verb::ask, "requesting_authority"},
                           {"callback", Verb::ask, "callback"},
                           {"offence", Verb::ask, "offence"},
                           {"target", Verb::ask, "targets/0"},
                           {"period", Verb::ask, "targets/0/period"},
                           {"custodian", Verb::ask, "custodian"},
                           {"ground", Verb::refuse, "grounds/0"},
                           {"offer", Verb::counter_offer, "offer"},
                           {"instrument", Verb::order, "instrument"},
                           {"secrecy", Verb::order, "secrecy"}}) {
    const Value* definition = schema.find("$defs")->find(part.name);
    ASSERT_NE(definition, nullptr) << part.name;
    EXPECT_EQ(names_in(definition->find("required")), demanded(sample(part.verb), part.path))
        << part.name;
  }
}

// Every member that the samples and the fullest bodies carry is known to the schema, and none is
// only there.
TEST(Schema, knows_every_member_that_the_code_reads) {
  Value schema = load("docs/schemas/request.json");
  for (Verb verb : all_verbs()) {
    const Object& properties =
        *schema.find("$defs")->find(verb_name(verb))->find("properties")->as_object();
    Object members = *sample(verb).as_object();
    for (const auto& [name, value] : members)
      EXPECT_TRUE(properties.contains(name)) << verb_name(verb) << "/" << name;
    for (const auto& [name, value] : properties) {
      Value probe = sample(verb);
      at(probe, name) = Object{{"no_such_member", 1}};
      auto read = body_from_json(probe);
      ASSERT_FALSE(read) << verb_name(verb) << "/" << name;
      EXPECT_FALSE(read.error().code == Code::unknown_field && read.error().where == "/" + name)
          << verb_name(verb) << " does not read " << name;
    }
  }
}

}  // namespace
}  // namespace comity::request
