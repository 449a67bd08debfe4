#include "sweep/mail.h"

#include <algorithm>
#include <array>
#include <map>

#include "base/limits_sweep.h"
#include "sweep/canonical.h"
#include "sweep/chars.h"

namespace comity::sweep {
namespace {

// The next line with its end, taken off `text`.
std::string_view take_line(std::string_view& text) {
  std::size_t end = text.find('\n');
  auto line = text.substr(0, end == std::string_view::npos ? end : end + 1);
  text.remove_prefix(line.size());
  return line;
}

std::string_view without_end(std::string_view line) {
  while (line.ends_with('\n') || line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

bool is_blank(char c) {
  return c == ' ' || c == '\t';
}

}  // namespace

bool looks_like_mail(std::string_view text) {
  constexpr std::array<std::string_view, 8> usual{
      "from", "to", "date", "subject", "message-id", "received", "mime-version", "return-path"};
  std::size_t seen = 0;
  for (bool first = true; !text.empty(); first = false) {
    auto line = without_end(take_line(text));
    if (line.empty()) break;
    if (!first && is_blank(line[0])) continue;
    std::size_t colon = line.find(':');
    // The last line may be cut by the end of what was read.
    if (colon == std::string_view::npos && text.empty() && !first) break;
    if (colon == std::string_view::npos || colon == 0) return false;
    auto name = line.substr(0, colon);
    if (!std::ranges::all_of(name, [](char c) { return is(c, in_alnum) || c == '-' || c == '_'; }))
      return false;
    if (std::ranges::find(usual, lowered(name)) != usual.end()) ++seen;
  }
  return seen >= 2;
}

std::string decode_base64_leniently(std::string_view text) {
  std::string out;
  out.reserve(text.size() / 4 * 3);
  unsigned bits = 0, held = 0;
  for (char c : text) {
    unsigned value = 0;
    if (c >= 'A' && c <= 'Z')
      value = static_cast<unsigned>(c - 'A');
    else if (c >= 'a' && c <= 'z')
      value = static_cast<unsigned>(c - 'a') + 26;
    else if (is(c, in_digit))
      value = static_cast<unsigned>(c - '0') + 52;
    else if (c == '+' || c == '-')
      value = 62;
    else if (c == '/' || c == '_')
      value = 63;
    else
      continue;
    bits = (bits << 6 | value) & 0xffffff;
    held += 6;
    if (held >= 8) out += static_cast<char>(bits >> (held -= 8) & 0xff);
  }
  return out;
}

std::string decode_quoted_printable(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    auto line = take_line(text);
    auto body = without_end(line);
    std::size_t end_size = line.size() - body.size();
    while (!body.empty() && is_blank(body.back())) body.remove_suffix(1);
    bool soft = body.ends_with('=');
    if (soft) body.remove_suffix(1);
    for (std::size_t i = 0; i < body.size(); ++i) {
      bool encoded = body[i] == '=' && i + 2 < body.size() && is(body[i + 1], in_hex) &&
                     is(body[i + 2], in_hex);
      out += encoded ? static_cast<char>(hex_value(body[i + 1]) << 4 | hex_value(body[i + 2]))
                     : body[i];
      if (encoded) i += 2;
    }
    if (!soft) out += line.substr(line.size() - end_size);
  }
  return out;
}

namespace {

std::string undo_percent(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    bool encoded =
        text[i] == '%' && i + 2 < text.size() && is(text[i + 1], in_hex) && is(text[i + 2], in_hex);
    out +=
        encoded ? static_cast<char>(hex_value(text[i + 1]) << 4 | hex_value(text[i + 2])) : text[i];
    if (encoded) i += 2;
  }
  return out;
}

// RFC 2047: "=?charset?B?...?=". The character set is not converted: names in other alphabets than
// UTF-8's are not found. Spaces between two of them are none (6.2).
std::string undo_words(std::string_view text) {
  std::string out;
  bool behind_word = false;
  for (std::size_t at = text.find("=?"); at != std::string_view::npos; at = text.find("=?")) {
    std::size_t spaces = out.size();
    bool only_spaces = behind_word && std::ranges::all_of(text.substr(0, at), is_blank);
    out += text.substr(0, at);
    text.remove_prefix(at);
    auto near = text.substr(0, 200);  // RFC 2047, 2: 75 characters
    std::size_t how = near.find('?', 2), end = std::string_view::npos;
    if (how != std::string_view::npos && how + 2 < near.size() && near[how + 2] == '?')
      end = near.find("?=", how + 3);
    if (end == std::string_view::npos) {
      out += text.substr(0, 2);
      text.remove_prefix(2);
      behind_word = false;
      continue;
    }
    if (only_spaces) out.resize(spaces);
    behind_word = true;
    std::string word(text.substr(how + 3, end - how - 3));
    if (lower(text[how + 1]) == 'b') {
      out += decode_base64_leniently(word);
    } else {
      std::ranges::replace(word, '_', ' ');
      out += decode_quoted_printable(word);
    }
    text.remove_prefix(end + 2);
  }
  return out.append(text);
}

struct Entity {
  std::string headers;  // unfolded, one a line
  std::string_view body;
};

Entity split(std::string_view text) {
  Entity entity;
  while (!text.empty()) {
    auto line = without_end(take_line(text));
    if (line.empty()) break;
    bool folded = is_blank(line[0]) && !entity.headers.empty();
    if (folded) entity.headers.back() = ' ';
    entity.headers.append(line).push_back('\n');
  }
  entity.body = text;
  return entity;
}

// The value of the first field with that name.
std::string field(const Entity& entity, std::string_view name) {
  std::string_view rest = entity.headers;
  while (!rest.empty()) {
    auto line = without_end(take_line(rest));
    std::size_t colon = line.find(':');
    if (colon != std::string_view::npos && lowered(line.substr(0, colon)) == name) {
      line.remove_prefix(colon + 1);
      while (!line.empty() && is_blank(line[0])) line.remove_prefix(1);
      return std::string(line);
    }
  }
  return {};
}

// RFC 2231: parameters that were cut into "name*0", "name*1" …, percent-encoded where a '*' ends
// their names. By name, whole.
std::map<std::string, std::string> continued(std::string_view line) {
  std::map<std::string, std::map<unsigned, std::string>> parts;
  for (std::size_t at = line.find(';'); at != line.npos;) {
    std::size_t name_at = at + 1, equals = line.find('=', name_at);
    if (equals == line.npos) break;
    std::size_t value_at = equals + 1;
    bool quoted = value_at < line.size() && line[value_at] == '"';
    std::size_t end = quoted ? line.find('"', value_at + 1) : line.find(';', value_at);
    std::string value(
        line.substr(value_at + quoted, end == line.npos ? end : end - value_at - quoted));
    at = end == line.npos ? end : line.find(';', end);
    name_at = std::max(name_at, line.rfind(';', equals) + 1);
    std::string name = lowered(line.substr(name_at, equals - name_at));
    std::erase_if(name, is_blank);
    std::size_t star = name.find('*');
    if (star == std::string::npos || star == 0) continue;
    bool encoded = name.ends_with('*');
    unsigned number = 0;
    for (char c : std::string_view(name).substr(star + 1))
      if (is(c, in_digit) && number < 10'000) number = number * 10 + hex_value(c);
    if (encoded && number == 0)  // charset'language'value
      if (std::size_t mark = value.find('\'', value.find('\'') + 1); mark != std::string::npos)
        value.erase(0, mark + 1);
    if (encoded) value = undo_percent(value);
    while (!quoted && !value.empty() && is_blank(value.back())) value.pop_back();
    parts[name.substr(0, star)].emplace(number, std::move(value));
  }
  std::map<std::string, std::string> out;
  for (const auto& [name, numbered] : parts)
    for (const auto& [number, value] : numbered) out[name] += value;
  return out;
}

// What a reader of the message sees of its headers: below them the parameters that were cut.
std::string shown_headers(const std::string& headers) {
  std::string out = undo_words(headers);
  for (std::string_view rest = headers; !rest.empty();) {
    auto line = without_end(take_line(rest));
    if (!line.contains('*')) continue;
    for (const auto& [name, value] : continued(line)) out.append(name + ": " + value + "\n");
  }
  return out;
}

std::string boundary_of(std::string_view content_type) {
  std::size_t at = lowered(content_type).find("boundary=");
  if (at == std::string::npos)
    return content_type.contains('*') ? continued(content_type)["boundary"] : std::string();
  auto value = content_type.substr(at + 9);
  std::size_t end = value.starts_with('"') ? value.find('"', 1) : value.find_first_of("; \t");
  if (value.starts_with('"'))
    return std::string(value.substr(1, end == value.npos ? end : end - 1));
  return std::string(value.substr(0, end));
}

class Reader {
 public:
  explicit Reader(const SeePart& see) : see_(see) {}

  Result<void> entity(std::string_view text, const std::string& name, std::size_t depth) {
    if (depth > limits::sweep_mail_depth_max)
      return fail(Code::too_large, "the message has parts within parts beyond 16", name);
    Entity one = split(text);
    TRY_VOID(part(name.empty() ? "headers" : name + "/headers", shown_headers(one.headers)));
    std::string type = field(one, "content-type"), kind = lowered(type);
    std::string boundary = boundary_of(type);
    if (kind.starts_with("multipart/") && !boundary.empty() &&
        boundary.size() <= limits::sweep_boundary_bytes_max)
      return parts(one.body, "--" + boundary, name, depth);
    std::string decoded;
    std::string encoding = lowered(field(one, "content-transfer-encoding"));
    std::string_view body = one.body;
    if (encoding.starts_with("base64")) body = decoded = decode_base64_leniently(one.body);
    if (encoding.starts_with("quoted")) body = decoded = decode_quoted_printable(one.body);
    std::string leaf = name.empty() ? "1" : name;
    if (kind.starts_with("message/rfc822")) return entity(body, leaf + ".1", depth + 1);
    return part(leaf, body);
  }

 private:
  Result<void> part(const std::string& name, std::string_view bytes) {
    if (++count_ > limits::sweep_mail_parts_max)
      return fail(Code::too_large, "the message has more than 1000 parts", name);
    return see_(name, bytes);
  }

  // RFC 2046, 5.1.1. What stands before the first boundary and behind the last is swept too.
  Result<void> parts(std::string_view body, const std::string& mark, const std::string& name,
                     std::size_t depth) {
    std::size_t number = 0;
    std::string_view rest = body;
    const char* begin = body.data();
    auto give = [&](const char* end) -> Result<void> {
      std::string_view bytes(begin, static_cast<std::size_t>(end - begin));
      std::string prefix = name.empty() ? "" : name + ".";
      if (number == 0 || number == SIZE_MAX)
        return bytes.empty() ? Result<void>() : part(prefix + "around", bytes);
      return entity(bytes, prefix + std::to_string(number), depth + 1);
    };
    while (!rest.empty()) {
      auto line = take_line(rest);
      if (!line.starts_with(mark) || number == SIZE_MAX) continue;
      auto end = without_end(line.substr(mark.size()));
      while (!end.empty() && is_blank(end.back())) end.remove_suffix(1);
      if (!end.empty() && end != "--") continue;
      TRY_VOID(give(line.data()));
      number = end.empty() ? number + 1 : SIZE_MAX;
      begin = rest.data();
    }
    return give(body.data() + body.size());
  }

  const SeePart& see_;
  std::size_t count_ = 0;
};

}  // namespace

Result<void> for_each_part(std::string_view message, const SeePart& see) {
  if (message.size() > limits::sweep_mail_message_bytes_max)
    return fail(Code::too_large, "a message is taken apart up to 64 MiB: sweep it as text");
  return Reader(see).entity(message, "", 0);
}

}  // namespace comity::sweep
