#include "base/markup.h"

namespace comity {
namespace {

// XML 1.0, production 2, knows no others below a space: one of them makes the whole file
// unreadable.
bool is_forbidden(char c) {
  auto byte = static_cast<unsigned char>(c);
  return byte < 0x20 && c != '\t' && c != '\n' && c != '\r';
}

}  // namespace

std::string escaped(std::string_view text) {
  std::string out;
  for (char c : text) {
    if (c == '&')
      out += "&amp;";
    else if (c == '<')
      out += "&lt;";
    else if (c == '>')
      out += "&gt;";
    else if (c == '"')
      out += "&quot;";
    else if (is_forbidden(c))
      out += "\xef\xbf\xbd";  // U+FFFD
    else
      out += c;
  }
  return out;
}

}  // namespace comity
