#include "json/value.h"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cmath>

#include "base/check.h"
#include "json/scan.h"
#include "json/text.h"

namespace comity::json {
namespace {

namespace dom = simdjson::dom;

constexpr std::int64_t integer_max = (std::int64_t{1} << 53) - 1;  // RFC 7493, section 2.2
constexpr double exponent_from =
    1e21;  // ECMA-262, Number::toString: from here on an exponent is written
constexpr std::size_t shown_bytes_max = 256;
constexpr std::size_t kept_bytes = 16u << 10;  // texts up to this are parsed in memory kept for it

constexpr std::string_view integer_range =
    "an integer must lie within +-(2^53 - 1); send a larger one as text";

// Turns simdjson's tape into Values. The path is kept as steps and becomes a pointer only for an
// error.
class Builder {
 public:
  explicit Builder(const Limits& limits) : limits_(limits) {}

  bool build(dom::element from, Value& to) {
    if (++values_ > limits_.values_max)
      return refuse(Code::too_large, "more than " + std::to_string(limits_.values_max) + " values");
    switch (from.type()) {
      case dom::element_type::ARRAY:
        return array(dom::array(from), to);
      case dom::element_type::OBJECT:
        return object(dom::object(from), to);
      case dom::element_type::INT64:
        return number(number_from(std::int64_t(from)), to);
      case dom::element_type::UINT64:
        return refuse(Code::bad_value, std::string(integer_range));
      case dom::element_type::DOUBLE:
        return number(number_from(double(from)), to);
      case dom::element_type::STRING:
        to = Value(std::string_view(from));
        return true;
      case dom::element_type::BOOL:
        to = Value(bool(from));
        return true;
      case dom::element_type::NULL_VALUE:
        return true;
    }
    return refuse(Code::malformed, "not a JSON value");
  }

  [[nodiscard]] Error error() const { return error_; }

 private:
  struct Step {
    std::string_view name;  // of a member; without data for an element
    std::size_t index = 0;
  };

  // simdjson counts the levels too, all but an innermost "[]" or "{}".
  bool too_deep() {
    if (path_.size() < limits_.depth_max) return false;
    return !refuse(Code::too_deep,
                   "nested deeper than " + std::to_string(limits_.depth_max) + " levels");
  }

  bool array(dom::array from, Value& to) {
    if (too_deep()) return false;
    Array elements;
    elements.reserve(std::min(from.size(), limits_.values_max - values_));
    path_.push_back({});
    for (dom::element element : from) {
      if (!build(element, elements.emplace_back())) return false;
      ++path_.back().index;
    }
    path_.pop_back();
    to = Value(std::move(elements));
    return true;
  }

  bool object(dom::object from, Value& to) {
    if (too_deep()) return false;
    if (from.size() > limits_.members_max)
      return refuse(Code::too_large,
                    "more than " + std::to_string(limits_.members_max) + " members");
    std::vector<Member> members;
    members.reserve(std::min(from.size(), limits_.values_max - values_));
    for (dom::key_value_pair member : from) {
      path_.push_back({member.key, 0});
      auto& [name, value] = members.emplace_back(std::string(member.key), Value());
      if (!build(member.value, value)) return false;
      path_.pop_back();
    }
    if (!std::ranges::is_sorted(members, {}, &Member::first))
      std::ranges::sort(members, {}, &Member::first);
    auto twice = std::ranges::adjacent_find(members, {}, &Member::first);
    if (twice != members.end()) {
      path_.push_back({twice->first, 0});
      return refuse(Code::duplicate_key, "the object names this member twice");
    }
    to = Value(Object(std::move(members)));
    return true;
  }

  bool number(Result<Value> from, Value& to) {
    if (!from) return refuse(from.error().code, std::move(from.error().what));
    to = *std::move(from);
    return true;
  }

  bool refuse(Code code, std::string what) {
    std::string pointer;
    for (const Step& step : path_)
      pointer = step.name.data() ? pointer_to(pointer, step.name) : pointer_to(pointer, step.index);
    error_ = Error{code, std::move(what), shown(pointer)};
    return false;
  }

