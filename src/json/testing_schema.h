#pragma once
// For tests: that a schema in docs/schemas says what the code does: the same members, the same
// required ones, the same words and the same bounds.
#include <gtest/gtest.h>

#include <algorithm>
#include <fstream>
#include <functional>
#include <iterator>

#include "json/testing.h"

namespace comity::json::testing {

using Accepts = std::function<Result<void>(const Value&)>;

// A file of docs/schemas.
inline Value schema_named(const std::string& source_dir, const std::string& name) {
  std::ifstream in(source_dir + "/docs/schemas/" + name);
  std::string text{std::istreambuf_iterator<char>(in), {}};
  auto schema = json::parse(text);
  EXPECT_TRUE(schema) << name << ": " << to_text(schema.error());
  return schema.value_or(Value());
}

// Walks a schema, or that of its "$defs" which is named, beside a document that has every member,
// and tries each thing that the schema says on `accepts`.
class Comparison {
 public:
  Comparison(Value schema, Value full, Accepts accepts, std::string def = "")
      : root_(std::move(schema)),
        full_(std::move(full)),
        accepts_(std::move(accepts)),
        def_(std::move(def)) {}

  // How many statements of the schema were tried.
  int run() {
    auto accepted = accepts_(full_);
    EXPECT_TRUE(accepted) << to_text(accepted.error());
    visit(def_.empty() ? root_ : *root_.find("$defs")->find(def_), full_, "");
    return tried_;
  }

 private:
  void visit(const Value& written, const Value& value, const std::string& at) {
    for (const Value* schema = &written; schema; schema = referred(*schema)) {
      if (schema->find("properties") && schema->find("required")) object(*schema, value, at);
      if (const Value* items = schema->find("items")) array(*schema, *items, value, at);
      if (const Value* words = schema->find("enum")) choice(*words, at);
      if (schema->find("minimum")) range(*schema, at);
      if (const Value* most = schema->find("maxLength")) longest(*most->as_int(), value, at);
    }
  }

  const Value* referred(const Value& schema) const {
    const Value* ref = schema.find("$ref");
    if (!ref) return nullptr;
    const Value* found =
        root_.find("$defs")->find(ref->as_string()->substr(std::string("#/$defs/").size()));
    EXPECT_TRUE(found) << *ref->as_string();
    return found;
  }

  void object(const Value& schema, const Value& value, const std::string& at) {
    const Object& properties = *schema.find("properties")->as_object();
    const Array& required = *schema.find("required")->as_array();
    ASSERT_TRUE(value.as_object()) << at;
    for (const auto& [name, member] : *value.as_object())
      EXPECT_TRUE(properties.contains(name)) << "the schema lacks " << at << "/" << name;
    for (const auto& [name, member] : properties) {
      std::string pointer = at + "/" + name;
      const Value* held = value.find(name);
      if (!held) continue;  // "code" of a delivery; the test has a rejection too
      bool needed = std::ranges::find(required, Value(name)) != required.end();
      auto left_out = accepts_(without(full_, pointer));
      EXPECT_EQ(left_out.has_value(), !needed) << pointer;
      ++tried_;
      visit(member, *held, pointer);
    }
    EXPECT_EQ(*schema.find("additionalProperties")->as_bool(), false) << at;
    refused(with(full_, at + "/nobody_defined_this", 1), at + ": an unknown member");
  }

  void array(const Value& schema, const Value& items, const Value& value, const std::string& at) {
    ASSERT_TRUE(value.as_array() && !value.as_array()->empty()) << at;
    const Value& first = value.as_array()->front();
    auto most = static_cast<std::size_t>(*schema.find("maxItems")->as_int());
    bool unique = schema.find("uniqueItems") != nullptr;
    auto many = [&](std::size_t count) {
      Array out;
      for (std::size_t i = 0; i < count; ++i) out.push_back(unique ? other(first, i) : first);
      return out;
    };
    taken(with(full_, at, many(most)), at + ": as many as may be");
    refused(with(full_, at, many(most + 1)), at + ": one too many");
    if (unique) refused(with(full_, at, Array(2, first)), at + ": twice the same");
    if (first.as_object()) visit(items, first, at + "/0");
  }

  // A code with another end, or an object whose first text is another.
  static Value other(const Value& like, std::size_t number) {
    if (like.as_string()) return *like.as_string() + "_" + std::to_string(number);
    Value out = like;
    for (auto& [name, member] : *out.as_object())
      if (member.as_string()) {
        member = other(member, number);
        break;
      }
    return out;
  }

  void choice(const Value& words, const std::string& at) {
    for (const Value& word : *words.as_array()) {
      auto read = accepts_(with(full_, at, word));
      // "delivery" and "rejection" differ in what else must be there.
      if (at != "/outcome") EXPECT_TRUE(read) << at << " " << *word.as_string();
      ++tried_;
    }
    refused(with(full_, at, "another word"), at + ": another word");
  }

  void range(const Value& schema, const std::string& at) {
    std::int64_t least = *schema.find("minimum")->as_int();
    taken(with(full_, at, least), at + ": the least");
    refused(with(full_, at, least - 1), at + ": below the least");
    taken(with(full_, at, *schema.find("maximum")->as_int()), at + ": the most");
    EXPECT_EQ(*schema.find("maximum")->as_int(), (std::int64_t{1} << 53) - 1) << at;
  }

  void longest(std::int64_t most, const Value& value, const std::string& at) {
    if (value.as_string()->ends_with("==")) return;  // a signature: 88 digits, no fewer, no more
    auto bytes = static_cast<std::size_t>(most);
    std::string padded = *value.as_string();  // what its pattern asks for stands at its beginning
    padded.resize(bytes, 'x');
    taken(with(full_, at, padded), at + ": the longest");
    refused(with(full_, at, padded + 'x'), at + ": too long");
  }

  void taken(const Value& document, const std::string& why) {
    auto read = accepts_(document);
    EXPECT_TRUE(read) << why << ": " << to_text(read.error());
    ++tried_;
  }
  void refused(const Value& document, const std::string& why) {
    EXPECT_FALSE(accepts_(document)) << why;
    ++tried_;
  }

  Value root_, full_;
  Accepts accepts_;
  std::string def_;
  int tried_ = 0;
};

}  // namespace comity::json::testing
