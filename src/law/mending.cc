#include "law/mending.h"

#include <algorithm>
#include <array>
#include <charconv>

#include "base/bytes.h"

namespace comity::law {
namespace {

// The line that the error names ("jurisdictions/XX.toml:5:17"), empty when it names none.
std::string_view line_of(std::string_view text, std::string_view where) {
  std::size_t colon = where.find(':'), number = 0;
  if (colon == std::string_view::npos) return {};
  std::from_chars(where.data() + colon + 1, where.data() + where.size(), number);
  for (; number > 1 && !text.empty(); --number)
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  return text.substr(0, text.find('\n'));
}

std::string_view trimmed(std::string_view text) {
  std::size_t from = text.find_first_not_of(" \t\r"), last = text.find_last_not_of(" \t\r");
  return from == std::string_view::npos ? "" : text.substr(from, last - from + 1);
}

bool has_printed_quotes(std::string_view line) {
  constexpr std::array<std::string_view, 8> quotes = {"“", "”", "„", "‟", "‘", "’", "«", "»"};
  return std::ranges::any_of(quotes, [&](std::string_view one) { return line.contains(one); });
}

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
bool is_letter(char c) {
  return (c | 32) >= 'a' && (c | 32) <= 'z';
}

// 21.11.2026, 11/21/2026, 2026-2-3, 2026-13-21: digits, and nothing else but what parts them.
bool looks_like_a_day(std::string_view value) {
  return std::ranges::count_if(value, is_digit) >= 5 && std::ranges::all_of(value, [](char c) {
           return is_digit(c) || c == '.' || c == '/' || c == '-';
         });
}

std::string remedy_in(std::string_view line) {
  if (has_printed_quotes(line)) return "write straight quotes (\"), not printed ones";
  std::size_t equals = line.find('=');
  std::string_view key = line.substr(0, line.find_first_of("=\""));
  if (key.contains(':')) return "write = after the key, not :";
  std::string_view value = equals == std::string_view::npos ? "" : trimmed(line.substr(equals + 1));
  value = trimmed(value.substr(0, value.find('#')));
  if (looks_like_a_day(value))
    return "write a day as 2001-11-23: year, month and day, with hyphens, without quotes";
  if (!value.empty() && is_letter(value[0])) return "put the text between double quotes";
  auto quotes = std::ranges::count(value, '"');
  if (quotes % 2 == 1) return "close the text with a double quote on its own line";
  if (quotes > 2 && value.starts_with('"'))
    return "put a backslash before a double quote within a text: \"the \\\"Act\\\"\"";
  return "mend the TOML; see law/README.md";
}

}  // namespace

Problem not_toml(std::string_view text, const Error& error) {
  Problem problem{error.where, error.what, ""};
  bool lines = text.contains('\n') || !text.contains('\r');
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff") || !is_utf8(text))
    problem.remedy = "save the file as plain text in UTF-8";
  else
    problem.remedy = lines ? remedy_in(line_of(text, error.where))
                           : "save the file with the line ends of Unix or Windows";
  return problem;
}

}  // namespace comity::law
