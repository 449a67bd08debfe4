#pragma once
// For tests and fuzzers: whether a written list has the lines that it should have and no others, by
// readers of their own.
#include <algorithm>
#include <regex>
#include <string>
#include <string_view>
#include <vector>

namespace comity::intel::testing {

inline std::vector<std::string> lines(std::string_view text) {
  std::vector<std::string> out;
  while (!text.empty()) {
    std::size_t end = std::min(text.find('\n'), text.size());
    out.emplace_back(text.substr(0, end));
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

// Rows of seven fields each, none of which is a formula, each on one line; 0 when it is not so.
inline std::size_t csv_rows(std::string_view text) {
  std::size_t rows = 0, fields = 1;
  bool quoted = false, head = true;
  for (std::size_t i = 0; i < text.size(); ++i) {
    char c = text[i];
    if (c == '"') {
      if (quoted && i + 1 < text.size() && text[i + 1] == '"')
        ++i;
      else
        quoted = !quoted;
      if (quoted && text[i - 1] != '"' && i + 1 < text.size() &&
          std::string_view("=+-@\t").contains(text[i + 1]))
        return 0;
    } else if (quoted && (c == '\n' || c == '\r')) {
      return 0;
    } else if (!quoted && c == ',') {
      ++fields;
    } else if (!quoted && c == '\n') {
      if (fields != 7) return 0;
      ++rows;
      fields = 1;
      head = false;
    } else if (!quoted && !head && c != '\r') {
      return 0;
    }
  }
  return quoted ? 0 : rows;
}

inline bool is_zeek(std::string_view text) {
  bool head = true;
  for (const std::string& line : lines(text)) {
    auto tabs = std::ranges::count(line, '\t');
    if (head ? !line.starts_with("#fields\t") : line.empty() || line[0] == '#' || tabs != 3)
      return false;
    if (std::ranges::any_of(line, [](char c) {
          auto byte = static_cast<unsigned char>(c);
          return (byte < 0x20 && c != '\t') || byte == 0x7f;
        }))
      return false;
    head = false;
  }
  return !head;
}

inline bool is_rpz(std::string_view text) {
  static const std::regex line(R"((\*\.)?[a-z0-9_.-]+ IN CNAME \.)");
  auto all = lines(text);
  if (all.size() < 4 || all[0] != "$TTL 300") return false;
  return std::all_of(all.begin() + 4, all.end(),
                     [](const std::string& each) { return std::regex_match(each, line); });
}

inline bool is_suricata(std::string_view rules) {
  static const std::regex rule(
      R"(alert (ip|dns|tls|http|smtp|ftp-data|nfs|smb) any any -> any any \(msg:"Comity alert: [a-z]+"; )"
      R"(([a-z0-9.]+(:[a-z0-9,> .-]+)?; |content:"\|[0-9a-f ]+\|"; )+sid:[0-9]+; rev:1;\))");
  auto all = lines(rules);
  if (all.empty() || !all[0].starts_with("# ")) return false;
  return std::all_of(all.begin() + 1, all.end(), [](const std::string& each) {
    // std::regex recurses by the character: what is long is looked at by its ends alone.
    if (each.size() > 1'000) return each.starts_with("alert ") && each.ends_with("; rev:1;)");
    return std::regex_match(each, rule);
  });
}

}  // namespace comity::intel::testing
