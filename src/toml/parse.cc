#include "toml/parse.h"

#include <charconv>

#include "base/bytes.h"
#include "base/limits.h"
#include "toml/reader.h"

namespace comity::toml {
namespace {

// From what was read to a value, each thing marked in the order in which the value is walked.
class Builder {
 public:
  Builder(std::vector<Item>& items, std::vector<Mark>& marks) : items_(items), marks_(marks) {
    marks_.reserve(items.size());
  }

  json::Value build(std::uint32_t at) {
    Item& item = items_[at];
    std::size_t mark = marks_.size();
    marks_.push_back({item.line, 1});
    json::Value out = item.kind == Item::Kind::table   ? table(item)
                      : item.kind == Item::Kind::array ? array(item)
                                                       : std::move(item.value);
    marks_[mark].values = static_cast<std::uint32_t>(marks_.size() - mark);
    return out;
  }

 private:
  json::Value table(Item& item) {
    std::ranges::sort(item.held, {}, [&](std::uint32_t each) { return items_[each].key; });
    std::vector<json::Member> members;
    members.reserve(item.held.size());
    for (std::uint32_t each : item.held)
      members.emplace_back(std::string(items_[each].key), build(each));
    return json::Value(json::Object(std::move(members)));
  }

  json::Value array(Item& item) {
    json::Array elements;
    elements.reserve(item.held.size());
    for (std::uint32_t each : item.held) elements.push_back(build(each));
    return json::Value(std::move(elements));
  }

  std::vector<Item>& items_;
  std::vector<Mark>& marks_;
};

// A step of a JSON pointer without its escapes: RFC 6901, section 4.
std::string unescaped(std::string_view step) {
  std::string out;
  for (std::size_t i = 0; i < step.size(); ++i) {
    bool escape = step[i] == '~' && i + 1 < step.size();
    out += escape ? (step[++i] == '1' ? '/' : '~') : step[i];
  }
  return out;
}

// One step down from a value: to what, and how many marks further on it stands. Null: there is no
// such thing.
struct Step {
  const json::Value* value = nullptr;
  std::size_t mark = 0;
};

Step step(const Document& document, Step from, const std::string& name) {
  std::size_t mark = from.mark + 1;
  if (const json::Object* object = from.value->as_object()) {
    for (auto& [key, value] : *object) {
      if (key == name) return {&value, mark};
      mark += document.marks[mark].values;
    }
  } else if (const json::Array* array = from.value->as_array()) {
    std::size_t wanted = array->size();
    std::from_chars(name.data(), name.data() + name.size(), wanted);
    for (std::size_t i = 0; i < array->size(); ++i) {
      if (i == wanted) return {&(*array)[i], mark};
      mark += document.marks[mark].values;
    }
  }
  return {};
}

}  // namespace

Result<Document> parse(std::string_view text, std::string name) {
  Document document;
  document.name = std::move(name);
  if (text.size() > limits::law_file_bytes_max)
    return fail(Code::too_large, "more than 1 MiB of TOML", document.name + ":1");
  if (std::size_t sound = utf8_prefix(text); sound != text.size()) {
    Cursor at(text.substr(0, sound), document.name);
    while (!at.done())
      if (!at.line_break()) at.skip(1);
    return at.malformed("text that is not UTF-8");
  }
  Reader reader(text, document.name);
  TRY_VOID(reader.run());
  document.root = Builder(reader.items(), document.marks).build(0);
  return document;
}

std::string place(const Document& document, std::string_view pointer) {
  if (document.marks.empty() || (!pointer.empty() && pointer.front() != '/')) return document.name;
  Step here{&document.root, 0};
  while (!pointer.empty()) {
    pointer.remove_prefix(1);
    std::size_t end = std::min(pointer.find('/'), pointer.size());
    Step next = step(document, here, unescaped(pointer.substr(0, end)));
    if (!next.value) break;
    here = next;
    pointer.remove_prefix(end);
  }
  return document.name + ":" + std::to_string(document.marks[here.mark].line);
}

}  // namespace comity::toml
