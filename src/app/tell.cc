#include "app/tell.h"

#include <fmt/format.h>

#include <algorithm>
#include <ctime>

namespace comity::app {
namespace {

std::string cell(const json::Value* value) {
  if (!value || value->is_null()) return "-";
  if (const std::string* text = value->as_string()) {
    auto at = instant_from_text(*text);
    return at && text->ends_with('Z') ? both_zones(*at) : for_terminal(*text);
  }
  if (const bool* flag = value->as_bool()) return *flag ? "yes" : "no";
  if (const json::Array* list = value->as_array()) {
    std::string joined;
    for (const json::Value& each : *list) joined += (joined.empty() ? "" : ", ") + cell(&each);
    return joined.empty() ? "-" : joined;
  }
  return json::write(*value);
}

// Code points that a terminal obeys instead of showing: C1 controls (U+0080 to U+009F), and what
// turns the direction of writing (U+202A to U+202E, U+2066 to U+2069).
bool is_obeyed(std::string_view at) {
  auto byte = [&](std::size_t i) { return i < at.size() ? static_cast<unsigned char>(at[i]) : 0; };
  if (byte(0) == 0xc2) return byte(1) < 0xa0;
  if (byte(0) != 0xe2) return false;
  return (byte(1) == 0x80 && byte(2) >= 0xaa && byte(2) <= 0xae) ||
         (byte(1) == 0x81 && byte(2) >= 0xa6 && byte(2) <= 0xa9);
}

std::string shown(std::string_view text, std::string_view kept) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    auto byte = static_cast<unsigned char>(text[i]);
    bool control = (byte < 0x20 && !kept.contains(text[i])) || byte == 0x7f;
    if (control || is_obeyed(text.substr(i)))
      out += fmt::format("\\x{:02x}", byte);
    else
      out += text[i];
  }
  return as_utf8(out);
}

void add_details(std::string& out, const json::Value& value, const std::string& indent) {
  const json::Object* object = value.as_object();
  if (!object) {
    out += indent + cell(&value) + "\n";
    return;
  }
  std::size_t width = 0;
  for (const auto& [name, each] : *object) width = std::max(width, name.size());
  for (const auto& [name, each] : *object) {
    bool nested = each.as_object() || (each.as_array() && !each.as_array()->empty() &&
                                       each.as_array()->front().as_object());
    if (!nested) {
      out += fmt::format("{}{:<{}}  {}\n", indent, name, width, cell(&each));
      continue;
    }
    out += indent + name + "\n";
    if (each.as_object()) {
      add_details(out, each, indent + "  ");
    } else {
      for (const json::Value& item : *each.as_array()) {
        add_details(out, item, indent + "  ");
        out += "\n";
      }
    }
  }
}

}  // namespace

std::string text_at(const json::Value& object, std::string_view name) {
  const json::Value* found = object.find(name);
  return found && found->as_string() ? *found->as_string() : "";
}

std::string both_zones(Instant at) {
  std::time_t seconds = std::chrono::system_clock::to_time_t(at);
  std::tm local{};
  localtime_r(&seconds, &local);
  char clock[64];
  if (std::strftime(clock, sizeof clock, "%H:%M:%S %Z", &local) == 0) clock[0] = 0;
  std::string utc = to_text(at);
  std::string told = fmt::format("{} {} UTC", utc.substr(0, 10), utc.substr(11, 8));
  return local.tm_gmtoff == 0 ? told : fmt::format("{} ({})", told, clock);
}

std::string table(const json::Value& rows, const std::vector<std::string>& columns) {
  const json::Array* list = rows.as_array();
  if (!list || list->empty()) return "nothing\n";
  std::vector<std::vector<std::string>> cells{columns};
  for (const json::Value& row : *list) {
    std::vector<std::string> line;
    for (const std::string& column : columns) line.push_back(cell(row.find(column)));
    cells.push_back(std::move(line));
  }
  std::vector<std::size_t> widths(columns.size(), 0);
  for (const auto& line : cells)
    for (std::size_t i = 0; i < line.size(); ++i) widths[i] = std::max(widths[i], line[i].size());
  std::string out;
  for (const auto& line : cells) {
    for (std::size_t i = 0; i < line.size(); ++i)
      out += i + 1 == line.size() ? line[i] + "\n" : fmt::format("{:<{}}  ", line[i], widths[i]);
  }
  return out;
}

std::string details(const json::Value& object) {
  std::string out;
  add_details(out, object, "  ");
  return out;
}

std::string as_utf8(std::string_view bytes) {
  std::string out;
  while (!bytes.empty()) {
    std::size_t good = utf8_prefix(bytes);
    out += bytes.substr(0, good);
    bytes.remove_prefix(good);
    if (bytes.empty()) break;
    out += "\xef\xbf\xbd";
    bytes.remove_prefix(1);
  }
  return out;
}

std::string for_terminal(std::string_view bytes) {
  return shown(as_utf8(bytes), "");
}

std::string lines_for_terminal(std::string_view bytes) {
  return shown(as_utf8(bytes), "\n\t");
}

}  // namespace comity::app
