#include "stix/selector.h"

#include <algorithm>
#include <charconv>

#include "base/limits.h"

namespace comity::stix {
namespace {

std::optional<std::size_t> index_of(std::string_view part) {
  std::size_t index = 0;
  std::string_view digits = part.substr(1, part.size() - 2);
  auto [end, error] = std::from_chars(digits.data(), digits.data() + digits.size(), index);
  if (digits.empty() || error != std::errc() || end != digits.data() + digits.size())
    return std::nullopt;
  return index;
}

}  // namespace

std::optional<Selector> selector_from_text(std::string_view text) {
  Selector selector;
  while (true) {
    std::size_t end = std::min(text.find('.'), text.size());
    std::string_view part = text.substr(0, end);
    if (part.empty() || selector.size() >= limits::json_depth_max) return std::nullopt;
    if (part.starts_with('[')) {
      if (!part.ends_with(']') || part.size() < 3 || selector.empty()) return std::nullopt;
      auto index = index_of(part);
      if (!index) return std::nullopt;
      selector.push_back({"", index});
    } else {
      selector.push_back({std::string(part), std::nullopt});
    }
    if (end == text.size()) return selector;
    text.remove_prefix(end + 1);
  }
}

const json::Value* select(const json::Object& object, const Selector& selector) {
  const json::Value* at = nullptr;
  const json::Object* in = &object;
  for (const SelectorStep& step : selector) {
    if (step.at) {
      const json::Array* list = at ? at->as_array() : nullptr;
      if (!list || *step.at >= list->size()) return nullptr;
      at = &(*list)[*step.at];
    } else {
      if (!in) return nullptr;
      auto member = in->find(step.name);
      if (member == in->end()) return nullptr;
      at = &member->second;
    }
    in = at->as_object();
  }
  return at;
}

bool selects_part(const Selector& outer, const Selector& inner) {
  return inner.size() >= outer.size() && std::equal(outer.begin(), outer.end(), inner.begin());
}

}  // namespace comity::stix
