#include "json/text.h"

#include <charconv>

#include "base/check.h"

namespace comity::json {

void append(std::string& out, std::int64_t n) {
  char digits[24];
  auto [end, error] = std::to_chars(digits, digits + sizeof digits, n);
  check(error == std::errc(), "an integer fits 24 characters");
  out.append(digits, end);
}

std::string& ObjectText::open(std::string_view name) {
  check(last_ < name, "members are written in the order of their names");
  if (!last_.empty()) out_ += ',';
  last_ = name;
  out_ += '"';
  out_ += name;
  out_ += "\":";
  return out_;
}

ObjectText& ObjectText::text(std::string_view name, std::string_view value) {
  append_text(open(name), value);
  return *this;
}

ObjectText& ObjectText::number(std::string_view name, std::uint64_t n) {
  append(open(name), Value(n));
  return *this;
}

ObjectText& ObjectText::value(std::string_view name, const Value& value) {
  append(open(name), value);
  return *this;
}

ObjectText& ObjectText::object(std::string_view name, const Object& value) {
  append(open(name), value);
  return *this;
}

std::string ObjectText::finish() {
  out_ += '}';
  return std::move(out_);
}

}  // namespace comity::json
