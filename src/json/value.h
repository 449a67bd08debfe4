#pragma once
// JSON in memory: strict in (simdjson's DOM), canonical out (RFC 8785).
#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include "base/bytes.h"
#include "base/limits.h"
#include "base/result.h"

namespace comity::json {

class Value;
using Array = std::vector<Value>;
using Member = std::pair<std::string, Value>;

// Members in one piece of memory, ordered by the UTF-8 bytes of their names (write() orders as
// RFC 8785 says), no name twice. Objects are small, read far more than changed, and mostly built in
// order: this is what makes them cheap to parse, to copy and to let go. A change moves what stands
// behind it and ends iterators.
class Object {
 public:
  struct Given;  // {"name", value}
  using iterator = std::vector<Member>::iterator;
  using const_iterator = std::vector<Member>::const_iterator;

  Object() = default;
  Object(std::initializer_list<Given> members);  // of a name given twice the first counts
  // Members in any order, each name once: check()ed.
  explicit Object(std::vector<Member> members);

  [[nodiscard]] iterator begin();
  [[nodiscard]] iterator end();
  [[nodiscard]] const_iterator begin() const;
  [[nodiscard]] const_iterator end() const;
  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] bool empty() const;

  [[nodiscard]] iterator find(std::string_view name);
  [[nodiscard]] const_iterator find(std::string_view name) const;
  [[nodiscard]] bool contains(std::string_view name) const;
  Value& operator[](std::string_view name);          // null when it was not there
  void emplace(std::string_view name, Value value);  // does nothing when it is there
  std::size_t erase(std::string_view name);
  iterator erase(const_iterator at);

  friend bool operator==(const Object& a, const Object& b);

 private:
  std::vector<Member> members_;
};

class Value {
 public:
  Value() = default;  // null
  Value(std::nullptr_t) {}
  Value(bool b) : held_(b) {}
  Value(int n) : held_(static_cast<std::int64_t>(n)) {}
  Value(std::int64_t n) : held_(n) {}
  Value(std::uint64_t n);  // check()s n <= 2^53 - 1
  Value(double d) : held_(d) {}
  Value(const char* s) : held_(std::string(s)) {}
  Value(std::string_view s) : held_(std::string(s)) {}
  Value(std::string s) : held_(std::move(s)) {}
  Value(Array a) : held_(std::move(a)) {}
  Value(Object o) : held_(std::move(o)) {}

  friend bool operator==(const Value&, const Value&) = default;

  [[nodiscard]] bool is_null() const { return std::holds_alternative<std::nullptr_t>(held_); }
  // Null when the value is of another type.
  [[nodiscard]] const bool* as_bool() const { return std::get_if<bool>(&held_); }
  [[nodiscard]] const std::int64_t* as_int() const { return std::get_if<std::int64_t>(&held_); }
  [[nodiscard]] const double* as_double() const { return std::get_if<double>(&held_); }
  [[nodiscard]] const std::string* as_string() const { return std::get_if<std::string>(&held_); }
  [[nodiscard]] const Array* as_array() const { return std::get_if<Array>(&held_); }
  [[nodiscard]] const Object* as_object() const { return std::get_if<Object>(&held_); }
  [[nodiscard]] Array* as_array() { return std::get_if<Array>(&held_); }
  [[nodiscard]] Object* as_object() { return std::get_if<Object>(&held_); }

  // The member of an object, or null; for reading documents that were checked already.
  [[nodiscard]] const Value* find(std::string_view name) const;

 private:
  std::variant<std::nullptr_t, bool, std::int64_t, double, std::string, Array, Object> held_;
};

// What an initialiser list cannot do by itself: give its values away instead of copying them.
struct Object::Given {
  std::string_view name;
  mutable Value value;
};

struct Limits {
  std::size_t bytes_max = limits::act_bytes_max;
  std::size_t depth_max = limits::json_depth_max;
  std::size_t members_max = limits::json_members_max;  // of one object
  std::size_t values_max =
      limits::json_values_max;  // in the whole text; bounds the memory that a byte can cost
};

// Parses exactly one JSON text (RFC 8259) with no byte order mark.
//   Integers must lie within +-(2^53 - 1) (RFC 7493, section 2.2); "-0" and "1.0" are doubles. A
//   double that write() would print as an integer beyond that range ("1e20") is refused too, so
//   that what parse() takes in, it takes in again after write(). Errors  malformed, bad_utf8,
//   duplicate_key, too_deep, too_large, bad_value (number out of range),
//           each with the JSON pointer or "byte N" in `where`.
[[nodiscard]] Result<Value> parse(std::string_view text, Limits limits = {});

// RFC 8785 (JCS): no white space, members sorted by UTF-16 code units, ECMAScript numbers, minimal
// escapes. check()s that doubles are finite. Texts must be UTF-8, as parse() leaves them.
[[nodiscard]] std::string write(const Value& value);
// The same value indented by two spaces, members in the same order, for people.
[[nodiscard]] std::string write_pretty(const Value& value);

// A number that parse() and write() agree on, for texts of other formats. Code::bad_value beyond
// +-(2^53 - 1), for a double that write() would print as an integer beyond it, and for NaN and
// infinity.
[[nodiscard]] Result<Value> number_from(std::int64_t n);
[[nodiscard]] Result<Value> number_from(double d);

// RFC 6901: the pointer to the member `name` of what `parent` points to, "~" and "/" escaped; to an
// element.
[[nodiscard]] std::string pointer_to(std::string_view parent, std::string_view name);
[[nodiscard]] std::string pointer_to(std::string_view parent, std::size_t index);
// A pointer as error messages show it: names come from outside, so a long one is cut.
[[nodiscard]] std::string shown(std::string_view pointer);

}  // namespace comity::json
