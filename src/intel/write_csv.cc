#include "intel/blocklist.h"

namespace comity::intel {
namespace {

// Spreadsheets take what begins so for a formula. A control character would end the line for some
// reader.
std::string cell(std::string_view text) {
  std::string out = "\"";
  std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first != std::string_view::npos && std::string_view("=+-@").contains(text[first]))
    out += '\'';
  for (char c : text) {
    auto byte = static_cast<unsigned char>(c);
    out += byte < 0x20 || byte == 0x7f ? ' ' : c;
    if (c == '"') out += '"';
  }
  return out + '"';
}

}  // namespace

File write_csv(const Blocklist& list) {
  std::string out = "kind,value,indicator,name,confidence,valid_from,valid_until\r\n";
  for (const auto& [value, why] : list.values()) {
    out += cell(sweep::kind_name(value.kind)) + "," + cell(value.text) + "," + cell(why.indicator) +
           "," + cell(why.name) + "," +
           cell(why.confidence ? std::to_string(*why.confidence) : "") + "," +
           cell(why.valid_from) + "," + cell(why.valid_until) + "\r\n";
  }
  return {"indicators.csv", std::move(out)};
}

}  // namespace comity::intel
