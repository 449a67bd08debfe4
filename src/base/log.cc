#include "base/log.h"

#include <fmt/format.h>

#include <cmath>

#include "base/bytes.h"

namespace comity {
namespace {

constexpr std::string_view names[] = {"debug", "info", "warn", "error"};

// A log line is JSON whatever the text: bytes that are not UTF-8 become question marks.
void append_quoted(std::string& out, std::string_view text) {
  out += '"';
  std::size_t good = utf8_prefix(text);
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (i == good) {
      good += 1 + utf8_prefix(text.substr(i + 1));
      out += '?';
      continue;
    }
    char c = text[i];
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
    if (const auto* whole = std::get_if<std::int64_t>(&field.value))
      line += fmt::format("{}", *whole);
    if (const auto* real = std::get_if<double>(&field.value))
      line += std::isfinite(*real) ? fmt::format("{}", *real) : "null";
  }
  line += "}\n";
  sink_(line);
}

}  // namespace comity
