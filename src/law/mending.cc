#include "law/mending.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <initializer_list>

#include "base/bytes.h"

namespace comity::law {
namespace {

// A line of the file, and what of it stands from the column on that the error names.
struct Spot {
  std::string_view line, from;
};

std::size_t number_at(std::string_view& text) {
  std::size_t colon = text.find(':'), number = 0;
  if (colon == std::string_view::npos) return 0;
  text.remove_prefix(colon + 1);
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// What the error names ("jurisdictions/XX.toml:5:17"), empty when it names no line.
Spot spot_of(std::string_view text, std::string_view where) {
  std::size_t number = number_at(where), column = number_at(where);
  if (number == 0) return {};
  for (; number > 1 && !text.empty(); --number)
    text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
  std::string_view line = text.substr(0, text.find('\n'));
  return {line, line.substr(std::min(column > 0 ? column - 1 : line.size(), line.size()))};
}

std::string_view trimmed(std::string_view text) {
  std::size_t from = text.find_first_not_of(" \t\r"), last = text.find_last_not_of(" \t\r");
  return from == std::string_view::npos ? "" : text.substr(from, last - from + 1);
}

using Signs = std::initializer_list<std::string_view>;

bool begins_with(std::string_view text, Signs signs) {
  return std::ranges::any_of(signs, [&](std::string_view one) { return text.starts_with(one); });
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

// 36,5
bool has_a_decimal_comma(std::string_view value) {
  return value.contains(',') && is_digit(value[0]) &&
         std::ranges::all_of(value, [](char c) { return is_digit(c) || c == ','; });
}

bool looks_like_yes_or_no(std::string_view value) {
  std::string small(value);
  std::ranges::transform(small, small.begin(), [](char c) { return is_letter(c) ? c | 32 : c; });
  constexpr std::array<std::string_view, 6> words = {"yes", "no", "true", "false", "on", "off"};
  return std::ranges::find(words, small) != words.end();
}

std::string remedy_beyond_ascii(std::string_view from) {
  if (begins_with(from, {"–", "—", "‐", "‑", "‒", "−"})) return "write a hyphen (-), not a dash";
  if (begins_with(from, {"\u00a0", "\u2007", "\u202f", "\u200b", "\ufeff"}))
    return "write a plain space here: this one is a no-break space, which looks alike";
  return "";
}

std::string remedy_in_value(std::string_view value) {
  if (looks_like_a_day(value))
    return "write a day as 2001-11-23: year, month and day, with hyphens, without quotes";
  if (value == "NO") return "write \"NO\" for Norway, false for no";
  if (looks_like_yes_or_no(value)) return "write true or false in small letters, without quotes";
  if (is_letter(value[0])) return "put the text between double quotes";
  if (has_a_decimal_comma(value)) return "write a whole number, without a comma";
  if (value[0] == '\'' && std::ranges::count(value, '\'') != 2)
    return "put a text that has an apostrophe between double quotes";
  auto quotes = std::ranges::count(value, '"');
  if (quotes % 2 == 1) return "close the text with a double quote on its own line";
  if (quotes > 2 && value[0] == '"')
    return "put a backslash before a double quote within a text: \"the \\\"Act\\\"\"";
  return "";
}

// By what the parser missed, where the line itself does not tell.
std::string remedy_for(std::string_view what, const Spot& spot) {
  if (what.contains("parsing string") && spot.line.contains('\\'))
    return "write two backslashes for one within a text, or a slash: \"C:/Law\"";
  if (what.contains("table header"))
    return "close the heading with as many brackets as it opens: [name] or [[name]]";
  if (what.contains("parsing array"))
    return "put a comma between the entries of a list and ] behind the last, here or a line before";
  if (what.contains("inline table"))
    return "put a comma between two keys within { }, and } behind the last, all on one line";
  if (what.contains("value type") && !spot.from.empty() && is_letter(spot.from[0]))
    return "put the text between double quotes";
  if (what.contains("expected '='") || what.contains("expected value"))
    return "write the key, = and its value";
  return "compare with such a line of another file: key = \"text\", key = 36, key = true, "
         "key = 2001-11-23";
}

std::string remedy_at(std::string_view what, const Spot& spot) {
  if (begins_with(spot.from, {"//", ";", "--", "/*"})) return "begin a remark with #";
  if (std::string remedy = remedy_beyond_ascii(spot.from); !remedy.empty()) return remedy;
  std::string_view line = spot.line;
  bool listed = what.contains("inline table") || what.contains("parsing array");
  if (listed && std::ranges::count(line, '"') % 2 == 0) return remedy_for(what, spot);
  if (has_printed_quotes(line)) return "write straight quotes (\"), not printed ones";
  std::size_t equals = line.find('=');
  std::string_view key = line.substr(0, line.find_first_of("=\""));
  if (key.contains(':')) return "write = after the key, not :";
  std::string_view value = equals == std::string_view::npos ? "" : trimmed(line.substr(equals + 1));
  value = trimmed(value.substr(0, value.find('#')));
  bool backslash = what.contains("parsing string") && value.contains('\\');
  std::string remedy = value.empty() || backslash ? "" : remedy_in_value(value);
  return remedy.empty() ? remedy_for(what, spot) : remedy;
}

std::string in_brackets(std::string_view name, std::size_t how_many) {
  return std::string(how_many, '[') + std::string(name) + std::string(how_many, ']');
}

// The number of the line that says [name]; 0: none does.
std::size_t heading_in(std::string_view text, std::string_view name) {
  std::string wanted = in_brackets(name, 1);
  for (std::size_t number = 1; !text.empty(); ++number) {
    std::string_view line = text.substr(0, text.find('\n'));
    if (trimmed(line.substr(0, line.find('#'))) == wanted) return number;
    text.remove_prefix(std::min(line.size() + 1, text.size()));
  }
  return 0;
}

// Two headings of one name, or two keys. Where [offence] stands before the first [[offence]], the
// parser names the latter, and the former is to be mended.
Problem twice(std::string_view text, const Error& error) {
  std::string_view what = error.what;
  std::size_t end = what.rfind('\''), from = what.rfind('\'', end - 1) + 1;
  std::string_view name = what.substr(from, end - from);
  std::string said = "`" + std::string(name) + "` stands twice";
  if (!what.contains("table header")) return {error.where, said + " in one part", "write it once"};
  if (std::size_t dot = name.find('.'); dot != std::string_view::npos)
    return {
        error.where, said,
        "write one " + in_brackets(name, 1) + " below each " + in_brackets(name.substr(0, dot), 2)};
  std::string double_brackets = "write " + in_brackets(name, 2) +
                                " each time: what stands more than once is written in double "
                                "brackets";
  std::string where = error.where;
  if (what.ends_with("as array-of-tables"))
    if (std::size_t line = heading_in(text, name))
      where = where.substr(0, where.find(':')) + ":" + std::to_string(line);
  return {where, said, double_brackets};
}

// A time of day, of which the law knows none.
Problem with_a_time(const Error& error, std::string_view line) {
  constexpr std::size_t day_bytes = std::string_view("2001-11-23").size();
  std::string day = "2001-11-23";
  for (std::size_t i = 0; i + day_bytes <= line.size(); ++i) {
    std::string_view part = line.substr(i, day_bytes);
    bool here = part[4] == '-' && part[7] == '-' && std::ranges::count_if(part, is_digit) == 8;
    if (here) day = part;
  }
  return {error.where, "a day with a time of day", "write the day alone, " + day};
}

}  // namespace

Problem not_toml(std::string_view text, const Error& error) {
  if (text.starts_with("\xff\xfe") || text.starts_with("\xfe\xff") || !is_utf8(text))
    return {error.where, error.what, "save the file as plain text in UTF-8"};
  if (!text.contains('\n') && text.contains('\r'))
    return {error.where, error.what, "save the file with the line ends of Unix or Windows"};
  if (error.what.contains("cannot redefine existing")) return twice(text, error);
  Spot spot = spot_of(text, error.where);
  if (error.what.starts_with("a time")) return with_a_time(error, spot.line);
  return {error.where, error.what, remedy_at(error.what, spot)};
}

}  // namespace comity::law