  Limits limits_;
  std::size_t values_ = 0;
  std::vector<Step> path_;
  Error error_;
};

Error fault_of(std::string_view text, const Limits& limits, simdjson::error_code refused) {
  auto where = [](std::size_t at) { return "byte " + std::to_string(at); };
  if (std::size_t good = utf8_prefix(text); good < text.size())
    return {Code::bad_utf8, "the text is not UTF-8", where(good)};
  if (auto fault = find_fault(text, limits.depth_max))
    return {fault->code, fault->what, where(fault->at)};
  return {Code::malformed, simdjson::error_message(refused), ""};
}

// RFC 8785, section 3.2.3: by UTF-16 code units. UTF-8 order is code point order, which differs
// only where a supplementary character (lead byte F0 and up; surrogates D800 to DFFF) meets one of
// U+E000 to U+FFFF (EE or EF).
bool utf16_less(std::string_view a, std::string_view b) {
  auto [at_a, at_b] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  if (at_a == a.end() || at_b == b.end()) return at_a == a.end() && at_b != b.end();
  auto x = static_cast<unsigned char>(*at_a), y = static_cast<unsigned char>(*at_b);
  if (x >= 0xee && y >= 0xee && (x >= 0xf0) != (y >= 0xf0)) return x >= 0xf0;
  return x < y;
}

bool has_supplementary(const Object& object) {
  for (const auto& [name, value] : object)
    for (char c : name)
      if (static_cast<unsigned char>(c) >= 0xf0) return true;
  return false;
}

std::vector<const Member*> in_utf16_order(const Object& object) {
  std::vector<const Member*> members;
  members.reserve(object.size());
  for (const Member& member : object) members.push_back(&member);
  std::ranges::sort(members, [](auto* a, auto* b) { return utf16_less(a->first, b->first); });
  return members;
}

// What may not stand in a JSON string as it is.
constexpr std::array<bool, 256> must_escape = [] {
  std::array<bool, 256> table{};
  for (std::size_t c = 0; c < 0x20; ++c) table[c] = true;
  table['"'] = table['\\'] = true;
  return table;
}();

// RFC 8785, section 3.2.2.2.
void write_string(std::string& out, std::string_view text) {
  out += '"';
  std::size_t plain_from = 0;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto c = static_cast<unsigned char>(text[i]);
    if (!must_escape[c]) continue;
    out.append(text, plain_from, i - plain_from);
    plain_from = i + 1;
    out += '\\';
    switch (c) {
      case '"':
      case '\\':
        out += text[i];
        break;
      case '\b':
        out += 'b';
        break;
      case '\t':
        out += 't';
        break;
      case '\n':
        out += 'n';
        break;
      case '\f':
        out += 'f';
        break;
      case '\r':
        out += 'r';
        break;
      default:
        out += "u00";
        out += "01"[c >> 4];
        out += "0123456789abcdef"[c & 15];
    }
  }
  out.append(text, plain_from);
  out += '"';
}

// ECMA-262, section 6.1.6.1.20, Number::toString with radix 10, as RFC 8785, section 3.2.2.3
// requires. `digits` are the shortest that round trip, their value being 0.digits * 10^n.
void write_real(std::string& out, double d) {
  check(std::isfinite(d), "JSON has no word for NaN or infinity");
  if (d == 0) {  // step 2: "If x is +0 or -0, return "0""
    out += '0';
    return;
  }
  if (d < 0) out += '-';
  char buffer[32];
  auto [end, error] =
      std::to_chars(buffer, buffer + sizeof buffer, std::fabs(d), std::chars_format::scientific);
  check(error == std::errc(), "a double fits 32 characters");
  std::string_view shortest(buffer, static_cast<std::size_t>(end - buffer));
  std::size_t mark = shortest.find('e');
  std::string digits(1, shortest[0]);
  if (mark > 2) digits += shortest.substr(2, mark - 2);
  int exponent = 0;
  std::from_chars(shortest.data() + mark + (shortest[mark + 1] == '+' ? 2 : 1), end, exponent);
  int n = exponent + 1, k = static_cast<int>(digits.size());

  auto zeros = [](int count) { return std::string(static_cast<std::size_t>(count), '0'); };
  if (k <= n && n <= 21) {
    out += digits + zeros(n - k);
  } else if (0 < n && n <= 21) {
    out += digits.insert(static_cast<std::size_t>(n), 1, '.');
  } else if (-6 < n && n <= 0) {
    out += "0." + zeros(-n) + digits;
  } else {
    if (k > 1) digits.insert(1, 1, '.');
    out += digits + (n > 0 ? "e+" : "e-") + std::to_string(std::abs(n - 1));
  }
}

class Writer {
 public:
  Writer(std::string& out, bool indented) : indented_(indented), out_(out) {}

