#include "base/log.h"

#include <fmt/format.h>

namespace comity {
namespace {

constexpr std::string_view names[] = {"debug", "info", "warn", "error"};

void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  for (char c : text) {
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (static_cast<unsigned char>(c) < 0x20) {
      out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      out += c;
    }
  }
  out += '"';
}

}  // namespace

void Log::write(Level level, std::string_view event, std::initializer_list<Field> fields) const {
  if (level < least_) return;
  std::string line = R"({"at":")" + to_text(clock_.now()) + R"(","level":")";
  line += names[static_cast<std::size_t>(level)];
  line += R"(","event":)";
  append_quoted(line, event);
  for (const Field& field : fields) {
    line += ',';
    append_quoted(line, field.name);
    line += ':';
    if (const auto* text = std::get_if<std::string>(&field.value)) append_quoted(line, *text);
    if (const auto* whole = std::get_if<std::int64_t>(&field.value)) line += fmt::format("{}", *whole);
    if (const auto* real = std::get_if<double>(&field.value)) line += fmt::format("{}", *real);
  }
  line += "}\n";
  sink_(line);
}

}  // namespace comity
