#include "toml/parse.h"

// Law files nest a few levels. The bound keeps toml++'s recursion, and that of its destructors,
// shallow.
#define TOML_MAX_NESTED_VALUES 32
#include <toml++/toml.h>

#include <algorithm>

#include "base/limits.h"
#include "base/time.h"

namespace comity::toml {
namespace {

std::string at_line(const std::string& name, std::size_t line) {
  return name + ":" + std::to_string(line);
}

// toml++ 3.3.0 bounds nested values but not dotted keys: "a.a.a. ..." makes a table per dot, and
// freeing them recurses until the stack ends. This walk knows strings and comments, and counts the
// dots of each key outside them.
class KeyDepth {
 public:
  explicit KeyDepth(std::string_view text) : text_(text) {}

  // The line of the first key of more parts than limits::json_depth_max, or 0.
  std::size_t too_deep_line() {
    std::size_t dots = 0;
    while (pos_ < text_.size()) {
      char c = text_[pos_];
      if (c == '"' || c == '\'') {
        skip_string(c);
        continue;
      }
      if (c == '#') {
        pos_ = std::min(text_.find('\n', pos_), text_.size());
        continue;
      }
      if (c == '.' && ++dots >= limits::json_depth_max) return line();
      if (std::string_view("\n=,[]{}").contains(c)) dots = 0;
      ++pos_;
    }
    return 0;
  }

 private:
  std::size_t line() const {
    return 1 + static_cast<std::size_t>(std::ranges::count(text_.substr(0, pos_), '\n'));
  }

  void skip_string(char quote) {
    std::string fence(3, quote);
    bool multi_line = text_.substr(pos_).starts_with(fence);
    std::string_view end =
        multi_line ? std::string_view(fence) : std::string_view(fence).substr(0, 1);
    for (pos_ += end.size(); pos_ < text_.size(); ++pos_) {
      if (text_[pos_] == '\\' && quote == '"') {
        ++pos_;
      } else if (text_[pos_] == '\n' && !multi_line) {
        return;
      } else if (text_.substr(pos_).starts_with(end)) {
        pos_ += end.size();
        // One or two quotes may stand before the fence: """x""""" ends with the last three.
        while (multi_line && pos_ < text_.size() && text_[pos_] == quote) ++pos_;
        return;
      }
    }
  }

  std::string_view text_;
  std::size_t pos_ = 0;
};

// Turns toml++'s nodes into Values and notes their lines.
class Builder {
 public:
  explicit Builder(Document& document) : document_(document) {}

  Result<json::Value> build(const ::toml::node& node, const std::string& pointer,
                            std::size_t depth) {
    std::size_t line = node.source().begin.line;
    auto refuse = [&](Code code, std::string what) {
      return fail(code, std::move(what), at_line(document_.name, line));
    };
    if (depth > limits::json_depth_max) return refuse(Code::too_deep, "nested too deep");
    if (pointer.size() > limits::toml_pointer_bytes_max)
      return refuse(Code::too_large, "keys too long");
    if (document_.line_of.size() >= limits::toml_values_max)
      return refuse(Code::too_large, "too many values");
    document_.line_of[pointer] = static_cast<int>(std::max<std::size_t>(line, 1));

    if (const auto* table = node.as_table()) return this->table(*table, pointer, depth);
    if (const auto* array = node.as_array()) return this->array(*array, pointer, depth);
    auto value = scalar(node);
    if (!value) return refuse(value.error().code, value.error().what);
    return value;
  }

 private:
  Result<json::Value> table(const ::toml::table& from, const std::string& pointer,
                            std::size_t depth) {
    json::Object members;
    for (const auto& [key, node] : from) {
      TRY(json::Value value, build(node, json::pointer_to(pointer, key.str()), depth + 1));
      members.emplace(std::string(key.str()), std::move(value));
    }
    return json::Value(std::move(members));
  }

  Result<json::Value> array(const ::toml::array& from, const std::string& pointer,
                            std::size_t depth) {
    json::Array elements;
    elements.reserve(from.size());
    for (const ::toml::node& node : from) {
      TRY(json::Value value, build(node, json::pointer_to(pointer, elements.size()), depth + 1));
      elements.push_back(std::move(value));
    }
    return json::Value(std::move(elements));
  }

  static Result<json::Value> scalar(const ::toml::node& node) {
    if (const auto* text = node.as_string()) return json::Value(text->get());
    if (const auto* n = node.as_integer()) return json::number_from(n->get());
    if (const auto* d = node.as_floating_point()) return json::number_from(d->get());
    if (const auto* b = node.as_boolean()) return json::Value(b->get());
    if (const auto* day = node.as_date()) return date(day->get());
    if (const auto* at = node.as_date_time()) return time(at->get());
    return fail(Code::bad_value, "a time of day without a date says no instant; write it as text");
  }

  static std::chrono::sys_days days(const ::toml::date& day) {
    return std::chrono::year{day.year} / std::chrono::month{day.month} / std::chrono::day{day.day};
  }

  static Result<json::Value> date(const ::toml::date& day) {
    if (day.year < 1) return fail(Code::bad_value, "a date lies in the years 1 to 9999");
    return json::Value(to_text(Date{days(day)}));
  }

  static Result<json::Value> time(const ::toml::date_time& at) {
    if (!at.offset)
      return fail(Code::bad_value, "a time needs its offset: write 2000-05-04T08:15:00Z");
    if (at.time.nanosecond % 1'000'000 != 0)
      return fail(Code::bad_value, "a time is given to the millisecond at most");
    Instant instant = Instant{days(at.date)} + std::chrono::hours{at.time.hour} +
                      std::chrono::minutes{at.time.minute} + std::chrono::seconds{at.time.second} +
                      std::chrono::milliseconds{at.time.nanosecond / 1'000'000} -
                      std::chrono::minutes{at.offset->minutes};
    std::string text = to_text(instant);
    if (!instant_from_text(text))
      return fail(Code::bad_value, "a time lies in the years 1 to 9999");
    return json::Value(std::move(text));
  }

  Document& document_;
};

}  // namespace

Result<Document> parse(std::string_view text, std::string name) {
  if (text.size() > limits::law_file_bytes_max)
    return fail(Code::too_large, "more than 1 MiB of TOML", name + ":1");
  if (std::size_t line = KeyDepth(text).too_deep_line())
    return fail(Code::too_deep, "a key of too many parts", at_line(name, line));
  Document document;
  document.name = std::move(name);
  ::toml::table root;
  try {
    root = ::toml::parse(text);
  } catch (const ::toml::parse_error& error) {
    auto at = error.source().begin;
    return fail(Code::malformed, std::string(error.description()),
                at_line(document.name, at.line) + ":" + std::to_string(at.column));
  }
  TRY(document.root, Builder(document).build(root, "", 0));
  return document;
}

std::string place(const Document& document, std::string_view pointer) {
  for (;;) {
    auto at = document.line_of.find(std::string(pointer));
    if (at != document.line_of.end())
      return at_line(document.name, static_cast<std::size_t>(at->second));
    std::size_t parent = pointer.rfind('/');
    if (parent == std::string_view::npos) return document.name;
    pointer = pointer.substr(0, parent);
  }
}

}  // namespace comity::toml
