#include "sweep/json_text.h"

#include <algorithm>
#include <cstdint>

#include "sweep/chars.h"

namespace comity::sweep {
namespace {

bool is_pair_of(unsigned high, unsigned low) {
  return high >= 0xd800 && high < 0xdc00 && low >= 0xdc00 && low < 0xe000;
}

// "\uXXXX" at the beginning of `text`, or above all runes.
unsigned unit_of(std::string_view text) {
  if (text.size() < 6 || text[0] != '\\' || text[1] != 'u') return 0x110000;
  unsigned unit = 0;
  for (char c : text.substr(2, 4)) {
    if (!is(c, in_hex)) return 0x110000;
    unit = unit << 4 | hex_value(c);
  }
  return unit;
}

}  // namespace

void JsonText::put(std::string_view bytes, std::size_t instead_of) {
  text_(bytes);
  if (instead_of > bytes.size()) skipped_(instead_of - bytes.size());
}

void JsonText::put_rune(unsigned rune, std::size_t instead_of) {
  if (rune < 0x20) rune = ' ';
  if (rune >= 0xd800 && rune < 0xe000) rune = 0xfffd;  // half a pair
  char out[4];
  std::size_t size = 0;
  auto add = [&](unsigned byte) { out[size++] = static_cast<char>(byte); };
  if (rune < 0x80) {
    add(rune);
  } else if (rune < 0x800) {
    add(0xc0 | rune >> 6);
    add(0x80 | (rune & 0x3f));
  } else {
    if (rune < 0x10000) add(0xe0 | rune >> 12);
    if (rune >= 0x10000) add(0xf0 | rune >> 18);
    if (rune >= 0x10000) add(0x80 | (rune >> 12 & 0x3f));
    add(0x80 | (rune >> 6 & 0x3f));
    add(0x80 | (rune & 0x3f));
  }
  put({out, size}, instead_of);
}

// What cannot be an escape is handed on as it is.
bool JsonText::undo() {
  if (escape_.size() < 2) return false;
  if (escape_[1] != 'u') {
    char c = escape_[1];
    bool plain = c == '"' || c == '\\' || c == '/';
    bool control = one_of(static_cast<unsigned char>(c), "bfnrt");
    if (!plain && !control) {
      put(escape_, 0);
    } else {
      put(plain ? std::string_view(&c, 1) : " ", 2);
    }
    return true;
  }
  std::size_t hex = 2;
  while (hex < std::min<std::size_t>(escape_.size(), 6) && is(escape_[hex], in_hex)) ++hex;
  if (hex < escape_.size() && hex < 6) return put(escape_, 0), true;
  if (escape_.size() < 6) return false;
  unsigned unit = unit_of(escape_);
  bool may_pair = unit >= 0xd800 && unit < 0xdc00;
  if (!may_pair) return put_rune(unit, 6), true;
  std::string_view second = std::string_view(escape_).substr(6);
  constexpr std::string_view form = "\\uXXXX";
  for (std::size_t i = 0; i < second.size(); ++i)
    if (i < 2 ? second[i] != form[i] : !is(second[i], in_hex)) {
      std::string rest(second);
      put_rune(unit, 6);
      escape_.clear();
      return feed(rest), escape_.empty();
    }
  if (second.size() < 6) return false;
  unsigned low = unit_of(second);
  if (is_pair_of(unit, low)) {
    put_rune(0x10000 + ((unit - 0xd800) << 10) + (low - 0xdc00), 12);
  } else {
    put_rune(unit, 6);
    put_rune(low, 6);
  }
  return true;
}

void JsonText::feed(std::string_view bytes) {
  while (!bytes.empty()) {
    if (!escape_.empty()) {
      escape_ += bytes.front();
      bytes.remove_prefix(1);
      if (undo()) escape_.clear();
      continue;
    }
    std::size_t slash = std::min(bytes.find('\\'), bytes.size());
    if (slash > 0) text_(bytes.substr(0, slash));
    if (slash < bytes.size()) escape_ = '\\';
    bytes.remove_prefix(std::min(slash + 1, bytes.size()));
  }
}

void JsonText::finish() {
  if (!escape_.empty()) put(escape_, 0);
  escape_.clear();
}

}  // namespace comity::sweep
