#include "base/bytes.h"
#include "net/chars.h"
#include "net/fields.h"
#include "net/http.h"

namespace comity::net {
namespace {

// RFC 3986, section 2.1. `text` is of a valid_target().
Result<std::string> decoded(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] != '%') {
      out += text[i];
      continue;
    }
    out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
    i += 2;
  }
  if (out.contains('\0')) return fail(Code::malformed, "the target holds an encoded NUL", "target");
  if (!is_utf8(out)) return fail(Code::bad_utf8, "the target does not decode to UTF-8", "target");
  return out;
}

Result<void> read_path(std::string_view path, Target& out) {
  path.remove_prefix(1);
  while (!path.empty()) {
    const std::size_t slash = std::min(path.find('/'), path.size());
    TRY(auto segment, decoded(path.substr(0, slash)));
    if (segment.empty() || segment == "." || segment == ".." || segment.contains('/')) {
      return fail(Code::malformed, "a segment of the path is empty, a dot segment or holds a slash",
                  "target");
    }
    out.segments.push_back(std::move(segment));
    out.trailing_slash = slash + 1 == path.size();
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return {};
}

Result<void> read_query(std::string_view query, Target& out) {
  while (!query.empty()) {
    const std::size_t end = std::min(query.find('&'), query.size());
    const auto pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    TRY(auto name, decoded(pair.substr(0, equals)));
    TRY(auto value, decoded(pair.substr(std::min(equals + 1, pair.size()))));
    out.query.emplace_back(std::move(name), std::move(value));
  }
  return {};
}

}  // namespace

Result<Target> parse_target(std::string_view target) {
  if (target.size() > limits::http_target_bytes_max || !valid_target(target)) {
    return fail(Code::malformed, "the target is not a path with an optional query", "target");
  }
  Target out;
  const std::size_t mark = std::min(target.find('?'), target.size());
  TRY_VOID(read_path(target.substr(0, mark), out));
  if (mark < target.size()) TRY_VOID(read_query(target.substr(mark + 1), out));
  return out;
}

const std::string* Target::parameter(std::string_view name) const {
  for (const auto& [key, value] : query) {
    if (key == name) return &value;
  }
  return nullptr;
}

std::string percent_encode(std::string_view text) {
  constexpr std::string_view digits = "0123456789ABCDEF";  // section 2.1: upper case
  std::string out;
  for (char c : text) {
    if (is_unreserved(c)) {
      out += c;
      continue;
    }
    const auto byte = static_cast<unsigned char>(c);
    out += '%';
    out += digits[byte >> 4];
    out += digits[byte & 15];
  }
  return out;
}

}  // namespace comity::net
