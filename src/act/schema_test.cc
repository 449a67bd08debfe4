// docs/schemas says of acts, envelopes and receipts what the code does: the same members, the same
// required ones, the same words and the same bounds.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>

#include "act/receipt.h"
#include "act/testing.h"
#include "crypto/random.h"

namespace comity::act {
namespace {

using testing::with;
using testing::without;

using Accepts = std::function<Result<void>(const json::Value&)>;

json::Value schema_named(const std::string& name) {
  std::ifstream in(COMITY_SOURCE_DIR "/docs/schemas/" + name);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  auto schema = json::parse(text);
  EXPECT_TRUE(schema) << name << ": " << to_text(schema.error());
  return schema.value_or(json::Value());
}

// Walks a schema beside a document that has every member, and tries each thing that the schema says
// on `accepts`.
class Comparison {
 public:
  Comparison(json::Value schema, json::Value full, Accepts accepts)
      : root_(std::move(schema)), full_(std::move(full)), accepts_(std::move(accepts)) {}

  // How many statements of the schema were tried.
  int run() {
    auto accepted = accepts_(full_);
    EXPECT_TRUE(accepted) << to_text(accepted.error());
    visit(root_, full_, "");
    return tried_;
  }

 private:
  void visit(const json::Value& written, const json::Value& value, const std::string& at) {
    for (const json::Value* schema = &written; schema; schema = referred(*schema)) {
      if (schema->find("properties") && schema->find("required")) object(*schema, value, at);
      if (const json::Value* items = schema->find("items")) array(*schema, *items, value, at);
      if (const json::Value* words = schema->find("enum")) choice(*words, at);
      if (schema->find("minimum")) range(*schema, at);
      if (const json::Value* most = schema->find("maxLength")) longest(*most->as_int(), value, at);
    }
  }

  const json::Value* referred(const json::Value& schema) const {
    const json::Value* ref = schema.find("$ref");
    if (!ref) return nullptr;
    const json::Value* found =
        root_.find("$defs")->find(ref->as_string()->substr(std::string("#/$defs/").size()));
    EXPECT_TRUE(found) << *ref->as_string();
    return found;
  }

  void object(const json::Value& schema, const json::Value& value, const std::string& at) {
    const json::Object& properties = *schema.find("properties")->as_object();
    const json::Array& required = *schema.find("required")->as_array();
    ASSERT_TRUE(value.as_object()) << at;
    for (const auto& [name, member] : *value.as_object())
      EXPECT_TRUE(properties.contains(name)) << "the schema lacks " << at << "/" << name;
    for (const auto& [name, member] : properties) {
      std::string pointer = at + "/" + name;
      const json::Value* held = value.find(name);
      if (!held) continue;  // "code" of a delivery; the test has a rejection too
      bool needed = std::ranges::find(required, json::Value(name)) != required.end();
      auto left_out = accepts_(without(full_, pointer));
      EXPECT_EQ(left_out.has_value(), !needed) << pointer;
      ++tried_;
      visit(member, *held, pointer);
    }
    EXPECT_EQ(*schema.find("additionalProperties")->as_bool(), false) << at;
    refused(with(full_, at + "/nobody_defined_this", 1), at + ": an unknown member");
  }

  void array(const json::Value& schema, const json::Value& items, const json::Value& value,
             const std::string& at) {
    ASSERT_TRUE(value.as_array() && !value.as_array()->empty()) << at;
    const json::Value& first = value.as_array()->front();
    auto most = static_cast<std::size_t>(*schema.find("maxItems")->as_int());
    taken(with(full_, at, json::Array(most, first)), at + ": as many as may be");
    refused(with(full_, at, json::Array(most + 1, first)), at + ": one too many");
    if (first.as_object()) visit(items, first, at + "/0");
  }

  void choice(const json::Value& words, const std::string& at) {
    for (const json::Value& word : *words.as_array()) {
      auto read = accepts_(with(full_, at, word));
      // "delivery" and "rejection" differ in what else must be there.
      if (at != "/outcome") EXPECT_TRUE(read) << at << " " << *word.as_string();
      ++tried_;
    }
    refused(with(full_, at, "another word"), at + ": another word");
  }

