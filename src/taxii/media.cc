#include "taxii/media.h"

#include <algorithm>
#include <optional>
#include <string>

namespace comity::taxii {
namespace {

constexpr std::string_view blanks = " \t";

std::string_view trim(std::string_view text) {
  std::size_t from = text.find_first_not_of(blanks);
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(blanks) - from + 1);
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), [](char c) {
    return 'A' <= c && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return out;
}

// Cuts the front of `text` up to `at`, which may stand in a quoted string without being meant.
std::string_view cut(std::string_view& text, char at) {
  bool quoted = false;
  std::size_t i = 0;
  for (; i < text.size() && (quoted || text[i] != at); ++i) {
    if (text[i] == '"') quoted = !quoted;
    if (quoted && text[i] == '\\') ++i;
  }
  i = std::min(i, text.size());
  std::string_view front = text.substr(0, i);
  text.remove_prefix(std::min(i + 1, text.size()));
  return front;
}

struct Range {
  std::string type;       // "application/taxii+json", "application/*", "*/*"
  std::string version{};  // as given, without quotes; empty: none
  bool wanted = true;     // its weight is above 0
};

std::optional<Range> read_range(std::string_view text) {
  Range range{.type = lower(trim(cut(text, ';')))};
  std::size_t slash = range.type.find('/');
  if (slash == std::string::npos || slash == 0 || slash + 1 == range.type.size())
    return std::nullopt;
  while (!text.empty()) {
    std::string_view parameter = trim(cut(text, ';'));
    std::size_t equals = parameter.find('=');
    if (parameter.empty()) continue;
    if (equals == std::string_view::npos) return std::nullopt;
    std::string name = lower(trim(parameter.substr(0, equals)));
    std::string_view value = trim(parameter.substr(equals + 1));
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"')
      value = value.substr(1, value.size() - 2);
    if (name == "version") range.version = value;
    if (name == "q") range.wanted = value.find_first_of("123456789") != std::string_view::npos;
  }
  return range;
}

bool is_our_version(const Range& range) {
  return range.version.empty() || range.version == "2.1";
}

// How closely a range names what we answer with; 0: not at all.
int closeness(const Range& range) {
  if (range.type == "application/taxii+json")
    return range.version.empty() ? 3 : range.version == "2.1" ? 4 : 0;
  if (range.type == "application/*") return 2;
  return range.type == "*/*" ? 1 : 0;
}

}  // namespace

bool accepts_taxii(std::string_view accept) {
  int closest = 0;
  bool wanted = false;
  while (!accept.empty()) {
    std::string_view element = cut(accept, ',');
    if (trim(element).empty()) continue;  // RFC 9110, 5.6.1.2: "MUST parse and ignore"
    auto range = read_range(element);
    if (!range) return false;
    int close = closeness(*range);
    if (close == 0 || close < closest) continue;
    wanted = close > closest ? range->wanted : wanted || range->wanted;
    closest = close;
  }
  return wanted;
}

bool is_taxii(std::string_view content_type) {
  auto range = read_range(content_type);
  return range && range->type == "application/taxii+json" && is_our_version(*range);
}

}  // namespace comity::taxii
