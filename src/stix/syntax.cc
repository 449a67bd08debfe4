#include "stix/syntax.h"

#include <algorithm>

namespace comity::stix {
namespace {

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_alpha(char c) {
  return is_lower(c) || (c >= 'A' && c <= 'Z');
}
bool is_alnum(char c) {
  return is_alpha(c) || is_digit(c);
}
bool is_hex_digit(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f') || (c >= 'A' && c <= 'F');
}

}  // namespace

bool is_language_tag(std::string_view text) {
  bool first = true, private_use = false;
  while (true) {
    std::size_t end = std::min(text.find('-'), text.size());
    std::string_view part = text.substr(0, end);
    if (part.empty() || part.size() > 8 || !std::ranges::all_of(part, is_alnum)) return false;
    if (first) {
      private_use = part == "x" || part == "i";
      if (!private_use && (part.size() < 2 || !std::ranges::all_of(part, is_alpha))) return false;
    }
    if (end == text.size()) return !(first && private_use);
    text.remove_prefix(end + 1);
    first = false;
  }
}

bool is_mime_type(std::string_view text) {
  std::size_t slash = text.find('/');
  if (slash == std::string_view::npos) return false;
  auto name = [](std::string_view part) {
    return !part.empty() && part.size() <= 127 && is_alnum(part[0]) &&
           std::ranges::all_of(part, [](char c) {
             return is_alnum(c) || std::string_view("!#$&-^_.+").contains(c);
           });
  };
  return name(text.substr(0, slash)) && name(text.substr(slash + 1));
}

bool is_cpe23(std::string_view text) {
  if (!text.starts_with("cpe:2.3:") || text.size() < 10) return false;
  std::size_t parts = 1, length = 0;
  for (std::size_t i = 8; i < text.size(); ++i) {
    if (text[i] == ':') {
      if (length == 0) return false;
      ++parts;
      length = 0;
      continue;
    }
    if (text[i] == '\\' && ++i == text.size()) return false;
    if (static_cast<unsigned char>(text[i]) <= ' ') return false;
    ++length;
  }
  return parts == 11 && length > 0 && std::string_view("aho*-").contains(text[8]) && text[9] == ':';
}

bool is_mac_address(std::string_view text) {
  if (text.size() != 17) return false;
  for (std::size_t i = 0; i < 17; ++i)
    if (i % 3 == 2 ? text[i] != ':' : !(is_digit(text[i]) || (text[i] >= 'a' && text[i] <= 'f')))
      return false;
  return true;
}

bool is_property_name(std::string_view text, std::size_t least) {
  return text.size() >= least && text.size() <= 250 &&
         std::ranges::all_of(text, [](char c) { return is_lower(c) || is_digit(c) || c == '_'; });
}

bool is_dictionary_key(std::string_view text) {
  return !text.empty() && text.size() <= 250 &&
         std::ranges::all_of(text, [](char c) { return is_alnum(c) || c == '_' || c == '-'; });
}

bool is_hex(std::string_view text) {
  return text.size() % 2 == 0 && std::ranges::all_of(text, is_hex_digit);
}

bool is_base64(std::string_view text) {
  if (text.size() % 4 != 0) return false;
  std::size_t padding = text.ends_with("==") ? 2 : text.ends_with('=') ? 1 : 0;
  text.remove_suffix(padding);
  return std::ranges::all_of(text, [](char c) { return is_alnum(c) || c == '+' || c == '/'; });
}

}  // namespace comity::stix