  void range(const json::Value& schema, const std::string& at) {
    std::int64_t least = *schema.find("minimum")->as_int();
    taken(with(full_, at, least), at + ": the least");
    refused(with(full_, at, least - 1), at + ": below the least");
    taken(with(full_, at, *schema.find("maximum")->as_int()), at + ": the most");
    EXPECT_EQ(*schema.find("maximum")->as_int(), (std::int64_t{1} << 53) - 1) << at;
  }

  void longest(std::int64_t most, const json::Value& value, const std::string& at) {
    if (value.as_string()->ends_with("==")) return;  // a signature: 88 digits, no fewer, no more
    auto bytes = static_cast<std::size_t>(most);
    taken(with(full_, at, std::string(bytes, 'x')), at + ": the longest");
    refused(with(full_, at, std::string(bytes + 1, 'x')), at + ": too long");
  }

  void taken(const json::Value& document, const std::string& why) {
    auto read = accepts_(document);
    EXPECT_TRUE(read) << why << ": " << to_text(read.error());
    ++tried_;
  }
  void refused(const json::Value& document, const std::string& why) {
    EXPECT_FALSE(accepts_(document)) << why;
    ++tried_;
  }

  json::Value root_, full_;
  Accepts accepts_;
  int tried_ = 0;
};

template <typename T>
Accepts reader(Result<T> (*parse)(std::string_view)) {
  return [parse](const json::Value& document) -> Result<void> {
    TRY_VOID(parse(json::write(document)));
    return {};
  };
}

Handling full_handling() {
  return {.tlp = "TLP:GREEN",
          .use_limits = {"one"},
          .conditions = {"two"},
          .expires = Instant(std::chrono::days(20'000))};
}

Act full_act() {
  crypto::SeededRandom random(5);
  Act act;
  act.id = make_id<ActId>(Instant(std::chrono::days(20'500)), random);
  act.seq = 1;
  act.refs = {{"follows", act.id}};
  act.route = Route{.corpus = {}, .provision = "ets185-29", .decision = {}};
  act.handling = full_handling();
  act.body = json::Object{{"measure", "preservation"}};
  return act;
}

TEST(Schema, of_an_act) {
  EXPECT_GT(Comparison(schema_named("act.json"), to_json(full_act()), reader(parse_act)).run(), 50);
}

TEST(Schema, of_an_envelope) {
  crypto::SeededRandom random(6);
  auto key = crypto::SigningKey::generate(random);
  auto sealed = json::parse(seal(full_act(), key));
  ASSERT_TRUE(sealed);
  Accepts accepts = [](const json::Value& document) -> Result<void> {
    TRY_VOID(parse_envelope(json::write(document)));
    return {};
  };
  EXPECT_GT(Comparison(schema_named("envelope.json"), *sealed, accepts).run(), 8);
}

TEST(Schema, of_a_receipt) {
  Receipt receipt;
  receipt.act = full_act().id;
  receipt.seq = 1;
  receipt.outcome = "delivery";
  receipt.checkpoint = "poc.example/ledger\n1\n\n";
  EXPECT_GT(Comparison(schema_named("receipt.json"), to_json(receipt), reader(parse_receipt)).run(),
            20);
}

TEST(Schema, of_a_rejection) {
  Receipt receipt;
  receipt.act = full_act().id;
  receipt.seq = 1;
  receipt.outcome = "rejection";
  receipt.code = "no_permit";
  receipt.checkpoint = "poc.example/ledger\n1\n\n";
  // The code stands under if/then, not under "required": a rejection without it is refused all the
  // same.
  json::Value schema = schema_named("receipt.json");
  schema.as_object()->find("required")->second.as_array()->emplace_back("code");
  EXPECT_GT(Comparison(schema, to_json(receipt), reader(parse_receipt)).run(), 20);
}

}  // namespace
}  // namespace comity::act
