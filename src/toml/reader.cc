#include "toml/reader.h"

#include "base/limits.h"
#include "toml/scalar.h"

namespace comity::toml {
namespace {

constexpr std::size_t looked_through_max = 16;
constexpr int nested_max = 32;  // arrays and inline tables within one another

bool is_bare(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-';
}

// Of a JSON pointer to it: RFC 6901 writes "~" and "/" with two bytes.
std::size_t pointer_bytes_of(std::string_view key) {
  return 1 + key.size() + static_cast<std::size_t>(std::ranges::count_if(key, [](char c) {
           return c == '~' || c == '/';
         }));
}

}  // namespace

Result<void> Reader::run() {
  if (in_.rest().starts_with("\xef\xbb\xbf")) in_.skip(3);
  items_.emplace_back().kind = Item::Kind::table;
  items_[0].defined = true;
  for (;;) {
    TRY_VOID(gaps());
    if (in_.done()) return {};
    if (in_.peek() == '[') {
      TRY_VOID(header());
    } else {
      TRY_VOID(member(table_));
    }
    TRY_VOID(line_end());
  }
}

// ---------------------------------------------------------------- between things
Result<void> Reader::comment() {
  if (!in_.take('#')) return {};
  while (!is_control(in_.peek())) in_.skip(1);
  bool ends = in_.done() || in_.peek() == '\n' || (in_.peek() == '\r' && in_.peek(1) == '\n');
  if (!ends) return in_.malformed("a control character in a comment");
  return {};
}

Result<void> Reader::gaps() {
  do {
    in_.blanks();
    TRY_VOID(comment());
  } while (in_.line_break());
  return {};
}

Result<void> Reader::line_end() {
  in_.blanks();
  TRY_VOID(comment());
  if (in_.done() || in_.line_break()) return {};
  return in_.malformed("something stands behind the end; one thing a line");
}

// ---------------------------------------------------------------- keys
Result<std::string_view> Reader::key_part() {
  char c = in_.peek();
  if (c == '"' || c == '\'') {
    TRY(std::string text, read_string(in_, Lines::one));
    return quoted_.emplace_back(std::move(text));
  }
  std::size_t from = in_.at();
  while (is_bare(in_.peek())) in_.skip(1);
  if (in_.at() == from)
    return in_.malformed("a key is missing; other letters than a-z need quotes");
  return in_.since(from);
}

Result<void> Reader::key(Key& out) {
  for (;;) {
    in_.blanks();
    TRY(std::string_view part, key_part());
    if (out.size() == limits::json_depth_max)
      return in_.refuse(Code::too_deep, "a key of too many parts");
    out.push_back(part);
    in_.blanks();
    if (!in_.take('.')) return {};
  }
}

Reader::At Reader::find(At table, std::string_view key) const {
  const Item& item = items_[table];
  if (item.index) {
    auto found = item.index->find(key);
    return found == item.index->end() ? none : found->second;
  }
  for (At each : item.held)
    if (items_[each].key == key) return each;
  return none;
}

// A new thing behind those that the holder has. The key of an array's element is not asked about.
Result<Reader::At> Reader::add(At holder, std::string_view key, Item::Kind kind) {
  auto at = static_cast<At>(items_.size());
  if (at == limits::toml_values_max) return in_.refuse(Code::too_large, "too many values");
  bool element = items_[holder].kind == Item::Kind::array;
  std::size_t step =
      element ? 1 + std::to_string(items_[holder].held.size()).size() : pointer_bytes_of(key);
  std::size_t bytes = items_[holder].pointer_bytes + step;
  if (bytes > limits::toml_pointer_bytes_max) return in_.refuse(Code::too_large, "keys too long");
  std::uint32_t depth = items_[holder].depth + 1;
  if (depth > limits::json_depth_max) return in_.refuse(Code::too_deep, "nested too deep");
  Item& item = items_.emplace_back();
  item.kind = kind;
  item.line = in_.line();
  item.depth = depth;
  item.pointer_bytes = static_cast<std::uint32_t>(bytes);
  item.key = key;
  Item& into = items_[holder];
  into.held.push_back(at);
  if (element) return at;
  if (into.index) {
    into.index->emplace(key, at);
  } else if (into.held.size() > looked_through_max) {
    into.index = std::make_unique<std::map<std::string_view, At>>();
    for (At each : into.held) into.index->emplace(items_[each].key, each);
  }
  return at;
}

// ---------------------------------------------------------------- headers
// "[a.b]": what is missing on the way is made; of an array of tables the last is meant.
Result<Reader::At> Reader::step_of_header(At from, std::string_view part) {
  At next = find(from, part);
  if (next == none) return add(from, part, Item::Kind::table);
  if (items_[next].closed) return in_.malformed("this key has a value already");
  return items_[next].kind == Item::Kind::array ? items_[next].held.back() : next;
}

Result<void> Reader::header() {
  Cursor begin = in_;
  in_.skip(1);
  bool of_array = in_.take('[');
  Key path;
  TRY_VOID(key(path));
  if (!in_.take(']') || (of_array && !in_.take(']')))
    return in_.malformed(of_array ? "the name of a table ends with ]]"
                                  : "the name of a table ends with ]");
  table_ = 0;
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    TRY(table_, step_of_header(table_, path[i]));
  }
  At there = find(table_, path.back());
  if (of_array) {
    if (there == none) {
      TRY(there, add(table_, path.back(), Item::Kind::array));
    } else if (items_[there].kind != Item::Kind::array || items_[there].closed) {
      return begin.malformed("this is no array of tables");
    }
    TRY(table_, add(there, {}, Item::Kind::table));
  } else if (there == none) {
    TRY(table_, add(table_, path.back(), Item::Kind::table));
  } else {
    const Item& item = items_[there];
    if (item.kind != Item::Kind::table || item.closed || item.defined)
      return begin.malformed("this table stands here twice");
    table_ = there;
    items_[there].line = in_.line();
  }
  items_[table_].defined = true;
  return {};
}

