#include "sweep/international.h"

#include <idn2.h>

#include <algorithm>
#include <memory>

namespace comity::sweep {
namespace {

using Convert = int (*)(const char* in, char** out, int flags);

std::string converted(std::string_view domain, Convert convert, int flags) {
  std::string given(domain);
  char* made = nullptr;
  int status = convert(given.c_str(), &made, flags);
  std::unique_ptr<char, void (*)(void*)> owned(made, idn2_free);
  if (status != IDN2_OK || made == nullptr) return {};
  auto canonical = canonical_domain(made);
  return canonical && *canonical != domain ? *canonical : std::string();
}

bool is_ascii(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x80; });
}

bool has_a_label(std::string_view domain) {
  return domain.starts_with("xn--") || domain.contains(".xn--");
}

// Where the domain stands in the value.
std::string_view domain_of(const Item& item) {
  std::string_view value = item.value;
  switch (item.form) {
    case Form::domain:
      return value;
    case Form::url:
      return host_of(value);
    case Form::mail:
      return value.substr(value.rfind('@') + 1);
    default:
      return {};
  }
}

}  // namespace

std::string ascii_name(std::string_view domain) {
  if (is_ascii(domain)) return {};
  return converted(domain, idn2_to_ascii_8z, IDN2_NFC_INPUT | IDN2_NONTRANSITIONAL);
}

std::string read_name(std::string_view domain) {
  if (!has_a_label(domain)) return {};
  return converted(domain, idn2_to_unicode_8z8z, 0);
}

std::vector<Item> in_both_forms(std::vector<Item> items) {
  for (std::size_t i = 0, given = items.size(); i < given; ++i) {
    auto domain = domain_of(items[i]);
    if (domain.empty()) continue;
    auto at = static_cast<std::size_t>(domain.data() - items[i].value.data());
    std::size_t size = domain.size();
    std::string ascii = ascii_name(domain);
    // Of one with capitals beyond ASCII there is a third: the one with small letters.
    std::string read = read_name(ascii.empty() ? std::string(domain) : ascii);
    for (const std::string& other : {ascii, read}) {
      if (other.empty()) continue;
      Item item = items[i];
      item.value.replace(at, size, other);
      if (std::ranges::find(items, item) == items.end()) items.push_back(std::move(item));
    }
  }
  return items;
}

}  // namespace comity::sweep
