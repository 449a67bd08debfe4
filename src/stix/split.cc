#include "stix/split.h"

#include <algorithm>

#include <array>
#include <cstring>
#include <optional>

#include "base/limits_stix.h"

namespace comity::stix {
namespace {

constexpr std::string_view spaces = " \t\n\r";

// The bytes that say where a value ends.
constexpr std::array<bool, 256> bears = [] {
  std::array<bool, 256> table{};
  for (char c : {'"', '{', '[', '}', ']', ','}) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

// Walks the text by its brackets and strings alone. What it takes for granted, the parse of the
// head and of each object makes certain.
class Cutter {
 public:
  explicit Cutter(std::string_view text) : text_(text) {}

  // Goes to the value of the member `objects` at the top; false when there is none.
  bool seek_objects() {
    skip_spaces();
    if (!take('{')) return false;
    while (true) {
      skip_spaces();
      std::size_t name_from = at_;
      if (at_ >= text_.size() || text_[at_] != '"') return false;
      skip_string();
      std::string_view name = text_.substr(name_from, at_ - name_from);
      skip_spaces();
      if (!take(':')) return false;
      skip_spaces();
      if (name == "\"objects\"") return true;
      skip_value();
      skip_spaces();
      if (!take(',')) return false;
    }
  }

  // The next element of the list whose bracket was taken, or empty before what ends it.
  std::optional<std::string_view> next_element() {
    skip_spaces();
    if (at_ >= text_.size() || text_[at_] == ']') return std::nullopt;
    std::size_t from = at_;
    skip_value();
    std::size_t to = at_;
    while (to > from && spaces.contains(text_[to - 1])) --to;
    skip_spaces();
    take(',');
    return text_.substr(from, to - from);
  }

  std::size_t at() const { return at_; }

  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

 private:
  void skip_spaces() {
    while (at_ < text_.size() && spaces.contains(text_[at_])) ++at_;
  }

  // At its opening quote; ends behind the closing one.
  void skip_string() {
    ++at_;
    while (at_ < text_.size()) {
      const void* quote = std::memchr(text_.data() + at_, '"', text_.size() - at_);
      if (!quote) break;
      auto end = static_cast<std::size_t>(static_cast<const char*>(quote) - text_.data());
      std::size_t slashes = 0;
      while (end - slashes > at_ && text_[end - slashes - 1] == '\\') ++slashes;
      at_ = end + 1;
      if (slashes % 2 == 0) return;
    }
    at_ = text_.size();
  }

  // Ends before the comma or bracket behind the value.
  void skip_value() {
    std::size_t depth = 0;
    while (true) {
      while (at_ < text_.size() && !bears[static_cast<unsigned char>(text_[at_])]) ++at_;
      if (at_ == text_.size()) return;
      switch (text_[at_]) {
        case '"':
          skip_string();
          if (depth == 0) return;
          continue;
        case '{':
        case '[':
          ++depth;
          break;
        case '}':
        case ']':
          if (depth == 0) return;
          if (--depth == 0) {
            ++at_;
            return;
          }
          break;
        case ',':
          if (depth == 0) return;
          break;
        default:
          break;
      }
      ++at_;
    }
  }

  std::string_view text_;
  std::size_t at_ = 0;
};

// The head with a null in each object's place.
Result<json::Object> head_of(std::string_view text, std::string_view objects, std::size_t count) {
  auto before = static_cast<std::size_t>(objects.data() - text.data());
  std::string head;
  head.reserve(text.size() - objects.size() + count * 5 + 2);
  head.append(text.substr(0, before)).append("[");
  for (std::size_t i = 0; i < count; ++i) head += i == 0 ? "null" : ",null";
  head.append("]").append(text.substr(before + objects.size()));
  TRY(json::Value value,
      json::parse(head, {.bytes_max = limits::stix_bundle_bytes_max + 5 * count + 2}));
  const json::Object* object = value.as_object();
  if (!object) return fail(Code::malformed, "a bundle is a JSON object");
  return *object;
}

}  // namespace

Result<Split> split_objects(std::string_view text) {
  if (text.size() > limits::stix_bundle_bytes_max)
    return fail(Code::too_large, "longer than " + std::to_string(limits::stix_bundle_bytes_max) +
                                     " bytes; send it in parts");
  Cutter cutter(text);
  Split split;
  if (!cutter.seek_objects()) {
    TRY(json::Value whole, json::parse(text, {.bytes_max = limits::stix_bundle_bytes_max}));
    json::Object* head = whole.as_object();
    if (!head) return fail(Code::malformed, "a bundle is a JSON object");
    if (head->contains("objects"))
      return fail(Code::malformed, "write the name of `objects` without escapes", "/objects");
    split.head = std::move(*head);
    return split;
  }
  std::size_t begin = cutter.at();
  if (!cutter.take('[')) return fail(Code::malformed, "`objects` is a list", "/objects");

  split.has_objects = true;
  std::size_t end = cutter.at();
  while (auto element = cutter.next_element()) {
    if (split.objects.size() == limits::stix_bundle_objects_max)
      return fail(Code::too_large,
                  "more than " + std::to_string(limits::stix_bundle_objects_max) + " objects");
    // Between the elements stand one comma and white space.
    auto from = static_cast<std::size_t>(element->data() - text.data());
    std::string_view between = text.substr(end, from - end);
    bool comma = between.find_first_not_of(" \t\n\r,") == std::string_view::npos &&
                 std::ranges::count(between, ',') == (split.objects.empty() ? 0 : 1);
    if (!comma || element->empty())
      return fail(Code::malformed, "a comma and an object must stand here",
                  json::pointer_to("/objects", split.objects.size()));
    end = from + element->size();
    split.objects.push_back(*element);
  }
  bool clean =
      text.substr(end, cutter.at() - end).find_first_not_of(spaces) == std::string_view::npos;
  if (!cutter.take(']') || !clean)
    return fail(Code::malformed, "the list does not end after its last object", "/objects");
  TRY(split.head, head_of(text, text.substr(begin, cutter.at() - begin), split.objects.size()));
  split.head.erase("objects");
  return split;
}

}  // namespace comity::stix