  void write(const Value& value) {
    if (const auto* s = value.as_string())
      write_string(out_, *s);
    else if (const auto* o = value.as_object())
      write(*o);
    else if (const auto* n = value.as_int())
      append(out_, *n);
    else if (const auto* a = value.as_array())
      write(*a);
    else if (const auto* b = value.as_bool())
      out_ += *b ? "true" : "false";
    else if (const auto* d = value.as_double())
      write_real(out_, *d);
    else
      out_ += "null";
  }

  void write(const Array& array) {
    begin('[');
    for (std::size_t i = 0; i < array.size(); ++i) {
      next(i);
      write(array[i]);
    }
    end(']', array.empty());
  }

  void write(const Object& object) {
    begin('{');
    std::size_t i = 0;
    if (has_supplementary(object))
      for (const Member* each : in_utf16_order(object)) write(*each, i++);
    else
      for (const Member& each : object) write(each, i++);
    end('}', object.empty());
  }

  void write(const Member& member, std::size_t index) {
    next(index);
    write_string(out_, member.first);
    out_ += indented_ ? ": " : ":";
    write(member.second);
  }

 private:
  void begin(char bracket) {
    out_ += bracket;
    ++depth_;
  }
  void next(std::size_t index) {
    if (index > 0) out_ += ',';
    new_line();
  }
  void end(char bracket, bool empty) {
    --depth_;
    if (!empty) new_line();
    out_ += bracket;
  }
  void new_line() {
    if (!indented_) return;
    out_ += '\n';
    out_.append(2 * depth_, ' ');
  }

  bool indented_;
  std::size_t depth_ = 0;
  std::string& out_;
};

}  // namespace

Object::Object(std::initializer_list<Given> members) {
  members_.reserve(members.size());
  for (const Given& each : members) emplace(each.name, std::move(each.value));
}

Object::Object(std::vector<Member> members) : members_(std::move(members)) {
  if (!std::ranges::is_sorted(members_, {}, &Member::first))
    std::ranges::sort(members_, {}, &Member::first);
  check(std::ranges::adjacent_find(members_, {}, &Member::first) == members_.end(),
        "an object names no member twice");
}

Object::iterator Object::begin() {
  return members_.begin();
}
Object::iterator Object::end() {
  return members_.end();
}
Object::const_iterator Object::begin() const {
  return members_.begin();
}
Object::const_iterator Object::end() const {
  return members_.end();
}
std::size_t Object::size() const {
  return members_.size();
}
bool Object::empty() const {
  return members_.empty();
}

namespace {

// Where a member of this name stands or would stand.
auto place_of(auto& members, std::string_view name) {
  return std::ranges::lower_bound(members, name, {},
                                  [](const Member& each) { return std::string_view(each.first); });
}

}  // namespace

Object::iterator Object::find(std::string_view name) {
  auto at = place_of(members_, name);
  return at != members_.end() && at->first == name ? at : members_.end();
}
Object::const_iterator Object::find(std::string_view name) const {
  auto at = place_of(members_, name);
  return at != members_.end() && at->first == name ? at : members_.end();
}
bool Object::contains(std::string_view name) const {
  return find(name) != end();
}

Value& Object::operator[](std::string_view name) {
  auto at = place_of(members_, name);
  if (at == members_.end() || at->first != name) at = members_.emplace(at, name, Value());
  return at->second;
}

void Object::emplace(std::string_view name, Value value) {
  auto at = place_of(members_, name);
  if (at == members_.end() || at->first != name) members_.emplace(at, name, std::move(value));
}

