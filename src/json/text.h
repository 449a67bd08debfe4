#pragma once
// Canonical JSON (RFC 8785) written straight into a text, for what is written too often to build
// Values of it first.
#include <string>
#include <string_view>

#include "json/value.h"

namespace comity::json {

void append(std::string& out, const Value& value);
void append(std::string& out, const Object& object);
void append(std::string& out, std::int64_t n);
void append_text(std::string& out, std::string_view text);

// One object, its members given in the order of their names: check()ed. Names are plain ASCII.
class ObjectText {
 public:
  ObjectText& text(std::string_view name, std::string_view value);
  ObjectText& number(std::string_view name, std::uint64_t n);
  ObjectText& value(std::string_view name, const Value& value);
  ObjectText& object(std::string_view name, const Object& value);
  // The text in which the member's value is to be appended, as canonical JSON.
  std::string& open(std::string_view name);
  [[nodiscard]] std::string finish();

 private:
  std::string out_ = "{";
  std::string last_;
};

}  // namespace comity::json
