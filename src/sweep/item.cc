#include "sweep/item.h"

#include <algorithm>
#include <array>

#include "base/limits_sweep.h"
#include "sweep/chars.h"

namespace comity::sweep {
namespace {

// A dotted name, as the scanner cuts them: no dot at its end, and one with a letter after it.
bool is_dotted(std::string_view text) {
  if (!std::ranges::all_of(text, in_dotted) || text.ends_with('.')) return false;
  for (std::size_t dot = text.find('.'); dot != std::string_view::npos;
       dot = text.find('.', dot + 1))
    if (is(text[dot + 1], in_name)) return true;
  return false;
}

// A word that the index can look a phrase up by.
bool has_anchor(std::string_view text) {
  std::size_t run = 0, best = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size() && is(text[i], in_name)) {
      ++run;
      continue;
    }
    if (run <= 64) best = std::max(best, run);
    run = 0;
  }
  return best >= 2;
}

Result<std::vector<Item>> words_item(Kind kind, std::string_view text) {
  if (text.size() > limits::sweep_name_bytes_max)
    return fail(Code::too_large, "a file name has at most 255 bytes");
  if (text.size() < limits::sweep_phrase_bytes_min || !has_anchor(text))
    return fail(Code::bad_value, "too short to be told from other text");
  if (ipv4_from_text(text)) return fail(Code::bad_value, "is an address, not a file");
  if (std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20; }))
    return fail(Code::bad_value, "has a control character");
  return std::vector{Item{kind, is_dotted(text) ? Form::dotted : Form::phrase, lowered(text)}};
}

Result<std::vector<Item>> one(Kind kind, Form form, std::optional<std::string> value,
                              const char* otherwise) {
  if (!value) return fail(Code::bad_value, otherwise);
  return std::vector{Item{kind, form, *std::move(value)}};
}

}  // namespace

Result<std::vector<Item>> items_of(Kind kind, std::string_view text) {
  std::string url;
  switch (kind) {
    case Kind::address: {
      TRY(auto prefixes, addresses_from_text(text));
      std::vector<Item> items;
      for (const Prefix& prefix : prefixes) items.push_back({kind, Form::address, to_text(prefix)});
      return items;
    }
    case Kind::domain:
      return one(kind, Form::domain, canonical_domain(text), "not a domain of two labels or more");
    case Kind::url:
      if (!canonical_url(text, url) || url.size() > limits::sweep_url_bytes_max)
        return fail(Code::bad_value, "not a URL that could stand in a text");
      return std::vector{Item{kind, Form::url, url}};
    case Kind::mail:
      return one(kind, Form::mail, canonical_mail(text), "not a mail address");
    case Kind::hash:
      return one(kind, Form::hash, canonical_hash(text),
                 "not 32, 40, 64 or 128 hex digits (MD5, SHA-1, SHA-256, SHA-512)");
    case Kind::file:
      return words_item(kind, text);
    case Kind::registry:
      if (auto path = canonical_registry(text))
        return std::vector{Item{kind, Form::registry, *std::move(path)}};
      return words_item(kind, text);
  }
  return fail(Code::bad_value, "no such kind");
}

namespace {

// Ends of names that no top-level domain has and malware does. ".com", ".zip" and their like may be
// either, and are taken for domains.
bool has_file_ending(std::string_view text) {
  constexpr std::array<std::string_view, 60> endings{
      "7z",   "bak", "bat", "bin",  "bmp",  "cab",  "cfg",  "chm", "cmd",  "conf", "cpl",  "csv",
      "dat",  "dll", "doc", "docm", "docx", "dump", "elf",  "exe", "gif",  "gz",   "hta",  "htm",
      "html", "img", "iso", "jar",  "jpeg", "jpg",  "js",   "jse", "json", "lnk",  "log",  "msi",
      "ocx",  "one", "pdf", "php",  "png",  "ppt",  "pptx", "ps1", "psm1", "rar",  "reg",  "rtf",
      "scr",  "sys", "tar", "tmp",  "txt",  "vbe",  "vbs",  "vhd", "wsf",  "xls",  "xlsm", "xlsx"};
  std::string ending = lowered(text.substr(text.rfind('.') + 1));
  return std::ranges::find(endings, ending) != endings.end();
}

bool is_path(std::string_view text) {
  bool drive = text.size() > 3 && is(text[0], in_alnum) && text[1] == ':' && text[2] == '\\';
  return drive || text.starts_with("\\\\") || (text.starts_with('/') && text.size() > 1);
}

}  // namespace

Result<std::vector<Item>> items_from_text(std::string_view given) {
  for (std::size_t k = 0; k < kind_count; ++k) {
    auto kind = static_cast<Kind>(k);
    auto name = kind_name(kind);
    if (!given.starts_with(name) || !given.substr(name.size()).starts_with(':')) continue;
    auto value = given.substr(name.size() + 1);
    bool as_given = kind == Kind::file || kind == Kind::registry;
    return items_of(kind, as_given ? std::string(value) : refanged(value));
  }
  if (canonical_registry(given)) return items_of(Kind::registry, given);
  if (is_path(given)) return items_of(Kind::file, given);
  std::string text = refanged(given);
  if (text.contains("://")) return items_of(Kind::url, text);
  if (canonical_hash(text)) return items_of(Kind::hash, text);
  if (canonical_mail(text)) return items_of(Kind::mail, text);
  bool numbers = !text.empty() && (is(text[0], in_hex) || text[0] == ':') &&
                 std::ranges::all_of(text, [](char c) {
                   return is(c, in_hex) || one_of(static_cast<unsigned char>(c), ".:/-");
                 });
  if (numbers)
    if (auto items = addresses_from_text(text); items || text.contains('/') || text.contains(':'))
      return items_of(Kind::address, text);
  if (auto domain = canonical_domain(text); domain && !has_file_ending(*domain))
    return items_of(Kind::domain, text);
  if (text.contains('.') && has_file_ending(text)) return items_of(Kind::file, given);
  return fail(Code::bad_value,
              "nobody can tell what this is: say so with file:, domain:, registry: …");
}

std::string_view value_of_line(std::string_view line) {
  for (std::size_t at = line.find('#'); at != std::string_view::npos; at = line.find('#', at + 1))
    if (at == 0 || line[at - 1] == ' ' || line[at - 1] == '\t') {
      line = line.substr(0, at);
      break;
    }
  auto is_space = [](char c) { return c == ' ' || c == '\t' || c == '\r'; };
  while (!line.empty() && is_space(line.front())) line.remove_prefix(1);
  while (!line.empty() && is_space(line.back())) line.remove_suffix(1);
  return line;
}

}  // namespace comity::sweep
