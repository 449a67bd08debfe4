#include "sweep/canonical.h"

#include <algorithm>
#include <array>

#include "base/limits_sweep.h"
#include "sweep/chars.h"

namespace comity::sweep {

std::string_view kind_name(Kind kind) {
  constexpr std::array<std::string_view, kind_count> names{"address", "domain", "url",     "mail",
                                                           "hash",    "file",   "registry"};
  return names[static_cast<std::size_t>(kind)];
}

std::string lowered(std::string_view text) {
  std::string out(text);
  std::ranges::transform(out, out.begin(), lower);
  return out;
}

std::string refanged(std::string_view text) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 12> forms{{{"[.]", "."},
                                                                                 {"(.)", "."},
                                                                                 {"{.}", "."},
                                                                                 {"[dot]", "."},
                                                                                 {"(dot)", "."},
                                                                                 {"\\.", "."},
                                                                                 {"[:]", ":"},
                                                                                 {"[://]", "://"},
                                                                                 {"[@]", "@"},
                                                                                 {"(@)", "@"},
                                                                                 {"[at]", "@"},
                                                                                 {"(at)", "@"}}};
  std::string small = lowered(text), out;
  if (small.starts_with("hxxp")) text.remove_prefix(4), small.erase(0, 4), out = "http";
  for (std::size_t i = 0; i < text.size();) {
    auto form = std::ranges::find_if(forms, [&](const auto& one) {
      return std::string_view(small).substr(i).starts_with(one.first);
    });
    out += form == forms.end() ? text.substr(i, 1) : form->second;
    i += form == forms.end() ? 1 : form->first.size();
  }
  return out;
}

std::optional<std::string> canonical_domain(std::string_view text) {
  while (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > limits::sweep_name_bytes_max) return std::nullopt;
  std::size_t last = text.rfind('.');
  if (last == std::string_view::npos || text.front() == '.') return std::nullopt;
  for (std::size_t i = 0; i < text.size(); ++i)
    if (!in_dotted(text[i]) || (text[i] == '.' && text[i + 1] == '.')) return std::nullopt;
  if (std::ranges::all_of(text.substr(last + 1), [](char c) { return is(c, in_digit); }))
    return std::nullopt;
  return lowered(text);
}

std::optional<std::string> canonical_mail(std::string_view text) {
  std::size_t at = text.rfind('@');
  if (at == std::string_view::npos || at == 0 || at > 64) return std::nullopt;
  auto local = text.substr(0, at);
  if (!std::ranges::all_of(local, [](char c) { return is(c, in_local); }) || !is(local[0], in_core))
    return std::nullopt;
  auto domain = canonical_domain(text.substr(at + 1));
  if (!domain) return std::nullopt;
  return lowered(local) + "@" + *domain;
}

std::optional<std::string> canonical_hash(std::string_view text) {
  bool known = text.size() == 32 || text.size() == 40 || text.size() == 64 || text.size() == 128;
  if (!known || !std::ranges::all_of(text, [](char c) { return is(c, in_hex); }))
    return std::nullopt;
  return lowered(text);
}

std::string_view registry_root(std::string_view word) {
  constexpr std::array<std::pair<std::string_view, std::string_view>, 12> roots{
      {{"hkey_local_machine", "hklm"},
       {"hklm", "hklm"},
       {"hkey_current_user", "hkcu"},
       {"hkcu", "hkcu"},
       {"hkey_classes_root", "hkcr"},
       {"hkcr", "hkcr"},
       {"hkey_users", "hku"},
       {"hku", "hku"},
       {"hkey_current_config", "hkcc"},
       {"hkcc", "hkcc"},
       {"machine", "hklm"},  // of the kernel's \REGISTRY\MACHINE
       {"user", "hku"}}};
  for (const auto& [name, root] : roots)
    if (std::ranges::equal(word, name, {}, lower)) return root;
  return {};
}

std::optional<std::string> canonical_registry(std::string_view text) {
  bool kernel = text.size() > 10 && lowered(text.substr(0, 10)) == "\\registry\\";
  if (kernel) text.remove_prefix(10);
  std::size_t slash = text.find('\\');
  if (slash == std::string_view::npos) return std::nullopt;
  auto word = text.substr(0, slash);
  if (word.ends_with(':')) word.remove_suffix(1);
  auto root = registry_root(word);
  if (root.empty() || (lower(word[0]) != 'h' && !kernel)) return std::nullopt;
  std::string out(root);
  for (char c : text.substr(slash)) {
    if (static_cast<unsigned char>(c) < 0x20 || c == '"') return std::nullopt;
    if (c != '\\' || out.back() != '\\') out += lower(c);
  }
  if (out.back() == '\\') out.pop_back();
  if (out.size() == root.size() || out.size() > limits::sweep_registry_bytes_max)
    return std::nullopt;
  return out;
}

}  // namespace comity::sweep