// ---------------------------------------------------------------- members
// "a.b.c = 1": tables on the way are made by dotted keys, and by nothing else.
Result<Reader::At> Reader::step_of_key(At from, std::string_view part) {
  At next = find(from, part);
  if (next == none) {
    TRY(next, add(from, part, Item::Kind::table));
    items_[next].dotted = items_[next].defined = true;
    return next;
  }
  if (items_[next].closed || !items_[next].dotted)
    return in_.malformed("this key stands here twice");
  return next;
}

Result<void> Reader::member(At table) {
  Key path;
  TRY_VOID(key(path));
  if (!in_.take('=')) return in_.malformed("a key is followed by =");
  in_.blanks();
  for (std::size_t i = 0; i + 1 < path.size(); ++i) {
    TRY(table, step_of_key(table, path[i]));
  }
  if (find(table, path.back()) != none) return in_.malformed("this key stands here twice");
  TRY_VOID(value(table, path.back(), nested_));
  return {};
}

Result<Reader::At> Reader::value(At holder, std::string_view key, int nested) {
  char c = in_.peek();
  bool nests = c == '[' || c == '{';
  if (nests && nested == nested_max)
    return in_.refuse(Code::too_deep, "arrays nested more than 32 deep");
  auto kind = c == '[' ? Item::Kind::array : c == '{' ? Item::Kind::table : Item::Kind::value;
  TRY(At at, add(holder, key, kind));
  if (c == '[') {
    TRY_VOID(array(at, nested + 1));
  } else if (c == '{') {
    TRY_VOID(inline_table(at, nested + 1));
  } else {
    TRY(items_[at].value, read_scalar(in_));
  }
  items_[at].closed = true;
  return at;
}

Result<void> Reader::array(At at, int nested) {
  in_.skip(1);
  for (;;) {
    TRY_VOID(gaps());
    if (in_.take(']')) return {};
    TRY_VOID(value(at, {}, nested));
    TRY_VOID(gaps());
    if (in_.take(']')) return {};
    if (!in_.take(',')) return in_.malformed("an array goes on with , or ends with ]");
  }
}

// On one line, without a comma behind the last.
Result<void> Reader::inline_table(At at, int nested) {
  in_.skip(1);
  in_.blanks();
  if (in_.take('}')) return {};
  int outer = std::exchange(nested_, nested);
  for (;;) {
    TRY_VOID(member(at));
    in_.blanks();
    if (in_.take('}')) break;
    if (!in_.take(',')) return in_.malformed("an inline table goes on with , or ends with }");
  }
  nested_ = outer;
  return {};
}

}  // namespace comity::toml