std::size_t Object::erase(std::string_view name) {
  auto at = find(name);
  if (at == end()) return 0;
  members_.erase(at);
  return 1;
}
Object::iterator Object::erase(const_iterator at) {
  return members_.erase(at);
}

bool operator==(const Object& a, const Object& b) {
  return a.members_ == b.members_;
}

Value::Value(std::uint64_t n) : held_(static_cast<std::int64_t>(n)) {
  check(n <= static_cast<std::uint64_t>(integer_max), "a JSON integer is at most 2^53 - 1");
}

const Value* Value::find(std::string_view name) const {
  const Object* object = as_object();
  if (!object) return nullptr;
  auto at = object->find(name);
  return at == object->end() ? nullptr : &at->second;
}

Result<Value> parse(std::string_view text, Limits limits) {
  if (text.size() > limits.bytes_max)
    return fail(Code::too_large,
                "more than " + std::to_string(limits.bytes_max) + " bytes of JSON");
  if (text.empty()) return fail(Code::malformed, "there is no JSON text", "byte 0");
  if (text.starts_with("\xef\xbb\xbf"))
    return fail(Code::malformed, "a byte order mark may not stand before JSON", "byte 0");
  std::optional<std::string> marked = with_negative_zeros(text);
  std::string_view source = marked ? std::string_view(*marked) : text;

  // DEVIATES: memory of the thread's own. A parser of some kilobytes costs as much to make as a
  // small text to parse, and a node parses nothing else. It says nothing from one call to the next.
  thread_local dom::parser kept;
  dom::parser fresh;
  bool small = source.size() <= kept_bytes && limits.depth_max <= limits::json_depth_max;
  dom::parser& parser = small ? kept : fresh;
  // simdjson counts the document as a level of its own. The builder counts what it lets through.
  std::size_t depth = small ? limits::json_depth_max : limits.depth_max;
  if ((!small || parser.capacity() == 0) &&
      parser.allocate(std::max(source.size(), kept_bytes), depth + 1) != simdjson::SUCCESS)
    return fail(Code::too_large, "no memory to parse this JSON");
  dom::element root;
  if (auto error = parser.parse(source.data(), source.size(), true).get(root))
    return std::unexpected(fault_of(text, limits, error));
  Builder builder(limits);
  Value value;
  if (builder.build(root, value)) return value;
  return std::unexpected(builder.error());
}

void append(std::string& out, const Value& value) {
  Writer(out, false).write(value);
}

void append(std::string& out, const Object& object) {
  Writer(out, false).write(object);
}

void append_text(std::string& out, std::string_view text) {
  write_string(out, text);
}

std::string write(const Value& value) {
  std::string out;
  append(out, value);
  return out;
}

std::string write_pretty(const Value& value) {
  std::string out;
  Writer(out, true).write(value);
  return out;
}

Result<Value> number_from(std::int64_t n) {
  if (n < -integer_max || n > integer_max) return fail(Code::bad_value, std::string(integer_range));
  return Value(n);
}

Result<Value> number_from(double d) {
  if (!std::isfinite(d)) return fail(Code::bad_value, "a number must be finite");
  double size = std::fabs(d);
  bool written_as_integer = size < exponent_from && std::trunc(size) == size;
  if (written_as_integer && size > static_cast<double>(integer_max))
    return fail(Code::bad_value, std::string(integer_range));
  return Value(d);
}

// RFC 6901, section 3.
std::string pointer_to(std::string_view parent, std::string_view name) {
  std::string pointer(parent);
  pointer += '/';
  for (char c : name) {
    if (c == '~') pointer += "~0";
    if (c == '/') pointer += "~1";
    if (c != '~' && c != '/') pointer += c;
  }
  return pointer;
}

std::string pointer_to(std::string_view parent, std::size_t index) {
  return std::string(parent) + "/" + std::to_string(index);
}

std::string shown(std::string_view pointer) {
  if (pointer.size() <= shown_bytes_max) return std::string(pointer);
  return std::string(pointer.substr(0, utf8_prefix(pointer.substr(0, shown_bytes_max)))) + "...";
}

}  // namespace comity::json
